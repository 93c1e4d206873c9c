"""What documents cost: a receipt, and statements up to the longest there is."""

import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bench.filling import connect, without_triggers
from bench.write_path import VAULT, bench_services
from bot.documents.documents import Documents, Format
from bot.documents.statements import PDF_ENTRIES_MAX
from bot.texts import Texts
from purser.services import Services
from services.clock import system_clock, to_micros
from services.history import Wanted
from services.holders import Holder
from services.ids import new_id
from services.ledger import account_id, suspense
from services.money import RUB, Money
from services.statements import ENTRIES_MAX, Period
from storage.sqlite.store import open_store

PHONE = "+79161234567"
RECEIPTS = 5
_SECOND = 1_000_000

_TRANSACTIONS = """
    WITH RECURSIVE numbers (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count)
    INSERT INTO transactions (position, key, kind, cause, at, hash)
    SELECT n, 'bench:' || n, 'correction', 'correction/' || n, :at + n * :step, randomblob(32)
    FROM numbers
"""
_TRANSFERS = """
    INSERT INTO transfers (position, debit, credit, amount, currency)
    SELECT position, :debit, :credit, 100, 'RUB' FROM transactions WHERE position > 1
"""
_BALANCES = """
    UPDATE accounts SET posted = posted + CASE WHEN id = :credit THEN :moved ELSE -:moved END,
        last_transfer = (SELECT max(id) FROM transfers)
    WHERE id IN (:debit, :credit)
"""


async def measure() -> dict[str, tuple[int, int]]:
    """By document: milliseconds of wall, and bytes of the file."""
    with tempfile.TemporaryDirectory(prefix="purser-bench-") as made:
        path = Path(made) / "w.db"
        async with open_store(path) as store:
            holder = await _begin(store)
        _fill(path, holder)
        async with open_store(path) as store:
            return await _made(bench_services(store), holder)


async def _begin(store: Any) -> Holder:
    key = VAULT.new_data_key(new_id(system_clock()), system_clock())
    await store.write(lambda book: book.data_keys.add(key))
    services = bench_services(store)
    holder = await services.wallets.open(phone=PHONE)
    await services.wallets.correct(phone=PHONE, amount=Money(100, RUB), reason="bench")
    return holder


def _fill(path: Path, holder: Holder) -> None:
    """Corrections until a statement is as long as it may be."""
    at = to_micros(system_clock() - timedelta(days=2))
    values = {"count": ENTRIES_MAX, "at": at, "step": _SECOND}
    ends: dict[str, str | int] = {
        "debit": suspense(RUB),
        "credit": account_id(holder.owner, RUB),
        "moved": 100 * (ENTRIES_MAX - 1),
    }
    with closing(connect(path)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        triggers = without_triggers(connection)
        connection.execute("BEGIN")
        connection.execute(_TRANSACTIONS, values)
        for statement in (_TRANSFERS, _BALANCES):
            connection.execute(statement, ends)
        connection.execute("COMMIT")
        for trigger in triggers:
            connection.execute(trigger)


async def _made(services: Services, holder: Holder) -> dict[str, tuple[int, int]]:
    documents = Documents(vault=VAULT, address="https://wallet.example", wallet="Purser")
    words = Texts().words_for("en")
    operation = (await services.history.page(holder=holder.id, wanted=Wanted())).operations[0]
    receipt = await services.receipts.issue(holder=holder, operation_id=operation.id)
    today = system_clock().date()
    period = Period(today - timedelta(days=3), today)
    found: dict[str, tuple[int, int]] = {}

    async def note(name: str, work: Callable[[], Awaitable[Any]]) -> Any:
        began = time.perf_counter_ns()
        made = await work()
        took = (time.perf_counter_ns() - began) // 10**6
        size = len(made.content) if hasattr(made, "content") else 0
        found[name] = min((took, size), found.get(name, (took, size)))
        return made

    await note("the first receipt of a process", partial(documents.receipt, words, receipt))
    for number in range(RECEIPTS):  # the same one again would be remembered
        other = replace(receipt, done_at=receipt.done_at + timedelta(days=number))
        await note("another receipt", partial(documents.receipt, words, other))
    statement = await note(
        f"{ENTRIES_MAX:,} entries read",
        lambda: services.statements.of_period(holder=holder, currency=RUB, period=period),
    )
    for form in (Format.CSV, Format.JSON):
        await note(
            f"{ENTRIES_MAX:,} entries as {form.name}",
            partial(documents.statement, words, statement, form),
        )
    short = replace(statement, entries=statement.entries[:PDF_ENTRIES_MAX])
    await note(
        f"{PDF_ENTRIES_MAX:,} entries as PDF",
        partial(documents.statement, words, short, Format.PDF),
    )
    return found


def table(found: dict[str, tuple[int, int]]) -> str:
    """As Markdown."""
    lines = ["| document | ms | KB |", "| --- | --- | --- |"]
    lines += [
        f"| {name} | {took} | {size // 1024 or '-'} |" for name, (took, size) in found.items()
    ]
    return "\n".join(lines)
