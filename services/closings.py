"""Daily closings: all that moved a merchant's money on one day, between two balances.

Read from the transfers themselves on one snapshot; the balances are the ledger's, and a
closing that does not lead from one to the other is never shown.  What is in the file of a
day that is over stays so: made again it is the same file.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from services import calendars, merchants
from services.clock import Clock
from services.errors import InvalidRequestError
from services.ledger import AccountId, account_id
from services.merchants import Merchant
from services.money import Currency
from services.settlements import in_payout, reserve
from services.statements import StatementDoesNotTieError, StoredStatements
from services.store import Store

MARGIN = timedelta(minutes=10)
"""After a day's end: what moved in its last second is in the books by then."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Purse:
    """A merchant's three accounts in one currency, or what moved on them; minor units."""

    balance: int
    reserve: int
    in_payout: int

    def __add__(self, other: "Purse") -> "Purse":
        return Purse(
            self.balance + other.balance,
            self.reserve + other.reserve,
            self.in_payout + other.in_payout,
        )

    @property
    def own(self) -> int:
        """What the wallet owes the merchant: balance and reserve."""
        return self.balance + self.reserve


@dataclass(frozen=True, slots=True)
class ClosingEntry:
    """What one transaction did to the merchant's money."""

    at: datetime
    kind: str
    """`payment`, `cash_payment`, `refund`, `reserve`, `payout`, `payout_paid` ..."""
    subject: str
    """What it was for, as `noun/id`."""
    fee_minor: int
    """Taken by the wallet; negative where it was given back."""
    moved: Purse
    invoice: str | None = None
    reference: str | None = None
    """The merchant's own number of the invoice."""

    @property
    def gross_minor(self) -> int:
        """What was paid or refunded, the fee included."""
        return self.moved.own + self.fee_minor


@dataclass(frozen=True, slots=True)
class ControlTotal:
    """All entries of one kind, added up."""

    kind: str
    count: int
    gross_minor: int
    fee_minor: int
    moved: Purse


@dataclass(frozen=True, slots=True)
class Closing:
    """One currency of a merchant's day."""

    merchant: Merchant
    day: date
    zone: str
    currency: Currency
    opening: Purse
    entries: tuple[ClosingEntry, ...]
    closing: Purse

    @property
    def totals(self) -> tuple[ControlTotal, ...]:
        """Of each kind that there is, by name."""
        return tuple(
            _total(kind, [each for each in self.entries if each.kind == kind])
            for kind in sorted({each.kind for each in self.entries})
        )


class ClosingDayError(InvalidRequestError):
    """The day is not over yet.  Values: day."""

    code = "closing_day"


class StoredClosings(Protocol):
    """What storage reads for closings."""

    def entries(
        self, accounts: tuple[AccountId, AccountId, AccountId], since: datetime, until: datetime
    ) -> list[ClosingEntry]:
        """What moved balance, reserve and payouts from *since* on and before *until*."""


class Book(merchants.Book, Protocol):
    """The part of the book that closings need."""

    @property
    def closings(self) -> StoredClosings: ...
    @property
    def statements(self) -> StoredStatements: ...


class Closings:
    """Reads only."""

    def __init__(self, *, store: Store[Book], now: Clock, zone: str) -> None:
        """*zone*: whose days they are."""
        self._store = store
        self._now = now
        self._zone = zone

    async def of_day(self, *, merchant_id: str, day: date) -> list[Closing]:
        """The merchant's day, a closing for each currency, its own first.

        Raises:
            MerchantNotFoundError: There is none.
            ClosingDayError: The day is not over.
        """
        since = calendars.moment(day, time(), self._zone)
        until = calendars.moment(day + _DAY, time(), self._zone)
        if self._now() < until + MARGIN:
            raise ClosingDayError(day=day.isoformat())

        def view(book: Book) -> list[Closing]:
            merchant = merchants.known(book, merchant_id)
            held = {each.posted.currency for each in book.ledger.balances(merchant.owner)}
            ordered = sorted(held, key=lambda of: (of != merchant.currency, of.code))
            return [self._closing(book, merchant, of, day, since, until) for of in ordered]

        return await self._store.read(view)

    def _closing(
        self,
        book: Book,
        merchant: Merchant,
        of: Currency,
        day: date,
        since: datetime,
        until: datetime,
    ) -> Closing:
        owner = merchant.owner
        accounts = (account_id(owner, of), reserve(owner, of), in_payout(owner, of))
        opening = Purse(*(book.statements.before(each, since) for each in accounts))
        closing = Purse(*(_held(book, each, until) for each in accounts))
        entries = tuple(book.closings.entries(accounts, since, until))
        reached = sum((each.moved for each in entries), opening)
        if reached != closing:
            raise StatementDoesNotTieError(f"{reached} by transfers, {closing} by the ledger")
        return Closing(merchant, day, self._zone, of, opening, entries, closing)


def _held(book: Book, account: AccountId, until: datetime) -> int:
    """What the ledger says the account held at *until*."""
    balance = book.ledger.balance(account)
    if balance is None:
        return 0
    return balance.posted.minor - book.statements.since(account, until)


def _total(kind: str, entries: list[ClosingEntry]) -> ControlTotal:
    return ControlTotal(
        kind,
        len(entries),
        sum(each.gross_minor for each in entries),
        sum(each.fee_minor for each in entries),
        sum((each.moved for each in entries), Purse(0, 0, 0)),
    )
