"""Favourites: accounts at providers that a holder has saved, with names of their own.

What was paid to one and when is read from the payments themselves, and kept nowhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from services import holders
from services.account_fields import Keep
from services.catalogue import Provider, ProviderNotFoundError
from services.clock import Clock
from services.errors import InvalidRequestError, NotFoundError, RefusedError
from services.holders import Holder
from services.ids import NewId
from services.money import Money
from services.provider_life import ProviderPayment
from services.store import Store

FAVOURITES_MAX = 50
"""As many as are still found by looking through them."""

NAME_LENGTH_MAX = 40

REMEMBERED = timedelta(days=400)
"""How long what was paid before is offered again: bills of last year's season too."""

_PASSING = (Keep.METER, Keep.DATE)
"""Fields that are new with each payment, and are asked each time."""


@dataclass(frozen=True, slots=True)
class Favourite:
    """An account at a provider that a holder has saved."""

    id: str
    holder: str
    provider: str
    account: str
    """The first of the fields."""
    fields: dict[str, str]
    """As the catalogue normalises them, without what is new with each payment."""
    name: str
    """The holder's own, or empty."""
    created_at: datetime
    used_at: datetime


class FavouriteNotFoundError(NotFoundError):
    """No such saved account, or it is somebody else's."""

    code = "favourite_not_found"


class FavouriteNameError(InvalidRequestError):
    """The name is empty, too long or cannot be shown.  Values: maximum."""

    code = "favourite_name"


class TooManyFavouritesError(RefusedError):
    """The holder has saved as many as there may be.  Values: maximum."""

    code = "too_many_favourites"


class StoredFavourites(Protocol):
    """What storage keeps of favourites."""

    def add(self, favourite: Favourite) -> None:
        """Keep a new one."""

    def find(self, holder: str, favourite_id: str) -> Favourite | None:
        """The one of that id, or None."""

    def of_account(self, holder: str, provider: str, account: str) -> Favourite | None:
        """The one for that account, or None."""

    def of_holder(self, holder: str) -> list[Favourite]:
        """All of them, the one used last first."""

    def change(self, favourite: Favourite) -> bool:
        """Keep its new name, fields and time of use, if it is still there."""

    def remove(self, holder: str, favourite_id: str) -> bool:
        """Forget it; False where it was gone."""


class PastPayments(Protocol):
    """What was paid before."""

    def to_account(
        self, holder: str, provider: str, account: str, since: datetime
    ) -> list[ProviderPayment]:
        """Those of *holder* to that account which did not fail, newest first."""


class StoredProviders(Protocol):
    """The catalogue's providers."""

    def provider(self, provider_id: str, version: int | None = None) -> Provider | None:
        """The provider as it is now, or None."""


class Book(holders.Book, Protocol):
    """The part of the book that favourites need."""

    @property
    def catalogue(self) -> StoredProviders: ...
    @property
    def favourites(self) -> StoredFavourites: ...
    @property
    def provider_payments(self) -> PastPayments: ...


class Favourites:
    """What a holder does with the accounts that they have saved."""

    def __init__(self, *, store: Store[Book], now: Clock, new_id: NewId) -> None:
        self._store = store
        self._now = now
        self._new_id = new_id

    async def listed(self, *, holder: Holder) -> list[Favourite]:
        """All of them, the one used last first."""
        return await self._store.read(lambda book: book.favourites.of_holder(holder.id))

    async def open(self, *, holder: Holder, favourite_id: str) -> Favourite:
        """One of them.

        Raises:
            FavouriteNotFoundError: *holder* has none such.
        """
        return await self._store.read(lambda book: _theirs(book, holder, favourite_id))

    async def use(self, *, holder: Holder, favourite_id: str) -> Favourite:
        """The same, about to be paid: from now on it is the first of the list.

        Raises:
            FavouriteNotFoundError: *holder* has none such.
        """
        at = self._now()

        def work(book: Book) -> Favourite:
            return _changed(book, replace(_theirs(book, holder, favourite_id), used_at=at))

        return await self._store.write(work)

    async def save(
        self, *, holder: Holder, provider_id: str, fields: Mapping[str, str]
    ) -> Favourite:
        """Save an account, without a name yet; the same again is the one that was saved.

        Raises:
            ProviderNotFoundError: There is no such provider, now.
            AccountFieldError: The account is none by its present terms.
            TooManyFavouritesError: There are as many as there may be.
        """
        at = self._now()
        favourite_id = self._new_id(at)

        def work(book: Book) -> Favourite:
            book.holders.find(holder.id)  # whose saved accounts are counted one at a time
            provider = book.catalogue.provider(provider_id)
            if provider is None:
                raise ProviderNotFoundError
            lasting = _lasting(provider, fields)
            account = lasting[provider.fields[0].name]
            known = book.favourites.of_account(holder.id, provider.id, account)
            if known is not None:
                return _changed(book, replace(known, fields=lasting, used_at=at))
            if len(book.favourites.of_holder(holder.id)) >= FAVOURITES_MAX:
                raise TooManyFavouritesError(maximum=FAVOURITES_MAX)
            made = Favourite(favourite_id, holder.id, provider.id, account, lasting, "", at, at)
            book.favourites.add(made)
            return made

        return await self._store.write(work)

    async def rename(self, *, holder: Holder, favourite_id: str, name: str) -> Favourite:
        """Give it a name of the holder's own, at most `NAME_LENGTH_MAX` characters.

        Raises:
            FavouriteNameError: It is empty, too long or cannot be shown.
            FavouriteNotFoundError: *holder* has none such.
        """
        shown = " ".join(name.split())
        if not 0 < len(shown) <= NAME_LENGTH_MAX or not shown.isprintable():
            raise FavouriteNameError(maximum=NAME_LENGTH_MAX)

        def work(book: Book) -> Favourite:
            return _changed(book, replace(_theirs(book, holder, favourite_id), name=shown))

        return await self._store.write(work)

    async def delete(self, *, holder: Holder, favourite_id: str) -> None:
        """Forget it; again is the same."""
        await self._store.write(lambda book: book.favourites.remove(holder.id, favourite_id))

    async def last_amount(self, *, holder: Holder, provider_id: str, account: str) -> Money | None:
        """What *holder* paid to that account last, if anything."""
        since = self._now() - REMEMBERED

        def view(book: Book) -> Money | None:
            paid = book.provider_payments.to_account(holder.id, provider_id, account, since)
            return paid[0].amount if paid else None

        return await self._store.read(view)


def _lasting(provider: Provider, fields: Mapping[str, str]) -> dict[str, str]:
    """Those of *fields* that stay the same from one payment to the next."""
    first, *others = provider.fields
    kept = {first.name: first.read(fields.get(first.name, ""))}
    for each in others:
        if each.keep not in _PASSING and fields.get(each.name):
            kept[each.name] = each.read(fields[each.name])
    return kept


def _theirs(book: Book, holder: Holder, favourite_id: str) -> Favourite:
    found = book.favourites.find(holder.id, favourite_id)
    if found is None:
        raise FavouriteNotFoundError
    return found


def _changed(book: Book, favourite: Favourite) -> Favourite:
    if not book.favourites.change(favourite):
        raise FavouriteNotFoundError
    return favourite
