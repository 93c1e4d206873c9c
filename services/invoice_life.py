"""An invoice and its life: waiting until paid, refused or expired; then perhaps given back.

It is for a phone number, or open: whoever has its link may pay.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from services import holders, merchants, notifications, offers
from services.due import Work
from services.errors import NotFoundError, RefusedError
from services.history import Step
from services.holders import Holder
from services.money import Money
from services.notifications import API
from services.offers import OfferState
from services.phones import masked
from services.states import advance


class InvoiceState(StrEnum):
    """Waiting until paid, refused or expired; a paid one may be refunded.

    An authorised one has its money held, for the merchant to capture or to release.
    """

    WAITING = "waiting"
    AUTHORISED = "authorised"
    PAID = "paid"
    REJECTED = "rejected"
    EXPIRED = "expired"
    REFUNDED_IN_PART = "refunded_in_part"
    REFUNDED = "refunded"


_REFUNDS = ("refund_part", "refund_rest")
"""Events of which the refund itself tells."""

TRANSITIONS = {
    (InvoiceState.WAITING, "pay"): InvoiceState.PAID,
    (InvoiceState.WAITING, "reject"): InvoiceState.REJECTED,
    (InvoiceState.WAITING, "expire"): InvoiceState.EXPIRED,
    (InvoiceState.WAITING, "authorise"): InvoiceState.AUTHORISED,
    (InvoiceState.AUTHORISED, "capture"): InvoiceState.PAID,
    (InvoiceState.AUTHORISED, "release"): InvoiceState.REJECTED,
    (InvoiceState.AUTHORISED, "lapse"): InvoiceState.EXPIRED,
    (InvoiceState.PAID, "refund_part"): InvoiceState.REFUNDED_IN_PART,
    (InvoiceState.PAID, "refund_rest"): InvoiceState.REFUNDED,
    (InvoiceState.REFUNDED_IN_PART, "refund_part"): InvoiceState.REFUNDED_IN_PART,
    (InvoiceState.REFUNDED_IN_PART, "refund_rest"): InvoiceState.REFUNDED,
}


class Capture(StrEnum):
    """When the merchant gets what is paid: at once, or when it asks for it."""

    AT_ONCE = "at_once"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Invoice:
    """What a merchant asks for."""

    id: str
    merchant: str
    merchant_name: str
    reference: str | None
    """The merchant's own number of it."""
    phone: str | None
    """Whom it is for; None is open."""
    amount: Money
    description: str
    created_at: datetime
    expires_at: datetime
    state: InvoiceState = InvoiceState.WAITING
    version: int = 1
    refunded_minor: int = 0
    payment: str | None = None
    paid_at: datetime | None = None
    changed_at: datetime | None = None
    """When it came to its state; None is when it was made."""
    interface: str = API
    """By which it was issued; the merchant is told in that interface's way."""
    content: dict[str, Any] = field(default_factory=dict)
    """What the interface has to give back or to know."""
    capture: Capture = Capture.AT_ONCE
    is_test: bool = False
    """No money moves."""

    @property
    def is_recurring(self) -> bool:
        """Whether who pays it lets the merchant charge again without asking."""
        return self.content.get("recurring") is True

    @property
    def refunded(self) -> Money:
        """How much of it was given back."""
        return Money(self.refunded_minor, self.amount.currency)

    @property
    def refundable(self) -> Money:
        """How much of it may still be given back."""
        return self.amount - self.refunded


class InvoiceNotFoundError(NotFoundError):
    """No such invoice, or it is somebody else's."""

    code = "invoice_not_found"


class InvoicePaidError(RefusedError):
    """It was paid before."""

    code = "invoice_paid"


class InvoiceRejectedError(RefusedError):
    """It was refused, or the merchant took it back."""

    code = "invoice_rejected"


class InvoiceExpiredError(RefusedError):
    """Its time is over.  Values: expired_at."""

    code = "invoice_expired"


class InvoiceTestError(RefusedError):
    """It is a test: no money moves."""

    code = "invoice_test"


