"""A shop of Robokassa's interface: its orders, its own calls, its questions, each once."""

import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from bench.person import Person
from bench.tally import Tally
from gateway.robokassa.signatures import digest, joined
from services.invoices import Invoice
from services.money import RUB, Money
from services.robokassa_shops import FreshShop
from services.sources import ACCOUNT, Rules, named
from storage.book import BookTables

if TYPE_CHECKING:
    from bench.calls import Client
    from bench.commands import World

PAYMENT, SERVICE = "/Merchant/Payment", "/Merchant/WebService/Service.asmx"
STATE = f"{SERVICE}/OpStateExt"


class Orders:
    """The shop's plugin: signs with the first password, but where the second is asked for."""

    def __init__(self, world: "World", tally: Tally, client: "Client", fresh: FreshShop) -> None:
        self._world = world
        self._tally = tally
        self._client = client
        self._fresh = fresh

    async def call(
        self,
        path: str,
        signed: tuple[str, ...],
        method: str = "GET",
        **fields: str,
    ) -> None:
        """One counted call, signed over the login, *signed* and the password."""
        shop, passwords = self._fresh.shop, self._fresh.passwords
        password = passwords.second if path == STATE else passwords.first
        signature = digest(joined((shop.login, *signed, password)), shop.algorithm)
        query = urlencode(fields | {"MerchantLogin": shop.login, "SignatureValue": signature})
        await self._tally.row(f"{method} {path}", self._client.call(method, path, query=query))

    async def order(self, path: str, number: str, *modifiers: str, **fields: str) -> None:
        """An order of 10.00, with what *modifiers* signs of *fields*."""
        await self.call(
            path, ("10.00", number, *modifiers), OutSum="10.00", InvId=number, **fields
        )

    async def split(self) -> None:
        """An order in JSON, with all of its money for the one shop."""
        shop, path = self._fresh.shop, f"{PAYMENT}/CreateV2"
        text = json.dumps({"outAmount": "10.00", "merchant": {"id": shop.login}})
        signature = digest(f"{text}{self._fresh.passwords.first}", shop.algorithm)
        query = urlencode({"invoice": text, "signature": signature})
        await self._tally.row(f"GET {path}", self._client.call("GET", path, query=query))

    async def paid(self, person: Person, number: str) -> Invoice:
        """The order of that number, paid by *person* who wants it."""
        merchant, services = self._fresh.shop.merchant, self._world.services
        invoice = await services.invoices.with_reference(merchant=merchant, reference=number)
        holder = (await services.visitors.find(telegram_id=person.number)).holder
        if holder is None:
            raise RuntimeError("nobody joined")
        payer, at = holder, self._world.clock()

        def work(book: BookTables) -> None:
            source = named(book, Rules(), payer, ACCOUNT, invoice.amount, at)
            services.payments.pay_now(
                book,
                holder=payer,
                invoice_id=invoice.id,
                source=source,
                key=f"bench {invoice.id}",
                ids=(f"{invoice.id[:31]}o", f"{invoice.id[:31]}p"),
                at=at,
            )

        await self._world.store.write(work)
        return await services.invoices.get(merchant=merchant, invoice_id=invoice.id)


async def sells_by_robokassa(
    world: "World", tally: Tally, client: "Client", person: Person
) -> None:
    """Held and taken, held and let go, charged again, asked about."""
    made = await world.services.merchants.add(name=f"Plugin {person.number}", currency=RUB)
    shops = world.services.robokassa_shops
    orders = Orders(world, tally, client, await shops.add(merchant_id=made.merchant.id))
    await world.services.wallets.correct(
        phone=person.phone, amount=Money(10_000, RUB), reason="bench"
    )
    await _holds(orders, person)
    await _charges(tally, client, orders, person)
    await orders.call(STATE, ("1",), InvoiceID="1")
    for name in ("GetCurrencies", "GetPaymentMethods"):
        await orders.call(f"{SERVICE}/{name}", ())
    await orders.call(f"{SERVICE}/CalcOutSumm", ("10.00",), IncSum="10.00")


async def _holds(orders: Orders, person: Person) -> None:
    await orders.order("/Merchant/Index.aspx", "1", "true", StepByStep="true")
    await orders.paid(person, "1")
    await orders.order("/Index.aspx", "2", "true", StepByStep="true")
    await orders.paid(person, "2")
    confirm, cancel = f"{PAYMENT}/Confirm", f"{PAYMENT}/Cancel"
    await orders.call(confirm, ("9.00", "1"), "POST", OutSum="9.00", InvoiceID="1")
    await orders.call(cancel, ("", "2"), "POST", InvoiceID="2")


async def _charges(tally: Tally, client: "Client", orders: Orders, person: Person) -> None:
    path = "/Merchant/Indexjson.aspx"
    fields = {"OutSum": "10.00", "InvId": "3", "Recurring": "true"}
    await orders.call(path, ("10.00", "3"), "POST", **fields)
    opened = f"/Merchant/Index/{client.answer.json()['invoiceID']}"
    await tally.row("GET /Merchant/Index/{id}", client.call("GET", opened))
    operation = (await orders.paid(person, "3")).payment or ""
    fields = {"OutSum": "10.00", "InvoiceID": "4", "PreviousInvoiceID": "3"}
    await orders.call("/Merchant/Recurring", ("10.00", "4"), "POST", **fields)
    await orders.order(f"{PAYMENT}/CoFPayment", "5", operation, Token=operation)
    await orders.split()
