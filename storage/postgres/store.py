"""PostgreSQL as the services' `Store`: each function in a thread with its own connection.

More callers than connections wait outside the database, where they hold no locks.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing
from datetime import datetime
from typing import TypeVar

import psycopg

from services.clock import from_micros
from storage.postgres.book import PostgresBook
from storage.postgres.connection import DatabaseAwayError, connect
from storage.postgres.migrate import check_schema, migrate
from storage.postgres.sealing import seal
from storage.postgres.session import Session
from storage.postgres.wakeups import Wakeups

T = TypeVar("T")

WRITERS = 8
"""Connections that write; more than this made payments slower (docs/decisions/0010)."""

READERS = 4

DUE, UPDATES = "due", "updates"
"""What one process tells the others: waiting work was written, an update was kept."""


_TIME = "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)"


class PostgresStore:
    """Runs functions of a `PostgresBook`; opened by `open_store`."""

    def __init__(self, url: str, *, writers: int, readers: int, queue_max: int) -> None:
        self._url = url
        self._loop = asyncio.get_running_loop()
        self._writers = _Threads(url, writers, "purser-writer")
        self._readers = _Threads(url, readers, "purser-reader")
        self._room = asyncio.Semaphore(queue_max)
        self._wakeups = Wakeups(url, self._heard)
        self._is_closing = False
        self.on_due_work: Callable[[], None] = lambda: None
        """Called after a commit, of any process, that wrote work which waits."""
        self.on_updates: Callable[[], None] = lambda: None
        """Called after a commit, of any process, that kept an update."""

    async def write(self, work: Callable[[PostgresBook], T]) -> T:
        async with self._room:
            return await self._in_thread(self._writers, lambda: self._write(work))

    async def read(self, view: Callable[[PostgresBook], T]) -> T:
        return await self._in_thread(self._readers, lambda: self._readers.session().read(view))

    async def glance(self, view: Callable[[PostgresBook], T]) -> T:
        return await self.read(view)

    async def check_schema(self) -> None:
        """Refuse a database of another version.

        Raises:
            SchemaError: It was migrated, or restored from another version, meanwhile.
        """
        await self.read(lambda book: check_schema(book.connection.raw))

    async def time(self) -> datetime:
        """What time it is at the server, which all processes share."""
        return await self.read(_time)

    async def seal(self) -> int:
        """Give transactions that were posted their place in the chain; how many had none."""
        return await self._in_thread(self._writers, self._seal)

    def listen(self) -> None:
        """Hear what other processes commit."""
        self._wakeups.start()

    def commit_counts(self) -> dict[str, int]:
        """How many commits there were, by outcome; what was repeated met another's."""
        return self._writers.counts()

    async def close(self) -> None:
        """Refuse new functions and finish those that were accepted."""
        self._is_closing = True
        for part in (self._writers.close, self._readers.close, self._wakeups.close):
            await asyncio.to_thread(part)

    async def _in_thread(self, threads: "_Threads", call: Callable[[], T]) -> T:
        if self._is_closing:
            raise RuntimeError("the store is closed")
        # The error comes back as a value: a future cannot carry a StopIteration.
        result, error = await self._loop.run_in_executor(threads.pool, _attempt, call)
        if error is not None:
            raise error
        return result  # type: ignore[return-value]  # there is one where there is no error

    def _write(self, work: Callable[[PostgresBook], T]) -> T:
        result, book = self._writers.session().write(work)
        if book.due.was_added:
            self._wakeups.tell(DUE)
            self._loop.call_soon_threadsafe(self._call, DUE)
        if book.inbox.was_added:
            self._wakeups.tell(UPDATES)
            self._loop.call_soon_threadsafe(self._call, UPDATES)
        return result

    def _seal(self) -> int:
        try:
            with closing(connect(self._url)) as raw:
                return seal(raw)
        except psycopg.OperationalError as exc:  # what was not sealed is sealed the next time
            raise DatabaseAwayError(reason=type(exc).__name__) from exc

    def _heard(self, topic: str) -> None:
        """In the listening thread; an empty topic may be any."""
        for each in (topic,) if topic else (DUE, UPDATES):
            self._loop.call_soon_threadsafe(self._call, each)

    def _call(self, topic: str) -> None:
        if topic == DUE:
            self.on_due_work()
        elif topic == UPDATES:
            self.on_updates()


class _Threads:
    """Threads that have a session each."""

    def __init__(self, url: str, count: int, name: str) -> None:
        self._url = url
        self._of_thread = threading.local()
        self._sessions: list[Session] = []
        self.pool = ThreadPoolExecutor(count, name)

    def session(self) -> Session:
        """The session of the thread that asks."""
        found: Session | None = getattr(self._of_thread, "session", None)
        if found is None:
            found = self._of_thread.session = Session(self._url)
            self._sessions.append(found)
        return found

    def counts(self) -> dict[str, int]:
        """The sums of what the sessions count."""
        return {
            "done": sum(session.commits for session in self._sessions),
            "failed": sum(session.failures for session in self._sessions),
            "repeated": sum(session.conflicts for session in self._sessions),
        }

    def close(self) -> None:
        self.pool.shutdown()
        for session in self._sessions:
            session.close()


def _time(book: PostgresBook) -> datetime:
    row = book.connection.execute(_TIME).fetchone()
    if row is None:
        raise RuntimeError("the server knows no time")
    return from_micros(row[0])


def _attempt(call: Callable[[], T]) -> tuple[T | None, BaseException | None]:
    try:
        return call(), None
    except BaseException as exc:  # noqa: BLE001  # whatever it is, it is its caller's
        return None, exc


@asynccontextmanager
async def open_store(
    url: str,
    *,
    writers: int = WRITERS,
    readers: int = READERS,
    queue_max: int = 1024,
    may_migrate: bool = True,
    listens: bool = False,
) -> AsyncIterator[PostgresStore]:
    """Open the database at *url*; past *queue_max* functions, callers queue outside.

    One that *listens* hears what the other processes commit.

    Raises:
        DatabaseAwayError: No server answers there.
        SchemaError: Its schema is not this version's, and *may_migrate* is false or it
            is newer.
    """

    def prepare() -> None:
        with closing(connect(url)) as raw:
            if may_migrate:
                migrate(raw)
            else:
                check_schema(raw)

    await asyncio.to_thread(prepare)
    store = PostgresStore(url, writers=writers, readers=readers, queue_max=queue_max)
    if listens:
        store.listen()
    try:
        yield store
    finally:
        await store.close()
