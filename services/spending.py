"""What a month's money went for: by category of the catalogue, by shop, and by day.

Of payments that were made in the month and are done.  What was exchanged between own
accounts is not spent; what a shop gave back later is a refund, and stays in the history.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from services import calendars, catalogue
from services.clock import Clock
from services.errors import NotFoundError
from services.holders import Holder
from services.money import Currency, Money
from services.receipt_facts import Issuer
from services.store import Store

PARTS_MAX = 7
"""Categories that are named; what is left is together in one more."""

SHOPS, TRANSFERS, OTHERS = "shops", "transfers", "others"
"""Parts that are of no category of the catalogue."""

_PARTS = {"payment": SHOPS, "card_payment": SHOPS, "transfer": TRANSFERS}
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Spent:
    """One payment that is done."""

    kind: str
    amount: Money
    at: datetime
    title: str
    provider: str
    """Whom of the catalogue it paid; empty where it was somebody else."""


@dataclass(frozen=True, slots=True)
class Part:
    """What went for one thing."""

    name: str
    """A category's id, or one of `shops`, `transfers` and `others`."""
    names: dict[str, str]
    """The category's name, by language; empty where the edge has the word for it."""
    amount: Money
    count: int


@dataclass(frozen=True, slots=True)
class Spending:
    """A month of one currency."""

    month: date
    """Its first day."""
    total: Money
    count: int
    parts: tuple[Part, ...]
    """The largest first."""
    days: tuple[Money, ...]
    """One for each day of the month, from its first."""
    others: tuple[Money, ...]
    """What was spent in other currencies."""
    today: int | None
    """The day of the month that it is now; None where the month is over."""


class NothingSpentError(NotFoundError):
    """Nothing was spent in that month.  Values: month."""

    code = "nothing_spent"


class StoredSpending(Protocol):
    """What storage reads for it."""

    def spent(self, holder: str, since: datetime, until: datetime) -> list[Spent]:
        """Payments of *holder* between the two that are done."""


class Book(catalogue.Book, Protocol):
    """The part of the book that it needs."""

    @property
    def statements(self) -> StoredSpending: ...


class SpendingReports:
    """Reads only."""

    def __init__(
        self,
        *,
        store: Store[Book],
        now: Clock,
        issuer: Issuer,
        currencies: tuple[Currency, ...],
    ) -> None:
        """*currencies*: the first in which anything was spent is shown."""
        self._store = store
        self._now = now
        self._issuer = issuer
        self._currencies = currencies

    async def of_month(self, *, holder: Holder, back: int = 0) -> Spending:
        """The month that lies *back* months behind this one.

        Raises:
            NothingSpentError: There is nothing to show.
        """
        today = calendars.local_day(self._now(), self._issuer.zone)
        first = _month_before(today, back)
        after = _month_before(first, -1)
        since = calendars.moment(first, time(), self._issuer.zone)
        until = calendars.moment(after, time(), self._issuer.zone)

        def view(book: Book) -> Spending:
            spent = book.statements.spent(holder.id, since, until)
            if not spent:
                raise NothingSpentError(month=since)
            return self._drawn(book, spent, first, after, today if back == 0 else None)

        return await self._store.read(view)

    def _drawn(
        self, book: Book, spent: list[Spent], first: date, after: date, today: date | None
    ) -> Spending:
        totals: dict[Currency, int] = defaultdict(int)
        for each in spent:
            totals[each.amount.currency] += each.amount.minor
        shown = next((of for of in self._currencies if of in totals), next(iter(totals)))
        ours = [each for each in spent if each.amount.currency == shown]
        days = [0] * ((after - first) // _DAY)
        for each in ours:
            day = calendars.local_day(each.at, self._issuer.zone)
            days[(day - first) // _DAY] += each.amount.minor
        return Spending(
            month=first,
            total=Money(totals[shown], shown),
            count=len(ours),
            parts=_parts(book, ours, shown),
            days=tuple(Money(minor, shown) for minor in days),
            others=tuple(Money(minor, of) for of, minor in totals.items() if of != shown),
            today=None if today is None else today.day,
        )


def _parts(book: Book, spent: list[Spent], of: Currency) -> tuple[Part, ...]:
    contents = book.catalogue.contents()
    categories = {each.id: each.names for each in contents.categories}
    amounts: dict[str, list[int]] = defaultdict(list)
    for each in spent:
        provider = contents.providers.get(each.provider)
        name = _PARTS.get(each.kind, OTHERS) if provider is None else provider.category
        amounts[name].append(each.amount.minor)
    ordered = sorted(amounts, key=lambda name: (name == OTHERS, -sum(amounts[name]), name))
    named = [name for name in ordered[:PARTS_MAX] if name != OTHERS]
    rest = ordered[len(named) :]
    parts = [
        Part(name, categories.get(name, {}), Money(sum(amounts[name]), of), len(amounts[name]))
        for name in named
    ]
    if rest:
        left = [minor for name in rest for minor in amounts[name]]
        parts.append(Part(OTHERS, {}, Money(sum(left), of), len(left)))
    return tuple(parts)


def _month_before(day: date, back: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - back, 12)
    return date(year, month + 1, 1)
