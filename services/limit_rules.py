"""Which limits there are: rules by level, currency and kind of spending, and their periods.

What the operator has stated counts; what nobody stated is as shipped here.  Amounts are in
minor units, counts are payments.

What ships follows the ceilings of the Russian law on the national payment system, 161-FZ of
27 June 2011, article 10: a wallet without identification holds up to 15,000 roubles and
spends up to 40,000 in a month (parts 4 and 5); one with simplified identification 60,000
and 200,000 (part 5.1); one of an identified person holds up to 600,000 (part 2).
An e-mail address is no identification by that law: `docs/limits.md` says what to change.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from services.levels import Level
from services.money import Currency, Money

ANY = "any"
"""All kinds of spending together."""

KINDS = (ANY, "invoice", "provider", "exchange", "transfer", "card")


class RuleName(StrEnum):
    """What a rule limits."""

    PAYMENT = "payment"
    """One payment."""
    DAY = "day"
    """The sum of a calendar day in the operator's zone."""
    MONTH = "month"
    DAY_COUNT = "day_count"
    """How many payments in a day."""
    MONTH_COUNT = "month_count"
    BALANCE = "balance"
    """What the account may hold; of `ANY` only."""


COUNTS = frozenset({RuleName.DAY_COUNT, RuleName.MONTH_COUNT})
_OF_DAY = frozenset({RuleName.DAY, RuleName.DAY_COUNT})
SPENDING = tuple(name for name in RuleName if name is not RuleName.BALANCE)


@dataclass(frozen=True, slots=True)
class RuleKey:
    """What a rule is about."""

    level: Level
    currency: Currency
    kind: str
    name: RuleName

    @property
    def subject(self) -> str:
        """What its changes are noted under."""
        return f"limit/{self.level}/{self.currency.code}/{self.kind}/{self.name}"


@dataclass(frozen=True, slots=True)
class Rule:
    """One limit."""

    key: RuleKey
    value: int | None
    """Minor units, or payments; None is no limit."""
    is_stated: bool = False
    """Whether the operator stated it; else it is as shipped."""

    @property
    def limit(self) -> Money | int | None:
        """The value as it is shown."""
        return None if self.value is None else self.shown(self.value)

    def shown(self, value: int) -> Money | int:
        """A value of this rule's measure: an amount, or a number of payments."""
        return value if self.key.name in COUNTS else Money(value, self.key.currency)


@dataclass(frozen=True, slots=True)
class Period:
    """A day or a month of the operator's zone, as counters are kept by."""

    number: int
    """20261124 of a day, 20261100 of a month."""
    ends_at: datetime
    """The first moment after it, in UTC."""


@dataclass(frozen=True, slots=True)
class Periods:
    """The day and the month that a moment belongs to."""

    day: Period
    month: Period

    def of(self, name: RuleName) -> Period | None:
        """The one that a rule counts in; None where it counts nothing."""
        if name in (RuleName.PAYMENT, RuleName.BALANCE):
            return None
        return self.day if name in _OF_DAY else self.month


Values = dict[RuleName, int]
"""Whole units of the currency, or payments; what is not named has no limit."""

