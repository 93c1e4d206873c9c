"""Playing the sandbox from a script: `anna.say("/start")`, `await anna.expect("code")`.

Every wait ends as soon as the thing happens, and fails loudly when it does not within
`WAIT_SECONDS`; what was on the phone at that moment is in the error.
"""

import asyncio
import re
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

import aiohttp

from sandbox.chat_view import Button, Chat, Message
from sandbox.counters import NothingHappenedError, Shop, Terminal

__all__ = [
    "Button",
    "Chat",
    "Message",
    "NothingHappenedError",
    "Person",
    "Sandbox",
    "SandboxError",
]

WAIT_SECONDS = 20.0
_POLL_SECONDS = 20


class SandboxError(Exception):
    """The sandbox refused; *status* and *answer* say how."""

    def __init__(self, status: int, answer: dict[str, Any]) -> None:
        super().__init__(f"{status}: {answer.get('error', answer)}")
        self.status = status
        self.answer = answer


class Sandbox:
    """The control API of a running sandbox; use it as `async with Sandbox(url) as sandbox`."""

    def __init__(self, base_url: str, *, wait_seconds: float = WAIT_SECONDS) -> None:
        self.wait_seconds = wait_seconds
        self.base_url = base_url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None
        self.shop = Shop(self)
        self.terminal = Terminal(self)

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60))
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def people(self) -> "list[Person]":
        """Everybody."""
        return [Person(self, facts) for facts in (await self.get("people"))["people"]]

    async def person(self, name: int | str) -> "Person":
        """Somebody by Telegram id, phone number, user name or first name.

        Raises:
            LookupError: There is nobody like that.
        """
        wanted = str(name).removeprefix("@").casefold()
        for person in await self.people():
            facts = (person.id, person.phone, person.facts["username"], person.first_name)
            if wanted in {str(fact).casefold() for fact in facts}:
                return person
        raise LookupError(name)

    async def add_person(
        self, first_name: str, phone: str, *, language_code: str = "en", **more: str
    ) -> "Person":
        """Somebody new (*more*: last_name, username)."""
        asked = {"first_name": first_name, "phone": phone, "language_code": language_code}
        return Person(self, await self.post("people", {**asked, **more}))

    async def fail(
        self,
        method: str = "*",
        *,
        count: int = 1,
        code: int = 500,
        retry_after: int = 1,
        after: bool = False,
    ) -> None:
        """Let the bot's next *count* calls of *method* fail; *after* does the work first."""
        asked = {"method": method, "count": count, "code": code, "after": after}
        await self.post("faults", {**asked, "retry_after": retry_after})

    async def fail_sms(self, count: int = 1) -> None:
        """Let the SMS centre be out of order for the next *count* messages."""
        await self.post("sms/fail", {"count": count})

    async def mail(self) -> list[dict[str, Any]]:
        """All mail that the wallet has sent, oldest first."""
        letters: list[dict[str, Any]] = (await self.get("mail"))["letters"]
        return letters

    async def mail_to(self, address: str) -> dict[str, Any]:
        """The newest mail to *address*, once there is one.

        Raises:
            NothingHappenedError: None came in time.
        """
        version = 0
        try:
            async with asyncio.timeout(self.wait_seconds):
                while True:
                    said = await self.get(f"mail?after={version}&timeout={_POLL_SECONDS}")
                    found = [each for each in said["letters"] if each["to"] == address]
                    if found:
                        newest: dict[str, Any] = found[-1]
                        return newest
                    version = said["version"]
        except TimeoutError as exc:
            raise NothingHappenedError(f"no mail to {address}") from exc

    async def leap(self, *, days: int = 0, hours: int = 0) -> str:
        """Let time pass at once, for the wallet too; the new time, ISO 8601."""
        return str((await self.post("clock", {"days": days, "hours": hours}))["now"])

    async def calls(self, after: int = 0) -> tuple[int, list[dict[str, Any]]]:
        """How many calls the bot has made in all, and those after the first *after*."""
        answer = await self.get(f"calls?after={after}")
        return answer["total"], answer["calls"]

    async def ledger(self) -> dict[str, Any]:
        """What the operator's desk shows."""
        return await self.get("desk")

    async def get(self, path: str) -> dict[str, Any]:
        """GET /sandbox/api/*path*.

        Raises:
            SandboxError: The answer is a refusal.
        """
        return await self._ask("GET", path, None)

    async def download(self, path: str) -> bytes:
        """The bytes of GET /sandbox/api/*path*: a file of a chat, or a provider's list.

        Raises:
            SandboxError: The answer is a refusal.
        """
        if self._session is None:
            raise RuntimeError("use it as: async with Sandbox(url) as sandbox")
        async with self._session.get(f"{self.base_url}/sandbox/api/{path}") as answer:
            body = await answer.read()
        if answer.status >= 400:  # noqa: PLR2004  # where refusals begin
            raise SandboxError(answer.status, {"error": body.decode(errors="replace")})
        return body

    async def post(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """POST /sandbox/api/*path*.

        Raises:
            SandboxError: The answer is a refusal.
        """
        return await self._ask("POST", path, body or {})

    async def wait_plugin(self, plugin: str, number: str, state: str) -> dict[str, Any]:
        """The order of a shop's plugin, as soon as a notification has brought it to *state*.

        Raises:
            NothingHappenedError: It did not come in time.
        """
        query = ""
        try:
            async with asyncio.timeout(self.wait_seconds):
                while True:
                    said = await self.get(f"plugins{query}")
                    for order in said[plugin]["orders"]:
                        if (order["number"], order["state"]) == (number, state) and order["told"]:
                            return dict(order)
                    query = f"?after={said['version']}&timeout={_POLL_SECONDS}"
        except TimeoutError as exc:
            raise NothingHappenedError(f"{plugin} order {number} is not {state}") from exc

    async def upload(self, path: str, body: bytes, **asked: str) -> dict[str, Any]:
        """POST a file to /sandbox/api/*path*, with what is *asked* in the query.

        Raises:
            SandboxError: The answer is a refusal.
        """
        return await self._ask("POST", f"{path}?{urlencode(asked)}", body)

    async def _ask(
        self, method: str, path: str, body: dict[str, Any] | bytes | None
    ) -> dict[str, Any]:
        if self._session is None:
            raise RuntimeError("use it as: async with Sandbox(url) as sandbox")
        url = f"{self.base_url}/sandbox/api/{path}"
        content: dict[str, Any] = {"data" if isinstance(body, bytes) else "json": body}
        async with self._session.request(method, url, **content) as answer:
            said: dict[str, Any] = await answer.json()
        if answer.status >= 400:  # noqa: PLR2004  # where refusals begin
            raise SandboxError(answer.status, said)
        return said


class Person:
    """One person's phone in a script.

    `expect` and `press` look at what the bot did after this person's last action.
    """

    def __init__(self, sandbox: Sandbox, facts: dict[str, Any]) -> None:
        self.facts = facts
        self.id: int = facts["id"]
        self.first_name: str = facts["first_name"]
        self.phone: str = facts["phone"]
        self.acted_at = 0
        """The version at this person's last action."""
        self._sms_seen = 0
        self._sandbox = sandbox

    async def say(self, text: str) -> int:
        """Write to the bot; the message's id."""
        return int((await self._act("say", text=text))["message_id"])

    async def start(self, payload: str = "") -> None:
        """Follow a link t.me/<bot>?start=*payload*."""
        await self._act("start", payload=payload)

    async def choose(self, text: str) -> None:
        """Press a button in place of the letters, once it is there; *text* may be a part."""
        chat = await self.wait_for(lambda chat: any(text in b for b in chat.reply_buttons))
        await self._act("choose", text=next(b for b in chat.reply_buttons if text in b))

    async def share_contact(self) -> None:
        """Share one's own number."""
        await self._act("contact")

    async def share_other_contact(self, phone: str, first_name: str = "Somebody") -> None:
        """Share a card from the address book."""
        await self._act("contact", phone=phone, first_name=first_name)

    async def send_photo(self, body: bytes, caption: str = "") -> None:
        """Send a picture as a photo."""
        path = f"people/{self.id}/photo"
        self.acted_at = (await self._sandbox.upload(path, body, caption=caption))["version"]

    async def send_document(self, name: str, body: bytes, caption: str = "") -> None:
        """Send a file as it is."""
        path = f"people/{self.id}/document"
        said = await self._sandbox.upload(path, body, name=name, caption=caption)
        self.acted_at = said["version"]

    async def press(self, text: str) -> str:
        """Press the inline button with *text* (or a part), once it is there; the query's id."""
        button = await self.button(text)
        place = {"message_id": button.message_id, "row": button.row, "column": button.column}
        return str((await self._act("press", **place))["callback_query_id"])

    async def forge(self, message_id: int, data: str) -> str:
        """Send callback data that no button need hold, as a custom client can."""
        said = await self._act("press", message_id=message_id, data=data)
        return str(said["callback_query_id"])

    async def open_app(self, text: str) -> str:
        """Press the web_app button with *text*; the address with signed init data."""
        button = await self.button(text)
        place = {"message_id": button.message_id, "row": button.row, "column": button.column}
        return str((await self._act("open", **place))["url"])

    async def button(self, text: str) -> Button:
        """The inline button with *text*, once it is there."""
        chat = await self.wait_for(lambda chat: chat.button(text) is not None)
        button = chat.button(text)
        if button is None:
            raise NothingHappenedError(text)
        return button

    async def chat(self) -> Chat:
        """The chat as it is now."""
        return await self._chat("")

    async def wait_for(self, holds: Callable[[Chat], Any], *, what: str = "") -> Chat:
        """The chat as soon as *holds* is true of it.

        Raises:
            NothingHappenedError: It did not become true in time.
        """
        chat = await self.chat()
        try:
            async with asyncio.timeout(self._sandbox.wait_seconds):
                while not holds(chat):
                    chat = await self._chat(f"?after={chat.version}&timeout={_POLL_SECONDS}")
        except TimeoutError as exc:
            raise NothingHappenedError(_described(what, chat)) from exc
        return chat

    async def expect(self, text: str) -> Message:
        """The bot's message with *text*, new or edited since this person's last action.

        Raises:
            NothingHappenedError: None came in time.
        """
        since = self.acted_at
        chat = await self.wait_for(lambda chat: chat.find(text, after=since), what=text)
        message = chat.find(text, after=since)
        if message is None:
            raise NothingHappenedError(text)
        return message

    async def reply(self) -> Message:
        """Whatever the bot sent or edited since this person's last action."""
        return await self.expect("")

    async def toast(self, query_id: str) -> str:
        """The text that answered a tap, empty if the bot just ended it."""
        chat = await self.wait_for(
            lambda chat: all(waiting["id"] != query_id for waiting in chat.raw["waiting"])
        )
        shown = {toast["id"]: toast["text"] for toast in chat.raw["toasts"]}
        return str(shown.get(query_id, ""))

    async def sms(self) -> list[str]:
        """The inbox, oldest first."""
        said = await self._sandbox.get(f"people/{self.id}/sms")
        return [message["text"] for message in said["messages"]]

    async def next_sms(self) -> str:
        """The oldest message that no earlier call has returned, once it is there.

        Raises:
            NothingHappenedError: None came in time.
        """
        try:
            async with asyncio.timeout(self._sandbox.wait_seconds):
                return await self._next_sms()
        except TimeoutError as exc:
            raise NothingHappenedError(f"no SMS to {self.phone}") from exc

    async def next_code(self) -> str:
        """The digits of the code in the next SMS: its first run of four to eight digits."""
        text = await self.next_sms()
        found = re.search(r"(?<![\d+*])\d{4,8}(?!\d)", text)
        if found is None:
            raise NothingHappenedError(f"no code in {text!r}")
        return found.group()

    async def block(self) -> None:
        """Stop the bot."""
        await self._change(blocked=True)

    async def unblock(self) -> None:
        """Let the bot write again."""
        await self._change(blocked=False)

    async def set_reachable(self, *, reachable: bool) -> None:
        """Switch the phone off (the SMS centre then refuses) or on."""
        await self._change(reachable=reachable)

    async def _next_sms(self) -> str:
        path, query = f"people/{self.id}/sms", ""
        while True:
            said = await self._sandbox.get(path + query)
            for message in said["messages"]:
                if message["id"] > self._sms_seen:
                    self._sms_seen = message["id"]
                    return str(message["text"])
            query = f"?after={said['version']}&timeout={_POLL_SECONDS}"

    async def _act(self, action: str, **body: Any) -> dict[str, Any]:
        said = await self._sandbox.post(f"people/{self.id}/{action}", body)
        self.acted_at = said["version"]
        return said

    async def _change(self, **body: Any) -> None:
        self.facts = await self._sandbox.post(f"people/{self.id}", body)

    async def _chat(self, query: str) -> Chat:
        raw = await self._sandbox.get(f"people/{self.id}/chat{query}")
        messages = [
            Message(m["id"], m["from_bot"], m["text"], m["version"], m) for m in raw["messages"]
        ]
        return Chat(raw["version"], messages, raw)


def _described(what: str, chat: Chat) -> str:
    seen = "\n".join(f"{'bot' if m.from_bot else 'me'}: {m.text}" for m in chat.messages[-6:])
    return f"waited in vain for {what or 'it'}; the chat ends with:\n{seen}"
