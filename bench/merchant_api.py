"""What else our own API can do for a shop: each operation once, counted."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bench.person import Person
from bench.tally import Tally
from services.invoices import Invoice
from services.merchants import Credentials
from services.money import RUB, Money
from services.sources import ACCOUNT, Rules, named
from storage.book import BookTables

if TYPE_CHECKING:
    from bench.calls import Client
    from bench.commands import World

PREFIX = "/api/v1"
INVOICES = f"{PREFIX}/invoices"


class ShopsProgram:
    """A shop of its own, with money from *person*."""

    def __init__(
        self, world: "World", tally: Tally, client: "Client", shop: Credentials, person: Person
    ) -> None:
        self._world = world
        self._tally = tally
        self._client = client
        self._shop = shop
        self._person = person
        self._made = 0

    async def call(self, method: str, path: str, body: Any = None, **names: str) -> Any:
        """One counted call; *names* are the parts of the address that are ids."""
        asked = self._ask(method, path.format(**names), body)
        shown = path.format(**dict.fromkeys(names, "{id}"))
        await self._tally.row(f"{method} {PREFIX}{shown}", asked)
        return self._client.answer.json()

    async def issued(self, **fields: Any) -> str:
        """The id of a new invoice of 10.00, made uncounted."""
        self._made += 1
        amount = {"minor": 1000, "currency": "RUB"}
        wish = {"amount": amount, "description": "Tea", "reference": f"order-{self._made}"}
        await self._ask("POST", "/invoices", wish | fields)
        made: str = self._client.answer.json()["id"]
        return made

    async def paid(self, **fields: Any) -> str:
        """The id of one that the person has agreed to pay."""
        invoice_id = await self.issued(**fields)
        services = self._world.services
        holder = (await services.visitors.find(telegram_id=self._person.number)).holder
        if holder is None:
            raise RuntimeError("nobody joined")
        payer, at = holder, self._world.clock()
        invoice: Invoice = await services.invoices.view(holder=payer, invoice_id=invoice_id)

        def work(book: BookTables) -> None:
            services.payments.pay_now(
                book,
                holder=payer,
                invoice_id=invoice_id,
                source=named(book, Rules(), payer, ACCOUNT, invoice.amount, at),
                key=f"bench {invoice_id}",
                ids=(f"{invoice_id[:31]}o", f"{invoice_id[:31]}p"),
                at=at,
            )

        await self._world.store.write(work)
        return invoice_id

    async def _ask(self, method: str, path: str, body: Any) -> None:
        key = {"authorization": f"Bearer {self._shop.secret_key}"}
        if body is not None:
            key["idempotency_key"] = f"{path} {self._made}"
        await self._client.call(method, f"{PREFIX}{path}", body, **key)


async def runs_a_shop(world: "World", tally: Tally, client: "Client", person: Person) -> None:
    """Held, charged, tried, counted, told, given keys and addresses."""
    shop = await world.services.merchants.add(name=f"Program {person.number}", currency=RUB)
    await world.services.wallets.correct(
        phone=person.phone, amount=Money(10_000, RUB), reason="bench"
    )
    program = ShopsProgram(world, tally, client, shop, person)
    await _ends_invoices(program)
    for path in ("/links", "/balance", "/payouts", "/deliveries", "/deliveries/failed"):
        await program.call("GET", path)
    day = (world.clock() - timedelta(days=2)).date().isoformat()
    await program.call("GET", "/closings/{day}", day=day)
    await _keeps_keys(program)
    await _is_told(world, program)


async def _ends_invoices(program: ShopsProgram) -> None:
    held, other = await program.paid(capture="later"), await program.paid(capture="later")
    part = {"amount": {"minor": 900, "currency": "RUB"}}
    await program.call("POST", "/invoices/{invoice_id}/capture", part, invoice_id=held)
    await program.call("POST", "/invoices/{invoice_id}/release", invoice_id=other)
    agreed = await program.paid(recurring=True)
    again = part | {"description": "Tea", "reference": "again"}
    await program.call("POST", "/invoices/{invoice_id}/charges", again, invoice_id=agreed)
    test = await program.issued(test=True)
    await program.call("POST", "/invoices/{invoice_id}/test", {"pays": True}, invoice_id=test)


async def _keeps_keys(program: ShopsProgram) -> None:
    pair = await program.call("POST", "/keys", {"name": "web"})
    await program.call("GET", "/keys")
    await program.call("PUT", "/keys/{key_id}/notify-url", {"url": None}, key_id=pair["id"])
    await program.call("DELETE", "/keys/{key_id}", key_id=pair["id"])
    await program.call("GET", "/shop")
    await program.call("PUT", "/shop/webhook", {"url": "https://shop.example/hook"})
    await program.call("PUT", "/shop/return-addresses", {"items": ["https://shop.example"]})
    await program.call("GET", "/shop/return-addresses")


async def _is_told(world: "World", program: ShopsProgram) -> None:
    await program.call("POST", "/deliveries/test")
    test = await program.issued(test=True)
    await world.services.invoices.play_test(invoice_id=test, pays=False)
    key = f"webhook:invoice:{test}:2"
    await world.store.write(lambda book: book.due.bury(key, error="HTTP 500"))
    await program.call("POST", "/deliveries/resend", {"key": key})
