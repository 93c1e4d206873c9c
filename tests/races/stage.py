"""The stage of a race: two processes' worth of services on one database."""

from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import psycopg

from purser.services import Services, create_services
from services.holders import Holder
from services.ids import new_id
from services.invoices import Invoice, Wish
from services.merchants import Merchant
from services.money import RUB, Money
from services.terminals import Terminal
from services.vault import Vault
from storage.postgres.store import open_store
from tests.catalogue import Billing, order, stock
from tests.clock import TestClock
from tests.races.pausing import PausingStore

_VALUES = "SELECT {columns} FROM {table} WHERE {column} = %s ORDER BY {columns}"


@dataclass
class Process:
    """What one process of the wallet has: a store, a clock and the services."""

    store: PausingStore
    clock: TestClock
    services: Services


@dataclass
class Stage:
    """Two processes, and those who act in them."""

    first: Process
    second: Process
    vault: Vault
    raw: psycopg.Connection[tuple[Any, ...]]
    """Looks on from outside."""
    billing: Billing
    """Whom both processes ask when providers are paid."""
    is_stocked: bool = False
    """Whether there is a catalogue."""
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def phone(self) -> str:
        """A number that nobody has."""
        return f"+7916{next(self._numbers):07d}"

    def telegram_id(self) -> int:
        """A Telegram account without a wallet."""
        return 10_000 + next(self._numbers)

    async def person(self, minor: int = 100_00) -> Holder:
        """Somebody with a wallet and money in it."""
        wallets = self.first.services.wallets
        holder = await wallets.open(phone=self.phone())
        await wallets.correct(phone=holder.phone, amount=Money(minor, RUB), reason="test")
        return holder

    async def shop(self) -> Merchant:
        """A merchant that is told of its payments."""
        made = await self.first.services.merchants.add(
            name="Shop", currency=RUB, webhook_url="https://shop.example/hook"
        )
        return made.merchant

    async def terminal(self, bond_minor: int = 1_000_00) -> Terminal:
        """A machine that takes cash."""
        made = await self.first.services.terminals.add(name="Lobby", bond_minor=bond_minor)
        return made.terminal

    async def invoice(
        self, shop: Merchant, minor: int = 60_00, holder: Holder | None = None
    ) -> Invoice:
        """An invoice for *holder*, or for whoever has its link."""
        phone = None if holder is None else holder.phone
        wish = Wish(Money(minor, RUB), "A book", phone=phone)
        return await self.first.services.invoices.create(merchant=shop, wish=wish)

    async def offered(self, holder: Holder, invoice: Invoice, source: str = "account") -> str:
        """The id of an offer to pay."""
        made = await self.first.services.payments.offer(
            holder=holder,
            invoice_id=invoice.id,
            source=source,
            key=f"pay:{holder.id}:{invoice.id}:{source}",
        )
        return made.offer.id

    async def confirmed(self, holder: Holder, invoice: Invoice, source: str = "account") -> str:
        """The id of an offer that waits for its code."""
        offer_id = await self.offered(holder, invoice, source)
        await self.first.services.payments.confirm(holder=holder, offer_id=offer_id)
        return offer_id

    async def paid(self, shop: Merchant, minor: int = 60_00) -> tuple[Holder, Invoice]:
        """Somebody who has paid, and the invoice."""
        holder = await self.person(minor)
        invoice = await self.invoice(shop, minor)
        offer_id = await self.confirmed(holder, invoice)
        await self.first.services.payments.prove(
            holder=holder, offer_id=offer_id, typed=await self.digits(offer_id)
        )
        return holder, invoice

    async def order_offered(self, holder: Holder, minor: int = 50_00, key: str = "pay") -> str:
        """The id of an offer to pay a provider, which costs ten roubles more."""
        if not self.is_stocked:
            await stock(self.first.services)
            self.is_stocked = True
        made = await self.first.services.provider_payments.offer(
            holder=holder, order=order(minor), key=f"{key}:{holder.id}"
        )
        return made.offer.id

    async def order_sent(self, holder: Holder) -> str:
        """The id of a payment that a provider is to be asked for: 60 roubles of 100."""
        payments, offer_id = (
            self.first.services.provider_payments,
            await self.order_offered(holder),
        )
        await payments.confirm(holder=holder, offer_id=offer_id)
        sent = await payments.prove(
            holder=holder, offer_id=offer_id, typed=await self.digits(offer_id)
        )
        assert sent.payment is not None
        return sent.payment.id

    async def digits(self, offer_id: str) -> str:
        """The code that was sent for the offer."""
        [[code_id]] = self.rows("SELECT code_id FROM offers WHERE id = %s", offer_id)
        return await self.digits_of(code_id)

    async def digits_of(self, code_id: str) -> str:
        """What the SMS with that code says."""
        code = await self.first.store.read(lambda book: book.codes.find(code_id))
        assert code is not None
        return code.digits(self.vault)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of a query, seen from outside."""
        return self.raw.execute(query.encode(), values).fetchall()

    def seen(self, table: str, column: str, value: object, columns: str) -> list[tuple[Any, ...]]:
        """What is in *columns* of the rows whose *column* has that value."""
        return self.rows(_VALUES.format(table=table, column=column, columns=columns), value)

    def account(self, owner: str) -> tuple[int, int]:
        """What the roubles of *owner* are: posted and held."""
        [found] = self.rows("SELECT posted, held FROM balances WHERE id = %s", f"{owner}:main:RUB")
        return found[0], found[1]

    def waits(self) -> bool:
        """Whether somebody waits for a lock."""
        return bool(self.rows(_WAITING)[0][0])

    def repeated(self) -> int:
        """How often a function was run again, in both processes."""
        counts = (each.store.commit_counts() for each in (self.first, self.second))
        return sum((Counter(each) for each in counts), Counter[str]())["repeated"]

    async def faults(self) -> list[str]:
        """What is wrong with the books, once all is sealed."""
        await self.first.store.seal()
        audit = await self.first.services.books.audit()
        assert all(each.posted_minor == 0 for each in audit.totals)
        return [f"{fault.name} {fault.row}" for fault in audit.faults]


_WAITING = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


async def open_stage(stack: AsyncExitStack, url: str, vault: Vault) -> Stage:
    """Open both processes on the database at *url*, and a look at it from outside."""
    billing = Billing()
    first = await _process(stack, url, vault, billing)
    second = await _process(stack, url, vault, billing)
    key = vault.new_data_key(new_id(first.clock()), first.clock())
    await first.store.write(lambda book: book.data_keys.add(key))
    raw = stack.enter_context(psycopg.connect(url, autocommit=True))
    return Stage(first, second, vault, raw, billing)


async def _process(stack: AsyncExitStack, url: str, vault: Vault, billing: Billing) -> Process:
    store = await stack.enter_async_context(open_store(url, may_migrate=False))
    clock, pausing = TestClock(), PausingStore(store)
    services = create_services(
        store=pausing, vault=vault, now=clock, new_id=new_id, connections=billing.connections
    )
    return Process(pausing, clock, services)
