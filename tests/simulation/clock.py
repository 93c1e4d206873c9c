"""The machine's clock, which runs with the simulated time and is set by somebody at times."""

import asyncio
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


class WallClock:
    """Simulated time as a date; unlike the loop's own it may jump, also backwards."""

    def __init__(self, loop: asyncio.AbstractEventLoop, start: datetime = START) -> None:
        self._loop = loop
        self._set_to = start
        self._newest = start

    def __call__(self) -> datetime:
        now = self._set_to + timedelta(microseconds=int(self._loop.time() * 1_000_000))
        self._newest = max(self._newest, now)
        return now

    def jump(self, by: timedelta) -> None:
        """Somebody sets it."""
        self._set_to += by

    def catch_up(self) -> None:
        """Whoever set it back has set it right: it is as late as it ever was."""
        self.jump(self._newest - self())
