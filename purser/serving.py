"""`purser run`: bot, gateway and background work in one process, or some of them."""

import asyncio
import contextlib
import gc
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
import uvloop
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.exceptions import AiogramError, TelegramNotFound, TelegramUnauthorizedError
from starlette.types import ASGIApp

from bot.calls import Calls
from bot.documents.pages import ReceiptPages
from bot.edge import BotEdge, create_bot_edge
from bot.page_texts import PageTexts
from bot.sending import Sending, SendRates
from bot.texts import Texts
from gateway.app import create_app
from gateway.metrics import Metrics
from gateway.pay_urls import Links
from purser import logs
from purser.sealing import sealing
from purser.settings import Settings, SettingsError
from purser.wallet import Wallet, open_wallet
from purser.watching import checks, create_metrics, is_local, metrics_key, serving_status
from purser.web import serving_http
from purser.work import working
from services.rate_limits import Rate
from storage.sqlite.lock import serving as holding_lock

logger = structlog.get_logger(__name__)

ASK_AGAIN_SECONDS_MAX = 16
_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  # compared with, not listened at
STOP_SECONDS_MAX = 10
"""How long what is in hand may take when the program is told to stop."""


async def nothing() -> None:
    """Where nothing is to be done."""


@dataclass(frozen=True, slots=True)
class Edges:
    """What speaks to Telegram, and in which words."""

    bot: Bot
    edge: BotEdge
    texts: Texts
    username: str
    webhook_secret: str
    """What Telegram must send with every update."""
    pages: str | None = None
    """Where the gateway's pages can be reached."""


def serve(settings: Settings, parts: frozenset[str]) -> None:
    """Run the *parts* (bot, gateway, worker) until SIGTERM or SIGINT."""
    logs.set_up(settings.log_format)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(settings, parts))


async def _serve(settings: Settings, parts: frozenset[str]) -> None:
    with _alone(settings):
        async with (
            open_wallet(settings, serves=True, may_make=True) as wallet,
            open_edges(wallet) as edges,
        ):
            metrics = create_metrics(wallet, parts)
            # Nearest to the wire: what is held back or repeated before it is no call.
            edges.bot.session.middleware(Calls(metrics.telegram_call))
            gateway = create_gateway(wallet, edges, metrics)
            async with contextlib.AsyncExitStack() as stack:
                if "gateway" not in parts:
                    await stack.enter_async_context(serving_status(wallet, metrics))
                await run_parts(wallet, edges, parts, gateway)


def _alone(settings: Settings) -> contextlib.AbstractContextManager[None]:
    """One process serves a file; of those on a server there may be many."""
    if settings.has_postgres:
        return contextlib.nullcontext()
    return holding_lock(settings.database_path)


async def run_parts(
    wallet: Wallet,
    edges: Edges,
    parts: frozenset[str],
    gateway: ASGIApp,
    *,
    when_up: Callable[[], Awaitable[None]] = nothing,
    when_stopping: Callable[[], Awaitable[None]] = nothing,
) -> None:
    """Run until told to stop; updates stop first, the HTTP server last.

    *when_stopping* ends answers of the gateway that would hold its stop up.
    """
    settings = wallet.settings
    async with contextlib.AsyncExitStack() as stack:
        if "gateway" in parts:
            address = await stack.enter_async_context(
                serving_http(gateway, host=settings.http_host, port=settings.http_port)
            )
            stack.push_async_callback(when_stopping)
            logger.info("gateway", address=address)
        if "worker" in parts:
            worker = await stack.enter_async_context(
                working(
                    wallet,
                    edge=edges.edge,
                    texts=edges.texts,
                    links=pay_links(settings, edges),
                    pages=edges.pages,
                )
            )
            await stack.enter_async_context(running(worker.run(), "worker"))
            if settings.has_postgres:
                await stack.enter_async_context(running(sealing(wallet.store), "sealer"))
        if "bot" in parts:
            await stack.enter_async_context(running(_take_updates(settings, edges), "bot"))
            await edges.edge.prepare()  # after: people wait for answers, not for the menu
            logger.info("bot", username=edges.username)
        gc.collect()
        gc.freeze()  # what was imported stays; no collection needs to look at it again
        gc.enable()
        await when_up()
        await stop_signal()
        logger.info("stopping")


@contextlib.asynccontextmanager
async def running(part: Coroutine[Any, Any, None], name: str) -> AsyncIterator[None]:
    """Run *part* beside the block; it is cancelled after it, and has time to finish."""
    task = asyncio.create_task(part, name=name)
    task.add_done_callback(_stop_if_failed)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, TimeoutError):
            async with asyncio.timeout(STOP_SECONDS_MAX):
                await task


