"""Every edge by which shops and their customers come in, put together."""

from dataclasses import dataclass

from gateway import qiwi
from gateway.api import endpoints, version1
from gateway.api.callers import MerchantApi
from gateway.checkout import pages as checkout_pages
from gateway.checkout.page import Speaks
from gateway.checkout.pages import CheckoutPages
from gateway.checkout.permits import Permits
from gateway.checkout.returns import Returns
from gateway.limits import Buckets
from gateway.mini_app.cards import Words
from gateway.notifications import certificates
from gateway.notifications.certificates import Certificates
from gateway.pay_urls import Links
from gateway.pull.pages import OldBills
from gateway.qiwi import Qiwi
from gateway.robokassa import routes as robokassa
from gateway.robokassa.edge import VISITS, Robokassa
from gateway.robokassa_services import edge as robokassa_services
from gateway.robokassa_services.edge import RobokassaServices
from gateway.routes import Route
from gateway.wallet import GatewayServices
from services.clock import Clock
from services.rate_limits import RateLimits


@dataclass(frozen=True, slots=True)
class Shops:
    """What all those edges share."""

    services: GatewayServices
    links: Links
    now: Clock
    words: Words
    shared: RateLimits
    per_key: Buckets
    failures: Buckets
    allow_private: bool

    def routes(self, page_words: Speaks) -> list[Route]:
        """Our API, QIWI's, Robokassa's, and the page on which their invoices are paid."""
        signing_keys = self.services.signing_keys
        return [
            *endpoints.routes(self._api(), version1.ENDPOINTS),
            *qiwi.routes(self._qiwi()),
            *robokassa.routes(self._robokassa()),
            *robokassa_services.routes(self._robokassa_services()),
            *checkout_pages.routes(self._checkout(page_words)),
            *certificates.routes(Certificates(signing_keys=signing_keys)),
        ]

    def _api(self) -> MerchantApi:
        services = self.services
        return MerchantApi(
            answers=services.answers,
            authorisations=services.authorisations,
            closings=services.closings,
            deliveries=services.deliveries,
            invoices=services.invoices,
            key_pairs=services.key_pairs,
            merchant_money=services.merchant_money,
            merchants=services.merchants,
            payment_links=services.payment_links,
            payouts=services.payouts,
            refunds=services.refunds,
            return_addresses=services.return_addresses,
            links=self.links,
            per_key=self.per_key,
            failures=self.failures,
            allow_private_webhooks=self.allow_private,
        )

    def _qiwi(self) -> Qiwi:
        services = self.services
        return Qiwi(
            invoices=services.invoices,
            key_pairs=services.key_pairs,
            merchants=services.merchants,
            pull_shops=services.pull_shops,
            refunds=services.refunds,
            links=self.links,
            now=self.now,
            words=self.words,
            shared=self.shared,
            per_key=self.per_key,
            failures=self.failures,
            allow_private=self.allow_private,
        )

    def _robokassa(self) -> Robokassa:
        services = self.services
        return Robokassa(
            shops=services.robokassa_shops,
            invoices=services.invoices,
            authorisations=services.authorisations,
            charges=services.link_charges,
            links=self.links,
            words=self.words,
            now=self.now,
            per_key=self.per_key,
            failures=self.failures,
            visits=Buckets(self.shared, "robokassa-orders", VISITS),
        )

    def _robokassa_services(self) -> RobokassaServices:
        services = self.services
        return RobokassaServices(
            shops=services.robokassa_shops,
            invoices=services.robokassa_invoices,
            refunds=services.robokassa_refunds,
            receipts=services.fiscal_receipts,
            links=self.links,
            now=self.now,
            words=self.words,
            shared=self.shared,
            per_key=self.per_key,
            failures=self.failures,
        )

    def _checkout(self, page_words: Speaks) -> CheckoutPages:
        services = self.services
        old_bills = OldBills(invoices=services.invoices, pull_shops=services.pull_shops)
        return CheckoutPages(
            checkouts=services.checkouts,
            invoices=services.invoices,
            cash_payments=services.cash_payments,
            speaks=page_words,
            links=self.links,
            returns=Returns(robokassa=services.robokassa_shops),
            old_page=old_bills.find,
            permits=Permits.counted_by(self.shared),
        )
