"""The Python client: the same as the OpenAPI document, and tried on a socket."""

import asyncio
import base64
import hmac
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime
from typing import Any, TypeVar

import pytest
from fastapi import FastAPI
from purser_client import (
    Amount,
    Customer,
    NewCapture,
    NewInvoice,
    NewKeyPair,
    NewRefund,
    NotifyUrl,
    ProblemError,
    Resending,
    ReturnAddressList,
    SignatureError,
    TestOutcome,
    UnreachableError,
    Wallet,
    Webhook,
    models,
    read_event,
)
from purser_client.reading import read

from gateway.api.version1 import document
from gateway.webhooks import event, signed_headers
from purser.services import Services
from purser.web import serving_http
from tests.cast import Cast
from tests.clock import TestClock
from tests.gateway.billing import Billing, billing, http
from tests.gateway.conftest import LINKS, Shop, rub

T = TypeVar("T")

SCHEMAS: dict[str, Any] = document()["components"]["schemas"]
NOT_MODELS = {"Problem", "ProblemPlace", "AmountShown"}
"""Refusals are an exception, and an amount is one whichever way it goes."""

THOUSAND = Amount(100_000, "RUB")


@pytest.fixture
async def address(app: FastAPI) -> AsyncIterator[str]:
    async with serving_http(app, host="127.0.0.1", port=0) as opened:
        yield opened


@pytest.fixture
def wallet(address: str, shop: Shop) -> Wallet:
    return Wallet(address, shop.key)


async def run(work: Callable[[], T]) -> T:
    """The client blocks, as shops' programs do."""
    return await asyncio.to_thread(work)


async def test_invoice_from_first_to_last(wallet: Wallet, clock: TestClock) -> None:
    """Issued twice under one key, paid as a test, found again in every way."""
    wish = NewInvoice(
        THOUSAND,
        "Headphones",
        reference="order-17",
        expires_at=datetime(2026, 11, 25, 9, tzinfo=UTC),
        test=True,
        customer=Customer(email="ann@shop.example"),
        metadata={"basket": "4711"},
        receipt={"items": [{"name": "Headphones", "sum": "1000.00"}]},
    )

    made = await run(lambda: wallet.create_invoice(wish, key="order-17"))
    again = await run(lambda: wallet.create_invoice(wish, key="order-17"))
    paid = await run(lambda: wallet.play_test_invoice(made.id, TestOutcome(pays=True)))
    found = await run(lambda: wallet.list_invoices(reference="order-17"))
    every = await run(lambda: [*wallet.every_invoice(state="paid")])

    assert made == again
    assert (made.amount, made.expires_at, made.metadata) == (
        THOUSAND,
        wish.expires_at,
        {"basket": "4711"},
    )
    assert (paid.state, paid.paid_at) == ("paid", clock())
    assert found.items == every == [paid] == [await run(lambda: wallet.get_invoice(made.id))]


async def test_every_page(wallet: Wallet, shop: Shop, clock: TestClock) -> None:
    for number in range(101):
        clock.advance(seconds=1)
        await shop.issue(f"k{number}")

    every = await run(lambda: [*wallet.every_invoice()])

    assert len({each.id for each in every}) == 101


async def test_money_given_back(wallet: Wallet, paid: str) -> None:
    back = NewRefund(Amount(25_000, "RUB"), reason="One of two", reference="return-1")

    made = await run(lambda: wallet.create_refund(paid, back, key="r1"))

    assert (await run(lambda: wallet.list_refunds(paid))).items == [made]
    assert await run(lambda: wallet.get_refund(made.id)) == made
    balance = await run(wallet.get_balance)
    assert balance.items[0].available == Amount(100_000, "RUB")
    assert (await run(wallet.list_payouts)).items == []
    assert (await run(wallet.list_links)).items == []


async def test_day_that_is_over(wallet: Wallet, paid: str, clock: TestClock) -> None:
    with pytest.raises(ProblemError, match="closing_day"):
        await run(lambda: wallet.get_closing(date(2026, 11, 24)))
    clock.advance(hours=24)

    [closing] = (await run(lambda: wallet.get_closing(date(2026, 11, 24)))).items

    file = await run(lambda: wallet.get_closing_file(date(2026, 11, 24)))

    assert [(each.kind, each.gross_minor) for each in closing.entries] == [("payment", 125_000)]
    assert file.startswith("\ufeffrecord,time,kind")
    assert "1250.00" in file
    assert (closing.day, closing.totals[0].count) == (date(2026, 11, 24), 1)


