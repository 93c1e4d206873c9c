"""How the operator changes the catalogue: by whole files, and one provider at a time.

A provider whose terms have changed gets a new version; the same file again changes
nothing.  Nobody is deleted: payments keep the terms that they were made under.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from services import catalogue, catalogue_terms
from services.catalogue import Category, Contents, Provider, ProviderNotFoundError
from services.clock import Clock
from services.history import Step, Steps
from services.store import Store


class ClosedBy(StrEnum):
    """Who has withdrawn a provider; a file reopens only what a file has closed."""

    NOBODY = ""
    FILE = "file"
    OPERATOR = "operator"


class Change(StrEnum):
    """What an import has done to a category or a provider."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    OPENED = "opened"
    CLOSED = "closed"
    STAYS_CLOSED = "stays_closed"
    """The operator has closed it by hand, and a file doesn't open it."""


@dataclass(frozen=True, slots=True)
class CatalogueFile:
    """What a file says, checked; the versions in it mean nothing."""

    categories: tuple[Category, ...]
    providers: tuple[Provider, ...]
    """In the order in which they are listed; those that it closes have `is_open` false."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What has become of one thing of the file."""

    id: str
    change: Change
    version: int = 0
    """Of a provider's terms, as they are now."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import has done."""

    version: int
    """Of the catalogue; the same as before where nothing has changed."""
    categories: tuple[Changed, ...]
    providers: tuple[Changed, ...]


@dataclass(frozen=True, slots=True)
class KeptProvider:
    """A provider as storage has it."""

    id: str
    version: int
    digest: str
    position: int
    closed_by: ClosedBy


class StoredCatalogue(catalogue.StoredCatalogue, Protocol):
    """What storage keeps of the catalogue, for who changes it."""

    def begin(self) -> None:
        """Be the only one who changes the catalogue until the transaction ends."""

    def kept_category(self, category_id: str) -> Category | None:
        """A category as it is kept, or None."""

    def put_category(self, category: Category) -> None:
        """Keep it in place of the one of that id."""

    def kept_provider(self, provider_id: str) -> KeptProvider | None:
        """What is kept of a provider, or None."""

    def kept_providers(self) -> list[KeptProvider]:
        """What is kept of all."""

    def put_provider(self, kept: KeptProvider) -> None:
        """Keep that in place of what was kept."""

    def add_terms(self, provider_id: str, version: int, text: str, at: datetime) -> None:
        """Keep the terms of a version that is new."""

    def finish(self) -> int:
        """The version of the catalogue: a new one, which all processes notice, if it differs."""


class Book(Protocol):
    """The part of the book that changing the catalogue needs."""

    @property
    def catalogue(self) -> StoredCatalogue: ...
    @property
    def steps(self) -> Steps: ...


class CatalogueImports:
    """The operator's side of the catalogue."""

    def __init__(self, *, store: Store[Book], now: Clock) -> None:
        self._store = store
        self._now = now

    async def import_(self, *, file: CatalogueFile, close_missing: bool = False) -> ImportResult:
        """Make the catalogue what *file* says; what it does not name stays as it is.

        With *close_missing* all providers that it does not name are closed.
        """
        at = self._now()

        def work(book: Book) -> ImportResult:
            book.catalogue.begin()
            categories = tuple(_put_category(book, each) for each in file.categories)
            providers = [
                _put_provider(book, each, position, at)
                for position, each in enumerate(file.providers)
            ]
            if close_missing:
                providers += _close_others(book, {each.id for each in file.providers}, at)
            return ImportResult(book.catalogue.finish(), categories, tuple(providers))

        return await self._store.write(work)

    async def close(self, *, provider_id: str, reason: str = "") -> Provider:
        """Take no payments for a provider until it is opened; again is the same.

        Raises:
            ProviderNotFoundError: There is none such.
        """
        return await self._turn(provider_id, ClosedBy.OPERATOR, reason)

    async def open(self, *, provider_id: str) -> Provider:
        """Take payments for a provider that was closed; again is the same.

        Raises:
            ProviderNotFoundError: There is none such.
        """
        return await self._turn(provider_id, ClosedBy.NOBODY, "")

    async def contents(self) -> Contents:
        """All of the catalogue, for who lists it."""
        return await self._store.read(lambda book: book.catalogue.contents())

    async def versions(self, *, provider_id: str) -> list[Provider]:
        """All the terms that a provider ever had, the newest first.

        Raises:
            ProviderNotFoundError: There is none such.
        """

        def view(book: Book) -> list[Provider]:
            newest = book.catalogue.provider(provider_id)
            if newest is None:
                raise ProviderNotFoundError
            older = range(newest.version - 1, 0, -1)
            found = (book.catalogue.provider(provider_id, version) for version in older)
            return [newest, *(each for each in found if each is not None)]

        return await self._store.read(view)

    async def _turn(self, provider_id: str, closed_by: ClosedBy, why: str) -> Provider:
        at = self._now()

        def work(book: Book) -> Provider:
            book.catalogue.begin()
            kept = book.catalogue.kept_provider(provider_id)
            if kept is None:
                raise ProviderNotFoundError
            if kept.closed_by != closed_by:
                _turn(book, kept, closed_by, at, why)
                book.catalogue.finish()
            found = book.catalogue.provider(provider_id, kept.version)
            if found is None:
                raise ValueError(f"provider {provider_id} has no terms")
            return found

        return await self._store.write(work)


