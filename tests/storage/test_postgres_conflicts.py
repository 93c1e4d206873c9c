"""Functions that meet others, or fail: run again and end right, or leave nothing."""

import asyncio
import threading

import psycopg
import pytest
from psycopg import errors

from services.ledger import InsufficientFundsError
from services.store import NotCommittedError
from storage.postgres import session
from storage.postgres.book import PostgresBook
from storage.postgres.store import PostgresStore
from tests.books import ANN, BOB
from tests.storage.moves import LOCK, WAIT, Use, fund, move, posted, raised


@pytest.fixture
def engine() -> str:
    return "postgres"


@pytest.fixture(autouse=True)
async def funded(store: PostgresStore) -> None:
    """Ann has 100.00 roubles."""
    await store.write(fund)


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
