"""Receipts: a document of every finished operation, which anybody can check.

A receipt is kept when it is first asked for and never changes afterwards.  Its code leads a
stranger to a few facts that he sees on it anyway, and to what has become of the payment.
"""

import re
from dataclasses import dataclass
from typing import Protocol

from services import receipt_facts
from services.errors import NotFoundError
from services.history import Operation, OperationNotFoundError, Wanted
from services.holders import Holder
from services.money import Money
from services.receipt_codes import code_of, parse_code
from services.receipt_facts import Issuer, Receipt, is_finished, read
from services.store import Store
from services.vault import Vault

LISTED_MAX = 8
_LOOKED_AT_MAX = 40
"""Newest operations among which finished ones are looked for."""

_ID_LENGTH = 32
_TXN = re.compile(r"[0-9]{1,19}")
TXN_MAX = 2**63 - 1
"""The largest transaction number that storage could have."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a stranger is told who has the code of a receipt."""

    receipt: Receipt
    given_back: Money | None
    """What has come back of it since; None where nothing has."""

    @property
    def is_all_given_back(self) -> bool:
        """Whether nothing is left of the payment."""
        return self.given_back == self.receipt.amount


class ReceiptNotFoundError(NotFoundError):
    """No receipt has that code or number, or it is somebody else's."""

    code = "receipt_not_found"


class StoredReceipts(Protocol):
    """What storage keeps of receipts."""

    def find(self, code: str) -> Receipt | None:
        """The receipt of that code, or None."""

    def keep(self, receipt: Receipt) -> Receipt:
        """Keep it, or return the one that was kept under its code before."""


class Book(receipt_facts.Book, Protocol):
    """The part of the book that receipts need."""

    @property
    def receipts(self) -> StoredReceipts: ...


class Receipts:
    """Issues receipts and checks them."""

    def __init__(self, *, store: Store[Book], vault: Vault, issuer: Issuer) -> None:
        self._store = store
        self._vault = vault
        self.issuer = issuer

    @property
    def public_key(self) -> str:
        """What checks the signature of a receipt's file, in base64."""
        return self._vault.public_key()

    async def last(self, *, holder: Holder) -> list[Operation]:
        """The newest finished operations, of which there are receipts."""
        found = await self._store.read(
            lambda book: book.operations.page(
                holder.id, Wanted(), before=None, limit=_LOOKED_AT_MAX
            )
        )
        return [each for each in found if is_finished(each)][:LISTED_MAX]

    async def issue(self, *, holder: Holder, operation_id: str) -> Receipt:
        """The receipt of one of *holder*'s operations; the same one however often.

        Raises:
            OperationNotFoundError: *holder* has none such.
            NoReceiptError: It is not finished, or nothing was moved.
        """
        code = code_of(self._vault, holder.id, operation_id)
        known = await self._store.read(lambda book: book.receipts.find(code))
        if known is not None:
            return known

        def work(book: Book) -> Receipt:
            operation = book.operations.find(holder.id, operation_id)
            if operation is None:
                raise OperationNotFoundError
            return book.receipts.keep(read(book, operation, code=code, issuer=self.issuer))

        return await self._store.write(work)

    async def named(self, *, holder: Holder, number: str) -> Receipt:
        """The receipt that *holder* means: by operation, transaction number or code.

        Raises:
            ReceiptNotFoundError: *holder* has none such.
            NoReceiptError: It is not finished, or nothing was moved.
        """
        typed = number.strip().lower()

        def view(book: Book) -> str | None:
            if len(typed) == _ID_LENGTH:
                return typed
            if _TXN.fullmatch(typed) and int(typed) <= TXN_MAX:
                payment = book.provider_payments.with_txn(int(typed))
                return None if payment is None else payment.id
            receipt = book.receipts.find(parse_code(typed) or "")
            return None if receipt is None else receipt.operation

        operation_id = await self._store.read(view)
        if operation_id is None:
            raise ReceiptNotFoundError
        try:
            return await self.issue(holder=holder, operation_id=operation_id)
        except OperationNotFoundError:
            raise ReceiptNotFoundError from None

    async def of_operation(self, *, operation_id: str) -> Receipt:
        """The receipt of an operation of whomever; the operator asks.

        Raises:
            ReceiptNotFoundError: There is no such operation.
            NoReceiptError: It is not finished, or nothing was moved.
        """
        owner = await self._store.read(lambda book: _owner(book, operation_id))
        if owner is None:
            raise ReceiptNotFoundError
        return await self.issue(holder=owner, operation_id=operation_id)

    async def check(self, *, code: str) -> Checked:
        """The receipt of a *code* as somebody has typed it, and what became of it since.

        Raises:
            ReceiptNotFoundError: It is no code, or no receipt has it.
        """
        parsed = parse_code(code)
        if parsed is None:
            raise ReceiptNotFoundError

        def view(book: Book) -> Checked:
            receipt = book.receipts.find(parsed)
            if receipt is None:
                raise ReceiptNotFoundError
            return Checked(receipt, _given_back(book, receipt))

        return await self._store.read(view)


def _given_back(book: Book, receipt: Receipt) -> Money | None:
    payment = book.payments.find(receipt.operation) if receipt.kind == "payment" else None
    invoice = None if payment is None else book.invoices.find(payment.invoice)
    if invoice is None or not invoice.refunded_minor:
        return None
    return invoice.refunded


def _owner(book: Book, operation_id: str) -> Holder | None:
    """Whose operation it is: what an operator knows is its number alone."""
    kept = (
        book.payments.find(operation_id),
        book.provider_payments.find(operation_id),
        book.topups.find(operation_id),
        book.refunds.find(operation_id),
        book.offers.find(operation_id),
    )
    found = next((each.holder for each in kept if each is not None), None)
    return book.holders.find(found or _corrected(book, operation_id))


def _corrected(book: Book, operation_id: str) -> str:
    """The id of the holder whom a correction of that number credited, or empty."""
    posted = book.ledger.posted(f"correction:{operation_id}")
    owner = "" if posted is None else posted.transaction.transfers[0].credit.partition(":")[0]
    return owner.removeprefix("holder/")
