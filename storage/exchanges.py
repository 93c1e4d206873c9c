"""Exchanges, their terms and their limits: `services.exchange.StoredExchanges`."""

from collections.abc import Iterable

from services.clock import from_micros, to_micros
from services.exchange import Conversion, Exchange
from services.exchange_terms import PairTerms, Position, StatedTerms, pair_key
from services.money import CURRENCIES, Currency, Money
from storage.rows import Connection, Row

_TERMS = "SELECT * FROM exchange_pairs WHERE pair IN ('*', :pair) ORDER BY pair DESC"
_ALL_TERMS = "SELECT * FROM exchange_pairs ORDER BY pair"
_STATE = """
    INSERT INTO exchange_pairs (pair, spread, fee, fixed, fixed_currency, is_on)
    VALUES (:pair, :spread, :fee, :fixed, :fixed_currency, :is_on)
    ON CONFLICT (pair) DO UPDATE SET spread = excluded.spread, fee = excluded.fee,
        fixed = excluded.fixed, fixed_currency = excluded.fixed_currency,
        is_on = excluded.is_on
"""
_LIMIT = """
    INSERT INTO exchange_limits (currency, short, long) VALUES (:currency, :short, :long)
    ON CONFLICT (currency) DO UPDATE SET short = excluded.short, long = excluded.long
"""
_UNLIMIT = "DELETE FROM exchange_limits WHERE currency = :currency"
# One statement, so that what a hold reserves is never counted beside what it has posted.
# The account's name is in two pieces, for a colon before a letter begins a parameter.
_POSITION = """
    SELECT one.currency, short, long, coalesce(balances.posted, 0) AS posted,
        CAST((SELECT coalesce(sum(bought), 0) FROM exchange_reservations
            WHERE bought_currency = one.currency AND EXISTS (
                SELECT 1 FROM holds WHERE id = hold AND state = 'held')) AS bigint) AS coming,
        CAST((SELECT coalesce(sum(sold), 0) FROM exchange_reservations
            WHERE sold_currency = one.currency AND EXISTS (
                SELECT 1 FROM holds WHERE id = hold AND state = 'held')) AS bigint) AS going
"""
_POSITIONS = """
    FROM exchange_limits AS one
    LEFT JOIN balances ON balances.id = 'system:' || 'position:' || one.currency
    WHERE one.currency IN (:one, :other)
    ORDER BY one.currency
"""
_ALL_POSITIONS = """
    FROM (
        SELECT currency FROM exchange_limits
        UNION SELECT currency FROM accounts
        WHERE owner = 'system' AND id = 'system:' || 'position:' || currency
    ) AS one
    LEFT JOIN exchange_limits ON exchange_limits.currency = one.currency
    LEFT JOIN balances ON balances.id = 'system:' || 'position:' || one.currency
    ORDER BY one.currency
"""
_RESERVE = """
    INSERT INTO exchange_reservations (hold, bought_currency, bought, sold_currency, sold)
    VALUES (:hold, :bought_currency, :bought, :sold_currency, :sold)
"""
# Of the same two currencies only: who reserves there waits for its turn.
_FORGET = """
    DELETE FROM exchange_reservations
    WHERE ((bought_currency = :bought_currency AND sold_currency = :sold_currency)
        OR (bought_currency = :sold_currency AND sold_currency = :bought_currency))
      AND EXISTS (SELECT 1 FROM holds WHERE id = hold AND state <> 'held')
"""
_ADD = """
    INSERT INTO exchanges (cause, holder, gives_currency, gives, fee, gets_currency, gets,
        rate, unit, source, rate_at, at)
    VALUES (:cause, :holder, :gives_currency, :gives, :fee, :gets_currency, :gets,
        :rate, :unit, :source, :rate_at, :at)
"""
_FIND = "SELECT * FROM exchanges WHERE cause = :cause"


