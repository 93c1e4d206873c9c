"""The HTTP edge as one application: no socket, no settings, so a test can drive it."""

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline

from gateway import errors, health, identification, operator, osmp, qiwi, telegram
from gateway import receipts as receipts_page
from gateway.api import endpoints, version1
from gateway.api.callers import MerchantApi
from gateway.checkout import pages as checkout_pages
from gateway.checkout.page import Speaks
from gateway.checkout.pages import CheckoutPages
from gateway.checkout.permits import Permits
from gateway.checkout.returns import Returns
from gateway.edge import BODY_SECONDS_MAX, Edge
from gateway.health import Checks
from gateway.identification import EmailPage
from gateway.limits import Buckets, Limits
from gateway.metrics import Metrics, MetricsPage
from gateway.metrics import routes as metrics_routes
from gateway.mini_app import cards
from gateway.mini_app.cards import CardPage, Words
from gateway.notifications import certificates
from gateway.notifications.certificates import Certificates
from gateway.operator import Desk
from gateway.osmp import Osmp
from gateway.pay_urls import Links
from gateway.pull.pages import OldBills
from gateway.qiwi import Qiwi
from gateway.receipts import LOOKS, ReceiptPage
from gateway.receipts import Words as ReceiptWords
from gateway.robokassa import routes as robokassa
from gateway.robokassa.edge import VISITS, Robokassa
from gateway.robokassa_services import edge as robokassa_services
from gateway.robokassa_services.edge import RobokassaServices
from gateway.telegram import Receive, Webhook
from services.answers import FirstAnswers
from services.authorisations import Authorisations
from services.books import Books
from services.card_details import CardDetails
from services.cash_payments import CashPayments
from services.checkouts import Checkouts
from services.clock import Clock
from services.closings import Closings
from services.deliveries import Deliveries
from services.emails import Emails
from services.fiscal_receipts import FiscalReceipts
from services.invoices import Invoices
from services.key_pairs import KeyPairs
from services.link_charges import LinkCharges
from services.merchant_money import MerchantMoney
from services.merchants import Merchants
from services.payment_links import PaymentLinks
from services.payouts import Payouts
from services.pull_shops import PullShops
from services.rate_limits import MemoryRateLimits, RateLimits
from services.receipts import Receipts
from services.refunds import Refunds
from services.return_addresses import ReturnAddresses
from services.robokassa_invoices import RobokassaInvoices
from services.robokassa_refunds import RobokassaRefunds
from services.robokassa_shops import RobokassaShops
from services.signing_keys import SigningKeys
from services.terminals import Terminals
from services.topups import TopUps


def create_app(
    *,
    answers: FirstAnswers,
    authorisations: Authorisations,
    books: Books,
    card_details: CardDetails,
    checkouts: Checkouts,
    closings: Closings,
    deliveries: Deliveries,
    cash_payments: CashPayments,
    invoices: Invoices,
    key_pairs: KeyPairs,
    link_charges: LinkCharges,
    merchant_money: MerchantMoney,
    merchants: Merchants,
    payment_links: PaymentLinks,
    pull_shops: PullShops,
    payouts: Payouts,
    receipts: Receipts,
    refunds: Refunds,
    return_addresses: ReturnAddresses,
    fiscal_receipts: FiscalReceipts,
    robokassa_invoices: RobokassaInvoices,
    robokassa_refunds: RobokassaRefunds,
    robokassa_shops: RobokassaShops,
    signing_keys: SigningKeys,
    terminals: Terminals,
    topups: TopUps,
    emails: Emails,
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
    counted = metrics or Metrics()
    app = _shell()
    api = MerchantApi(
        answers=answers,
        authorisations=authorisations,
        closings=closings,
        deliveries=deliveries,
        invoices=invoices,
        key_pairs=key_pairs,
        merchant_money=merchant_money,
        merchants=merchants,
        payment_links=payment_links,
        payouts=payouts,
        refunds=refunds,
        return_addresses=return_addresses,
        links=links,
        per_key=per_key,
        failures=failures,
        allow_private_webhooks=allow_private_webhooks,
    )
    line = Osmp(
        terminals=terminals,
        topups=topups,
        cash_payments=cash_payments,
        per_key=per_key,
        failures=failures,
    )
    shops = Qiwi(
        invoices=invoices,
        key_pairs=key_pairs,
        merchants=merchants,
        pull_shops=pull_shops,
        refunds=refunds,
        links=links,
        now=now,
        words=words,
        shared=shared,
        per_key=per_key,
        failures=failures,
        allow_private=allow_private_webhooks,
    )
    orders = Robokassa(
        shops=robokassa_shops,
        invoices=invoices,
        authorisations=authorisations,
        charges=link_charges,
        links=links,
        words=words,
        now=now,
        per_key=per_key,
        failures=failures,
        visits=Buckets(shared, "robokassa-orders", VISITS),
    )
    side_services = RobokassaServices(
        shops=robokassa_shops,
        invoices=robokassa_invoices,
        refunds=robokassa_refunds,
        receipts=fiscal_receipts,
        links=links,
        now=now,
        words=words,
        shared=shared,
        per_key=per_key,
        failures=failures,
    )
    checkout = CheckoutPages(
        checkouts=checkouts,
        invoices=invoices,
        cash_payments=cash_payments,
        speaks=page_words,
        links=links,
        returns=Returns(robokassa=robokassa_shops),
        old_page=OldBills(invoices=invoices, pull_shops=pull_shops).find,
        permits=Permits.counted_by(shared),
    )
    looks = Buckets(shared, "receipts", LOOKS)
    checked = ReceiptPage(receipts=receipts, words=receipt_words, looks=looks)
    page = CardPage(
        card_details=card_details, words=words, bot_token=bot_token, now=now, failures=failures
    )
    app.router.routes += [
        *endpoints.routes(api, version1.ENDPOINTS),
        *health.routes(checks),
        *metrics_routes(MetricsPage(counted, key=metrics_key, is_open=metrics_are_open)),
        *osmp.routes(line),
        *qiwi.routes(shops),
        *robokassa.routes(orders),
        *robokassa_services.routes(side_services),
        *cards.routes(page),
        *checkout_pages.routes(checkout),
        *identification.routes(EmailPage(emails=emails, words=words, failures=failures)),
        *operator.routes(Desk(books=books, key=operator_key, now=now, failures=failures)),
        *certificates.routes(Certificates(signing_keys=signing_keys)),
        *receipts_page.routes(checked),
        *telegram.routes(Webhook(secret=telegram_secret, receive=receive)),
    ]
    app.add_middleware(Edge, metrics=counted, body_seconds=body_seconds)
    return app


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
