"""Work that was written starts at once, in whichever process."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import ExitStack

import psycopg
import pytest

from services.due import Work
from services.inbox import Received
from storage.postgres.book import PostgresBook
from storage.postgres.store import PostgresStore, open_store
from tests.clock import TestClock
from tests.storage.moves import WAIT, Use, fund, move

AT = TestClock()()


@pytest.fixture
def engine() -> str:
    return "postgres"


@pytest.fixture(autouse=True)
async def funded(store: PostgresStore) -> None:
    """Ann has 100.00 roubles."""
    await store.write(fund)


@pytest.fixture
async def other(database: str) -> AsyncIterator[PostgresStore]:
    """Another process on the same database."""
    async with open_store(database) as opened:
        yield opened


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
