"""One account's transfers between two moments: `services.statements.StoredStatements`.

The engines join transfers to their transaction by another column; all else is the same.
"""

from datetime import datetime

from services.clock import from_micros, to_micros
from services.ledger import AccountId
from services.money import CURRENCIES, Money
from services.spending import Spent
from services.statements import Move
from storage.rows import Connection

_SIDES = """
    SELECT key, kind, cause, at, amount FROM transfers JOIN transactions USING ({link})
    WHERE credit = :account AND at >= :since AND at < :until
    UNION ALL
    SELECT key, kind, cause, at, -amount FROM transfers JOIN transactions USING ({link})
    WHERE debit = :account AND at >= :since AND at < :until
"""
_SUM = "SELECT CAST(coalesce(sum(amount), 0) AS BIGINT) FROM ({sides}) AS sides"
_COUNT = "SELECT count(DISTINCT key) FROM ({sides}) AS sides"
_MOVES = """
    SELECT moves.*, title, note FROM (
        SELECT key, kind, cause, at, CAST(sum(amount) AS BIGINT) AS moved FROM ({sides}) AS sides
        GROUP BY key, kind, cause, at
    ) AS moves
    LEFT JOIN operations ON holder = :holder AND subject = cause
    ORDER BY moves.at, key
"""
# The ids of payments begin with their time, so that a month is a part of the index.
_SPENT = """
    SELECT operations.kind, operations.currency, operations.amount, operations.at, title, provider
    FROM operations
    LEFT JOIN provider_payments
        ON operations.kind = 'provider_payment' AND provider_payments.id = operations.id
    WHERE operations.holder = :holder AND operations.id >= :first AND operations.id < :last
      AND operations.at >= :since AND operations.at < :until
      AND operations.state = 'done' AND operations.amount < 0
      AND operations.kind IN ('payment', 'provider_payment', 'transfer', 'card_payment')
    ORDER BY operations.id
"""
_ALWAYS = 2**62
"""Microseconds that no clock will show."""


class StatementTables:
    """The tables `transfers`, `transactions` and `operations`, read for one account."""

    def __init__(self, connection: Connection, *, link: str) -> None:
        """*link*: the column that a transfer shares with its transaction."""
        self._connection = connection
        sides = _SIDES.format(link=link)
        self._sum = _SUM.format(sides=sides)
        self._count = _COUNT.format(sides=sides)
        self._moves = _MOVES.format(sides=sides)

    def before(self, account: AccountId, at: datetime) -> int:
        return self._number(self._sum, account, 0, to_micros(at))

    def since(self, account: AccountId, at: datetime) -> int:
        return self._number(self._sum, account, to_micros(at), _ALWAYS)

    def count(self, account: AccountId, since: datetime, until: datetime) -> int:
        return self._number(self._count, account, to_micros(since), to_micros(until))

    def moves(
        self, account: AccountId, holder: str, since: datetime, until: datetime
    ) -> list[Move]:
        values = {
            "account": account,
            "holder": holder,
            "since": to_micros(since),
            "until": to_micros(until),
        }
        return [
            Move(
                key=row["key"],
                kind=row["kind"],
                cause=row["cause"],
                at=from_micros(row["at"]),
                minor=row["moved"],
                title=row["title"] or "",
                note=row["note"] or "",
            )
            for row in self._connection.execute(self._moves, values)
        ]

    def spent(self, holder: str, since: datetime, until: datetime) -> list[Spent]:
        values = {
            "holder": holder,
            "first": f"{to_micros(since) // 1000:012x}",
            "last": f"{to_micros(until) // 1000 + 1:012x}",
            "since": to_micros(since),
            "until": to_micros(until),
        }
        return [
            Spent(
                kind=row["kind"],
                amount=Money(-row["amount"], CURRENCIES[row["currency"]]),
                at=from_micros(row["at"]),
                title=row["title"],
                provider=row["provider"] or "",
            )
            for row in self._connection.execute(_SPENT, values)
        ]

    def _number(self, query: str, account: AccountId, since: int, until: int) -> int:
        values = {"account": account, "since": since, "until": until}
        number: int = self._connection.execute(query, values).fetchone()[0]
        return number
