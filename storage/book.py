"""The tables that both engines keep alike, as the services name them."""

from services.books import Journal
from services.ledger import Ledger
from storage.answers import AnswerTable
from storage.breakers import BreakerTable
from storage.cards import CardTable, RevealTable
from storage.cash_payments import CashPaymentTables
from storage.catalogue import CatalogueTables
from storage.checkouts import CheckoutTable
from storage.closings import ClosingTables
from storage.codes import CodeTable
from storage.conversations import ConversationTable
from storage.data_keys import DataKeyTable
from storage.deliveries import DeliveryTable
from storage.due import DueWorkTable
from storage.emails import EmailTable
from storage.exchanges import ExchangeTables
from storage.favourites import FavouriteTable
from storage.figures import FigureTables
from storage.fiscal_receipts import FiscalReceiptTable
from storage.history import OperationTable, StepTable
from storage.holders import HolderTable
from storage.identifications import IdentificationTable
from storage.inbox import InboxTable
from storage.invoices import InvoiceTable
from storage.joining import JoiningTable
from storage.key_pairs import KeyPairTable
from storage.limits import LimitTables
from storage.links import LinkTable
from storage.merchant_money import MerchantFigureTables
from storage.merchant_people import MerchantPeopleTable
from storage.merchant_terms import TermsTable
from storage.merchants import MerchantTable
from storage.offers import OfferTable
from storage.payments import PaymentTable
from storage.payouts import PayoutTable
from storage.provider_payments import ProviderPaymentTable
from storage.pull_shops import PullShopTable
from storage.rate_limits import RateLimitTable
from storage.rates import RateTable
from storage.receipts import ReceiptTable
from storage.refunds import RefundTable
from storage.registries import RegistryTable
from storage.return_addresses import ReturnAddressTable
from storage.robokassa_invoices import ServiceInvoiceTable
from storage.robokassa_shops import RobokassaShopTables
from storage.rows import Connection
from storage.schedules import ScheduleTables
from storage.settlements import SettlementTable
from storage.shop_orders import ShopOrderTables
from storage.signing_keys import SigningKeyTable
from storage.statements import StatementTables
from storage.terminals import TerminalTable
from storage.topups import TopUpTable


class BookTables:
    """An engine adds its own ledger, journal, waiting work and inbox."""

    closings: ClosingTables
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
        self.cash_payments = CashPaymentTables(connection)
        self.catalogue = CatalogueTables(connection)
        self.checkouts = CheckoutTable(connection)
        self.codes = CodeTable(connection)
        self.conversations = ConversationTable(connection)
        self.data_keys = DataKeyTable(connection)
        self.deliveries = DeliveryTable(connection)
        self.emails = EmailTable(connection)
        self.exchanges = ExchangeTables(connection)
        self.favourites = FavouriteTable(connection)
        self.fiscal_receipts = FiscalReceiptTable(connection)
        self.holders = HolderTable(connection)
        self.identifications = IdentificationTable(connection)
        self.invoices = InvoiceTable(connection)
        self.joinings = JoiningTable(connection)
        self.key_pairs = KeyPairTable(connection)
        self.limits = LimitTables(connection)
        self.links = LinkTable(connection)
        self.merchant_people = MerchantPeopleTable(connection)
        self.merchant_figures = MerchantFigureTables(connection)
        self.merchant_terms = TermsTable(connection)
        self.merchants = MerchantTable(connection)
        self.offers = OfferTable(connection)
        self.operations = OperationTable(connection)
        self.payments = PaymentTable(connection)
        self.payouts = PayoutTable(connection)
        self.provider_payments = ProviderPaymentTable(connection)
        self.pull_shops = PullShopTable(connection)
        self.rate_limits = RateLimitTable(connection)
        self.rates = RateTable(connection)
        self.receipts = ReceiptTable(connection)
        self.refunds = RefundTable(connection)
        self.registries = RegistryTable(connection)
        self.return_addresses = ReturnAddressTable(connection)
        self.reveals = RevealTable(connection)
        self.robokassa_invoices = ServiceInvoiceTable(connection)
        self.robokassa_shops = RobokassaShopTables(connection)
        self.schedules = ScheduleTables(connection)
        self.settlements = SettlementTable(connection)
        self.shop_orders = ShopOrderTables(connection)
        self.signing_keys = SigningKeyTable(connection)
        self.steps = StepTable(connection)
        self.terminals = TerminalTable(connection)
        self.topups = TopUpTable(connection)
