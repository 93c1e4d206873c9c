"""The HTTP server, started and stopped by us: it takes no signals and no lifespan."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from purser.connections import HEAD_SECONDS_MAX, bounded
from purser.settings import SettingsError

STOP_SECONDS = 5
"""How long answers under way may take when the server stops."""

SANDBOX_PATHS = ("/sandbox/", "/bot", "/file/bot", "/provider/")


class _Server(uvicorn.Server):
    """Leaves signals to the program: what stops first and last is decided there."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_up.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def serving_http(
    app: ASGIApp, *, host: str, port: int, head_seconds: float = HEAD_SECONDS_MAX
) -> AsyncIterator[str]:
    """Serve *app* while the block runs; gives its address.

    A request's head must come within *head_seconds*.

    Raises:
        SettingsError: The address is taken or not ours.
    """
    listening = _listen(host, port)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=STOP_SECONDS,
        http=bounded(head_seconds),
        ws="none",  # nothing here speaks it
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        await server.is_up.wait()
        yield f"http://{host}:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


class OneAddress:
    """The gateway and the sandbox at one address, told apart by the path."""

    def __init__(self, *, gateway: ASGIApp, sandbox: ASGIApp) -> None:
        self._gateway = gateway
        self._sandbox = sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        path: str = scope.get("path", "")
        is_sandbox = path == "/" or path.startswith(SANDBOX_PATHS)
        await (self._sandbox if is_sandbox else self._gateway)(scope, receive, send)


def _listen(host: str, port: int) -> socket.socket:
    try:
        listening = socket.create_server((host, port), backlog=512)
    except OSError as exc:
        raise SettingsError(f"cannot listen on {host}:{port}: {exc.strerror}") from None
    # Its connections inherit this.  Else an answer's body waits for the client to acknowledge
    # the head, which it puts off for 40 ms.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening
