"""The feeder where several processes share one inbox: an update is claimed, then handled.

Claims give out of each sender one update at a time, the oldest, so a person's updates are
handled in order whichever processes take them.  One that cannot be answered now is given
back, to be claimed by anybody when its time has come.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import structlog
from aiogram.exceptions import TelegramRetryAfter

from bot.feeder import AWAY, DELAY_SECONDS_MAX, PARALLEL_MAX, Feeder
from services.errors import UnavailableError
from services.inbox import LEASE, Received

logger = structlog.get_logger(__name__)

POLL_SECONDS = 1
"""How late an update may be taken up whose waking was lost, or whose holder was killed."""

AWAY_MAX = timedelta(minutes=15)
"""How long Telegram may be away before it counts against an update."""

AWAY_DELAY = timedelta(seconds=5)
PROLONG_SECONDS = 10
"""A third of the lease: two may fail."""


class SharedFeeder(Feeder):
    """Takes what nobody else has."""

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self._woken = asyncio.Event()
        self._claiming: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to claim; what a killed process had comes when its lease is over."""
        await self._inbox.forget()
        self._claiming = asyncio.create_task(self._claim(), name="claims of updates")

    def wake(self) -> None:
        self._woken.set()

    def put(self, updates: list[Received]) -> None:
        """They are in the inbox, where any process finds them: this one at once."""
        if updates:
            self._woken.set()

    async def idle(self) -> None:
        """Wait until there is nothing that can be claimed, and nothing in hand."""
        while await self._take() or self._tasks:
            await asyncio.gather(*self._tasks)

    async def close(self) -> None:
        if self._claiming is not None:
            self._claiming.cancel()
            await asyncio.gather(self._claiming, return_exceptions=True)
        await super().close()

    async def _claim(self) -> None:
        while True:
            self._woken.clear()
            if not await self._take():
                await self._rest()

    async def _take(self) -> int:
        """Claim what there is room for; how many there were."""
        room = PARALLEL_MAX - len(self._tasks)
        try:
            claimed = await self._inbox.claim(limit=room) if room > 0 else []
        except UnavailableError as exc:
            logger.warning("no update can be claimed", error=exc.code)
            return 0
        for update in claimed:
            task = asyncio.create_task(self._see_through(update))
            self._tasks.add(task)
            task.add_done_callback(self._finished)
        return len(claimed)

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self._woken.wait()
        except TimeoutError:
            pass

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._woken.set()  # its sender may have more

    async def _see_through(self, received: Received) -> None:
        """Handle a claimed update once; never raises."""
        delay = AWAY_DELAY
        try:
            may_wait = self._inbox.age(received) < AWAY_MAX
            async with self._kept(received):
                is_done = await self._try(received, may_wait=may_wait)
            if is_done:
                return
        except TelegramRetryAfter as exc:
            delay = timedelta(seconds=exc.retry_after)
        except AWAY as exc:
            logger.warning("Telegram is away", error=type(exc).__name__)
        except Exception:
            # Storage is away: its lease ends, and it is claimed again.
            logger.exception("the inbox does not answer", update=received.update_id)
            return
        await self._give_back(received, min(delay, timedelta(seconds=DELAY_SECONDS_MAX)))

    @asynccontextmanager
    async def _kept(self, received: Received) -> AsyncIterator[None]:
        """Prolong the lease of *received* as long as the block runs."""
        prolonging = asyncio.create_task(self._prolong(received))
        try:
            yield
        finally:
            prolonging.cancel()
            await asyncio.gather(prolonging, return_exceptions=True)

    async def _prolong(self, received: Received) -> None:
        while True:
            await asyncio.sleep(PROLONG_SECONDS)
            await self._give_back(received, LEASE)

    async def _give_back(self, received: Received, delay: timedelta) -> None:
        try:
            await self._inbox.postpone(update_id=received.update_id, delay=delay)
        except UnavailableError as exc:
            logger.warning("an update waits for its lease", error=exc.code)
