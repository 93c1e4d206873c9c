"""`purser sandbox`: the wallet and, at the same address, the pretend outside world.

The world meets the wallet only over the wire; what it needs for that (a shop's key, a
terminal's password) is issued anew at each start, as the wallet keeps no secret in clear.
"""

import asyncio
import contextlib
import secrets
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog
import typer
import uvloop
from pydantic import SecretStr
from starlette.applications import Starlette

from bot.sending import SendRates
from purser import catalogue_file, logs
from purser.serving import create_gateway, open_edges, run_parts
from purser.settings import Settings, load_settings
from purser.wallet import Wallet, open_wallet
from purser.web import OneAddress
from sandbox.app import create_app
from sandbox.plugins.pull import Access
from sandbox.plugins.robokassa import Secrets
from services.clock import LeapingClock, steady_clock
from services.merchants import Credentials, Merchant
from services.money import RUB, USD, Money
from services.rate_limits import Rate
from services.terminals import TerminalCredentials
from storage.sqlite.lock import serving as holding_lock

logger = structlog.get_logger(__name__)

HOST = "127.0.0.1"
BOT_USERNAME = "purser_sandbox_bot"
ANSWER_SECONDS = 5
SENDER = "wallet@purser.example"
SHOP = "Lantern & Co."
TERMINAL = "Terminal at the corner"
OPERATOR = 1001
"""Telegram id of the sandbox's first person, who also runs the wallet: `/operator`."""

SEED = (("+79161234501", "ru"), ("+14155550132", "en"))
"""The first two people of the sandbox, as `--seed` gives them money before they join."""


_AT_ONCE = Rate(1000, timedelta(milliseconds=1))
UNHURRIED = SendRates(all=_AT_ONCE, person=_AT_ONCE, notice=_AT_ONCE, group=_AT_ONCE)
"""The sandbox's Telegram takes whatever it is sent."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What the pretend world knows of the wallet."""

    shop: Credentials
    bill_key: str
    robokassa: Secrets
    pull: Access
    terminal: TerminalCredentials


def serve_sandbox(*, port: int, database: str, seeded: bool) -> None:
    """Run until SIGTERM or SIGINT."""
    logs.set_up(None)
    settings = new_sandbox_settings(port=port, database=database)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(settings, seeded=seeded))


def new_sandbox_settings(*, port: int, database: str) -> Settings:
    """The settings of a wallet whose whole world is at this address, with fresh secrets.

    What does not lead outside (limits, languages, formats, the master key) is taken from
    the environment, as `purser run` takes it.
    """
    address = f"http://{HOST}:{port}"
    return load_settings(
        None,
        bot_token=SecretStr(f"1000000001:{secrets.token_hex(20)}"),
        bot_username=BOT_USERNAME,
        bot_api_url=address,
        database_url=f"sqlite:///{Path(database).absolute()}",
        http_host=HOST,
        http_port=port,
        sms_url=f"{address}/sandbox/sms?phone={{phone}}&text={{text}}",
        public_url=None,
        operators=frozenset({OPERATOR}),
        rates_url="operator:",
        operator_key=SecretStr(secrets.token_urlsafe(24)),
        allow_private_webhooks=True,
    )


async def _serve(settings: Settings, *, seeded: bool) -> None:
    address = f"http://{HOST}:{settings.http_port}"

    async def tell() -> None:
        typer.echo(f"\n  Purser's sandbox is at {address}\n  Ctrl+C stops it.\n")

    with holding_lock(settings.database_path):
        async with sandboxed(settings, seeded=seeded) as (wallet, run):
            logger.info("sandbox", database=str(wallet.settings.database_path))
            await run(tell)


@contextlib.asynccontextmanager
async def sandboxed(
    settings: Settings, *, seeded: bool = False, has_catalogue: bool = True
) -> AsyncIterator[tuple[Wallet, Callable[[Callable[[], Awaitable[None]]], Awaitable[None]]]]:
    """The opened wallet, and what runs it with its world until it is told to stop."""
    clock = LeapingClock(steady_clock())
    async with (
        _post_office() as (post, mail_url),
        open_wallet(
            settings.model_copy(update={"mail_url": mail_url}),
            serves=True,
            may_make=True,
            may_migrate=True,
            now=clock,
        ) as wallet,
        open_edges(wallet, app_url=settings.bot_api_url, send_rates=UNHURRIED) as edges,
    ):
        if seeded:
            await _give_money(wallet)
        if has_catalogue:
            await _open_catalogue(wallet)
        world = _world(settings, await _introduce(wallet), clock)
        await world.state.world.mail.listen(post)
        app = OneAddress(gateway=create_gateway(wallet, edges), sandbox=world)

        async def run(when_up: Callable[[], Awaitable[None]]) -> None:
            parts = frozenset({"bot", "gateway", "worker"})
            await run_parts(
                wallet,
                edges,
                parts,
                app,
                when_up=when_up,
                when_stopping=world.state.world.close,
            )

        yield wallet, run


