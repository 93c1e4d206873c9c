"""The sandbox as one ASGI application: pages, control API, Bot API, SMS centre, shop."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from sandbox import sms
from sandbox.bot_api import server
from sandbox.control import (
    bills,
    chats,
    clock,
    faults,
    mail,
    people,
    plugins,
    provider,
    shop,
    terminal,
)
from sandbox.control.answers import error_handlers
from sandbox.plugins.pull import Access
from sandbox.plugins.robokassa import Secrets
from sandbox.provider import osmp
from sandbox.world import World

STATIC = Path(__file__).parent / "static"


def create_app(
    *,
    base_url: str,
    bot_token: str,
    bot_username: str,
    merchant_key: str,
    webhook_secret: str,
    bill_key: str,
    robokassa: Secrets,
    pull: Access,
    terminal_login: str,
    terminal_password: str,
    operator_key: str,
    now: Callable[[], datetime],
    advance: Callable[[timedelta], None] | None = None,
) -> Starlette:
    """The world around a wallet whose gateway is (or will be) at *base_url*.

    `app.state.world` is the `World`; await its `close()` before the server is told to
    stop, or open long polls and event streams hold the stop up.  It is closed with the
    application in any case.
    """
    world = World(
        base_url=base_url,
        bot_token=bot_token,
        bot_username=bot_username,
        merchant_key=merchant_key,
        webhook_secret=webhook_secret,
        bill_key=bill_key,
        robokassa=robokassa,
        pull=pull,
        terminal_login=terminal_login,
        terminal_password=terminal_password,
        operator_key=operator_key,
        now=now,
        advance=advance,
    )

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[Mapping[str, Any]]:
        yield {}
        await world.close()

    app = Starlette(
        routes=_routes(world),
        exception_handlers=error_handlers(),
        lifespan=lifespan,
    )
    app.state.world = world
    return app


def _routes(world: World) -> list[BaseRoute]:
    async def page(_: Request) -> Response:
        return FileResponse(STATIC / "index.html", headers=_page_headers(world.base_url))

    return [
        Route("/", page),
        *sms.routes(world.sms),
        *mail.routes(world),
        *people.routes(world),
        *chats.routes(world),
        *shop.routes(world),
        *plugins.routes(world),
        *bills.routes(),
        *terminal.routes(world),
        *osmp.routes(world.front),
        *provider.routes(world),
        *faults.routes(world),
        *clock.routes(world),
        *server.routes(world.api),
        Mount("/sandbox/static", _FreshFiles(directory=STATIC, check_dir=False)),
    ]


class _FreshFiles(StaticFiles):
    """Files that a browser asks for anew: parts of two versions do not fit together."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        answer = super().file_response(*args, **kwargs)
        answer.headers["Cache-Control"] = "no-cache"
        return answer


def _page_headers(base_url: str) -> dict[str, str]:
    """Nothing from elsewhere; frames also from the gateway, whose pages Mini Apps are."""
    policy = (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
        f"form-action 'self'; frame-ancestors 'none'; frame-src 'self' {base_url}"
    )
    return {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
