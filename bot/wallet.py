"""Which services the chat calls; handlers name them as arguments."""

from typing import Protocol

from services.books import Books
from services.card_details import CardDetails
from services.cards import Cards
from services.catalogue import Catalogue
from services.checkouts import Checkouts
from services.conversations import Visitors
from services.deliveries import Deliveries
from services.due import DeadWork
from services.emails import Emails
from services.exchanges import Exchanges
from services.favourites import Favourites
from services.history import History
from services.holders import Wallets
from services.identifications import Identifications
from services.identity_review import IdentityReview
from services.inbox import Inbox
from services.invoices import Invoices
from services.joining import Joinery
from services.key_pairs import KeyPairs
from services.limits import Limits
from services.merchant_money import MerchantMoney
from services.merchant_people import MerchantPeople
from services.merchants import Merchants
from services.payment_links import PaymentLinks
from services.payments import Payments
from services.provider_payments import ProviderPayments
from services.rates import ExchangeRates
from services.receipts import Receipts
from services.refunds import Refunds
from services.schedule_offers import ScheduleOffers
from services.schedules import Schedules
from services.spending import SpendingReports
from services.statements import Statements
from services.topups import TopUps
from services.treasury import Treasury


class WalletServices(Protocol):
    """The services that the chat calls."""

    @property
    def books(self) -> Books: ...
    @property
    def card_details(self) -> CardDetails: ...
    @property
    def cards(self) -> Cards: ...
    @property
    def catalogue(self) -> Catalogue: ...
    @property
    def checkouts(self) -> Checkouts: ...
    @property
    def dead_work(self) -> DeadWork: ...
    @property
    def deliveries(self) -> Deliveries: ...
    @property
    def emails(self) -> Emails: ...
    @property
    def exchanges(self) -> Exchanges: ...
    @property
    def favourites(self) -> Favourites: ...
    @property
    def history(self) -> History: ...
    @property
    def identifications(self) -> Identifications: ...
    @property
    def identity_review(self) -> IdentityReview: ...
    @property
    def inbox(self) -> Inbox: ...
    @property
    def invoices(self) -> Invoices: ...
    @property
    def joinery(self) -> Joinery: ...
    @property
    def key_pairs(self) -> KeyPairs: ...
    @property
    def limits(self) -> Limits: ...
    @property
    def merchant_money(self) -> MerchantMoney: ...
    @property
    def merchant_people(self) -> MerchantPeople: ...
    @property
    def merchants(self) -> Merchants: ...
    @property
    def payment_links(self) -> PaymentLinks: ...
    @property
    def payments(self) -> Payments: ...
    @property
    def provider_payments(self) -> ProviderPayments: ...
    @property
    def rates(self) -> ExchangeRates: ...
    @property
    def receipts(self) -> Receipts: ...
    @property
    def refunds(self) -> Refunds: ...
    @property
    def schedule_offers(self) -> ScheduleOffers: ...
    @property
    def schedules(self) -> Schedules: ...
    @property
    def spending(self) -> SpendingReports: ...
    @property
    def statements(self) -> Statements: ...
    @property
    def topups(self) -> TopUps: ...
    @property
    def treasury(self) -> Treasury: ...
    @property
    def visitors(self) -> Visitors: ...
    @property
    def wallets(self) -> Wallets: ...


SERVICES = tuple(
    name for name, member in vars(WalletServices).items() if isinstance(member, property)
)
