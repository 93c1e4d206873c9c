"""What paying costs: the whole service on SQLite beside raw SQLite doing the same.

The statements of every payment, with their values, are recorded from the service once and
replayed raw on a copy of the database; rounds are interleaved, so a noisy machine disturbs
all rows alike.
"""

import asyncio
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from purser.services import Services, create_services
from services.clock import system_clock
from services.holders import Holder
from services.ids import NewId, new_id
from services.invoices import Wish
from services.limit_rules import UNLIMITED, LimitTerms
from services.money import AMOUNT_MINOR_MAX, RUB, Money
from services.sources import Rules
from services.vault import Vault
from storage.book import BookTables
from storage.sqlite.book import SqliteBook
from storage.sqlite.connection import prepare
from storage.sqlite.engine import sqlite3
from storage.sqlite.store import open_store

HOLDERS, GROUP, ROUNDS = 500, 64, 5
GROUPED, SINGLE = 640, 96
"""Payments of one round, of rows that share commits and of rows that do not."""

VAULT = Vault(bytes(32))
Statement = tuple[str, Any]
Offer = tuple[Holder, str]


@dataclass(slots=True)
class Row:
    """A line of the table: its best round."""

    name: str
    wall: list[int] = field(default_factory=list)
    cpu: list[int] = field(default_factory=list)

    def add(self, began: tuple[int, int], payments: int) -> None:
        """Count a round that began then; nanoseconds per payment."""
        self.wall.append((time.perf_counter_ns() - began[0]) // payments)
        self.cpu.append((time.process_time_ns() - began[1]) // payments)


class Recorder:
    """A connection that writes down what it executes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.statements: list[Statement] = []

    def execute(self, sql: str, values: Any = ()) -> Any:
        """Execute, and remember."""
        self.statements.append((sql, values))
        return self._connection.execute(sql, values)


class Inline:
    """A store without threads and commits, for recording."""

    def __init__(self, book: BookTables) -> None:
        self._book = book

    async def write(self, work: Callable[[BookTables], Any]) -> Any:
        """Run *work* at once."""
        return work(self._book)

    read = write


async def measure() -> list[Row]:
    """Four rows: raw and service, sharing commits and alone."""
    with tempfile.TemporaryDirectory(prefix="purser-bench-") as made:
        served, raw = Path(made) / "served.db", Path(made) / "raw.db"
        offers = await _fill(served, ROUNDS * (GROUPED + SINGLE))
        shutil.copy(served, raw)
        recorded = await _record(raw, offers)
        shutil.copy(served, raw)
        rows = [Row(f"raw, {GROUP} share a commit"), Row(f"service, {GROUP} waiting")]
        rows += [Row("raw, a commit each"), Row("service, one caller")]
        await _rounds(served, raw, offers, recorded, rows)
        return rows


async def _rounds(
    served: Path, raw: Path, offers: list[Offer], recorded: list[list[Statement]], rows: list[Row]
) -> None:
    at = 0
    with closing(_connect(raw)) as connection:
        async with open_store(served) as store:
            services = bench_services(store)
            for _ in range(ROUNDS):
                for group, callers, count, (raw_row, service_row) in (
                    (GROUP, GROUP, GROUPED, rows[:2]),
                    (1, 1, SINGLE, rows[2:4]),
                ):
                    began = _clock()
                    _replay(connection, recorded[at : at + count], group)
                    raw_row.add(began, count)
                    began = _clock()
                    await _share(callers, offers[at : at + count], _confirm(services))
                    service_row.add(began, count)
                    at += count


async def _fill(path: Path, count: int) -> list[Offer]:
    """People, a shop, and an open offer for each payment to come."""
    async with open_store(path) as store:
        key = VAULT.new_data_key(new_id(system_clock()), system_clock())
        await store.write(lambda book: book.data_keys.add(key))
        services = bench_services(store)
        shop = (await services.merchants.add(name="Shop", currency=RUB)).merchant
        people = [
            await services.wallets.open(phone=f"+7916{1_000_000 + number}")
            for number in range(HOLDERS)
        ]
        for holder in people:
            await services.wallets.correct(
                phone=holder.phone, amount=Money(10**9, RUB), reason="bench"
            )

        async def offer(number: int) -> Offer:
            holder = people[number % HOLDERS]
            wish = Wish(Money(100, RUB), "bench", phone=holder.phone)
            invoice = await services.invoices.create(merchant=shop, wish=wish)
            made = await services.payments.offer(
                holder=holder, invoice_id=invoice.id, key=f"offer {number}"
            )
            return holder, made.offer.id

        return [
            each
            for first in range(0, count, 256)
            for each in await asyncio.gather(
                *(offer(number) for number in range(first, min(first + 256, count)))
            )
        ]


async def _record(path: Path, offers: list[Offer]) -> list[list[Statement]]:
    """The statements of each payment with their values."""
    recorded = []
    with closing(_connect(path)) as connection:
        connection.execute("BEGIN")
        recorder = Recorder(connection)
        services = bench_services(Inline(SqliteBook(recorder)))  # type: ignore[arg-type]
        for holder, offer_id in offers:
            recorder.statements = []
            await services.payments.confirm(holder=holder, offer_id=offer_id)
            recorded.append(recorder.statements)
        connection.execute("ROLLBACK")
    return recorded


def _replay(connection: sqlite3.Connection, payments: list[list[Statement]], group: int) -> None:
    for first in range(0, len(payments), group):
        connection.execute("BEGIN IMMEDIATE")
        for statements in payments[first : first + group]:
            connection.execute("SAVEPOINT job")
            for sql, values in statements:
                connection.execute(sql, values).fetchall()
            connection.execute("RELEASE job")
        connection.execute("COMMIT")


def _confirm(services: Services) -> Callable[[Offer], Awaitable[Any]]:
    return lambda offer: services.payments.confirm(holder=offer[0], offer_id=offer[1])


async def _share(
    callers: int, offers: list[Offer], confirm: Callable[[Offer], Awaitable[Any]]
) -> None:
    """So many callers at once, each waiting for its own answer before the next."""
    rest = iter(offers)

    async def caller() -> None:
        for offer in rest:
            await confirm(offer)

    await asyncio.gather(*(caller() for _ in range(callers)))


def bench_services(store: Any, *, new_id: NewId = new_id) -> Services:
    """As the application builds them; no amount asks for a code, so Confirm pays."""
    return create_services(
        store=store,
        vault=VAULT,
        now=system_clock,
        new_id=new_id,
        rules=Rules(
            limits=LimitTerms(shipped=UNLIMITED),
            code_from_minor={"RUB": AMOUNT_MINOR_MAX + 1},
        ),
    )


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, cached_statements=512)
    prepare(connection)
    return connection


def _clock() -> tuple[int, int]:
    return time.perf_counter_ns(), time.process_time_ns()


def table(rows: list[Row]) -> str:
    """The rows as Markdown: payments a second, and how each stands beside its raw twin."""
    best = {row.name: min(row.wall) for row in rows}
    grouped, single = (min(rows[each].wall) for each in (0, 2))
    lines = [
        "| paying an invoice | payments/s | µs | µs of CPU | of raw shared | of raw alone |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {row.name} | {10**9 // best[row.name]} | {best[row.name] // 1000} "
        f"| {min(row.cpu) // 1000} | {100 * grouped // best[row.name]} % "
        f"| {100 * single // best[row.name]} % |"
        for row in rows
    ]
    return "\n".join(lines)
