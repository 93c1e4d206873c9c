"""Work that waits: deliveries, expiries and retries, in one leased table.

Whatever must follow a use case is written by the same function of the book, so it exists
exactly when the use case happened.  Workers claim it in small batches under a lease: one
that dies in the middle leaves its work to the next, so work is done at least once.
"""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog

from services.clock import Clock
from services.errors import NotFoundError, UnavailableError
from services.store import Store

logger = structlog.get_logger(__name__)

LEASE = timedelta(minutes=2)
"""How long a claimed piece of work is left alone; longer than any handler may take."""

HANDLER_SECONDS_MAX = 60
BATCH = 32
RUNNING_MAX = 256
"""Pieces of work in hand at once, most of which wait for their receiver."""
LANE_MAX = 4
"""At most so many of one receiver at once, so that a slow one delays nobody else."""

POLL_SECONDS = 1
"""How late work may start that another process wrote."""

KEPT = timedelta(days=30)
"""How long done work is remembered; far longer than anything asks for it again."""

RETRY_FIRST = timedelta(seconds=5)
RETRY_MOST = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Pauses:
    """How long work of a kind rests after each attempt that failed, and how often it is tried."""

    after: Callable[[int], timedelta | None]
    """The longest pause after so many attempts; None where there is no other."""
    least_percent: int = 50
    """The shortest pause as a part of the longest: receivers are not to be hit at once."""

    def next(self, attempts: int) -> timedelta | None:
        """How long to rest after *attempts*, somewhere within the jitter; None: no more."""
        longest = self.after(attempts)
        if longest is None:
            return None
        percent = random.randint(self.least_percent, 100)  # noqa: S311  # spreads load, no secret
        return longest * percent // 100


def growing(first: timedelta = RETRY_FIRST, most: timedelta = RETRY_MOST) -> Pauses:
    """Twice as long after each attempt, for as long as the kind lives."""
    return Pauses(lambda attempts: min(first * 2 ** min(max(attempts, 1) - 1, 20), most))


def stated(*pauses: timedelta, least_percent: int = 90) -> Pauses:
    """These, one after the other; one attempt more than there are pauses, and no other."""
    return Pauses(
        lambda attempts: pauses[attempts - 1] if attempts <= len(pauses) else None, least_percent
    )


@dataclass(frozen=True, slots=True)
class Work:
    """Something to be done at its time, once it is claimed."""

    key: str
    """Its name, unique: the same cause asks for it once."""
    kind: str
    lane: str
    """Its receiver; the work of one lane does not delay another's."""
    payload: dict[str, Any]
    due_at: datetime
    created_at: datetime
    priority: int = 5
    """Lower goes first: 1 codes, 2 money notices, 5 the rest."""
    attempts: int = 0
    error: str = ""


class WorkNotFoundError(NotFoundError):
    """No such piece of work is set aside."""

    code = "work_not_found"


