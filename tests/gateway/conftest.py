"""The gateway on the real services, driven without a socket."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from aiohttp import web
from fastapi import FastAPI

from bot.documents.pages import ReceiptPages
from bot.page_texts import PageTexts
from bot.texts import Texts
from gateway.app import create_app
from gateway.metrics import Metrics
from gateway.pay_urls import Links
from purser.services import Services
from services.figures import Figures
from services.holders import Holder
from services.merchants import Merchant
from services.money import RUB, Currency
from storage.engines import AnyStore
from tests.cast import Cast
from tests.clock import TestClock
from tests.gateway.receiver import Receiver

BOT = "purser_bot"
LINKS = Links(BOT, "https://wallet.example")
BOT_TOKEN = "7000000001:test-token-of-nobody"
OPERATOR_KEY = "operator-key"
TELEGRAM_SECRET = "telegram-secret"
RECEIPT_WORDS = ReceiptPages(Texts())
PAGE_WORDS = PageTexts()
INVOICES = "/api/v1/invoices"


@dataclass(frozen=True)
class Shop:
    """A merchant with its key, calling the API."""

    merchant: Merchant
    key: str
    webhook_secret: str
    client: httpx.AsyncClient

    async def get(self, path: str, **params: Any) -> httpx.Response:
        return await self.client.get(path, params=params, headers=self.bearer)

    async def post(self, path: str, body: Any = None, key: str | None = "k") -> httpx.Response:
        headers = self.bearer | ({} if key is None else {"Idempotency-Key": key})
        return await self.client.post(path, json=body, headers=headers)

    async def issue(self, key: str = "k", **fields: Any) -> httpx.Response:
        """An open invoice of 1 250.00 roubles, but for *fields*."""
        return await self.post(INVOICES, wish(**fields), key)

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}


def wish(**fields: Any) -> dict[str, Any]:
    """The body of an open invoice, but for *fields*."""
    return {"amount": rub(125000), "description": "Headphones"} | fields


def rub(minor: Any) -> dict[str, Any]:
    return {"minor": minor, "currency": "RUB"}


def words(language: str, prefix: str) -> dict[str, str]:
    """Stands for the bot's texts."""
    return {f"{prefix}title": f"Card <{language}> & 'more'", f"{prefix}loading": "..."}


def gateway_settings(services: Services, store: AnyStore, clock: TestClock) -> dict[str, Any]:
    """What `create_app` takes, with everything switched on."""

    async def database() -> None:
        await store.write(lambda book: book.due.counts())

    return {
        "services": services,
        "now": clock,
        "links": LINKS,
        "bot_token": BOT_TOKEN,
        "words": words,
        "receipt_words": RECEIPT_WORDS,
        "page_words": PAGE_WORDS,
        "checks": {"database": database},
        "metrics": Metrics(figures=Figures(store=store, now=clock), now=clock),
        "metrics_are_open": True,
        "operator_key": OPERATOR_KEY,
    }


def client_of(app: FastAPI, address: str = "192.0.2.1") -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app, client=(address, 50000))
    return httpx.AsyncClient(transport=transport, base_url="http://wallet.test")


@pytest.fixture
def app(services: Services, store: AnyStore, clock: TestClock) -> FastAPI:
    return create_app(**gateway_settings(services, store, clock))


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app) as opened:
        yield opened


async def open_shop(
    services: Services,
    client: httpx.AsyncClient,
    name: str = "Shop",
    currency: Currency = RUB,
    webhook_url: str | None = None,
) -> Shop:
    made = await services.merchants.add(name=name, currency=currency, webhook_url=webhook_url)
    return Shop(made.merchant, made.secret_key, made.webhook_secret, client)


@pytest.fixture
async def shop(services: Services, client: httpx.AsyncClient) -> Shop:
    return await open_shop(services, client)


@pytest.fixture
async def other_shop(services: Services, client: httpx.AsyncClient) -> Shop:
    return await open_shop(services, client, "Other")


@pytest.fixture
async def ann(cast: Cast) -> Holder:
    """Joined, with 5 000.00 roubles."""
    holder = await cast.join()
    await cast.fund(holder, 500_000)
    return holder


@pytest.fixture
async def paid(shop: Shop, cast: Cast, ann: Holder, services: Services) -> str:
    """The id of an invoice of 1 250.00 roubles that Ann has paid."""
    invoice_id: str = (await shop.issue("paid")).json()["id"]
    invoice = await services.invoices.view(holder=ann, invoice_id=invoice_id)
    await cast.pay(ann, invoice)
    return invoice_id


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A real HTTP server on this machine."""
    server = Receiver()
    application = web.Application()
    application.router.add_route("*", "/{anywhere:.*}", server.take)
    runner = web.AppRunner(application, shutdown_timeout=0.01)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield server
    server.released.set()
    await runner.cleanup()
