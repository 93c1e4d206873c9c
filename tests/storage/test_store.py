"""What the store promises to those who wait for the same commit."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest

from services.ledger import InsufficientFundsError
from services.store import NotCommittedError
from storage.sqlite.book import SqliteBook
from storage.sqlite.connection import connect
from storage.sqlite.engine import check_version
from storage.sqlite.migrate import SchemaError
from storage.sqlite.store import GROUP_MAX, SqliteStore, open_store
from tests.books import ANN, BOB, POOL, commits, open_accounts, query, transaction

POSTED = "SELECT count(*) FROM transactions WHERE key LIKE 'm%'"
NOT_STRICT = """
    SELECT name FROM pragma_table_list
    WHERE schema = 'main' AND type = 'table' AND NOT strict AND name NOT LIKE 'sqlite_%'
"""


@pytest.fixture(autouse=True)
async def funded(store: SqliteStore) -> None:
    """Ann has 100.00 roubles."""

    def work(book: SqliteBook) -> None:
        open_accounts(book)
        book.ledger.post(transaction("fund", POOL, ANN, 100_00))

    await store.write(work)


def move(key: str, minor: int = 1) -> Callable[[SqliteBook], str]:
    """A function that takes money from Ann to Bob."""

    def work(book: SqliteBook) -> str:
        book.ledger.post(transaction(key, ANN, BOB, minor))
        return key

    return work


@asynccontextmanager
async def busy(store: SqliteStore) -> AsyncIterator[None]:
    """The writing thread is kept inside a function, so that others must wait together."""
    began, finish = threading.Event(), threading.Event()

    def work(book: SqliteBook) -> None:
        book.ledger.post(transaction(f"busy{id(finish)}", POOL, ANN, 1))
        began.set()
        finish.wait(10)

    task = asyncio.create_task(store.write(work))
    await asyncio.to_thread(began.wait, 10)
    try:
        yield
    finally:
        finish.set()
        await task


async def start(
    store: SqliteStore, *works: Callable[[SqliteBook], object]
) -> list[asyncio.Task[object]]:
    """Each function is handed to the store, in this order, and waits."""
    tasks = [asyncio.create_task(store.write(work)) for work in works]
    await asyncio.sleep(0)
    return tasks


async def test_connection_is_durable_and_strict(path: Path) -> None:
    """Less than FULL would acknowledge money that a power cut takes back."""
    connection = await connect(path)
    names = (
        "synchronous",
        "journal_mode",
        "foreign_keys",
        "recursive_triggers",
        "trusted_schema",
        "cell_size_check",
        "mmap_size",
    )
    found = await connection.run(
        lambda raw: [raw.execute(f"PRAGMA {name}").fetchone()[0] for name in names]
    )
    await connection.close()

    assert found == [2, "wal", 1, 1, 0, 1, 0]
    assert query(path, NOT_STRICT) == []


def test_build_that_can_corrupt_the_file_is_refused() -> None:
    """The bug was fixed in 3.51.3; Debian's SQLite is older."""
    with pytest.raises(RuntimeError, match=r"3\.51\.2 can corrupt"):
        check_version((3, 51, 2))
    check_version((3, 51, 3))


async def test_those_who_wait_share_one_commit(store: SqliteStore, path: Path) -> None:
    """Fifty waiting callers cost one fsync, and each gets its own result."""
    before = commits(path)
    async with busy(store):
        tasks = await start(store, *(move(f"m{n}") for n in range(50)))
    results = await asyncio.gather(*tasks)

    assert results == [f"m{n}" for n in range(50)]
    assert commits(path) - before == 2  # the busy one, and the fifty


async def test_one_who_is_alone_does_not_wait(store: SqliteStore, path: Path) -> None:
    """No caller is held back in the hope that others will come."""
    before = commits(path)
    for n in range(3):
        await store.write(move(f"m{n}"))

    assert commits(path) - before == 3


async def test_group_has_a_limit(store: SqliteStore, path: Path) -> None:
    """A flood is cut into groups, so that its first caller is answered early."""
    before = commits(path)
    async with busy(store):
        tasks = await start(store, *(move(f"m{n}") for n in range(2 * GROUP_MAX + 1)))
    await asyncio.gather(*tasks)

    assert commits(path) - before == 4


