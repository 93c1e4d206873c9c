"""The shop: over a pretend merchant API, with notifications signed as the wallet signs."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.client import Sandbox, SandboxError
from sandbox.shop.signature import SignatureError, verify
from tests.sandbox.conftest import WEBHOOK_KEY, WEBHOOK_SECRET, Clock, Served, listening

INVOICES = "/api/v1/invoices"


class Merchants:
    """As much of the merchant API as the shop uses, written from the contract."""

    def __init__(self) -> None:
        self.invoices: dict[str, dict[str, Any]] = {}
        self.refunds: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        one = INVOICES + "/{id}"
        self.app = Starlette(
            routes=[
                Route(INVOICES, self.issue, methods=["POST"]),
                Route(INVOICES, self.list),
                Route(one, self.one),
                Route(f"{one}/cancel", self.cancel, methods=["POST"]),
                Route(f"{one}/refunds", self.refund, methods=["POST"]),
                Route(f"{one}/refunds", self.list_refunds),
            ]
        )

    async def issue(self, request: Request) -> Response:
        if request.headers["authorization"] != "Bearer merchant-key":
            return JSONResponse({"title": "Unauthorized", "code": "unauthorized"}, 401)
        asked = await request.json()
        if asked["amount"]["minor"] <= 0:
            problem = {"title": "Bad amount", "detail": "More than nothing", "code": "bad_amount"}
            return JSONResponse(problem, 422)
        self.keys.append(request.headers.get("idempotency-key"))
        currency = asked["amount"]["currency"]
        invoice = {
            **asked,
            "id": f"inv{len(self.invoices) + 1}",
            "refunded": {"minor": 0, "currency": currency},
            "state": "waiting",
            "created_at": "2026-11-24T08:00:00Z",
            "pay_url": "https://t.me/purser_bot?start=bill_1",
            "version": 1,
        }
        self.invoices[invoice["id"]] = invoice
        return JSONResponse(invoice, 201)

    async def list(self, _: Request) -> Response:
        return JSONResponse({"items": [*self.invoices.values()], "next_cursor": None})

    async def one(self, request: Request) -> Response:
        return JSONResponse(self.invoices[request.path_params["id"]])

    async def cancel(self, request: Request) -> Response:
        return JSONResponse(self.change(request.path_params["id"], state="rejected"))

    async def refund(self, request: Request) -> Response:
        asked = await request.json()
        invoice = self.invoices[request.path_params["id"]]
        self.keys.append(request.headers.get("idempotency-key"))
        refund = {
            "id": f"ref{len(self.refunds) + 1}",
            "invoice_id": invoice["id"],
            "amount": asked["amount"] or invoice["amount"],
            "state": "paid",
        }
        self.refunds.append(refund)
        self.change(invoice["id"], state="refunded_in_part")
        return JSONResponse(refund, 201)

    async def list_refunds(self, request: Request) -> Response:
        return JSONResponse({"items": self.refunds})

    def change(self, invoice_id: str, *, state: str) -> dict[str, Any]:
        old = self.invoices[invoice_id]
        self.invoices[invoice_id] = {**old, "state": state, "version": old["version"] + 1}
        return self.invoices[invoice_id]


@pytest.fixture
def merchants() -> Merchants:
    return Merchants()


@pytest.fixture
async def wallet_url(merchants: Merchants) -> AsyncIterator[str]:
    async with listening(merchants.app) as url:
        yield url


def signed(body: bytes, clock: Clock, *, key: bytes = WEBHOOK_KEY) -> dict[str, str]:
    """Headers as the wallet sends them, an older key's signature before the current one."""
    timestamp = str(int(clock().timestamp()))
    content = b".".join((b"evt_1", timestamp.encode(), body))
    signature = base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
    return {
        "webhook-id": "evt_1",
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,b2xkZXI= v1,{signature}",
    }


async def notify(served: Served, clock: Clock, kind: str, data: object, **how: bytes) -> int:
    event = {"id": "evt_1", "type": kind, "at": "2026-11-24T08:00:00Z", "data": data}
    body = json.dumps(event).encode()
    url = f"{served.url}/sandbox/shop/webhook"
    async with (
        aiohttp.ClientSession() as http,
        http.post(url, data=body, headers=signed(body, clock, **how)) as answer,
    ):
        return answer.status


async def test_order_turns_paid_by_a_signed_notification(
    sandbox: Sandbox, served: Served, merchants: Merchants, clock: Clock
) -> None:
    """The shop believes signatures only, and a repeat changes nothing."""
    order = await sandbox.shop.sell(125000, "Headphones", phone="+79161234501")
    reference = order["reference"]
    paid = merchants.change(order["invoice"]["id"], state="paid")

    forged = await notify(served, clock, "invoice.paid", paid, key=b"another key")
    before = await sandbox.shop.order(reference)
    genuine = [await notify(served, clock, "invoice.paid", paid) for _ in range(2)]
    after = await sandbox.shop.wait_told(reference, "paid")

    assert (forged, genuine) == (401, [204, 204])
    assert (before["told"], before["invoice"]["state"]) == (False, "waiting")
    assert after["invoice"]["amount"] == {"minor": 125000, "currency": "RUB"}
    assert merchants.keys == [f"order-{reference}"]
    assert [e["note"] for e in await sandbox.shop.events()] == [
        "again", "", "the signature does not fit"]  # fmt: skip


async def test_older_news_changes_nothing(
    sandbox: Sandbox, served: Served, merchants: Merchants, clock: Clock
) -> None:
    """Notifications come in any order: the version decides."""
    order = await sandbox.shop.sell(500, "Tea")
    waiting = order["invoice"]
    merchants.change(waiting["id"], state="paid")
    await sandbox.shop.refresh(order["reference"])

    await notify(served, clock, "invoice.expired", {**waiting, "state": "expired"})

    assert (await sandbox.shop.order(order["reference"]))["invoice"]["state"] == "paid"


