"""What a holder does with cards: add, freeze, limit, re-issue, close."""

from dataclasses import dataclass, replace
from datetime import datetime

from services import card_details, holders, offers
from services.card_details import Quota
from services.card_numbers import draw_numbers
from services.card_rules import (
    CARDS_MAX,
    OPEN_STATES,
    TRANSITIONS,
    Card,
    CardChangedError,
    CardKind,
    CardNotFoundError,
    LimitUnknownError,
    TooManyCardsError,
    day_of,
    keep,
    month_of,
    new_card,
    theirs,
    write,
)
from services.clock import Clock
from services.history import Step
from services.holders import Holder
from services.ids import NewId
from services.money import Money
from services.offers import Offer, OfferState
from services.states import advance
from services.store import Store
from services.vault import Vault

Book = card_details.Book


@dataclass(frozen=True, slots=True)
class CardPage:
    """What the page of one card shows."""

    card: Card
    spent_day: Money
    spent_month: Money
    quota: Quota


class Cards:
    """What a holder does with cards."""

    def __init__(self, *, store: Store[Book], vault: Vault, now: Clock, new_id: NewId) -> None:
        self._store = store
        self._vault = vault
        self._now = now
        self._new_id = new_id

    async def listed(self, *, holder: Holder) -> list[Card]:
        """The open cards, oldest first."""
        return await self._store.read(lambda book: book.cards.of_holder(holder.id))

    async def open(self, *, holder: Holder, card_id: str) -> CardPage:
        """One card with what it has spent and how often its details may be sent.

        Raises:
            CardNotFoundError: *holder* has no such open card.
        """
        at = self._now()

        def view(book: Book) -> CardPage:
            card = theirs(book, holder.id, card_id)
            return CardPage(
                card,
                Money(book.cards.spent(card.id, day_of(at)), card.currency),
                Money(book.cards.spent(card.id, month_of(at)), card.currency),
                card_details.quota(book, card.id, at),
            )

        return await self._store.read(view)

    async def add(self, *, holder: Holder, kind: CardKind, key: str) -> Card:
        """One more card; again with the same *key* is the same card.

        Raises:
            TooManyCardsError: `CARDS_MAX` are open.
            WalletLockedError: The wallet is locked.
        """
        at = self._now()
        card = new_card(self._new_id(at), holder, kind, at, replaces=None)
        numbers = draw_numbers()
        first_step = f"card-key/{key}"

        def work(book: Book) -> Card:
            for step in book.steps.of(first_step):
                return theirs(book, holder.id, step.reason)
            holders.active(book, holder.id)
            if len(book.cards.of_holder(holder.id)) >= CARDS_MAX:
                raise TooManyCardsError(maximum=CARDS_MAX)
            book.steps.add(first_step, Step("ask", "done", "holder", at, card.id))
            return keep(book, self._vault, card, numbers, "holder")

        return await self._store.write(work)

    async def freeze(self, *, holder: Holder, card_id: str, version: int) -> Card:
        """Stop the card until it is unfrozen.

        Raises:
            CardNotFoundError: *holder* has no such open card.
            CardChangedError: It changed since *version*.
        """
        return await self._change(holder, card_id, version, "freeze")

    async def unfreeze(self, *, holder: Holder, card_id: str, version: int) -> Card:
        """Let a frozen card pay again; raises as `freeze` does."""
        return await self._change(holder, card_id, version, "unfreeze")

    async def limit(
        self, *, holder: Holder, card_id: str, version: int, name: str, amount: Money | None
    ) -> Card:
        """Set the limit `payment`, `day` or `month`, or take it away.

        Raises:
            CardNotFoundError: *holder* has no such open card.
            CardChangedError: It changed since *version*.
            LimitUnknownError: No limit is called *name*.
        """
        if name not in ("payment", "day", "month"):
            raise LimitUnknownError(limits="payment, day, month")
        at, minor = self._now(), None if amount is None else amount.minor

        def work(book: Book) -> Card:
            card = _unchanged(book, holder, card_id, version)
            limits = replace(card.limits, **{name: minor})
            return write(book, replace(card, limits=limits), "limit", at, reason=name)

        return await self._store.write(work)

    async def offer(self, *, holder: Holder, card_id: str, kind: str, key: str) -> Offer:
        """Ask before the card is re-issued (`reissue`) or closed (`close`).

        Raises:
            CardNotFoundError: *holder* has no such open card.
        """
        at = self._now()
        offer_id = self._new_id(at)

        def work(book: Book) -> Offer:
            card = theirs(book, holder.id, card_id)
            content = {"card": card.id}
            subject = f"card/{card.id}"
            until = at + offers.LIFETIME
            return offers.make(
                book, Offer(offer_id, holder.id, key, kind, subject, content, at, until)
            )

        return await self._store.write(work)

    async def reissue(self, *, holder: Holder, offer_id: str) -> Card:
        """A new number and code; the old card is gone at the same moment.

        Done again, it returns the new card.

        Raises:
            OfferNotFoundError, OfferExpiredError, OfferWithdrawnError: No such offer is open.
            CardNotFoundError: The card was closed meanwhile.
        """
        at = self._now()
        card_id, reveal_id, numbers = self._new_id(at), self._new_id(at), draw_numbers()

        def work(book: Book) -> Card:
            used = offers.theirs(book, holder.id, offer_id, "reissue")
            if used.state is OfferState.USED:
                return _successor(book, holder, used.content["card"])
            offer = offers.alive(book, holder.id, offer_id, "reissue", at)
            old = theirs(book, holder.id, offer.content["card"])
            write(
                book, replace(old, state=advance(TRANSITIONS, old.state, "reissue")), "reissue", at
            )
            fresh = replace(
                new_card(card_id, holder, old.kind, at, replaces=old.id), limits=old.limits
            )
            card = keep(book, self._vault, fresh, numbers, "holder")
            offers.move(book, offer, "use")
            card_details.send(book, card, reveal_id, f"reissue:{offer.id}", at)
            return card

        return await self._store.write(work)

    async def close(self, *, holder: Holder, offer_id: str) -> Card:
        """Close the card for good; done again, it returns the closed card.

        Raises:
            OfferNotFoundError, OfferExpiredError, OfferWithdrawnError: No such offer is open.
            CardNotFoundError: The card is gone already.
        """
        at = self._now()

        def work(book: Book) -> Card:
            used = offers.theirs(book, holder.id, offer_id, "close")
            if used.state is OfferState.USED:
                return _whatever_state(book, used.content["card"])
            offer = offers.alive(book, holder.id, offer_id, "close", at)
            card = theirs(book, holder.id, offer.content["card"])
            offers.move(book, offer, "use")
            closed = replace(card, state=advance(TRANSITIONS, card.state, "close"))
            return write(book, closed, "close", at)

        return await self._store.write(work)

    async def expire(self, *, card_id: str) -> bool:
        """The card's last month is over; again is the same.  False where it is not over yet."""
        at = self._now()

        def work(book: Book) -> bool:
            card = book.cards.find(card_id)
            if card is None or card.state not in OPEN_STATES:
                return True
            if at < card.expires_at:
                return False
            state = advance(TRANSITIONS, card.state, "expire")
            write(book, replace(card, state=state), "expire", at, actor="wallet")
            return True

        return await self._store.write(work)

    async def _change(self, holder: Holder, card_id: str, version: int, event: str) -> Card:
        at = self._now()

        def work(book: Book) -> Card:
            card = _unchanged(book, holder, card_id, version)
            state = advance(TRANSITIONS, card.state, event)
            return write(book, replace(card, state=state), event, at)

        return await self._store.write(work)


def issue_first(
    book: Book, vault: Vault, holder: Holder, *, card_id: str, reveal_id: str, at: datetime
) -> None:
    """The card that comes with a wallet; its details go out by themselves."""
    if book.cards.of_holder(holder.id):
        return
    fresh = new_card(card_id, holder, CardKind.VIRTUAL, at, replaces=None)
    card = keep(book, vault, fresh, draw_numbers(), "wallet")
    card_details.send(book, card, reveal_id, f"first:{card.id}", at)


def _unchanged(book: Book, holder: Holder, card_id: str, version: int) -> Card:
    card = theirs(book, holder.id, card_id)
    if card.version != version:
        raise CardChangedError
    return card


def _successor(book: Book, holder: Holder, card_id: str) -> Card:
    for card in book.cards.of_holder(holder.id):
        if card.replaces == card_id:
            return card
    raise CardNotFoundError


def _whatever_state(book: Book, card_id: str) -> Card:
    card = book.cards.find(card_id)
    if card is None:
        raise CardNotFoundError
    return card