@contextlib.asynccontextmanager
async def _post_office() -> AsyncIterator[tuple[socket.socket, str]]:
    """Where the world's post office will listen, and how the wallet finds it."""
    with socket.create_server((HOST, 0)) as listener:
        yield listener, f"smtp://{HOST}:{listener.getsockname()[1]}?from={SENDER}"


async def _introduce(wallet: Wallet) -> Outside:
    """A shop and a terminal, made the first time, with fresh secrets."""
    services, settings = wallet.services, wallet.settings
    shops = [each for each in await services.merchants.listed() if each.name == SHOP]
    if shops:
        shop = await services.merchants.rotate(merchant_id=shops[0].id)
    else:
        shop = await services.merchants.add(name=SHOP, currency=RUB)
    await services.merchants.set_webhook(
        merchant_id=shop.merchant.id, url=f"{settings.bot_api_url}/sandbox/shop/webhook"
    )
    await services.rates.set(pair="USD/RUB", rate="92.50")  # no bank is asked here
    terminals = [each for each in await services.terminals.listed() if each.name == TERMINAL]
    if terminals:
        terminal = await services.terminals.rotate(terminal=terminals[0])
    else:
        terminal = await services.terminals.add(name=TERMINAL)
    bill_key = await _bill_key(wallet, shop.merchant)
    robokassa = await _robokassa(wallet, shop.merchant)
    return Outside(shop, bill_key, robokassa, await _pull(wallet, shop.merchant), terminal)


async def _bill_key(wallet: Wallet, shop: Merchant) -> str:
    """A key pair for the shop's plugin of QIWI's bill API, which is told at its own address."""
    address = wallet.settings.bot_api_url
    pair = await wallet.services.key_pairs.create(
        merchant_id=shop.id, name="bills", notify_url=f"{address}/sandbox/plugins/bill/notify"
    )
    return pair.secret_key


async def _pull(wallet: Wallet, shop: Merchant) -> Access:
    """Passwords for the shop's plugin of QIWI's pull API; fresh at each start."""
    address = wallet.settings.bot_api_url
    fresh = await wallet.services.pull_shops.set_up(
        merchant_id=shop.id, notify_url=f"{address}/sandbox/plugins/pull/notify"
    )
    words = fresh.passwords
    return Access(fresh.shop.prv_id, fresh.shop.api_id, words.api, words.notification)


async def _robokassa(wallet: Wallet, shop: Merchant) -> Secrets:
    """Passwords for the shop's plugin of Robokassa's interface; fresh at each start."""
    shops, address = wallet.services.robokassa_shops, wallet.settings.bot_api_url
    if await shops.of_merchant(merchant_id=shop.id) is None:
        await shops.add(merchant_id=shop.id)
    plugins = f"{address}/sandbox/plugins"
    await shops.change(
        merchant_id=shop.id,
        result_url=f"{plugins}/robokassa/result",
        result_url2=f"{plugins}/robokassa/result2",
        success_url=f"{plugins}/thanks",
        fail_url=f"{plugins}/sorry",
    )
    fresh = await shops.rotate(merchant_id=shop.id)
    words = fresh.passwords
    return Secrets(
        login=fresh.shop.login,
        password_1=words.first,
        password_2=words.second,
        password_3=words.third,
        test_password_1=words.test_first,
        test_password_2=words.test_second,
    )


def catalogue_text() -> str:
    """The sample catalogue; nobody who plays waits a minute for a provider that is silent."""
    hasty = f"pay_seconds = {ANSWER_SECONDS}, check_seconds = {ANSWER_SECONDS}"
    return catalogue_file.sample_text().replace("url = ", f"{hasty}, url = ")


async def _open_catalogue(wallet: Wallet) -> None:
    """Every provider of the sample, reached at this address; again changes nothing."""
    address = wallet.settings.bot_api_url
    file = catalogue_file.read(catalogue_text(), "sample.toml", sandbox=address)
    await wallet.services.catalogue_imports.import_(file=file)


async def _give_money(wallet: Wallet) -> None:
    """Wallets with roubles and dollars, once, that wait for their owners to join."""
    for phone, language in SEED:
        holder = await wallet.services.wallets.open(phone=phone, language=language)
        for amount in (Money(10_000_00, RUB), Money(100_00, USD)):
            await wallet.services.wallets.correct(
                phone=holder.phone,
                amount=amount,
                reason="welcome to the sandbox",
                key=f"sandbox-{phone}-{amount.currency.code}",
            )


def _world(settings: Settings, outside: Outside, clock: LeapingClock) -> Starlette:
    token, key = settings.bot_token, settings.operator_key
    if token is None or key is None or settings.bot_api_url is None:
        raise ValueError("not the settings of a sandbox")
    return create_app(
        base_url=settings.bot_api_url,
        bot_token=token.get_secret_value(),
        bot_username=BOT_USERNAME,
        merchant_key=outside.shop.secret_key,
        webhook_secret=outside.shop.webhook_secret,
        bill_key=outside.bill_key,
        robokassa=outside.robokassa,
        pull=outside.pull,
        terminal_login=outside.terminal.terminal.login,
        terminal_password=outside.terminal.password,
        operator_key=key.get_secret_value(),
        now=clock,
        advance=clock.leap,
    )
