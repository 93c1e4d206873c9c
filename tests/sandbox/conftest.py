"""A sandbox on a real socket, a real aiogram bot, and a clock that tests move."""

import base64
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import uvicorn
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from starlette.applications import Starlette

from sandbox.app import create_app
from sandbox.client import Person, Sandbox
from sandbox.plugins.pull import Access
from sandbox.plugins.robokassa import Secrets
from sandbox.world import World

TOKEN = "42:SANDBOX"
WEBHOOK_KEY = b"twenty-four bytes of key"
WEBHOOK_SECRET = "whsec_" + base64.b64encode(WEBHOOK_KEY).decode()
BILL_KEY = "bill-secret-key"
PULL = Access(7, "api", "api-password", "notification-password")
ROBOKASSA = Secrets("lantern", "first", "second", "third", "test-first", "test-second")


class Clock:
    """Time stands still until a test moves it."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def move(self, **duration: float) -> None:
        self.time += timedelta(**duration)

    def leap(self, by: timedelta) -> None:
        self.time += by


@dataclass
class Served:
    """A sandbox that listens at *url*."""

    url: str
    world: World

    def bot(self, token: str = TOKEN) -> Bot:
        """A bot as the wallet would make it; the caller closes its session."""
        api = TelegramAPIServer.from_base(self.url)
        return Bot(
            token,
            session=AiohttpSession(api=api),
            default=DefaultBotProperties(parse_mode="HTML"),
        )


async def hang_up(bot: Bot) -> None:
    """Close the bot's connections without the pause that TLS would need."""
    assert isinstance(bot.session, AiohttpSession)
    if bot.session._session is not None:
        await bot.session._session.close()


@asynccontextmanager
async def listening(app: Any) -> AsyncIterator[str]:
    """The address at which *app* is served, on a port of its own."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_level="warning", lifespan="off", ws="none")
        config.load()
        server = uvicorn.Server(config)
        server.lifespan = config.lifespan_class(config)
        await server.startup([listener])
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        await server.shutdown([listener])


def make_app(clock: Clock, *, base_url: str) -> Starlette:
    """A sandbox around a wallet at *base_url*."""
    return create_app(
        base_url=base_url,
        bot_token=TOKEN,
        bot_username="purser_bot",
        merchant_key="merchant-key",
        webhook_secret=WEBHOOK_SECRET,
        bill_key=BILL_KEY,
        robokassa=ROBOKASSA,
        pull=PULL,
        terminal_login="terminal",
        terminal_password="password",
        operator_key="operator-key",
        now=clock,
        advance=clock.leap,
    )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def wallet_url() -> str:
    """Nobody listens there, unless a test module says otherwise."""
    return "http://127.0.0.1:9"


@pytest.fixture
async def served(clock: Clock, wallet_url: str) -> AsyncIterator[Served]:
    app = make_app(clock, base_url=wallet_url)
    async with listening(app) as url:
        yield Served(url, app.state.world)
        await app.state.world.close()


@pytest.fixture
async def bot(served: Served) -> AsyncIterator[Bot]:
    bot = served.bot()
    yield bot
    await hang_up(bot)


@pytest.fixture
async def sandbox(served: Served) -> AsyncIterator[Sandbox]:
    async with Sandbox(served.url) as sandbox:
        yield sandbox


@pytest.fixture
async def anna(sandbox: Sandbox) -> Person:
    return await sandbox.person("anna_s")


@pytest.fixture
def world(clock: Clock) -> World:
    """The model without a socket."""
    world: World = make_app(clock, base_url="http://127.0.0.1:9").state.world
    return world