async def test_caller_resumes_after_the_commit(store: SqliteStore, path: Path) -> None:
    """What a caller tells a person must be on disk already, for everyone to see."""

    async def caller(number: int) -> int:
        key = await store.write(move(f"m{number}"))
        return len(query(path, "SELECT 1 FROM transactions WHERE key = ?", key))

    assert await asyncio.gather(*map(caller, range(20))) == [1] * 20


async def test_failure_is_its_callers_alone(store: SqliteStore, path: Path) -> None:
    """One refused payment must neither undo the others of its commit nor be half done."""

    def half_done(book: SqliteBook) -> None:
        move("mhalf")(book)
        raise LookupError

    def stops(book: SqliteBook) -> None:
        move("mstop")(book)
        next(iter(()))  # StopIteration cannot travel in a future

    async with busy(store):
        tasks = await start(store, move("m1"), half_done, move("m2", 500_00), stops, move("m3"))
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)

    assert [outcomes[0], outcomes[4]] == ["m1", "m3"]
    assert [type(outcome) for outcome in outcomes[1:4]] == [
        LookupError,
        InsufficientFundsError,
        RuntimeError,  # what Python makes of a StopIteration that leaves a coroutine
    ]
    assert query(path, POSTED) == [(2,)]


async def test_failed_commit_fails_all_in_it(store: SqliteStore, path: Path) -> None:
    """A refusal counts as undone too: it may rest on what was undone beside it."""

    def breaks_the_commit(book: SqliteBook) -> None:  # as a full disk would
        book.connection.execute("PRAGMA defer_foreign_keys = ON")
        book.connection.execute(
            "INSERT INTO merchant_keys (digest, merchant, scopes, created_at)"
            " VALUES (x'00', 'nobody', '', 0)"
        )

    async with busy(store):
        tasks = await start(store, move("m1"), breaks_the_commit, move("m2", 500_00))
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    later = await store.write(move("m3"))

    assert [type(outcome) for outcome in outcomes] == [NotCommittedError] * 3
    assert later == "m3"
    assert query(path, POSTED) == [(1,)]


async def test_transaction_ended_by_sqlite_fails_all_in_it(store: SqliteStore, path: Path) -> None:
    """A full disk ends the whole transaction, the work of earlier functions included."""

    def ends_the_transaction(book: SqliteBook) -> None:
        book.connection.execute("ROLLBACK")
        raise OSError

    async with busy(store):
        tasks = await start(store, move("m1"), ends_the_transaction, move("m2"))
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)

    assert [type(outcome) for outcome in outcomes] == [NotCommittedError] * 3
    assert query(path, POSTED) == [(0,)]


async def test_cancelled_caller_changes_nothing_for_others(store: SqliteStore, path: Path) -> None:
    """What was accepted happens whole, whether or not its caller still waits for it."""
    async with busy(store):
        tasks = await start(store, *(move(f"m{n}") for n in range(10)))
        for task in tasks[::2]:
            task.cancel()
        await asyncio.sleep(0)
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    after = await store.write(move("mafter"))

    assert outcomes[1::2] == [f"m{n}" for n in range(1, 10, 2)]
    assert {type(outcome) for outcome in outcomes[::2]} == {asyncio.CancelledError}
    assert after == "mafter"
    assert query(path, POSTED) == [(11,)]


async def test_full_queue_makes_callers_wait_outside(path: Path, store: SqliteStore) -> None:
    """Memory stays bounded; one who gives up before being accepted has done nothing."""
    async with open_store(path, queue_max=2) as small:
        async with busy(small):
            accepted, waiting, gone = await start(small, move("m1"), move("m2"), move("m3"))
            accepted.cancel()
            gone.cancel()
            await asyncio.sleep(0)
        await waiting

    assert query(path, "SELECT key FROM transactions WHERE key LIKE 'm%' ORDER BY key") == [
        ("m1",),
        ("m2",),
    ]


