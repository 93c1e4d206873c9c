"""Invoices: what a merchant asks a person to pay, until it is paid, refused or expires.

An invoice is for a phone number, or open: whoever has its link may pay.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from services import holders, merchants, offers
from services.clock import Clock
from services.due import Work
from services.errors import ConflictError, InvalidRequestError, NotFoundError, RefusedError
from services.history import Step
from services.holders import Holder
from services.ids import NewId
from services.merchants import Merchant
from services.money import Money
from services.offers import OfferState
from services.phones import masked, parse_phone
from services.states import advance
from services.store import Store

DESCRIPTION_LENGTH_MAX = 255
REFERENCE_LENGTH_MAX = 200
LIFETIME = timedelta(days=3)
"""When the merchant names no other time."""

LIFETIME_MAX = timedelta(days=45)
"""Source: QIWI closed any bill after 45 days; shops are used to it."""

PAGE_MAX = 100


class InvoiceState(StrEnum):
    """Waiting until paid, refused or expired; a paid one may be refunded."""

    WAITING = "waiting"
    PAID = "paid"
    REJECTED = "rejected"
    EXPIRED = "expired"
    REFUNDED_IN_PART = "refunded_in_part"
    REFUNDED = "refunded"


TRANSITIONS = {
    (InvoiceState.WAITING, "pay"): InvoiceState.PAID,
    (InvoiceState.WAITING, "reject"): InvoiceState.REJECTED,
    (InvoiceState.WAITING, "expire"): InvoiceState.EXPIRED,
    (InvoiceState.PAID, "refund_part"): InvoiceState.REFUNDED_IN_PART,
    (InvoiceState.PAID, "refund_rest"): InvoiceState.REFUNDED,
    (InvoiceState.REFUNDED_IN_PART, "refund_part"): InvoiceState.REFUNDED_IN_PART,
    (InvoiceState.REFUNDED_IN_PART, "refund_rest"): InvoiceState.REFUNDED,
}


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

    @property
    def refunded(self) -> Money:
        """How much of it was given back."""
        return Money(self.refunded_minor, self.amount.currency)

    @property
    def refundable(self) -> Money:
        """How much of it may still be given back."""
        return self.amount - self.refunded


@dataclass(frozen=True, slots=True)
class InvoicePage:
    """Some invoices, newest first, and where the next page starts."""

    invoices: list[Invoice]
    next: str | None


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


class InvoiceTimesError(InvalidRequestError):
    """It would expire in the past or too late.  Values: latest."""

    code = "invoice_times"


class InvoiceTextError(InvalidRequestError):
    """The description or the reference is too long or cannot be shown.  Values: maximum."""

    code = "invoice_text"


class ReferenceUsedError(ConflictError):
    """The merchant has another invoice of that number."""

    code = "reference_used"


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

    def change(self, invoice: Invoice, *, was: int) -> bool:
        """Keep it as the version after *was*, if that still is its version."""


class Book(holders.Book, merchants.Book, Protocol):
    """The part of the book that invoices need."""

    @property
    def invoices(self) -> StoredInvoices: ...


@dataclass(frozen=True, slots=True)
class Wish:
    """What a merchant asks for, as it came in."""

    amount: Money
    description: str
    phone: str | None = None
    reference: str | None = None
    expires_at: datetime | None = None


class Invoices:
    """Both sides of invoices, but for the money: that is `Payments`."""

    def __init__(self, *, store: Store[Book], now: Clock, new_id: NewId) -> None:
        self._store = store
        self._now = now
        self._new_id = new_id

    def creating(self, *, merchant: Merchant, wish: Wish) -> "Creating":
        """The use case of issuing an invoice, to be run by a store.

        Run with the same reference and the same content again, it returns the first.

        Raises:
            PhoneNotUnderstoodError, InvoiceTextError, InvoiceTimesError: It is not valid.
        """
        at = self._now()
        return Creating(_invoice(self._new_id(at), merchant, wish, at), merchant)

    async def create(self, *, merchant: Merchant, wish: Wish) -> Invoice:
        """Issue an invoice; the person is told at once.  Raises as `creating` does.

        Raises:
            ReferenceUsedError: Another invoice has the reference.
        """
        return await self._store.write(self.creating(merchant=merchant, wish=wish))

    async def get(self, *, merchant: Merchant, invoice_id: str) -> Invoice:
        """One of the merchant's invoices.

        Raises:
            InvoiceNotFoundError: The merchant has none such.
        """
        return await self._store.read(lambda book: of_merchant(book, merchant.id, invoice_id))

    async def page(
        self,
        *,
        merchant: Merchant,
        state: str | None = None,
        reference: str | None = None,
        before: str | None = None,
        limit: int = 20,
    ) -> InvoicePage:
        """The merchant's invoices, newest first; *before* is the last page's `next`."""

        def view(book: Book) -> list[Invoice]:
            if reference is not None:
                one = book.invoices.with_reference(merchant.id, reference)
                return [] if one is None or state not in (None, one.state) else [one]
            return book.invoices.of_merchant(
                merchant.id, state=state, before=before, limit=min(limit, PAGE_MAX) + 1
            )

        return _page(await self._store.read(view), min(limit, PAGE_MAX))

    async def cancel(self, *, merchant: Merchant, invoice_id: str) -> Invoice:
        """The merchant takes it back; again is the same.

        Raises:
            InvoiceNotFoundError: The merchant has none such.
            InvoicePaidError, InvoiceExpiredError: Too late.
        """
        at = self._now()

        def work(book: Book) -> Invoice:
            invoice = of_merchant(book, merchant.id, invoice_id)
            return _reject(book, invoice, "merchant", at)

        return await self._store.write(work)

    async def waiting(
        self, *, holder: Holder, before: str | None = None, limit: int = 5
    ) -> InvoicePage:
        """What *holder* is asked to pay, newest first."""
        found = await self._store.read(
            lambda book: book.invoices.waiting(holder.phone, before=before, limit=limit + 1)
        )
        return _page(found, limit)

    async def count_waiting(self, *, holder: Holder) -> int:
        """How many invoices wait for *holder*."""
        return await self._store.glance(lambda book: book.invoices.count_waiting(holder.phone))

    async def view(self, *, holder: Holder, invoice_id: str) -> Invoice:
        """An invoice that *holder* may pay or has paid.

        Raises:
            InvoiceNotFoundError: There is none, or it is for somebody else.
        """
        return await self._store.read(lambda book: for_holder(book, holder, invoice_id))

    async def refuse(self, *, holder: Holder, invoice_id: str) -> Invoice:
        """The person will not pay it; again is the same.

        Raises:
            InvoiceNotFoundError: It is for somebody else, or open to all.
            InvoicePaidError, InvoiceExpiredError: Too late.
        """
        at = self._now()

        def work(book: Book) -> Invoice:
            invoice = for_holder(book, holder, invoice_id)
            if invoice.phone is None:  # nobody refuses it for the others
                raise InvoiceNotFoundError
            return _reject(book, invoice, "holder", at)

        return await self._store.write(work)

    async def expire(self, *, invoice_id: str) -> bool:
        """Its time is over, unless it was paid or refused; again is the same.

        False where it may still be paid.
        """
        at = self._now()

        def work(book: Book) -> bool:
            invoice = book.invoices.find(invoice_id)
            if invoice is None or invoice.state is not InvoiceState.WAITING:
                return True
            if at < invoice.expires_at:
                return False
            move(book, invoice, "expire", "wallet", at)
            return True

        return await self._store.write(work)


class Creating:
    """The use case of issuing one invoice: a function of the book."""

    def __init__(self, invoice: Invoice, merchant: Merchant) -> None:
        self._invoice = invoice
        self._merchant = merchant

    def __call__(self, book: Book) -> Invoice:
        """Keep the invoice, or return the same one issued before."""
        invoice = self._invoice
        if invoice.reference is not None:
            first = book.invoices.with_reference(invoice.merchant, invoice.reference)
            if first is not None:
                return _the_same(first, invoice)
        book.invoices.add(invoice)
        step = Step("issue", invoice.state.value, "merchant", invoice.created_at)
        book.steps.add(f"invoice/{invoice.id}", step)
        _expire_later(book, invoice)
        holder = None if invoice.phone is None else book.holders.of_phone(invoice.phone)
        if holder is not None and holder.notices:
            subject = f"invoice/{invoice.id}"
            holders.notify(
                book, holder.id, "invoice", subject, invoice.created_at, key=subject, priority=2
            )
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
    }


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
        InvoicePaidError, InvoiceRejectedError, InvoiceExpiredError: It cannot, and why.
    """
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
    moved = replace(invoice, state=state, version=invoice.version + 1, **fields)
    if not book.invoices.change(moved, was=invoice.version):
        raise InvoicePaidError
    book.steps.add(f"invoice/{invoice.id}", Step(event, state.value, actor, at))
    if event in ("pay", "reject", "expire"):
        book.due.cancel(f"expire:invoice:{invoice.id}")
        merchant = merchants.known(book, invoice.merchant)
        key = f"invoice:{invoice.id}:{moved.version}"
        merchants.tell(book, merchant, f"invoice.{state.value}", facts(moved), key=key, at=at)
    return moved


