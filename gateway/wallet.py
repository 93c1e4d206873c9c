"""Which services the gateway calls; its edges take the ones they need by name."""

from typing import Protocol

from services.answers import FirstAnswers
from services.authorisations import Authorisations
from services.books import Books
from services.card_details import CardDetails
from services.cash_payments import CashPayments
from services.checkouts import Checkouts
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
from services.receipts import Receipts
from services.refunds import Refunds
from services.return_addresses import ReturnAddresses
from services.robokassa_invoices import RobokassaInvoices
from services.robokassa_refunds import RobokassaRefunds
from services.robokassa_shops import RobokassaShops
from services.signing_keys import SigningKeys
from services.terminals import Terminals
from services.topups import TopUps


class GatewayServices(Protocol):
    """What `create_app` is given."""

    @property
    def answers(self) -> FirstAnswers: ...
    @property
    def authorisations(self) -> Authorisations: ...
    @property
    def books(self) -> Books: ...
    @property
    def card_details(self) -> CardDetails: ...
    @property
    def cash_payments(self) -> CashPayments: ...
    @property
    def checkouts(self) -> Checkouts: ...
    @property
    def closings(self) -> Closings: ...
    @property
    def deliveries(self) -> Deliveries: ...
    @property
    def emails(self) -> Emails: ...
    @property
    def fiscal_receipts(self) -> FiscalReceipts: ...
    @property
    def invoices(self) -> Invoices: ...
    @property
    def key_pairs(self) -> KeyPairs: ...
    @property
    def link_charges(self) -> LinkCharges: ...
    @property
    def merchant_money(self) -> MerchantMoney: ...
    @property
    def merchants(self) -> Merchants: ...
    @property
    def payment_links(self) -> PaymentLinks: ...
    @property
    def payouts(self) -> Payouts: ...
    @property
    def pull_shops(self) -> PullShops: ...
    @property
    def receipts(self) -> Receipts: ...
    @property
    def refunds(self) -> Refunds: ...
    @property
    def return_addresses(self) -> ReturnAddresses: ...
    @property
    def robokassa_invoices(self) -> RobokassaInvoices: ...
    @property
    def robokassa_refunds(self) -> RobokassaRefunds: ...
    @property
    def robokassa_shops(self) -> RobokassaShops: ...
    @property
    def signing_keys(self) -> SigningKeys: ...
    @property
    def terminals(self) -> Terminals: ...
    @property
    def topups(self) -> TopUps: ...
