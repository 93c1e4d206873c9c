"""The journal as a whole, in SQLite: `services.books.Journal`."""

from collections.abc import Iterable
from itertools import groupby

from services.books import Fault, Total
from services.ledger import Balance, Posted
from services.money import CURRENCIES
from storage.sqlite import audit
from storage.sqlite.engine import sqlite3
from storage.sqlite.ledger import balance, posted

_TOTALS = """
    SELECT currency,
        sum(posted) AS posted, sum(held) AS held,
        sum(iif(owner LIKE 'holder/%', posted, 0)) AS holders,
        sum(iif(owner LIKE 'merchant/%', posted, 0)) AS merchants,
        sum(iif(owner LIKE 'terminal/%', posted, 0)) AS terminals,
        sum(iif(owner = 'system', posted, 0)) AS system
    FROM accounts GROUP BY currency ORDER BY currency
"""
_BALANCES = """
    SELECT id, currency, posted, held, floor FROM accounts
    ORDER BY owner NOT LIKE 'holder/%', id LIMIT :limit
"""
_NEWEST = """
    SELECT transactions.*, debit, credit, amount, currency
    FROM transactions JOIN transfers USING (position)
    WHERE position IN (
        SELECT position FROM transactions WHERE :before IS NULL OR position < :before
        ORDER BY position DESC LIMIT :limit
    )
    ORDER BY position DESC, transfers.id
"""
_COUNTS = "SELECT (SELECT count(*) FROM transactions), (SELECT count(*) FROM transfers)"
_SEEDED = """
    SELECT (SELECT count(*) FROM transactions WHERE kind = 'seed'),
        (SELECT count(*) FROM transactions WHERE kind <> 'seed')
        + (SELECT count(*) FROM merchants) + (SELECT count(*) FROM terminals)
        + (SELECT count(*) FROM holders)
        - (SELECT count(*) FROM transactions WHERE kind = 'seed')
"""
_HASH_AT = "SELECT hash FROM transactions WHERE position = :position"


class SqliteJournal:
    """The ledger's tables, read as a whole."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def totals(self) -> list[Total]:
        return [
            Total(CURRENCIES[row["currency"]], *row[1:])
            for row in self._connection.execute(_TOTALS)
        ]

    def balances(self, limit: int) -> list[Balance]:
        return [balance(row) for row in self._connection.execute(_BALANCES, {"limit": limit})]

    def newest(self, *, before: int | None, limit: int) -> list[Posted]:
        rows = self._connection.execute(_NEWEST, {"before": before, "limit": limit})
        return [posted(list(of_one)) for _, of_one in groupby(rows, lambda row: row["position"])]

    def counts(self) -> tuple[int, int]:
        transactions, transfers = self._connection.execute(_COUNTS).fetchone()
        return transactions, transfers

    def seeded(self) -> tuple[int, int]:
        """How many wallets a seed made, and how many things are there beside them."""
        seeded, others = self._connection.execute(_SEEDED).fetchone()
        return seeded, others

    def hash_at(self, position: int) -> bytes | None:
        row = self._connection.execute(_HASH_AT, {"position": position}).fetchone()
        found: bytes | None = None if row is None else row[0]
        return found

    def faults(self) -> Iterable[Fault]:
        return audit.faults(self._connection)
