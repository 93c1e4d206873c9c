"""Many workers on one database: each piece of work and each update has one at a time."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any, TypeVar

import psycopg
import pytest

from services.due import Work
from services.inbox import Received
from storage.postgres.book import PostgresBook
from storage.postgres.session import Session
from tests.clock import TestClock

T = TypeVar("T")

AT = TestClock()()
LEASE = timedelta(minutes=1)
WORKERS = 8
PIECES = 200
WAIT = 30


@pytest.fixture
def engine() -> str:
    return "postgres"


@pytest.fixture
def worker(database: str) -> Iterator[Session]:
    with closing(Session(database)) as session:
        yield session


def do(worker: Session, work: Callable[[PostgresBook], T]) -> T:
    return worker.write(work)[0]


def add_work(worker: Session, *lanes: str) -> None:
    def work(book: PostgresBook) -> None:
        for number, lane in enumerate(lanes):
            book.due.add(Work(f"w{number:03}", "notice", lane, {}, AT, AT))

    do(worker, work)


def claim_work(worker: Session, now: datetime = AT, limit: int = 5) -> list[str]:
    return do(
        worker,
        lambda book: [
            work.key
            for work in book.due.claim(now=now, until=now + LEASE, limit=limit, lane_max=4)
        ],
    )


def keep(worker: Session, *updates: tuple[int, int]) -> None:
    def work(book: PostgresBook) -> None:
        for number, sender in updates:
            book.inbox.add(Received(number, sender, "{}"), AT)

    do(worker, work)


def claim_updates(worker: Session, now: datetime = AT, limit: int = 5) -> list[Received]:
    return do(worker, lambda book: book.inbox.claim(now=now, until=now + LEASE, limit=limit))


def side_by_side(url: str, work: Callable[[Session], list[T]]) -> list[T]:
    """What *work* found in each of several workers that began at once, in all."""
    ready = threading.Barrier(WORKERS)

    def one(_: int) -> list[T]:
        with closing(Session(url)) as worker:
            ready.wait(WAIT)
            return work(worker)

    with ThreadPoolExecutor(WORKERS) as pool:
        return [each for found in pool.map(one, range(WORKERS)) for each in found]


def test_each_piece_of_work_is_claimed_once(worker: Session, database: str) -> None:
    """Eight take all there is at once, and nobody sends a message that another sends."""
    add_work(worker, *(f"lane{number}" for number in range(PIECES)))

    def take(one: Session) -> list[str]:
        taken: list[str] = []
        while found := claim_work(one):  # nothing: all is in others' hands just now
            taken += found
        return taken

    claimed = side_by_side(database, take)
    claimed += take(worker)

    assert sorted(claimed) == [f"w{number:03}" for number in range(PIECES)]


def test_claimer_passes_over_what_another_is_claiming(worker: Session, database: str) -> None:
    """It neither waits for the other's transaction nor takes the same."""
    add_work(worker, *"abcdefgh")
    keep(worker, *((number, number) for number in range(1, 9)))
    held = "SELECT key FROM due_work ORDER BY key LIMIT 3 FOR NO KEY UPDATE"
    updates = "SELECT update_id FROM inbox ORDER BY update_id LIMIT 3 FOR NO KEY UPDATE"
    with psycopg.connect(database) as raw:
        raw.execute(held)
        raw.execute(updates)

        assert claim_work(worker) == [f"w{number:03}" for number in range(3, 8)]
        assert [each.update_id for each in claim_updates(worker)] == [4, 5, 6, 7, 8]


def test_finished_while_it_was_being_claimed_is_left_alone(worker: Session, database: str) -> None:
    """Who looked before another was done with it looks again once it has the row."""
    add_work(worker, "a")
    keep(worker, (1, 7))
    with psycopg.connect(database) as raw, ThreadPoolExecutor(1) as pool:
        raw.execute("SELECT 1 FROM due_work FOR NO KEY UPDATE")
        raw.execute("SELECT 1 FROM inbox FOR NO KEY UPDATE")
        claims = pool.submit(lambda: (claim_work(worker), claim_updates(worker)))
        assert claims.result(WAIT) == ([], [])
        raw.execute("UPDATE due_work SET state = 'done'")
        raw.execute("UPDATE inbox SET state = 'done'")

    assert (claim_work(worker), claim_updates(worker)) == ([], [])