async def test_close_finishes_what_was_accepted(path: Path) -> None:
    """A restart loses no payment that was under way, and hangs no caller."""
    async with open_store(path) as closing:
        async with busy(closing):
            tasks = await start(closing, *(move(f"m{n}") for n in range(10)))
            close = asyncio.create_task(closing.close())
            await asyncio.sleep(0)
            [late] = await start(closing, move("mlate"))
        await close
        outcomes = await asyncio.gather(*tasks)
        with pytest.raises(RuntimeError, match="closed"):
            await late

    assert outcomes == [f"m{n}" for n in range(10)]
    assert query(path, POSTED) == [(10,)]


async def test_view_reads_one_snapshot_beside_a_writer(store: SqliteStore) -> None:
    """A statement of account must not mix the time before a payment with that after it."""
    looked, moved = threading.Event(), threading.Event()

    def total(book: SqliteBook) -> int:
        found = book.ledger.balance(ANN)
        assert found is not None
        return found.posted.minor

    def view(book: SqliteBook) -> tuple[int, int]:
        before = total(book)
        looked.set()
        moved.wait(10)
        return before, total(book)

    reading = asyncio.create_task(store.read(view))
    await asyncio.to_thread(looked.wait, 10)
    await store.write(move("m1"))
    moved.set()

    assert await reading == (100_00, 100_00)
    assert await store.read(total) == 99_99


async def test_view_cannot_write(store: SqliteStore, path: Path) -> None:
    """Only the writing connection writes, or its promises would mean nothing."""
    with pytest.raises(Exception, match="readonly"):
        await store.read(move("m1"))

    assert query(path, POSTED) == [(0,)]


async def test_writing_waiting_work_wakes_the_worker(store: SqliteStore) -> None:
    """A message starts on its way at once and not at the next look."""
    woken: list[bool] = []
    store.on_due_work = lambda: woken.append(True)
    await store.write(move("m1"))
    quiet = list(woken)
    await store.write(lambda book: book.due.revive("nothing", due_at=_at(book)))
    await asyncio.sleep(0)

    assert (quiet, woken) == ([], [True])


def _at(book: SqliteBook) -> datetime:
    at = book.ledger.head().at
    assert at is not None
    return at


async def test_glance_reads_what_is_committed_and_writes_nothing(store: SqliteStore) -> None:
    """The short way round the threads keeps the promises of the long one."""

    def view(book: SqliteBook) -> int:
        balance = book.ledger.balance(BOB)
        assert balance is not None
        return balance.posted.minor

    before = await store.glance(view)
    await store.write(move("m1"))

    assert (before, await store.glance(view)) == (0, 1)
    with pytest.raises(Exception, match="readonly"):
        await store.glance(move("m2"))
    assert await store.glance(view) == 1


async def test_only_the_serving_process_checkpoints(path: Path, store: SqliteStore) -> None:
    """A command's checkpoint beside the server's is how files were corrupted."""
    ask = "PRAGMA wal_autocheckpoint"
    found = [
        (await store._writer.run(lambda raw: raw.execute(ask).fetchone()))[0],
        (await store.glance(lambda book: book.connection.execute(ask).fetchone()))[0],
        (await store.read(lambda book: book.connection.execute(ask).fetchone()))[0],
    ]
    async with open_store(path, checkpoints=False) as command:
        found.append((await command._writer.run(lambda raw: raw.execute(ask).fetchone()))[0])

    assert found[0] > 0
    assert found[1:] == [0, 0, 0]


async def test_every_connection_checks_the_build(
    path: Path, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever way in is taken."""

    def refuse() -> None:
        raise RuntimeError("too old")

    monkeypatch.setattr("storage.sqlite.connection.check_version", refuse)

    with pytest.raises(RuntimeError, match="too old"):
        async with open_store(path):
            pass


async def test_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    """A wrong path in the settings is one clear line, not a program that hangs."""
    text = tmp_path / "notes.txt"
    text.write_text("nothing but words\n" * 100, "utf-8")
    before = set(threading.enumerate())

    with pytest.raises(SchemaError, match="no database"):
        async with open_store(text):
            pass

    for thread in set(threading.enumerate()) - before:
        thread.join(5)
        assert not thread.is_alive()
    assert text.read_text("utf-8") == "nothing but words\n" * 100
