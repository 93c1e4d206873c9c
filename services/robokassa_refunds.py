"""Refunds as Robokassa's refund service takes them: by the operation, without a key.

Its requests carry nothing that tells a repetition from a second wish, so the same request
within `SAME_WITHIN` is the same refund: a shop whose connection broke asks again, and the
money goes back once.
"""

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

from services import fiscal_receipts, merchants, refunds
from services.clock import Clock
from services.errors import NotFoundError
from services.invoices import Invoice
from services.merchants import Merchant
from services.money import Money
from services.refunds import Refund, RefundNotFoundError, Refunds
from services.store import Store

SAME_WITHIN = timedelta(minutes=10)
"""Longer than a client waits and asks again, shorter than a person comes back for more."""

_REFERENCE = re.compile(r"jwt-(?P<mark>[0-9a-f]{64})-[0-9]+")


@dataclass(frozen=True, slots=True)
class PaidOperation:
    """What is refunded."""

    id: str
    invoice: Invoice
    merchant: Merchant


class OperationNotFoundError(NotFoundError):
    """No payment goes by that OpKey."""

    code = "op_key_unknown"


class Book(refunds.Book, fiscal_receipts.Book, Protocol):
    """The part of the book that these refunds need."""


class RobokassaRefunds:
    """What the refund service is asked."""

    def __init__(self, *, store: Store[Book], now: Clock, refunding: Refunds) -> None:
        self._store = store
        self._now = now
        self._refunding = refunding

    async def operation(self, *, operation_id: str) -> PaidOperation:
        """The payment of that id; whoever asks has yet to prove that it is theirs.

        Raises:
            OperationNotFoundError: There is none.
        """

        def view(book: Book) -> PaidOperation:
            payment = book.payments.find(operation_id)
            invoice = None if payment is None else book.invoices.find(payment.invoice)
            if invoice is None or invoice.payment != operation_id:
                raise OperationNotFoundError
            return PaidOperation(operation_id, invoice, merchants.known(book, invoice.merchant))

        return await self._store.read(view)

    async def refund(
        self,
        *,
        operation: PaidOperation,
        amount: Money | None,
        mark: str,
        receipt: str | None,
    ) -> Refund:
        """Give back *amount*, or all that is left.

        Args:
            operation: What was paid.
            amount: None is all that is left.
            mark: 64 hexadecimal digits, the same for the same request; when it was made
                within `SAME_WITHIN` before, its refund is returned.
            receipt: What the shop says was returned, as JSON.

        Raises:
            NotPaidError: It is paid no more, or not yet.
            RefundTooLargeError: That is more than is left.
            InsufficientFundsError: The shop's account does not hold it.
        """
        at = self._now()
        use_case = self._refunding.refunding(
            merchant=operation.merchant, invoice_id=operation.invoice.id, amount=amount, reason=""
        )

        def work(book: Book) -> Refund:
            book.invoices.find(operation.invoice.id)  # locked: its refunds come one at a time
            alike = [
                each
                for each in book.refunds.of_invoice(operation.invoice.id)
                if _mark_of(each) == mark
            ]
            if alike and (amount is None or at < alike[-1].created_at + SAME_WITHIN):
                return alike[-1]
            named = replace(use_case, reference=f"jwt-{mark}-{len(alike) + 1}")
            made = named(book)
            if receipt is not None:
                fiscal_receipts.keep_with_refund(book, made, receipt)
            return made

        return await self._store.write(work)

    async def get(self, *, refund_id: str) -> Refund:
        """The refund of that id, for whoever knows it: the service asks for nothing else.

        Raises:
            RefundNotFoundError: There is none.
        """

        def view(book: Book) -> Refund:
            refund = book.refunds.find(refund_id)
            if refund is None:
                raise RefundNotFoundError
            return refund

        return await self._store.read(view)


def _mark_of(refund: Refund) -> str | None:
    found = _REFERENCE.fullmatch(refund.reference or "")
    return None if found is None else found["mark"]
