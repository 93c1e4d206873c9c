"""The bot's slots: who of those that wait sends next, and who must come back later.

It knows nothing of Telegram but its pauses; `bot/sending.py` puts it around the requests.
"""

import asyncio
import heapq
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from services.clock import Clock
from services.rate_limits import Rate, RateLimits

Sleep = Callable[[float], Awaitable[None]]

WAIT_MAX = timedelta(seconds=20)
"""Who would wait longer is refused: well under what a handler of due work may take."""

PROMISED_MAX = timedelta(minutes=10)
"""How far ahead slots are promised; further, they are promised anew."""

ANSWER = 1
"""Of answers to a person who waits; due work has priorities of its own, lower goes first."""

BOT_BUCKET = "telegram:bot"
"""The one that all processes take their slots from."""

NOW = timedelta(0)
"""No wait."""


@dataclass(order=True, slots=True)
class _Waiting:
    """One message that waits for its slot."""

    priority: int
    number: int
    since: datetime = field(compare=False)
    outcome: asyncio.Future[timedelta] = field(compare=False)
    """0: go; else how long it would have to wait."""


class Slots:
    """Hands the bot's slots to those who wait, the most urgent first."""

    def __init__(self, *, limits: RateLimits, now: Clock, sleep: Sleep, rate: Rate) -> None:
        self._limits = limits
        self._now = now
        self._sleep = sleep
        self._rate = rate
        self._waiting: list[_Waiting] = []
        self._numbers = count()
        self._serving: asyncio.Task[None] | None = None
        self._paused_until: datetime | None = None
        self._promised_until: datetime | None = None
        """Slots up to then were promised to those who were turned away."""

    async def slot(self, priority: int) -> timedelta:
        """Wait for a slot; more than 0 when that would be too long, and when to come back."""
        if self._serving is None and not await self._limits.take(BOT_BUCKET, self._rate):
            return NOW
        ahead = sum(each.priority <= priority for each in self._waiting)
        if ahead * self._rate.every > WAIT_MAX:
            return self._later(priority)
        outcome: asyncio.Future[timedelta] = asyncio.get_running_loop().create_future()
        waiting = _Waiting(priority, next(self._numbers), self._now(), outcome)
        heapq.heappush(self._waiting, waiting)
        if self._serving is None:
            self._serving = asyncio.create_task(self._serve())
        return await outcome

    def pause(self) -> timedelta:
        """What is left of a pause that this process knows of."""
        left = NOW if self._paused_until is None else self._paused_until - self._now()
        return max(left, NOW)

    async def hold(self, span: timedelta) -> None:
        """Let nothing out for *span*, from any process."""
        self._paused_until = self._now() + max(span, self.pause())
        await self._limits.hold(BOT_BUCKET, span)

    async def _serve(self) -> None:
        try:
            while self._waiting:
                wait = await self._limits.take(BOT_BUCKET, self._rate)
                if not wait:
                    self._next()
                    continue
                self._turn_away(wait)
                if self._waiting:
                    await self._sleep(wait.total_seconds())
        except Exception as exc:  # noqa: BLE001  # it is theirs who wait, all of them
            for each in self._waiting:
                if not each.outcome.done():
                    each.outcome.set_exception(exc)
            self._waiting.clear()
        finally:
            self._serving = None

    def _next(self) -> None:
        """Give a slot to the most urgent of those who still want one."""
        while self._waiting:
            outcome = heapq.heappop(self._waiting).outcome
            if not outcome.done():  # its caller was cancelled
                outcome.set_result(NOW)
                return

    def _turn_away(self, wait: timedelta) -> None:
        """Refuse those who would wait too long when nobody goes for *wait*."""
        at = self._now() + wait
        if wait > self._rate.burst * self._rate.every:  # a pause that another process was told
            self._paused_until = at
        late = [each for each in sorted(self._waiting) if at - each.since > WAIT_MAX]
        if not late:
            return
        self._waiting = [each for each in self._waiting if at - each.since <= WAIT_MAX]
        heapq.heapify(self._waiting)
        for each in late:
            if not each.outcome.done():
                each.outcome.set_result(max(wait, self._later(each.priority)))

    def _later(self, priority: int) -> timedelta:
        """When to come back: an answer soon, others a slot after those turned away before."""
        now = self._now()
        soonest = now + max(WAIT_MAX, self.pause())
        if priority <= ANSWER:
            return soonest - now
        promised = self._promised_until or now
        if promised > soonest + PROMISED_MAX:
            promised = soonest
        self._promised_until = max(soonest, promised) + self._rate.every
        return self._promised_until - now
