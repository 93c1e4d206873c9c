"""What the operator decides about exchange: by settings, for each pair, for each currency."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

from services.money import Currency, Money

POINTS = 10_000
"""Basis points in the whole: spread and fee are counted in hundredths of a percent."""
POINTS_MAX = 5_000
"""The largest spread or fee: half of everything."""


@dataclass(frozen=True, slots=True)
class ExchangeTerms:
    """What the operator's settings say of every exchange; the rest is kept for each pair."""

    max_age: timedelta = timedelta(days=6)
    """How old a rate may be by its own date: longer than a week-end with holidays at Easter."""
    lifetime: timedelta = timedelta(minutes=10)
    """How long an offer keeps its rate."""


@dataclass(frozen=True, slots=True)
class PairTerms:
    """What the operator takes for exchanging two currencies, in either direction."""

    spread_points: int = 0
    """By how much what is got is dearer than the rate, in basis points."""
    fee_points: int = 0
    """Of all that is given, in basis points."""
    fee_fixed: Money | None = None
    """And so much besides, converted where another currency is given."""
    is_on: bool = True

    @classmethod
    def of(cls, *stated: "StatedTerms") -> Self:
        """What the first of *stated* says; what it is silent on, the next."""
        said: dict[str, Any] = {}
        for name in ("spread_points", "fee_points", "fee_fixed", "is_on"):
            values = (getattr(each, name) for each in stated)
            known = next((value for value in values if value is not None), None)
            said |= {} if known is None else {name: known}
        return cls(**said)


@dataclass(frozen=True, slots=True)
class StatedTerms:
    """What the operator has stated for a pair, or for all; None is not stated."""

    pair: str
    """As `pair_key` writes it, or `*` for all."""
    spread_points: int | None = None
    fee_points: int | None = None
    fee_fixed: Money | None = None
    is_on: bool | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """How much of a currency the wallet has taken in by exchange, and how far it may go."""

    currency: Currency
    posted: Money
    """Bought less sold; negative where more was sold."""
    coming: Money
    """Will be added by exchanges whose money is held."""
    going: Money
    """Will be taken off by those."""
    short: Money | None = None
    """How far below zero it may go; None is any."""
    long: Money | None = None
    """How far above zero."""

    @property
    def sellable(self) -> int | None:
        """How many minor units may still be sold, or None where any number may."""
        if self.short is None:
            return None
        return max(0, self.posted.minor - self.going.minor + self.short.minor)

    @property
    def buyable(self) -> int | None:
        """How many minor units may still be bought, or None where any number may."""
        if self.long is None:
            return None
        return max(0, self.long.minor - self.posted.minor - self.coming.minor)


def pair_key(one: Currency, other: Currency) -> str:
    """The name of two currencies' terms, whichever is given: `RUB/USD`."""
    return "/".join(sorted((one.code, other.code)))
