"""Control API: what a person sees in the chat, and does there."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.bot_api.multipart import upload_of
from sandbox.control.answers import Body, NotFoundError, read, wait
from sandbox.control.people import find_person
from sandbox.people import Person
from sandbox.telegram.chats import Message
from sandbox.telegram.phone import Phone, PhoneError
from sandbox.world import World

_SHOWN_IN_PLACE = {"image/png", "image/jpeg"}


class Text(Body):
    """Body of …/say and …/choose."""

    text: str


class Payload(Body):
    """Body of …/start."""

    payload: str = ""


class Contact(Body):
    """Body of …/contact: empty for one's own."""

    phone: str | None = None
    first_name: str = "Somebody"


class Press(Body):
    """Body of …/press: a button by its place, or bare *data* that no button need hold."""

    message_id: int
    row: int = 0
    column: int = 0
    data: str | None = None


class Open(Body):
    """Body of …/open: a web_app button by its place, or an address."""

    message_id: int = 0
    row: int = 0
    column: int = 0
    url: str | None = None
    dark: bool = False


def chat_json(world: World, person: Person) -> dict[str, Any]:
    """Everything the phone of *person* shows."""
    telegram = world.telegram
    chat = telegram.chat(person)
    phone = Phone(telegram, person)
    profile = telegram.profile
    return {
        "version": world.changes.of(f"chat:{person.id}"),
        "messages": [_message_json(m) for m in sorted(chat.messages.values(), key=_by_id)],
        "reply_keyboard": chat.reply_keyboard,
        "typing": chat.busy_with(telegram.now()),
        "toasts": [
            {"id": t.id, "text": t.text, "alert": t.is_alert, "url": t.url, "version": t.version}
            for t in chat.toasts
        ],
        "waiting": [
            {"id": q.id, "message_id": q.message_id, "data": q.data} for q in phone.waiting()
        ],
        "blocked": person.has_blocked_bot,
        "unread": chat.unread,
        "commands": profile.commands_for(chat_id=person.id, language=person.language_code),
        "description": profile.text("description", language=person.language_code),
        "menu_button": profile.menu(person.id),
    }


def routes(world: World) -> list[Route]:
    """The chat: reading it, and every way to act in it."""
    person = "/sandbox/api/people/{person}"
    chats = _Chats(world)
    posts = {
        "say": chats.say,
        "start": chats.start,
        "choose": chats.choose,
        "contact": chats.contact,
        "photo": chats.photo,
        "document": chats.document,
        "press": chats.press,
        "open": chats.open_app,
        "look": chats.look,
    }
    return [
        Route(f"{person}/chat", chats.show),
        *(Route(f"{person}/{name}", post, methods=["POST"]) for name, post in posts.items()),
        Route("/sandbox/api/files/{file_id}", chats.download),
    ]


class _Chats:
    """Each method is one route."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def show(self, request: Request) -> Response:
        person = find_person(self._world, request)
        await wait(self._world, request, f"chat:{person.id}")
        return JSONResponse(chat_json(self._world, person))

    async def say(self, request: Request) -> Response:
        asked = await read(request, Text)
        message = self._phone(request).say(asked.text)
        return self._done(request, message_id=message.id)

    async def start(self, request: Request) -> Response:
        asked = await read(request, Payload)
        message = self._phone(request).start(asked.payload)
        return self._done(request, message_id=message.id)

    async def choose(self, request: Request) -> Response:
        asked = await read(request, Text)
        message = self._phone(request).choose(asked.text)
        return self._done(request, message_id=message.id)

    async def contact(self, request: Request) -> Response:
        asked = await read(request, Contact)
        phone = self._phone(request)
        message = (
            phone.share_contact()
            if asked.phone is None
            else phone.share_other_contact(phone=asked.phone, first_name=asked.first_name)
        )
        return self._done(request, message_id=message.id)

    async def photo(self, request: Request) -> Response:
        """The body is the picture itself."""
        caption = request.query_params.get("caption", "")
        message = self._phone(request).send_photo(await request.body(), caption=caption)
        return self._done(request, message_id=message.id)

    async def document(self, request: Request) -> Response:
        """The body is the file itself."""
        asked = request.query_params
        upload = upload_of(asked.get("name", "file"), await request.body())
        message = self._phone(request).send_document(upload, caption=asked.get("caption", ""))
        return self._done(request, message_id=message.id)

    async def press(self, request: Request) -> Response:
        asked = await read(request, Press)
        phone = self._phone(request)
        query = (
            phone.press(asked.message_id, asked.row, asked.column)
            if asked.data is None
            else phone.send_callback(asked.message_id, asked.data)
        )
        return self._done(request, callback_query_id=query.id)

    async def open_app(self, request: Request) -> Response:
        asked = await read(request, Open)
        phone = self._phone(request)
        button = {} if asked.url else phone.button(asked.message_id, asked.row, asked.column)
        url = asked.url or button.get("web_app", {}).get("url")
        if not url:
            raise PhoneError("this button opens no Mini App")
        return self._done(request, url=phone.open_web_app(url, is_dark=asked.dark))

    async def look(self, request: Request) -> Response:
        self._phone(request).look()
        return self._done(request)

    async def download(self, request: Request) -> Response:
        upload = self._world.telegram.files.upload(request.path_params["file_id"])
        if upload is None:
            raise NotFoundError("there is no such file")
        is_shown = upload.mime_type in _SHOWN_IN_PLACE
        headers = {
            "Content-Disposition": "inline" if is_shown else "attachment",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(upload.body, media_type=upload.mime_type, headers=headers)

    def _phone(self, request: Request) -> Phone:
        return Phone(self._world.telegram, find_person(self._world, request))

    def _done(self, request: Request, **said: Any) -> Response:
        person = find_person(self._world, request)
        version = self._world.changes.of(f"chat:{person.id}")
        return JSONResponse({**said, "version": version})


def _by_id(message: Message) -> int:
    return message.id


def _message_json(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "from_bot": message.is_from_bot,
        "at": message.at.isoformat(),
        "edited_at": message.edited_at.isoformat() if message.edited_at else None,
        "text": message.text,
        "entities": message.entities,
        "content": message.content,
        "keyboard": (message.keyboard or {}).get("inline_keyboard", []),
        "version": message.version,
    }
