"""Rates: `services.rates.Rates`."""

from collections.abc import Iterable

from services.clock import from_micros, to_micros
from services.money import CURRENCIES, Currency
from services.rates import BASES, Rate
from storage.rows import Connection, Row

# A bank is asked every hour and says the same all day: that is one row.
_ADD = """
    INSERT INTO rates (base, quote, at, source, rate, dated)
    SELECT CAST(:base AS text), CAST(:quote AS text), CAST(:at AS bigint),
        CAST(:source AS text), CAST(:rate AS text), CAST(:dated AS bigint)
    WHERE NOT EXISTS (
        SELECT 1 FROM current_rates WHERE base = :base AND quote = :quote
          AND source = :source AND rate = :rate AND dated = :dated
    )
    ON CONFLICT (base, quote, at) DO UPDATE
    SET source = excluded.source, rate = excluded.rate, dated = excluded.dated
"""
_COUNT = """
    INSERT INTO current_rates (base, quote, source, rate, dated, at)
    VALUES (:base, :quote, :source, :rate, :dated, :at)
    ON CONFLICT (base, quote, source) DO UPDATE
    SET rate = excluded.rate, dated = excluded.dated, at = excluded.at
    WHERE excluded.dated >= current_rates.dated
"""
_LISTED = "SELECT * FROM current_rates ORDER BY base, quote, source"
# No lists are passed to a statement; a few hundred rows are looked through at once.
_AMONG = """
    SELECT * FROM current_rates
    WHERE CAST(:codes AS text) LIKE '%' || base || '%'
      AND CAST(:codes AS text) LIKE '%' || quote || '%'
"""


class RateTable:
    """The tables `rates`, of all that ever was, and `current_rates`, of what counts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, rate: Rate) -> None:
        values = {
            "base": rate.base.code,
            "quote": rate.quote.code,
            "at": to_micros(rate.at),
            "source": rate.source,
            "rate": rate.text,
            "dated": to_micros(rate.dated),
        }
        self._connection.execute(_ADD, values)
        self._connection.execute(_COUNT, values)

    def among(self, currencies: Iterable[Currency]) -> list[Rate]:
        codes = " ".join(each.code for each in (*currencies, *BASES))
        return [_rate(row) for row in self._connection.execute(_AMONG, {"codes": codes})]

    def listed(self) -> list[Rate]:
        return [_rate(row) for row in self._connection.execute(_LISTED)]


def _rate(row: Row) -> Rate:
    base, quote = CURRENCIES[row["base"]], CURRENCIES[row["quote"]]
    at, dated = from_micros(row["at"]), from_micros(row["dated"])
    return Rate(base, quote, row["rate"], row["source"], at, dated)
