"""A checkout: somebody on a shop's page says which wallet or card shall pay an invoice.

What it is, what it keeps and why it is refused; what is done with it is in `checkouts`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from services import codes, payments, return_addresses, terminals
from services.cash_payments import StoredCashPayments
from services.errors import InvalidRequestError, NotFoundError, RefusedError
from services.exchange import Conversion
from services.invoices import Invoice
from services.merchants import Merchant
from services.money import Currency, Money, currency
from services.phones import masked

LIFETIME = timedelta(minutes=15)
"""How long it waits for its code, or for the chat; a rate is kept for a shorter time."""

ASKS_PER_HOUR_MAX = 3
"""Of one holder, in the chat: who types others' numbers must not ring them all day."""

MUTED = timedelta(days=1)
"""How long nobody is asked in the chat who said that it was not them."""

CARD_TRIES_PER_DAY_MAX = 5
"""Wrong security codes or dates of one card, after which it pays here no more that day."""


class Way(StrEnum):
    """How the holder is asked: in the chat, or by a code to the number or the card's owner."""

    CODE = "code"
    CHAT = "chat"
    CARD = "card"


class CheckoutState(StrEnum):
    """Open until the wallet has paid, or until there were too many wrong codes."""

    OPEN = "open"
    PAID = "paid"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Checkout:
    """One try to pay an invoice from a shop's page, in one browser."""

    id: str
    invoice: str
    secret: bytes
    """Keyed hash of what that browser holds."""
    way: Way
    holder: str | None
    """None where nobody has that number: the browser must not notice."""
    content: dict[str, Any]
    created_at: datetime
    expires_at: datetime
    code_id: str | None = None
    """None where none is asked for, or where no more may be sent."""
    wrong: int = 0
    state: CheckoutState = CheckoutState.OPEN

    @property
    def asked(self) -> str:
        """What was typed, as far as it may be shown: a masked number, or the end of a card's."""
        return masked(self.content["to"]) if self.way is not Way.CARD else self.content["to"]

    @property
    def cost(self) -> Money:
        """What leaves the wallet."""
        kept = self.content["given"]
        return Money(kept["minor"], currency(kept["currency"]))

    @property
    def conversion(self) -> Conversion | None:
        """The exchange on the way, if there is one."""
        kept = self.content["conversion"]
        return None if kept is None else Conversion.from_content(kept)

    @property
    def digest(self) -> bytes:
        """What binds its code to it: this checkout, what it pays and what that costs."""
        given = self.content["given"]
        facts = (self.id, self.invoice, given["minor"], given["currency"])
        return codes.content_of(" ".join(str(each) for each in facts))


@dataclass(frozen=True, slots=True)
class Cost:
    """What paying an invoice costs from accounts of one currency."""

    amount: Money
    conversion: Conversion | None


@dataclass(frozen=True, slots=True)
class Look:
    """All that whoever has its link may see of an invoice."""

    invoice: Invoice
    merchant: Merchant
    state: str
    """The invoice's, or `closed` where its shop takes no payments."""
    costs: list[Cost]
    """What wallets have first; none where it is over."""
    card_cost: Cost | None
    """From a card of the wallet; None where none can pay it."""
    success_url: str | None
    fail_url: str | None
    takes_cash: bool = False
    """Whether it can be paid with banknotes at a terminal."""
    cash_number: str | None = None
    """What is typed there, once somebody has asked for it."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a payer asks for on the page."""

    invoice: str
    browser: str
    """The secret that the payer's browser holds."""
    of: Currency | None = None
    """In which currency it is paid; the invoice's where None."""
    agrees: bool = False
    """To the shop's charging again without asking."""
    success_url: str | None = None
    fail_url: str | None = None


@dataclass(frozen=True, slots=True)
class TypedCard:
    """A card as it was typed."""

    number: str
    expires: str
    """YYMM."""
    code: str


class CheckoutNotFoundError(NotFoundError):
    """This browser has no such payment under way."""

    code = "checkout_not_found"


class CheckoutExpiredError(RefusedError):
    """The payment waited too long; nothing was paid."""

    code = "checkout_expired"


class ConsentMissingError(InvalidRequestError):
    """The shop wants to charge again without asking, and the payer has not agreed to it."""

    code = "consent_missing"


class CardTextError(InvalidRequestError):
    """A card has a number of sixteen digits, a month and a year, and a code of three digits."""

    code = "card_text"


class StoredCheckouts(Protocol):
    """What storage keeps of checkouts."""

    def add(self, checkout: Checkout) -> None:
        """Keep a new one."""

    def find(self, checkout_id: str) -> Checkout | None:
        """The checkout of that id, or None; nobody else changes it meanwhile."""

    def change(self, checkout: Checkout) -> None:
        """Keep its state, its code and how often that was wrong."""

    def forget(self, before: datetime, *, limit: int) -> int:
        """Drop those that were over by then, at most *limit*; how many."""


class Book(payments.Book, return_addresses.Book, terminals.Book, Protocol):
    """The part of the book that checkouts need."""

    @property
    def checkouts(self) -> StoredCheckouts: ...
    @property
    def cash_payments(self) -> StoredCashPayments: ...
