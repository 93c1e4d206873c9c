"""Webhooks against a real server: signed, bounded, retried, and stopped when asked."""

import base64
import hmac
import json
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from gateway.notifications.sending import Sending, retry_delay
from gateway.webhooks import Webhooks
from purser.services import Services
from services.due import GiveUpError, TryAgainError, Work
from services.holders import Holder
from tests.cast import PHONE, Cast
from tests.clock import TestClock
from tests.gateway.conftest import INVOICES, LINKS, Shop, open_shop, rub
from tests.gateway.receiver import Receiver


@pytest.fixture
async def shop(services: Services, client: httpx.AsyncClient, receiver: Receiver) -> Shop:
    """A shop that the receiver belongs to."""
    return await open_shop(services, client, webhook_url=f"{receiver.url}/hook?shop=1")


@pytest.fixture
async def webhooks(services: Services, clock: TestClock) -> AsyncIterator[Webhooks]:
    sending = Sending(
        deliveries=services.deliveries, now=clock, allow_private=True, total_seconds=0.2
    )
    yield Webhooks(merchants=services.merchants, now=clock, links=LINKS, sending=sending)
    await sending.close()


@pytest.fixture
async def work(shop: Shop, cast: Cast) -> Work:
    """The waiting news of an invoice that was cancelled."""
    return await _news(shop, cast)


async def _news(shop: Shop, cast: Cast) -> Work:
    invoice_id = (await shop.issue(reference="order-17")).json()["id"]
    await shop.post(f"{INVOICES}/{invoice_id}/cancel")
    await cast.deliver()
    return next(each for each in cast.sent if each.kind == "webhook")


async def test_body_and_signature(
    webhooks: Webhooks, receiver: Receiver, shop: Shop, work: Work
) -> None:
    """Checked here as the specification has a receiver check it."""
    await webhooks(work)

    [request] = receiver.received
    event = json.loads(request.body)
    [invoice] = (await shop.get(INVOICES)).json()["items"]
    assert (request.path, request.query) == ("/hook", {"shop": "1"})
    assert request.headers["content-type"] == "application/json"
    assert event == {
        "id": work.key,
        "type": "invoice.rejected",
        "at": "2026-11-24T09:00:00Z",
        "data": invoice,
    }
    identity, timestamp = request.headers["webhook-id"], request.headers["webhook-timestamp"]
    assert (identity, timestamp) == (work.key, "1795510800")
    key = base64.b64decode(shop.webhook_secret.removeprefix("whsec_"))
    signed = f"{identity}.{timestamp}.".encode() + request.body
    signature = base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    assert request.headers["webhook-signature"] == f"v1,{signature}"


async def test_news_of_payment_and_refund(
    webhooks: Webhooks, receiver: Receiver, shop: Shop, paid: str, cast: Cast, ann: Holder
) -> None:
    await shop.post(f"{INVOICES}/{paid}/refunds", {"amount": rub(1), "reason": "r"}, "r")
    await cast.deliver()
    for work in cast.sent:
        if work.kind == "webhook":
            await webhooks(work)

    events = [json.loads(each.body) for each in receiver.received]
    assert [each["type"] for each in events] == ["invoice.paid", "refund.paid"]
    assert events[0]["data"]["pay_url"].endswith(f"bill_{paid}")
    assert events[1]["data"]["invoice_id"] == paid
    assert "pay_url" not in events[1]["data"]
    assert PHONE not in str(events)


@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_any_success_is_done(
    webhooks: Webhooks, receiver: Receiver, work: Work, status: int
) -> None:
    receiver.will(status)

    await webhooks(work)

    assert len(receiver.received) == 1


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 502, 503])
async def test_anything_else_is_tried_again(
    webhooks: Webhooks, receiver: Receiver, work: Work, status: int
) -> None:
    receiver.will(status)

    with pytest.raises(TryAgainError, match=str(status)) as again:
        await webhooks(work)

    assert again.value.after is None


async def test_the_same_body_at_every_attempt(
    webhooks: Webhooks, receiver: Receiver, work: Work, clock: TestClock
) -> None:
    """The id and the body stay; the time and with it the signature are new."""
    receiver.will(500)
    with pytest.raises(TryAgainError):
        await webhooks(work)
    clock.advance(minutes=1)

    await webhooks(work)

    first, second = receiver.received
    assert (first.body, first.headers["webhook-id"]) == (second.body, work.key)
    assert first.headers["webhook-signature"] != second.headers["webhook-signature"]


async def test_retry_after(webhooks: Webhooks, receiver: Receiver, work: Work) -> None:
    receiver.will(503, Retry_After="120")

    with pytest.raises(TryAgainError) as again:
        await webhooks(work)

    assert again.value.after == timedelta(seconds=120)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("0", timedelta(seconds=5)),
        ("-1", None),
        ("9" * 500, timedelta(hours=6)),
        ("Tue, 24 Nov 2026 09:10:00 GMT", timedelta(minutes=10)),
        ("Mon, 24 Nov 2025 09:10:00 GMT", timedelta(seconds=5)),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_within_reason(
    clock: TestClock, text: str | None, after: timedelta | None
) -> None:
    """A shop may not put itself off until its news are given up."""
    assert retry_delay(text, clock()) == after


async def test_hanging_receiver(webhooks: Webhooks, receiver: Receiver, work: Work) -> None:
    receiver.will(0)

    with pytest.raises(TryAgainError, match="in time"):
        await webhooks(work)


async def test_redirect_is_not_followed(
    webhooks: Webhooks, receiver: Receiver, work: Work
) -> None:
    """It could lead inside, and would carry the news to somebody else."""
    receiver.will(302, Location=f"{receiver.url}/elsewhere")

    with pytest.raises(TryAgainError, match="302"):
        await webhooks(work)

    assert [each.path for each in receiver.received] == ["/hook"]


async def test_long_answer_is_cut(webhooks: Webhooks, receiver: Receiver, work: Work) -> None:
    """A success is one however much is said."""
    receiver.will(200, b"x" * 1_000_000)

    await webhooks(work)


async def test_gone_switches_the_webhook_off(
    webhooks: Webhooks, receiver: Receiver, work: Work, shop: Shop, services: Services
) -> None:
    receiver.will(410)

    with pytest.raises(GiveUpError, match="410"):
        await webhooks(work)

    merchant = await services.merchants.get(merchant_id=shop.merchant.id)
    assert merchant.webhook_url is None
    with pytest.raises(GiveUpError, match="no webhook"):
        await webhooks(work)


async def test_nobody_listens(
    webhooks: Webhooks, work: Work, shop: Shop, services: Services
) -> None:
    await services.merchants.set_webhook(
        merchant_id=shop.merchant.id, url="http://127.0.0.1:9/hook"
    )

    with pytest.raises(TryAgainError, match="ClientConnectorError"):
        await webhooks(work)


async def test_unknown_merchant(webhooks: Webhooks, work: Work) -> None:
    work.payload["merchant"] = "nobody"

    with pytest.raises(GiveUpError):
        await webhooks(work)


async def test_private_address_is_given_up(
    services: Services, clock: TestClock, work: Work, receiver: Receiver
) -> None:
    """A shop that names an address of ours is never called."""
    sending = Sending(deliveries=services.deliveries, now=clock)
    handler = Webhooks(merchants=services.merchants, now=clock, links=LINKS, sending=sending)

    with pytest.raises(GiveUpError, match="https is needed"):
        await handler(work)
    await sending.close()

    assert receiver.received == []
