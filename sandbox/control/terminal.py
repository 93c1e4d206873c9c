"""Control API: the cash terminal and the operator's desk."""

from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.control.answers import Body, read
from sandbox.world import World


class Account(Body):
    """Body of …/terminal/check."""

    account: str


class Note(Body):
    """Body of …/terminal/insert."""

    note: int = Field(strict=True)


def routes(world: World) -> list[Route]:
    """Cash in, and the books."""
    terminal = _Terminal(world)
    posts = {
        "check": terminal.check,
        "insert": terminal.insert,
        "pay": terminal.pay,
        "repeat": terminal.repeat,
        "reset": terminal.reset,
    }
    path = "/sandbox/api/terminal"
    return [
        Route(path, terminal.show),
        *(Route(f"{path}/{name}", post, methods=["POST"]) for name, post in posts.items()),
        Route("/sandbox/api/desk", terminal.ledger),
    ]


class _Terminal:
    """Each method is one route."""

    def __init__(self, world: World) -> None:
        self._terminal = world.terminal
        self._desk = world.desk

    async def show(self, _: Request) -> Response:
        return JSONResponse(self._terminal.as_json())

    async def check(self, request: Request) -> Response:
        await self._terminal.check((await read(request, Account)).account)
        return JSONResponse(self._terminal.as_json())

    async def insert(self, request: Request) -> Response:
        self._terminal.insert((await read(request, Note)).note)
        return JSONResponse(self._terminal.as_json())

    async def pay(self, _: Request) -> Response:
        return JSONResponse((await self._terminal.pay()).as_json())

    async def repeat(self, _: Request) -> Response:
        return JSONResponse((await self._terminal.repeat()).as_json())

    async def reset(self, _: Request) -> Response:
        self._terminal.reset()
        return JSONResponse(self._terminal.as_json())

    async def ledger(self, request: Request) -> Response:
        before = request.query_params.get("before")
        return JSONResponse(await self._desk.ledger(before=before))
