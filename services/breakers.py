"""Whether a provider is down: after troubles in a row nobody's money is held for it.

While it is down one attempt after each pause finds out whether it is back; the pauses grow.
The state is one row of the provider's, shared by all processes.  There is none while all is
well, so who pays a provider that answers reads one key and writes nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from services.errors import UnavailableError

logger = structlog.get_logger(__name__)

TROUBLES_MAX = 5
"""So many attempts in a row without an answer, and the provider is down."""

WINDOW = timedelta(minutes=10)
"""Troubles of which the first is older are begun to be counted anew."""

PAUSE_FIRST = timedelta(seconds=30)
PAUSE_MOST = timedelta(minutes=15)

PROBE = timedelta(seconds=60)
"""How long the attempt that finds out is waited for before another may."""


@dataclass(frozen=True, slots=True)
class Breaker:
    """A provider that had troubles since it answered last."""

    provider: str
    troubles: int
    """Attempts in a row that were in vain."""
    since: datetime
    """Of the first of them."""
    pauses: int = 0
    """How many there were; 0 while the provider is not taken to be down."""
    until: datetime | None = None
    """When it may be asked again; None while it is not taken to be down."""
    is_tried: bool = False
    """Whether one attempt is finding out just now; others wait for `until`."""

    @property
    def is_down(self) -> bool:
        """Whether it is taken to be down until it has answered."""
        return self.until is not None


class ProviderDownError(UnavailableError):
    """The provider does not answer at present.  Values: provider, until."""

    code = "provider_down"

    def __init__(self, *, until: datetime, **values: object) -> None:
        super().__init__(until=until, **values)
        self.until = until


class StoredBreakers(Protocol):
    """What storage keeps of providers in trouble."""

    def find(self, provider: str) -> Breaker | None:
        """The provider's, or None while all is well."""

    def find_to_change(self, provider: str) -> Breaker | None:
        """The same; nobody else changes it until the transaction ends."""

    def put(self, breaker: Breaker) -> None:
        """Keep it."""

    def remove(self, provider: str) -> None:
        """All is well again."""

    def down(self) -> list[Breaker]:
        """Those of providers that are taken to be down, by name."""


class Book(Protocol):
    """The part of the book that breakers need."""

    @property
    def breakers(self) -> StoredBreakers: ...


def closed(book: Book, provider: str, at: datetime) -> None:
    """Go on only while *provider* may be asked.

    Raises:
        ProviderDownError: It is down, and when it is tried again.
    """
    found = book.breakers.find(provider)
    if found is not None and found.until is not None and at < found.until:
        raise ProviderDownError(provider=provider, until=found.until)


def attempt(book: Book, provider: str, at: datetime) -> None:
    """The same for who asks the provider right after: of many that wait one finds out.

    Raises:
        ProviderDownError: It is down, or another attempt is finding out just now.
    """
    closed(book, provider, at)
    seen = book.breakers.find(provider)
    if seen is None or not seen.is_down:
        return
    found = book.breakers.find_to_change(provider)
    closed(book, provider, at)  # another may have been quicker
    if found is not None and found.is_down:
        book.breakers.put(replace(found, until=at + PROBE, is_tried=True))


def note(book: Book, provider: str, *, is_up: bool, at: datetime) -> None:
    """Remember how an attempt ended; an answer of any kind means that *provider* is up."""
    if not is_up:
        _count(book, provider, at)
    elif book.breakers.find(provider) is not None:
        _forget(book, provider)


def _count(book: Book, provider: str, at: datetime) -> None:
    found = book.breakers.find_to_change(provider)
    if found is None or (not found.is_down and at > found.since + WINDOW):
        found = Breaker(provider, 0, at)
    if found.until is not None and at < found.until and not found.is_tried:
        return  # it was begun before the pause, and is no news
    troubles = min(found.troubles + 1, TROUBLES_MAX)
    if troubles < TROUBLES_MAX:
        book.breakers.put(replace(found, troubles=troubles))
        return
    pause = min(PAUSE_FIRST * 2 ** min(found.pauses, 20), PAUSE_MOST)
    logger.warning("provider is down", provider=provider, again_after=str(pause))
    pauses = found.pauses + 1
    book.breakers.put(Breaker(provider, troubles, found.since, pauses, at + pause))


def _forget(book: Book, provider: str) -> None:
    found = book.breakers.find_to_change(provider)
    if found is None:
        return
    book.breakers.remove(provider)
    if found.is_down:
        logger.info("provider is back", provider=provider, since=found.since.isoformat())
