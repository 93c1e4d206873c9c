"""A Telegram that never leaves the process, and people with phones who use it."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMessage,
    EditMessageText,
    GetFile,
    SendDocument,
    SendMessage,
    SendPhoto,
    TelegramMethod,
)
from aiogram.methods.base import TelegramType
from aiogram.types import (
    BufferedInputFile,
    CallbackQuery,
    Chat,
    Contact,
    File,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    PhotoSize,
    TelegramObject,
    Update,
    User,
)

_NOW = datetime(2026, 11, 24, tzinfo=UTC)
TOKEN = "42:TEST"
Requests = list[TelegramMethod[Any]]


@dataclass
class Shown:
    """A message of the bot as it stands in the chat now."""

    chat: int
    text: str
    markup: Any
    is_protected: bool = False
    file: BufferedInputFile | None = None
    """The document or the photo that it is the caption of."""


class Telegram(BaseSession):
    """Keeps the bot's messages as Telegram does, and every request in order."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: Requests = []
        self.shown: dict[int, Shown] = {}
        self.faults: list[tuple[str, Exception]] = []
        """What the next call of a method raises."""
        self.answers: dict[str, list[Any]] = {}
        """What the next calls of a method return."""
        self.files: dict[str, bytes] = {}
        """What people have sent, by file id."""
        self.is_asked_in_vain = asyncio.Event()
        """Set when a poll found nothing: it is left open, as Telegram does."""
        self.is_shown = asyncio.Event()
        """Set by the first message of the bot."""
        self._ids = count(1000)

    async def make_request(
        self, bot: Bot, method: TelegramMethod[TelegramType], timeout: int | None = None
    ) -> TelegramType:
        self.requests.append(method)
        name = method.__api_method__
        for place, (failing, fault) in enumerate(self.faults):
            if failing == name:
                del self.faults[place]
                raise fault
        if self.answers.get(name):
            return self.answers[name].pop(0)  # type: ignore[no-any-return]
        if name == "getUpdates":
            self.is_asked_in_vain.set()
            await asyncio.Event().wait()
        return self._answer(method)  # type: ignore[no-any-return]

    def latest(self, chat: int) -> Shown:
        """The bot's newest message to *chat*."""
        return [each for each in self.shown.values() if each.chat == chat][-1]

    def _answer(self, method: TelegramMethod[Any]) -> Any:
        match method:
            case SendMessage():
                number = next(self._ids)
                return self._put(number, method, is_protected=bool(method.protect_content))
            case SendDocument() | SendPhoto():
                return self._hand_over(method)
            case EditMessageText():
                return self._edit(method)
            case GetFile():
                if method.file_id not in self.files:
                    raise TelegramBadRequest(method=method, message="wrong file_id")
                return File(file_id="f", file_unique_id="u", file_path=method.file_id)
            case DeleteMessage():
                self.shown.pop(method.message_id, None)
        return True

    def _edit(self, method: EditMessageText) -> Message:
        number = method.message_id or 0
        known = self.shown.get(number)
        if known is None:
            raise TelegramBadRequest(method=method, message="message to edit not found")
        if known.file is not None:
            raise TelegramBadRequest(method=method, message="there is no text in the message")
        if (known.text, known.markup) == (method.text, method.reply_markup):
            raise TelegramBadRequest(method=method, message="message is not modified: same")
        return self._put(number, method, is_protected=known.is_protected)

    def _put(
        self, number: int, method: SendMessage | EditMessageText, *, is_protected: bool
    ) -> Message:
        chat = int(method.chat_id or 0)
        assert method.parse_mode == "HTML"
        text = method.text
        assert text
        assert len(text) <= 4096
        self.is_shown.set()
        self.shown[number] = Shown(chat, text, method.reply_markup, is_protected)
        return Message(message_id=number, date=_NOW, chat=Chat(id=chat, type="private"))

    def _hand_over(self, method: SendDocument | SendPhoto) -> Message:
        file = method.document if isinstance(method, SendDocument) else method.photo
        caption = method.caption or ""
        assert isinstance(file, BufferedInputFile)
        assert file.data
        assert (file.filename or "é").isascii()
        assert (method.parse_mode, len(caption) <= 1024) == ("HTML", True)
        number, chat = next(self._ids), int(method.chat_id)
        self.shown[number] = Shown(chat, caption, method.reply_markup, file=file)
        return Message(message_id=number, date=_NOW, chat=Chat(id=chat, type="private"))

    async def stream_content(self, url: str, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
        yield self.files[url.rpartition("/")[2]]

    async def close(self) -> None:
        pass


class Phone:
    """One person's Telegram, talking to a dispatcher."""

    _updates = count(1)
    _messages = count(1)

    def __init__(
        self,
        telegram: Telegram,
        dispatcher: Dispatcher,
        user_id: int = 7,
        *,
        number: str = "+79161234567",
        language: str = "en",
        name: str = "Ann",
    ) -> None:
        self.telegram = telegram
        self.dispatcher = dispatcher
        self.bot = Bot(TOKEN, session=telegram)
        self.number = number
        self.user = User(id=user_id, is_bot=False, first_name=name, language_code=language)
        self.update: Update | None = None

    @property
    def text(self) -> str:
        """The bot's newest message, without the invisible marks of direction."""
        return plain(self.telegram.latest(self.user.id).text)

    @property
    def shown(self) -> dict[int, str]:
        """All of the bot's messages to this person, by their ids."""
        return {
            number: plain(each.text)
            for number, each in self.telegram.shown.items()
            if each.chat == self.user.id
        }

    @property
    def alert(self) -> str:
        """What the last press was answered with; empty where it was no alert."""
        found = [each for each in self.telegram.requests if isinstance(each, AnswerCallbackQuery)]
        return plain(found[-1].text or "") if found and found[-1].show_alert else ""

    def labels(self) -> list[str]:
        """The buttons of the newest message."""
        return [button.text for _, button in self._buttons()]

    def rows(self) -> list[list[str]]:
        """The same, row by row."""
        markup = self.telegram.latest(self.user.id).markup
        rows = markup.inline_keyboard if isinstance(markup, InlineKeyboardMarkup) else []
        return [[button.text for button in row] for row in rows]

    async def say(self, text: str, **fields: Any) -> Requests:
        """Write *text*; returns what the bot did about it."""
        return await self.feed(message=self.message(text=text, **fields))

    async def press(self, label: str, *, message: int | None = None) -> Requests:
        """Press the newest button with *label* in its text."""
        for number, button in reversed(list(self._buttons(everywhere=True))):
            if label in plain(button.text) and message in (None, number):
                assert button.callback_data is not None
                return await self.press_data(button.callback_data, number)
        raise AssertionError(f"no button {label!r} in {self.shown}")

    async def press_data(self, data: str, number: int = 1, **fields: Any) -> Requests:
        """Press a button that carries *data*, real or not."""
        chat = fields.pop("chat", Chat(id=self.user.id, type="private"))
        message = Message(message_id=number, date=_NOW, chat=chat, text="...")
        query = CallbackQuery(
            id=f"q{next(self._messages)}",
            from_user=self.user,
            chat_instance="c",
            message=message,
            data=data,
        )
        return await self.feed(callback_query=query)

    def data_of(self, label: str) -> tuple[str, int]:
        """What the newest button with *label* carries, and its message."""
        for number, button in reversed(list(self._buttons(everywhere=True))):
            if label in plain(button.text):
                return button.callback_data or "", number
        raise AssertionError(f"no button {label!r} in {self.shown}")

    async def send_photo(self, body: bytes, **fields: Any) -> Requests:
        """Send a picture as a photo; its size is not looked at."""
        file_id = f"photo{next(self._messages)}"
        self.telegram.files[file_id] = body
        size = PhotoSize(file_id=file_id, file_unique_id="u", width=1280, height=960)
        return await self.feed(message=self.message(photo=[size], **fields))

    async def share_contact(self, *, owner: int | None = None, number: str = "") -> Requests:
        """Share the own contact, or somebody's."""
        contact = Contact(
            phone_number=(number or self.number).lstrip("+"),
            first_name="Ann",
            user_id=self.user.id if owner is None else owner,
        )
        return await self.feed(message=self.message(contact=contact))

    async def redeliver(self) -> Requests:
        """Deliver the last update once more, as Telegram does when unsure."""
        assert self.update is not None
        seen = len(self.telegram.requests)
        await self.dispatcher.feed_update(self.bot, self.update)
        return self.telegram.requests[seen:]

    async def feed(self, **event: TelegramObject) -> Requests:
        """Deliver an update of any kind."""
        self.update = self.make_update(**event)
        return await self.redeliver()

    def make_update(self, **event: TelegramObject) -> Update:
        """An update that is not delivered yet."""
        return Update(update_id=next(self._updates), **event)  # type: ignore[arg-type]

    def message(self, **fields: Any) -> Message:
        """A message from this person, in the private chat unless *fields* say otherwise."""
        given: dict[str, Any] = {
            "message_id": next(self._messages),
            "date": _NOW,
            "chat": Chat(id=self.user.id, type="private"),
            "from_user": self.user,
        }
        return Message(**(given | fields))

    def _buttons(self, *, everywhere: bool = False) -> list[tuple[int, InlineKeyboardButton]]:
        mine = [
            (number, each)
            for number, each in self.telegram.shown.items()
            if each.chat == self.user.id
        ]
        return [
            (number, button)
            for number, each in (mine if everywhere else mine[-1:])
            if isinstance(each.markup, InlineKeyboardMarkup)
            for row in each.markup.inline_keyboard
            for button in row
        ]


def plain(text: str) -> str:
    """*text* without marks of direction, and with ordinary spaces."""
    for mark in ("\u2068", "\u2069"):
        text = text.replace(mark, "")
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def names(requests: Requests) -> list[str]:
    """The methods that were called."""
    return [each.__api_method__ for each in requests]
