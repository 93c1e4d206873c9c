"""Control API: the paper bills that lie about."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.bills import BILLS
from sandbox.control.answers import NotFoundError


def routes() -> list[Route]:
    """What they say, and their squares."""
    return [
        Route("/sandbox/api/bills", _show),
        Route("/sandbox/api/bills/{bill}.png", _picture),
    ]


async def _show(_: Request) -> Response:
    return JSONResponse({
        "bills": [
            {"id": each.id, "title": each.title, "payee": each.payee, "note": each.note}
            for each in BILLS
        ]
    })  # fmt: skip


async def _picture(request: Request) -> Response:
    wanted = request.path_params["bill"]
    found = next((each for each in BILLS if each.id == wanted), None)
    if found is None:
        raise NotFoundError("there is no such bill")
    return Response(found.picture(), media_type="image/png")