async def test_refusals_are_problems(wallet: Wallet, paid: str) -> None:
    """With the code for programs, and the values that the refusal names."""
    refusals: dict[str, Callable[[], object]] = {
        "refund_too_large": lambda: wallet.create_refund(
            paid, NewRefund(Amount(125_001, "RUB")), key="r"
        ),
        "invoice_paid": lambda: wallet.cancel_invoice(paid),
        "not_authorised": lambda: wallet.capture_invoice(paid, NewCapture(Amount(1, "RUB"))),
        "invoice_not_found": lambda: wallet.get_invoice("?a=1#b"),
        "work_not_found": lambda: wallet.resend_delivery(Resending("webhook:refund/x")),
        "nothing_to_test": wallet.test_deliveries,
    }
    codes = {}
    for code, call in refusals.items():
        with pytest.raises(ProblemError) as refused:
            await run(call)
        codes[code] = refused.value

    assert {name: each.code for name, each in codes.items()} == {each: each for each in refusals}
    assert codes["refund_too_large"].values["left"] == rub(125_000)
    assert codes["refund_too_large"].status == 409


async def test_keys_and_settings(wallet: Wallet, address: str) -> None:
    pair = await run(lambda: wallet.create_key(NewKeyPair("web")))
    web = Wallet(address, pair.secret_key)
    hook = NotifyUrl("https://shop.example/bills")

    assert (await run(web.get_shop)).name == "Shop"
    assert "keys:write" not in (await run(web.get_shop)).scopes
    assert (await run(lambda: wallet.set_notify_url(pair.id, hook))).notify_url == hook.url
    assert pair.id in [each.id for each in (await run(wallet.list_keys)).items]
    assert (await run(lambda: wallet.revoke_key(pair.id))).revoked_at is not None
    with pytest.raises(ProblemError, match="key_refused"):
        await run(web.get_shop)
    assert pair.secret_key not in repr(pair)

    told = await run(lambda: wallet.set_webhook(Webhook("https://shop.example/hook")))
    assert told.webhook_url == "https://shop.example/hook"
    wish = ReturnAddressList(["https://shop.example/thanks?a=1", "https://two.example:8443"])
    expected = ReturnAddressList(["https://shop.example", "https://two.example:8443"])
    assert await run(lambda: wallet.set_return_addresses(wish)) == expected
    assert await run(wallet.list_return_addresses) == expected
    assert (await run(wallet.list_deliveries)).items == []
    assert (await run(wallet.list_failed_deliveries)).items == []


@pytest.fixture
async def flaky() -> AsyncIterator[Billing]:
    """A server in place of the wallet, that answers to the byte what a test wants."""
    async with billing() as server:
        yield server


EXAMPLE = SCHEMAS["Invoice"]["examples"][0]


def answers(*parts: bytes) -> Callable[[Any], bytes]:
    left = [*parts]
    return lambda _: left.pop(0)


def good(body: str) -> bytes:
    return http(body.encode(), headers="Content-Type: application/json")


def client_of(server: Billing, pauses: list[float]) -> Wallet:
    return Wallet(server.url.removesuffix("/pay"), "key", timeout_seconds=5, pause=pauses.append)


async def test_lost_answers_are_asked_for_again(flaky: Billing) -> None:
    """With the same key and the same words, so that it happens once."""
    pauses: list[float] = []
    flaky.say = answers(b"", http(b"", status="503 Busy"), good(json.dumps(EXAMPLE)))
    wish = NewInvoice(THOUSAND, "Headphones")

    made = await run(lambda: client_of(flaky, pauses).create_invoice(wish, key="order-17"))

    assert made.reference == "order-17"
    assert len({(each.target, each.body) for each in flaky.requests}) == 1
    assert [each.headers["idempotency-key"] for each in flaky.requests] == ["order-17"] * 3
    assert pauses == [0.5, 1.0]


