"""Robokassa's services put together: invoices, refunds, receipts, SMS."""

from dataclasses import dataclass

from gateway.limits import Buckets
from gateway.pay_urls import Links
from gateway.robokassa.errors import Words
from gateway.robokassa_services import invoices, receipts, refunds, sms
from gateway.robokassa_services.access import Access
from gateway.robokassa_services.invoices import VISITS, InvoiceService
from gateway.robokassa_services.receipts import ReceiptService
from gateway.robokassa_services.refunds import RefundService
from gateway.robokassa_services.sms import SmsService
from gateway.routes import Route
from services.clock import Clock
from services.fiscal_receipts import FiscalReceipts
from services.rate_limits import RateLimits
from services.robokassa_invoices import RobokassaInvoices
from services.robokassa_refunds import RobokassaRefunds
from services.robokassa_shops import RobokassaShops


@dataclass(frozen=True, slots=True)
class RobokassaServices:
    """What they work with."""

    shops: RobokassaShops
    invoices: RobokassaInvoices
    refunds: RobokassaRefunds
    receipts: FiscalReceipts
    links: Links
    now: Clock
    words: Words
    shared: RateLimits
    per_key: Buckets
    failures: Buckets


def routes(given: RobokassaServices) -> list[Route]:
    """All addresses of the services, and those at which their invoices are opened."""
    access = Access(shops=given.shops, per_key=given.per_key, failures=given.failures)
    invoicing = InvoiceService(
        access=access,
        issued=given.invoices,
        links=given.links,
        now=given.now,
        words=given.words,
        visits=Buckets(given.shared, "robokassa-visits", VISITS),
    )
    refunding = RefundService(access=access, refunds=given.refunds, failures=given.failures)
    return [
        *invoices.routes(invoicing),
        *refunds.routes(refunding),
        *receipts.routes(ReceiptService(access=access, receipts=given.receipts)),
        *sms.routes(SmsService(access=access)),
    ]
