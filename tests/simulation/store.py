"""The services' `Store` on a real book, with what a database and its network can do to it.

Every wait may be the last one, for the process may be killed there.  A function may be
refused before it runs, run and rolled back, run twice with others in between (as after a
serialisation failure), or be committed although its caller hears that storage is away.
"""

import asyncio
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from services.errors import UnavailableError
from services.store import NotCommittedError, OutcomeUnknownError
from storage.sqlite.book import SqliteBook
from tests.simulation.faults import Faults
from tests.simulation.loop import Home

T = TypeVar("T")

GROUP_MAX = 4
"""Functions in one commit, at most."""


@dataclass(slots=True, eq=False)
class Job:
    """A function on its way into the database, and what became of it."""

    work: Callable[[SqliteBook], Any]
    settled: asyncio.Future[None]
    result: Any = None
    error: BaseException | None = None


class Disk:
    """The database: what is committed outlives every process, and nothing else does."""

    def __init__(self, book: SqliteBook) -> None:
        self.book = book
        self.writes = 0
        self.reads = 0
        self.on_function: Callable[[], None] = lambda: None
        """Called after each function that will be committed, inside its transaction."""
        self.on_commit: Callable[[], None] = lambda: None
        """Called after each commit, before anybody hears of it."""
        self.on_due_work: Callable[[], None] = lambda: None
        self.on_update: Callable[[], None] = lambda: None
        """Called after a commit that wrote work, or an update, that waits."""

    def commit(self, jobs: list[Job]) -> None:
        """Run *jobs* as one transaction."""
        self.book.due.was_added = self.book.inbox.was_added = False
        self._begin(jobs, self.on_function)
        self.book.connection.execute("COMMIT")
        self.writes += len(jobs)
        self.on_commit()
        if self.book.due.was_added:
            self.on_due_work()
        if self.book.inbox.was_added:
            self.on_update()

    def try_in_vain(self, jobs: list[Job]) -> None:
        """Run *jobs*, and lose all of it before the commit."""
        self._begin(jobs, lambda: None)
        self.book.connection.execute("ROLLBACK")

    def look(self, view: Callable[[SqliteBook], T]) -> T:
        """Run *view* on what is committed now."""
        self.reads += 1
        self.book.connection.execute("BEGIN")
        try:
            return view(self.book)
        finally:
            self.book.connection.execute("ROLLBACK")

    def _begin(self, jobs: list[Job], after_each: Callable[[], None]) -> None:
        self.book.connection.execute("BEGIN IMMEDIATE")
        for job in jobs:
            self.book.connection.execute("SAVEPOINT job")
            job.result, job.error = None, None
            try:
                job.result = job.work(self.book)
            except Exception as exc:  # noqa: BLE001  # whatever it is, it is its caller's
                job.error = exc
                self.book.connection.execute("ROLLBACK TO job")
            self.book.connection.execute("RELEASE job")
            after_each()


class SimulatedStore:
    """One process's way to the disk."""

    def __init__(
        self,
        *,
        disk: Disk,
        home: Home,
        faults: Faults,
        chance: random.Random,
        crash: Callable[[], None],
    ) -> None:
        self._disk = disk
        self._home = home
        self._faults = faults
        self._chance = chance
        self._crash = crash
        self._jobs = deque[Job]()

    async def write(self, work: Callable[[SqliteBook], T]) -> T:
        self._must_live()
        loop = asyncio.get_running_loop()
        job = Job(work, loop.create_future())
        self._jobs.append(job)
        # One drain for each function, as in the real store: cancelling the wait stops nothing.
        loop.create_task(self._drain())  # noqa: RUF006  # its process holds it
        await job.settled
        if job.error is not None:
            raise job.error
        return cast(T, job.result)

    async def read(self, view: Callable[[SqliteBook], T]) -> T:
        await self._pause()
        self._must_live()
        if self._faults.strikes("read failed"):
            raise UnavailableError
        found = self._disk.look(view)
        await self._pause()
        return found

    async def glance(self, view: Callable[[SqliteBook], T]) -> T:
        return await self.read(view)

    async def _drain(self) -> None:
        await self._pause()
        self._must_live()
        most = self._chance.randint(1, GROUP_MAX)
        jobs = [self._jobs.popleft() for _ in range(min(len(self._jobs), most))]
        if jobs:
            await self._see_through(jobs)

    async def _see_through(self, jobs: list[Job]) -> None:
        fault = self._faults.first_of(
            "refused before it ran",
            "run and rolled back",
            "run twice",
            "killed before the commit",
        )
        if fault and fault != "refused before it ran":
            self._disk.try_in_vain(jobs)
        if fault == "killed before the commit":
            self._crash()
        elif fault != "run twice" and fault:
            self._fail(jobs, NotCommittedError)
        await self._pause()
        self._must_live()
        if fault in ("", "run twice"):
            await self._commit(jobs)
        self._settle(jobs)

    async def _commit(self, jobs: list[Job]) -> None:
        self._disk.commit(jobs)
        fault = self._faults.first_of("outcome unknown", "killed after the commit")
        if fault == "killed after the commit":
            self._crash()
        elif fault:
            self._fail(jobs, OutcomeUnknownError)
        await self._pause()  # the answer is on its way
        self._must_live()

    def _fail(self, jobs: list[Job], error: type[UnavailableError]) -> None:
        for job in jobs:
            job.error = error()

    def _settle(self, jobs: list[Job]) -> None:
        for job in jobs:
            if not job.settled.done():  # its caller was cancelled
                job.settled.set_result(None)

    async def _pause(self) -> None:
        await pause(self._chance)

    def _must_live(self) -> None:
        if not self._home.is_alive:
            raise asyncio.CancelledError


async def pause(chance: random.Random) -> None:
    """Let others go first: not at all, for a moment, or for long."""
    drawn = chance.random()
    if drawn < 0.5:
        return
    if drawn < 0.85:
        await asyncio.sleep(0)
    else:
        await asyncio.sleep(chance.random() * (0.2 if drawn < 0.995 else 20))
