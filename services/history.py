"""What happened: the steps of each thing's life, and a holder's operations.

A step is written with every change of state and never changes.  An operation is what the
holder sees as one line of the history; it follows the state of what it stands for.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.errors import InvalidRequestError, NotFoundError
from services.money import DEFAULT_CURRENCIES, Currency, Money
from services.store import Store

PAGE_SIZE = 8
"""Lines of a list that a phone shows without scrolling."""

SEARCH_LENGTH_MAX = 64


@dataclass(frozen=True, slots=True)
class Step:
    """One change in a thing's life."""

    event: str
    state: str
    """The state it led to."""
    actor: str
    """Who did it: `holder`, `merchant`, `terminal`, `operator` or `wallet`."""
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """One line of a holder's history."""

    id: str
    holder: str
    kind: str
    """`payment`, `provider_payment`, `exchange`, `topup`, `refund` or `correction`."""
    subject: str
    """What it stands for, as `noun/id`; its steps are kept under this name."""
    amount: Money
    """Signed: what came to the holder, or went."""
    state: str
    title: str
    """The other side, as the holder knows it."""
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which operations to list; None means any."""

    kind: str | None = None
    currency: Currency | None = None
    since: datetime | None = None
    text: str | None = None
    """Part of the title or the note, in any case of letters."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some operations, newest first, and where the next page starts."""

    operations: list[Operation]
    next: str | None


class Steps(Protocol):
    """What storage keeps of the lives of things."""

    def add(self, subject: str, step: Step) -> None:
        """Append *step* to the life of *subject*."""

    def of(self, subject: str) -> list[Step]:
        """The life of *subject*, from its beginning."""


class Operations(Protocol):
    """What storage keeps of operations."""

    def put(self, operation: Operation) -> None:
        """Add it, or change the state of the one that stands for the same subject."""

    def find(self, holder: str, operation_id: str) -> Operation | None:
        """The operation, or None if *holder* has none such."""

    def page(
        self, holder: str, wanted: Wanted, *, before: str | None, limit: int
    ) -> list[Operation]:
        """Operations older than the id *before*, newest first."""


class Book(Protocol):
    """The part of the book that history needs."""

    @property
    def steps(self) -> Steps: ...
    @property
    def operations(self) -> Operations: ...


class OperationNotFoundError(NotFoundError):
    """No such operation, or it is somebody else's."""

    code = "operation_not_found"


class SearchTooLongError(InvalidRequestError):
    """More was typed than anything is called.  Values: maximum."""

    code = "search_too_long"


class History:
    """Reads only, so it never waits for those who write."""

    def __init__(
        self, *, store: Store[Book], currencies: tuple[Currency, ...] = DEFAULT_CURRENCIES
    ) -> None:
        """*currencies*: those of the wallets, by which a list can be narrowed."""
        self._store = store
        self.currencies = currencies

    async def page(
        self, *, holder: str, wanted: Wanted, before: str | None = None, limit: int = PAGE_SIZE
    ) -> Page:
        """Operations of *holder*, newest first; *before* is the last page's `next`."""
        if wanted.text is not None and len(wanted.text) > SEARCH_LENGTH_MAX:
            raise SearchTooLongError(maximum=SEARCH_LENGTH_MAX)
        found = await self._store.read(
            lambda book: book.operations.page(holder, wanted, before=before, limit=limit + 1)
        )
        more = len(found) > limit
        return Page(found[:limit], found[limit - 1].id if more else None)

    async def open(self, *, holder: str, operation_id: str) -> tuple[Operation, list[Step]]:
        """One operation and every step of its life.

        Raises:
            OperationNotFoundError: *holder* has none such.
        """

        def view(book: Book) -> tuple[Operation, list[Step]]:
            operation = book.operations.find(holder, operation_id)
            if operation is None:
                raise OperationNotFoundError
            return operation, book.steps.of(operation.subject)

        return await self._store.read(view)
