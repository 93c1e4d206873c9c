"""SQLite as the services' `Store`: one connection writes, a few read.

Functions that wait for the writing connection at the same moment share one COMMIT,
so its fsync is paid once for all of them; one that waits alone is committed at once.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from datetime import datetime
from pathlib import Path
from typing import TypeVar, cast

from services.clock import system_clock
from storage.sqlite.book import SqliteBook
from storage.sqlite.connection import (
    Connection,
    connect,
    connect_to_read,
    open_to_glance,
)
from storage.sqlite.engine import sqlite3
from storage.sqlite.group import Job, commit_together
from storage.sqlite.migrate import check_schema, migrate

T = TypeVar("T")

GROUP_MAX = 128
"""Functions in one commit: at about 0.1 ms each, the first waits 13 ms for the last."""


class SqliteStore:
    """Runs functions of a `SqliteBook`; opened by `open_store`."""

    def __init__(
        self,
        writer: Connection,
        readers: list[Connection],
        at_hand: sqlite3.Connection,
        queue_max: int,
    ) -> None:
        self._writer = writer
        self._at_hand = at_hand
        self._readers = asyncio.LifoQueue[Connection]()
        for reader in readers:
            self._readers.put_nowait(reader)
        self._books: dict[sqlite3.Connection, SqliteBook] = {}
        self._jobs = deque[Job]()
        self._room = asyncio.Semaphore(queue_max)
        self._loop = asyncio.get_running_loop()
        self._closing = False
        self._done = self._failed = 0
        self.on_due_work: Callable[[], None] = lambda: None
        """Called after a commit that wrote work which waits."""
        self.on_updates: Callable[[], None] = lambda: None
        """Never called: the one process that keeps updates knows of them."""

    async def write(self, work: Callable[[SqliteBook], T]) -> T:
        await self._room.acquire()
        if self._closing:
            self._room.release()
            raise RuntimeError("the store is closed")
        job = Job(work, self._loop.create_future())
        self._jobs.append(job)
        # One drain for each job: the first takes all that wait, later ones may find none.
        self._writer.queue(self._drain)
        await job.settled
        # Raised here and not set on the future, which cannot carry a StopIteration.
        if job.error is not None:
            raise job.error
        return cast(T, job.result)

    async def read(self, view: Callable[[SqliteBook], T]) -> T:
        reader = await self._readers.get()
        try:
            return await reader.run(lambda connection: self._look(connection, view))
        finally:
            self._readers.put_nowait(reader)

    async def glance(self, view: Callable[[SqliteBook], T]) -> T:
        return self._look(self._at_hand, view)

    def commit_counts(self) -> dict[str, int]:
        """How many commits there were, by outcome."""
        return {"done": self._done, "failed": self._failed, "repeated": 0}

    async def check_schema(self) -> None:
        """Refuse a file of another version.

        Raises:
            SchemaError: It was migrated, or put in place of this one, meanwhile.
        """
        await self.read(lambda book: check_schema(book.connection))

    async def time(self) -> datetime:
        """What time it is; the one process has the machine's."""
        return system_clock()

    async def seal(self) -> int:
        """Nothing to do: the writer seals what it posts."""
        return 0

    async def close(self) -> None:
        """Refuse new functions, finish those that were accepted, close the file."""
        self._closing = True
        await self._writer.close()

    def _drain(self, connection: sqlite3.Connection) -> None:
        """In the thread: take what waits, commit it together, then wake its callers."""
        jobs = [self._jobs.popleft() for _ in range(min(len(self._jobs), GROUP_MAX))]
        if not jobs:
            return
        book = self._book(connection)
        book.due.was_added = False
        failed = commit_together(book, jobs)
        self._failed += failed
        self._done += not failed
        self._loop.call_soon_threadsafe(self._settle, jobs, book.due.was_added)

    def _settle(self, jobs: list[Job], wrote_due_work: bool) -> None:  # noqa: FBT001
        for job in jobs:
            self._room.release()
            if not job.settled.done():  # its caller was cancelled
                job.settled.set_result(None)
        if wrote_due_work:
            self.on_due_work()

    def _look(self, connection: sqlite3.Connection, view: Callable[[SqliteBook], T]) -> T:
        connection.execute("BEGIN")  # so that all of *view* reads one snapshot
        try:
            return view(self._book(connection))
        finally:
            connection.execute("ROLLBACK")

    def _book(self, connection: sqlite3.Connection) -> SqliteBook:
        if connection not in self._books:
            self._books[connection] = SqliteBook(connection)
        return self._books[connection]


@asynccontextmanager
async def open_store(
    path: Path,
    *,
    readers: int = 2,
    queue_max: int = 1024,
    checkpoints: bool = True,
    may_migrate: bool = True,
) -> AsyncIterator[SqliteStore]:
    """Open *path*, making it if needed; past *queue_max* functions, callers queue outside.

    Raises:
        SchemaError: Its schema is not this version's, and *may_migrate* is false or it
            is newer.
    """
    async with AsyncExitStack() as stack:
        writer = await connect(path, checkpoints=checkpoints)
        stack.push_async_callback(writer.close)
        await writer.run(migrate if may_migrate else check_schema)
        pool = []
        for _ in range(readers):
            pool.append(await connect_to_read(path))
            stack.push_async_callback(pool[-1].close)
        at_hand = stack.enter_context(closing(open_to_glance(path)))
        store = SqliteStore(writer, pool, at_hand, queue_max)
        stack.push_async_callback(store.close)
        yield store