_ROUBLES: dict[Level, Values] = {
    Level.PHONE: {
        RuleName.PAYMENT: 15_000,
        RuleName.DAY: 15_000,
        RuleName.MONTH: 40_000,
        RuleName.DAY_COUNT: 50,
        RuleName.MONTH_COUNT: 300,
        RuleName.BALANCE: 15_000,
    },
    Level.EMAIL: {
        RuleName.PAYMENT: 60_000,
        RuleName.DAY: 60_000,
        RuleName.MONTH: 200_000,
        RuleName.DAY_COUNT: 100,
        RuleName.MONTH_COUNT: 1_000,
        RuleName.BALANCE: 60_000,
    },
    Level.PERSON: {
        RuleName.PAYMENT: 600_000,
        RuleName.DAY: 1_000_000,
        RuleName.DAY_COUNT: 500,
        RuleName.BALANCE: 600_000,
    },
}
_DOLLARS: dict[Level, Values] = {
    Level.PHONE: {
        RuleName.PAYMENT: 200,
        RuleName.DAY: 200,
        RuleName.MONTH: 500,
        RuleName.DAY_COUNT: 50,
        RuleName.MONTH_COUNT: 300,
        RuleName.BALANCE: 200,
    },
    Level.EMAIL: {
        RuleName.PAYMENT: 750,
        RuleName.DAY: 750,
        RuleName.MONTH: 2_500,
        RuleName.DAY_COUNT: 100,
        RuleName.MONTH_COUNT: 1_000,
        RuleName.BALANCE: 750,
    },
    Level.PERSON: {
        RuleName.PAYMENT: 7_500,
        RuleName.DAY: 12_500,
        RuleName.DAY_COUNT: 500,
        RuleName.BALANCE: 7_500,
    },
}


@dataclass(frozen=True, slots=True)
class Shipped:
    """What counts where the operator has stated nothing."""

    of_currency: Mapping[str, Mapping[Level, Values]]
    otherwise: Mapping[Level, Values]
    """Of any other currency: narrow, since nobody has thought about it yet."""

    def has(self, kind: str) -> bool:
        """Whether anything ships for that kind: only for all together."""
        return kind == ANY

    def value(self, key: RuleKey) -> int | None:
        """The limit, in minor units or payments; kinds of their own have none."""
        levels = self.of_currency.get(key.currency.code, self.otherwise)
        value = levels.get(key.level, {}).get(key.name) if self.has(key.kind) else None
        if value is None or key.name in COUNTS:
            return value
        scale: int = 10**key.currency.exponent
        return value * scale


SHIPPED = Shipped({"RUB": _ROUBLES, "USD": _DOLLARS}, _DOLLARS)
UNLIMITED = Shipped({}, {})
"""For those who limit nothing but what they state."""


@dataclass(frozen=True, slots=True)
class LimitTerms:
    """In whose zone days and months end, and what counts where nothing is stated."""

    zone: tzinfo = UTC
    shipped: Shipped = field(default=SHIPPED)

    def periods(self, at: datetime) -> Periods:
        """The day and the month of *at*.

        A day is as long as the zone makes it, 23 or 25 hours where clocks change.
        """
        today = at.astimezone(self.zone).date()
        first = today.replace(day=1)
        next_first = (first + timedelta(days=31)).replace(day=1)
        month = today.year * 10_000 + today.month * 100
        return Periods(
            Period(month + today.day, self._begins(today + timedelta(days=1))),
            Period(month, self._begins(next_first)),
        )

    def oldest_kept(self, at: datetime) -> int:
        """The number before which counters are of no use any more."""
        month = at.astimezone(self.zone).date().replace(day=1)
        for _ in range(MONTHS_KEPT):
            month = (month - timedelta(days=1)).replace(day=1)
        return month.year * 10_000 + month.month * 100

    def _begins(self, day: date) -> datetime:
        """The first moment of *day*: where midnight is skipped, the end of what is skipped."""
        return datetime.combine(day, time(), tzinfo=self.zone).astimezone(UTC)


MONTHS_KEPT = 3
"""How long counters are kept after their month, for holds that are let go late."""


def rules_of(
    stated: Iterable[Rule],
    terms: LimitTerms,
    level: Level,
    currency: Currency,
    kinds: Iterable[str],
) -> Iterator[Rule]:
    """What counts for *level* in *currency*, of each of *kinds*; what has no limit is left out."""
    values = {rule.key: rule for rule in stated}
    of_kinds = {key.kind for key in values}
    for kind in kinds:
        if kind not in of_kinds and not terms.shipped.has(kind):
            continue  # most kinds have no limits of their own, and every payment asks
        for name in RuleName:
            key = RuleKey(level, currency, kind, name)
            rule = values.get(key) or Rule(key, terms.shipped.value(key))
            if rule.value is not None:
                yield rule
