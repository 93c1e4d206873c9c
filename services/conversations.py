"""What the bot waits for from a person, so that a restart in mid-payment goes on.

The database keeps it, or a keeper that is quicker to write to.  The keeper may go away and
may forget: a question is in the database as well, and of the two the newer one counts.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from services.clock import EPOCH, Clock
from services.errors import UnavailableError
from services.holders import Holder
from services.store import Store

LIVES = timedelta(days=1)
"""After that nobody answers a question: what it asked about is long over."""

SKEW_MAX = timedelta(seconds=10)
"""What seems to have been asked later than that was asked before a clock was set back."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """What the next plain message of a person will answer."""

    expects: str = ""
    """The name of the question; empty when nothing was asked."""
    data: dict[str, str] = field(default_factory=dict)
    screen: int | None = None
    """The message that the answer will change."""
    language: str | None = None
    """Of somebody who has not joined; a holder's own setting counts more."""
    at: datetime | None = field(default=None, compare=False)
    """When it was kept, where that is known."""


QUIET = Conversation()


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who an update came from: a Telegram account, with a wallet or without."""

    telegram_id: int
    holder: Holder | None
    conversation: Conversation


class Conversations(Protocol):
    """What storage keeps of conversations."""

    def find(self, telegram_id: int) -> Conversation | None:
        """What is awaited of that person, or None."""

    def put(self, telegram_id: int, conversation: Conversation, at: datetime) -> None:
        """Keep it in place of the one before."""


class Keeper(Protocol):
    """What keeps conversations outside the database; it may be away, and it may forget."""

    async def find(self, telegram_id: int) -> Conversation | None:
        """What is awaited of that person, or None.

        Raises:
            UnavailableError: It is away.
        """

    async def put(self, telegram_id: int, conversation: Conversation, at: datetime) -> None:
        """Keep it in place of the one before.

        Raises:
            UnavailableError: It is away.
        """


class Holders(Protocol):
    """How a visitor's wallet is found."""

    def of_telegram(self, telegram_id: int) -> Holder | None:
        """The holder who uses that Telegram account, or None."""


class Book(Protocol):
    """The part of the book that conversations need."""

    @property
    def conversations(self) -> Conversations: ...
    @property
    def holders(self) -> Holders: ...


class Visitors:
    """Looks up who is there, in one read for each update."""

    def __init__(self, *, store: Store[Book], now: Clock, keeper: Keeper | None = None) -> None:
        self._store = store
        self._now = now
        self._keeper = keeper

    async def find(self, *, telegram_id: int) -> Visitor:
        """The wallet of that Telegram account, if any, and what is awaited of it."""

        def view(book: Book) -> tuple[Holder | None, Conversation | None]:
            holder = book.holders.of_telegram(telegram_id)
            return holder, book.conversations.find(telegram_id)

        kept = await self._kept(telegram_id)
        holder, stored = await self._store.glance(view)
        return Visitor(telegram_id, holder, _current(kept, stored, self._now()))

    async def expect(self, *, telegram_id: int, conversation: Conversation) -> None:
        """Wait for an answer, or for none (`QUIET`)."""
        at = self._now()
        is_kept = await self._keep(telegram_id, conversation, at)
        if conversation.expects or not is_kept:
            await self._store.write(
                lambda book: book.conversations.put(telegram_id, conversation, at)
            )

    async def _kept(self, telegram_id: int) -> Conversation | None:
        try:
            return await self._keeper.find(telegram_id) if self._keeper else None
        except UnavailableError:
            return None

    async def _keep(self, telegram_id: int, conversation: Conversation, at: datetime) -> bool:
        if self._keeper is None:
            return False
        try:
            await self._keeper.put(telegram_id, conversation, at)
        except UnavailableError:
            return False
        return True


def _current(
    kept: Conversation | None, stored: Conversation | None, now: datetime
) -> Conversation:
    """The newer of the two, the keeper's where nothing tells; quiet when it is old."""

    def asked_at(conversation: Conversation) -> datetime:
        at = conversation.at
        return EPOCH if at is None or at > now + SKEW_MAX else at

    known = max((each for each in (kept, stored) if each), key=asked_at, default=QUIET)
    if known.at is not None and now - known.at > LIVES:
        return Conversation(language=known.language)
    return known
