"""Cash register receipts that shops give us with their orders, kept as they came.

The wallet is no cash register: it registers nothing with the tax office.  It keeps what the
shop said, beside the invoice, and gives it back to the shop that said it.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from services import invoices
from services.clock import Clock
from services.errors import ConflictError, InvalidRequestError, NotFoundError, RefusedError
from services.invoices import Invoice, InvoiceNotFoundError
from services.merchants import Merchant
from services.refunds import NotPaidError, Refund
from services.store import Store

RECEIPT = "receipt"
"""In the content of an invoice: the receipt that came with it, as JSON."""

RECEIPTS_MAX = 2
"""Of one payment, the one that came with the order among them.  Source: docs.robokassa.ru,
second receipt."""


class ReceiptKind(StrEnum):
    """A second one closes what was paid ahead; one of a refund comes with it."""

    FIRST = "first"
    SECOND = "second"
    REFUND = "refund"


@dataclass(frozen=True, slots=True)
class FiscalReceipt:
    """What a shop says was sold."""

    merchant: str
    number: str
    """The shop's own."""
    invoice: str
    kind: ReceiptKind
    content: str
    """JSON, as it came."""
    kept_at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """A receipt and the invoice that it is of."""

    receipt: FiscalReceipt
    invoice: Invoice


class FiscalReceiptNotFoundError(NotFoundError):
    """The shop gave no receipt of that number."""

    code = "fiscal_receipt_not_found"


class FiscalReceiptUsedError(ConflictError):
    """The shop gave another receipt of that number."""

    code = "fiscal_receipt_used"


class FiscalReceiptLimitError(RefusedError):
    """The payment has as many receipts as it may have.  Values: maximum."""

    code = "fiscal_receipt_limit"


class FiscalReceiptTotalError(InvalidRequestError):
    """Its total is more than what was paid.  Values: paid."""

    code = "fiscal_receipt_total"


class StoredFiscalReceipts(Protocol):
    """What storage keeps of them, but for the first ones: those are in their invoices."""

    def add(self, receipt: FiscalReceipt) -> None:
        """Keep a new one."""

    def find(self, merchant: str, number: str) -> FiscalReceipt | None:
        """The merchant's of that number, or None."""

    def count(self, merchant: str, invoice: str) -> int:
        """How many second ones the invoice has."""


class Book(invoices.Book, Protocol):
    """The part of the book that receipts need."""

    @property
    def fiscal_receipts(self) -> StoredFiscalReceipts: ...


class FiscalReceipts:
    """The shops' side of receipts."""

    def __init__(self, *, store: Store[Book], now: Clock) -> None:
        self._store = store
        self._now = now

    async def attach(
        self, *, merchant: Merchant, number: str, reference: str, minor: int, content: str
    ) -> Kept:
        """Keep a second receipt of the paid invoice of that *reference*; again is the same.

        Args:
            merchant: Whose.
            number: The shop's own number of the receipt.
            reference: The shop's number of the invoice.
            minor: Its total, in the invoice's currency.
            content: JSON, as it came.

        Raises:
            InvoiceNotFoundError: The merchant has no such invoice.
            NotPaidError: It was not paid.
            FiscalReceiptUsedError: Another receipt has the number.
            FiscalReceiptLimitError: The payment has as many as it may have.
            FiscalReceiptTotalError: It is about more than was paid.
        """
        at = self._now()

        def work(book: Book) -> Kept:
            # Locks the invoice: its receipts are counted one at a time.
            invoice = book.invoices.with_reference(merchant.id, reference)
            if invoice is None:
                raise InvoiceNotFoundError
            kind = ReceiptKind.SECOND
            fresh = FiscalReceipt(merchant.id, number, invoice.id, kind, content, at)
            first = book.fiscal_receipts.find(merchant.id, number)
            if first is not None:
                return Kept(_the_same(first, fresh), invoice)
            _may_attach(book, invoice, minor)
            book.fiscal_receipts.add(fresh)
            return Kept(fresh, invoice)

        return await self._store.write(work)

    async def find(self, *, merchant: Merchant, number: str) -> Kept:
        """The receipt of that number, or the one that came with the invoice of that number.

        Raises:
            FiscalReceiptNotFoundError: The shop gave none.
        """

        def view(book: Book) -> Kept:
            found = book.fiscal_receipts.find(merchant.id, number)
            if found is not None:
                return Kept(found, invoices.of_merchant(book, merchant.id, found.invoice))
            return _first(book.invoices.with_reference(merchant.id, number), number)

        return await self._store.read(view)


def keep_with_refund(book: Book, refund: Refund, content: str) -> None:
    """Keep the receipt that came with a refund, under the refund's own name."""
    number = f"refund/{refund.id}"
    if book.fiscal_receipts.find(refund.merchant, number) is None:
        book.fiscal_receipts.add(
            FiscalReceipt(
                refund.merchant,
                number,
                refund.invoice,
                ReceiptKind.REFUND,
                content,
                refund.created_at,
            )
        )


def _may_attach(book: Book, invoice: Invoice, minor: int) -> None:
    if invoice.paid_at is None:
        raise NotPaidError(state=invoice.state.value)
    if minor > invoice.amount.minor:
        raise FiscalReceiptTotalError(paid=invoice.amount)
    own = 1 if RECEIPT in invoice.content else 0
    if own + book.fiscal_receipts.count(invoice.merchant, invoice.id) >= RECEIPTS_MAX:
        raise FiscalReceiptLimitError(maximum=RECEIPTS_MAX)


def _the_same(first: FiscalReceipt, again: FiscalReceipt) -> FiscalReceipt:
    if (first.invoice, first.content) != (again.invoice, again.content):
        raise FiscalReceiptUsedError
    return first


def _first(invoice: Invoice | None, number: str) -> Kept:
    if invoice is None or RECEIPT not in invoice.content:
        raise FiscalReceiptNotFoundError
    kind, content = ReceiptKind.FIRST, invoice.content[RECEIPT]
    receipt = FiscalReceipt(
        invoice.merchant, number, invoice.id, kind, content, invoice.created_at
    )
    return Kept(receipt, invoice)
