"""The tables of one PostgreSQL connection, as the services name them."""

from storage.book import BookTables
from storage.closings import ClosingTables
from storage.due import DueWorkTable
from storage.postgres.connection import PostgresConnection
from storage.postgres.due import CLAIM as CLAIM_WORK
from storage.postgres.figures import PostgresFigures
from storage.postgres.inbox import CLAIM as CLAIM_UPDATES
from storage.postgres.inbox import PostgresInbox
from storage.postgres.journal import PostgresJournal
from storage.postgres.ledger import PostgresLedger
from storage.postgres.turns import (
    PostgresAnswers,
    PostgresBreakers,
    PostgresCodes,
    PostgresExchanges,
    PostgresJoinings,
    PostgresSteps,
)
from storage.postgres.uniques import (
    PostgresCards,
    PostgresCashPayments,
    PostgresEmails,
    PostgresHolders,
    PostgresInvoices,
    PostgresLinks,
    PostgresOffers,
    PostgresPayments,
    PostgresProviderPayments,
    PostgresReveals,
    PostgresTopUps,
)
from storage.statements import StatementTables


class PostgresBook(BookTables):
    """Each service sees the part of it that its own `Book` names."""

    def __init__(self, connection: PostgresConnection) -> None:
        super().__init__(connection)
        self.connection = connection
        self.answers = PostgresAnswers(connection)
        self.breakers = PostgresBreakers(connection)
        self.cards = PostgresCards(connection)
        self.cash_payments = PostgresCashPayments(connection)
        self.closings = ClosingTables(connection, link="key")
        self.codes = PostgresCodes(connection)
        self.due = DueWorkTable(connection, CLAIM_WORK)
        self.emails = PostgresEmails(connection)
        self.exchanges = PostgresExchanges(connection)
        self.holders = PostgresHolders(connection)
        self.figures = PostgresFigures(connection)
        self.inbox = PostgresInbox(connection, CLAIM_UPDATES)
        self.invoices = PostgresInvoices(connection)
        self.joinings = PostgresJoinings(connection)
        self.journal = PostgresJournal(connection)
        self.ledger = PostgresLedger(connection)
        self.links = PostgresLinks(connection)
        self.offers = PostgresOffers(connection)
        self.payments = PostgresPayments(connection)
        self.provider_payments = PostgresProviderPayments(connection)
        self.reveals = PostgresReveals(connection)
        self.statements = StatementTables(connection, link="key")
        self.steps = PostgresSteps(connection)
        self.topups = PostgresTopUps(connection)
