"""Figures of the whole wallet for who watches it: sums and counts, nobody's name.

What is read at every look is small or read by an index; what is counted over all accounts
is apart, for a look that may take a while.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from services.books import Total
from services.clock import Clock
from services.ids import new_id
from services.money import Currency
from services.store import Store

MOVES_MAX = 100_000
"""Transactions added up in one look; who is further behind catches up at the next ones."""

RECENT = timedelta(minutes=10)
"""Of the payments whose outcomes are counted."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """Some things of one name that wait, or were given up."""

    name: str
    number: int
    oldest_at: datetime | None = None
    """Since when the first of them waits; None where it does not matter or none does."""


@dataclass(frozen=True, slots=True)
class Moved:
    """Transfers of one kind and currency, added up."""

    kind: str
    currency: Currency
    transfers: int
    minor: int


@dataclass(frozen=True, slots=True)
class Pulse:
    """What changes from one look to the next."""

    due: list[Backlog]
    """Work whose time has come, by kind."""
    dead: list[Backlog]
    """Work given up on, by kind."""
    updates: list[Backlog]
    """Updates of the inbox, by state."""
    holds: Backlog
    """Open holds; the oldest by its end."""
    providers: list[Backlog]
    """Payments that a provider has not answered for good, by state."""
    down: list[Backlog]
    """Providers that are down, each with its first trouble."""
    unsealed: int
    """Transactions that have no place in the chain yet."""
    position: int
    """Of the newest transaction in the chain that was looked at."""
    moved: list[Moved]
    """Since the look before; nothing at the first."""


@dataclass(frozen=True, slots=True)
class Stocks:
    """What is counted over all there is."""

    totals: list[Total]
    invoices_waiting: int
    payments: dict[str, int]
    """Those begun within `RECENT`, by state."""


class StoredFigures(Protocol):
    """How storage counts."""

    def due(self, at: datetime) -> list[Backlog]:
        """Work whose time has come by then, by kind."""

    def dead(self) -> list[Backlog]:
        """Work given up on, by kind."""

    def updates(self) -> list[Backlog]:
        """Updates that were not handled, by state."""

    def holds(self) -> Backlog:
        """Open holds, and when the first of them ends."""

    def providers(self) -> list[Backlog]:
        """Payments to providers that are sent or unknown, by state."""

    def down(self) -> list[Backlog]:
        """Providers that are taken to be down, by their ids."""

    def unsealed(self) -> int:
        """Transactions that wait for their place in the chain."""

    def position(self) -> int:
        """Of the newest transaction in the chain; 0 where there is none."""

    def moved(self, *, after: int, upto: int) -> list[Moved]:
        """Transfers of the transactions from below the first position to the last."""

    def totals(self) -> list[Total]:
        """All accounts, by currency."""

    def invoices_waiting(self) -> int:
        """Invoices that may be paid."""

    def payments(self, first: str) -> dict[str, int]:
        """Payments whose id is *first* or newer, by state."""

    def touch(self, at: datetime) -> None:
        """Write something that changes nothing."""


class Book(Protocol):
    """The part of the book that figures need."""

    @property
    def figures(self) -> StoredFigures: ...


class Figures:
    """Reads, and remembers how far it has added up what moved."""

    def __init__(self, *, store: Store[Book], now: Clock) -> None:
        self._store = store
        self._now = now
        self._position: int | None = None

    async def pulse(self) -> Pulse:
        """What waits now, and what has moved since this was asked before.

        One caller at a time: two would both be told of the same movement.
        """
        at, after = self._now(), self._position
        pulse = await self._store.read(lambda book: _pulse(book.figures, at, after))
        self._position = pulse.position
        return pulse

    async def stocks(self) -> Stocks:
        """Totals and counts; takes the longer the more wallets there are."""
        first = new_id(self._now() - RECENT)  # ids sort by age

        def view(book: Book) -> Stocks:
            return Stocks(
                book.figures.totals(),
                book.figures.invoices_waiting(),
                book.figures.payments(first),
            )

        return await self._store.read(view)

    async def prove_writable(self) -> None:
        """Commit something, as a payment would have to.

        Raises:
            UnavailableError: Storage takes nothing at the moment.
        """
        at = self._now()
        await self._store.write(lambda book: book.figures.touch(at))


def _pulse(figures: StoredFigures, at: datetime, after: int | None) -> Pulse:
    newest = figures.position()
    start = newest if after is None else after
    upto = min(newest, start + MOVES_MAX)
    return Pulse(
        due=figures.due(at),
        dead=figures.dead(),
        updates=figures.updates(),
        holds=figures.holds(),
        providers=figures.providers(),
        down=figures.down(),
        unsealed=figures.unsealed(),
        position=upto,
        moved=figures.moved(after=start, upto=upto) if upto > start else [],
    )
