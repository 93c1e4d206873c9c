"""What shops issue by Robokassa's invoice service: an invoice, or one that many may pay.

One that is paid once is an invoice like any other, and has its id.  One that many may pay
makes a new invoice for whoever opens it, each with a number of its own.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from services import invoices, merchants
from services.clock import Clock
from services.ids import NewId
from services.invoices import (
    Capture,
    Invoice,
    InvoiceExpiredError,
    InvoiceNotFoundError,
    InvoiceRejectedError,
    Invoices,
    ReferenceUsedError,
    Wish,
)
from services.merchants import Merchant, MerchantDisabledError, MerchantState
from services.money import Money
from services.store import Store

INTERFACE = "robokassa"
VISIT_LIFETIME = timedelta(hours=1)
"""Of the invoice that somebody gets who opens one that many may pay: there is always another."""

PAGE_MAX = 100
SEARCH_LENGTH_MAX = 100


class Kind(StrEnum):
    """How often it can be paid."""

    ONE_TIME = "onetime"
    REUSABLE = "reusable"


class Status(StrEnum):
    """What has become of it; one that many may pay is never paid for good."""

    PAID = "paid"
    EXPIRED = "expired"
    NOT_PAID = "notpaid"


@dataclass(frozen=True, slots=True)
class ServiceInvoice:
    """What a shop has issued by the service."""

    id: str
    """Of its invoice, where it can be paid once."""
    merchant: str
    kind: Kind
    reference: str
    """The shop's own number of it."""
    amount: Money
    description: str
    comments: str
    """The shop's note to itself."""
    content: dict[str, Any]
    """Of the invoices that it makes."""
    capture: Capture
    created_at: datetime
    expires_at: datetime | None
    """None only where many may pay."""
    ended_at: datetime | None = None
    """When the shop took back one that many may pay."""
    status: Status = Status.NOT_PAID
    """As it was when it was read."""
    paid_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What a shop asks the service for."""

    kind: Kind
    amount: Money
    description: str
    comments: str
    capture: Capture
    reference: str | None
    expires_at: datetime | None
    content: dict[str, Any]
    """Of the invoice, but for its number."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of them a shop wants to see; what is None or empty does not matter."""

    statuses: frozenset[Status] = frozenset()
    kinds: frozenset[Kind] = frozenset()
    words: str = ""
    """Somewhere in its number, description or note, in any case."""
    since: datetime | None = None
    until: datetime | None = None
    minor_min: int | None = None
    minor_max: int | None = None
    is_ascending: bool = True
    skip: int = 0
    limit: int = 10


@dataclass(frozen=True, slots=True)
class ServicePage:
    """Some of a shop's, and how many there are in all."""

    found: list[ServiceInvoice] = field(default_factory=list)
    total: int = 0


class StoredServiceInvoices(Protocol):
    """What storage keeps of them."""

    def add(self, issued: ServiceInvoice) -> None:
        """Keep a new one, unless it is kept already."""

    def find(self, issued_id: str, at: datetime) -> ServiceInvoice | None:
        """The one of that id as it is at that moment, or None."""

    def with_reference(self, merchant: str, reference: str, at: datetime) -> list[ServiceInvoice]:
        """The merchant's of that number, newest first: one that is over may have had it."""

    def page(self, merchant: str, wanted: Wanted, at: datetime) -> ServicePage:
        """The merchant's that are wanted."""

    def end(self, issued_id: str, at: datetime) -> None:
        """Nobody can pay it any more."""


class Book(invoices.Book, Protocol):
    """The part of the book that the service needs."""

    @property
    def robokassa_invoices(self) -> StoredServiceInvoices: ...


class Numbers(Protocol):
    """Gives orders numbers that come without one: `services.robokassa_shops`."""

    async def next_number(self, *, merchant: Merchant) -> int:
        """A number that no invoice of the merchant has."""


