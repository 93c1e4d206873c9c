"""A card's details on their way to its owner, never whole by one road.

The number and the first digit of the security code go by SMS; the rest is shown once, on
the card's own page.  The code is not kept at all: it follows from a key, the number, the
expiry and a counter, as issuers do it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from services import card_rules, holders
from services.card_rules import OPEN_STATES, Card, CardNotFoundError
from services.clock import Clock
from services.due import Work
from services.errors import NotFoundError, RefusedError
from services.holders import Holder
from services.ids import NewId
from services.offers import OfferExpiredError
from services.store import Store
from services.vault import Vault

CODE_DIGITS = 3
SMS_CODE_DIGITS = 1
"""How much of the security code goes by SMS; the page has the rest."""

SENDS_PER_DAY_MAX = 5
REVEAL_LIFETIME = timedelta(minutes=10)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reveal:
    """Once that details were sent: an SMS, and one look at the card's page."""

    id: str
    card: str
    holder: str
    key: str
    sent_at: datetime
    expires_at: datetime
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Quota:
    """How often a card's details may still be sent, and when it is more again."""

    left: int
    most: int
    until: datetime | None
    """When the oldest sending stops counting; None when none counts."""


@dataclass(frozen=True, slots=True)
class CardSms:
    """The part of the details that goes by SMS."""

    phone: str
    language: str
    number: str
    code_start: str


@dataclass(frozen=True, slots=True)
class CardRest:
    """The part of the details that the card's page shows, once."""

    last_four: str
    expires: str
    code_end: str


class TooManySendsError(RefusedError):
    """The details were sent as often as is allowed.  Values: maximum, retry_at."""

    code = "too_many_sends"


class RevealNotFoundError(NotFoundError):
    """Nothing to show: seen already, too late, or somebody else's."""

    code = "reveal_not_found"


class StoredReveals(Protocol):
    """What storage keeps of the times that details were sent."""

    def add(self, reveal: Reveal) -> None:
        """Keep a new one."""

    def since(self, card_id: str, at: datetime) -> list[Reveal]:
        """Those of the card sent after *at*, oldest first."""

    def find(self, reveal_id: str) -> Reveal | None:
        """The sending of that id, or None."""

    def with_key(self, key: str) -> Reveal | None:
        """The sending that *key* asked for, or None."""

    def see(self, reveal_id: str, at: datetime) -> bool:
        """It is being looked at; False when it was before."""


class Book(card_rules.Book, Protocol):
    """The part of the book that card details need."""

    @property
    def reveals(self) -> StoredReveals: ...


class CardDetails:
    """Sends a card's details, and shows the rest of them."""

    def __init__(self, *, store: Store[Book], vault: Vault, now: Clock, new_id: NewId) -> None:
        self._store = store
        self._vault = vault
        self._now = now
        self._new_id = new_id

    async def send(self, *, holder: Holder, card_id: str, key: str) -> Reveal:
        """Send the SMS and allow one look at the page; again with *key* is the same.

        Raises:
            CardNotFoundError: *holder* has no such open card.
            TooManySendsError: `SENDS_PER_DAY_MAX` in 24 hours.
            OfferExpiredError: *key* made one more than a day ago.
        """
        at = self._now()
        reveal_id = self._new_id(at)

        def work(book: Book) -> Reveal:
            card = card_rules.theirs(book, holder.id, card_id)
            return send(book, card, reveal_id, key, at)

        return await self._store.write(work)

    async def see(self, *, telegram_id: int, reveal_id: str) -> CardRest:
        """The rest of the details, once, for the card's owner.

        Raises:
            RevealNotFoundError: Seen, too late, not theirs, or the card is gone.
        """
        at = self._now()

        def work(book: Book) -> CardRest:
            reveal = book.reveals.find(reveal_id)
            holder = book.holders.of_telegram(telegram_id)
            if reveal is None or holder is None or reveal.holder != holder.id:
                raise RevealNotFoundError
            card = book.cards.find(reveal.card)
            if card is None or card.state not in OPEN_STATES or at >= reveal.expires_at:
                raise RevealNotFoundError
            if not book.reveals.see(reveal_id, at):
                raise RevealNotFoundError
            code = self._code(book, card)
            return CardRest(card.last_four, card.expires, code[SMS_CODE_DIGITS:])

        return await self._store.write(work)

    async def announced(self, *, reveal_id: str) -> Card | None:
        """The card whose details were sent; None when there is nothing to look at any more."""
        at = self._now()

        def view(book: Book) -> Card | None:
            reveal = book.reveals.find(reveal_id)
            if reveal is None or reveal.seen_at is not None or at >= reveal.expires_at:
                return None
            card = book.cards.find(reveal.card)
            return card if card is not None and card.state in OPEN_STATES else None

        return await self._store.read(view)

    async def sms(self, *, card_id: str) -> CardSms:
        """What the SMS says; read when it is sent, so that it never waits in clear.

        Raises:
            CardNotFoundError: The card is gone.
        """

        def view(book: Book) -> CardSms:
            card = book.cards.find(card_id)
            holder = None if card is None else book.holders.find(card.holder)
            if card is None or holder is None or card.state not in OPEN_STATES:
                raise CardNotFoundError
            code = self._code(book, card)
            return CardSms(
                holder.phone, holder.language, self._number(book, card), code[:SMS_CODE_DIGITS]
            )

        return await self._store.read(view)

    def _number(self, book: Book, card: Card) -> str:
        sealed = book.cards.number(card.id)
        if sealed is None:
            raise CardNotFoundError
        return self._vault.open(book.data_keys, sealed, table="cards", row=card.id, field="number")

    def _code(self, book: Book, card: Card) -> str:
        return security_code(
            self._vault, self._number(book, card), card.expires, card.code_counter
        )


def security_code(vault: Vault, number: str, expires: str, counter: int) -> str:
    """The code of a card of that *number*; *expires* is YYMM."""
    fields = (number, expires, str(counter))
    return vault.digits("card security code", CODE_DIGITS, *fields)


def send(book: Book, card: Card, reveal_id: str, key: str, at: datetime) -> Reveal:
    """Send the details of *card*, or return the sending that *key* made before.

    Raises:
        TooManySendsError: `SENDS_PER_DAY_MAX` in 24 hours.
        OfferExpiredError: *key* made one more than a day ago.
    """
    earlier = book.reveals.with_key(key)
    if earlier is not None:
        if at >= earlier.sent_at + _DAY:
            raise OfferExpiredError
        return earlier
    allowed = quota(book, card.id, at)
    if not allowed.left:
        raise TooManySendsError(maximum=allowed.most, retry_at=allowed.until)
    reveal = Reveal(reveal_id, card.id, card.holder, key, at, at + REVEAL_LIFETIME)
    book.reveals.add(reveal)
    payload = {"card": card.id, "holder": card.holder}
    lane = f"sms/{card.holder}"
    book.due.add(Work(f"card:{reveal.id}", "sms_card", lane, payload, at, at, priority=2))
    subject = f"reveal/{reveal.id}"
    holders.notify(book, card.holder, "card", subject, at, key=f"card:{reveal.id}", priority=2)
    return reveal


def quota(book: Book, card_id: str, at: datetime) -> Quota:
    """How often the details of the card may be sent at the moment *at*."""
    sent = book.reveals.since(card_id, at - _DAY)
    until = sent[0].sent_at + _DAY if sent else None
    return Quota(max(SENDS_PER_DAY_MAX - len(sent), 0), SENDS_PER_DAY_MAX, until)