def _reject(book: Book, invoice: Invoice, actor: str, at: datetime) -> Invoice:
    if invoice.state is InvoiceState.REJECTED:
        return invoice
    payable(invoice, at)
    _end_offers(book, invoice, at)
    return move(book, invoice, "reject", actor, at)


def _end_offers(book: Book, invoice: Invoice, at: datetime) -> None:
    """Offers to pay it are over; one that holds money ends by its expiry, made due now."""
    for offer in book.offers.of_subject(f"invoice/{invoice.id}"):
        if offer.state is OfferState.OPEN:
            offers.move(book, offer, "withdraw")
            continue
        lane, payload = f"holder/{offer.holder}", {"offer": offer.id}
        book.due.add(
            Work(f"end:offer:{offer.id}", "expire_offer", lane, payload, at, at, priority=1)
        )


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


def _invoice(invoice_id: str, merchant: Merchant, wish: Wish, at: datetime) -> Invoice:
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
    )


def _text(text: str | None, length_max: int) -> str | None:
    if text is None:
        return None
    if len(text) > length_max or not text.isprintable():
        raise InvoiceTextError(maximum=length_max)
    return text


def _the_same(first: Invoice, again: Invoice) -> Invoice:
    asked = (again.amount, again.phone, again.description)
    if (first.amount, first.phone, first.description) != asked:
        raise ReferenceUsedError
    return first


def _page(found: list[Invoice], limit: int) -> InvoicePage:
    more = len(found) > limit
    return InvoicePage(found[:limit], found[limit - 1].id if more else None)