@contextlib.asynccontextmanager
async def open_edges(
    wallet: Wallet, *, app_url: str | None = None, send_rates: SendRates | None = None
) -> AsyncIterator[Edges]:
    """The bot and its texts; *app_url* is where card pages are, else the public address.

    *send_rates* are the settings' where None is given.
    """
    settings = wallet.settings
    texts = Texts(zone=ZoneInfo(settings.time_zone))
    async with create_bot(settings) as bot:
        rates = SendRates(all=Rate(1, timedelta(seconds=1) / settings.sends_per_second))
        sending = Sending(limits=wallet.rate_limits, now=wallet.now, rates=send_rates or rates)
        bot.session.middleware(sending)
        username = settings.bot_username or await _username(bot)
        edge = create_bot_edge(
            bot=bot,
            services=wallet.services,
            vault=wallet.vault,
            texts=texts,
            now=wallet.now,
            operators=settings.operators,
            app_url=app_url or settings.public_url,
            username=username,
            shares_inbox=settings.has_postgres,
        )
        wallet.store.on_updates = edge.wake
        secret = wallet.vault.digest("telegram webhook").hex()
        pages = app_url or settings.public_url
        yield Edges(bot, edge, texts, username, secret, pages)


def create_bot(settings: Settings) -> Bot:
    """A client of the Bot API at its own address or another."""
    if settings.bot_token is None:
        raise SettingsError("PURSER_BOT_TOKEN is not set")
    server = PRODUCTION
    if settings.bot_api_url is not None:
        server = TelegramAPIServer.from_base(settings.bot_api_url.rstrip("/"))
    return Bot(settings.bot_token.get_secret_value(), session=AiohttpSession(api=server))


def pay_links(settings: Settings, edges: Edges) -> Links:
    """Addresses at which invoices are paid; without a public one, this machine's own."""
    host = "127.0.0.1" if settings.http_host in _EVERYWHERE else settings.http_host
    named = f"[{host}]" if ":" in host else host
    here = f"http://{named}:{settings.http_port}"
    return Links(edges.username, edges.pages or here)


def create_gateway(wallet: Wallet, edges: Edges, metrics: Metrics | None = None) -> ASGIApp:
    """The HTTP edge, with the webhook's route where there is a public address."""
    services, settings = wallet.services, wallet.settings
    token = settings.bot_token
    return create_app(
        services=services,
        allow_private_webhooks=settings.allow_private_webhooks,
        now=wallet.now,
        links=pay_links(settings, edges),
        bot_token="" if token is None else token.get_secret_value(),
        words=edges.texts.words,
        receipt_words=ReceiptPages(edges.texts),
        page_words=PageTexts(zone=edges.texts.zone),
        checks=checks(wallet),
        metrics=metrics or create_metrics(wallet, frozenset({"gateway"})),
        metrics_key=metrics_key(settings),
        metrics_are_open=is_local(settings.http_host),
        rate_limits=wallet.rate_limits,
        operator_key=None
        if settings.operator_key is None
        else settings.operator_key.get_secret_value(),
        telegram_secret=None if settings.public_url is None else edges.webhook_secret,
        receive=None if settings.public_url is None else edges.edge.receive_webhook,
    )


async def stop_signal() -> None:
    """Wait for SIGTERM or SIGINT, or for a part that failed."""
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, told.set)
    try:
        await told.wait()
    finally:
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(name)


async def _take_updates(settings: Settings, edges: Edges) -> None:
    if settings.public_url is None:
        await edges.edge.run_polling()
        return
    await edges.edge.use_webhook(f"{settings.public_url}/telegram/webhook", edges.webhook_secret)
    await edges.edge.run_feeder()


async def _username(bot: Bot) -> str:
    """The bot's name, however often Telegram has to be asked for it.

    Raises:
        SettingsError: Telegram says that there is no such bot.
    """
    delay = 1
    while True:
        try:
            return (await bot.me()).username or ""
        except (TelegramUnauthorizedError, TelegramNotFound) as exc:
            raise SettingsError(f"Telegram does not know this bot: {type(exc).__name__}") from None
        except AiogramError as exc:
            logger.warning("Telegram is away", error=type(exc).__name__, after_seconds=delay)
        await asyncio.sleep(delay)
        delay = min(delay * 2, ASK_AGAIN_SECONDS_MAX)


def _stop_if_failed(task: asyncio.Task[None]) -> None:
    """A part that ends by itself ends the program: a supervisor starts it whole again."""
    if not task.cancelled() and task.exception() is not None:
        logger.error("a part failed", part=task.get_name(), exc_info=task.exception())
        signal.raise_signal(signal.SIGTERM)
