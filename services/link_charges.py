"""Charges that a shop asks for and hears of later: accepted at once, made by due work.

The invoice is issued when the charge is accepted, so its number is taken and it can be
looked up.  A charge that is refused ends as a rejected invoice.
"""

from datetime import timedelta
from typing import Protocol

from services import payment_links, payments
from services.clock import Clock
from services.due import Work
from services.errors import UnavailableError, WalletError
from services.invoices import Invoice, Invoices, ReferenceUsedError, Wish
from services.invoices import InvoiceState as State
from services.merchants import Merchant
from services.payment_links import LINK, LinkEndedError, LinkNotFoundError, LinkState, PaymentLinks
from services.store import Store

CHARGE_TIME = timedelta(days=1)
"""How long a charge that was accepted may take; then its invoice expires."""

PARENT = "parent_invoice"
"""In the content of a charged invoice: the id of the one whose payment agreed to it."""

_AGREED = (State.PAID, State.REFUNDED_IN_PART, State.REFUNDED)
PRIORITY = 4


class Book(payments.Book, payment_links.Book, Protocol):
    """The part of the book that charges need."""


class LinkCharges:
    """Charging a saved wallet, or asking it, for shops that are answered before it is done."""

    def __init__(
        self, *, store: Store[Book], now: Clock, issuing: Invoices, links: PaymentLinks
    ) -> None:
        self._store = store
        self._now = now
        self._issuing = issuing
        self._links = links

    async def accept(self, *, merchant: Merchant, parent: str, wish: Wish) -> Invoice:
        """Issue what is wished, to be charged by the link of the invoice referred to as *parent*.

        Again with the same number is the same.  A test's charge is a test.

        Raises:
            LinkNotFoundError: Nobody agreed by paying *parent*.
            LinkEndedError: The payer has ended it.
            ReferenceUsedError: Another invoice has the number.
        """
        at = self._now()
        agreed = await self._agreed(merchant, parent)
        content = wish.content | {PARENT: agreed.id}
        link = None
        if not agreed.is_test:
            link = await self._links.of_invoice(merchant=merchant, reference=parent)
            content[LINK] = link.id
        issuing = self._issuing.creating(
            merchant=merchant,
            wish=Wish(
                amount=wish.amount,
                description=wish.description,
                reference=wish.reference,
                expires_at=at + CHARGE_TIME,
                interface=wish.interface,
                content=content,
                is_test=agreed.is_test,
            ),
        )

        def work(book: Book) -> Invoice:
            # One that was accepted before the link ended may be charged: it is shown as it is.
            if (
                link is not None
                and link.state is LinkState.ENDED
                and not _known(book, merchant, wish)
            ):
                raise LinkEndedError(ended_at=link.ended_at)
            child = issuing(book)
            if child.content.get(PARENT) != agreed.id:
                raise ReferenceUsedError(invoice=child.id)
            payload = {"merchant": merchant.id, "invoice": child.id}
            key, lane = f"charge:{child.id}", f"merchant/{merchant.id}"
            book.due.add(Work(key, "charge_link", lane, payload, at, at, PRIORITY))
            return child

        return await self._store.write(work)

    async def make(self, *, invoice_id: str) -> None:
        """Charge an accepted one; refused, it is rejected.  Again is the same.

        Raises:
            UnavailableError: It can be neither charged nor refused now.
        """
        child, merchant = await self._issuing.open_page(invoice_id=invoice_id)
        if child.state is not State.WAITING or self._now() >= child.expires_at:
            return
        if child.is_test:
            await self._issuing.play_test(invoice_id=child.id, pays=True)
            return
        parent = await self._issuing.get(merchant=merchant, invoice_id=child.content[PARENT])
        wish = Wish(
            amount=child.amount,
            description=child.description,
            reference=child.reference,
            interface=child.interface,
            content=child.content,
        )
        try:
            await self._links.charge(merchant=merchant, parent=parent, wish=wish)
        except UnavailableError:
            raise
        except WalletError:  # it cannot be charged, and the shop finds it rejected
            await self._issuing.cancel(merchant=merchant, invoice_id=child.id)

    async def phone_of(self, *, merchant: Merchant, payment_id: str) -> str:
        """The number of the wallet that the payment of that id saved with the shop.

        Raises:
            LinkNotFoundError: It is no payment to the shop, or saved no wallet.
            LinkEndedError: The payer has ended it.
        """

        def view(book: Book) -> str:
            payment = book.payments.find(payment_id)
            if payment is None or payment.merchant != merchant.id:
                raise LinkNotFoundError
            link = book.links.of_invoice(payment.invoice)
            holder = book.holders.find(payment.holder)
            if link is None or holder is None:
                raise LinkNotFoundError
            if link.state is LinkState.ENDED:
                raise LinkEndedError(ended_at=link.ended_at)
            return holder.phone

        return await self._store.read(view)

    async def _agreed(self, merchant: Merchant, reference: str) -> Invoice:
        page = await self._issuing.page(merchant=merchant, reference=reference)
        for invoice in page.invoices:
            saved = invoice.is_recurring or LINK in invoice.content or PARENT in invoice.content
            if saved and invoice.state in _AGREED:
                return invoice
        raise LinkNotFoundError


def _known(book: Book, merchant: Merchant, wish: Wish) -> bool:
    """Whether the merchant has an invoice of that number already."""
    if wish.reference is None:
        return False
    return book.invoices.with_reference(merchant.id, wish.reference) is not None
