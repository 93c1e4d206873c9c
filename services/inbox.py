"""Updates from Telegram, kept before they are confirmed to it.

An update is known by its id, whatever the order in which it comes: after a quiet week the
next id is random.  Its body is dropped when it has been handled, for it may hold a code.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from services.clock import Clock
from services.store import Store

ATTEMPTS_MAX = 4
"""How often an update is tried before it is set aside."""

LEASE = timedelta(seconds=30)
"""How long a claimed update is left alone by the other processes, unless that is prolonged.

A tap lives 150 seconds at Telegram: one whose process was killed must be taken up in time.
"""

KEPT = timedelta(days=7)
"""How long ids are remembered; Telegram forgets an update after a day."""


@dataclass(frozen=True, slots=True)
class Received:
    """An update as it came in."""

    update_id: int
    sender: int
    """Telegram user id; 0 where the update has none."""
    body: str
    """The update as JSON."""
    attempts: int = 0
    error: str = ""
    received_at: datetime | None = field(default=None, compare=False)
    """When it was kept; None before that."""


class StoredUpdates(Protocol):
    """What storage keeps of updates."""

    def add(self, update: Received, at: datetime) -> bool:
        """Keep it; False where it is there already."""

    def due(self) -> list[Received]:
        """Those not yet handled, oldest first."""

    def claim(self, *, now: datetime, until: datetime, limit: int) -> list[Received]:
        """Lease updates, oldest first: of each sender one, and none while another has one."""

    def postpone(self, update_id: int, until: datetime) -> None:
        """Whoever claimed it lets it be until then; nobody overtakes it."""

    def finish(self, update_id: int) -> None:
        """It was handled; its body is dropped."""

    def fail(self, update_id: int, *, error: str, attempts_max: int) -> bool:
        """Count a failure; True when it is set aside by it."""

    def set_aside(self, limit: int) -> list[Received]:
        """Those that failed too often, newest first."""

    def forget(self, before: datetime) -> None:
        """Drop those handled that came before."""


class Book(Protocol):
    """The part of the book that the inbox needs."""

    @property
    def inbox(self) -> StoredUpdates: ...


class Inbox:
    """Takes updates in, and keeps what became of them."""

    def __init__(self, *, store: Store[Book], now: Clock) -> None:
        self._store = store
        self._now = now

    async def receive(self, *, updates: list[Received]) -> list[Received]:
        """Keep *updates*; returns, once that is durable, those that were not known."""
        at = self._now()
        return await self._store.write(
            lambda book: [update for update in updates if book.inbox.add(update, at)]
        )

    async def due(self) -> list[Received]:
        """What a restart has left to handle, oldest first."""
        return await self._store.read(lambda book: book.inbox.due())

    async def claim(self, *, limit: int) -> list[Received]:
        """Updates that only the caller handles until `LEASE` is over, at most *limit*.

        Of each sender the oldest, and none while another process has one: so a person's
        updates are handled in order, one at a time, however many processes there are.
        """
        at = self._now()
        return await self._store.write(
            lambda book: book.inbox.claim(now=at, until=at + LEASE, limit=limit)
        )

    async def postpone(self, *, update_id: int, delay: timedelta) -> None:
        """Let a claimed update be for *delay*; then anybody may take it up."""
        until = self._now() + delay
        await self._store.write(lambda book: book.inbox.postpone(update_id, until))

    def age(self, update: Received) -> timedelta:
        """How long ago *update* was kept."""
        at = self._now()
        return at - (update.received_at or at)

    async def finish(self, *, update_id: int) -> None:
        """The update was handled."""
        await self._store.write(lambda book: book.inbox.finish(update_id))

    async def fail(self, *, update_id: int, error: str) -> bool:
        """Handling raised; True when the update is set aside and not tried again."""
        return await self._store.write(
            lambda book: book.inbox.fail(update_id, error=error, attempts_max=ATTEMPTS_MAX)
        )

    async def set_aside(self, *, limit: int = 20) -> list[Received]:
        """What failed too often, for the operator to see, newest first."""
        return await self._store.read(lambda book: book.inbox.set_aside(limit))

    async def forget(self) -> None:
        """Drop what is older than Telegram's own memory."""
        before = self._now() - KEPT
        await self._store.write(lambda book: book.inbox.forget(before))
