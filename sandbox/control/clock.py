"""Control API: the clock of the pretend world and of its wallet, which only goes forward."""

from datetime import timedelta

from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.control.answers import Body, read
from sandbox.world import World

DAYS_MAX = 400


class Leap(Body):
    """Body of POST …/clock."""

    days: int = Field(0, ge=0, le=DAYS_MAX, strict=True)
    hours: int = Field(0, ge=0, le=24 * DAYS_MAX, strict=True)


def routes(world: World) -> list[Route]:
    """What time it is and leaping ahead, where the clock may be moved."""
    advance = world.advance
    if advance is None:
        return []

    async def show(_: Request) -> Response:
        return JSONResponse({"now": world.now().isoformat()})

    async def leap(request: Request) -> Response:
        asked = await read(request, Leap)
        advance(timedelta(days=asked.days, hours=asked.hours))
        world.changes.touch("clock")
        return await show(request)

    path = "/sandbox/api/clock"
    return [Route(path, show), Route(path, leap, methods=["POST"])]