class RobokassaInvoices:
    """Issuing, ending, finding and opening them."""

    def __init__(
        self,
        *,
        store: Store[Book],
        now: Clock,
        new_id: NewId,
        issuing: Invoices,
        numbers: Numbers,
    ) -> None:
        self._store = store
        self._now = now
        self._new_id = new_id
        self._issuing = issuing
        self._numbers = numbers

    async def issue(self, *, merchant: Merchant, order: Order) -> ServiceInvoice:
        """Issue what *order* says; with the same number and amount again, it is the same.

        Raises:
            MerchantDisabledError: The shop takes no payments at present.
            InvoiceTextError, InvoiceTimesError: It is not valid.
            ReferenceUsedError: The number was used for another amount, or is paid.
        """
        if merchant.state is MerchantState.DISABLED:
            raise MerchantDisabledError
        reference = order.reference or str(await self._numbers.next_number(merchant=merchant))
        if order.kind is Kind.ONE_TIME:
            return await self._issue_one_time(merchant, order, reference)
        return await self._issue_reusable(merchant, order, reference)

    async def end(
        self, *, merchant: Merchant, issued_id: str | None = None, reference: str | None = None
    ) -> None:
        """Take it back, by its id or by the shop's number; again is the same.

        An invoice that was made otherwise is ended by its number, too.

        Raises:
            InvoiceNotFoundError: The merchant has none such.
            InvoicePaidError, InvoiceExpiredError, InvoiceHeldError: Too late.
        """
        at = self._now()

        def work(book: Book) -> None:
            found = _named(book, merchant, issued_id, reference, at)
            for each in found:
                if each.kind is Kind.REUSABLE:
                    book.robokassa_invoices.end(each.id, at)
            single = _single(book, merchant, issued_id, reference)
            if single is not None:
                invoices.reject(book, single, "merchant", at)
            elif not found:
                raise InvoiceNotFoundError

        await self._store.write(work)

    async def page(self, *, merchant: Merchant, wanted: Wanted) -> ServicePage:
        """Those of the merchant that are wanted, and how many there are in all."""
        at = self._now()
        bounded = replace(wanted, limit=min(wanted.limit, PAGE_MAX))
        return await self._store.read(
            lambda book: book.robokassa_invoices.page(merchant.id, bounded, at)
        )

    async def open(self, *, issued_id: str) -> Invoice:
        """The invoice to pay: its own, or a new one where many may pay it.

        Raises:
            InvoiceNotFoundError: There is none such.
            InvoiceRejectedError: The shop has taken it back.
            InvoiceExpiredError: Its time is over.
            MerchantDisabledError: The shop takes no payments at present.
        """
        at = self._now()

        def view(book: Book) -> tuple[Invoice | None, ServiceInvoice | None]:
            return book.invoices.find(issued_id), book.robokassa_invoices.find(issued_id, at)

        invoice, issued = await self._store.read(view)
        if issued is not None and issued.kind is Kind.REUSABLE:
            return await self._visit(issued, at)
        if invoice is None or issued is None:
            raise InvoiceNotFoundError
        return invoice

    async def _issue_one_time(
        self, merchant: Merchant, order: Order, reference: str
    ) -> ServiceInvoice:
        creating = self._issuing.creating(merchant=merchant, wish=_wish(order, reference))

        def work(book: Book) -> ServiceInvoice:
            invoice = creating(book)
            issued = replace(
                _issued(invoice.id, merchant, order, reference, invoice.created_at),
                content={},  # the invoice has it
                expires_at=invoice.expires_at,
            )
            book.robokassa_invoices.add(issued)
            return issued

        return await self._store.write(work)

    async def _issue_reusable(
        self, merchant: Merchant, order: Order, reference: str
    ) -> ServiceInvoice:
        at = self._now()
        fresh = _issued(self._new_id(at), merchant, order, reference, at)
        visit = _wish(replace(order, expires_at=None), reference)
        self._issuing.creating(merchant=merchant, wish=visit)  # refused now, not by each payer

        def work(book: Book) -> ServiceInvoice:
            for each in book.robokassa_invoices.with_reference(merchant.id, reference, at):
                if each.kind is Kind.REUSABLE and each.status is Status.NOT_PAID:
                    if each.amount != fresh.amount:
                        raise ReferenceUsedError(invoice=each.id)
                    return each
            book.robokassa_invoices.add(fresh)
            return fresh

        return await self._store.write(work)

    async def _visit(self, issued: ServiceInvoice, at: datetime) -> Invoice:
        if issued.ended_at is not None:
            raise InvoiceRejectedError
        if issued.expires_at is not None and at >= issued.expires_at:
            raise InvoiceExpiredError(expired_at=issued.expires_at)
        merchant = await self._store.read(lambda book: merchants.known(book, issued.merchant))
        if merchant.state is MerchantState.DISABLED:
            raise MerchantDisabledError
        reference = str(await self._numbers.next_number(merchant=merchant))
        wish = Wish(
            amount=issued.amount,
            description=issued.description,
            reference=reference,
            expires_at=min(at + VISIT_LIFETIME, issued.expires_at or at + VISIT_LIFETIME),
            interface=INTERFACE,
            content=issued.content | {"inv_id": reference, "reusable": issued.id},
            capture=issued.capture,
        )
        return await self._issuing.create(merchant=merchant, wish=wish)


def _wish(order: Order, reference: str) -> Wish:
    return Wish(
        amount=order.amount,
        description=order.description,
        reference=reference,
        expires_at=order.expires_at,
        interface=INTERFACE,
        content=order.content | {"inv_id": reference},
        capture=order.capture,
        supersedes=True,
    )


def _issued(
    issued_id: str, merchant: Merchant, order: Order, reference: str, at: datetime
) -> ServiceInvoice:
    return ServiceInvoice(
        id=issued_id,
        merchant=merchant.id,
        kind=order.kind,
        reference=reference,
        amount=order.amount,
        description=order.description,
        comments=order.comments,
        content=order.content,
        capture=order.capture,
        created_at=at,
        expires_at=order.expires_at,
    )


def _named(
    book: Book, merchant: Merchant, issued_id: str | None, reference: str | None, at: datetime
) -> list[ServiceInvoice]:
    if issued_id is None:
        return book.robokassa_invoices.with_reference(merchant.id, reference or "", at)
    found = book.robokassa_invoices.find(issued_id, at)
    return [] if found is None or found.merchant != merchant.id else [found]


def _single(
    book: Book, merchant: Merchant, issued_id: str | None, reference: str | None
) -> Invoice | None:
    """The one invoice that is meant, if one is."""
    if issued_id is None:
        return book.invoices.with_reference(merchant.id, reference or "")
    invoice = book.invoices.find(issued_id)
    return None if invoice is None or invoice.merchant != merchant.id else invoice
