"""What the store on PostgreSQL promises to those who write beside one another."""

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack

import psycopg
import pytest
from psycopg import errors

from services.due import Work
from services.inbox import Received
from services.ledger import InsufficientFundsError
from services.store import NotCommittedError
from storage.postgres import connection, session
from storage.postgres.book import PostgresBook
from storage.postgres.connection import DatabaseAwayError
from storage.postgres.store import PostgresStore, open_store
from tests.books import ANN, BOB, POOL, open_accounts, transaction
from tests.clock import TestClock

AT = TestClock()()
WAIT = 30
LOCK = "SELECT id FROM accounts WHERE id = :id /* lock accounts */"

Use = Callable[[PostgresBook], object]


@pytest.fixture
def engine() -> str:
    return "postgres"


@pytest.fixture(autouse=True)
async def funded(store: PostgresStore) -> None:
    """Ann has 100.00 roubles."""

    def work(book: PostgresBook) -> None:
        open_accounts(book)
        book.ledger.post(transaction("fund", POOL, ANN, 100_00))

    await store.write(work)


@pytest.fixture
async def other(database: str) -> AsyncIterator[PostgresStore]:
    """Another process on the same database."""
    async with open_store(database) as opened:
        yield opened


def move(key: str, minor: int = 1) -> Callable[[PostgresBook], str]:
    """A function that takes money from Ann to Bob."""

    def work(book: PostgresBook) -> str:
        book.ledger.post(transaction(key, ANN, BOB, minor))
        return key

    return work


def posted(url: str) -> list[str]:
    """The keys of what was moved, seen from outside."""
    with psycopg.connect(url) as raw:
        rows = raw.execute("SELECT key FROM transactions WHERE key <> 'fund' ORDER BY key")
        return [row[0] for row in rows]


def raised(state: str) -> bytes:
    """A statement that fails with the code *state*."""
    return f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{state}'; END $$".encode()


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


async def test_deadlock_is_run_again(store: PostgresStore, database: str) -> None:
    """Two functions that lock in opposite order: one is undone, and then both are done."""
    both_have_one = threading.Barrier(2)
    runs = {"mab": 0, "mba": 0}

    def crossing(key: str, first: str, second: str) -> Use:
        def work(book: PostgresBook) -> None:
            runs[key] += 1
            book.connection.execute(LOCK, {"id": first}).fetchone()
            if runs[key] == 1:
                both_have_one.wait(WAIT)
            book.connection.execute(LOCK, {"id": second}).fetchone()
            move(key)(book)

        return work

    await asyncio.gather(
        store.write(crossing("mab", ANN, BOB)), store.write(crossing("mba", BOB, ANN))
    )

    assert min(runs.values()) == 1
    assert max(runs.values()) > 1
    assert posted(database) == ["mab", "mba"]
    assert store.commit_counts()["repeated"] == sum(runs.values()) - 2


async def test_one_who_comes_second_finds_the_first(store: PostgresStore, database: str) -> None:
    """Two requests with one key: both looked and found nothing; one posts, both get it."""
    both_looked = threading.Barrier(2)
    looks: list[bool] = []

    def work(book: PostgresBook) -> str:
        found = book.ledger.posted("m1")
        looks.append(found is not None)
        if found is not None:
            return found.transaction.key
        both_looked.wait(WAIT)
        return move("m1")(book)

    assert await asyncio.gather(*map(store.write, [work, work])) == ["m1", "m1"]
    assert sorted(looks) == [False, False, True]
    assert posted(database) == ["m1"]


@pytest.mark.parametrize("state", ["40001", "40P01", "23505"])
async def test_conflict_is_run_again(store: PostgresStore, database: str, state: str) -> None:
    """Whatever it wrote before is undone first, or the second run would meet itself."""
    runs: list[int] = []

    def work(book: PostgresBook) -> int:
        runs.append(1)
        move("m1")(book)
        if len(runs) < 3:
            book.connection.raw.execute(raised(state))
        return len(runs)

    assert await store.write(work) == 3
    assert posted(database) == ["m1"]


async def test_conflict_is_known_for_one_whatever_was_sent_after_it(
    store: PostgresStore, database: str
) -> None:
    """Its failure may come alone, and later that all which was sent after it was passed over."""
    runs: list[int] = []

    def work(book: PostgresBook) -> None:
        runs.append(1)
        move("m1")(book)
        if len(runs) < 3:
            book.connection.raw.execute(raised("40001"))
            for _ in range(1000):  # so many that the first is answered before the last is sent
                book.connection.raw.execute(b"SELECT 1")

    await store.write(work)

    assert len(runs) == 3
    assert posted(database) == ["m1"]


