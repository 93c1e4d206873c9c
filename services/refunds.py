"""Refunds: a merchant gives back what was paid, wholly or in parts, never more.

The money goes back along its payment: to the account that paid or, where it was exchanged
on the way, in the invoice's currency.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from services import holders, invoices, payments, settlements
from services.clock import Clock
from services.errors import ConflictError, InvalidRequestError, NotFoundError, RefusedError
from services.history import Operation, Step
from services.holders import Holder
from services.ids import NewId
from services.invoices import Invoice
from services.ledger import (
    Account,
    AccountId,
    Balance,
    Transaction,
    account_id,
    post_once,
)
from services.merchants import Merchant, known
from services.money import Money
from services.notifications import API, tell_by_webhook
from services.payments import Payment
from services.store import Store

REASON_LENGTH_MAX = 255


class RefundState(StrEnum):
    """One that a merchant makes itself is paid at once."""

    REQUESTED = "requested"
    APPROVED = "approved"
    PAID = "paid"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Refund:
    """Money given back."""

    id: str
    merchant: str
    merchant_name: str
    invoice: str
    payment: str
    holder: str
    account: AccountId
    """Where it came."""
    amount: Money
    reason: str
    state: RefundState
    created_at: datetime
    reference: str | None = None
    """The merchant's own number of it."""


@dataclass(frozen=True, slots=True)
class RefundCheck:
    """What was given back, and what the wallet holds now: both currencies together."""

    refunds: list[Refund]
    next: str | None
    balances: list[Balance]


class RefundNotFoundError(NotFoundError):
    """No such refund, or it is somebody else's."""

    code = "refund_not_found"


class NotPaidError(RefusedError):
    """Only what was paid can be refunded.  Values: state."""

    code = "not_paid"


class PaidInCashError(RefusedError):
    """It was paid with banknotes, so the wallet does not know to whom it goes back."""

    code = "paid_in_cash"


class RefundTooLargeError(RefusedError):
    """More than what is left of the payment.  Values: left."""

    code = "refund_too_large"


class RefundReferenceUsedError(ConflictError):
    """The invoice has another refund of that number.  Values: refund."""

    code = "refund_reference_used"


class RefundReasonError(InvalidRequestError):
    """The reason is too long or cannot be shown.  Values: maximum."""

    code = "refund_reason"


class StoredRefunds(Protocol):
    """What storage keeps of refunds."""

    def add(self, refund: Refund) -> None:
        """Keep a new one."""

    def find(self, refund_id: str) -> Refund | None:
        """The refund of that id, or None."""

    def of_invoice(self, invoice_id: str) -> list[Refund]:
        """Those of the invoice, oldest first."""

    def with_reference(self, invoice_id: str, reference: str) -> Refund | None:
        """The one of that number, or None."""

    def of_holder(self, holder: str, *, before: str | None, limit: int) -> list[Refund]:
        """Those that came to *holder*, newest first."""


class Book(payments.Book, Protocol):
    """The part of the book that refunds need."""

    @property
    def refunds(self) -> StoredRefunds: ...


class Refunds:
    """Both sides of refunds."""

    def __init__(self, *, store: Store[Book], now: Clock, new_id: NewId) -> None:
        self._store = store
        self._now = now
        self._new_id = new_id

    def refunding(
        self,
        *,
        merchant: Merchant,
        invoice_id: str,
        amount: Money | None,
        reason: str,
        reference: str | None = None,
    ) -> "Refunding":
        """The use case of one refund, to be run by a store; None is all that is left.

        Run with the same *reference* and amount again, it returns the first.

        Raises:
            RefundReasonError: *reason* cannot be shown.
        """
        if len(reason) > REASON_LENGTH_MAX or not reason.isprintable():
            raise RefundReasonError(maximum=REASON_LENGTH_MAX)
        at = self._now()
        return Refunding(self._new_id(at), merchant, invoice_id, amount, reason, at, reference)

    async def refund(
        self,
        *,
        merchant: Merchant,
        invoice_id: str,
        amount: Money | None,
        reason: str = "",
        reference: str | None = None,
    ) -> Refund:
        """Give back *amount*, or all that is left.

        Raises:
            InvoiceNotFoundError: The merchant has none such.
            NotPaidError: It was never paid.
            RefundTooLargeError: That is more than is left.
            PaidInCashError: It was paid at a terminal.
            InsufficientFundsError: The merchant's account does not hold it.
            RefundReferenceUsedError: Another amount was given back under *reference*.
        """
        use_case = self.refunding(
            merchant=merchant,
            invoice_id=invoice_id,
            amount=amount,
            reason=reason,
            reference=reference,
        )
        return await self._store.write(use_case)

    async def get(self, *, merchant: Merchant, refund_id: str) -> Refund:
        """One of the merchant's refunds.

        Raises:
            RefundNotFoundError: The merchant made none such.
        """

        def view(book: Book) -> Refund:
            refund = book.refunds.find(refund_id)
            if refund is None or refund.merchant != merchant.id:
                raise RefundNotFoundError
            return refund

        return await self._store.read(view)

    async def of_invoice(self, *, merchant: Merchant, invoice_id: str) -> list[Refund]:
        """What was given back of one invoice, oldest first.

        Raises:
            InvoiceNotFoundError: The merchant has none such.
        """

        def view(book: Book) -> list[Refund]:
            return book.refunds.of_invoice(invoices.of_merchant(book, merchant.id, invoice_id).id)

        return await self._store.read(view)

    async def with_reference(
        self, *, merchant: Merchant, invoice_id: str, reference: str
    ) -> Refund:
        """The refund of that number.

        Raises:
            InvoiceNotFoundError, RefundNotFoundError: The merchant has none such.
        """

        def view(book: Book) -> Refund:
            invoice = invoices.of_merchant(book, merchant.id, invoice_id)
            found = book.refunds.with_reference(invoice.id, reference)
            if found is None:
                raise RefundNotFoundError
            return found

        return await self._store.read(view)

    async def check(
        self, *, holder: Holder, before: str | None = None, limit: int = 5
    ) -> RefundCheck:
        """What came back to *holder*, newest first, beside the balances."""

        def view(book: Book) -> RefundCheck:
            found = book.refunds.of_holder(holder.id, before=before, limit=limit + 1)
            after = found[limit - 1].id if len(found) > limit else None
            return RefundCheck(found[:limit], after, book.ledger.balances(holder.owner))

        return await self._store.read(view)

    async def view(self, *, holder: Holder, refund_id: str) -> Refund:
        """A refund that came to *holder*.

        Raises:
            RefundNotFoundError: There is none such.
        """

        def view(book: Book) -> Refund:
            refund = book.refunds.find(refund_id)
            if refund is None or refund.holder != holder.id:
                raise RefundNotFoundError
            return refund

        return await self._store.read(view)


