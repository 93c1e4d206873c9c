"""The server or the way to it is lost at the worst moments: nothing is lost or doubled.

A call that returns was committed; one that says 'away' or 'not committed' left nothing; only
one whose server crashed while it committed may say that it does not know.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from typing import Any

import psycopg
import pytest

from bench.servers import PostgresServer, postgres
from services.errors import UnavailableError
from services.ledger import post_once
from services.store import OutcomeUnknownError
from storage.postgres import session
from storage.postgres.book import PostgresBook
from storage.postgres.connection import DatabaseAwayError
from storage.postgres.store import PostgresStore, open_store
from tests.books import ANN, BOB, POOL, open_accounts, transaction
from tests.storage.relay import Relay, relaying

Raw = psycopg.Connection[Any]

CALLERS = 16
LIVES = 3
WAIT = 30
COMMIT = b"COMMIT\x00\x00"
"""The statement as it is sent; BEGIN says `READ COMMITTED`, and the answer has one zero byte."""

NUMBER = "SELECT CAST(pg_current_xact_id() AS text)"


@pytest.fixture
def engine() -> str:
    return "postgres"


@pytest.fixture
def relay(database: str) -> Iterator[Relay]:
    with relaying(database) as opened:
        yield opened


@pytest.fixture
async def far(store: PostgresStore, relay: Relay) -> AsyncIterator[PostgresStore]:
    """A store behind the relay; Ann has money."""
    await store.write(_fund)
    async with open_store(relay.url, writers=1, readers=1) as opened:
        await opened.read(lambda book: None)
        await opened.write(lambda book: None)
        yield opened


@pytest.fixture(scope="module")
def mortal() -> Iterator[PostgresServer]:
    """A server that may be killed: what it acknowledges is on disk."""
    with postgres(durable=True) as server:
        yield server


def _fund(book: PostgresBook) -> None:
    open_accounts(book)
    post_once(book.ledger, transaction("fund", POOL, ANN, 10**9))


def pay(key: str, minor: int = 1) -> Callable[[PostgresBook], str]:
    """A payment that is made again by every run."""

    def work(book: PostgresBook) -> str:
        book.ledger.post(transaction(key, ANN, BOB, minor))
        return key

    return work


def count_up(book: PostgresBook) -> int:
    """Work that no key protects: run twice, it counts twice."""
    [row] = book.connection.execute(
        "INSERT INTO rate_limits AS one (name, full_at) VALUES ('c', 1)"
        " ON CONFLICT (name) DO UPDATE SET full_at = one.full_at + 1 RETURNING full_at"
    ).fetchall()
    return int(row[0])


def counted(url: str) -> int:
    with psycopg.connect(url) as raw:
        row = raw.execute("SELECT coalesce(max(full_at), 0) FROM rate_limits").fetchone()
    assert row is not None
    return int(row[0])


def posted(url: str) -> set[str]:
    """The keys of what was paid, seen from outside."""
    with psycopg.connect(url) as raw:
        rows = raw.execute("SELECT key FROM transactions WHERE key <> 'fund'")
        return {row[0] for row in rows}


async def test_commit_whose_answer_is_lost_is_done_once(
    far: PostgresStore, relay: Relay, database: str
) -> None:
    """The server had the COMMIT: it is asked what became of it, and the call returns."""
    relay.break_at(COMMIT, passes_it=True)

    assert await far.write(count_up) == 1

    assert relay.broken.is_set()
    assert counted(database) == 1


async def test_commit_that_never_came_is_run_again(
    far: PostgresStore, relay: Relay, database: str
) -> None:
    """The server never had it, so all was undone: the second run is the only one."""
    relay.break_at(COMMIT, passes_it=False)

    assert await far.write(count_up) == 1

    assert relay.broken.is_set()
    assert counted(database) == 1


async def test_answer_of_the_commit_is_lost(
    far: PostgresStore, relay: Relay, database: str
) -> None:
    """The very answer is on its way when the connection breaks."""
    relay.break_at(b"COMMIT\x00Z", passes_it=False)

    assert await far.write(count_up) == 1

    assert relay.broken.is_set()
    assert counted(database) == 1


async def test_statement_in_the_middle_is_lost(
    far: PostgresStore, relay: Relay, database: str
) -> None:
    """Nothing was asked to commit: it is simply run again."""
    relay.break_at(b"rate_limits", passes_it=True)

    assert await far.write(count_up) == 1

    assert relay.broken.is_set()
    assert counted(database) == 1


async def test_view_is_read_again(far: PostgresStore, relay: Relay) -> None:
    """A reader notices nothing but the time."""
    relay.break_at(b"FROM balances", passes_it=True)

    found = await far.read(lambda book: book.ledger.balance(ANN))

    assert relay.broken.is_set()
    assert found is not None
    assert found.posted.minor == 10**9


@pytest.mark.parametrize(
    ("message", "error"),
    [(COMMIT, OutcomeUnknownError), (b"rate_limits", DatabaseAwayError)],
)
async def test_server_that_stays_away_is_not_waited_for_long(
    far: PostgresStore,
    relay: Relay,
    monkeypatch: pytest.MonkeyPatch,
    message: bytes,
    error: type[Exception],
) -> None:
    """What is said is true: unknown only where a COMMIT was under way."""
    monkeypatch.setattr(session, "PATIENCE_SECONDS", 1)
    relay.break_at(message, passes_it=True, refuses=True)

    async with asyncio.timeout(WAIT):
        with pytest.raises(error):
            await far.write(count_up)
        with pytest.raises(DatabaseAwayError):
            await far.read(lambda book: book.ledger.balance(ANN))
        with pytest.raises(DatabaseAwayError):
            await far.write(count_up)


@pytest.mark.parametrize("is_known", [True, False])
async def test_commit_whose_sending_fails_is_asked_about(
    store: PostgresStore,
    database: str,
    monkeypatch: pytest.MonkeyPatch,
    is_known: bool,  # noqa: FBT001
) -> None:
    """The call that sends COMMIT may itself fail, before or after the loss is *known*."""
    execute: Callable[..., Any] = psycopg.Connection.execute
    broken: list[bytes] = []

    def breaks(raw: Raw, query: bytes, *values: object) -> object:
        if query != b"COMMIT" or broken:
            return execute(raw, query, *values)
        broken.append(query)
        execute(raw, query)
        assert raw._pipeline is not None
        raw._pipeline.sync()
        if is_known:
            raw.close()
        else:
            _end(database, raw)
        raise psycopg.OperationalError("lost")

    monkeypatch.setattr(psycopg.Connection, "execute", breaks)

    assert await store.write(count_up) == 1

    assert broken
    assert counted(database) == 1


def _end(url: str, raw: Raw) -> None:
    """The server ends the connection, which need not know of it yet."""
    with psycopg.connect(url) as other:
        other.execute("SELECT pg_terminate_backend(%s, 30000)", (raw.info.backend_pid,))


async def test_operator_who_ends_a_connection_loses_nothing(
    store: PostgresStore, database: str
) -> None:
    """Or a proxy that does: the function is run again on another connection."""
    runs: list[int] = []

    def work(book: PostgresBook) -> int:
        runs.append(1)
        if len(runs) == 1:
            _end(database, book.connection.raw)
        return count_up(book)

    assert await store.write(work) == 1

    assert len(runs) == 2
    assert counted(database) == 1


@pytest.mark.parametrize("end", [PostgresServer.kill, PostgresServer.stop])
async def test_acknowledged_payments_survive_the_servers_end(
    mortal: PostgresServer, end: Callable[[PostgresServer], None]
) -> None:
    """Killed or stopped under sixteen callers, several times; what is said is true."""
    done: set[str] = set()
    undone: set[str] = set()
    unknown: set[str] = set()
    name = end.__name__

    async def caller(number: int, life: int, running: asyncio.Event, ready: asyncio.Event) -> None:
        for attempt in itertools.takewhile(lambda _: running.is_set(), itertools.count()):
            key = f"{name}-{life}-{number}-{attempt}"
            try:
                done.add(await store.write(pay(key)))
            except OutcomeUnknownError:
                unknown.add(key)
            except UnavailableError:
                undone.add(key)
            if attempt == 3:
                ready.set()

    async with open_store(mortal.url, writers=CALLERS) as store:
        await store.write(_fund)
        for life in range(LIVES):
            running, ready = asyncio.Event(), asyncio.Event()
            running.set()
            async with asyncio.timeout(4 * WAIT), asyncio.TaskGroup() as callers:
                for number in range(CALLERS):
                    callers.create_task(caller(number, life, running, ready))
                await ready.wait()
                await asyncio.to_thread(end, mortal)
                await asyncio.to_thread(mortal.start)
                await store.write(pay(f"{name}-{life}-after"))
                running.clear()
        found = posted(mortal.url)
        for key in unknown:  # a repeat with the same key tells
            await store.write(again(key))
        await store.seal()
        faults = await store.read(lambda book: list(book.journal.faults()))

    assert done - found == set()
    assert undone & found == set()
    assert unknown - posted(mortal.url) == set()
    assert len(done) > LIVES * CALLERS
    assert faults == []


def again(key: str) -> Callable[[PostgresBook], object]:
    """The same payment, as who does not know what became of it repeats it."""
    return lambda book: post_once(book.ledger, transaction(key, ANN, BOB, 1))


async def test_number_that_is_given_again_is_not_believed(mortal: PostgresServer) -> None:
    """A crash forgets the newest numbers of transactions, and gives them to others.

    The one that was lost would look committed, because another's with its number is.
    """
    numbers: list[int] = []

    def work(book: PostgresBook) -> None:
        """Nothing that would have brought the number into the server's log already."""
        [row] = book.connection.execute(NUMBER).fetchall()
        numbers.append(int(row[0]))

    def crash() -> None:
        mortal.kill()
        mortal.start()
        with psycopg.connect(mortal.url, autocommit=True) as raw:
            while _number(raw) < numbers[0]:
                pass

    with relaying(mortal.url) as relay:
        async with open_store(relay.url) as store:
            await store.write(_fund)
            relay.break_at(COMMIT, passes_it=False, meanwhile=crash)
            with suppress(OutcomeUnknownError):
                await store.write(work)
                assert len(numbers) == 2, "what was lost passes for done"

    assert relay.broken.is_set()


async def test_number_that_a_crash_forgot_was_not_committed(mortal: PostgresServer) -> None:
    """The server's log does not reach so far: that is an answer, and the work is run again."""

    def crash() -> None:
        mortal.kill()
        mortal.start()

    with relaying(mortal.url) as relay:
        async with open_store(relay.url) as store:
            await store.write(_fund)
            relay.break_at(COMMIT, passes_it=False, meanwhile=crash)

            assert await store.write(pay("forgotten")) == "forgotten"

    assert relay.broken.is_set()
    assert "forgotten" in posted(mortal.url)


def _number(raw: psycopg.Connection[tuple[str]]) -> int:
    row = raw.execute(NUMBER.encode()).fetchone()
    assert row is not None
    return int(row[0])
