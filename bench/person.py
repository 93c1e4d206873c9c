"""A Telegram in this process, and a person who writes, presses and shares a contact."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.client.session.base import BaseSession
from aiogram.methods import GetFile, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import Chat, File, InlineKeyboardMarkup, Message

_NOW = datetime(2026, 1, 15, 9, tzinfo=UTC)
BUTTONS_KEPT = 200
"""Of each chat; nobody scrolls further up."""

TOKEN = "42:TEST"  # noqa: S105  # of nobody


class Clock:
    """A millisecond passes whenever it is looked at."""

    def __init__(self) -> None:
        self.now = _NOW

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now

    def advance(self, *, minutes: int) -> None:
        """So that the next code may be sent."""
        self.now += timedelta(minutes=minutes)


class Telegram(BaseSession):
    """Answers at once, counts the calls, and remembers the buttons of each chat."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = 0
        self.buttons: dict[int, list[tuple[int, str]]] = {}
        """By person: message and data of each button, the newest last."""
        self.picture = b""
        """What every file is."""
        self._ids = count(1000)

    async def make_request(
        self, bot: Bot, method: TelegramMethod[TelegramType], timeout: int | None = None
    ) -> TelegramType:
        """Count the call and let it succeed."""
        self.calls += 1
        if isinstance(method, GetFile):
            return File(file_id="f", file_unique_id="u", file_path="f")  # type: ignore[return-value]
        text = getattr(method, "text", None) or getattr(method, "caption", None)
        person = getattr(method, "chat_id", None)
        if text is None or person is None:
            return True  # type: ignore[return-value]
        number = getattr(method, "message_id", None) or next(self._ids)
        self._remember(int(person), number, getattr(method, "reply_markup", None))
        chat = Chat(id=int(person), type="private")
        return Message(message_id=number, date=_NOW, chat=chat)  # type: ignore[return-value]

    def newest(self, person: int, action: str) -> tuple[int, str]:
        """The newest button of *action* that was shown to *person*."""
        for number, data in reversed(self.buttons.get(person, [])):
            if _is_of(data, action):
                return number, data
        raise LookupError(f"{person} was shown no button {action}")

    async def stream_content(self, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
        """The one picture there is."""
        yield self.picture

    async def close(self) -> None:
        """Nothing is open."""

    def _remember(self, person: int, number: int, markup: Any) -> None:
        shown = self.buttons.setdefault(person, [])
        shown[:] = [each for each in shown if each[0] != number]
        if isinstance(markup, InlineKeyboardMarkup):
            shown += [
                (number, button.callback_data)
                for row in markup.inline_keyboard
                for button in row
                if button.callback_data is not None
            ]
        del shown[:-BUTTONS_KEPT]


def _is_of(data: str, action: str) -> bool:
    """`hist older` is a button of `hist` that names where its page begins."""
    name, _, begins = action.partition(" ")
    parts = data.split(":")
    return parts[0] == name and (not begins or bool(parts[1]))


@dataclass(slots=True)
class Person:
    """Somebody's Telegram account, talking to a dispatcher."""

    number: int
    telegram: Telegram
    dispatcher: Dispatcher
    bot: Bot
    _updates: Any = field(default_factory=lambda: count(1))

    @property
    def phone(self) -> str:
        """Their number."""
        return f"+7916{1_000_000 + self.number}"

    async def say(self, text: str) -> None:
        """Write *text*."""
        await self._feed(message=self.message(text=text))

    async def share_contact(self) -> None:
        """Share the own number."""
        contact = {"phone_number": self.phone, "first_name": "Ann", "user_id": self.number}
        await self._feed(message=self.message(contact=contact))

    async def send_photo(self, body: bytes) -> None:
        """Send a picture as a photo."""
        self.telegram.picture = body
        size = {"file_id": "f", "file_unique_id": "u", "width": 1280, "height": 960}
        await self._feed(message=self.message(photo=[size]))

    async def press(self, action: str) -> None:
        """Press the newest button of *action*."""
        number, data = self.telegram.newest(self.number, action)
        message = self.message(message_id=number, text="...")
        query = {"id": "1", "from": self._user, "chat_instance": "c", "data": data}
        await self._feed(callback_query=query | {"message": message})

    async def block(self, status: str) -> None:
        """Block the bot (`kicked`), or let it in again (`member`)."""
        bot = {"id": 42, "is_bot": True, "first_name": "P"}
        old: dict[str, Any] = {"status": "member", "user": bot}
        new: dict[str, Any] = {"status": status, "user": bot, "until_date": 0}
        event = {"chat": self._chat, "from": self._user, "date": 1}
        await self._feed(my_chat_member=event | {"old_chat_member": old, "new_chat_member": new})

    def message(self, **content: Any) -> dict[str, Any]:
        """A message of theirs in the private chat."""
        return {"message_id": 1, "date": 1, "chat": self._chat, "from": self._user} | content

    @property
    def _chat(self) -> dict[str, Any]:
        return {"id": self.number, "type": "private", "first_name": "Ann"}

    @property
    def _user(self) -> dict[str, Any]:
        return {"id": self.number, "is_bot": False, "first_name": "Ann", "language_code": "en"}

    async def _feed(self, **event: Any) -> None:
        update_id = self.number * 100_000 + next(self._updates)
        await self.dispatcher.feed_raw_update(self.bot, {"update_id": update_id} | event)
