"""How often something may be done: one bucket of permits for each name.

A bucket refills evenly and is one number, the moment at which it will be full again (GCRA,
as in ATM switches).  A hold, during which nothing is permitted, is the moment of its end
with a minus.  Whoever keeps the numbers (this memory, Redis, a table) counts alike, in
whole microseconds of the clock that it is given.

A name is `family:whose`.
"""

from collections import OrderedDict, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from services.clock import Clock, to_micros
from services.errors import UnavailableError
from services.store import Store

logger = structlog.get_logger(__name__)

BUCKETS_MAX = 10_000
"""Remembered at once of each family; the one that was asked longest ago is forgotten first."""

HOLD_MAX = timedelta(hours=1)
"""No hold is longer: what waits longer asks once more."""

SKEW_MAX = timedelta(seconds=10)
"""How far apart the clocks of those who share a bucket may be.  A number further ahead was
written by a clock that has been set back since, and counts as nothing."""

FORGET_EVERY = 1000
"""After how many takes full buckets are dropped from the database."""

_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Rate:
    """So many at once, and one more after each *every*."""

    burst: int
    every: timedelta


@dataclass(frozen=True, slots=True)
class Asked:
    """One take in microseconds, as every keeper of buckets compares it."""

    at: int
    every: int
    latest: int
    """A bucket that is full by then has a permit."""
    sane: int
    """No take leaves a bucket that is full later."""
    held_until_max: int

    @classmethod
    def of(cls, rate: Rate, at: datetime) -> "Asked":
        """A take from a bucket of *rate* at that moment."""
        return cls(
            at=to_micros(at),
            every=rate.every // _MICROSECOND,
            latest=to_micros(at + (rate.burst - 1) * rate.every),
            sane=to_micros(at + rate.burst * rate.every + SKEW_MAX),
            held_until_max=to_micros(at + HOLD_MAX + SKEW_MAX),
        )

    def wait(self, full_at: int) -> int:
        """How long there is no permit in a bucket with that number; 0 or less: there is one."""
        if full_at < 0:
            return -full_at - self.at if -full_at <= self.held_until_max else 0
        return full_at - self.latest if full_at <= self.sane else 0

    def taken(self, full_at: int) -> int:
        """The number of that bucket without one permit."""
        return self.every + (full_at if self.at < full_at <= self.sane else self.at)


class RateLimits(Protocol):
    """Hands out permits."""

    async def take(self, name: str, rate: Rate) -> timedelta:
        """Take a permit; 0 when there was one, else how long to wait, and nothing is taken."""

    async def hold(self, name: str, span: timedelta) -> None:
        """Permit nothing of that name for *span*, or for `HOLD_MAX` where that is shorter."""


class MemoryRateLimits:
    """Of one process."""

    def __init__(self, now: Clock) -> None:
        self._now = now
        self._families = defaultdict[str, OrderedDict[str, int]](OrderedDict)

    async def take(self, name: str, rate: Rate) -> timedelta:
        asked = Asked.of(rate, self._now())
        buckets = self._families[name.partition(":")[0]]
        full_at = buckets.get(name, 0)
        wait = asked.wait(full_at)
        _remember(buckets, name, full_at if wait > 0 else asked.taken(full_at))
        return timedelta(microseconds=max(wait, 0))

    async def hold(self, name: str, span: timedelta) -> None:
        buckets = self._families[name.partition(":")[0]]
        until = to_micros(self._now() + min(span, HOLD_MAX))
        _remember(buckets, name, min(-until, buckets.get(name, 0)))


def _remember(buckets: OrderedDict[str, int], name: str, full_at: int) -> None:
    buckets[name] = full_at
    buckets.move_to_end(name)
    if len(buckets) > BUCKETS_MAX:
        buckets.popitem(last=False)


class StoredLimits(Protocol):
    """What a database keeps of buckets."""

    def take(self, name: str, asked: Asked) -> int:
        """Microseconds to wait; 0 when a permit was taken."""

    def hold(self, name: str, until: datetime) -> None:
        """Permit nothing of that name until then; a longer hold stays."""

    def forget(self, at: datetime) -> None:
        """Drop the buckets that are full by then: a name without a bucket has a full one."""


class Book(Protocol):
    """The part of the book that limits need."""

    @property
    def rate_limits(self) -> StoredLimits: ...


class DatabaseRateLimits:
    """Shared by all the processes of one database."""

    def __init__(self, *, store: Store[Book], now: Clock) -> None:
        self._store = store
        self._now = now
        self._takes = 0

    async def take(self, name: str, rate: Rate) -> timedelta:
        at = self._now()
        asked = Asked.of(rate, at)
        self._takes += 1
        forgets = self._takes % FORGET_EVERY == 0

        def work(book: Book) -> int:
            if forgets:
                book.rate_limits.forget(at)
            return book.rate_limits.take(name, asked)

        return timedelta(microseconds=await self._store.write(work))

    async def hold(self, name: str, span: timedelta) -> None:
        until = self._now() + min(span, HOLD_MAX)
        await self._store.write(lambda book: book.rate_limits.hold(name, until))


class SparedRateLimits:
    """Shared limits, with the process's own for the time in which those do not answer."""

    def __init__(self, *, shared: RateLimits, own: RateLimits) -> None:
        self._shared = shared
        self._own = own
        self._is_away = False

    async def take(self, name: str, rate: Rate) -> timedelta:
        try:
            wait = await self._shared.take(name, rate)
        except UnavailableError as exc:
            self._note_away(exc)
            return await self._own.take(name, rate)
        self._note_back()
        return wait

    async def hold(self, name: str, span: timedelta) -> None:
        """Held here too: the shared one may go away before it ends."""
        await self._own.hold(name, span)
        try:
            await self._shared.hold(name, span)
        except UnavailableError as exc:
            self._note_away(exc)
        else:
            self._note_back()

    def _note_away(self, exc: UnavailableError) -> None:
        if not self._is_away:
            logger.warning("rate limits are each process's own for now", error=exc.code)
        self._is_away = True

    def _note_back(self) -> None:
        if self._is_away:
            logger.info("rate limits are shared again")
        self._is_away = False