class TryAgainError(Exception):
    """The receiver could not take it now; *after* is when it said it could."""

    def __init__(self, reason: str, *, after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.after = after


class GiveUpError(Exception):
    """The receiver will never take it."""


class DueWork(Protocol):
    """What storage keeps of waiting work."""

    def add(self, work: Work) -> None:
        """Keep it, unless something was asked for under its key before."""

    def cancel(self, key: str) -> None:
        """What was asked for under *key* is not needed any more."""

    def claim(self, *, now: datetime, until: datetime, limit: int, lane_max: int) -> list[Work]:
        """Lease what is due, most urgent first, at most *lane_max* of each lane."""

    def finish(self, key: str) -> None:
        """It is done."""

    def postpone(self, key: str, *, due_at: datetime, error: str) -> None:
        """It failed and is due again at *due_at*."""

    def bury(self, key: str, *, error: str) -> None:
        """It failed for good; it stays, to be looked at and tried by hand."""

    def dead(self, *, limit: int, lane: str | None = None) -> list[Work]:
        """What was buried, newest first; of one *lane* where it is named."""

    def revive(self, key: str, *, due_at: datetime, lane: str | None = None) -> bool:
        """Try a buried one again; False where there is none such, or not in that *lane*."""

    def forget(self, before: datetime) -> None:
        """Drop what was done and asked for before that moment."""

    def counts(self) -> dict[str, int]:
        """How many are due and how many are dead, by `kind:state`."""


class Book(Protocol):
    """The part of the book that waiting work needs."""

    @property
    def due(self) -> DueWork: ...


Handler = Callable[[Work], Awaitable[None]]


_USUAL = growing()


class Worker:
    """Claims due work and hands each piece to the handler of its kind."""

    def __init__(
        self,
        *,
        store: Store[Book],
        now: Clock,
        handlers: dict[str, Handler],
        lifetimes: dict[str, timedelta],
        pauses: Mapping[str, Pauses] | None = None,
    ) -> None:
        """*lifetimes*: how long after it was asked for each kind is still worth trying.

        *pauses*: of the kinds that do not rest as most do, which is `growing()`.
        """
        self._store = store
        self._now = now
        self._handlers = handlers
        self._lifetimes = lifetimes
        self._pauses = pauses or {}
        self._woken = asyncio.Event()
        self._running = set[asyncio.Task[None]]()

    def wake(self) -> None:
        """There may be work: look now and not at the next poll."""
        self._woken.set()

    async def run(self) -> None:
        """Work until cancelled; what is in hand then is finished first."""
        try:
            while True:
                self._woken.clear()
                has_room = len(self._running) < RUNNING_MAX
                if not has_room or await self._try_to_take() < BATCH:
                    await self._rest()
        finally:
            await asyncio.gather(*self._running, return_exceptions=True)

    async def drain(self) -> None:
        """Do all that is due now, and return when it is done."""
        while await self.take() or self._running:
            await asyncio.gather(*self._running)

    async def take(self) -> int:
        """Claim a batch and start on it; how many there were."""
        at = self._now()
        claimed = await self._store.write(
            lambda book: book.due.claim(now=at, until=at + LEASE, limit=BATCH, lane_max=LANE_MAX)
        )
        for work in claimed:
            task = asyncio.create_task(self._do(work))
            self._running.add(task)
            task.add_done_callback(self._finished)
        return len(claimed)

    async def _try_to_take(self) -> int:
        try:
            return await self.take()
        except UnavailableError as exc:  # a full disk; there may be room at the next poll
            logger.error("due work cannot be claimed", error=exc.code)  # noqa: TRY400
            return 0

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._woken.set()  # its lane may have more

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self._woken.wait()
        except TimeoutError:
            pass

    async def _do(self, work: Work) -> None:
        try:
            await self._attempt(work)
        except UnavailableError as exc:  # its lease ends and it is done again
            logger.error("due work not noted", work=work.key, error=exc.code)  # noqa: TRY400

    async def _attempt(self, work: Work) -> None:
        try:
            async with asyncio.timeout(HANDLER_SECONDS_MAX):
                await self._handlers[work.kind](work)
        except GiveUpError as exc:
            await self._bury(work, str(exc))
        except TryAgainError as exc:
            await self._postpone(work, str(exc), exc.after)
        except Exception as exc:
            logger.exception("due work failed", kind=work.kind, work=work.key)
            await self._postpone(work, type(exc).__name__, None)
        else:
            await self._store.write(lambda book: book.due.finish(work.key))

    async def _postpone(self, work: Work, error: str, after: timedelta | None) -> None:
        pause = self._pauses.get(work.kind, _USUAL).next(work.attempts)
        if pause is None:
            await self._bury(work, error)
            return
        due_at = self._now() + (pause if after is None else after)
        if due_at > work.created_at + self._lifetimes.get(work.kind, timedelta(days=3)):
            await self._bury(work, error)
            return
        await self._store.write(
            lambda book: book.due.postpone(work.key, due_at=due_at, error=error)
        )

    async def _bury(self, work: Work, error: str) -> None:
        logger.warning("due work given up", kind=work.kind, work=work.key, error=error)
        await self._store.write(lambda book: book.due.bury(work.key, error=error))


class Housekeeping:
    """Keeps the table of waiting work small."""

    def __init__(self, *, store: Store[Book], now: Clock) -> None:
        self._store = store
        self._now = now

    async def forget_done(self) -> None:
        """Drop what was done longer than `KEPT` ago; its key may then be used again."""
        before = self._now() - KEPT
        await self._store.write(lambda book: book.due.forget(before))

    async def counts(self) -> dict[str, int]:
        """How many are due and how many are dead, by `kind:state`."""
        return await self._store.read(lambda book: book.due.counts())


class DeadWork:
    """What could not be done, for the operator to see and try again."""

    def __init__(self, *, store: Store[Book], now: Clock) -> None:
        self._store = store
        self._now = now

    async def listed(self, *, limit: int = 100) -> list[Work]:
        """The newest first."""
        return await self._store.read(lambda book: book.due.dead(limit=limit))

    async def retry(self, *, key: str) -> None:
        """Make it due now.

        Raises:
            WorkNotFoundError: Nothing such is set aside.
        """
        at = self._now()
        if not await self._store.write(lambda book: book.due.revive(key, due_at=at)):
            raise WorkNotFoundError(work=key)


def encode(payload: dict[str, Any]) -> str:
    """A payload as text, the same for the same content."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
