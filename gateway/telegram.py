"""`POST /telegram/webhook`: updates, taken in only from who knows the secret token.

200 is answered when the update is kept and not before: Telegram then sends it no more.
"""

import hmac
from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from gateway.routes import Route

Receive = Callable[[bytes], Awaitable[bool]]
"""Keeps an update's body; False where it is none."""

TOKEN_LENGTH_MAX = 256
"""Source: Bot API, setWebhook, secret_token."""

_HEADER = b"x-telegram-bot-api-secret-token"


class Webhook:
    """The route, where a webhook is set up; 404 where it is not."""

    def __init__(self, *, secret: str | None, receive: Receive | None) -> None:
        self._secret = secret.encode() if secret else None
        self._receive = receive

    async def take(self, request: Request) -> Response:
        """Keep one update."""
        if self._secret is None or self._receive is None:
            raise HTTPException(404)
        given = [value for name, value in request.scope["headers"] if name == _HEADER]
        if len(given) != 1 or len(given[0]) > TOKEN_LENGTH_MAX:
            raise HTTPException(401)
        if not hmac.compare_digest(given[0], self._secret):  # bytes: a text must be ASCII
            raise HTTPException(401)
        if not await self._receive(await request.body()):
            raise HTTPException(400)
        return Response(status_code=200)


def routes(webhook: Webhook) -> list[Route]:
    """The one route."""
    return [Route("/telegram/webhook", webhook.take, methods=["POST"])]
