"""Virtual cards: made with the wallet, frozen, limited, replaced and closed.

A card's balance is the wallet's.  Its number is sealed and also kept as a keyed hash; its
security code is not kept at all but follows from a key, the number, the expiry and a
counter, as issuers do it.  Details never travel whole by one road: the number and the
first digit of the code go by SMS, the rest is shown once on the card's own page.
"""

import calendar
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from services import holders
from services.card_numbers import number_index
from services.due import Work
from services.errors import InvalidRequestError, NotFoundError, RefusedError
from services.history import Step
from services.holders import Holder
from services.money import RUB, Currency, Money
from services.states import advance
from services.vault import DataKeys, Vault

VALID_YEARS = 3
CARDS_MAX = 5
"""Cards that one holder may have open at once."""

_DAY = timedelta(days=1)


class CardKind(StrEnum):
    """A single-use card closes with its first payment."""

    VIRTUAL = "virtual"
    SINGLE_USE = "single_use"


class CardState(StrEnum):
    """Active and frozen back and forth; the rest is final, and the number is gone."""

    ACTIVE = "active"
    FROZEN = "frozen"
    REISSUED = "reissued"
    CLOSED = "closed"
    EXPIRED = "expired"


TRANSITIONS = {
    (CardState.ACTIVE, "freeze"): CardState.FROZEN,
    (CardState.FROZEN, "unfreeze"): CardState.ACTIVE,
    **{
        (state, event): final
        for state in (CardState.ACTIVE, CardState.FROZEN)
        for event, final in (
            ("reissue", CardState.REISSUED),
            ("close", CardState.CLOSED),
            ("expire", CardState.EXPIRED),
        )
    },
}
OPEN_STATES = (CardState.ACTIVE, CardState.FROZEN)


@dataclass(frozen=True, slots=True)
class Limits:
    """The most a card may pay, in minor units of its currency; None is no limit."""

    payment: int | None = None
    day: int | None = None
    month: int | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A card as it may be shown: without its number and its code."""

    id: str
    holder: str
    kind: CardKind
    last_four: str
    expires: str
    """YYMM; good until the end of that month."""
    currency: Currency
    created_at: datetime
    state: CardState = CardState.ACTIVE
    version: int = 1
    """Changes with every change of the card, so that an old button is recognised."""
    limits: Limits = Limits()
    code_counter: int = 1
    replaces: str | None = None

    @property
    def expires_at(self) -> datetime:
        """The first moment at which the card is no longer good."""
        year, month = 2000 + int(self.expires[:2]), int(self.expires[2:])
        last = calendar.monthrange(year, month)[1]
        return datetime(year, month, last, tzinfo=UTC) + _DAY


class CardNotFoundError(NotFoundError):
    """No such card, or it is somebody else's, or it is gone."""

    code = "card_not_found"


class CardChangedError(RefusedError):
    """The card was changed since the button was made."""

    code = "card_changed"


class CardFrozenError(RefusedError):
    """The card is frozen; its owner can unfreeze it."""

    code = "card_frozen"


class CardLimitError(RefusedError):
    """The payment passes a limit of the card.  Values: rule, limit, left, resets_at."""

    code = "card_limit"


class TooManyCardsError(RefusedError):
    """The holder has as many open cards as are allowed.  Values: maximum."""

    code = "too_many_cards"


class LimitUnknownError(InvalidRequestError):
    """There is no limit of that name.  Values: limits."""

    code = "limit_unknown"


class StoredCards(Protocol):
    """What storage keeps of cards."""

    def add(self, card: Card, *, number: bytes, index: bytes) -> None:
        """Keep a new one with its sealed number and the number's keyed hash."""

    def find(self, card_id: str) -> Card | None:
        """The card, whoever's it is, or None."""

    def with_index(self, index: bytes) -> Card | None:
        """The card whose number has that keyed hash, or None."""

    def of_holder(self, holder: str) -> list[Card]:
        """The open cards of *holder*, oldest first."""

    def change(self, card: Card, *, was: int) -> bool:
        """Keep it as the version after *was*; a final state drops the number."""

    def number(self, card_id: str) -> bytes | None:
        """The sealed number, or None when it is gone."""

    def spent(self, card_id: str, since: datetime) -> int:
        """What it paid or holds since then, in minor units."""


