"""The page's style and its small script, kept by browsers for ever: see `page.STYLE_PATH`."""

from starlette.requests import Request
from starlette.responses import Response

from gateway.checkout.page import STATIC
from gateway.routes import Route

_FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}


def routes() -> list[Route]:
    """The two files."""
    return [
        _file("/form/style.css", "style.css", "text/css"),
        _file("/form/live.js", "live.js", "text/javascript"),
    ]


def _file(path: str, name: str, media_type: str) -> Route:
    body = (STATIC / name).read_bytes()

    async def give(_: Request) -> Response:
        return Response(body, headers=_FOREVER, media_type=media_type)

    return Route(path, give, methods=["GET"])
