"""The journal as a whole: the shared part of `services.books.Journal`."""

from collections.abc import Iterable
from itertools import groupby

from services.books import Total
from services.ledger import Balance, Posted
from services.money import CURRENCIES
from storage.ledger import balance, posted
from storage.rows import Connection, Row

_TOTALS = """
    SELECT currency,
        CAST(sum(posted) AS BIGINT) AS posted,
        CAST(sum(held) AS BIGINT) AS held,
        CAST(sum(CASE WHEN owner LIKE 'holder/%' THEN posted ELSE 0 END) AS BIGINT) AS holders,
        CAST(sum(CASE WHEN owner LIKE 'merchant/%' THEN posted ELSE 0 END) AS BIGINT) AS merchants,
        CAST(sum(CASE WHEN owner LIKE 'terminal/%' THEN posted ELSE 0 END) AS BIGINT) AS terminals,
        CAST(sum(CASE WHEN owner LIKE 'provider/%' THEN posted ELSE 0 END) AS BIGINT) AS providers,
        CAST(sum(CASE WHEN owner = 'system' THEN posted ELSE 0 END) AS BIGINT) AS system
    FROM balances GROUP BY currency ORDER BY currency
"""
_BALANCES = """
    SELECT id, currency, posted, held, floor FROM balances
    ORDER BY owner NOT LIKE 'holder/%', id LIMIT :limit
"""
_COUNTS = "SELECT (SELECT count(*) FROM transactions), (SELECT count(*) FROM transfers)"
_SEEDED = """
    SELECT (SELECT count(*) FROM transactions WHERE kind = 'seed'),
        (SELECT count(*) FROM transactions WHERE kind <> 'seed')
        + (SELECT count(*) FROM merchants) + (SELECT count(*) FROM terminals)
        + (SELECT count(*) FROM holders)
        - (SELECT count(*) FROM transactions WHERE kind = 'seed')
"""


class JournalTables:
    """The ledger's tables, read as a whole."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def totals(self) -> list[Total]:
        return [
            Total(CURRENCIES[row["currency"]], *row[1:])
            for row in self._connection.execute(_TOTALS)
        ]

    def balances(self, limit: int) -> list[Balance]:
        return [balance(row) for row in self._connection.execute(_BALANCES, {"limit": limit})]

    def counts(self) -> tuple[int, int]:
        transactions, transfers = self._connection.execute(_COUNTS).fetchone()
        return transactions, transfers

    def seeded(self) -> tuple[int, int]:
        seeded, others = self._connection.execute(_SEEDED).fetchone()
        return seeded, others


def transactions(rows: Iterable[Row]) -> list[Posted]:
    """The transactions of *rows*, which has those of each together."""
    return [posted(list(of_one)) for _, of_one in groupby(rows, lambda row: row["key"])]
