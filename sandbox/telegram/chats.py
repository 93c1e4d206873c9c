"""What is kept of one private chat between a person and the bot."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sandbox.people import Person

TYPING_LASTS = timedelta(seconds=5)
"""Source: https://core.telegram.org/bots/api#sendchataction"""
TOASTS_KEPT = 20


def unix(at: datetime) -> int:
    """Whole seconds, as the Bot API writes times."""
    return int(at.timestamp())


@dataclass(slots=True, kw_only=True)
class Message:
    """One message; *content* holds what is not text, in Telegram's own shape."""

    id: int
    is_from_bot: bool
    at: datetime
    text: str = ""
    entities: list[dict[str, Any]] = field(default_factory=list)
    content: dict[str, Any] = field(default_factory=dict)
    keyboard: dict[str, Any] | None = None
    edited_at: datetime | None = None
    version: int = 0

    @property
    def is_caption(self) -> bool:
        """Whether the text stands under a file."""
        return "document" in self.content or "photo" in self.content

    def as_api(self, *, person: Person, bot: dict[str, Any]) -> dict[str, Any]:
        """The message as bots get it."""
        answer = {
            "message_id": self.id,
            "from": bot if self.is_from_bot else person.as_user(),
            "chat": person.as_chat(),
            "date": unix(self.at),
            **self.content,
        }
        if self.text:
            answer["caption" if self.is_caption else "text"] = self.text
        if self.entities:
            answer["caption_entities" if self.is_caption else "entities"] = self.entities
        if self.keyboard:
            answer["reply_markup"] = self.keyboard
        if self.edited_at:
            answer["edit_date"] = unix(self.edited_at)
        return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Toast:
    """What answerCallbackQuery shows: a line over the chat, or an alert to close."""

    id: str
    text: str
    is_alert: bool
    url: str | None
    version: int


@dataclass(slots=True, kw_only=True)
class CallbackQuery:
    """A tap on an inline button, which the bot has 150 seconds to answer."""

    id: str
    person_id: int
    message_id: int
    data: str
    at: datetime
    is_answered: bool = False


@dataclass(slots=True)
class Chat:
    """Everything a phone shows of the chat."""

    messages: dict[int, Message] = field(default_factory=dict)
    reply_keyboard: dict[str, Any] | None = None
    typing: str | None = None
    typing_until: datetime | None = None
    toasts: deque[Toast] = field(default_factory=lambda: deque(maxlen=TOASTS_KEPT))
    seen_version: int = 0

    def type(self, action: str, now: datetime) -> None:
        """Show that the bot is busy, for a few seconds or until it sends something."""
        self.typing, self.typing_until = action, now + TYPING_LASTS

    def busy_with(self, now: datetime) -> str | None:
        """What the bot is shown to be doing at *now*."""
        is_busy = self.typing_until is not None and now < self.typing_until
        return self.typing if is_busy else None

    @property
    def unread(self) -> int:
        """How many of the bot's messages came or changed since the person looked."""
        return sum(m.is_from_bot and m.version > self.seen_version for m in self.messages.values())