@pytest.mark.parametrize(
    ("retry_after", "asked", "pauses"),
    [("2", 3, [2, 2]), ("", 3, [0.5, 1.0]), ("31", 1, [])],
)
async def test_waits_as_long_as_it_is_told(
    flaky: Billing, retry_after: str, asked: int, pauses: list[float]
) -> None:
    """Within reason: who asks too often for a minute hears of it."""
    waited: list[float] = []
    flaky.say = lambda _: http(b"", status="429 Slow", headers=f"Retry-After: {retry_after}")

    with pytest.raises(ProblemError) as refused:
        await run(client_of(flaky, waited).get_shop)

    assert (refused.value.code, len(flaky.requests), waited) == ("http_429", asked, pauses)


async def test_what_may_be_done_once_is_asked_for_once(flaky: Billing) -> None:
    flaky.say = lambda _: b""

    with pytest.raises(UnreachableError):
        await run(lambda: client_of(flaky, []).create_key(NewKeyPair("web")))

    assert len(flaky.requests) == 1


async def test_key_goes_nowhere_else(flaky: Billing) -> None:
    """A redirect is a refusal: it could lead to anybody."""
    flaky.say = lambda _: http(b"", status="302 Found", headers=f"Location: {flaky.url}/else")

    with pytest.raises(ProblemError, match="http_302"):
        await run(client_of(flaky, []).get_shop)

    assert [each.target for each in flaky.requests] == ["/api/v1/shop"]


async def test_nobody_there() -> None:
    pauses: list[float] = []

    with pytest.raises(UnreachableError, match="refused"):
        await run(Wallet("http://127.0.0.1:9", "key", pause=pauses.append).get_shop)

    assert pauses == [0.5, 1.0]


@pytest.mark.parametrize("url", ["wallet.example", "file:///etc/passwd", "ftp://wallet.example"])
def test_address_of_no_wallet(url: str) -> None:
    with pytest.raises(ValueError, match="no address"):
        Wallet(url, "key")


async def test_news_are_read_once_they_are_proved(
    services: Services, shop: Shop, cast: Cast, clock: TestClock, wallet: Wallet
) -> None:
    """What the wallet signs is believed; what was changed, or is old, is not."""
    await services.merchants.set_webhook(
        merchant_id=shop.merchant.id, url="https://shop.example/hook"
    )
    invoice_id = (await shop.issue(reference="order-17")).json()["id"]
    cancelled = await run(lambda: wallet.cancel_invoice(invoice_id))
    await cast.deliver()
    work = next(each for each in cast.sent if each.kind == "webhook")
    body, now = event(work, LINKS), clock().timestamp()
    _, key = await services.merchants.webhook(merchant_id=shop.merchant.id)
    headers = signed_headers(key=key, event_id=work.key, body=body, at=clock())

    told = read_event(shop.webhook_secret, headers, body, now=now)

    assert (told.id, told.type, told.at) == (work.key, "invoice.rejected", clock())
    assert told.data == cancelled
    for secret, content, moment in (
        (shop.webhook_secret, body + b" ", now),
        (shop.webhook_secret, body, now + 301),
        ("whsec_AAAA", body, now),
    ):
        with pytest.raises(SignatureError):
            read_event(secret, headers, content, now=moment)
    with pytest.raises(SignatureError):
        read_event(shop.webhook_secret, {}, body, now=now)


REFUND = SCHEMAS["Refund"]["examples"][0]


@pytest.mark.parametrize(
    ("kind", "data", "expected"),
    [
        ("refund.paid", REFUND, read(models.Refund, REFUND)),
        ("notification.test", {"id": "1"}, {"id": "1"}),
    ],
)
def test_other_news(kind: str, data: dict[str, Any], expected: object) -> None:
    """Signed here as the specification has it; what is not known is given as it came."""
    facts = {"id": "1", "type": kind, "at": "2026-11-24T09:00:00Z", "data": data}
    body = json.dumps(facts).encode()
    mac = hmac.digest(b"key", b"1.100." + body, "sha256")
    headers = {
        "Webhook-Id": "1",
        "Webhook-Timestamp": "100",
        "Webhook-Signature": f"v1,{base64.b64encode(mac).decode()}",
    }

    told = read_event(f"whsec_{base64.b64encode(b'key').decode()}", headers, body, now=100)

    assert (told.type, told.data) == (kind, expected)


def test_newer_wallets_are_understood() -> None:
    """Members that this version does not know are left out."""
    assert read(models.Invoice, EXAMPLE | {"colour": "green"}) == read(models.Invoice, EXAMPLE)
