"""What the bot waits for from a person, so that a restart in mid-payment goes on."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from services.clock import Clock
from services.holders import Holder
from services.store import Store


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

    def __init__(self, *, store: Store[Book], now: Clock) -> None:
        self._store = store
        self._now = now

    async def find(self, *, telegram_id: int) -> Visitor:
        """The wallet of that Telegram account, if any, and what is awaited of it."""

        def view(book: Book) -> Visitor:
            holder = book.holders.of_telegram(telegram_id)
            return Visitor(telegram_id, holder, book.conversations.find(telegram_id) or QUIET)

        return await self._store.glance(view)

    async def expect(self, *, telegram_id: int, conversation: Conversation) -> None:
        """Wait for an answer, or for none (`QUIET`)."""
        at = self._now()
        await self._store.write(lambda book: book.conversations.put(telegram_id, conversation, at))
