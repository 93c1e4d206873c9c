"""Rates of exchange as the operator sets them, and totals in one currency."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.clock import Clock
from services.errors import InvalidRequestError
from services.money import CURRENCIES, Currency, Money, currency
from services.store import Store


@dataclass(frozen=True, slots=True)
class Rate:
    """How many units of *quote* one unit of *base* is worth, as an exact ratio."""

    base: Currency
    quote: Currency
    text: str
    """Decimal text, as the source gave it: `92.50`."""
    source: str
    at: datetime

    def convert(self, amount: Money) -> Money:
        """*amount* of base in quote, rounded down: a total promises nobody too much."""
        whole, _, fraction = self.text.partition(".")
        ratio = int(whole + fraction)
        minor = amount.minor * ratio * 10**self.quote.exponent
        return Money(minor // 10 ** (len(fraction) + self.base.exponent), self.quote)


@dataclass(frozen=True, slots=True)
class Quote:
    """A rate as a source gives it, before anything is believed of it."""

    base: str
    quote: str
    text: str
    """Decimal text: units of quote for one unit of base."""
    source: str


class RateNotUnderstoodError(InvalidRequestError):
    """The text is not a pair and a positive decimal number."""

    code = "rate_not_understood"


class Rates(Protocol):
    """What storage keeps of rates."""

    def add(self, rate: Rate) -> None:
        """Keep it; the newest of a pair counts."""

    def newest(self, base: Currency, quote: Currency) -> Rate | None:
        """The rate of that pair, or None."""

    def listed(self) -> list[Rate]:
        """The newest of every pair."""


class Book(Protocol):
    """The part of the book that rates need."""

    @property
    def rates(self) -> Rates: ...


_RATE = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")


class ExchangeRates:
    """The operator's rates."""

    def __init__(self, *, store: Store[Book], now: Clock) -> None:
        self._store = store
        self._now = now

    async def set(self, *, pair: str, rate: str) -> Rate:
        """Set the rate of a pair such as `USD/RUB` to a decimal text such as `92.50`.

        Raises:
            CurrencyUnknownError: A currency of the pair is not known.
            RateNotUnderstoodError: Not a pair of two, or not a positive number.
        """
        base, _, quote = pair.partition("/")
        kept = _rate(Quote(base, quote, rate, "operator"), self._now())
        await self._store.write(lambda book: book.rates.add(kept))
        return kept

    async def keep(self, *, quotes: list[Quote]) -> list[Rate]:
        """Keep what a source gave, but for the currencies that are not known here.

        Raises:
            RateNotUnderstoodError: One is not a positive number.
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
        """The newest of every pair."""
        return await self._store.read(lambda book: book.rates.listed())


def _rate(quote: Quote, at: datetime) -> Rate:
    base, other = currency(quote.base), currency(quote.quote)
    is_number = _RATE.fullmatch(quote.text) and int(quote.text.replace(".", ""))
    if not is_number or base == other:
        raise RateNotUnderstoodError
    return Rate(base, other, quote.text, quote.source, at)


def total_in(main: Currency, amounts: list[Money], rates: Rates) -> Money | None:
    """The sum of *amounts* in *main*, or None where a rate that is needed is unknown."""
    total = Money(0, main)
    for amount in amounts:
        if amount.currency == main:
            total += amount
        elif amount.minor:
            rate = rates.newest(amount.currency, main)
            if rate is None:
                return None
            total += rate.convert(amount)
    return total
