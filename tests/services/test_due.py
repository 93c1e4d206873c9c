"""Waiting work: done at least once, in time, and one slow receiver delays nobody."""

import asyncio
from datetime import timedelta

import pytest

from services.clock import from_micros
from services.due import (
    LANE_MAX,
    LEASE,
    RETRY_FIRST,
    DeadWork,
    GiveUpError,
    Handler,
    Housekeeping,
    TryAgainError,
    Work,
    Worker,
    WorkNotFoundError,
)
from storage.engines import AnyStore
from tests.clock import TestClock


def work(key: str, clock: TestClock, *, lane: str = "a", priority: int = 5) -> Work:
    return Work(key, "test", lane, {"key": key}, clock(), clock(), priority)


async def add(store: AnyStore, *works: Work) -> None:
    for each in works:
        await store.write(lambda book, one=each: book.due.add(one))  # type: ignore[misc]


class Receiver:
    """Takes work, unless it is told to fail."""

    def __init__(self, store: AnyStore, clock: TestClock, **lifetimes: timedelta) -> None:
        self.taken: list[str] = []
        self.error: Exception | None = None
        self.worker = Worker(
            store=store, now=clock, handlers={"test": self._take}, lifetimes=lifetimes
        )

    async def _take(self, each: Work) -> None:
        self.taken.append(each.key)
        if self.error is not None:
            raise self.error


async def test_done_once_and_in_order_of_urgency(store: AnyStore, clock: TestClock) -> None:
    """A code goes before a newsletter; the same key is asked for once."""
    receiver = Receiver(store, clock)
    await add(
        store,
        work("news", clock, priority=5),
        work("code", clock, priority=1, lane="b"),
        work("code", clock, priority=1, lane="b"),
        work("money", clock, priority=2, lane="c"),
    )

    await receiver.worker.drain()
    await receiver.worker.drain()

    assert receiver.taken == ["code", "money", "news"]


async def test_not_before_its_time(store: AnyStore, clock: TestClock) -> None:
    """And cancelled, not at all."""
    receiver = Receiver(store, clock)
    later = Work("later", "test", "a", {}, clock() + timedelta(hours=1), clock())
    await add(store, later, Work("never", "test", "a", {}, later.due_at, clock()))
    await store.write(lambda book: book.due.cancel("never"))

    await receiver.worker.drain()
    early = list(receiver.taken)
    clock.advance(hours=1)
    await receiver.worker.drain()

    assert (early, receiver.taken) == ([], ["later"])


async def test_failure_is_tried_again_later_and_later(store: AnyStore, clock: TestClock) -> None:
    """Until it is too old to be worth it; then it is set aside with its reason."""
    receiver = Receiver(store, clock, test=timedelta(hours=2))
    receiver.error = TryAgainError("busy")
    await add(store, work("k", clock))
    gaps: list[timedelta] = []

    while True:
        await receiver.worker.drain()
        [[state, due_at]] = await store.read(
            lambda book: book.connection.execute("SELECT state, due_at FROM due_work").fetchall()
        )
        if state == "dead":
            break
        gaps.append(from_micros(due_at) - clock())
        clock.now = from_micros(due_at)

    [dead] = await DeadWork(store=store, now=clock).listed()
    assert dead.error == "busy"
    assert RETRY_FIRST // 2 <= gaps[0] <= RETRY_FIRST
    assert max(gaps) > timedelta(minutes=10)
    assert sum(gaps, timedelta()) <= timedelta(hours=2)


async def test_receiver_says_when(store: AnyStore, clock: TestClock) -> None:
    """Retry-After is obeyed to the second."""
    receiver = Receiver(store, clock)
    receiver.error = TryAgainError("slow down", after=timedelta(seconds=90))
    await add(store, work("k", clock))
    await receiver.worker.drain()
    clock.advance(seconds=89)
    await receiver.worker.drain()
    clock.advance(seconds=1)
    await receiver.worker.drain()

    assert len(receiver.taken) == 2