class Book(holders.Book, Protocol):
    """The part of the book that cards need."""

    @property
    def cards(self) -> StoredCards: ...
    @property
    def data_keys(self) -> DataKeys: ...


def theirs(book: Book, holder: str, card_id: str) -> Card:
    """The card, if it is *holder*'s and open.

    Raises:
        CardNotFoundError: It is not.
    """
    card = book.cards.find(card_id)
    if card is None or card.holder != holder or card.state not in OPEN_STATES:
        raise CardNotFoundError
    return card


def charge(book: Book, card: Card, amount: Money, at: datetime) -> None:
    """Whether the card may pay *amount* now; the limits count what it holds too.

    Raises:
        CardFrozenError: It is frozen.
        CardNotFoundError: Its last month is over.
        CardLimitError: A limit would be passed.
    """
    if card.state is not CardState.ACTIVE:
        raise CardFrozenError
    if at >= card.expires_at:
        raise CardNotFoundError
    day, month = day_of(at), month_of(at)
    checks = (
        ("payment", card.limits.payment, None, None),
        ("day", card.limits.day, day, day + _DAY),
        ("month", card.limits.month, month, _next_month(month)),
    )
    for rule, limit, since, resets_at in checks:
        if limit is None:
            continue
        spent = 0 if since is None else book.cards.spent(card.id, since)
        if spent + amount.minor > limit:
            raise CardLimitError(
                rule=rule,
                limit=Money(limit, card.currency),
                left=Money(max(limit - spent, 0), card.currency),
                resets_at=resets_at,
            )


def used_up(book: Book, card: Card, at: datetime) -> None:
    """A single-use card closes with its payment."""
    if card.kind is CardKind.SINGLE_USE:
        closed = replace(card, state=advance(TRANSITIONS, card.state, "close"))
        write(book, closed, "close", at, actor="wallet")


def new_card(
    card_id: str, holder: Holder, kind: CardKind, at: datetime, *, replaces: str | None
) -> Card:
    """A card without a number yet, good for `VALID_YEARS`."""
    expires = f"{(at.year + VALID_YEARS) % 100:02d}{at.month:02d}"
    return Card(card_id, holder.id, kind, "", expires, RUB, at, replaces=replaces)


def keep(book: Book, vault: Vault, card: Card, numbers: list[str], actor: str) -> Card:
    """Give *card* the first of *numbers* that is free, and keep it; it expires by itself."""
    number = next(
        each for each in numbers if book.cards.with_index(number_index(vault, each)) is None
    )
    kept = replace(card, last_four=number[-4:])
    sealed = vault.seal(book.data_keys, number, table="cards", row=card.id, field="number")
    book.cards.add(kept, number=sealed, index=number_index(vault, number))
    book.steps.add(f"card/{card.id}", Step("issue", kept.state.value, actor, card.created_at))
    book.due.add(
        Work(
            key=f"expire:card:{card.id}",
            kind="expire_card",
            lane=f"holder/{card.holder}",
            payload={"card": card.id},
            due_at=card.expires_at,
            created_at=card.created_at,
        )
    )
    return kept


def write(
    book: Book, card: Card, event: str, at: datetime, *, reason: str = "", actor: str = "holder"
) -> Card:
    """Keep a changed *card* and the step that changed it.

    Raises:
        CardChangedError: It was changed meanwhile.
    """
    if not book.cards.change(card, was=card.version):
        raise CardChangedError
    book.steps.add(f"card/{card.id}", Step(event, card.state.value, actor, at, reason))
    if card.state not in OPEN_STATES:
        book.due.cancel(f"expire:card:{card.id}")
    return replace(card, version=card.version + 1)


def day_of(at: datetime) -> datetime:
    """The day in UTC that *at* belongs to, by its first moment."""
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def month_of(at: datetime) -> datetime:
    """The month in UTC that *at* belongs to, by its first moment."""
    return day_of(at).replace(day=1)


def _next_month(month: datetime) -> datetime:
    return month_of(month + timedelta(days=32))
