"""What paying costs on PostgreSQL: the whole service beside pgbench doing the same.

The statements of one payment are recorded from the service and written as one script for
pgbench, which runs it prepared, on a copy of the database on the same server; rounds are
interleaved.  A second table pays one account by everybody, in the ways that were tried.
"""

import asyncio
import multiprocessing
import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from functools import partial
from itertools import count
from typing import Any

from bench.servers import PostgresServer, postgres
from bench.write_path import VAULT, Inline, bench_services
from services.clock import system_clock
from services.holders import Holder, open_wallet
from services.invoices import Wish
from services.ledger import Account, AccountId, Transaction, Transfer, account_id, suspense
from services.merchants import Merchant
from services.money import RUB, Money
from storage.book import BookTables
from storage.postgres.book import PostgresBook
from storage.postgres.connection import PostgresConnection, connect, translated
from storage.postgres.store import PostgresStore, open_store

CALLERS, EACH, ROUNDS = 32, 40, 3
HOLDERS, SHOPS = 1000, 50
PER_ROUND = CALLERS * EACH
ACCOUNTS, TRANSFERS = 10_000, 3_000

_TOKEN = re.compile(r"\b([hiop])(\d+)\b")
Rates = dict[str, list[int]]


class Numbered:
    """Ids that say what they are of, so that a script can count them: `o17`."""

    def __init__(self) -> None:
        self.letter, self.number = "x", 0

    def __call__(self, _: Any = None) -> str:
        return f"{self.letter}{self.number}"


def measure() -> tuple[Rates, Rates]:
    """Payments a second by row of each table, a number for each round."""
    with postgres() as server:
        payments = _Payments(server)
        asyncio.run(payments.fill())
        for number in range(ROUNDS):
            payments.round(number)
        return payments.rates, asyncio.run(_hot(server.create("hot")))


