"""Issuing an invoice: what a merchant asks for, and what its own number of it means.

The same number and content again is the first invoice.  Interfaces differ in what is the
same, and in whether an unpaid invoice gives its number up to one that was changed.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from services import holders
from services.due import Work
from services.errors import ConflictError, InvalidRequestError
from services.history import Step
from services.invoice_life import Book, Capture, Invoice, InvoiceState, end_offers, move
from services.merchants import Merchant
from services.money import Money
from services.notifications import API
from services.phones import parse_phone

DESCRIPTION_LENGTH_MAX = 255
REFERENCE_LENGTH_MAX = 200
LIFETIME = timedelta(days=3)
"""When the merchant names no other time."""

LIFETIME_MAX = timedelta(days=45)
"""Source: QIWI closed any bill after 45 days; shops are used to it."""

_UNPAID = (InvoiceState.REJECTED, InvoiceState.EXPIRED)


class InvoiceTimesError(InvalidRequestError):
    """It would expire in the past or too late.  Values: latest."""

    code = "invoice_times"


class InvoiceTextError(InvalidRequestError):
    """The description or the reference is too long or cannot be shown.  Values: maximum."""

    code = "invoice_text"


class ReferenceUsedError(ConflictError):
    """The merchant has another invoice of that number.  Values: invoice."""

    code = "reference_used"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a merchant asks for, as it came in."""

    amount: Money
    description: str
    phone: str | None = None
    reference: str | None = None
    expires_at: datetime | None = None
    interface: str = API
    content: dict[str, Any] = field(default_factory=dict)
    capture: Capture = Capture.AT_ONCE
    is_test: bool = False
    supersedes: bool = False
    """Whether it takes the place of an unpaid one that has its reference."""


class Creating:
    """The use case of issuing one invoice: a function of the book."""

    def __init__(self, invoice: Invoice, supersedes: bool) -> None:  # noqa: FBT001
        self._invoice = invoice
        self._supersedes = supersedes

    def __call__(self, book: Book) -> Invoice:
        """Keep the invoice, or return the same one issued before."""
        invoice = self._invoice
        if invoice.reference is not None:
            first = book.invoices.with_reference(invoice.merchant, invoice.reference)
            if first is not None and not (self._supersedes and _gives_way(book, first, invoice)):
                return _the_same(first, invoice)
        book.invoices.add(invoice)
        step = Step("issue", invoice.state.value, "merchant", invoice.created_at)
        book.steps.add(f"invoice/{invoice.id}", step)
        _expire_later(book, invoice)
        asked = None if invoice.is_test else invoice.phone
        holder = None if asked is None else book.holders.of_phone(asked)
        if holder is not None and holder.notices:
            subject = f"invoice/{invoice.id}"
            holders.notify(
                book, holder.id, "invoice", subject, invoice.created_at, key=subject, priority=2
            )
        return invoice


def _expire_later(book: Book, invoice: Invoice) -> None:
    book.due.add(
        Work(
            key=f"expire:invoice:{invoice.id}",
            kind="expire_invoice",
            lane=f"merchant/{invoice.merchant}",
            payload={"invoice": invoice.id},
            due_at=invoice.expires_at,
            created_at=invoice.created_at,
        )
    )


def new_invoice(invoice_id: str, merchant: Merchant, wish: Wish, at: datetime) -> Invoice:
    """The invoice that *wish* asks for.

    Raises:
        PhoneNotUnderstoodError, InvoiceTextError, InvoiceTimesError: It is not valid.
    """
    expires_at = wish.expires_at or at + LIFETIME
    if not at < expires_at <= at + LIFETIME_MAX:
        raise InvoiceTimesError(latest=at + LIFETIME_MAX)
    return Invoice(
        id=invoice_id,
        merchant=merchant.id,
        merchant_name=merchant.name,
        reference=_text(wish.reference, REFERENCE_LENGTH_MAX),
        phone=None if wish.phone is None else parse_phone(wish.phone),
        amount=wish.amount,
        description=_text(wish.description, DESCRIPTION_LENGTH_MAX) or "",
        created_at=at,
        expires_at=expires_at,
        changed_at=at,
        interface=wish.interface,
        content=wish.content,
        capture=wish.capture,
        is_test=wish.is_test,
    )


def _text(text: str | None, length_max: int) -> str | None:
    if text is None:
        return None
    if len(text) > length_max or not text.isprintable():
        raise InvoiceTextError(maximum=length_max)
    return text


def _the_same(first: Invoice, again: Invoice) -> Invoice:
    """The first, if *again* asks for the same; shops of other interfaces may word it anew."""
    is_same = first.amount == again.amount and first.is_test == again.is_test
    if again.interface == API:
        is_same = is_same and _wording(first) == _wording(again)
    if not is_same:
        raise ReferenceUsedError(invoice=first.id)
    return first


def _wording(invoice: Invoice) -> tuple[Any, ...]:
    return invoice.phone, invoice.description, invoice.capture, invoice.content


def _gives_way(book: Book, first: Invoice, again: Invoice) -> bool:
    """Whether *first* lets *again* have its reference: unpaid, and another or over.

    Raises:
        ReferenceUsedError: Money was paid for it, or is held, as in no test; or it is
            another interface's.
    """
    if first.interface != again.interface:
        raise ReferenceUsedError(invoice=first.id)
    waits = first.state is InvoiceState.WAITING and again.created_at < first.expires_at
    if waits and (first.amount, first.is_test) == (again.amount, again.is_test):
        return False
    if first.state not in (InvoiceState.WAITING, *_UNPAID) and not first.is_test:
        raise ReferenceUsedError(invoice=first.id)
    if first.state is InvoiceState.WAITING:
        event = "reject" if waits else "expire"
        end_offers(book, first, again.created_at)
        first = move(book, first, event, "merchant", again.created_at)
    book.invoices.free_reference(first)
    step = Step(
        "supersede", first.state.value, "merchant", again.created_at, first.reference or ""
    )
    book.steps.add(f"invoice/{first.id}", step)
    return True