class ExchangeTables:
    """The tables `exchanges`, `exchange_pairs`, `exchange_limits`, `exchange_reservations`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def pair_terms(self, one: Currency, other: Currency) -> PairTerms:
        """Those of the two, completed by those of all."""
        rows = self._connection.execute(_TERMS, {"pair": pair_key(one, other)})
        stated = {row["pair"]: _stated(row) for row in rows}
        own = stated.pop("*", None)
        return PairTerms.of(*stated.values(), *([] if own is None else [own]))

    def stated_terms(self) -> list[StatedTerms]:
        """What the operator has stated, for each pair and `*`."""
        return [_stated(row) for row in self._connection.execute(_ALL_TERMS)]

    def state_terms(self, terms: StatedTerms) -> None:
        """Keep them in place of those before."""
        fixed = terms.fee_fixed
        self._connection.execute(
            _STATE,
            {
                "pair": terms.pair,
                "spread": terms.spread_points,
                "fee": terms.fee_points,
                "fixed": None if fixed is None else fixed.minor,
                "fixed_currency": None if fixed is None else fixed.currency.code,
                "is_on": None if terms.is_on is None else int(terms.is_on),
            },
        )

    def positions(self, one: Currency, other: Currency, *, decides: bool) -> list[Position]:
        """Those of the two that have a limit; SQLite's writers follow one another anyway."""
        del decides
        values = {"one": one.code, "other": other.code}
        return _positions(self._connection.execute(_POSITION + _POSITIONS, values))

    def all_positions(self) -> list[Position]:
        """Those that were ever used, or have a limit."""
        return _positions(self._connection.execute(_POSITION + _ALL_POSITIONS))

    def limit(self, of: Currency, short: Money | None, long: Money | None) -> None:
        """Limit a position, or limit it no more."""
        if short is None and long is None:
            self._connection.execute(_UNLIMIT, {"currency": of.code})
            return
        values = {
            "currency": of.code,
            "short": None if short is None else short.minor,
            "long": None if long is None else long.minor,
        }
        self._connection.execute(_LIMIT, values)

    def reserve(self, hold_id: str, bought: Money, sold: Money) -> None:
        """Keep it, and forget those whose holds are over."""
        values = {
            "hold": hold_id,
            "bought_currency": bought.currency.code,
            "bought": bought.minor,
            "sold_currency": sold.currency.code,
            "sold": sold.minor,
        }
        self._connection.execute(
            _FORGET, {key: values[key] for key in ("bought_currency", "sold_currency")}
        )
        self._connection.execute(_RESERVE, values)

    def add(self, exchange: Exchange) -> None:
        """Keep one that has happened."""
        conversion = exchange.conversion
        self._connection.execute(
            _ADD,
            {
                "cause": exchange.cause,
                "holder": exchange.holder,
                "gives_currency": conversion.gives.currency.code,
                "gives": conversion.gives.minor,
                "fee": conversion.fee.minor,
                "gets_currency": conversion.gets.currency.code,
                "gets": conversion.gets.minor,
                "rate": conversion.rate,
                "unit": conversion.unit.code,
                "source": conversion.source,
                "rate_at": to_micros(conversion.rate_at),
                "at": to_micros(exchange.at),
            },
        )

    def find(self, cause: str) -> Exchange | None:
        """The exchange that served *cause*, or None."""
        row = self._connection.execute(_FIND, {"cause": cause}).fetchone()
        return None if row is None else _exchange(row)


def _stated(row: Row) -> StatedTerms:
    fixed, is_on = row["fixed"], row["is_on"]
    return StatedTerms(
        pair=row["pair"],
        spread_points=row["spread"],
        fee_points=row["fee"],
        fee_fixed=None if fixed is None else Money(fixed, CURRENCIES[row["fixed_currency"]]),
        is_on=None if is_on is None else bool(is_on),
    )


def _positions(rows: Iterable[Row]) -> list[Position]:
    return [_position(row) for row in rows]


def _position(row: Row) -> Position:
    of = CURRENCIES[row["currency"]]
    short, long = row["short"], row["long"]
    return Position(
        currency=of,
        posted=Money(row["posted"], of),
        coming=Money(row["coming"], of),
        going=Money(row["going"], of),
        short=None if short is None else Money(short, of),
        long=None if long is None else Money(long, of),
    )


def _exchange(row: Row) -> Exchange:
    given, got = CURRENCIES[row["gives_currency"]], CURRENCIES[row["gets_currency"]]
    conversion = Conversion(
        gives=Money(row["gives"], given),
        gets=Money(row["gets"], got),
        fee=Money(row["fee"], given),
        rate=row["rate"],
        unit=CURRENCIES[row["unit"]],
        source=row["source"],
        rate_at=from_micros(row["rate_at"]),
    )
    return Exchange(row["cause"], row["holder"], conversion, from_micros(row["at"]))