async def test_what_cannot_succeed_is_set_aside_at_once(store: AnyStore, clock: TestClock) -> None:
    """And can be tried by hand when its cause is mended."""
    receiver, dead = Receiver(store, clock), DeadWork(store=store, now=clock)
    receiver.error = GiveUpError("410 Gone")
    await add(store, work("k", clock))
    await receiver.worker.drain()
    [buried] = await dead.listed()
    receiver.error = None
    await dead.retry(key="k")
    await receiver.worker.drain()

    assert (buried.key, buried.error) == ("k", "410 Gone")
    assert await dead.listed() == []
    with pytest.raises(WorkNotFoundError):
        await dead.retry(key="k")


async def test_bug_in_a_handler_loses_nothing(store: AnyStore, clock: TestClock) -> None:
    """It is logged and the work is tried again."""
    receiver = Receiver(store, clock)
    receiver.error = ZeroDivisionError()
    await add(store, work("k", clock))
    await receiver.worker.drain()
    receiver.error = None
    clock.advance(minutes=1)
    await receiver.worker.drain()

    assert receiver.taken == ["k", "k"]


async def test_slow_receiver_delays_nobody(store: AnyStore, clock: TestClock) -> None:
    """A hundred events for a shop that hangs leave the others' on time."""
    hangs, quick, taken = asyncio.Event(), asyncio.Event(), list[str]()

    async def take(each: Work) -> None:
        if each.lane == "slow":
            await hangs.wait()
        else:
            quick.set()
        taken.append(each.key)

    worker = Worker(store=store, now=clock, handlers={"test": take}, lifetimes={})
    slow = [work(f"slow{n:03d}", clock, lane="slow", priority=1) for n in range(100)]
    await add(store, *slow, work("quick", clock, lane="quick"))

    claimed = await worker.take()
    await quick.wait()
    before = list(taken)
    more = await worker.take()
    hangs.set()
    await worker.drain()

    assert (claimed, before, more) == (LANE_MAX + 1, ["quick"], 0)
    assert len(taken) == 101


async def test_work_of_a_killed_worker_is_taken_over(store: AnyStore, clock: TestClock) -> None:
    """After its lease, and not before: two workers do not do it side by side."""
    await add(store, work("k", clock))
    at = clock()
    await store.write(lambda book: book.due.claim(now=at, until=at + LEASE, limit=9, lane_max=9))
    receiver = Receiver(store, clock)

    await receiver.worker.drain()
    early = list(receiver.taken)
    clock.advance(minutes=2)
    await receiver.worker.drain()

    assert (early, receiver.taken) == ([], ["k"])


async def test_running_worker_starts_at_once_and_stops_clean(
    store: AnyStore, clock: TestClock
) -> None:
    """No poll in between; what is in hand at the stop is finished."""
    receiver, taken = Receiver(store, clock), asyncio.Event()
    receiver.worker._handlers["test"] = _setting(taken)
    store.on_due_work = receiver.worker.wake
    running = asyncio.create_task(receiver.worker.run())
    await add(store, work("k", clock))
    await taken.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert (await Housekeeping(store=store, now=clock).counts()) == {}


def _setting(event: asyncio.Event) -> Handler:
    async def take(_: Work) -> None:
        event.set()

    return take


async def test_done_work_is_forgotten_after_a_while(store: AnyStore, clock: TestClock) -> None:
    """Dead work stays: somebody has to look at it."""
    receiver = Receiver(store, clock)
    await add(store, work("done", clock))
    await receiver.worker.drain()
    receiver.error = GiveUpError("no")
    await add(store, work("dead", clock))
    await receiver.worker.drain()
    clock.advance(days=31)

    await Housekeeping(store=store, now=clock).forget_done()

    rows = await store.read(
        lambda book: book.connection.execute("SELECT key FROM due_work").fetchall()
    )
    assert [row[0] for row in rows] == ["dead"]
