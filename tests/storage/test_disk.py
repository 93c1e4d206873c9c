"""A disk without room and a file that another process keeps: refused clearly, and it heals."""

import asyncio
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from services.ledger import AccountId
from services.store import NotCommittedError
from storage.sqlite.audit import faults
from storage.sqlite.book import SqliteBook
from storage.sqlite.engine import sqlite3
from storage.sqlite.store import SqliteStore
from tests.books import ANN, BOB, POOL, open_accounts, query, transaction


@pytest.fixture(autouse=True)
async def funded(store: SqliteStore) -> None:
    """Ann has 100.00 roubles."""

    def work(book: SqliteBook) -> None:
        open_accounts(book)
        book.ledger.post(transaction("fund", POOL, ANN, 100_00))

    await store.write(work)


def move(key: str) -> Callable[[SqliteBook], str]:
    """A function that takes a kopeck from Ann to Bob and says so at length."""

    def work(book: SqliteBook) -> str:
        book.ledger.post(transaction(f"{key}{'-' * 400}", ANN, BOB, 1))
        return key

    return work


def posted(account: AccountId) -> Callable[[SqliteBook], int]:
    """A view of what an account holds."""

    def view(book: SqliteBook) -> int:
        balance = book.ledger.balance(account)
        assert balance is not None
        return balance.posted.minor

    return view


async def pragma(store: SqliteStore, text: str) -> None:
    """Set something on the connection that writes."""
    await store._writer.run(lambda raw: raw.execute(f"PRAGMA {text}").fetchall())


async def test_full_disk_refuses_and_heals_without_a_restart(
    store: SqliteStore, path: Path
) -> None:
    """What was answered is there, what was refused is not, and room is all that is needed."""
    [pages] = query(path, "PRAGMA page_count")[0]
    await pragma(store, f"max_page_count = {pages + 3}")
    outcomes: list[str | BaseException] = []
    for first in range(0, 200, 10):
        outcomes += await asyncio.gather(
            *(store.write(move(f"m{first + number}")) for number in range(10)),
            return_exceptions=True,
        )
    seen_while_full = await store.read(posted(BOB))
    await pragma(store, f"max_page_count = {pages + 3000}")
    refused = [number for number, each in enumerate(outcomes) if not isinstance(each, str)]
    retried = [await store.write(move(f"m{number}")) for number in refused]

    done = [each for each in outcomes if isinstance(each, str)]
    assert {type(each) for each in outcomes} == {str, NotCommittedError}
    assert seen_while_full == len(done)
    assert len(retried) + len(done) == 200
    assert await store.read(posted(BOB)) == 200
    assert list(await store.read(lambda book: list(faults(book.connection)))) == []


async def test_file_kept_by_another_process_delays_writes_and_no_reads(
    store: SqliteStore, path: Path
) -> None:
    """The operator's command takes a moment; the chat shows balances meanwhile."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writing = asyncio.create_task(store.write(move("m1")))
        seen = [await store.read(posted(BOB)), await store.glance(posted(BOB))]
        waits = not writing.done()
        other.execute("ROLLBACK")
        written = await writing

    assert (seen, waits, written) == ([0, 0], True, "m1")
    assert await store.read(posted(BOB)) == 1


async def test_file_kept_for_long_is_refused_clearly(store: SqliteStore, path: Path) -> None:
    """Nobody waits for ever, and the next try works as soon as the file is free."""
    await pragma(store, "busy_timeout = 1")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(NotCommittedError):
            await store.write(move("m1"))
        other.execute("ROLLBACK")

    assert await store.write(move("m1")) == "m1"
    assert await store.read(posted(BOB)) == 1
