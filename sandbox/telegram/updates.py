"""Updates that wait for the bot: a queue it polls, or that is posted to its webhook."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.telegram.errors import ConflictError

KEPT_FOR = {"callback_query": timedelta(seconds=150)}
"""Source: the Bot API server keeps taps for 150 seconds, everything else for a day."""
KEPT_FOR_OTHERWISE = timedelta(hours=24)
LIMIT_MAX = 100
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
_IDS_PER_SECOND = 16
_LEFT_OUT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}


def first_id(now: datetime, *, per_second: int = _IDS_PER_SECOND) -> int:
    """An id no earlier run of the sandbox has reached.

    The wallet's database remembers ids over a restart, as it must with Telegram.
    """
    return max(1, (now - _EPOCH) // timedelta(seconds=1) * per_second)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An update that the bot has not confirmed yet."""

    id: int
    kind: str
    body: dict[str, Any]
    at: datetime

    def as_api(self) -> dict[str, Any]:
        """The update as bots get it."""
        return {"update_id": self.id, self.kind: self.body}


class Updates:
    """At-least-once, in order, for one reader at a time; `polled` is set while one waits."""

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        self._now = now
        self._next_id = first_id(now())
        self._waiting: deque[Waiting] = deque()
        self._allowed: set[str] | None = None
        self._reader = 0
        self._ended_by = ""
        self._is_closed = False
        self.polled = asyncio.Event()
        self._moved = asyncio.Event()

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, kind: str, body: dict[str, Any]) -> int:
        """Queue an update; its id, even if the bot does not want this kind."""
        update_id = self._next_id
        self._next_id += 1
        if self._wants(kind):
            self._waiting.append(Waiting(update_id, kind, body, self._now()))
            self._wake()
        return update_id

    def allow(self, kinds: list[str] | None) -> None:
        """From now on queue only *kinds*; an empty list means Telegram's default."""
        if kinds is not None:
            self._allowed = set(kinds) or None

    @property
    def allowed(self) -> list[str] | None:
        """The kinds the bot asked for, if it did."""
        return sorted(self._allowed) if self._allowed else None

    def first(self) -> Waiting | None:
        """The oldest update that is still worth delivering."""
        self._forget_old()
        return self._waiting[0] if self._waiting else None

    def confirm(self, update_id: int) -> None:
        """Forget *update_id* and everything before it."""
        while self._waiting and self._waiting[0].id <= update_id:
            self._waiting.popleft()

    def drop(self) -> None:
        """Forget everything."""
        self._waiting.clear()

    async def poll(
        self, *, offset: int = 0, limit: int = LIMIT_MAX, timeout_seconds: float = 0
    ) -> list[Waiting]:
        """Updates from *offset* on, waiting up to *timeout_seconds* for the first.

        Raises:
            ConflictError: Somebody else began to read meanwhile, or a webhook was set.
        """
        self.interrupt("terminated by other getUpdates request; "
                       "make sure that only one bot instance is running")  # fmt: skip
        reader = self._reader
        self._skip_to(offset)
        self.polled.set()
        try:
            async with asyncio.timeout(timeout_seconds):
                while self._must_wait(reader, timeout_seconds):
                    await self._moved.wait()
        except TimeoutError:
            pass
        finally:
            self.polled.clear()
        if self._reader != reader:
            raise ConflictError(self._ended_by)
        return list(self._waiting)[: max(1, min(limit, LIMIT_MAX))]

    async def wait(self, timeout_seconds: float | None = None) -> None:
        """Return when something is queued, when interrupted, or when time is up."""
        try:
            async with asyncio.timeout(timeout_seconds):
                await self._moved.wait()
        except TimeoutError:
            return

    def interrupt(self, why: str) -> None:
        """End the reader that waits, if there is one, with a conflict."""
        self._reader += 1
        self._ended_by = why
        self._wake()

    def close(self) -> None:
        """Answer the reader that waits at once; later ones do not wait at all."""
        self._is_closed = True
        self._wake()

    def _must_wait(self, reader: int, timeout_seconds: float) -> bool:
        self._forget_old()
        is_done = self._waiting or self._is_closed or timeout_seconds <= 0
        return not is_done and self._reader == reader

    def _skip_to(self, offset: int) -> None:
        if offset > 0:
            self.confirm(offset - 1)
        elif offset < 0:
            while len(self._waiting) > -offset:
                self._waiting.popleft()

    def _forget_old(self) -> None:
        now = self._now()
        fresh = [w for w in self._waiting if now - w.at < KEPT_FOR.get(w.kind, KEPT_FOR_OTHERWISE)]
        if len(fresh) != len(self._waiting):
            self._waiting = deque(fresh)

    def _wants(self, kind: str) -> bool:
        return kind in self._allowed if self._allowed else kind not in _LEFT_OUT_BY_DEFAULT

    def _wake(self) -> None:
        self._moved.set()
        self._moved = asyncio.Event()
