"""The HTTP edge as one application: no socket, no settings, so a test can drive it."""

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline

from gateway import errors, health, identification, operator, osmp, telegram
from gateway import receipts as receipts_page
from gateway.api import documents
from gateway.api import invoices as invoice_routes
from gateway.api import refunds as refund_routes
from gateway.api.callers import MerchantApi
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
from gateway.receipts import LOOKS, ReceiptPage
from gateway.receipts import Words as ReceiptWords
from gateway.telegram import Receive, Webhook
from services.answers import FirstAnswers
from services.books import Books
from services.card_details import CardDetails
from services.clock import Clock
from services.emails import Emails
from services.invoices import Invoices
from services.merchants import Merchants
from services.rate_limits import MemoryRateLimits, RateLimits
from services.receipts import Receipts
from services.refunds import Refunds
from services.terminals import Terminals
from services.topups import TopUps

VERSION = "1"
DESCRIPTION = """
Issue invoices to phone numbers or to whoever has the link, hear of their payment by a
signed webhook, and give money back.

Amounts are whole minor units with a currency; times are RFC 3339 in UTC.  Every request
that makes something carries an `Idempotency-Key`: sent again, it gets the first answer,
to the byte.  Refusals are problem details (RFC 9457) with a stable `code`.
"""


def create_app(
    *,
    answers: FirstAnswers,
    books: Books,
    card_details: CardDetails,
    invoices: Invoices,
    merchants: Merchants,
    receipts: Receipts,
    refunds: Refunds,
    terminals: Terminals,
    topups: TopUps,
    emails: Emails,
    now: Clock,
    bot_username: str,
    bot_token: str,
    words: Words,
    receipt_words: ReceiptWords,
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
) -> FastAPI:
    """The gateway; what is None is switched off and answers 404.

    Permits are counted by *rate_limits*, or in this process where none is given.
    """
    shared = rate_limits or MemoryRateLimits(now)
    per_key, failures = _buckets(limits or Limits(), shared)
    counted = metrics or Metrics()
    app = _api(
        MerchantApi(
            answers=answers,
            invoices=invoices,
            merchants=merchants,
            refunds=refunds,
            bot_username=bot_username,
            per_key=per_key,
            failures=failures,
        )
    )
    line = Osmp(terminals=terminals, topups=topups, per_key=per_key, failures=failures)
    looks = Buckets(shared, "receipts", LOOKS)
    checked = ReceiptPage(receipts=receipts, words=receipt_words, looks=looks)
    page = CardPage(
        card_details=card_details, words=words, bot_token=bot_token, now=now, failures=failures
    )
    app.router.routes += [
        *health.routes(checks),
        *metrics_routes(MetricsPage(counted, key=metrics_key, is_open=metrics_are_open)),
        *osmp.routes(line),
        *cards.routes(page),
        *identification.routes(EmailPage(emails=emails, words=words, failures=failures)),
        *operator.routes(Desk(books=books, key=operator_key, now=now, failures=failures)),
        *receipts_page.routes(checked),
        *telegram.routes(Webhook(secret=telegram_secret, receive=receive)),
    ]
    app.add_middleware(Edge, metrics=counted, body_seconds=body_seconds)
    return app


def _api(api: MerchantApi) -> FastAPI:
    app: FastAPI = FastAPIOffline(
        redoc_url=None,
        title="Purser merchant API",
        version=VERSION,
        description=DESCRIPTION.strip(),
        redirect_slashes=False,
    )
    app.state.merchant_api = api
    app.include_router(invoice_routes.create_router())
    app.include_router(refund_routes.create_router())
    errors.add_handlers(app)
    app.openapi = lambda: documents.document(app)  # type: ignore[method-assign]
    return app


def _buckets(limits: Limits, shared: RateLimits) -> tuple[Buckets, Buckets]:
    """For each caller's requests, and for each address's failures."""
    return Buckets(shared, "key", limits.per_key), Buckets(shared, "failures", limits.failures)