class InvoiceHeldError(RefusedError):
    """Its money is held for the merchant already."""

    code = "invoice_held"


class StoredInvoices(Protocol):
    """What storage keeps of invoices."""

    def add(self, invoice: Invoice) -> None:
        """Keep a new one."""

    def find(self, invoice_id: str) -> Invoice | None:
        """The invoice of that id, or None."""

    def with_reference(self, merchant: str, reference: str) -> Invoice | None:
        """The merchant's invoice of that number, or None."""

    def waiting(self, phone: str, *, before: str | None, limit: int) -> list[Invoice]:
        """Those for that number that wait to be paid, newest first."""

    def count_waiting(self, phone: str) -> int:
        """How many of them there are."""

    def of_merchant(
        self, merchant: str, *, state: str | None, before: str | None, limit: int
    ) -> list[Invoice]:
        """The merchant's, newest first."""

    def free_reference(self, invoice: Invoice) -> None:
        """Another invoice may have its reference."""

    def change(self, invoice: Invoice, *, was: int) -> bool:
        """Keep it as the version after *was*, if that still is its version."""


class Book(holders.Book, merchants.Book, Protocol):
    """The part of the book that invoices need."""

    @property
    def invoices(self) -> StoredInvoices: ...


def found(invoice: Invoice | None) -> Invoice:
    """The invoice, if there is one.

    Raises:
        InvoiceNotFoundError: There is none.
    """
    if invoice is None:
        raise InvoiceNotFoundError
    return invoice


def facts(invoice: Invoice) -> dict[str, Any]:
    """What the merchant is told of *invoice*, in our API and in its webhook."""
    return {
        "id": invoice.id,
        "reference": invoice.reference,
        "amount": amount_facts(invoice.amount),
        "refunded": amount_facts(invoice.refunded),
        "phone": None if invoice.phone is None else masked(invoice.phone),
        "description": invoice.description,
        "state": invoice.state.value,
        "version": invoice.version,
        "created_at": time_fact(invoice.created_at),
        "expires_at": time_fact(invoice.expires_at),
        "paid_at": None if invoice.paid_at is None else time_fact(invoice.paid_at),
        "changed_at": time_fact(changed_at(invoice)),
        "capture": invoice.capture.value,
        "test": invoice.is_test,
        "recurring": invoice.is_recurring,
        "interface": invoice.interface,
        "metadata": own_fields(invoice.content),
    }


def own_fields(content: dict[str, Any]) -> dict[str, str]:
    """The merchant's own fields of an invoice, by whatever interface they came."""
    fields = content.get("custom_fields") or dict(content.get("shp") or ())
    return {
        name: value if isinstance(value, str) else str(value) for name, value in fields.items()
    }


def snapshot(invoice: Invoice) -> dict[str, Any]:
    """All that a message to the merchant may need, as it is now."""
    return {
        "id": invoice.id,
        "reference": invoice.reference,
        "minor": invoice.amount.minor,
        "currency": invoice.amount.currency.code,
        "refunded_minor": invoice.refunded_minor,
        "state": invoice.state.value,
        "version": invoice.version,
        "description": invoice.description,
        "phone": invoice.phone,
        "interface": invoice.interface,
        "content": invoice.content,
        "is_test": invoice.is_test,
        "payment": invoice.payment,
        "created_at": invoice.created_at.isoformat(timespec="microseconds"),
        "expires_at": invoice.expires_at.isoformat(timespec="microseconds"),
        "changed_at": changed_at(invoice).isoformat(timespec="microseconds"),
    }


def changed_at(invoice: Invoice) -> datetime:
    """When it came to the state that it is in."""
    return invoice.changed_at or invoice.created_at


def amount_facts(amount: Money) -> dict[str, Any]:
    """An amount as our API writes it."""
    return {"minor": amount.minor, "currency": amount.currency.code}


