"""What happens to every request before its route and after it.

It gets an id, its body is read whole within a size and a time, it is counted and logged
by its route (never by its path, which may hold a name), and whatever goes wrong is
answered in our words.
"""

import asyncio
import re
import time
from collections.abc import Mapping

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.errors import problem, problem_response
from gateway.metrics import Metrics
from services.clock import system_clock
from services.ids import NewId, new_id

logger = structlog.get_logger(__name__)

BODY_BYTES_MAX = 64 * 1024
LARGER_BODIES: Mapping[str, int] = {"/telegram/webhook": 512 * 1024}
"""An update may carry a long message and the one it answers."""

BODY_SECONDS_MAX = 10
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_UNMATCHED = "unmatched"
_NUL = "\0"


class BodyRefusedError(Exception):
    """The body is too large (413) or too slow (408)."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class ClientGoneError(Exception):
    """Nobody waits for the answer any more."""


class Edge:
    """ASGI middleware around the whole application."""

    def __init__(
        self, app: ASGIApp, *, metrics: Metrics, body_seconds: float = BODY_SECONDS_MAX
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._body_seconds = body_seconds
        self._new_id: NewId = new_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request; anything but HTTP passes through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = self._request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        sending = _Sending(send, request_id)
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._answer(scope, receive, sending, request_id)
            except ClientGoneError:
                pass
            finally:
                self._note(scope, sending.status, time.perf_counter() - started)

    async def _answer(
        self, scope: Scope, receive: Receive, send: "_Sending", request_id: str
    ) -> None:
        if _NUL in scope["path"]:  # names nothing, and not every database takes it
            await problem_response(404, problem(404, request_id=request_id))(scope, receive, send)
            return
        try:
            body = await self._body(scope, receive)
            await self._app(scope, _replaying(body, receive), send)
        except BodyRefusedError as exc:
            refused = problem_response(exc.status, problem(exc.status, request_id=request_id))
            refused.headers["Connection"] = "close"
            await refused(scope, receive, send)
        except ClientGoneError:
            raise
        except Exception:
            logger.exception("request failed")
            if not send.status:
                await problem_response(500, problem(500, request_id=request_id))(
                    scope, receive, send
                )

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        most = LARGER_BODIES.get(scope["path"], BODY_BYTES_MAX)
        declared = Headers(scope=scope).get("content-length", "")
        if re.fullmatch(r"[0-9]{1,18}", declared) and int(declared) > most:
            raise BodyRefusedError(413)
        try:
            async with asyncio.timeout(self._body_seconds):
                return await _whole(receive, most)
        except TimeoutError:
            raise BodyRefusedError(408) from None

    def _request_id(self, scope: Scope) -> str:
        given = Headers(scope=scope).get("x-request-id", "")
        return given if _REQUEST_ID.fullmatch(given) else self._new_id(system_clock())

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", _UNMATCHED)
        self._metrics.request(route=route, method=scope["method"], status=status, seconds=seconds)
        logger.info(
            "request",
            method=scope["method"],
            route=route,
            status=status,
            ms=int(seconds * 1000),
            caller=scope["state"].get("caller"),
        )


class _Sending:
    """Sends an answer with its request id, and remembers the status."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._request_id = request_id
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-ID"] = self._request_id
            headers.setdefault("X-Content-Type-Options", "nosniff")
        await self._send(message)


async def _whole(receive: Receive, most: int) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        body += message.get("body", b"")
        if len(body) > most:
            raise BodyRefusedError(413)
        if not message.get("more_body"):
            return bytes(body)


def _replaying(body: bytes, receive: Receive) -> Receive:
    """Give *body* once, then whatever comes from the client."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay
