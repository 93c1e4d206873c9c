"""The worker in bad company: a late colleague, a full disk, a queue of thousands."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
import structlog

from services.due import (
    BATCH,
    LANE_MAX,
    LEASE,
    DeadWork,
    GiveUpError,
    Housekeeping,
    TryAgainError,
    Work,
    Worker,
)
from services.store import NotCommittedError
from storage.book import BookTables
from storage.engines import AnyStore
from storage.sqlite.book import SqliteBook
from tests.clock import TestClock


def worker(
    store: Any, clock: TestClock, answer: Callable[[Work], Awaitable[None]], days: int = 2
) -> Worker:
    """One that hands all its work to *answer*."""
    lifetimes = {"test": timedelta(days=days)}
    return Worker(store=store, now=clock, handlers={"test": answer}, lifetimes=lifetimes)


async def ask(store: AnyStore, clock: TestClock, *keys: str, lane: str = "a") -> None:
    """Work of those names, due now."""

    def work(book: BookTables) -> None:
        for key in keys:
            book.due.add(Work(key, "test", lane, {}, clock(), clock()))

    await store.write(work)


class FullDisk:
    """A store that can keep nothing a few times, and then again."""

    def __init__(self, store: AnyStore, failing: set[int]) -> None:
        self._store = store
        self._failing = failing
        self._writes = 0
        self.on_failure: Callable[[], None] = lambda: None

    async def write(self, work: Callable[[Any], Any]) -> Any:
        self._writes += 1
        if self._writes in self._failing:
            self.on_failure()
            raise NotCommittedError
        return await self._store.write(work)


async def run_until(running: Worker, done: asyncio.Event) -> None:
    """Run *running* until *done*, or until it ends by itself."""
    task, waiting = asyncio.create_task(running.run()), asyncio.create_task(done.wait())
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    for each in (task, waiting):
        each.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def test_late_worker_does_not_bury_what_another_has_done(
    store: AnyStore, clock: TestClock
) -> None:
    """Two workers may meet over one piece of work; that it was done is what counts."""
    await ask(store, clock, "k")
    done: list[str] = []

    async def in_time(work: Work) -> None:
        done.append(work.key)

    async def too_late(work: Work) -> None:
        clock.advance(seconds=LEASE.seconds)
        await worker(store, clock, in_time).drain()
        raise GiveUpError("410 Gone")

    await worker(store, clock, too_late).drain()

    assert done == ["k"]
    assert await DeadWork(store=store, now=clock).listed() == []


async def test_worker_goes_on_when_there_is_room_again(store: AnyStore, clock: TestClock) -> None:
    """A full disk delays deliveries; it must not need somebody to restart the wallet."""
    await ask(store, clock, "k")
    disk, done = FullDisk(store, {1, 2}), asyncio.Event()

    async def answer(work: Work) -> None:
        done.set()

    running = worker(disk, clock, answer)
    disk.on_failure = running.wake
    with structlog.testing.capture_logs() as logs:
        await run_until(running, done)

    assert done.is_set()
    assert [log["event"] for log in logs] == ["due work cannot be claimed"] * 2


async def test_delivery_that_could_not_be_noted_is_made_again(
    store: AnyStore, clock: TestClock
) -> None:
    """At least once: after the lease somebody asks again, and nothing else stops for it."""
    await ask(store, clock, "a", "b")
    taken: list[str] = []

    async def answer(work: Work) -> None:
        taken.append(work.key)

    noting_fails = worker(FullDisk(store, {2}), clock, answer)
    with structlog.testing.capture_logs() as logs:
        await noting_fails.drain()
    clock.advance(seconds=LEASE.seconds)
    await worker(store, clock, answer).drain()

    assert sorted(taken) in (["a", "a", "b"], ["a", "b", "b"])
    assert [log["event"] for log in logs] == ["due work not noted"]
    assert await Housekeeping(store=store, now=clock).counts() == {}


async def test_revived_work_has_a_whole_life_again(store: AnyStore, clock: TestClock) -> None:
    """Retried by hand a week later, it is not buried at its first failure for being old."""
    await ask(store, clock, "k")

    async def gone(work: Work) -> None:
        raise GiveUpError("410 Gone")

    async def busy(work: Work) -> None:
        raise TryAgainError("503")

    await worker(store, clock, gone).drain()
    clock.advance(days=7)
    await DeadWork(store=store, now=clock).retry(key="k")
    await worker(store, clock, busy).drain()

    assert await Housekeeping(store=store, now=clock).counts() == {"test:due": 1}


async def test_error_that_is_kept_is_a_name_and_not_a_text(
    store: AnyStore, clock: TestClock
) -> None:
    """What a library says in its error may hold a token; the operator's list shows the kind."""
    await ask(store, clock, "k")

    async def answer(work: Work) -> None:
        raise LookupError("bot123:secret")

    await worker(store, clock, answer, days=0).drain()

    [dead] = await DeadWork(store=store, now=clock).listed()
    assert dead.error == "LookupError"


@pytest.mark.parametrize("engine", ["sqlite"])  # which counts its steps
async def test_claiming_costs_what_waits_and_not_its_square(
    store: AnyStore, clock: TestClock
) -> None:
    """A dead shop's queue of thousands must not slow the codes of everybody else."""
    steps = []
    for lane in ("shop/1", "shop/2", "shop/3", "shop/4"):
        await ask(store, clock, *(f"{lane}-{n}" for n in range(500)), lane=lane)
        steps.append(await store.write(lambda book: _steps_of_a_claim(book, clock)))

    assert steps[3] < 8 * steps[0]


def _steps_of_a_claim(book: BookTables, clock: TestClock) -> int:
    """How many hundred steps SQLite takes for it; unlike time, they do not vary."""
    assert isinstance(book, SqliteBook)
    counted = 0

    def count() -> int:
        nonlocal counted
        counted += 1
        return 0

    book.connection.set_progress_handler(count, 100)
    try:
        book.due.claim(now=clock(), until=clock(), limit=BATCH, lane_max=LANE_MAX)
    finally:
        book.connection.set_progress_handler(None, 0)
    return counted


async def test_running_worker_needs_no_poll(
    store: AnyStore, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Work written here starts at once, and a lane's next piece when one of it is done."""
    monkeypatch.setattr("services.due.POLL_SECONDS", 3600)
    keys = {f"k{number}" for number in range(3 * LANE_MAX)}
    taken, done = set[str](), asyncio.Event()

    async def answer(work: Work) -> None:
        taken.add(work.key)
        if taken == keys:
            done.set()

    running = worker(store, clock, answer)
    store.on_due_work = running.wake
    async with asyncio.timeout(30):
        task = asyncio.create_task(run_until(running, done))
        for _ in range(3):  # it has looked, found nothing and rests: writes are in turn
            await store.write(lambda book: None)
        await ask(store, clock, *sorted(keys))
        await task

    assert taken == keys
