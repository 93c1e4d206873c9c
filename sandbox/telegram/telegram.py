"""The pretend Telegram as the bot meets it: chats, messages, queries.  No HTTP here.

What people do on their side is in `phone.py`; the wording of refusals is Telegram's.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sandbox.changes import Changes
from sandbox.people import People, Person
from sandbox.telegram.chats import CallbackQuery, Chat, Message, Toast
from sandbox.telegram.entities import utf16_length
from sandbox.telegram.errors import BadRequestError, ForbiddenError
from sandbox.telegram.faults import Faults
from sandbox.telegram.files import Files
from sandbox.telegram.profile import Profile
from sandbox.telegram.updates import KEPT_FOR, Updates, first_id

TEXT_LENGTH_MAX = 4096
CAPTION_LENGTH_MAX = 1024
TOAST_LENGTH_MAX = 200
DELETABLE_FOR = timedelta(hours=48)
"""Source: https://core.telegram.org/bots/api#deletemessage"""
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


class Telegram:
    """All private chats of one bot."""

    def __init__(
        self,
        *,
        token: str,
        username: str,
        people: People,
        now: Callable[[], datetime],
        changes: Changes,
    ) -> None:
        self.token = token
        self.username = username
        self.people = people
        self.now = now
        self.changes = changes
        self.updates = Updates(now=now)
        self.files = Files()
        self.faults = Faults()
        self.profile = Profile()
        self.queries: dict[str, CallbackQuery] = {}
        self._chats: dict[int, Chat] = {}
        self._next_message_id = first_id(now(), per_second=1)

    def bot(self) -> dict[str, Any]:
        """The bot's own account."""
        return {
            "id": int(self.token.partition(":")[0]),
            "is_bot": True,
            "first_name": self.profile.text("name") or "Purser",
            "username": self.username,
        }

    def chat(self, person: Person) -> Chat:
        """The chat with *person*, empty at first."""
        return self._chats.setdefault(person.id, Chat())

    def person(self, chat_id: int | str | None) -> Person:
        """Whom the bot means.

        Raises:
            BadRequestError: There is nobody with this id or user name.
        """
        if chat_id is None or chat_id == "":
            raise BadRequestError("chat_id is empty")
        known = self.people.with_username if str(chat_id).startswith("@") else None
        person = known(str(chat_id)) if known else self.people.find(_number(chat_id))
        if person is None:
            raise BadRequestError("chat not found")
        return person

    def recipient(self, chat_id: int | str | None) -> Person:
        """Whom the bot writes to.

        Raises:
            ForbiddenError: They have blocked the bot.
        """
        person = self.person(chat_id)
        if person.has_blocked_bot:
            raise ForbiddenError("bot was blocked by the user")
        return person

    def send(
        self,
        chat_id: int | str | None,
        *,
        text: str = "",
        entities: list[dict[str, Any]] | None = None,
        content: dict[str, Any] | None = None,
        keyboard: dict[str, Any] | None = None,
        reply_keyboard: dict[str, Any] | None = None,
        reply_to: int | None = None,
    ) -> dict[str, Any]:
        """A new message of the bot.

        Raises:
            BadRequestError: The text is empty or too long, or answers nothing.
            ForbiddenError: The person has blocked the bot.
        """
        person = self.recipient(chat_id)
        check_length(text, is_caption=bool(content and {"document", "photo"} & set(content)))
        if not text and not content:
            raise BadRequestError("message text is empty")
        chat = self.chat(person)
        extra = dict(content or {})
        if reply_to is not None:
            if reply_to not in chat.messages:
                raise BadRequestError("message to be replied not found")
            quoted = chat.messages[reply_to].as_api(person=person, bot=self.bot())
            extra["reply_to_message"] = quoted
        message = Message(
            id=self.new_message_id(),
            is_from_bot=True,
            at=self.now(),
            text=text,
            entities=entities or [],
            content=extra,
            keyboard=keyboard,
        )
        if reply_keyboard is not None:
            is_gone = reply_keyboard.get("remove_keyboard", False)
            chat.reply_keyboard = None if is_gone else reply_keyboard
        chat.typing_until = None
        self.keep(person, message)
        return message.as_api(person=person, bot=self.bot())

    def edit(
        self,
        chat_id: int | str | None,
        message_id: int | None,
        *,
        text: str | None = None,
        is_caption: bool = False,
        entities: list[dict[str, Any]] | None = None,
        keyboard: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """A changed message; without *text* only its keyboard changes.

        Raises:
            BadRequestError: No such message, not the bot's, or nothing would change.
        """
        person = self.person(chat_id)
        message = self._editable(person, message_id)
        if text is not None:
            _check_edit(message, text, is_caption=is_caption)
        new_text = message.text if text is None else text
        new_entities = message.entities if text is None else (entities or [])
        old = (message.text, message.entities, message.keyboard)
        if (new_text, new_entities, keyboard) == old:
            raise BadRequestError(_NOT_MODIFIED)
        message.text, message.entities, message.keyboard = new_text, new_entities, keyboard
        message.edited_at = self.now()
        self.keep(person, message)
        return message.as_api(person=person, bot=self.bot())

    def delete(self, chat_id: int | str | None, message_id: int | None) -> None:
        """Take a message away on both sides.

        Raises:
            BadRequestError: There is none, or it is older than 48 hours.
        """
        person = self.person(chat_id)
        message = self.chat(person).messages.get(message_id or 0)
        if message is None:
            raise BadRequestError("message to delete not found")
        if self.now() - message.at > DELETABLE_FOR:
            raise BadRequestError("message can't be deleted for everyone")
        del self.chat(person).messages[message.id]
        self.touch(person)

    def answer(
        self,
        query_id: str | None,
        *,
        text: str = "",
        is_alert: bool = False,
        url: str | None = None,
    ) -> None:
        """End a tap: the button stops spinning and, with *text*, something is shown.

        Raises:
            BadRequestError: The tap is unknown, answered, or older than 150 seconds.
        """
        query = self.queries.get(query_id or "")
        if query is None or query.is_answered or not self.is_answerable(query):
            raise BadRequestError(_TOO_OLD)
        if len(text) > TOAST_LENGTH_MAX:
            raise BadRequestError("MESSAGE_TOO_LONG")
        query.is_answered = True
        person = self.person(query.person_id)
        version = self.touch(person)
        if text or url:
            toast = Toast(id=query.id, text=text, is_alert=is_alert, url=url, version=version)
            self.chat(person).toasts.append(toast)

    def act(self, chat_id: int | str | None, action: str) -> None:
        """Show that the bot is typing, uploading, and so on."""
        person = self.recipient(chat_id)
        self.chat(person).type(action, self.now())
        self.touch(person)

    def open_query(self, query: CallbackQuery) -> None:
        """Wait for the bot's answer to a tap; taps that are too old are forgotten."""
        self.queries = {q.id: q for q in self.queries.values() if self.is_answerable(q)}
        self.queries[query.id] = query

    def is_answerable(self, query: CallbackQuery) -> bool:
        """Whether the bot can still answer this tap, as far as time goes."""
        return self.now() - query.at < KEPT_FOR["callback_query"]

    def keep(self, person: Person, message: Message) -> None:
        """Put a new or changed message into the chat."""
        message.version = self.touch(person)
        self.chat(person).messages[message.id] = message

    def touch(self, person: Person) -> int:
        """Tell whoever watches the chat of *person*."""
        return self.changes.touch(f"chat:{person.id}")

    def new_message_id(self) -> int:
        """One more than the last."""
        self._next_message_id += 1
        return self._next_message_id

    def _editable(self, person: Person, message_id: int | None) -> Message:
        message = self.chat(person).messages.get(message_id or 0)
        if message is None:
            raise BadRequestError("message to edit not found")
        if not message.is_from_bot:
            raise BadRequestError("message can't be edited")
        return message


def check_length(text: str, *, is_caption: bool) -> None:
    """Refuse what Telegram finds too long.

    Raises:
        BadRequestError: More than 4096 characters, or 1024 under a file.
    """
    if is_caption and utf16_length(text) > CAPTION_LENGTH_MAX:
        raise BadRequestError("message caption is too long")
    if utf16_length(text) > TEXT_LENGTH_MAX:
        raise BadRequestError("message is too long")


def _check_edit(message: Message, text: str, *, is_caption: bool) -> None:
    if message.is_caption != is_caption:
        kind = "caption" if is_caption else "text"
        raise BadRequestError(f"there is no {kind} in the message to edit")
    if not text and not is_caption:
        raise BadRequestError("message text is empty")
    check_length(text, is_caption=is_caption)


def _number(chat_id: int | str) -> int:
    try:
        return int(chat_id)
    except ValueError as exc:
        raise BadRequestError("chat not found") from exc
