"""Where a payer may be sent back to: origins that the merchant has registered.

A payment page that leads anywhere lends its good name to whoever makes up a link.  So an
address counts only if its origin (scheme, host, port) is the merchant's: registered as one,
or that of an address at which the merchant is told of payments.
"""

import re
from collections.abc import Iterable
from typing import Protocol
from urllib.parse import quote, urlsplit

from services import merchants
from services.errors import InvalidRequestError, NotFoundError, RefusedError
from services.merchants import Merchant
from services.store import Store

URL_LENGTH_MAX = 2000
ORIGINS_MAX = 20
"""Of one merchant."""

_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\]")
_MISREAD = re.compile(r"[\x00-\x20\x7f\\\"'<>`{}|^]")
"""What browsers drop, or read as something else than this does."""

_AS_IT_IS = "/?#[]@!$&()*+,;=:%~-._"


class ReturnAddressError(InvalidRequestError):
    """Not an http or https address with a host in Latin letters."""

    code = "return_address"


class ReturnAddressUnknownError(NotFoundError):
    """The merchant has not registered it."""

    code = "return_address_unknown"


class ReturnAddressRefusedError(InvalidRequestError):
    """Nobody is sent back there: register its origin first.  Values: url."""

    code = "return_address_refused"


class ReturnAddressesFullError(RefusedError):
    """The merchant has as many as are allowed.  Values: maximum."""

    code = "return_addresses_full"


class StoredReturnAddresses(Protocol):
    """What storage keeps of return addresses."""

    def add(self, merchant: str, origin: str) -> None:
        """Keep one; one that is there stays."""

    def of_merchant(self, merchant: str) -> list[str]:
        """The registered origins, in order."""

    def remove(self, merchant: str, origin: str) -> bool:
        """Whether it was there."""

    def told_at(self, merchant: str) -> list[str]:
        """All addresses at which the merchant is told of payments, or takes payers back."""


class Book(merchants.Book, Protocol):
    """The part of the book that return addresses need."""

    @property
    def return_addresses(self) -> StoredReturnAddresses: ...


class ReturnAddresses:
    """The origins that a merchant has registered."""

    def __init__(self, *, store: Store[Book]) -> None:
        self._store = store

    async def add(self, *, merchant_id: str, url: str) -> str:
        """Register the origin of *url*, which is returned; again is the same.

        Raises:
            ReturnAddressError: *url* has none.
            ReturnAddressesFullError: `ORIGINS_MAX` are registered.
            MerchantNotFoundError: There is no such merchant.
        """
        origin = _origin(url)

        def work(book: Book) -> str:
            merchants.known(book, merchant_id)
            known = book.return_addresses.of_merchant(merchant_id)
            if origin not in known and len(known) >= ORIGINS_MAX:
                raise ReturnAddressesFullError(maximum=ORIGINS_MAX)
            book.return_addresses.add(merchant_id, origin)
            return origin

        return await self._store.write(work)

    async def listed(self, *, merchant_id: str) -> list[str]:
        """The registered origins.

        Raises:
            MerchantNotFoundError: There is no such merchant.
        """

        def view(book: Book) -> list[str]:
            merchants.known(book, merchant_id)
            return book.return_addresses.of_merchant(merchant_id)

        return await self._store.read(view)

    async def remove(self, *, merchant_id: str, url: str) -> str:
        """Send nobody back to the origin of *url* any more.

        Raises:
            ReturnAddressError, ReturnAddressUnknownError: It was not registered.
        """
        origin = _origin(url)
        if not await self._store.write(
            lambda book: book.return_addresses.remove(merchant_id, origin)
        ):
            raise ReturnAddressUnknownError
        return origin

    async def replace(self, *, merchant_id: str, urls: Iterable[str]) -> list[str]:
        """Have the origins of *urls* registered and no others; which they are.

        Raises:
            ReturnAddressError: One of them has none.
            ReturnAddressesFullError: There are more than `ORIGINS_MAX`.
            MerchantNotFoundError: There is no such merchant.
        """
        wanted = {_origin(each) for each in urls}
        if len(wanted) > ORIGINS_MAX:
            raise ReturnAddressesFullError(maximum=ORIGINS_MAX)

        def work(book: Book) -> list[str]:
            merchants.known(book, merchant_id)
            for known in book.return_addresses.of_merchant(merchant_id):
                if known not in wanted:
                    book.return_addresses.remove(merchant_id, known)
            for each in sorted(wanted):
                book.return_addresses.add(merchant_id, each)
            return book.return_addresses.of_merchant(merchant_id)

        return await self._store.write(work)


def may_return(book: Book, merchant: Merchant, url: str) -> bool:
    """Whether a payer of *merchant* may be sent to *url*."""
    return returning(book, merchant, [url]) is not None


def returning(book: Book, merchant: Merchant, urls: Iterable[str | None]) -> str | None:
    """The first of *urls* that a payer of *merchant* may be sent to, in ASCII; None of none."""
    given = [written for url in urls if url and (written := plainly_written(url)) is not None]
    if not given:
        return None
    own = set(book.return_addresses.of_merchant(merchant.id))
    told = [merchant.webhook_url or "", *book.return_addresses.told_at(merchant.id)]
    own |= {origin for each in told if (origin := origin_of(each)) is not None}
    return next((url for url in given if origin_of(url) in own), None)


def registered(book: Book, merchant: Merchant, urls: Iterable[str]) -> None:
    """Whether a payer of *merchant* may be sent to each of *urls*.

    Raises:
        ReturnAddressRefusedError: To one of them not.
    """
    for url in urls:
        if not may_return(book, merchant, url):
            raise ReturnAddressRefusedError(url=url)


def origin_of(url: str) -> str | None:
    """Scheme, host and port of *url*; None where browsers might read another from it."""
    if len(url) > URL_LENGTH_MAX or _MISREAD.search(url):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    host = (parts.hostname or "").lower()
    host = f"[{host}]" if ":" in host else host
    known = parts.scheme in _DEFAULT_PORTS and _HOST.fullmatch(host)
    if not known or "@" in parts.netloc or not url[len(parts.scheme) :].startswith("://"):
        return None
    is_usual = port in (None, _DEFAULT_PORTS[parts.scheme])
    return f"{parts.scheme}://{host}" + ("" if is_usual else f":{port}")


def plainly_written(url: str) -> str | None:
    """*url* in ASCII; None where it has no origin that all browsers read alike."""
    return None if origin_of(url) is None else quote(url, safe=_AS_IT_IS)


def _origin(url: str) -> str:
    origin = origin_of(url.strip())
    if origin is None:
        raise ReturnAddressError
    return origin