async def test_refunds_have_keys_of_their_own(
    sandbox: Sandbox, served: Served, merchants: Merchants, clock: Clock
) -> None:
    """Two equal partial refunds are two; a notification of one adds no third."""
    order = await sandbox.shop.sell(1000, "Tea")
    reference = order["reference"]

    await sandbox.shop.refund(reference, 300, "cold")
    twice = await sandbox.shop.refund(reference, 300)
    await notify(served, clock, "refund.paid", merchants.refunds[0])

    assert [r["amount"]["minor"] for r in twice["refunds"]] == [300, 300]
    numbered = [(key or "").rpartition("-")[0] for key in merchants.keys[1:]]
    assert numbered == [f"refund-{reference}-1", f"refund-{reference}-2"]
    assert len((await sandbox.shop.order(reference))["refunds"]) == 2


async def test_cancelling(sandbox: Sandbox) -> None:
    """An order nobody will pay."""
    order = await sandbox.shop.sell(1000, "Tea")

    cancelled = await sandbox.shop.cancel(order["reference"])

    assert cancelled["invoice"]["state"] == "rejected"


async def test_orders_of_earlier_runs_are_learnt(sandbox: Sandbox, merchants: Merchants) -> None:
    """The wallet's database survives a restart; the shop asks it."""
    await sandbox.shop.sell(1000, "Tea", reference="order-1")
    merchants.invoices["inv9"] = {**merchants.invoices["inv1"], "id": "inv9", "reference": "old"}

    shown = await sandbox.get("shop")

    assert {order["reference"] for order in shown["orders"]} == {"order-1", "old"}


async def test_refusals_come_through(sandbox: Sandbox) -> None:
    """With the wallet's own words and code."""
    with pytest.raises(SandboxError) as refused:
        await sandbox.shop.sell(0, "Air")

    assert refused.value.status == 422
    assert refused.value.answer["problem"]["code"] == "bad_amount"
    with pytest.raises(SandboxError, match="404"):
        await sandbox.shop.order("none")
    with pytest.raises(SandboxError, match="valid integer"):
        await sandbox.post("shop/orders", {"amount_minor": 1.5, "description": "x"})


async def test_broken_shop_refuses_as_ordered(
    sandbox: Sandbox, served: Served, clock: Clock
) -> None:
    """To see the wallet's retries."""
    order = await sandbox.shop.sell(1000, "Tea")
    await sandbox.shop.fail_next(1, 410)

    statuses = [await notify(served, clock, "invoice.paid", order["invoice"]) for _ in range(2)]

    assert statuses == [410, 204]


@pytest.mark.parametrize("data", [{}, {"id": []}, "text", None])
async def test_genuine_nonsense_is_400(served: Served, clock: Clock, data: object) -> None:
    """A signed body that is no event must not bring the shop down."""
    assert await notify(served, clock, "refund.paid", data) == 400


async def test_qr_code_is_a_picture(sandbox: Sandbox, served: Served) -> None:
    """Of the payment link."""
    order = await sandbox.shop.sell(1000, "Tea")
    url = f"{served.url}/sandbox/api/shop/orders/{order['reference']}/qr.svg"

    async with aiohttp.ClientSession() as http, http.get(url) as answer:
        assert answer.content_type == "image/svg+xml"
        assert b"<svg" in await answer.read()
    async with aiohttp.ClientSession() as http, http.get(url.replace("svg", "png")) as answer:
        assert answer.content_type == "image/png"
    async with aiohttp.ClientSession() as http, http.get(url.replace("svg", "exe")) as answer:
        assert answer.status == 404


@given(st.binary(), st.binary(min_size=1))
def test_signature_covers_the_whole_body(body: bytes, more: bytes) -> None:
    """Any body verifies as signed, and none with something added."""
    clock = Clock()
    headers = signed(body, clock)

    verified = verify(secret=WEBHOOK_SECRET, headers=headers, body=body, now=clock())

    assert verified == "evt_1"
    with pytest.raises(SignatureError):
        verify(secret=WEBHOOK_SECRET, headers=headers, body=body + more, now=clock())


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-id": "evt_2"},
        {"webhook-id": ""},
        {"webhook-signature": ""},
        {"webhook-signature": "v1"},
        {"webhook-signature": "v2,AAAA"},
        {"webhook-signature": "v1,ключ"},
        {"webhook-timestamp": "soon"},
        {"webhook-timestamp": "1"},
        {"webhook-timestamp": "9" * 30},
    ],
)
def test_tampered_headers_are_refused(change: dict[str, str]) -> None:
    """Every header counts."""
    clock = Clock()
    headers = {**signed(b"{}", clock), **change}

    with pytest.raises(SignatureError):
        verify(secret=WEBHOOK_SECRET, headers=headers, body=b"{}", now=clock())


@pytest.mark.parametrize("seconds", [-301, 301])
def test_old_and_future_notifications_are_refused(seconds: int) -> None:
    """A recorded notification cannot be played again later."""
    clock = Clock()
    headers = signed(b"{}", clock)
    now = clock() + timedelta(seconds=seconds)

    with pytest.raises(SignatureError, match="five minutes"):
        verify(secret=WEBHOOK_SECRET, headers=headers, body=b"{}", now=now)


def test_secret_must_be_base64() -> None:
    """A mistyped secret says so instead of refusing everything."""
    clock = Clock()

    with pytest.raises(SignatureError, match="whsec_"):
        verify(secret="whsec_!", headers=signed(b"", clock), body=b"", now=clock())
