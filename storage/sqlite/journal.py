"""The journal as SQLite keeps it: `services.books.Journal`."""

from collections.abc import Iterable

from services.books import Fault
from services.ledger import Posted
from storage.journal import JournalTables, transactions
from storage.sqlite import audit
from storage.sqlite.engine import sqlite3

_NEWEST = """
    SELECT transactions.*, debit, credit, amount, currency
    FROM transactions JOIN transfers USING (position)
    WHERE position IN (
        SELECT position FROM transactions WHERE :before IS NULL OR position < :before
        ORDER BY position DESC LIMIT :limit
    )
    ORDER BY position DESC, transfers.id
"""
_HASH_AT = "SELECT hash FROM transactions WHERE position = :position"


class SqliteJournal(JournalTables):
    """The ledger's tables, read as a whole."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._file = connection

    def newest(self, *, before: int | None, limit: int) -> list[Posted]:
        rows = self._connection.execute(_NEWEST, {"before": before, "limit": limit})
        return transactions(rows)

    def hash_at(self, position: int) -> bytes | None:
        row = self._connection.execute(_HASH_AT, {"position": position}).fetchone()
        found: bytes | None = None if row is None else row[0]
        return found

    def faults(self) -> Iterable[Fault]:
        return audit.faults(self._file)
