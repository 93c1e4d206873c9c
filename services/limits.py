"""Limits on what is spent and kept: decided where the money is held, in its transaction.

Every payment is counted in its day and its month, in the currency that leaves the wallet.
What was held and let go is given back to the day and month it was counted in.  Money that
comes is limited by the balance: cash that a terminal takes is refused above it, while
refunds and the operator's corrections always come, for they are the holder's already.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services import holders
from services.clock import Clock
from services.errors import InvalidRequestError, RefusedError
from services.history import Step
from services.holders import Holder
from services.ledger import account_id
from services.levels import Level
from services.limit_rules import (
    ANY,
    COUNTS,
    KINDS,
    SPENDING,
    LimitTerms,
    Periods,
    Rule,
    RuleKey,
    RuleName,
    rules_of,
)
from services.money import AMOUNT_MINOR_MAX, Currency, Money
from services.store import Store

__all__ = ["LimitTerms"]

COUNT_MAX = 1_000_000
"""The largest number of payments that a rule may name."""

FORGOTTEN_AT_ONCE = 1_000
"""Counters: when a month is over there is one for each holder and day of it."""


@dataclass(frozen=True, slots=True)
class Use:
    """What was counted of one kind in one period."""

    amount: int = 0
    """Minor units."""
    count: int = 0

    def __add__(self, other: "Use") -> "Use":
        return Use(self.amount + other.amount, self.count + other.count)


@dataclass(frozen=True, slots=True)
class CountedUse:
    """One counter of a holder."""

    currency: Currency
    kind: str
    period: int
    """As `limit_rules.Period` numbers it."""
    use: Use


@dataclass(frozen=True, slots=True)
class Standing:
    """What the operator has stated for a currency, and what a holder has used of it."""

    stated: list[Rule]
    """Of every level."""
    uses: list[CountedUse]

    def used(self, kind: str, period: int) -> Use:
        """What was used of *kind* in the period of that number."""
        counted = (
            each.use for each in self.uses if each.period == period and kind in (ANY, each.kind)
        )
        return sum(counted, Use())


@dataclass(frozen=True, slots=True)
class LimitLine:
    """One limit as it stands: what `/limits` shows of it."""

    rule: Rule
    limit: Money | int
    used: Money | int
    left: Money | int
    resets_at: datetime | None
    """None of what never resets: one payment, and the balance."""


class LimitExceededError(RefusedError):
    """The payment passes a limit of the wallet's level.

    Values: rule, kind, limit, left, resets_at, level, raised_by.  *resets_at* is None for
    a single payment; *raised_by* is the level at which the limit is higher, empty where
    none is.
    """

    code = "limit_exceeded"


class BalanceLimitError(RefusedError):
    """The account would hold more than its level allows.  Values: limit, left, level, raised_by.

    *raised_by* is the level at which the limit is higher; empty where none is.
    """

    code = "balance_limit"


class LimitRuleUnknownError(InvalidRequestError):
    """There is no such level, kind or rule.  Values: known."""

    code = "limit_rule_unknown"


class LimitValueError(InvalidRequestError):
    """A limit is 0 or more, and no more than can be counted.  Values: maximum."""

    code = "limit_value"


class StoredLimits(Protocol):
    """What storage keeps of limits."""

    def take_turn(self, holder: str) -> None:
        """Nobody else decides on this holder's limits until the transaction ends."""

    def standing(self, holder: str, of: Currency, day: int, month: int) -> Standing:
        """What is stated for that currency, and what was used of it in those periods."""

    def use(self, holder: str, kind: str, amount: Money, day: int, month: int) -> None:
        """Count one payment of *amount* in both periods."""

    def give_back(self, holder: str, kind: str, amount: Money, day: int, month: int) -> None:
        """Count one payment of *amount* less in both; never below nothing."""

    def stated(self, of: Currency | None = None) -> list[Rule]:
        """What the operator has stated, of one currency or of all."""

    def uses(self, holder: str, day: int, month: int) -> list[CountedUse]:
        """What was used in those periods, of every currency."""

    def state(self, rule: Rule) -> None:
        """Keep it in place of what was stated before."""

    def unstate(self, key: RuleKey) -> bool:
        """What ships counts again; False where nothing was stated."""

    def forget(self, before: int, *, limit: int) -> int:
        """Drop counters of periods with smaller numbers, *limit* at most; how many there were."""


class Book(holders.Book, Protocol):
    """The part of the book that limits need."""

    @property
    def limits(self) -> StoredLimits: ...


