"""What people do in their chat with the bot, and the updates it makes."""

from typing import Any

from sandbox.people import Person
from sandbox.telegram.chats import CallbackQuery, Message, unix
from sandbox.telegram.detected import detect
from sandbox.telegram.entities import utf16_length
from sandbox.telegram.errors import ApiError
from sandbox.telegram.files import Upload
from sandbox.telegram.init_data import init_data, launch_url
from sandbox.telegram.pictures import PictureError, photos_of
from sandbox.telegram.telegram import CAPTION_LENGTH_MAX, TEXT_LENGTH_MAX, Telegram

_QUERY_ID_SHIFT = 40


class PhoneError(Exception):
    """This cannot be done on the phone: no such message, no such button."""


class Phone:
    """One person's Telegram."""

    def __init__(self, telegram: Telegram, person: Person) -> None:
        self.person = person
        self._telegram = telegram
        self._chat = telegram.chat(person)

    def say(self, text: str) -> Message:
        """Write *text* to the bot.

        Raises:
            PhoneError: The text is empty or longer than Telegram sends as one message.
        """
        text = text.strip()
        if not 0 < utf16_length(text) <= TEXT_LENGTH_MAX:
            raise PhoneError("a message has 1 to 4096 characters")
        if text.startswith("/start"):
            self.unblock()
        return self._send(text=text, entities=detect(text, []))

    def start(self, payload: str = "") -> Message:
        """Follow a link t.me/<bot>?start=*payload*."""
        return self.say(f"/start {payload}")

    def choose(self, text: str) -> Message:
        """Press a button of the keyboard that the bot put in place of the letters.

        Raises:
            PhoneError: There is no such button.
        """
        keyboard = self._chat.reply_keyboard or {}
        buttons = [button for row in keyboard.get("keyboard", []) for button in row]
        button = next((button for button in buttons if button["text"] == text), None)
        if button is None:
            raise PhoneError(f"there is no button {text!r}")
        if keyboard.get("one_time_keyboard"):
            self._chat.reply_keyboard = None
        return self.share_contact() if button.get("request_contact") else self.say(text)

    def share_contact(self) -> Message:
        """Share one's own number, as the share-contact button does."""
        person = self.person
        contact = {
            "phone_number": person.phone.removeprefix("+"),
            "first_name": person.first_name,
            "user_id": person.id,
            **({"last_name": person.last_name} if person.last_name else {}),
        }
        return self._send(content={"contact": contact})

    def share_other_contact(self, *, phone: str, first_name: str) -> Message:
        """Share a card from the address book; its owner's id comes along if Telegram knows it."""
        owner = self._telegram.people.with_phone(phone)
        known = {"user_id": owner.id} if owner else {}
        contact = {"phone_number": phone, "first_name": first_name, **known}
        return self._send(content={"contact": contact})

    def send_photo(self, body: bytes, *, caption: str = "") -> Message:
        """Send a picture as a photo, which Telegram makes smaller.

        Raises:
            PhoneError: It is no picture, or Telegram takes none like it.
        """
        try:
            photos = photos_of(body)
        except PictureError as exc:
            raise PhoneError(str(exc)) from exc
        sizes = [
            self._telegram.files.keep("photos", Upload("photo.jpg", "image/jpeg", each.body))
            | {"width": each.width, "height": each.height}
            for each in photos
        ]
        return self._send(text=_caption(caption), content={"photo": sizes})

    def send_document(self, upload: Upload, *, caption: str = "") -> Message:
        """Send a file as it is.

        Raises:
            PhoneError: It is empty, or larger than Telegram takes.
        """
        try:
            facts = self._telegram.files.keep("documents", upload)
        except ApiError as exc:
            raise PhoneError(exc.description) from exc
        document = {"file_name": upload.name, "mime_type": upload.mime_type, **facts}
        return self._send(text=_caption(caption), content={"document": document})

    def press(self, message_id: int, row: int, column: int) -> CallbackQuery:
        """Press an inline button that has callback data.

        Raises:
            PhoneError: There is no such message or button.
        """
        button = self.button(message_id, row, column)
        if "callback_data" not in button:
            raise PhoneError("this button sends nothing to the bot")
        return self.send_callback(message_id, button["callback_data"])

    def send_callback(self, message_id: int, data: str) -> CallbackQuery:
        """Send callback data, also such as no button ever held: a custom client can.

        Raises:
            PhoneError: There is no such message.
        """
        message = self._message(message_id)
        query_id = str(self._telegram.new_message_id() << _QUERY_ID_SHIFT | self.person.id)
        query = CallbackQuery(
            id=query_id,
            person_id=self.person.id,
            message_id=message_id,
            data=data,
            at=self._telegram.now(),
        )
        self._telegram.open_query(query)
        update = {
            "id": query.id,
            "from": self.person.as_user(),
            "message": self._as_api(message),
            "chat_instance": str(-self.person.id),
            "data": data,
        }
        self._telegram.updates.add("callback_query", update)
        self._telegram.touch(self.person)
        return query

    def waiting(self) -> list[CallbackQuery]:
        """Taps that the bot has not answered yet: their buttons spin."""
        telegram = self._telegram
        return [
            query
            for query in telegram.queries.values()
            if query.person_id == self.person.id
            and not query.is_answered
            and telegram.is_answerable(query)
        ]

    def button(self, message_id: int, row: int, column: int) -> dict[str, Any]:
        """One inline button.

        Raises:
            PhoneError: There is no such message or button.
        """
        keyboard = self._message(message_id).keyboard or {}
        try:
            found: dict[str, Any] = keyboard["inline_keyboard"][row][column]
        except (KeyError, IndexError) as exc:
            raise PhoneError(f"no button at {row}, {column} of message {message_id}") from exc
        return found

    def open_web_app(self, url: str, *, is_dark: bool = False) -> str:
        """The address a client opens for a web_app button with *url*."""
        query_id = f"AA{self._telegram.new_message_id():x}{self.person.id:x}"
        data = init_data(
            token=self._telegram.token,
            user=self.person.as_user(),
            query_id=query_id,
            at=self._telegram.now(),
        )
        return launch_url(url, data, is_dark=is_dark)

    def block(self) -> None:
        """Stop the bot: it gets 403 from now on, and is told so once."""
        self._set_blocked(is_blocked=True)

    def unblock(self) -> None:
        """Let the bot write again."""
        self._set_blocked(is_blocked=False)

    def look(self) -> None:
        """See everything there is: nothing is unread any more."""
        self._chat.seen_version = self._telegram.changes.version
        self._telegram.touch(self.person)

    def _set_blocked(self, *, is_blocked: bool) -> None:
        if self.person.has_blocked_bot == is_blocked:
            return
        self.person.has_blocked_bot = is_blocked
        bot = self._telegram.bot()
        states = {False: {"status": "member", "user": bot},
                  True: {"status": "kicked", "user": bot, "until_date": 0}}  # fmt: skip
        update = {
            "chat": self.person.as_chat(),
            "from": self.person.as_user(),
            "date": unix(self._telegram.now()),
            "old_chat_member": states[not is_blocked],
            "new_chat_member": states[is_blocked],
        }
        self._telegram.updates.add("my_chat_member", update)
        self._telegram.touch(self.person)

    def _send(
        self,
        *,
        text: str = "",
        entities: list[dict[str, Any]] | None = None,
        content: dict[str, Any] | None = None,
    ) -> Message:
        message = Message(
            id=self._telegram.new_message_id(),
            is_from_bot=False,
            at=self._telegram.now(),
            text=text,
            entities=entities or [],
            content=content or {},
        )
        self._telegram.keep(self.person, message)
        self._telegram.updates.add("message", self._as_api(message))
        return message

    def _as_api(self, message: Message) -> dict[str, Any]:
        return message.as_api(person=self.person, bot=self._telegram.bot())

    def _message(self, message_id: int) -> Message:
        message = self._chat.messages.get(message_id)
        if message is None:
            raise PhoneError(f"there is no message {message_id} in this chat")
        return message


def _caption(text: str) -> str:
    if utf16_length(text.strip()) > CAPTION_LENGTH_MAX:
        raise PhoneError("a caption has 1024 characters at most")
    return text.strip()