@dataclass(frozen=True, slots=True)
class Refunding:
    """The use case of one refund: a function of the book."""

    id: str
    merchant: Merchant
    invoice_id: str
    amount: Money | None
    reason: str
    at: datetime
    reference: str | None = None

    def __call__(self, book: Book) -> Refund:
        """Move the money back and tell both sides."""
        invoice = invoices.of_merchant(book, self.merchant.id, self.invoice_id)
        first = self._first(book, invoice)
        if first is not None:
            return first
        amount = _refundable(invoice, self.amount)
        payment = book.payments.find(invoice.payment or "")
        if payment is None:  # banknotes at a terminal: there is no account to give them back to
            raise PaidInCashError
        refund = Refund(
            id=self.id,
            merchant=self.merchant.id,
            merchant_name=self.merchant.name,
            invoice=invoice.id,
            payment=payment.id,
            holder=payment.holder,
            account=_back_to(book, payment, self.at),
            amount=amount,
            reason=self.reason,
            state=RefundState.PAID,
            created_at=self.at,
            reference=self.reference,
        )
        _give_back(book, refund, self.merchant, invoice.refunded)
        _record(book, refund, invoice)
        return refund

    def _first(self, book: Book, invoice: Invoice) -> Refund | None:
        """The refund that has the reference already, if it is the same."""
        if self.reference is None:
            return None
        first = book.refunds.with_reference(invoice.id, self.reference)
        if first is not None and self.amount not in (None, first.amount):
            raise RefundReferenceUsedError(refund=first.id)
        return first


def facts(refund: Refund) -> dict[str, Any]:
    """What the merchant is told of *refund*, in our API and in its webhook."""
    return {
        "id": refund.id,
        "invoice_id": refund.invoice,
        "amount": invoices.amount_facts(refund.amount),
        "state": refund.state.value,
        "reason": refund.reason,
        "reference": refund.reference,
        "created_at": invoices.time_fact(refund.created_at),
    }


def _back_to(book: Book, payment: Payment, at: datetime) -> AccountId:
    """The account that paid; where it was exchanged, the payer's in the invoice's currency."""
    if payment.given.currency == payment.amount.currency:
        return payment.account
    owner = holders.owner_of(payment.holder)
    account = account_id(owner, payment.amount.currency)
    book.ledger.open(Account(account, owner, payment.amount.currency, at))
    return account


def _refundable(invoice: Invoice, asked: Money | None) -> Money:
    if invoice.payment is None:
        raise NotPaidError(state=invoice.state.value)
    amount = invoice.refundable if asked is None else asked
    same_currency = amount.currency == invoice.amount.currency
    if not same_currency or not 0 < amount.minor <= invoice.refundable.minor:
        raise RefundTooLargeError(left=invoice.refundable)
    return amount


def _give_back(book: Book, refund: Refund, merchant: Merchant, before: Money) -> None:
    transfers = settlements.returning(
        book, merchant, refund.payment, refund.amount, before, refund.account
    )
    subject = f"refund/{refund.id}"
    post_once(
        book.ledger,
        Transaction(f"refund:{refund.id}", "refund", subject, refund.created_at, transfers),
    )
    book.refunds.add(refund)
    book.steps.add(subject, Step("pay", refund.state.value, "merchant", refund.created_at))


def _record(book: Book, refund: Refund, invoice: Invoice) -> None:
    at, subject = refund.created_at, f"refund/{refund.id}"
    refunded = invoice.refunded_minor + refund.amount.minor
    event = "refund_rest" if refunded == invoice.amount.minor else "refund_part"
    invoices.move(book, invoice, event, "merchant", at, refunded_minor=refunded)
    step = Step(event, "done", "merchant", at, str(refund.amount))
    book.steps.add(f"payment/{refund.payment}", step)
    book.operations.put(
        Operation(
            id=refund.id,
            holder=refund.holder,
            kind="refund",
            subject=subject,
            amount=refund.amount,
            state=refund.state.value,
            title=refund.merchant_name,
            note=refund.reason or invoice.description,
            at=at,
        )
    )
    holders.notify(book, refund.holder, "refund", subject, at, key=subject, priority=2)
    if invoice.interface == API:  # the others have no such message
        merchant = known(book, refund.merchant)
        tell_by_webhook(book, merchant, "refund.paid", facts(refund), key=subject, at=at)