class _Payments:
    """A database with open offers, served by pgbench and by the service in turn."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._filled = server.create("filled")
        self.rates: Rates = {name: [] for name in ("pgbench", "one process", "two processes")}

    async def fill(self) -> None:
        """People, shops, and an offer for every payment of a round."""
        ids = Numbered()
        async with open_store(self._filled) as store:
            key = VAULT.new_data_key("0" * 32, system_clock())
            await store.write(lambda book: book.data_keys.add(key))
            services = bench_services(store, new_id=ids)
            shops = []
            for ids.number in range(SHOPS):
                ids.letter = "m"
                shops.append((await services.merchants.add(name="Shop", currency=RUB)).merchant)
            people = await store.write(_open_people)
            for number in range(0, PER_ROUND, 200):
                numbers = range(number, min(number + 200, PER_ROUND))
                await store.write(partial(_offers, people=people, shops=shops, numbers=numbers))

    def round(self, number: int) -> None:
        """One after the other, each on a fresh copy."""
        if not number:
            self._script = _script(self._server.create("recorded", template="filled"))
        turns: dict[str, Callable[[str], int]] = {
            "pgbench": self._pgbench,
            "one process": lambda url: _served(url, 1),
            "two processes": lambda url: _served(url, 2),
        }
        for name in sorted(turns, reverse=bool(number % 2)):
            copy = self._server.create(f"{name.split()[0]}{number}", template="filled")
            self.rates[name].append(turns[name](copy))
            self._server.drop(copy.rpartition("/")[2])

    def _pgbench(self, url: str) -> int:
        with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
            file.write(self._script)
            file.flush()
            options = ["-n", "-M", "prepared", "-c", str(CALLERS), "-j", "2", "-t", str(EACH)]
            printed = subprocess.run(  # noqa: S603  # our own words
                [self._server.program("pgbench"), *options, "-D", "i=-1", "-f", file.name, url],
                capture_output=True,
                text=True,
                check=True,
            ).stdout
        failed = re.search(r"failed transactions: (\d+)", printed)
        if failed is None or failed[1] != "0":
            raise RuntimeError(printed)
        return _tps(printed)


def _served(url: str, processes: int) -> int:
    """Payments a second by so many processes, each with its part of the callers."""
    context = multiprocessing.get_context("spawn")
    together = context.Barrier(processes)
    share = PER_ROUND // processes
    parts = [
        (url, range(first, first + share), CALLERS // processes)
        for first in range(0, PER_ROUND, share)
    ]
    with ProcessPoolExecutor(processes, context, _meet, (together,)) as pool:
        spans = list(pool.map(_serve_part, parts))
    return PER_ROUND * 10**9 // (max(end for _, end in spans) - min(begin for begin, _ in spans))


_together: Any = None


def _meet(together: Any) -> None:
    """In a new process: what it begins at."""
    global _together  # noqa: PLW0603  # a pool gives its processes nothing else
    _together = together


def _serve_part(part: tuple[str, range, int]) -> tuple[int, int]:
    """When a process began to pay and when it was done, on the clock that all share."""
    return asyncio.run(_serve(*part))


async def _serve(url: str, payments: range, callers: int) -> tuple[int, int]:
    numbers = iter(payments)
    async with open_store(url) as store:
        services = bench_services(store)
        person = Holder("", "+", None, "en", system_clock())
        await asyncio.gather(*(store.read(lambda book: None) for _ in range(8)))

        async def caller() -> None:
            for number in numbers:
                holder = _person(number % HOLDERS, person)
                await services.payments.confirm(holder=holder, offer_id=f"o{number}")

        await asyncio.to_thread(_together.wait)
        began = time.perf_counter_ns()
        await asyncio.gather(*(caller() for _ in range(callers)))
        return began, time.perf_counter_ns()


def _person(number: int, of: Holder) -> Holder:
    return Holder(f"h{number}", f"+7916{1_000_000 + number}", None, "en", of.joined_at)


def _open_people(book: BookTables) -> list[Holder]:
    at = system_clock()
    book.ledger.open(Account(suspense(RUB), "system", RUB, at, -(9 * 10**15)))
    people = []
    for number in range(HOLDERS):
        holder = Holder(f"h{number}", f"+7916{1_000_000 + number}", None, "en", at)
        open_wallet(book, holder, "operator")
        transfer = Transfer(suspense(RUB), account_id(holder.owner, RUB), Money(10**9, RUB))
        book.ledger.post(Transaction(f"fund:{number}", "seed", holder.owner, at, (transfer,)))
        people.append(holder)
    return people


def _offers(book: BookTables, people: list[Holder], shops: list[Merchant], numbers: range) -> None:
    """Through the services, in this transaction."""
    ids = Numbered()
    services = bench_services(Inline(book), new_id=ids)

    async def make() -> None:
        for number in numbers:
            holder = people[number % HOLDERS]
            ids.letter, ids.number = "i", number
            wish = Wish(Money(100, RUB), "bench", phone=holder.phone)
            invoice = await services.invoices.create(merchant=shops[number % SHOPS], wish=wish)
            ids.letter = "o"
            await services.payments.offer(
                holder=holder, invoice_id=invoice.id, key=f"offer{number}"
            )

    _finish(make())


def _finish(work: Any) -> None:
    """Run a coroutine that never waits."""
    try:
        work.send(None)
    except StopIteration:
        return
    raise RuntimeError("it waited")


def _script(url: str) -> str:
    """The statements of one payment, with its number in place of the recorded one."""
    number = PER_ROUND - 1
    with closing(connect(url)) as raw:
        raw.execute(b"BEGIN")
        recorder = _Recorder(PostgresConnection(raw, locks=True))
        ids = Numbered()
        ids.letter, ids.number = "p", number
        services = bench_services(Inline(PostgresBook(recorder)), new_id=ids)  # type: ignore[arg-type]
        holder = _person(number % HOLDERS, Holder("", "+", None, "en", system_clock()))
        _finish(services.payments.confirm(holder=holder, offer_id=f"o{number}"))
        raw.execute(b"ROLLBACK")
    lines = [
        r"\set i :i + 1",
        rf"\set n :client_id * {EACH} + :i",
        rf"\set h mod(:n, {HOLDERS})",
        rf"\set m mod(:n, {SHOPS})",
        "BEGIN ISOLATION LEVEL READ COMMITTED;",
        "SELECT pg_current_xact_id();",
        *(f"{each};" for each in recorder.statements),
        "COMMIT;",
    ]
    return "\n".join(lines) + "\n"


class _Recorder:
    """A connection that writes down what it executes, as pgbench will."""

    def __init__(self, connection: PostgresConnection) -> None:
        self._connection = connection
        self.raw = connection.raw
        self.statements: list[str] = []

    def execute(self, statement: str, values: Any = None, /) -> Any:
        """Execute, and remember."""
        text = translated(statement, locks=True).decode()
        written = re.sub(r"%\((\w+)\)s", lambda found: _written((values or {})[found[1]]), text)
        self.statements.append(" ".join(written.replace("%%", "%").split()))
        return self._connection.execute(statement, values)


def _written(value: Any) -> str:
    """A value as SQL; what is counted becomes a variable, and no colon stays in a text."""
    if value is None:
        return "NULL"
    if isinstance(value, list):
        return f"ARRAY[{', '.join(map(_written, value))}]"
    if isinstance(value, bytes):
        return rf"'\x{value.hex()}'::bytea"
    if not isinstance(value, str):
        return str(value).lower()
    return f"({' || '.join(_pieces(value))})" if value else "''"


def _pieces(text: str) -> Iterator[str]:
    names = {"h": "h", "i": "n", "o": "n", "p": "n"}
    for part in re.split(r"(\b[hiop]\d+\b|\bm\d+\b|:|\+7916\d+)", text):
        if part == ":":
            yield "chr(58)"
        elif re.fullmatch(r"\+7916\d+", part):
            yield "'+7916' || (1000000 + cast(:h as int))"
        elif re.fullmatch(r"[hiopm]\d+", part):
            yield f"'{part[0]}' || cast(:{names.get(part[0], 'm')} as text)"
        elif part:
            yield "'" + part.replace("'", "''") + "'"


def _tps(printed: str) -> int:
    found = re.search(r"tps = (\d+)", printed)
    if found is None:
        raise RuntimeError(printed)
    return int(found[1])


async def _hot(url: str) -> Rates:
    """Transfers a second: spread, and into one account in each of the ways."""
    shop, fees = account_id("merchant/one", RUB), account_id("system", RUB, "fees")
    rows = {f"holder/row{number}" for number in range(16)}
    ways: dict[str, Callable[[int], tuple[AccountId, ...]]] = {
        "spread over 10,000 accounts": lambda n: (_spread(n * 7919 + 1),),
        "one account, its row locked in id order": lambda _: (account_id("holder/row0", RUB),),
        "one account in 16 rows, summed on read": lambda n: (
            account_id(f"holder/row{n % 16}", RUB),
        ),
        "one merchant, credits wait and are summed (as built)": lambda _: (shop,),
        "spread, and a fee to one row": lambda n: (
            _spread(n * 7919 + 1),
            account_id("holder/row0", RUB),
        ),
        "spread, and a fee to one account (as built)": lambda n: (_spread(n * 7919 + 1), fees),
    }
    async with open_store(url) as store:
        for first in range(0, ACCOUNTS, 1000):
            await store.write(partial(_open_accounts, first=first))
        others = [("merchant/one", shop), ("system", fees)]
        others += [(owner, account_id(owner, RUB)) for owner in sorted(rows)]
        await store.write(lambda book: _open_others(book, others))
        rates: Rates = {name: [] for name in ways}
        numbers = count()
        for _ in range(ROUNDS):
            for name, targets in ways.items():
                rates[name].append(await _transfer(store, targets, numbers))
            await store.seal()
        return rates


async def _transfer(
    store: PostgresStore, targets: Callable[[int], tuple[AccountId, ...]], numbers: Iterator[int]
) -> int:
    first = next(numbers)
    rest = iter(range(first, first + TRANSFERS))
    for _ in range(TRANSFERS):
        next(numbers)

    async def caller() -> None:
        for number in rest:
            source, at = _spread(number), system_clock()
            moved = tuple(
                Transfer(source, target, Money(1, RUB))
                for target in targets(number)
                if target != source
            )
            if moved:
                done = Transaction(f"hot:{number}", "bench", "bench/1", at, moved)
                await store.write(partial(_post, done=done))

    began = time.perf_counter_ns()
    await asyncio.gather(*(caller() for _ in range(CALLERS)))
    return TRANSFERS * 10**9 // (time.perf_counter_ns() - began)


def _post(book: BookTables, done: Transaction) -> None:
    book.ledger.post(done)


def _spread(number: int) -> AccountId:
    return account_id(f"holder/a{number % ACCOUNTS}", RUB)


def _open_others(book: BookTables, accounts: list[tuple[str, AccountId]]) -> None:
    for owner, account in accounts:
        book.ledger.open(Account(account, owner, RUB, system_clock()))


def _open_accounts(book: BookTables, first: int) -> None:
    at = system_clock()
    book.ledger.open(Account(suspense(RUB), "system", RUB, at, -(9 * 10**15)))
    for number in range(first, first + 1000):
        account = _spread(number)
        book.ledger.open(Account(account, f"holder/a{number}", RUB, at))
    moved = tuple(
        Transfer(suspense(RUB), _spread(number), Money(10**6, RUB))
        for number in range(first, first + 1000)
    )
    book.ledger.post(Transaction(f"fund:{first}", "seed", "bench/1", at, moved))


def table(found: tuple[Rates, Rates]) -> str:
    """Both tables as Markdown: medians, and how each stands beside the first row."""
    payments, hot = found
    return "\n\n".join(
        (
            _table(f"paying an invoice on PostgreSQL, {CALLERS} callers", payments),
            _table(f"transfers on PostgreSQL, {CALLERS} callers", hot),
        )
    )


def _table(title: str, rates: Rates) -> str:
    medians = {name: sorted(found)[len(found) // 2] for name, found in rates.items()}
    base = next(iter(medians.values()))
    lines = [f"| {title} | per second | of the first |", "| --- | --- | --- |"]
    lines += [
        f"| {name} | {median} | {100 * median // base} % |" for name, median in medians.items()
    ]
    return "\n".join(lines)
