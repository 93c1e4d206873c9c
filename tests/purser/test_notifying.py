"""How long and how often each interface's messages are tried."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.pay_urls import Links
from purser.notifying import DAY, LIFETIMES, PAUSES, create_notifications, probing
from purser.services import Services
from purser.settings import load_settings
from services.clock import from_micros
from services.due import RETRY_MOST, Pauses, TryAgainError, Work, Worker, growing
from services.money import RUB
from services.notifications import KINDS
from storage.book import BookTables
from storage.engines import AnyStore
from storage.sqlite.book import SqliteBook
from tests.clock import TestClock


def next_at(book: BookTables) -> datetime | None:
    """When the work is due; None where it was given up."""
    assert isinstance(book, SqliteBook)
    row = book.connection.execute("SELECT due_at FROM due_work WHERE state = 'due'").fetchone()
    return None if row is None else from_micros(row[0])


async def attempts(store: AnyStore, clock: TestClock, kind: str) -> list[timedelta]:
    """When a receiver that never takes it is asked, from the beginning to the last time."""
    began = clock()
    await store.write(lambda book: book.due.add(Work("w", kind, "l", {}, began, began)))
    asked: list[timedelta] = []

    async def busy(work: Work) -> None:
        asked.append(clock() - began)
        raise TryAgainError("busy")

    worker = Worker(
        store=store, now=clock, handlers={kind: busy}, lifetimes=LIFETIMES, pauses=PAUSES
    )
    while True:
        await worker.drain()
        following = await store.read(next_at)
        if following is None:
            return asked
        clock.now = following


@pytest.mark.parametrize(
    ("kind", "least", "most"),
    [
        ("bill_notification", 15, 40),
        ("pull_notification", 50, 50),
        ("robokassa_result", 15, 40),
        ("robokassa_result2", 5, 5),
    ],
)
async def test_dead_receiver_is_asked_as_promised(
    store: AnyStore, clock: TestClock, kind: str, least: int, most: int
) -> None:
    """For a day with growing pauses; fifty times within a day; five times."""
    asked = await attempts(store, clock, kind)

    assert least <= len(asked) <= most
    assert asked[-1] <= DAY
    if kind != "robokassa_result2":
        assert asked[-1] >= DAY - timedelta(hours=3)
    pauses = [after - before for before, after in pairwise(asked)]
    assert pauses[-1] > 2 * pauses[0]


@given(st.integers(1, 10_000))
def test_pauses_grow_and_stay_within_their_jitter(attempts: int) -> None:
    """Between half of the longest pause and all of it, however often it failed."""
    usual = growing()
    longest = usual.after(attempts)
    drawn = usual.next(attempts)

    assert longest is not None
    assert drawn is not None
    assert longest // 2 <= drawn <= longest <= RETRY_MOST
    before = usual.after(max(attempts - 1, 1))
    assert before is not None
    assert before <= longest


def test_pauses_end_where_no_more_attempts_are_promised() -> None:
    five: Pauses = PAUSES["robokassa_result2"]

    assert [five.next(each) is None for each in range(1, 7)] == [False] * 4 + [True] * 2


async def test_every_kind_has_a_handler_and_a_lifetime(
    services: Services, clock: TestClock
) -> None:
    """A kind without one would wait for ever, and its shop too."""
    links = Links("purser_bot", "https://wallet.example")
    made = create_notifications(services, now=clock, links=links, allow_private=False)
    await made.close()

    told = {kind for kinds in KINDS.values() for kind in kinds}
    assert set(made.handlers) == set(LIFETIMES) == told | {"webhook"}
    assert set(PAUSES) == told


async def test_probe_finds_addresses_with_the_services(
    services: Services, clock: TestClock
) -> None:
    """It is made before them, for they take it; nothing is sent where no address is set."""
    made = await services.merchants.add(name="Quiet", currency=RUB)
    async with probing(load_settings({}), clock) as probe:
        with pytest.raises(RuntimeError, match="no services"):
            await probe(made.merchant)
        probe.services = services

        assert await probe(made.merchant) == []
