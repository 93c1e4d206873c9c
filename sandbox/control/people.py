"""Control API: who there is, and what their phones are like."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.control.answers import Body, NotFoundError, read, wait
from sandbox.people import Person
from sandbox.telegram.phone import Phone
from sandbox.world import World


class NewPerson(Body):
    """Body of POST /sandbox/api/people."""

    first_name: str
    phone: str
    language_code: str = "en"
    last_name: str | None = None
    username: str | None = None


class PersonChange(Body):
    """Body of POST /sandbox/api/people/{person}: what is given is changed."""

    reachable: bool | None = None
    blocked: bool | None = None
    language_code: str | None = None


def find_person(world: World, request: Request) -> Person:
    """The person in the path, by Telegram id, phone number or user name.

    Raises:
        NotFoundError: There is no such person.
    """
    named = request.path_params["person"]
    person = world.people.find(int(named)) if named.isascii() and named.isdigit() else None
    person = person or world.people.with_phone(named) if any(map(str.isdigit, named)) else person
    person = person or world.people.with_username(named)
    if person is None:
        raise NotFoundError(f"nobody here is {named}")
    return person


def as_json(world: World, person: Person) -> dict[str, Any]:
    """A person for the page and for scripts."""
    return {
        "id": person.id,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "username": person.username,
        "language_code": person.language_code,
        "phone": person.phone,
        "reachable": person.is_reachable,
        "blocked": person.has_blocked_bot,
        "unread": world.telegram.chat(person).unread,
        "sms": len(world.sms.inbox(person)),
    }


def routes(world: World) -> list[Route]:
    """People and their SMS inboxes."""

    async def people(_: Request) -> Response:
        return JSONResponse({
            "bot": {"username": world.telegram.username, **_about(world)},
            "people": [as_json(world, person) for person in world.people],
        })  # fmt: skip

    async def add(request: Request) -> Response:
        asked = await read(request, NewPerson)
        person = world.people.add(**asked.model_dump())
        world.changes.touch("people")
        return JSONResponse(as_json(world, person), 201)

    async def change(request: Request) -> Response:
        person = find_person(world, request)
        asked = await read(request, PersonChange)
        if asked.reachable is not None:
            person.is_reachable = asked.reachable
        if asked.language_code is not None:
            person.language_code = asked.language_code
        phone = Phone(world.telegram, person)
        if asked.blocked is not None:
            (phone.block if asked.blocked else phone.unblock)()
        world.changes.touch("people")
        return JSONResponse(as_json(world, person))

    async def inbox(request: Request) -> Response:
        person = find_person(world, request)
        topic = f"sms:{person.id}"
        await wait(world, request, topic)
        messages = [
            {"id": sms.id, "text": sms.text, "at": sms.at.isoformat()}
            for sms in world.sms.inbox(person)
        ]
        return JSONResponse({"version": world.changes.of(topic), "messages": messages})

    return [
        Route("/sandbox/api/people", people),
        Route("/sandbox/api/people", add, methods=["POST"]),
        Route("/sandbox/api/people/{person}", change, methods=["POST"]),
        Route("/sandbox/api/people/{person}/sms", inbox),
    ]


def _about(world: World) -> dict[str, str]:
    names = ("name", "description", "short_description")
    return {name: world.telegram.profile.text(name) for name in names}
