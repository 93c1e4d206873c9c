"""The HTTP edge as one application: no socket, no settings, so a test can drive it."""

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline

from gateway import errors, health, identification, operator, osmp, telegram
from gateway import receipts as receipts_page
from gateway.api import version1
from gateway.checkout.page import Speaks
from gateway.edge import BODY_SECONDS_MAX, Edge
from gateway.health import Checks
from gateway.identification import EmailPage
from gateway.limits import Buckets, Limits
from gateway.metrics import Metrics, MetricsPage
from gateway.metrics import routes as metrics_routes
from gateway.mini_app import cards
from gateway.mini_app.cards import CardPage, Words
from gateway.operator import Desk
from gateway.osmp import Osmp
from gateway.pay_urls import Links
from gateway.receipts import LOOKS, ReceiptPage
from gateway.receipts import Words as ReceiptWords
from gateway.shops import Shops
from gateway.telegram import Receive, Webhook
from gateway.wallet import GatewayServices
from services.clock import Clock
from services.rate_limits import MemoryRateLimits, RateLimits


def create_app(
    *,
    services: GatewayServices,
    now: Clock,
    links: Links,
    bot_token: str,
    words: Words,
    receipt_words: ReceiptWords,
    page_words: Speaks,
    checks: Checks,
    metrics: Metrics | None = None,
    metrics_key: str | None = None,
    metrics_are_open: bool = False,
    operator_key: str | None = None,
    telegram_secret: str | None = None,
    receive: Receive | None = None,
    limits: Limits | None = None,
    rate_limits: RateLimits | None = None,
    body_seconds: float = BODY_SECONDS_MAX,
    allow_private_webhooks: bool = False,
) -> FastAPI:
    """The gateway; what is None is switched off and answers 404.

    Permits are counted by *rate_limits*, or in this process where none is given.
    """
    shared = rate_limits or MemoryRateLimits(now)
    per_key, failures = _buckets(limits or Limits(), shared)
    shops = Shops(services, links, now, words, shared, per_key, failures, allow_private_webhooks)
    counted = metrics or Metrics()
    app = _shell()
    cards_page = CardPage(
        card_details=services.card_details,
        words=words,
        bot_token=bot_token,
        now=now,
        failures=failures,
    )
    app.router.routes += [
        *shops.routes(page_words),
        *health.routes(checks),
        *metrics_routes(MetricsPage(counted, key=metrics_key, is_open=metrics_are_open)),
        *osmp.routes(_terminals(services, per_key, failures)),
        *cards.routes(cards_page),
        *identification.routes(EmailPage(emails=services.emails, words=words, failures=failures)),
        *operator.routes(Desk(books=services.books, key=operator_key, now=now, failures=failures)),
        *receipts_page.routes(_receipts(services, receipt_words, shared)),
        *telegram.routes(Webhook(secret=telegram_secret, receive=receive)),
    ]
    app.add_middleware(Edge, metrics=counted, body_seconds=body_seconds)
    return app


def _terminals(services: GatewayServices, per_key: Buckets, failures: Buckets) -> Osmp:
    return Osmp(
        terminals=services.terminals,
        topups=services.topups,
        cash_payments=services.cash_payments,
        per_key=per_key,
        failures=failures,
    )


def _receipts(services: GatewayServices, words: ReceiptWords, shared: RateLimits) -> ReceiptPage:
    looks = Buckets(shared, "receipts", LOOKS)
    return ReceiptPage(receipts=services.receipts, words=words, looks=looks)


def _shell() -> FastAPI:
    """An application with the documents' pages and our words for refusals, and no routes."""
    app: FastAPI = FastAPIOffline(
        redoc_url=None, title=version1.TITLE, version=version1.VERSION, redirect_slashes=False
    )
    errors.add_handlers(app)
    app.openapi = version1.document  # type: ignore[method-assign]
    return app


def _buckets(limits: Limits, shared: RateLimits) -> tuple[Buckets, Buckets]:
    """For each caller's requests, and for each address's failures."""
    return Buckets(shared, "key", limits.per_key), Buckets(shared, "failures", limits.failures)
