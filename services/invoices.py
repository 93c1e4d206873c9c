"""Invoices: both sides of what a merchant asks a person to pay, but for the money."""

from dataclasses import dataclass

from services import merchants
from services.clock import Clock
from services.holders import Holder
from services.ids import NewId
from services.invoice_life import (
    TRANSITIONS,
    Book,
    Capture,
    Invoice,
    InvoiceExpiredError,
    InvoiceHeldError,
    InvoiceNotFoundError,
    InvoicePaidError,
    InvoiceRejectedError,
    InvoiceState,
    InvoiceTestError,
    StoredInvoices,
    amount_facts,
    changed_at,
    end_offers,
    facts,
    for_holder,
    found,
    move,
    of_merchant,
    payable,
    reject,
    snapshot,
    time_fact,
)
from services.issuing import (
    DESCRIPTION_LENGTH_MAX,
    LIFETIME,
    LIFETIME_MAX,
    REFERENCE_LENGTH_MAX,
    Creating,
    InvoiceTextError,
    InvoiceTimesError,
    ReferenceUsedError,
    Wish,
    new_invoice,
)
from services.merchants import Merchant
from services.store import Store

__all__ = [
    "DESCRIPTION_LENGTH_MAX",
    "LIFETIME",
    "LIFETIME_MAX",
    "REFERENCE_LENGTH_MAX",
    "TRANSITIONS",
    "Book",
    "Capture",
    "Creating",
    "Invoice",
    "InvoiceExpiredError",
    "InvoiceHeldError",
    "InvoiceNotFoundError",
    "InvoicePage",
    "InvoicePaidError",
    "InvoiceRejectedError",
    "InvoiceState",
    "InvoiceTestError",
    "InvoiceTextError",
    "InvoiceTimesError",
    "Invoices",
    "ReferenceUsedError",
    "StoredInvoices",
    "Wish",
    "amount_facts",
    "changed_at",
    "end_offers",
    "facts",
    "for_holder",
    "move",
    "of_merchant",
    "payable",
    "reject",
    "snapshot",
    "time_fact",
]

PAGE_MAX = 100


@dataclass(frozen=True, slots=True)
class InvoicePage:
    """Some invoices, newest first, and where the next page starts."""

    invoices: list[Invoice]
    next: str | None


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
        return Creating(new_invoice(self._new_id(at), merchant, wish, at), wish.supersedes)

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

    async def with_reference(self, *, merchant: Merchant, reference: str) -> Invoice:
        """The merchant's invoice of that number.

        Raises:
            InvoiceNotFoundError: The merchant has none such.
        """

        def view(book: Book) -> Invoice:
            return found(book.invoices.with_reference(merchant.id, reference))

        return await self._store.read(view)

    async def open_page(self, *, invoice_id: str) -> tuple[Invoice, Merchant]:
        """An invoice and its merchant, as whoever has its link may see them.

        Raises:
            InvoiceNotFoundError: There is none.
        """

        def view(book: Book) -> tuple[Invoice, Merchant]:
            invoice = found(book.invoices.find(invoice_id))
            return invoice, merchants.known(book, invoice.merchant)

        return await self._store.read(view)

    async def play_test(self, *, invoice_id: str, pays: bool) -> Invoice:
        """Act as if a test invoice was paid, or refused; no money moves.  Again is the same.

        Raises:
            InvoiceNotFoundError: There is no such test.
            InvoicePaidError, InvoiceRejectedError, InvoiceExpiredError: It ended otherwise.
        """
        at = self._now()
        wanted = InvoiceState.PAID if pays else InvoiceState.REJECTED

        def work(book: Book) -> Invoice:
            invoice = found(book.invoices.find(invoice_id))
            if not invoice.is_test:
                raise InvoiceNotFoundError
            if invoice.state is wanted:
                return invoice
            payable(invoice, at)
            if pays:
                return move(book, invoice, "pay", "test", at, paid_at=at)
            return move(book, invoice, "reject", "test", at)

        return await self._store.write(work)

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
            return reject(book, invoice, "merchant", at)

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
            return reject(book, invoice, "holder", at)

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


def _page(found: list[Invoice], limit: int) -> InvoicePage:
    more = len(found) > limit
    return InvoicePage(found[:limit], found[limit - 1].id if more else None)
