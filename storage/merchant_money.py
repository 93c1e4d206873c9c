"""What a merchant's day has brought: `services.merchant_money.StoredFigures`."""

from datetime import datetime, timedelta

from services.clock import to_micros
from services.merchant_money import DayFigures
from services.money import CURRENCIES, Money
from storage.rows import Connection

AGE_MAX = timedelta(days=60)
"""Longer than an invoice waits to be paid and its money then waits to be captured."""

# Ids begin with their time, so that each is a part of an index and no walk of a whole table.
_PAID = """
    SELECT currency, count(*) AS times, CAST(sum(amount) AS BIGINT) AS total FROM invoices
    WHERE merchant = :merchant AND id >= :oldest AND id < :last
      AND paid_at >= :since AND paid_at < :until AND is_test = 0
    GROUP BY currency
"""
_FEES = """
    SELECT currency, count(*) AS times, CAST(sum(fee) AS BIGINT) AS total FROM settlements
    WHERE merchant = :merchant AND settled_at >= :since AND settled_at < :until
    GROUP BY currency
"""
_REFUNDED = """
    SELECT currency, count(*) AS times, CAST(sum(amount) AS BIGINT) AS total FROM refunds
    WHERE merchant = :merchant AND id >= :first AND id < :last
      AND created_at >= :since AND created_at < :until AND state = 'paid'
    GROUP BY currency
"""


class MerchantFigureTables:
    """The tables `invoices`, `settlements` and `refunds`, read for one merchant."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def between(self, merchant_id: str, since: datetime, until: datetime) -> list[DayFigures]:
        values: dict[str, str | int] = {
            "merchant": merchant_id,
            "oldest": begins(since - AGE_MAX),
            "first": begins(since),
            "last": begins(until + timedelta(milliseconds=1)),
            "since": to_micros(since),
            "until": to_micros(until),
        }
        paid, fees, refunded = (self._sums(query, values) for query in (_PAID, _FEES, _REFUNDED))
        return [
            DayFigures(
                currency=of,
                payments=paid.get(code, (0, 0))[0],
                paid=Money(paid.get(code, (0, 0))[1], of),
                fees=Money(fees.get(code, (0, 0))[1], of),
                refunds=refunded.get(code, (0, 0))[0],
                refunded=Money(refunded.get(code, (0, 0))[1], of),
            )
            for code in sorted(paid.keys() | fees.keys() | refunded.keys())
            for of in (CURRENCIES[code],)
        ]

    def _sums(self, query: str, values: dict[str, str | int]) -> dict[str, tuple[int, int]]:
        rows = self._connection.execute(query, values)
        return {row["currency"]: (row["times"], row["total"]) for row in rows}


def begins(at: datetime) -> str:
    """How the ids of what was made at *at* begin."""
    return f"{to_micros(at) // 1000:012x}"
