"""Rates: `services.rates.Rates`."""

from services.clock import from_micros, to_micros
from services.money import CURRENCIES, Currency
from services.rates import Rate
from storage.rows import Connection, Row

_ADD = """
    INSERT INTO rates (base, quote, at, source, rate)
    VALUES (:base, :quote, :at, :source, :rate)
    ON CONFLICT (base, quote, at) DO UPDATE SET source = excluded.source, rate = excluded.rate
"""
_NEWEST = """
    SELECT * FROM rates WHERE base = :base AND quote = :quote ORDER BY at DESC LIMIT 1
"""
_LISTED = """
    SELECT * FROM rates AS one
    WHERE at = (SELECT max(at) FROM rates WHERE base = one.base AND quote = one.quote)
    ORDER BY base, quote
"""


class RateTable:
    """The table `rates`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, rate: Rate) -> None:
        self._connection.execute(
            _ADD,
            {
                "base": rate.base.code,
                "quote": rate.quote.code,
                "at": to_micros(rate.at),
                "source": rate.source,
                "rate": rate.text,
            },
        )

    def newest(self, base: Currency, quote: Currency) -> Rate | None:
        values = {"base": base.code, "quote": quote.code}
        row = self._connection.execute(_NEWEST, values).fetchone()
        return None if row is None else _rate(row)

    def listed(self) -> list[Rate]:
        return [_rate(row) for row in self._connection.execute(_LISTED)]


def _rate(row: Row) -> Rate:
    base, quote = CURRENCIES[row["base"]], CURRENCIES[row["quote"]]
    return Rate(base, quote, row["rate"], row["source"], from_micros(row["at"]))