def _put_category(book: Book, category: Category) -> Changed:
    before = book.catalogue.kept_category(category.id)
    if before == category:
        return Changed(category.id, Change.UNCHANGED)
    book.catalogue.put_category(category)
    return Changed(category.id, Change.ADDED if before is None else Change.CHANGED)


def _put_provider(book: Book, provider: Provider, position: int, at: datetime) -> Changed:
    text = catalogue_terms.terms_text(provider)
    digest = catalogue_terms.digest(text)
    before = book.catalogue.kept_provider(provider.id)
    closed_by = _closed_by(before, provider)
    is_same = before is not None and before.digest == digest
    version = (0 if before is None else before.version) + (not is_same)
    kept = KeptProvider(provider.id, version, digest, position, closed_by)
    if kept == before:
        return Changed(provider.id, _still(kept, provider), version)
    book.catalogue.put_provider(kept)
    if not is_same:
        book.catalogue.add_terms(provider.id, version, text, at)
    change = _change(before, kept)
    if change is not Change.UNCHANGED:
        state = "open" if closed_by is ClosedBy.NOBODY else "closed"
        book.steps.add(provider.owner, Step(change.value, state, "operator", at, f"v{version}"))
    return Changed(provider.id, change, version)


def _closed_by(before: KeptProvider | None, provider: Provider) -> ClosedBy:
    if before is not None and before.closed_by is ClosedBy.OPERATOR:
        return ClosedBy.OPERATOR
    return ClosedBy.NOBODY if provider.is_open else ClosedBy.FILE


def _still(kept: KeptProvider, provider: Provider) -> Change:
    is_kept_closed = kept.closed_by is ClosedBy.OPERATOR and provider.is_open
    return Change.STAYS_CLOSED if is_kept_closed else Change.UNCHANGED


def _change(before: KeptProvider | None, kept: KeptProvider) -> Change:
    if before is None:
        return Change.ADDED
    if before.version != kept.version:
        return Change.CHANGED
    if before.closed_by != kept.closed_by:
        return Change.OPENED if kept.closed_by is ClosedBy.NOBODY else Change.CLOSED
    return Change.UNCHANGED


def _close_others(book: Book, named: set[str], at: datetime) -> list[Changed]:
    closed = []
    for kept in book.catalogue.kept_providers():
        if kept.id not in named and kept.closed_by is ClosedBy.NOBODY:
            _turn(book, kept, ClosedBy.FILE, at, "not in the file")
            closed.append(Changed(kept.id, Change.CLOSED, kept.version))
    return closed


def _turn(book: Book, kept: KeptProvider, closed_by: ClosedBy, at: datetime, why: str) -> None:
    event, state = ("open", "open") if closed_by is ClosedBy.NOBODY else ("close", "closed")
    turned = KeptProvider(kept.id, kept.version, kept.digest, kept.position, closed_by)
    book.catalogue.put_provider(turned)
    book.steps.add(f"provider/{kept.id}", Step(event, state, "operator", at, why))