def spend(
    book: Book, terms: LimitTerms, holder: Holder, kind: str, amount: Money, at: datetime
) -> None:
    """Count *amount* of *kind* as spent at that moment, if no limit forbids it.

    *holder* must be as this transaction reads it, for the level decides.

    Raises:
        LimitExceededError: A rule would be passed.
    """
    periods = terms.periods(at)
    book.limits.take_turn(holder.id)
    _check(book, terms, holder, kind, amount, periods)
    book.limits.use(holder.id, kind, amount, periods.day.number, periods.month.number)


def check(
    book: Book, terms: LimitTerms, holder: Holder, kind: str, amount: Money, at: datetime
) -> None:
    """Whether *amount* could be spent now; counts nothing.

    Raises:
        LimitExceededError: A rule would be passed: of several, the one that holds longest.
    """
    _check(book, terms, holder, kind, amount, terms.periods(at))


def _check(
    book: Book, terms: LimitTerms, holder: Holder, kind: str, amount: Money, periods: Periods
) -> None:
    of = amount.currency
    standing = book.limits.standing(holder.id, of, periods.day.number, periods.month.number)
    counted = _counted(standing, terms, holder.level, of, (ANY, kind), periods)
    passed = [_line(*each) for each in counted if _left(*each[:2]) < _taken(each[0], amount)]
    if not passed:
        return
    worst = max(passed, key=_how_long)
    raise LimitExceededError(
        rule=worst.rule.key.name.value,
        kind=worst.rule.key.kind,
        limit=worst.limit,
        left=worst.left,
        resets_at=worst.resets_at,
        level=holder.level.value,
        raised_by=_raised_by(standing.stated, terms, worst.rule),
    )


def give_back(
    book: Book, terms: LimitTerms, holder_id: str, kind: str, amount: Money, used_at: datetime
) -> None:
    """What was counted at *used_at* was let go: its day and month have that room again."""
    periods = terms.periods(used_at)
    book.limits.give_back(holder_id, kind, amount, periods.day.number, periods.month.number)


def take_less(
    book: Book,
    terms: LimitTerms,
    holder_id: str,
    kind: str,
    counted: Money,
    taken: Money,
    used_at: datetime,
) -> None:
    """Of what was *counted* at *used_at* only *taken* is spent; it stays one payment."""
    periods = terms.periods(used_at)
    book.limits.take_turn(holder_id)
    book.limits.give_back(holder_id, kind, counted, periods.day.number, periods.month.number)
    book.limits.use(holder_id, kind, taken, periods.day.number, periods.month.number)


def room_for(book: Book, terms: LimitTerms, holder: Holder, amount: Money) -> None:
    """Whether the holder's account may take *amount* more.

    What is held for payments is in the account until it is captured, and counts.

    Raises:
        BalanceLimitError: It would hold more than its level allows.
    """
    of = amount.currency
    book.limits.take_turn(holder.id)
    stated = book.limits.stated(of)
    rules = rules_of(stated, terms, holder.level, of, (ANY,))
    rule = next((each for each in rules if each.key.name is RuleName.BALANCE), None)
    if rule is None or rule.value is None:
        return
    left = max(rule.value - _kept(book, holder, of), 0)
    if amount.minor > left:
        raise BalanceLimitError(
            limit=Money(rule.value, of),
            left=Money(left, of),
            level=holder.level.value,
            raised_by=_raised_by(stated, terms, rule),
        )


