"""A test in each way that a shop has set up: signed, waited for, and no payment to anybody."""

import base64
import json
from urllib.parse import parse_qsl

import pytest

from gateway.notifications import bills
from gateway.notifications.probe import Probe
from gateway.notifications.sending import Sending
from gateway.notifications.ways import probed_ways
from gateway.robokassa.signatures import result_signature
from purser.services import Services
from services.deliveries import Deliveries, Delivery, Outcome, key_of_tests
from services.ids import new_id
from services.merchants import Merchant
from services.money import RUB
from storage.engines import AnyStore
from tests.cast import Cast
from tests.clock import TestClock
from tests.gateway.notifications.telling import robo_shop
from tests.gateway.receiver import Receiver
from tests.services.test_signing_keys import check


@pytest.fixture
def deliveries(
    services: Services, store: AnyStore, sending: Sending, clock: TestClock
) -> Deliveries:
    probe = Probe(ways=probed_ways(services), sending=sending, now=clock)
    return Deliveries(store=store, now=clock, new_id=new_id, probe=probe)


async def test_every_way_is_tried_and_tells_of_no_payment(
    cast: Cast, services: Services, receiver: Receiver, deliveries: Deliveries
) -> None:
    """One press shows of each address whether the shop understands what comes there."""
    shop = (
        await services.merchants.add(
            name="Shop", currency=RUB, webhook_url=f"{receiver.url}/webhook"
        )
    ).merchant
    pair = await services.key_pairs.create(
        merchant_id=shop.id, name="site", notify_url=f"{receiver.url}/bill"
    )
    await services.pull_shops.set_up(merchant_id=shop.id, notify_url=f"{receiver.url}/pull")
    _, passwords = await robo_shop(
        cast, shop, result_url=f"{receiver.url}/result", result_url2=f"{receiver.url}/result2"
    )

    made = {each.kind: each for each in await deliveries.test(merchant=shop)}

    told = {each.path: each.body.decode() for each in receiver.received}
    assert json.loads(told["/webhook"])["type"] == "notification.test"
    bill = json.loads(told["/bill"])["bill"]
    assert bill["status"]["value"] == "WAITING"
    [signature] = [
        each.headers["x-api-signature-sha256"]
        for each in receiver.received
        if each.path == "/bill"
    ]
    assert signature == bills.bill_signature(pair.secret_key, bill)
    assert dict(parse_qsl(told["/pull"]))["status"] == "waiting"
    result = dict(parse_qsl(told["/result"]))
    assert (result["InvId"], result["IsTest"]) == ("0", "1")
    assert result["SignatureValue"] == result_signature(
        "1.00", "0", passwords.test_second, [], "sha256"
    )
    check(await services.signing_keys.certificate(name="robokassa"), told["/result2"])
    claims = json.loads(base64.urlsafe_b64decode(told["/result2"].split(".")[1] + "=="))
    assert (claims["header"]["type"], claims["data"]["state"]) == ("TestNotification", "TEST")
    assert {kind: each.outcome for kind, each in made.items()} == {
        "webhook": Outcome.DELIVERED,
        "bill_notification": Outcome.DELIVERED,
        "pull_notification": Outcome.GIVEN_UP,  # a bare 204 accepts none of these
        "robokassa_result": Outcome.GIVEN_UP,
        "robokassa_result2": Outcome.DELIVERED,
    }
    noted = await deliveries.page(merchant=shop, work=key_of_tests(shop))
    assert {each.id for each in noted.deliveries} == {each.id for each in made.values()}


async def test_what_the_shop_says_comes_back_at_once(
    services: Services, receiver: Receiver, deliveries: Deliveries
) -> None:
    shop = await _shop(services, receiver)
    receiver.will(500, b"Warning: signature check failed")
    receiver.will(500, b"Warning: signature check failed")

    made = await deliveries.test(merchant=shop)

    assert {_said(each) for each in made} == {
        (500, Outcome.GIVEN_UP, "HTTP 500", "Warning: signature check failed", "test")
    }


async def test_way_that_nothing_can_sign_is_left_out(
    services: Services, receiver: Receiver, deliveries: Deliveries
) -> None:
    """Without a key pair there is no bill to test; the webhook has a secret of its own."""
    shop = await _shop(services, receiver)
    [pair] = await services.key_pairs.listed(merchant_id=shop.id)
    await services.key_pairs.revoke(merchant_id=shop.id, pair_id=pair.id)

    made = await deliveries.test(merchant=shop)

    assert [each.kind for each in made] == ["webhook"]


async def _shop(services: Services, receiver: Receiver) -> Merchant:
    made = await services.merchants.add(name="Shop", currency=RUB, webhook_url=receiver.url)
    return made.merchant


def _said(made: Delivery) -> tuple[int | None, Outcome, str, str, str]:
    return made.status, made.outcome, made.detail, made.answer, made.about.partition("/")[0]