def test_slow_receiver_has_four_at_most(worker: Session) -> None:
    """One that hangs holds up its own lane and no other."""
    add_work(worker, *["slow"] * 6, *["quick"] * 2)

    first, second = claim_work(worker, limit=50), claim_work(worker, limit=50)

    assert first == ["w000", "w001", "w002", "w003", "w006", "w007"]
    assert second == []


def test_lease_of_a_worker_that_was_killed_ends(worker: Session, database: str) -> None:
    """What it had is done by another, some time later, and is not lost."""
    add_work(worker, "a")
    keep(worker, (1, 7))
    with closing(Session(database)) as dying:
        assert claim_work(dying) == ["w000"]
        assert [each.update_id for each in claim_updates(dying)] == [1]

    for late, expected in ((LEASE - timedelta(seconds=1), False), (LEASE, True)):
        assert bool(claim_work(worker, AT + late)) is expected
        assert bool(claim_updates(worker, AT + late)) is expected
    [again] = do(worker, lambda book: book.due.claim(**_later(2 * LEASE)))
    assert again.attempts == 3


def _later(late: timedelta) -> dict[str, Any]:
    return {"now": AT + late, "until": AT + late + LEASE, "limit": 5, "lane_max": 4}


def test_lease_of_a_clock_that_was_set_back_ends(worker: Session) -> None:
    """A lease that ends next year was given by a clock that was wrong: nobody waits for it."""
    add_work(worker, "a")
    keep(worker, (1, 7))
    wrong = AT + timedelta(days=365)
    assert claim_work(worker, wrong) == ["w000"]
    assert len(claim_updates(worker, wrong)) == 1

    assert claim_work(worker) == ["w000"]
    assert [each.update_id for each in claim_updates(worker)] == [1]
    assert (claim_work(worker), claim_updates(worker)) == ([], [])


def test_one_persons_updates_are_handled_in_order(worker: Session, database: str) -> None:
    """By eight workers: never two at once, never a later one first, and each once."""
    senders = range(1, 7)
    keep(worker, *((10 * step + sender, sender) for step in range(1, 16) for sender in senders))
    under_way = {sender: threading.Lock() for sender in senders}
    order: dict[int, list[int]] = {sender: [] for sender in senders}

    def handle(one: Session, update: Received) -> int:
        assert under_way[update.sender].acquire(blocking=False), "two at once"
        order[update.sender].append(update.update_id)
        under_way[update.sender].release()
        do(one, lambda book: book.inbox.finish(update.update_id))
        return update.update_id

    def work(one: Session) -> list[int]:
        handled: list[int] = []
        while do(one, lambda book: book.inbox.due()):
            handled += [handle(one, update) for update in claim_updates(one, limit=3)]
        return handled

    handled = side_by_side(database, work)

    assert sorted(handled) == sorted(10 * step + one for step in range(1, 16) for one in senders)
    for sender, found in order.items():
        assert found == sorted(found), sender


def test_second_update_waits_for_the_first(worker: Session) -> None:
    """Until it is done, or set aside; other people's go on."""
    keep(worker, (1, 7), (2, 7), (3, 8))

    assert [each.update_id for each in claim_updates(worker)] == [1, 3]
    assert claim_updates(worker) == []
    do(worker, lambda book: book.inbox.postpone(1, AT + LEASE))
    assert claim_updates(worker) == []
    do(worker, lambda book: book.inbox.fail(1, error="x", attempts_max=1))
    assert [each.update_id for each in claim_updates(worker)] == [2]


def test_work_of_one_key_is_written_once(worker: Session, database: str) -> None:
    """By many at once: the later ones are not an error, and not a second message."""

    def add(one: Session) -> list[int]:
        add_work(one, *"ab")
        return [1]

    assert len(side_by_side(database, add)) == WORKERS
    assert claim_work(worker) == ["w000", "w001"]


def test_update_given_to_two_workers_is_kept_once(worker: Session, database: str) -> None:
    """One of them is told that it was new."""

    def add(one: Session) -> list[bool]:
        return [do(one, lambda book: book.inbox.add(Received(1, 7, "{}"), AT))]

    assert sorted(side_by_side(database, add)) == [False] * (WORKERS - 1) + [True]
    assert len(claim_updates(worker)) == 1