class Limits:
    """What a holder may spend and keep, and what the operator states of it."""

    def __init__(self, *, store: Store[Book], now: Clock, terms: LimitTerms) -> None:
        self._store = store
        self._now = now
        self._terms = terms

    async def show(
        self, *, holder: Holder, currencies: Iterable[Currency]
    ) -> dict[Currency, list[LimitLine]]:
        """Every limit that the holder has, by currency, in the order of the rules."""
        periods = self._terms.periods(self._now())
        day, month = periods.day.number, periods.month.number

        def view(book: Book) -> dict[Currency, list[LimitLine]]:
            stated, uses = book.limits.stated(), book.limits.uses(holder.id, day, month)
            current = book.holders.find(holder.id) or holder
            shown = {}
            for of in currencies:
                standing = Standing(stated, [each for each in uses if each.currency == of])
                counted = _counted(standing, self._terms, current.level, of, KINDS, periods)
                lines = [_line(*each) for each in counted]
                balance = _balance_line(book, stated, self._terms, current, of)
                shown[of] = [*lines, *balance]
            return shown

        return await self._store.read(view)

    async def listed(self, *, currencies: Iterable[Currency]) -> list[Rule]:
        """Every rule of every level: what is stated, and in its absence what ships."""
        stated = await self._store.read(lambda book: book.limits.stated())
        unlimited = [rule for rule in stated if rule.value is None]
        found = [
            rule
            for of in currencies
            for level in Level
            for rule in rules_of(stated, self._terms, level, of, KINDS)
        ]
        return found + [rule for rule in unlimited if rule.key.currency in set(currencies)]

    async def set(self, *, key: RuleKey, value: int | None) -> Rule:
        """State a limit, in minor units or payments; None says that there is none.

        Raises:
            LimitRuleUnknownError: No such kind, or a balance of one kind.
            LimitValueError: *value* is below 0 or too large.
        """
        _known(key)
        maximum = COUNT_MAX if key.name in COUNTS else AMOUNT_MINOR_MAX
        if value is not None and not 0 <= value <= maximum:
            raise LimitValueError(maximum=Rule(key, maximum).limit)
        at = self._now()
        rule = Rule(key, value, is_stated=True)

        def work(book: Book) -> Rule:
            book.limits.state(rule)
            book.steps.add(key.subject, Step("set", _text(rule), "operator", at))
            return rule

        return await self._store.write(work)

    async def reset(self, *, key: RuleKey) -> Rule:
        """What ships counts again.

        Raises:
            LimitRuleUnknownError: No such kind, or a balance of one kind.
        """
        _known(key)
        at = self._now()
        rule = Rule(key, self._terms.shipped.value(key))

        def work(book: Book) -> Rule:
            if book.limits.unstate(key):
                book.steps.add(key.subject, Step("reset", _text(rule), "operator", at))
            return rule

        return await self._store.write(work)

    async def forget(self) -> None:
        """Drop counters that nothing asks for any more, a few at a time: others write too."""
        before = self._terms.oldest_kept(self._now())

        def work(book: Book) -> int:
            return book.limits.forget(before, limit=FORGOTTEN_AT_ONCE)

        while await self._store.write(work) == FORGOTTEN_AT_ONCE:
            pass


def _counted(
    standing: Standing,
    terms: LimitTerms,
    level: Level,
    of: Currency,
    kinds: Iterable[str],
    periods: Periods,
) -> Iterator[tuple[Rule, int, datetime | None]]:
    """The limits on spending, each with what was used of it and when that is forgotten."""
    for rule in rules_of(standing.stated, terms, level, of, kinds):
        if rule.key.name not in SPENDING:
            continue
        period = periods.of(rule.key.name)
        use = Use() if period is None else standing.used(rule.key.kind, period.number)
        used = use.count if rule.key.name in COUNTS else use.amount
        yield rule, used, None if period is None else period.ends_at


def _line(rule: Rule, used: int, resets_at: datetime | None) -> LimitLine:
    limit, left = rule.shown(rule.value or 0), rule.shown(_left(rule, used))
    return LimitLine(rule, limit, rule.shown(used), left, resets_at)


def _left(rule: Rule, used: int) -> int:
    return max((rule.value or 0) - used, 0)


def _balance_line(
    book: Book, stated: list[Rule], terms: LimitTerms, holder: Holder, of: Currency
) -> list[LimitLine]:
    rules = rules_of(stated, terms, holder.level, of, (ANY,))
    kept = _kept(book, holder, of)
    return [_line(rule, kept, None) for rule in rules if rule.key.name is RuleName.BALANCE]


def _kept(book: Book, holder: Holder, of: Currency) -> int:
    balance = book.ledger.balance(account_id(holder.owner, of))
    return 0 if balance is None else balance.posted.minor


def _measured(value: Money | int) -> int:
    return value.minor if isinstance(value, Money) else value


def _taken(rule: Rule, amount: Money) -> int:
    return 1 if rule.key.name in COUNTS else amount.minor


def _how_long(line: LimitLine) -> tuple[bool, datetime | bool, int]:
    """A payment that is too large never passes; else the period that ends last."""
    return line.resets_at is None, line.resets_at or True, -_measured(line.left)


def _raised_by(stated: list[Rule], terms: LimitTerms, passed: Rule) -> str:
    """The first higher level at which the same limit is higher, or there is none."""
    key = passed.key
    for level in key.level.higher:
        rules = rules_of(stated, terms, level, key.currency, (key.kind,))
        same = next((each for each in rules if each.key.name is key.name), None)
        if same is None or (same.value or 0) > (passed.value or 0):
            return level.value
    return ""


def _known(key: RuleKey) -> None:
    if key.kind not in KINDS or (key.name is RuleName.BALANCE and key.kind != ANY):
        raise LimitRuleUnknownError(known=", ".join(KINDS))


def _text(rule: Rule) -> str:
    return "none" if rule.limit is None else str(rule.limit)
