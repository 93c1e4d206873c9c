"""What merchants were told and what they said to it; what failed is sent again from here.

Sending itself is the gateway's: it notes each attempt here.  What a shop answers is kept
short and without anything that looks like a secret, for it is shown to people.
"""

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from services.clock import Clock
from services.due import DueWork, Work, WorkNotFoundError
from services.errors import RefusedError
from services.ids import NewId
from services.merchants import Merchant
from services.notifications import lane
from services.store import Store

KEPT = timedelta(days=30)
"""How long attempts are remembered."""

ANSWER_LENGTH_MAX = 500
_LOOKED_AT_MAX = 4_096
"""Of an answer; far enough past what is kept for a secret at its edge to be seen whole."""

PAGE_MAX = 100
FAILED_MAX = 100
FORGOTTEN_AT_ONCE = 10_000

TEST_PAUSE = timedelta(seconds=10)
"""Between two tests of one merchant: a button must not be a means to flood somebody."""

MASK = "•••"
_RUN = re.compile(r"[A-Za-z0-9+/_=.-]{13,}")
_NUMBER = re.compile(r"[0-9A-Fa-f]{13,}")
"""Hashes, and the numbers of cards."""

RUN_LENGTH_MAX = 20
"""From here on a run of letters and digits together is taken for a key or a token."""


class Outcome(StrEnum):
    """Accepted, to be tried again, or never again by itself."""

    DELIVERED = "delivered"
    AGAIN = "again"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt to tell a merchant something."""

    id: str
    merchant: str
    work: str
    """The key of the due work; a test's own name."""
    kind: str
    about: str
    """What it was about: noun/id."""
    url: str
    """Without its query, which may hold the shop's secrets or ours."""
    attempt: int
    status: int | None
    """Of HTTP; None: there was no answer."""
    outcome: Outcome
    detail: str
    """Why it was not accepted; empty where it was."""
    answer: str
    """The beginning of what the shop said, secrets masked."""
    millis: int
    at: datetime


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """Some attempts, newest first, and where the next page starts."""

    deliveries: list[Delivery]
    next: str | None


class TestTooSoonError(RefusedError):
    """The merchant was sent a test a moment ago.  Values: retry_at."""

    __test__ = False

    code = "test_too_soon"


class NothingToTestError(RefusedError):
    """The merchant has told the wallet no address that it wants to be told at."""

    code = "nothing_to_test"


class StoredDeliveries(Protocol):
    """What storage keeps of attempts."""

    def add(self, delivery: Delivery) -> None:
        """Keep it."""

    def of_merchant(
        self, merchant: str, *, work: str | None, before: str | None, limit: int
    ) -> list[Delivery]:
        """The merchant's, newest first; of one piece of *work* where it is named."""

    def forget(self, before: datetime, limit: int) -> int:
        """Drop at most *limit* of those made before; how many were dropped."""


class Book(Protocol):
    """The part of the book that deliveries need."""

    @property
    def deliveries(self) -> StoredDeliveries: ...
    @property
    def due(self) -> DueWork: ...


Probe = Callable[[Merchant], Awaitable[list[Delivery]]]
"""Sends a merchant a test in each way that it has set up, and says what came of each."""


async def unprobed(merchant: Merchant) -> list[Delivery]:  # noqa: ARG001  # a Probe
    """Where nothing can be sent from."""
    return []


class Deliveries:
    """The log of attempts, what failed, and tests."""

    def __init__(
        self, *, store: Store[Book], now: Clock, new_id: NewId, probe: Probe = unprobed
    ) -> None:
        self._store = store
        self._now = now
        self._new_id = new_id
        self._probe = probe

    def new_id(self) -> str:
        """For an attempt or a test that begins now."""
        return self._new_id(self._now())

    async def note(self, *, delivery: Delivery) -> None:
        """Keep an attempt."""
        await self._store.write(lambda book: book.deliveries.add(delivery))

    async def page(
        self,
        *,
        merchant: Merchant,
        work: str | None = None,
        before: str | None = None,
        limit: int = 20,
    ) -> DeliveryPage:
        """The merchant's attempts, newest first; *before* is the last page's `next`.

        Only those of one piece of *work* where its key is given.
        """
        size = min(limit, PAGE_MAX)
        found = await self._store.read(
            lambda book: book.deliveries.of_merchant(
                merchant.id, work=work, before=before, limit=size + 1
            )
        )
        more = len(found) > size
        return DeliveryPage(found[:size], found[size - 1].id if more else None)

    async def failed(self, *, merchant: Merchant, limit: int = FAILED_MAX) -> list[Work]:
        """What the merchant could not be told and nobody tries any more, newest first."""
        size = min(limit, FAILED_MAX)
        return await self._store.read(lambda book: book.due.dead(limit=size, lane=lane(merchant)))

    async def resend(self, *, merchant: Merchant, key: str) -> None:
        """Try what failed again from now on, as often as if it were new.

        Raises:
            WorkNotFoundError: Nothing of that key failed for this merchant.
        """
        at = self._now()
        of = lane(merchant)
        if not await self._store.write(lambda book: book.due.revive(key, due_at=at, lane=of)):
            raise WorkNotFoundError(work=key)

    async def test(self, *, merchant: Merchant) -> list[Delivery]:
        """Send a test in each way that the merchant has set up; what came of each.

        It is signed as the real ones are, names no order and says that it is a test.  It is
        sent once and waited for, at most as long as a shop may take to answer.

        Raises:
            TestTooSoonError: Another one was sent within `TEST_PAUSE`.
            NothingToTestError: No way is set up.
        """
        tests = await self.page(merchant=merchant, work=key_of_tests(merchant), limit=1)
        for last in tests.deliveries:
            if self._now() < last.at + TEST_PAUSE:
                raise TestTooSoonError(retry_at=last.at + TEST_PAUSE)
        made = await self._probe(merchant)
        if not made:
            raise NothingToTestError
        return made

    async def forget(self) -> None:
        """Drop the attempts made longer than `KEPT` ago, in pieces."""
        before = self._now() - KEPT
        while await self._store.write(
            lambda book: book.deliveries.forget(before, FORGOTTEN_AT_ONCE)
        ):
            pass


def key_of_tests(merchant: Merchant) -> str:
    """What the log calls the work of the merchant's tests; there is no such due work."""
    return f"test:{merchant.id}"


def shown_answer(text: str, secrets: Iterable[str] = ()) -> str:
    """The beginning of what a shop said, fit to be kept: one line, short, secrets masked."""
    seen = text[:_LOOKED_AT_MAX]
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        seen = seen.replace(secret, MASK)
    masked = _RUN.sub(_shown_run, seen)
    plain = "".join(letter if letter.isprintable() else " " for letter in masked)
    return " ".join(plain.split())[:ANSWER_LENGTH_MAX]


def _shown_run(run: re.Match[str]) -> str:
    text = run[0]
    is_mixed = any(map(str.isdigit, text)) and any(map(str.isalpha, text))
    return MASK if is_mixed and len(text) >= RUN_LENGTH_MAX else _NUMBER.sub(MASK, text)


def shown_url(url: str) -> str:
    """An address without its query."""
    place, has_query, _ = url.partition("?")
    return f"{place}?…" if has_query else place
