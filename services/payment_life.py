"""A payment of an invoice and its life: held, perhaps authorised, then done or failed."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from services import invoices, ledger, merchants, payment_links, settlements, sources
from services.history import Operation, Step
from services.invoices import Invoice
from services.ledger import AccountId, Transaction
from services.merchants import MerchantDisabledError, MerchantState
from services.money import Money
from services.offers import OfferUsedError
from services.sources import Source
from services.states import advance

KIND = "invoice"
"""The kind of spending that the limits count it as."""


class PaymentState(StrEnum):
    """Held while the code is awaited, then done or failed for good.

    An authorised one is held for the merchant, which has yet to capture it.
    """

    HELD = "held"
    AUTHORISED = "authorised"
    DONE = "done"
    FAILED = "failed"


TRANSITIONS = {
    (PaymentState.HELD, "settle"): PaymentState.DONE,
    (PaymentState.HELD, "fail"): PaymentState.FAILED,
    (PaymentState.HELD, "authorise"): PaymentState.AUTHORISED,
    (PaymentState.AUTHORISED, "settle"): PaymentState.DONE,
    (PaymentState.AUTHORISED, "fail"): PaymentState.FAILED,
}


@dataclass(frozen=True, slots=True)
class Payment:
    """Money on its way from a holder to a merchant."""

    id: str
    holder: str
    offer: str
    invoice: str
    merchant: str
    account: AccountId
    """Where it comes from."""
    card: str | None
    amount: Money
    """What the merchant gets."""
    given: Money
    """What leaves the account: another amount where it is exchanged on the way."""
    created_at: datetime
    state: PaymentState
    hold: str | None = None
    settled_at: datetime | None = None
    capture_until: datetime | None = None
    """When an authorised one is let go, unless the merchant captures it before."""


class StoredPayments(Protocol):
    """What storage keeps of payments."""

    def add(self, payment: Payment) -> None:
        """Keep a new one."""

    def find(self, payment_id: str) -> Payment | None:
        """The payment of that id, or None."""

    def of_offer(self, offer_id: str) -> Payment | None:
        """The payment that the offer made, or None."""

    def held_for(self, invoice_id: str) -> list[Payment]:
        """Those that wait for their code to pay that invoice."""

    def change(self, payment: Payment, *, was: PaymentState) -> bool:
        """Keep its new state, if it still is as it *was*."""


class Book(payment_links.Book, settlements.Book, Protocol):
    """The part of the book that payments need."""

    @property
    def payments(self) -> StoredPayments: ...


def may_be_paid(book: Book, invoice: Invoice, at: datetime) -> None:
    """Raise what keeps *invoice* from being paid, if anything does."""
    if is_closed(book, invoice):
        raise MerchantDisabledError
    if invoice.is_test:
        raise invoices.InvoiceTestError
    invoices.payable(invoice, at)


def is_closed(book: Book, invoice: Invoice) -> bool:
    """Whether its merchant takes no payments."""
    return merchants.known(book, invoice.merchant).state is MerchantState.DISABLED


def post(book: Book, payment: Payment, source: Source, at: datetime) -> None:
    """One transaction: the exchange, where there is one, and the payment it serves."""
    merchant = merchants.known(book, payment.merchant)
    parts = settlements.parts(book, merchant, payment.id, payment.amount, at)
    subject = f"payment/{payment.id}"
    transfers = sources.moves(book, source, parts, at)
    sources.note_exchange(book, source, payment.holder, subject, at)
    posting = Transaction(f"payment:{payment.id}", "payment", subject, at, transfers)
    ledger.capture(book.ledger, payment.hold or "", posting)


def move(
    book: Book, payment: Payment, event: str, actor: str, at: datetime, reason: str = ""
) -> Payment:
    """Carry *payment* along an edge of its state machine.

    Raises:
        StateError: It has no such edge from where it is.
        OfferUsedError: Somebody else moved it meanwhile.
    """
    changed = replace(payment, state=advance(TRANSITIONS, payment.state, event), settled_at=at)
    if not book.payments.change(changed, was=payment.state):
        raise OfferUsedError
    step = Step(event, changed.state.value, actor, at, reason)
    book.steps.add(f"payment/{payment.id}", step)
    return changed


def operation(payment: Payment, invoice: Invoice) -> Operation:
    """What the holder's history says of it."""
    return Operation(
        id=payment.id,
        holder=payment.holder,
        kind="payment",
        subject=f"payment/{payment.id}",
        amount=-payment.given,
        state=payment.state.value,
        title=invoice.merchant_name,
        note=invoice.description,
        at=payment.created_at,
    )
