"""The journal as PostgreSQL keeps it: `services.books.Journal`."""

from collections.abc import Iterable

from services.books import Fault
from services.ledger import Posted
from storage.journal import JournalTables, transactions
from storage.postgres import audit

_NEWEST = """
    SELECT position, hash, transactions.*, debit, credit, amount, currency
    FROM (
        SELECT * FROM seals WHERE CAST(:before AS bigint) IS NULL OR position < :before
        ORDER BY position DESC LIMIT :limit
    ) AS newest
    JOIN transactions USING (key) JOIN transfers USING (key)
    ORDER BY position DESC, line
"""
_HASH_AT = "SELECT hash FROM seals WHERE position = :position"


class PostgresJournal(JournalTables):
    """The ledger's tables, read as a whole."""

    def newest(self, *, before: int | None, limit: int) -> list[Posted]:
        values = {"before": before, "limit": limit}
        return transactions(self._connection.execute(_NEWEST, values))

    def hash_at(self, position: int) -> bytes | None:
        row = self._connection.execute(_HASH_AT, {"position": position}).fetchone()
        found: bytes | None = None if row is None else row[0]
        return found

    def faults(self) -> Iterable[Fault]:
        return audit.faults(self._connection)
