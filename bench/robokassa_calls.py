"""A shop uses Robokassa's services: each request once, as its plugin sends it."""

import base64
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from bench.tally import Tally
from gateway.robokassa_services import invoices, receipts, refunds
from services.invoices import Wish
from services.money import RUB, Money
from services.robokassa_shops import FreshShop

if TYPE_CHECKING:
    from bench.calls import Caller, Client
    from bench.commands import World

ORDER = {"InvoiceType": "Reusable", "OutSum": 10, "InvId": 7, "Description": "Coffee"}
RECEIPT = {"id": "8", "originId": "9", "total": 10, "items": []}

Asking = Callable[[str, dict[str, Any]], Awaitable[None]]


async def uses_robokassas_services(
    world: "World", tally: Tally, client: "Client", caller: "Caller"
) -> None:
    """Invoices, refunds, receipts, an SMS that is not sent."""
    merchant = caller.shop.merchant
    fresh = await world.services.robokassa_shops.add(merchant_id=merchant.id)
    await _invoices(tally, client, fresh)
    paid = await world.services.invoices.get(merchant=merchant, invoice_id=caller.paid)
    await _refunds(tally, client, fresh, paid.payment or "")
    wish = Wish(Money(1000, RUB), "Tea", reference="9", interface="robokassa", is_test=True)
    order = await world.services.invoices.create(merchant=merchant, wish=wish)
    await world.services.invoices.play_test(invoice_id=order.id, pays=True)
    await _receipts(tally, client, fresh)
    query = urlencode({"login": fresh.shop.login, "phone": "7", "message": "", "signature": ""})
    await tally.row("GET /SMS", client.call("GET", "/SMS", query=query))


async def _invoices(tally: Tally, client: "Client", fresh: FreshShop) -> None:
    login, key = fresh.shop.login, f"{fresh.shop.login}:{fresh.passwords.first}"
    for name in ("CreateInvoice", "GetInvoiceInformationList", "DeactivateInvoice"):
        path = f"{invoices.PATH}/{name}"
        body = _token(ORDER | {"MerchantLogin": login}, key)
        await tally.row(f"POST {path}", client.call("POST", path, body))
        if name == "CreateInvoice":
            encoded = client.answer.json()["encodedId"]
            opened = client.call("GET", f"/Merchant/Invoice/{encoded}")
            await tally.row("GET /Merchant/Invoice/{id}", opened)


async def _refunds(tally: Tally, client: "Client", fresh: FreshShop, payment: str) -> None:
    path = f"{refunds.PATH}/Create"
    body = _token({"OpKey": payment, "RefundSum": 1}, fresh.passwords.third)
    await tally.row(f"POST {path}", client.call("POST", path, body))
    query = f"id={client.answer.json()['requestId']}"
    path = f"{refunds.PATH}/GetState"
    await tally.row(f"GET {path}", client.call("GET", path, query=query))


async def _receipts(tally: Tally, client: "Client", fresh: FreshShop) -> None:
    for name in ("Attach", "Status"):
        head = _encoded(json.dumps(RECEIPT | {"merchantId": fresh.shop.login}).encode())
        signed = f"{head}{fresh.passwords.first}".encode()
        digest = hashlib.md5(signed, usedforsecurity=False).hexdigest()
        path = f"{receipts.PATH}/{name}"
        body = f"{head}.{_encoded(digest.encode())}"
        await tally.row(f"POST {path}", client.call("POST", path, body))


def _token(payload: dict[str, Any], key: str) -> str:
    head = json.dumps({"typ": "JWT", "alg": "HS256"})
    signed = f"{_encoded(head.encode())}.{_encoded(json.dumps(payload).encode())}"
    return f"{signed}.{_encoded(hmac.digest(key.encode(), signed.encode(), 'sha256'))}"


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
