"""The tables that both engines keep alike, as the services name them."""

from services.books import Journal
from services.ledger import Ledger
from storage.answers import AnswerTable
from storage.cards import CardTable, RevealTable
from storage.codes import CodeTable
from storage.conversations import ConversationTable
from storage.data_keys import DataKeyTable
from storage.due import DueWorkTable
from storage.figures import FigureTables
from storage.history import OperationTable, StepTable
from storage.holders import HolderTable
from storage.inbox import InboxTable
from storage.invoices import InvoiceTable
from storage.joining import JoiningTable
from storage.merchants import MerchantTable
from storage.offers import OfferTable
from storage.payments import PaymentTable
from storage.rate_limits import RateLimitTable
from storage.rates import RateTable
from storage.refunds import RefundTable
from storage.rows import Connection
from storage.terminals import TerminalTable
from storage.topups import TopUpTable


class BookTables:
    """An engine adds its own ledger, journal, waiting work and inbox."""

    due: DueWorkTable
    figures: FigureTables
    inbox: InboxTable
    journal: Journal
    ledger: Ledger

    def __init__(self, connection: Connection) -> None:
        self.answers = AnswerTable(connection)
        self.cards = CardTable(connection)
        self.codes = CodeTable(connection)
        self.conversations = ConversationTable(connection)
        self.data_keys = DataKeyTable(connection)
        self.holders = HolderTable(connection)
        self.invoices = InvoiceTable(connection)
        self.joinings = JoiningTable(connection)
        self.limits = RateLimitTable(connection)
        self.merchants = MerchantTable(connection)
        self.offers = OfferTable(connection)
        self.operations = OperationTable(connection)
        self.payments = PaymentTable(connection)
        self.rates = RateTable(connection)
        self.refunds = RefundTable(connection)
        self.reveals = RevealTable(connection)
        self.steps = StepTable(connection)
        self.terminals = TerminalTable(connection)
        self.topups = TopUpTable(connection)
