"""Rates of exchange: what the operator or a bank says, and what follows from it.

A rate is an exact ratio with the date that its source gives it.  Two currencies between
which nobody names a rate are priced by crossing rates, also exactly; what a customer pays
for an exchange is the business of `services/exchange.py`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise, permutations
from math import gcd
from typing import Protocol

from services.clock import Clock
from services.errors import InvalidRequestError, RefusedError
from services.money import CURRENCIES, EUR, RUB, USD, Currency, Money, currency
from services.store import Store

OPERATOR = "operator"
BASES = (RUB, EUR, USD)
"""What rates are crossed through, the first that leads there: the currencies in which the
Bank of Russia and the European Central Bank name theirs, and the one in which others do."""

NOON = time(12, tzinfo=UTC)
"""A date is kept as its noon in UTC, so that it is the same day from UTC−12 to UTC+11."""
AHEAD_MAX = timedelta(days=4)
"""How far in the future a bank's date may be: on a Friday, Tuesday's after a holiday."""
DIGITS = 10
"""Digits that are shown of a price that has no end, as 1/3, or none near."""
PLACES_MAX = 13
"""Digits after the point of a source's rate, and four more for a spread in basis points."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How many units of *quote* one unit of *base* is worth."""

    base: Currency
    quote: Currency
    text: str
    """Decimal text, as the source gave it: `92.50`."""
    source: str
    """`cbr`, `ecb` or `operator`."""
    at: datetime
    """When it came."""
    dated: datetime
    """The date that the source gives it, by which its age counts: noon of that day in UTC."""


