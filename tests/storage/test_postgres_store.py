"""What the store on PostgreSQL promises to those who write and read beside one another."""

import asyncio
import threading

import psycopg
import pytest

from services.store import NotCommittedError
from storage.postgres import connection
from storage.postgres.book import PostgresBook
from storage.postgres.connection import DatabaseAwayError
from storage.postgres.store import PostgresStore, open_store
from tests.books import ANN, POOL
from tests.storage.moves import LOCK, WAIT, fund, move, posted


@pytest.fixture
def engine() -> str:
    return "postgres"


@pytest.fixture(autouse=True)
async def funded(store: PostgresStore) -> None:
    """Ann has 100.00 roubles."""
    await store.write(fund)


async def test_connection_is_durable_and_isolated(store: PostgresStore) -> None:
    """Less would acknowledge what a power cut takes back, or read two moments at once."""
    names = (
        "synchronous_commit",
        "transaction_isolation",
        "transaction_read_only",
        "statement_timeout",
        "lock_timeout",
        "timezone",
        "tcp_keepalives_idle",
    )

    def settings(book: PostgresBook) -> list[str]:
        shown = [book.connection.execute(f"SHOW {name}") for name in names]
        return [each.fetchall()[0][0] for each in shown]

    written, read = await store.write(settings), await store.read(settings)

    assert written == ["on", "read committed", "off", "10s", "3s", "UTC", "10"]
    assert read == ["on", "repeatable read", "on", "10s", "3s", "UTC", "10"]


async def test_cancelled_caller_changes_nothing_for_others(database: str) -> None:
    """Each function happens whole or not at all, whoever still waits for it."""
    began, finish = threading.Event(), threading.Event()

    def busy(book: PostgresBook) -> None:
        move("m0")(book)
        began.set()
        finish.wait(WAIT)

    async with open_store(database, writers=1) as store:
        tasks: list[asyncio.Task[object]] = [asyncio.create_task(store.write(busy))]
        await asyncio.to_thread(began.wait, WAIT)
        tasks += [asyncio.create_task(store.write(move(f"m{n}"))) for n in range(1, 5)]
        await asyncio.sleep(0)
        for task in tasks[::2]:
            task.cancel()
        await asyncio.sleep(0)
        finish.set()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        assert await store.write(move("m9")) == "m9"

    assert outcomes[1::2] == ["m1", "m3"]
    assert {type(outcome) for outcome in outcomes[::2]} == {asyncio.CancelledError}
    # One that ran was finished; those that had not begun never did.
    assert posted(database) == ["m0", "m1", "m3", "m9"]


async def test_full_queue_makes_callers_wait_outside(database: str) -> None:
    """One who gives up before being accepted has done nothing."""
    began, finish = threading.Event(), threading.Event()

    def busy(book: PostgresBook) -> None:
        began.set()
        finish.wait(WAIT)

    async with open_store(database, writers=1, queue_max=2) as store:
        tasks: list[asyncio.Task[object]] = [
            asyncio.create_task(store.write(work)) for work in (busy, move("m1"), move("m2"))
        ]
        await asyncio.to_thread(began.wait, WAIT)
        assert store._room.locked()
        tasks[2].cancel()
        finish.set()
        await asyncio.gather(*tasks, return_exceptions=True)

    assert posted(database) == ["m1"]


async def test_close_finishes_what_was_accepted(database: str) -> None:
    """A restart loses no payment that was under way, and hangs no caller."""
    began, finish = threading.Event(), threading.Event()

    def busy(book: PostgresBook) -> None:
        began.set()
        finish.wait(WAIT)

    async with open_store(database, writers=1) as store:
        tasks: list[asyncio.Task[object]] = [asyncio.create_task(store.write(busy))]
        tasks += [asyncio.create_task(store.write(move(f"m{n}"))) for n in range(5)]
        await asyncio.to_thread(began.wait, WAIT)
        close = asyncio.create_task(store.close())
        await asyncio.sleep(0)
        with pytest.raises(RuntimeError, match="closed"):
            await store.write(move("late"))
        finish.set()
        await close
        await store.close()
        await asyncio.gather(*tasks)

    assert posted(database) == [f"m{n}" for n in range(5)]


@pytest.mark.parametrize(
    ("limit", "statement"),
    [
        ("lock_timeout=3s", LOCK),
        ("statement_timeout=10s", "SELECT pg_sleep(30) WHERE CAST(:id AS text) <> ''"),
    ],
)
async def test_nobody_waits_for_ever(
    database: str, monkeypatch: pytest.MonkeyPatch, limit: str, statement: str
) -> None:
    """For a lock, or for a statement that has gone wrong: it is refused, and undone."""
    name, _, _ = limit.partition("=")
    assert limit in connection._OPTIONS
    short = connection._OPTIONS.replace(limit, f"{name}=50ms")
    monkeypatch.setattr(connection, "_OPTIONS", short)

    def work(book: PostgresBook) -> None:
        move("m1")(book)
        book.connection.execute(statement, {"id": POOL}).fetchone()

    async with open_store(database) as store:
        with psycopg.connect(database) as raw:
            raw.execute("SELECT 1 FROM accounts WHERE id = %s FOR UPDATE", (POOL,))
            with pytest.raises(NotCommittedError):
                await store.write(work)
        assert await store.write(move("m2")) == "m2"

    assert posted(database) == ["m2"]


async def test_view_reads_one_snapshot_beside_a_writer(store: PostgresStore) -> None:
    """A statement of account must not mix the time before a payment with that after it."""
    looked, moved = threading.Event(), threading.Event()

    def total(book: PostgresBook) -> int:
        found = book.ledger.balance(ANN)
        assert found is not None
        return found.posted.minor

    def view(book: PostgresBook) -> tuple[int, int]:
        before = total(book)
        looked.set()
        moved.wait(WAIT)
        return before, total(book)

    reading = asyncio.create_task(store.read(view))
    await asyncio.to_thread(looked.wait, WAIT)
    await store.write(move("m1"))
    moved.set()

    assert await reading == (100_00, 100_00)
    assert await store.read(total) == await store.glance(total) == 99_99


async def test_view_cannot_write(store: PostgresStore, database: str) -> None:
    """Neither way of reading does."""
    for look in (store.read, store.glance):
        with pytest.raises(DatabaseAwayError, match="ReadOnlySqlTransaction"):
            await look(move("m1"))

    assert posted(database) == []


async def test_view_takes_no_locks(store: PostgresStore) -> None:
    """Whoever looks at a hold must not keep others from settling it."""

    def view(book: PostgresBook) -> None:
        assert book.connection.execute(LOCK, {"id": ANN}).fetchone() is not None

    await store.read(view)
