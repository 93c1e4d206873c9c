"""Which services the chat calls; handlers name them as arguments."""

from typing import Protocol

from services.books import Books
from services.card_details import CardDetails
from services.cards import Cards
from services.conversations import Visitors
from services.due import DeadWork
from services.history import History
from services.holders import Wallets
from services.inbox import Inbox
from services.invoices import Invoices
from services.joining import Joinery
from services.payments import Payments
from services.rates import ExchangeRates
from services.refunds import Refunds
from services.topups import TopUps


class WalletServices(Protocol):
    """The services that the chat calls."""

    @property
    def books(self) -> Books: ...
    @property
    def card_details(self) -> CardDetails: ...
    @property
    def cards(self) -> Cards: ...
    @property
    def dead_work(self) -> DeadWork: ...
    @property
    def history(self) -> History: ...
    @property
    def inbox(self) -> Inbox: ...
    @property
    def invoices(self) -> Invoices: ...
    @property
    def joinery(self) -> Joinery: ...
    @property
    def payments(self) -> Payments: ...
    @property
    def rates(self) -> ExchangeRates: ...
    @property
    def refunds(self) -> Refunds: ...
    @property
    def topups(self) -> TopUps: ...
    @property
    def visitors(self) -> Visitors: ...
    @property
    def wallets(self) -> Wallets: ...


SERVICES = tuple(
    name for name, member in vars(WalletServices).items() if isinstance(member, property)
)
