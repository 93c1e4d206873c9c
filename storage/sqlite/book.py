"""All the tables of one connection, as the services name them."""

from storage.sqlite.answers import SqliteAnswers
from storage.sqlite.cards import SqliteCards, SqliteReveals
from storage.sqlite.codes import SqliteCodes
from storage.sqlite.conversations import SqliteConversations
from storage.sqlite.data_keys import SqliteDataKeys
from storage.sqlite.due import SqliteDueWork
from storage.sqlite.engine import sqlite3
from storage.sqlite.history import SqliteOperations, SqliteSteps
from storage.sqlite.holders import SqliteHolders
from storage.sqlite.inbox import SqliteInbox
from storage.sqlite.invoices import SqliteInvoices
from storage.sqlite.joining import SqliteJoinings
from storage.sqlite.journal import SqliteJournal
from storage.sqlite.ledger import SqliteLedger
from storage.sqlite.merchants import SqliteMerchants
from storage.sqlite.offers import SqliteOffers
from storage.sqlite.payments import SqlitePayments
from storage.sqlite.rates import SqliteRates
from storage.sqlite.refunds import SqliteRefunds
from storage.sqlite.terminals import SqliteTerminals
from storage.sqlite.topups import SqliteTopUps


class SqliteBook:
    """Each service sees the part of it that its own `Book` names."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.answers = SqliteAnswers(connection)
        self.cards = SqliteCards(connection)
        self.codes = SqliteCodes(connection)
        self.conversations = SqliteConversations(connection)
        self.data_keys = SqliteDataKeys(connection)
        self.due = SqliteDueWork(connection)
        self.holders = SqliteHolders(connection)
        self.inbox = SqliteInbox(connection)
        self.invoices = SqliteInvoices(connection)
        self.joinings = SqliteJoinings(connection)
        self.journal = SqliteJournal(connection)
        self.ledger = SqliteLedger(connection)
        self.merchants = SqliteMerchants(connection)
        self.offers = SqliteOffers(connection)
        self.operations = SqliteOperations(connection)
        self.payments = SqlitePayments(connection)
        self.rates = SqliteRates(connection)
        self.refunds = SqliteRefunds(connection)
        self.reveals = SqliteReveals(connection)
        self.steps = SqliteSteps(connection)
        self.terminals = SqliteTerminals(connection)
        self.topups = SqliteTopUps(connection)