def time_fact(at: datetime) -> str:
    """A moment as our API writes it: RFC 3339, UTC, whole seconds."""
    return f"{at.replace(tzinfo=None).isoformat(timespec='seconds')}Z"  # strftime is slow


def of_merchant(book: Book, merchant: str, invoice_id: str) -> Invoice:
    """The invoice, if it is the merchant's.

    Raises:
        InvoiceNotFoundError: It is not.
    """
    invoice = book.invoices.find(invoice_id)
    if invoice is None or invoice.merchant != merchant:
        raise InvoiceNotFoundError
    return invoice


def for_holder(book: Book, holder: Holder, invoice_id: str) -> Invoice:
    """The invoice, if it is open to all or for *holder*'s number.

    Raises:
        InvoiceNotFoundError: It is not.
    """
    invoice = book.invoices.find(invoice_id)
    if invoice is None or invoice.phone not in (None, holder.phone):
        raise InvoiceNotFoundError
    return invoice


def payable(invoice: Invoice, at: datetime) -> None:
    """Whether it can be paid at *at*.

    Raises:
        InvoicePaidError, InvoiceRejectedError, InvoiceExpiredError, InvoiceHeldError: It
            cannot, and why.
    """
    if invoice.state is InvoiceState.AUTHORISED:
        raise InvoiceHeldError
    if invoice.state is InvoiceState.REJECTED:
        raise InvoiceRejectedError
    if invoice.state is InvoiceState.EXPIRED:
        raise InvoiceExpiredError(expired_at=invoice.expires_at)
    if invoice.state is not InvoiceState.WAITING:
        raise InvoicePaidError
    if at >= invoice.expires_at:
        raise InvoiceExpiredError(expired_at=invoice.expires_at)


def move(
    book: Book, invoice: Invoice, event: str, actor: str, at: datetime, **fields: Any
) -> Invoice:
    """Carry *invoice* along an edge of its state machine, and tell the merchant.

    Raises:
        StateError: It has no such edge from where it is.
        InvoicePaidError: Somebody else moved it meanwhile.
    """
    state = advance(TRANSITIONS, invoice.state, event)
    moved = replace(invoice, state=state, version=invoice.version + 1, changed_at=at, **fields)
    if not book.invoices.change(moved, was=invoice.version):
        raise InvoicePaidError
    book.steps.add(f"invoice/{invoice.id}", Step(event, state.value, actor, at))
    if invoice.state is InvoiceState.WAITING:
        book.due.cancel(f"expire:invoice:{invoice.id}")
    if event not in _REFUNDS:
        _tell(book, moved, at)
    return moved


def _tell(book: Book, invoice: Invoice, at: datetime) -> None:
    merchant = merchants.known(book, invoice.merchant)
    if invoice.interface != API:
        notifications.tell(book, merchant, invoice.state.value, snapshot(invoice), at)
        return
    key = f"invoice:{invoice.id}:{invoice.version}"
    event = f"invoice.{invoice.state.value}"
    notifications.tell_by_webhook(book, merchant, event, facts(invoice), key=key, at=at)


def reject(book: Book, invoice: Invoice, actor: str, at: datetime) -> Invoice:
    """Nobody will pay it; again is the same.

    Raises:
        InvoicePaidError, InvoiceExpiredError, InvoiceHeldError: Too late.
    """
    if invoice.state is InvoiceState.REJECTED:
        return invoice
    payable(invoice, at)
    end_offers(book, invoice, at)
    return move(book, invoice, "reject", actor, at)


def end_offers(book: Book, invoice: Invoice, at: datetime) -> None:
    """Offers to pay it are over; one that holds money ends by its expiry, made due now."""
    for offer in book.offers.of_subject(f"invoice/{invoice.id}"):
        if offer.state is OfferState.OPEN:
            offers.move(book, offer, "withdraw")
            continue
        lane, payload = f"holder/{offer.holder}", {"offer": offer.id}
        book.due.add(
            Work(f"end:offer:{offer.id}", "expire_offer", lane, payload, at, at, priority=1)
        )