@dataclass(frozen=True, slots=True)
class Price:
    """What one unit of a currency is worth in another, as an exact ratio."""

    unit: Currency
    counter: Currency
    numerator: int
    denominator: int
    source: str
    """Who named the rates it was made of: `cbr`, or `cbr+ecb`."""
    dated: datetime
    """The date of the oldest of those."""

    @property
    def text(self) -> str:
        """Decimal text: exact where it has an end, else of `DIGITS` digits."""
        return decimal_text(self.numerator, self.denominator)

    def converted(self, minor: int, of: Currency) -> int:
        """*minor* units of one of the two in minor units of the other, half to even."""
        return half_even(*self._ratio(minor, of))

    def floored(self, amount: Money) -> Money:
        """*amount* in the other currency, rounded down: a total promises nobody too much."""
        numerator, denominator = self._ratio(amount.minor, amount.currency)
        other = self.counter if amount.currency == self.unit else self.unit
        return Money(numerator // denominator, other)

    def _ratio(self, minor: int, of: Currency) -> tuple[int, int]:
        up = self.numerator * 10**self.counter.exponent
        down = self.denominator * 10**self.unit.exponent
        return (minor * up, down) if of == self.unit else (minor * down, up)


@dataclass(frozen=True, slots=True)
class Quote:
    """A rate as a source gives it, before anything is believed of it."""

    base: str
    quote: str
    text: str
    """Decimal text: units of quote for one unit of base."""
    source: str
    dated: date | None = None
    """The date that the source gives it; None where it is of now."""


class RateNotUnderstoodError(InvalidRequestError):
    """The text is not a pair and a positive decimal number, or its date is far ahead."""

    code = "rate_not_understood"


class RateMissingError(RefusedError):
    """No rate leads from one currency to the other.  Values: pair."""

    code = "rate_missing"


class RateStaleError(RefusedError):
    """The rate is too old.  Values: pair, rate_at, limit (the oldest that counts)."""

    code = "rate_stale"


class Rates(Protocol):
    """What storage keeps of rates."""

    def add(self, rate: Rate) -> None:
        """Keep it; of a pair and a source the newest counts."""

    def among(self, currencies: Iterable[Currency]) -> list[Rate]:
        """The rates that count between *currencies* and `BASES`."""

    def listed(self) -> list[Rate]:
        """Those that count, by pair and source."""


class Book(Protocol):
    """The part of the book that rates need."""

    @property
    def rates(self) -> Rates: ...


_RATE = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")


class ExchangeRates:
    """The rates that the operator sets and that banks publish."""

    def __init__(
        self, *, store: Store[Book], now: Clock, currencies: tuple[Currency, ...] = (RUB, USD)
    ) -> None:
        """*currencies*: those of the wallets, between which rates are shown."""
        self._store = store
        self._now = now
        self._currencies = currencies

    async def set(self, *, pair: str, rate: str) -> Rate:
        """Set the rate of a pair such as `USD/RUB` to a decimal text such as `92.50`.

        It counts before a bank's, until it is too old.

        Raises:
            CurrencyUnknownError: A currency of the pair is not known.
            RateNotUnderstoodError: Not a pair of two, or not a positive number.
        """
        base, _, quote = pair.partition("/")
        kept = _rate(Quote(base, quote, rate, OPERATOR), self._now())
        await self._store.write(lambda book: book.rates.add(kept))
        return kept

    async def keep(self, *, quotes: list[Quote]) -> list[Rate]:
        """Keep what a source gave, but for the currencies that are not known here.

        Raises:
            RateNotUnderstoodError: One is not a positive number, or dated far ahead.
        """
        at = self._now()
        known = [each for each in quotes if each.base in CURRENCIES and each.quote in CURRENCIES]
        kept = [_rate(each, at) for each in known]

        def work(book: Book) -> list[Rate]:
            for rate in kept:
                book.rates.add(rate)
            return kept

        return await self._store.write(work)

    async def listed(self) -> list[Rate]:
        """Those that count, by pair and source."""
        return await self._store.read(lambda book: book.rates.listed())

    async def of_wallets(self) -> list[Rate]:
        """The one that counts for each two currencies of the wallets."""

        def view(book: Book) -> list[Rate]:
            found = book.rates.among(self._currencies)
            chosen = (_leg(found, *two) for two in _couples(self._currencies))
            return [rate for rate in chosen if rate is not None]

        return await self._store.read(view)


def price_of(
    rates: list[Rate], one: Currency, other: Currency, *, oldest: datetime | None = None
) -> Price:
    """What the two are worth in one another by *rates*, none dated before *oldest*.

    The fewest rates win, then the base that `BASES` names first.  A direct rate is counted
    as its source counts it; a crossed one for one unit of the dearer currency.

    Raises:
        RateMissingError: No rates lead from one to the other.
        RateStaleError: Some would, but they are too old.
    """
    usable = [rate for rate in rates if oldest is None or rate.dated >= oldest]
    for path in _paths(one, other):
        legs = [_leg(usable, *step) for step in pairwise(path)]
        found = [leg for leg in legs if leg is not None]
        if len(found) == len(legs):
            return _crossed(path, found)
    pair = f"{one.code}/{other.code}"
    if oldest is None:
        raise RateMissingError(pair=pair)
    stale = price_of(rates, one, other)
    raise RateStaleError(pair=pair, rate_at=stale.dated, limit=oldest)


def total_in(main: Currency, amounts: list[Money], rates: Rates) -> Money | None:
    """The sum of *amounts* in *main*, or None where a rate that is needed is unknown."""
    total = Money(0, main)
    others = [amount for amount in amounts if amount.currency != main and amount.minor]
    known = rates.among([main, *(each.currency for each in others)]) if others else []
    for amount in amounts:
        if amount.currency == main:
            total += amount
    for amount in others:
        try:
            total += price_of(known, amount.currency, main).floored(amount)
        except RateMissingError:
            return None
    return total


def half_even(numerator: int, denominator: int) -> int:
    """The nearest whole number to a ratio; of two as near the even one, so neither side wins."""
    whole, rest = divmod(numerator, denominator)
    return whole + (2 * rest > denominator or (2 * rest == denominator and whole % 2))


def decimal_text(numerator: int, denominator: int) -> str:
    """A positive ratio as decimal text: all of it where it ends soon, else `DIGITS` digits."""
    common = gcd(numerator, denominator)
    numerator, denominator = numerator // common, denominator // common
    places = _places(denominator)
    if places is None or places > PLACES_MAX:
        places = max(0, DIGITS - _magnitude(numerator, denominator))
    digits = str(half_even(numerator * 10**places, denominator)).rjust(places + 1, "0")
    if not places:
        return digits
    return f"{digits[:-places]}.{digits[-places:]}".rstrip("0").rstrip(".")


def _places(denominator: int) -> int | None:
    """How many digits after the point a fraction in lowest terms has; None where no end."""
    rest, places = denominator, 0
    for prime in (2, 5):
        count = 0
        while rest % prime == 0:
            rest //= prime
            count += 1
        places = max(places, count)
    return places if rest == 1 else None


def _magnitude(numerator: int, denominator: int) -> int:
    """Digits before the point; below 1, less the zeros that follow it."""
    if numerator >= denominator:
        return len(str(numerator // denominator))
    return 1 - len(str(denominator // numerator))


def _rate(quote: Quote, at: datetime) -> Rate:
    base, other = currency(quote.base), currency(quote.quote)
    is_number = _RATE.fullmatch(quote.text) and int(quote.text.replace(".", ""))
    dated = at if quote.dated is None else datetime.combine(quote.dated, NOON)
    if not is_number or base == other or dated > at + AHEAD_MAX:
        raise RateNotUnderstoodError
    return Rate(base, other, quote.text, quote.source, at, dated)


def _couples(currencies: tuple[Currency, ...]) -> Iterator[tuple[Currency, Currency]]:
    for place, one in enumerate(currencies):
        for other in currencies[place + 1 :]:
            yield one, other


def _paths(one: Currency, other: Currency) -> Iterator[tuple[Currency, ...]]:
    """The ways from one to the other, the best first."""
    bases = [base for base in BASES if base not in (one, other)]
    for length in (0, 1, 2):
        for between in permutations(bases, length):
            yield (one, *between, other)


def _leg(rates: list[Rate], one: Currency, other: Currency) -> Rate | None:
    """The rate between two: the operator's, then the one of the newest date."""
    found = [rate for rate in rates if {rate.base, rate.quote} == {one, other}]
    return max(
        found,
        key=lambda rate: (rate.source == OPERATOR, rate.dated, rate.at, rate.source),
        default=None,
    )


def _crossed(path: tuple[Currency, ...], legs: list[Rate]) -> Price:
    one, other = path[0], path[-1]
    up, down = 1, 1  # units of the other for one of the first
    for start, rate in zip(path, legs, strict=False):
        numerator, denominator = _ratio(rate.text)
        if rate.base == start:
            up, down = up * numerator, down * denominator
        else:
            up, down = up * denominator, down * numerator
    source = "+".join(dict.fromkeys(rate.source for rate in legs))
    dated = min(rate.dated for rate in legs)
    is_counted_in_other = legs[0].base == one if len(legs) == 1 else up >= down
    if is_counted_in_other:
        return Price(one, other, up, down, source, dated)
    return Price(other, one, down, up, source, dated)


def _ratio(text: str) -> tuple[int, int]:
    whole, _, fraction = text.partition(".")
    return int(whole + fraction), 10 ** len(fraction)
