"""Control API: the post office."""

from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.control.answers import wait
from sandbox.world import World


def routes(world: World) -> list[Route]:
    """All mail, and a server that is busy."""

    async def show(request: Request) -> Response:
        await wait(world, request, "mail")
        letters = [asdict(each) for each in world.mail.letters]
        return JSONResponse({"version": world.changes.of("mail"), "letters": letters})

    async def fail(_: Request) -> Response:
        world.mail.fail_next(1)
        return JSONResponse({})

    return [
        Route("/sandbox/api/mail", show),
        Route("/sandbox/api/mail/fail", fail, methods=["POST"]),
    ]