@pytest.mark.parametrize(
    ("state", "error"),
    [
        ("40001", NotCommittedError),
        ("40P01", NotCommittedError),
        ("23505", errors.UniqueViolation),
    ],
)
async def test_conflict_without_end_is_given_up(
    store: PostgresStore,
    database: str,
    monkeypatch: pytest.MonkeyPatch,
    state: str,
    error: type[Exception],
) -> None:
    """Others may be asked to come again; a function that meets itself is a fault of ours."""
    monkeypatch.setattr(session, "CONFLICTS_MAX", 3)
    runs: list[int] = []

    def work(book: PostgresBook) -> None:
        runs.append(1)
        move("m1")(book)
        book.connection.raw.execute(raised(state))

    with pytest.raises(error):
        await store.write(work)

    assert len(runs) == 4
    assert posted(database) == []


@pytest.mark.parametrize("state", ["53000", "53100", "53200", "25006", "57014", "55P03"])
async def test_server_that_has_no_room_is_told_at_once(
    store: PostgresStore, database: str, state: str
) -> None:
    """A full disk is not waited for, as a lost server is: nothing was done, try later."""
    runs: list[int] = []

    def work(book: PostgresBook) -> None:
        runs.append(1)
        move("m1")(book)
        book.connection.raw.execute(raised(state))

    with pytest.raises(NotCommittedError):
        await store.write(work)

    assert runs == [1]
    assert posted(database) == []
    assert store.commit_counts()["failed"] == 1


async def test_failure_is_its_callers_alone(store: PostgresStore, database: str) -> None:
    """One refused payment must neither undo the others nor be half done."""

    def half_done(book: PostgresBook) -> None:
        move("mhalf")(book)
        raise LookupError

    def stops(book: PostgresBook) -> None:
        move("mstop")(book)
        next(iter(()))  # StopIteration cannot travel in a future

    outcomes = await asyncio.gather(
        *map(store.write, (move("m1"), half_done, move("m2", 500_00), stops, move("m3"))),
        return_exceptions=True,
    )

    assert [outcomes[0], outcomes[4]] == ["m1", "m3"]
    assert [type(outcome) for outcome in outcomes[1:4]] == [
        LookupError,
        InsufficientFundsError,
        RuntimeError,  # what Python makes of a StopIteration that leaves a coroutine
    ]
    assert posted(database) == ["m1", "m3"]


def _caught(book: PostgresBook) -> None:
    try:
        book.connection.execute("SELECT no_such_column").fetchone()
    except psycopg.Error:
        return


def _caught_and_went_on(book: PostgresBook) -> None:
    _caught(book)
    move("m2")(book)


def _caught_unseen(book: PostgresBook) -> None:
    """The failure is met inside a pipeline of its own, after which statements go on."""
    raw = book.connection.raw
    try:
        with raw.pipeline():
            raw.execute(b"SELECT no_such_column")
    except psycopg.Error:
        return


@pytest.mark.parametrize("swallow", [_caught, _caught_and_went_on, _caught_unseen])
async def test_failure_that_is_caught_inside_commits_nothing(
    store: PostgresStore, database: str, swallow: Use
) -> None:
    """PostgreSQL answers COMMIT with a rollback then; that must not pass for a success."""
    runs: list[int] = []

    def work(book: PostgresBook) -> str:
        runs.append(1)
        move("m1")(book)
        swallow(book)
        return "done"

    with pytest.raises(NotCommittedError):
        await store.write(work)

    assert runs == [1]
    assert posted(database) == []
    assert await store.write(move("m3")) == "m3"


async def test_failure_that_nobody_asked_for_is_met_by_the_commit(
    store: PostgresStore, database: str
) -> None:
    """A statement whose rows are not fetched fails all the same."""

    def work(book: PostgresBook) -> str:
        move("m1")(book)
        book.connection.execute("INSERT INTO unsealed VALUES (NULL)")
        return "done"

    with pytest.raises(errors.NotNullViolation):
        await store.write(work)

    assert posted(database) == []


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


def _due(key: str) -> Use:
    work = Work(key, "notice", "lane", {}, AT, AT)
    return lambda book: book.due.add(work)


def _update(number: int) -> Use:
    return lambda book: book.inbox.add(Received(number, 7, "{}"), AT)


class Ear:
    """What a store hears."""

    def __init__(self, store: PostgresStore) -> None:
        self.store = store
        self.due, self.updates = asyncio.Event(), asyncio.Event()
        store.on_due_work, store.on_updates = self.due.set, self.updates.set

    async def begin(self) -> None:
        """Listen: of what was told before it knows nothing, so it hears of both."""
        self.store.listen()
        for event in (self.due, self.updates):
            await hears(event)


