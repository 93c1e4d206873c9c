"""A shop uses QIWI's interfaces: each request once, as its client sends it."""

import base64
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from bench.merchant_api import ShopsProgram
from bench.person import Person
from bench.tally import Tally
from gateway.bills.edge import BASE, KEYS
from services.merchants import Credentials
from services.money import RUB
from services.pull_shops import FreshPullShop

if TYPE_CHECKING:
    from bench.calls import Client
    from bench.commands import World

AMOUNT = {"currency": "RUB", "value": "1.00"}
BILL = {"amount": AMOUNT, "comment": "Tea", "customer": {"email": "shop@example.com"}}
REFUNDED_BILL, REFUNDED_PULL = "order-1", "order-2"
"""What a shop's program calls its first invoices."""


async def sells_by_qiwi(world: "World", tally: Tally, client: "Client", person: Person) -> None:
    """Bills with refunds and by link, key pairs, and the pull interface with its pages."""
    made = await world.services.merchants.add(name="By QIWI's API", currency=RUB)
    program = ShopsProgram(world, tally, client, made, person)
    await program.paid()
    await program.paid()
    await _bills(tally, client, made)
    link = urlencode({"publicKey": made.merchant.public_key, "amount": "5", "billId": "linked"})
    await tally.row("GET /create", client.call("GET", "/create", query=link))
    pull = await world.services.pull_shops.set_up(merchant_id=made.merchant.id)
    await _pull(tally, client, pull)
    await _pages(tally, client, pull)


async def _bills(tally: Tally, client: "Client", made: Credentials) -> None:
    key = {"authorization": f"Bearer {made.secret_key}"}
    bill, shown = f"{BASE}/bills/bill", f"{BASE}/bills/{{id}}"
    refund = f"{BASE}/bills/{REFUNDED_BILL}/refunds/back"
    await tally.row(f"PUT {shown}", client.call("PUT", bill, BILL, **key))
    await tally.row(f"GET {shown}", client.call("GET", bill, **key))
    rejected = client.call("POST", f"{bill}/reject", **key)
    await tally.row(f"POST {shown}/reject", rejected)
    given = client.call("PUT", refund, {"amount": AMOUNT}, **key)
    await tally.row(f"PUT {shown}/refunds/{{id}}", given)
    await tally.row(f"GET {shown}/refunds/{{id}}", client.call("GET", refund, **key))
    for path in (KEYS, f"{BASE}/bills{KEYS}"):
        asked = client.call("POST", path, {"keysPairName": "Site"}, **key)
        await tally.row(f"POST {path}", asked)


async def _pull(tally: Tally, client: "Client", pull: FreshPullShop) -> None:
    password = base64.b64encode(f"{pull.shop.api_id}:{pull.passwords.api}".encode()).decode()
    key = {"authorization": f"Basic {password}"}
    bills = f"/api/v2/prv/{pull.shop.prv_id}/bills"
    bill, shown = f"{bills}/pulled", "/api/v2/prv/{id}/bills/{id}"
    refund = f"{bills}/{REFUNDED_PULL}/refund/back"
    form = urlencode({"user": "tel:+79990000001", "amount": "1.00", "ccy": "RUB"}).encode()
    await tally.row(f"PUT {shown}", client.call("PUT", bill, form, **key))
    await tally.row(f"GET {shown}", client.call("GET", bill, **key))
    await tally.row(f"PATCH {shown}", client.call("PATCH", bill, b"status=rejected", **key))
    given = client.call("PUT", refund, b"amount=1.00", **key)
    await tally.row(f"PUT {shown}/refund/{{id}}", given)
    await tally.row(f"GET {shown}/refund/{{id}}", client.call("GET", refund, **key))


async def _pages(tally: Tally, client: "Client", pull: FreshPullShop) -> None:
    pages, number = "/order/external", str(pull.shop.prv_id)
    order = urlencode({"from": number, "summ": "1.00", "txn_id": "by-link"})
    made = client.call("GET", f"{pages}/create.action", query=order)
    await tally.row(f"GET {pages}/create.action", made)
    named = urlencode({"shop": number, "transaction": "by-link"})
    found = client.call("GET", f"{pages}/main.action", query=named)
    await tally.row(f"GET {pages}/main.action", found)
