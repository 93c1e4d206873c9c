"""Notifications of the bill API, as QIWI's clients read them."""

import hmac
import json

import pytest

from gateway.notifications import bills
from gateway.notifications.sending import Answer
from purser.services import Services
from services.due import GiveUpError, Handler
from services.merchants import Merchant
from services.money import RUB
from tests.cast import Cast
from tests.clock import TestClock
from tests.gateway.notifications.telling import OK, issue, news, paid
from tests.gateway.receiver import Receiver


def test_vector_of_the_bills_signature() -> None:
    """From the tests of QIWI's own clients."""
    data = {
        "reference": "test_bill",
        "minor": 100,
        "currency": "RUB",
        "state": "paid",
        "content": {},
        "changed_at": "2026-11-24T09:00:00.000000+00:00",
        "created_at": "2026-11-24T09:00:00.000000+00:00",
        "expires_at": "2026-11-25T09:00:00.000000+00:00",
    }

    signature = bills.bill_signature(
        "test-merchant-secret-for-signature-check", bills.bill_facts("test", data)
    )

    assert signature == "07e0ebb10916d97760c196034105d010607a6c6b7d72bfa1c3451448ac484a3b"


async def test_bill_is_told_to_its_key_pairs_address(
    cast: Cast, shop: Merchant, receiver: Receiver, handlers: dict[str, Handler]
) -> None:
    """Body and headers as QIWI's clients read them; what the shop did not send is not there."""
    fresh = await cast.services.key_pairs.create(
        merchant_id=shop.id, name="site", notify_url=f"{receiver.url}/bill"
    )
    receiver.will(200, OK)
    content = {"custom_fields": {"themeCode": "x", "цвет": "red"}, "comment": "Книга"}
    [work] = await paid(cast, shop, "bill", content=content)

    await handlers[work.kind](work)

    [request] = receiver.received
    assert (request.path, request.headers["content-type"]) == ("/bill", "application/json")
    assert json.loads(request.body) == {
        "bill": {
            "siteId": shop.site_id,
            "billId": "450009",
            "amount": {"currency": "RUB", "value": "100.26"},
            "status": {"value": "PAID", "changedDateTime": "2026-11-24T12:00:00+03:00"},
            "customFields": content["custom_fields"],
            "comment": "Книга",
            "creationDateTime": "2026-11-24T12:00:00+03:00",
            "expirationDateTime": "2026-11-27T12:00:00+03:00",
        },
        "version": "1",
    }
    signed = f"RUB|100.26|450009|{shop.site_id}|PAID"
    expected = hmac.digest(fresh.secret_key.encode(), signed.encode(), "sha256").hex()
    assert request.headers["x-api-signature-sha256"] == expected


async def test_bill_without_an_address_is_told_nobody(
    cast: Cast, services: Services, receiver: Receiver, handlers: dict[str, Handler]
) -> None:
    """A shop may look at its bills itself; that is no failure for anybody to see."""
    made = await services.merchants.add(name="Quiet", currency=RUB)
    [work] = await paid(cast, made.merchant, "bill")

    await handlers[work.kind](work)

    assert receiver.received == []
    assert (await services.deliveries.page(merchant=made.merchant)).deliveries == []


async def test_bill_that_no_key_can_sign_is_set_aside(
    cast: Cast, services: Services, shop: Merchant, handlers: dict[str, Handler]
) -> None:
    """Unsigned it would be worthless; the operator sees why nothing goes out."""
    [work] = await paid(cast, shop, "bill")
    [pair] = await services.key_pairs.listed(merchant_id=shop.id)
    await services.key_pairs.revoke(merchant_id=shop.id, pair_id=pair.id)

    with pytest.raises(GiveUpError, match="make a key pair"):
        await handlers[work.kind](work)


@pytest.mark.parametrize("end", ["rejected", "expired"])
async def test_ends_of_a_bill_are_told(
    cast: Cast, shop: Merchant, clock: TestClock, end: str
) -> None:
    invoice = await issue(cast, shop, "bill")
    if end == "expired":
        clock.advance(days=3)
        await cast.deliver()
    else:
        await cast.services.invoices.cancel(merchant=shop, invoice_id=invoice.id)

    [work] = await news(cast)

    assert bills.bill_facts("s", work.payload["data"])["status"]["value"] == end.upper()


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (OK, None),
        (b'{"error":0}', None),
        (b'{"result":"fine"}', None),
        (b"", None),
        (b"<html>thanks</html>", None),
        (b"[]", None),
        (b"[" * 60_000, None),
        (b'{"error":"13"}', "the answer names an error"),
        (b'{"error":5,"message":"db"}', "the answer names an error"),
    ],
)
def test_what_accepts_a_bill(said: bytes, problem: str | None) -> None:
    """Shops answer loosely; only what says that it failed is told again."""
    assert bills.refusal(Answer(200, said.decode())) == problem
    assert bills.refusal(Answer(500, said.decode())) == "HTTP 500"