async def hears(event: asyncio.Event) -> None:
    """Wait for it, and forget that it came."""
    async with asyncio.timeout(WAIT):
        await event.wait()
    event.clear()


@pytest.fixture
async def ears(database: str) -> AsyncIterator[list[Ear]]:
    """Two processes that listen."""
    async with open_store(database) as one, open_store(database) as two:
        found = [Ear(one), Ear(two)]
        for ear in found:
            await ear.begin()
        yield found


async def test_waiting_work_wakes_its_own_workers_and_those_of_others(ears: list[Ear]) -> None:
    """A message starts on its way at once and not at the next look."""
    await ears[0].store.write(_due("w1"))
    for ear in ears:
        await hears(ear.due)
    assert not any(ear.updates.is_set() for ear in ears)

    await ears[0].store.write(_update(1))
    for ear in ears:
        await hears(ear.updates)


async def test_process_whose_listening_is_lost_hears_itself(other: PostgresStore) -> None:
    """It needs no server to know what it has written."""
    ear = Ear(other)

    await other.write(_due("w1"))
    await hears(ear.due)
    await other.write(_update(1))
    await hears(ear.updates)


async def test_nobody_is_woken_for_nothing(ears: list[Ear]) -> None:
    """Neither by what leaves no work nor by what was undone."""
    [one, two] = ears

    def undone(book: PostgresBook) -> None:
        _due("w1")(book)
        raise LookupError

    await one.store.write(move("m1"))
    with pytest.raises(LookupError):
        await one.store.write(undone)
    await one.store.write(_update(1))
    await hears(two.updates)  # what was told before it would have come before it

    assert not any(ear.due.is_set() for ear in ears)


async def test_one_who_listens_again_looks_at_everything(ears: list[Ear], database: str) -> None:
    """What was told while its connection was lost, nobody repeats."""
    with psycopg.connect(database, autocommit=True) as raw:
        raw.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ~ '^LISTEN'"
        )

    for ear in ears:
        await hears(ear.due)
        await hears(ear.updates)
    await ears[0].store.write(_due("w1"))
    await hears(ears[1].due)


async def test_process_with_many_files_listens_too(store: PostgresStore, database: str) -> None:
    """A gateway holds thousands of connections; `select` would stop at a thousand."""
    with ExitStack() as files:
        for _ in range(1100):
            files.callback(os.close, os.open(os.devnull, os.O_RDONLY))
        async with open_store(database) as late:
            ear = Ear(late)
            await ear.begin()
            await store.write(_due("w1"))
            await hears(ear.due)


async def test_balance_is_spent_to_the_kopeck_and_no_further(
    store: PostgresStore, other: PostgresStore
) -> None:
    """By many at once in two processes; every look sees the same sum."""
    totals: set[int] = set()

    async def one(number: int) -> bool:
        try:
            await (store, other)[number % 2].write(move(f"s{number}", 350))
        except InsufficientFundsError:
            return False
        finally:
            found = await store.read(lambda book: book.journal.totals())
            totals.update(each.posted_minor for each in found)
        return True

    outcomes = await asyncio.gather(*map(one, range(64)))
    left = await store.read(lambda book: book.ledger.balance(ANN))

    assert sum(outcomes) == 100_00 // 350
    assert left is not None
    assert left.posted.minor == 100_00 % 350
    assert totals == {0}


async def test_many_pay_one_shop_and_nothing_is_lost_between(
    store: PostgresStore, other: PostgresStore
) -> None:
    """Credits wait beside the balance, are added to it meanwhile, and are spent meanwhile."""
    sums: set[int] = set()

    def pool(book: PostgresBook) -> int:
        found = book.ledger.balance(POOL)
        assert found is not None
        return found.posted.minor

    def there_and_back(number: int) -> Use:
        def work(book: PostgresBook) -> None:
            book.ledger.post(transaction(f"in{number}", ANN, POOL, 5))
            book.ledger.post(transaction(f"out{number}", POOL, BOB, 5))

        return work

    async def one(number: int) -> None:
        await (store, other)[number % 2].write(there_and_back(number))
        sums.add(await other.read(pool))
        if number % 5 == 0:
            await store.seal()

    await asyncio.gather(*map(one, range(60)))
    await store.seal()

    assert sums == {-100_00}
    assert await store.read(lambda book: list(book.journal.faults())) == []
    assert await store.read(pool) == -100_00
