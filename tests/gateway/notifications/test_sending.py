"""Each attempt is bounded, looked at anew, judged and noted."""

import socket

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from gateway import targets
from gateway.notifications.sending import Sending
from gateway.notifications.ways import handlers as all_handlers
from purser.services import Services
from services.deliveries import Outcome
from services.due import GiveUpError, Handler
from services.merchants import Merchant
from tests.cast import Cast
from tests.clock import TestClock
from tests.gateway.conftest import LINKS
from tests.gateway.notifications.telling import OK, ORDER, paid, refused, robo_shop
from tests.gateway.receiver import Receiver


async def test_every_attempt_is_noted_with_what_the_shop_said(
    cast: Cast,
    shop: Merchant,
    receiver: Receiver,
    handlers: dict[str, Handler],
    services: Services,
    clock: TestClock,
) -> None:
    """People see why it does not arrive; the shop's own secret is not in it."""
    fresh = await services.key_pairs.create(
        merchant_id=shop.id, name="site", notify_url=f"{receiver.url}/bill?token=s3cret"
    )
    receiver.will(500, f"<h1>Fatal</h1>\n{fresh.secret_key} on line 7".encode())
    receiver.will(0)
    receiver.will(200, OK)
    [work] = await paid(cast, shop, "bill")
    assert await refused(handlers[work.kind], work) == "HTTP 500"
    clock.advance(seconds=1)
    assert await refused(handlers[work.kind], work) == "no answer in time"
    clock.advance(seconds=1)

    await handlers[work.kind](work)

    page = await services.deliveries.page(merchant=shop, work=work.key)
    noted = [
        (each.status, each.outcome, each.detail, each.answer, each.url, each.about)
        for each in page.deliveries
    ]
    to, invoice = f"{receiver.url}/bill?…", f"invoice/{work.payload['invoice']}"
    assert noted == [
        (200, Outcome.DELIVERED, "", OK.decode(), to, invoice),
        (None, Outcome.AGAIN, "no answer in time", "", to, invoice),
        (500, Outcome.AGAIN, "HTTP 500", "<h1>Fatal</h1> ••• on line 7", to, invoice),
    ]


async def test_address_inside_is_refused_and_noted(
    cast: Cast, services: Services, clock: TestClock, receiver: Receiver
) -> None:
    """ResultURL is looked at like any other address: the wallet calls nobody inside."""
    shop = await cast.shop()
    await robo_shop(cast, shop, result_url=receiver.url)
    works = {each.kind: each for each in await paid(cast, shop, "robokassa", content=ORDER)}
    sending = Sending(deliveries=services.deliveries, now=clock)
    handlers = all_handlers(services, sending=sending, links=LINKS, now=clock)

    with pytest.raises(GiveUpError, match="https is needed"):
        await handlers["robokassa_result"](works["robokassa_result"])
    await sending.close()

    [noted] = (await services.deliveries.page(merchant=shop)).deliveries
    assert (noted.outcome, noted.status) == (Outcome.GIVEN_UP, None)
    assert receiver.received == []


_NUMERIC = socket.AI_NUMERICHOST


class Names(AbstractResolver):
    """A name whose owner changes where it leads."""

    def __init__(self, *addresses: str) -> None:
        self._addresses = list(addresses)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        address = self._addresses.pop(0)
        found = ResolveResult(
            hostname=host, host=address, port=port, family=family, proto=0, flags=_NUMERIC
        )
        return [found]

    async def close(self) -> None:
        """There is nothing to close."""


async def test_name_that_leads_inside_at_the_second_attempt(
    cast: Cast,
    shop: Merchant,
    receiver: Receiver,
    services: Services,
    clock: TestClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What was public when the address was registered says nothing of now."""
    names = Names("127.0.0.1", "10.0.0.1")
    monkeypatch.setattr(targets, "is_public", "127.0.0.1".__eq__)  # the receiver's
    sending = Sending(
        deliveries=services.deliveries,
        now=clock,
        allow_private=True,  # plain http, as the receiver speaks it
        open_session=lambda **given: targets.open_session(
            **(given | {"allow_private": False}), resolver=names
        ),
    )
    url = receiver.url.replace("127.0.0.1", "shop.example")
    await services.key_pairs.create(merchant_id=shop.id, name="site", notify_url=url)
    receiver.will(500, Connection="close")
    [work] = await paid(cast, shop, "bill")
    handler = all_handlers(services, sending=sending, links=LINKS, now=clock)[work.kind]

    first = await refused(handler, work)
    second = await refused(handler, work)
    await sending.close()

    assert first == "HTTP 500"
    assert second.startswith("not delivered: ")
    assert len(receiver.received) == 1


async def test_redirect_leads_nowhere(
    cast: Cast, shop: Merchant, receiver: Receiver, handlers: dict[str, Handler]
) -> None:
    """It could lead inside, and would carry a signed bill to somebody else."""
    await cast.services.key_pairs.create(
        merchant_id=shop.id, name="site", notify_url=f"{receiver.url}/bill"
    )
    receiver.will(307, Location=f"{receiver.url}/elsewhere")
    [work] = await paid(cast, shop, "bill")

    assert await refused(handlers[work.kind], work) == "HTTP 307"

    assert [each.path for each in receiver.received] == ["/bill"]


async def test_unknown_merchant_is_given_up(
    cast: Cast, shop: Merchant, handlers: dict[str, Handler]
) -> None:
    [work] = await paid(cast, shop, "bill")
    work.payload["merchant"] = "nobody"

    with pytest.raises(GiveUpError, match="no such merchant"):
        await handlers[work.kind](work)
