"""The tables of one SQLite connection, as the services name them."""

from storage.book import BookTables
from storage.closings import ClosingTables
from storage.due import DueWorkTable
from storage.inbox import InboxTable
from storage.sqlite.due import CLAIM as CLAIM_WORK
from storage.sqlite.engine import sqlite3
from storage.sqlite.figures import SqliteFigures
from storage.sqlite.inbox import CLAIM as CLAIM_UPDATES
from storage.sqlite.journal import SqliteJournal
from storage.sqlite.ledger import SqliteLedger
from storage.statements import StatementTables


class SqliteBook(BookTables):
    """Each service sees the part of it that its own `Book` names."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self.connection = connection
        self.closings = ClosingTables(connection, link="position")
        self.due = DueWorkTable(connection, CLAIM_WORK)
        self.figures = SqliteFigures(connection)
        self.inbox = InboxTable(connection, CLAIM_UPDATES)
        self.journal = SqliteJournal(connection)
        self.ledger = SqliteLedger(connection)
        self.statements = StatementTables(connection, link="position")
