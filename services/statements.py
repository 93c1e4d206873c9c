"""Statements: what happened on one account in a period, between two balances.

Times are of the operator's zone, and a period is of whole days of it.  A statement is read
on one snapshot, from the transfers themselves, and its closing balance is what the ledger
says the account held then; one that does not tie is never shown.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from services import calendars
from services.clock import Clock
from services.errors import InvalidRequestError, RefusedError
from services.history import Operations
from services.holders import Holder
from services.ledger import AccountId, AccountNotFoundError, Ledger, account_id
from services.money import Currency, Money
from services.phones import masked
from services.receipt_facts import Issuer
from services.store import Store

ENTRIES_MAX = 100_000
"""More makes a file that no phone opens."""

DAYS_MAX = 366 * 5
YEAR_MIN = 2000
"""Before that there was no such wallet; far before, no calendar can be reckoned with."""

_DAY = timedelta(days=1)
_SEPARATOR = re.compile(r"\s*(?:\s[-\u2013\u2014]|[\u2013\u2014]|\.\.\.?|\s|,)\s*")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[./]([0-9]{1,2})[./]([0-9]{4})")
_YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_TWO = 2


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, both ends included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Move:
    """What one transaction did to the account, and the operation it was of."""

    key: str
    kind: str
    cause: str
    at: datetime
    minor: int
    """Signed, in minor units of the account's currency."""
    title: str
    note: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a statement."""

    at: datetime
    kind: str
    subject: str
    """What it was for, as `noun/id`."""
    title: str
    note: str
    amount: Money
    """Signed: what came, or went."""
    balance: Money
    """What the account held after it."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One account's period: opening balance, entries by time, closing balance."""

    issuer: Issuer
    phone: str
    """Of the holder, masked."""
    account: AccountId
    period: Period
    since: datetime
    until: datetime
    """The first moment after it."""
    made_at: datetime
    """Where that is earlier, the period goes on, and so may the statement."""
    opening: Money
    entries: tuple[Entry, ...]
    closing: Money

    @property
    def came(self) -> Money:
        """All that came."""
        amounts = (each.amount.minor for each in self.entries)
        return Money(sum(minor for minor in amounts if minor > 0), self.opening.currency)

    @property
    def went(self) -> Money:
        """All that went, as a positive amount."""
        amounts = (each.amount.minor for each in self.entries)
        return Money(-sum(minor for minor in amounts if minor < 0), self.opening.currency)


class PeriodNotUnderstoodError(InvalidRequestError):
    """The text is not two dates, the earlier first, or they are still to come."""

    code = "period_not_understood"


class PeriodTooLongError(InvalidRequestError):
    """More than one statement covers.  Values: days."""

    code = "period_too_long"


class StatementTooLongError(RefusedError):
    """So much happened that a shorter period must be asked for.  Values: entries, maximum."""

    code = "statement_too_long"


class StatementDoesNotTieError(RuntimeError):
    """The transfers do not lead to the balance of the ledger: the books are wrong."""


class StoredStatements(Protocol):
    """What storage reads for statements."""

    def before(self, account: AccountId, at: datetime) -> int:
        """The sum of the account's transfers before *at*, in minor units."""

    def since(self, account: AccountId, at: datetime) -> int:
        """The sum of those at *at* and later."""

    def count(self, account: AccountId, since: datetime, until: datetime) -> int:
        """How many transactions moved something between the two."""

    def moves(
        self, account: AccountId, holder: str, since: datetime, until: datetime
    ) -> list[Move]:
        """Those transactions, by time."""


class Book(Protocol):
    """The part of the book that statements need."""

    @property
    def ledger(self) -> Ledger: ...
    @property
    def operations(self) -> Operations: ...
    @property
    def statements(self) -> StoredStatements: ...


class Statements:
    """Reads only."""

    def __init__(self, *, store: Store[Book], now: Clock, issuer: Issuer) -> None:
        self._store = store
        self._now = now
        self._issuer = issuer

    async def of_period(self, *, holder: Holder, currency: Currency, period: Period) -> Statement:
        """The statement of *holder*'s account in *currency*.

        Raises:
            AccountNotFoundError: There is no such account.
            PeriodTooLongError: The period is of more than five years.
            StatementTooLongError: It would have too many entries.
        """
        _short_enough(period)
        at = self._now()
        since = calendars.moment(period.first, time(), self._issuer.zone)
        until = calendars.moment(period.last + _DAY, time(), self._issuer.zone)
        account = account_id(holder.owner, currency)

        def view(book: Book) -> Statement:
            balance = book.ledger.balance(account)
            if balance is None:
                raise AccountNotFoundError(currency=currency.code)
            count = book.statements.count(account, since, until)
            if count > ENTRIES_MAX:
                raise StatementTooLongError(entries=count, maximum=ENTRIES_MAX)
            closing = balance.posted.minor - book.statements.since(account, until)
            opening = book.statements.before(account, since)
            moves = book.statements.moves(account, holder.id, since, until)
            return Statement(
                issuer=self._issuer,
                phone=masked(holder.phone),
                account=account,
                period=period,
                since=since,
                until=until,
                made_at=at,
                opening=Money(opening, currency),
                entries=_entries(moves, opening, Money(closing, currency)),
                closing=Money(closing, currency),
            )

        return await self._store.read(view)

    def this_month(self) -> Period:
        """From the first of the month to today."""
        today = self._today()
        return Period(today.replace(day=1), today)

    def last_month(self) -> Period:
        """The whole month before this one."""
        last = self._today().replace(day=1) - _DAY
        return Period(last.replace(day=1), last)

    def parse(self, text: str) -> Period:
        """Two dates as people write them: `01.11.2026 - 15.11.2026`; one is that day.

        Raises:
            PeriodNotUnderstoodError: They are none, out of order, or all still to come.
            PeriodTooLongError: They are more than five years apart.
        """
        parts = [each for each in _SEPARATOR.split(text.strip()) if each not in ("", "-")]
        days = [_day(each) for each in parts[: _TWO + 1]]
        if not 1 <= len(days) <= _TWO or None in days:
            raise PeriodNotUnderstoodError
        first, last = days[0], days[-1]
        if first is None or last is None or last < first or first > self._today():
            raise PeriodNotUnderstoodError
        return _short_enough(Period(first, last))

    def _today(self) -> date:
        return calendars.local_day(self._now(), self._issuer.zone)


def _short_enough(period: Period) -> Period:
    if period.last - period.first >= DAYS_MAX * _DAY:
        raise PeriodTooLongError(days=DAYS_MAX)
    return period


def _entries(moves: list[Move], opening: int, closing: Money) -> tuple[Entry, ...]:
    """The moves with the balance after each; the last one must be the closing balance."""
    entries, balance = [], opening
    for move in moves:
        balance += move.minor
        entry = Entry(
            at=move.at,
            kind=move.kind,
            subject=move.cause,
            title=move.title,
            note=move.note,
            amount=Money(move.minor, closing.currency),
            balance=Money(balance, closing.currency),
        )
        entries.append(entry)
    if balance != closing.minor:
        raise StatementDoesNotTieError(f"{balance} by transfers, {closing.minor} by the ledger")
    return tuple(entries)


def _day(text: str) -> date | None:
    match = _DAY_FIRST.fullmatch(text)
    parts = match.groups()[::-1] if match else None
    if parts is None:
        match = _YEAR_FIRST.fullmatch(text)
        parts = match.groups() if match else None
    if parts is None:
        return None
    try:
        return date(max(int(parts[0]), YEAR_MIN), int(parts[1]), int(parts[2]))
    except ValueError:
        return None
