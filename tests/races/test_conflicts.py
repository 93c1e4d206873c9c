"""A function that met another's is run again, and its connection is as good as before."""

from collections.abc import AsyncIterator

import pytest

from services.errors import RefusedError
from services.history import Step
from storage.postgres.book import PostgresBook
from storage.postgres.store import PostgresStore, open_store
from storage.postgres.uniques import claim
from tests.clock import TestClock

_STEP = Step("ask", "done", "holder", TestClock()())


@pytest.fixture
async def store(database: str) -> AsyncIterator[PostgresStore]:
    """With one connection, so that every function meets what the one before left."""
    async with open_store(database, may_migrate=False, writers=1) as opened:
        yield opened


async def test_connection_outlives_a_conflict(store: PostgresStore) -> None:
    """What was sent after the statement that failed was never prepared by the server."""
    runs = 0

    def conflict_once(book: PostgresBook) -> int:
        nonlocal runs
        runs += 1
        if runs == 1:
            claim(book.connection, "test", "taken", "a")
            claim(book.connection, "test", "taken", "b")
        book.steps.add("test/1", _STEP)
        return len(book.steps.of("test/1"))

    def refuse(book: PostgresBook) -> None:
        raise RefusedError

    with pytest.raises(RefusedError):
        await store.write(refuse)
    for _ in range(2):
        await store.write(lambda book: book.steps.add("test/1", _STEP))

    assert await store.write(conflict_once) == 3
    assert (runs, store.commit_counts()["repeated"]) == (2, 1)
    for _ in range(3):
        await store.write(lambda book: book.steps.add("test/1", _STEP))
    assert len(await store.read(lambda book: book.steps.of("test/1"))) == 6
