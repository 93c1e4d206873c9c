"""From an offer to what it offers: Confirm reserves the money, the code carries it out.

The same for everything that leaves a holder's account: nothing moves on a tap alone, and
however often any step is repeated, one offer is carried out once.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Generic, TypeVar

from services import codes, offers
from services.clock import Clock
from services.errors import WalletError, raise_refusal
from services.holders import Book, Holder
from services.ids import NewId
from services.offers import (
    Offer,
    OfferExpiredError,
    OfferState,
    OfferUsedError,
    OfferWithdrawnError,
)
from services.store import Store
from services.vault import Vault


@dataclass(frozen=True, slots=True)
class Shown:
    """An offer with all that a screen says of it."""

    offer: Offer


BookT = TypeVar("BookT", bound=Book)
ShownT = TypeVar("ShownT", bound=Shown)


class Confirming(ABC, Generic[BookT, ShownT]):
    """The steps between an offer and its receipt; what they mean is its heirs' business."""

    kind: ClassVar[str]
    """Of the offers."""
    purpose: ClassVar[str]
    """Of the codes, which names the text of the SMS."""

    def __init__(self, *, store: Store[BookT], vault: Vault, now: Clock, new_id: NewId) -> None:
        self._store = store
        self._vault = vault
        self._now = now
        self._new_id = new_id

    @abstractmethod
    def _show(self, book: BookT, holder: Holder, offer: Offer) -> ShownT:
        """*offer* with what it is about, as they are now."""

    @abstractmethod
    def _hold(
        self, book: BookT, holder: Holder, shown: ShownT, new_id: str, at: datetime
    ) -> ShownT:
        """Reserve the money, or raise what forbids it."""

    @abstractmethod
    def _needs_code(self, shown: ShownT) -> bool:
        """Whether a code is asked before it is carried out."""

    @abstractmethod
    def _named(self, holder: Holder, shown: ShownT) -> dict[str, str]:
        """What the text of the SMS names beside the code."""

    @abstractmethod
    def _obstacle(
        self, book: BookT, holder: Holder, shown: ShownT, at: datetime
    ) -> WalletError | None:
        """What has come between the hold and the right code, if anything has."""

    @abstractmethod
    def _carry_out(self, book: BookT, shown: ShownT, at: datetime) -> ShownT:
        """Do what was offered; the offer is used."""

    @abstractmethod
    def _drop(self, book: BookT, shown: ShownT, event: str, reason: str, at: datetime) -> ShownT:
        """End the offer by *event* without effect; what it reserved is free again."""

    def _say_why_over(self, book: BookT, offer: Offer, at: datetime) -> None:
        """Raise what ended the thing itself, which says more than the end of its offer."""

    def _over_because(self, book: BookT, offer: Offer) -> str:
        """Why the offer is over before its time; empty where it is not."""
        del book, offer
        return ""

    async def confirm(self, *, holder: Holder, offer_id: str) -> ShownT:
        """Reserve the money and send the code, or carry it out where no code is asked.

        Called again it returns what has become of the offer.

        Raises:
            OfferNotFoundError, OfferExpiredError, OfferWithdrawnError: No such offer is open.
            CodeThrottledError: Too many codes for this phone.
            and whatever forbids it now.
        """
        at = self._now()
        thing_id, code_id = self._new_id(at), self._new_id(at)

        def work(book: BookT) -> ShownT:
            known = offers.theirs(book, holder.id, offer_id, self.kind)
            if known.state in (OfferState.CONFIRMED, OfferState.USED):
                return self._show(book, holder, known)
            offer = self._still_alive(book, known, at)
            held = self._hold(book, holder, self._show(book, holder, offer), thing_id, at)
            if not self._needs_code(held):
                return self._carry_out(book, held, at)
            moved = replace(held, offer=offers.move(book, offer, "confirm", code_id=code_id))
            self._send_code(book, holder, moved, at)
            return moved

        return await self._store.write(work)

    async def resend(self, *, holder: Holder, offer_id: str, key: str | None = None) -> ShownT:
        """Send another code; the one before is void.  Again with *key* is the same code.

        A tap that comes after the end gets the receipt.

        Raises:
            OfferNotFoundError, OfferExpiredError, OfferWithdrawnError: No such offer waits
                for a code.
            CodeThrottledError: Too many codes for this phone, or too soon.
        """
        at = self._now()
        code_id = self._new_id(at)

        def work(book: BookT) -> ShownT:
            known = offers.theirs(book, holder.id, offer_id, self.kind)
            if known.state is OfferState.USED:
                return self._show(book, holder, known)
            offer = self._still_alive(book, known, at)
            if codes.was_sent(book, offer.code_id, key):
                return self._show(book, holder, offer)
            shown = self._show(book, holder, replace(offer, code_id=code_id))
            self._send_code(book, holder, shown, at, key)
            if not book.offers.change(shown.offer, was=OfferState.CONFIRMED):
                raise OfferUsedError
            return shown

        return await self._store.write(work)

    async def prove(
        self, *, holder: Holder, offer_id: str, typed: str, key: str | None = None
    ) -> ShownT:
        """Carry it out, if *typed* is the code that was sent.

        Called again after it succeeded, it returns the receipt; a wrong code that comes
        again with its *key* is not counted again.

        Raises:
            CodeWrongError, CodeExpiredError, CodeExhaustedError: Not the right code.
            OfferNotFoundError, OfferExpiredError, OfferWithdrawnError: No such offer waits.
            and what has come between meanwhile: the money is free again then.
        """
        at = self._now()

        def work(book: BookT) -> ShownT | WalletError:
            known = offers.theirs(book, holder.id, offer_id, self.kind)
            if known.state is OfferState.USED:
                return self._show(book, holder, known)
            offer = self._still_alive(book, known, at)
            # Before the code: who confirms something else has the holder, and sends a code.
            shown = self._show(book, holder, offer)
            obstacle = self._obstacle(book, holder, shown, at)
            refusal = codes.check(
                book,
                self._vault,
                code_id=offer.code_id,
                typed=typed,
                content=offer.digest,
                at=at,
                key=key,
            )
            if refusal is not None:
                return refusal
            if obstacle is not None:
                self._drop(book, shown, "withdraw", obstacle.code, at)
                return obstacle
            return self._carry_out(book, shown, at)

        return raise_refusal(await self._store.write(work))

    async def withdraw(self, *, holder: Holder, offer_id: str) -> ShownT:
        """The holder does not want it; what was reserved is free again.

        Raises:
            OfferNotFoundError, OfferUsedError, OfferExpiredError, OfferWithdrawnError:
                No such offer is open.
        """
        at = self._now()

        def work(book: BookT) -> ShownT:
            offer = offers.alive(book, holder.id, offer_id, self.kind, at)
            shown = self._show(book, holder, offer)
            book.holders.find(holder.id)  # before code and money, as who confirms
            return self._drop(book, shown, "withdraw", "cancelled", at)

        return await self._store.write(work)

    async def expire(self, offer_id: str) -> bool:
        """The offer's time is over, or its subject is; what it reserved is free again.

        False where it is not over yet.
        """
        at = self._now()

        def work(book: BookT) -> bool:
            offer = book.offers.find(offer_id)
            if offer is None or offer.state not in (OfferState.OPEN, OfferState.CONFIRMED):
                return True
            is_late = at >= offer.expires_at
            reason = self._over_because(book, offer)
            if reason or is_late:
                holder = book.holders.find(offer.holder)
                if holder is None:
                    raise ValueError(f"offer {offer.id} is nobody's")
                shown = self._show(book, holder, offer)
                self._drop(book, shown, "expire", reason or "expired", at)
            return bool(reason) or is_late

        return await self._store.write(work)

    def _still_alive(self, book: BookT, known: Offer, at: datetime) -> Offer:
        """The offer, if it can be used; if not, what ended its subject is said first."""
        try:
            return offers.still_alive(known, at)
        except (OfferExpiredError, OfferWithdrawnError):
            self._say_why_over(book, known, at)
            raise

    def _send_code(
        self, book: BookT, holder: Holder, shown: ShownT, at: datetime, key: str | None = None
    ) -> None:
        offer = shown.offer
        codes.send(
            book,
            code_id=offer.code_id or "",
            phone=holder.phone,
            purpose=self.purpose,
            subject=f"offer/{offer.id}",
            content=offer.digest,
            language=holder.language,
            at=at,
            values=self._named(holder, shown),
            key=key,
        )
