"""The tables that both engines keep alike, as the services name them."""

from services.books import Journal
from services.ledger import Ledger
from storage.answers import AnswerTable
from storage.breakers import BreakerTable
from storage.cards import CardTable, RevealTable
from storage.catalogue import CatalogueTables
from storage.codes import CodeTable
from storage.conversations import ConversationTable
from storage.data_keys import DataKeyTable
from storage.due import DueWorkTable
from storage.emails import EmailTable
from storage.exchanges import ExchangeTables
from storage.favourites import FavouriteTable
from storage.figures import FigureTables
from storage.history import OperationTable, StepTable
from storage.holders import HolderTable
from storage.identifications import IdentificationTable
from storage.inbox import InboxTable
from storage.invoices import InvoiceTable
from storage.joining import JoiningTable
from storage.limits import LimitTables
from storage.merchants import MerchantTable
from storage.offers import OfferTable
from storage.payments import PaymentTable
from storage.provider_payments import ProviderPaymentTable
from storage.rate_limits import RateLimitTable
from storage.rates import RateTable
from storage.receipts import ReceiptTable
from storage.refunds import RefundTable
from storage.registries import RegistryTable
from storage.rows import Connection
from storage.schedules import ScheduleTables
from storage.statements import StatementTables
from storage.terminals import TerminalTable
from storage.topups import TopUpTable


class BookTables:
    """An engine adds its own ledger, journal, waiting work and inbox."""

    due: DueWorkTable
    figures: FigureTables
    inbox: InboxTable
    journal: Journal
    ledger: Ledger
    statements: StatementTables

    def __init__(self, connection: Connection) -> None:
        self.answers = AnswerTable(connection)
        self.breakers = BreakerTable(connection)
        self.cards = CardTable(connection)
        self.catalogue = CatalogueTables(connection)
        self.codes = CodeTable(connection)
        self.conversations = ConversationTable(connection)
        self.data_keys = DataKeyTable(connection)
        self.emails = EmailTable(connection)
        self.exchanges = ExchangeTables(connection)
        self.favourites = FavouriteTable(connection)
        self.holders = HolderTable(connection)
        self.identifications = IdentificationTable(connection)
        self.invoices = InvoiceTable(connection)
        self.joinings = JoiningTable(connection)
        self.limits = LimitTables(connection)
        self.merchants = MerchantTable(connection)
        self.offers = OfferTable(connection)
        self.operations = OperationTable(connection)
        self.payments = PaymentTable(connection)
        self.provider_payments = ProviderPaymentTable(connection)
        self.rate_limits = RateLimitTable(connection)
        self.rates = RateTable(connection)
        self.receipts = ReceiptTable(connection)
        self.refunds = RefundTable(connection)
        self.registries = RegistryTable(connection)
        self.reveals = RevealTable(connection)
        self.schedules = ScheduleTables(connection)
        self.steps = StepTable(connection)
        self.terminals = TerminalTable(connection)
        self.topups = TopUpTable(connection)
