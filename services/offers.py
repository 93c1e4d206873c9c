"""Offers: what exactly a confirmation button confirms.

Stored before it is shown, so that what happens is what was read; used once, by its holder
only, before it expires.  The button carries the offer's id and nothing else.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from services import codes
from services.clock import Clock
from services.due import DueWork, Work
from services.errors import KeyReusedError, NotFoundError, RefusedError
from services.history import Steps
from services.states import advance
from services.store import Store

LIFETIME = timedelta(minutes=15)
"""How long an offer waits for Confirm."""


class OfferState(StrEnum):
    """Open until confirmed, then used; or it ends without effect."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    USED = "used"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


TRANSITIONS = {
    (OfferState.OPEN, "confirm"): OfferState.CONFIRMED,
    (OfferState.OPEN, "use"): OfferState.USED,
    (OfferState.OPEN, "expire"): OfferState.EXPIRED,
    (OfferState.OPEN, "withdraw"): OfferState.WITHDRAWN,
    (OfferState.CONFIRMED, "use"): OfferState.USED,
    (OfferState.CONFIRMED, "expire"): OfferState.EXPIRED,
    (OfferState.CONFIRMED, "withdraw"): OfferState.WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class Offer:
    """What was shown, waiting to be confirmed."""

    id: str
    holder: str
    key: str
    """What asked for it, unique: the same update makes the same offer."""
    kind: str
    """`payment`, `provider_payment`, `exchange`, `reissue`, `close`, `unlock` ..."""
    subject: str
    """What it is about, as `noun/id`."""
    content: dict[str, Any]
    created_at: datetime
    expires_at: datetime
    state: OfferState = OfferState.OPEN
    code_id: str | None = None

    @property
    def digest(self) -> bytes:
        """What binds its code to it."""
        facts = [self.id, self.kind, self.subject, self.content]
        return codes.content_of(json.dumps(facts, sort_keys=True))


class OfferNotFoundError(NotFoundError):
    """No such offer, or it is somebody else's."""

    code = "offer_not_found"


class OfferUsedError(RefusedError):
    """The offer was carried out before."""

    code = "offer_used"


class OfferWithdrawnError(RefusedError):
    """The offer was cancelled before."""

    code = "offer_withdrawn"


class OfferExpiredError(RefusedError):
    """The offer waited too long; nothing happened."""

    code = "offer_expired"


class Offers(Protocol):
    """What storage keeps of offers."""

    def add(self, offer: Offer) -> None:
        """Keep a new one."""

    def find(self, offer_id: str) -> Offer | None:
        """The offer, whoever's it is, or None."""

    def with_key(self, key: str) -> Offer | None:
        """The offer made for that cause, or None."""

    def of_subject(self, subject: str) -> list[Offer]:
        """Those about *subject* that are open or confirmed."""

    def change(self, offer: Offer, *, was: OfferState) -> bool:
        """Keep its new state and code, if it still is as it *was*."""


class Book(Protocol):
    """The part of the book that offers need."""

    @property
    def offers(self) -> Offers: ...
    @property
    def due(self) -> DueWork: ...
    @property
    def codes(self) -> codes.Codes: ...
    @property
    def steps(self) -> Steps: ...


def make(book: Book, offer: Offer) -> Offer:
    """Keep *offer*, or return the one that its key made before; it expires by itself.

    Raises:
        KeyReusedError: The key made another offer, or one of somebody else.
    """
    first = made_before(book, offer.key, offer.holder, offer.kind, offer.subject)
    return keep(book, offer) if first is None else first


def keep(book: Book, offer: Offer) -> Offer:
    """Keep *offer*, whose key made none before, as `made_before` says; it expires by itself."""
    book.offers.add(offer)
    payload = {"offer": offer.id}
    book.due.add(
        Work(
            key=f"expire:offer:{offer.id}",
            kind="expire_offer",
            lane=f"holder/{offer.holder}",
            payload=payload,
            due_at=offer.expires_at,
            created_at=offer.created_at,
        )
    )
    return offer


def made_before(book: Book, key: str, holder: str, kind: str, subject: str) -> Offer | None:
    """The offer that *key* made, or None; raises as `make` does."""
    first = book.offers.with_key(key)
    if first is not None and (first.holder, first.kind, first.subject) != (holder, kind, subject):
        raise KeyReusedError(key=key)
    return first


def theirs(book: Book, holder: str, offer_id: str, kind: str) -> Offer:
    """The offer of that kind, in whatever state, if it is *holder*'s.

    Raises:
        OfferNotFoundError: It is not.
    """
    offer = book.offers.find(offer_id)
    if offer is None or offer.holder != holder or offer.kind != kind:
        raise OfferNotFoundError
    return offer


def alive(book: Book, holder: str, offer_id: str, kind: str, at: datetime) -> Offer:
    """The offer, if it can still be confirmed or used at *at*.

    Raises:
        OfferNotFoundError: It is somebody else's, or there is none.
        OfferUsedError, OfferWithdrawnError, OfferExpiredError: It has ended.
    """
    return still_alive(theirs(book, holder, offer_id, kind), at)


def still_alive(offer: Offer, at: datetime) -> Offer:
    """*offer*, as it was just read; raises as `alive` does if it has ended."""
    if offer.state is OfferState.USED:
        raise OfferUsedError
    if offer.state is OfferState.WITHDRAWN:
        raise OfferWithdrawnError
    if offer.state is OfferState.EXPIRED or at >= offer.expires_at:
        raise OfferExpiredError
    return offer


def move(book: Book, offer: Offer, event: str, *, code_id: str | None = None) -> Offer:
    """Carry *offer* along an edge of its state machine.

    Raises:
        StateError: It has no such edge from where it is.
        OfferUsedError: Somebody else moved it meanwhile.
    """
    state = advance(TRANSITIONS, offer.state, event)
    moved = replace(offer, state=state, code_id=code_id or offer.code_id)
    if not book.offers.change(moved, was=offer.state):
        raise OfferUsedError
    if event in ("use", "withdraw", "expire"):
        codes.void(book, offer.code_id)
        book.due.cancel(f"expire:offer:{offer.id}")
    return moved


class OfferExpiry:
    """Ends offers whose time is over; those that hold money are ended by their own service."""

    def __init__(
        self,
        *,
        store: Store[Book],
        now: Clock,
        holding: Mapping[str, Callable[[str], Awaitable[bool]]],
    ) -> None:
        """*holding*: by the kind of offer, what ends the one of that id."""
        self._store = store
        self._now = now
        self._holding = holding

    async def expire(self, *, offer_id: str) -> bool:
        """End the offer without effect; False where its time has not come yet."""
        offer = await self._store.read(lambda book: book.offers.find(offer_id))
        if offer is not None and offer.kind in self._holding:
            return await self._holding[offer.kind](offer_id)
        at = self._now()

        def work(book: Book) -> bool:
            found = book.offers.find(offer_id)
            if found is None or found.state not in (OfferState.OPEN, OfferState.CONFIRMED):
                return True
            if at < found.expires_at:
                return False
            move(book, found, "expire")
            return True

        return await self._store.write(work)
