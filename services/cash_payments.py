"""Invoices paid with banknotes at a terminal, by a number that the payer types there.

The terminal owes the cash from then on, as with a top-up.  The sum is exact: the wallet
gives no change, and does not know whose the rest is.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services import check_digits, invoices, merchants, settlements, terminals
from services.clock import Clock
from services.errors import ConflictError, InvalidRequestError, NotFoundError
from services.history import Step
from services.ids import NewId
from services.invoices import Invoice
from services.ledger import Transaction, Transfer, account_id, post_once
from services.merchants import MerchantDisabledError, MerchantState
from services.money import Money
from services.store import Store
from services.terminals import Terminal
from services.topups import TerminalExhaustedError, TopUp, check_receipt

NUMBER_DIGITS = 8
"""Fewer than any phone number has, so a terminal's request says which of both it is."""

_TRIES = 20


@dataclass(frozen=True, slots=True)
class CashPayment:
    """An invoice that was paid with banknotes."""

    id: str
    terminal: str
    receipt: str
    invoice: str
    merchant: str
    amount: Money
    received_at: datetime


class CashNumberUnknownError(NotFoundError):
    """No invoice has that number, or it was typed wrong."""

    code = "cash_number_unknown"


class CashAmountError(InvalidRequestError):
    """An invoice is paid with its exact sum.  Values: amount."""

    code = "cash_amount"


class CashPaymentDiffersError(ConflictError):
    """The terminal has used that receipt number for something else."""

    code = "cash_payment_differs"


class StoredCashPayments(Protocol):
    """What storage keeps of cash payments and of the numbers that are typed for them."""

    def number_of(self, invoice_id: str) -> str | None:
        """The invoice's number, or None."""

    def invoice_of(self, number: str) -> str | None:
        """The id of the invoice of that number, or None."""

    def give_number(self, number: str, invoice_id: str) -> bool:
        """Let the invoice have it; False where another has it."""

    def add(self, payment: CashPayment) -> None:
        """Keep a new one."""

    def with_receipt(self, terminal: str, receipt: str) -> CashPayment | None:
        """The terminal's one of that number, or None."""


class StoredTopUps(Protocol):
    """What is asked of top-ups: a receipt number is for one thing."""

    def with_receipt(self, terminal: str, receipt: str) -> TopUp | None:
        """The terminal's one of that number, or None."""


class Book(invoices.Book, settlements.Book, terminals.Book, Protocol):
    """The part of the book that cash payments need."""

    @property
    def cash_payments(self) -> StoredCashPayments: ...
    @property
    def topups(self) -> StoredTopUps: ...


class CashPayments:
    """The number of an invoice, and the terminal's side."""

    def __init__(self, *, store: Store[Book], now: Clock, new_id: NewId) -> None:
        self._store = store
        self._now = now
        self._new_id = new_id

    async def number(self, *, invoice_id: str) -> str:
        """What is typed at a terminal to pay the invoice: eight digits, the last a check digit.

        Raises:
            InvoiceNotFoundError: There is none.
        """
        drawn = [_number() for _ in range(_TRIES)]

        def work(book: Book) -> str:
            invoice = book.invoices.find(invoice_id)
            if invoice is None:
                raise invoices.InvoiceNotFoundError
            known = book.cash_payments.number_of(invoice.id)
            if known is not None:
                return known
            for number in drawn:
                if book.cash_payments.give_number(number, invoice.id):
                    return number
            raise RuntimeError("no number is free")

        return await self._store.write(work)

    async def check(self, *, terminal: Terminal, receipt: str, number: str) -> Invoice:
        """The invoice that can be paid at *terminal* under that number.

        Raises:
            CashNumberUnknownError: There is none, or it is in another currency.
            ReceiptNotUnderstoodError: *receipt* is no number.
            InvoicePaidError, InvoiceRejectedError, InvoiceExpiredError, InvoiceHeldError,
                InvoiceTestError, MerchantDisabledError: It is not to be paid.
        """
        check_receipt(receipt)
        at = self._now()
        return await self._store.read(lambda book: _payable(book, terminal, number, at))

    async def pay(
        self, *, terminal: Terminal, receipt: str, number: str, amount: Money
    ) -> CashPayment:
        """The cash is in the machine: the merchant is paid, once for each receipt.

        Raises:
            CashAmountError: *amount* is not what the invoice asks for.
            CashPaymentDiffersError: *receipt* was used for something else.
            TerminalExhaustedError: The terminal owes too much; to be sent again later.
            and as `check` does.
        """
        check_receipt(receipt)
        at = self._now()
        payment_id = self._new_id(at)

        def work(book: Book) -> CashPayment:
            book.terminals.take_turn(terminal.id)
            first = book.cash_payments.with_receipt(terminal.id, receipt)
            if first is not None:
                return _the_same(book, first, number, amount)
            if book.topups.with_receipt(terminal.id, receipt) is not None:
                raise CashPaymentDiffersError
            invoice = _payable(book, terminal, number, at)
            if amount != invoice.amount:
                raise CashAmountError(amount=invoice.amount)
            payment = CashPayment(
                payment_id, terminal.id, receipt, invoice.id, invoice.merchant, amount, at
            )
            _take(book, terminal, payment)
            invoices.end_offers(book, invoice, at)
            invoices.move(book, invoice, "pay", "terminal", at, payment=payment.id, paid_at=at)
            return payment

        return await self._store.write(work)


def is_number(typed: str) -> bool:
    """Whether *typed* looks like the number of an invoice, and not like a phone's."""
    return len(typed) == NUMBER_DIGITS and typed.isascii() and typed.isdigit()


def _number() -> str:
    body = str(secrets.randbelow(9 * 10 ** (NUMBER_DIGITS - 2)) + 10 ** (NUMBER_DIGITS - 2))
    return next(body + last for last in "0123456789" if check_digits.luhn(body + last))


def _payable(book: Book, terminal: Terminal, number: str, at: datetime) -> Invoice:
    found = book.cash_payments.invoice_of(number)
    invoice = None if found is None else book.invoices.find(found)
    if invoice is None or invoice.amount.currency != terminal.currency:
        raise CashNumberUnknownError
    if invoice.is_test:
        raise invoices.InvoiceTestError
    if merchants.known(book, invoice.merchant).state is MerchantState.DISABLED:
        raise MerchantDisabledError
    invoices.payable(invoice, at)
    return invoice


def _the_same(book: Book, first: CashPayment, number: str, amount: Money) -> CashPayment:
    if (book.cash_payments.invoice_of(number), amount) != (first.invoice, first.amount):
        raise CashPaymentDiffersError
    return first


def _take(book: Book, terminal: Terminal, payment: CashPayment) -> None:
    """What the terminal owes grows by the cash; the merchant is paid."""
    owes = account_id(terminal.owner, payment.amount.currency)
    balance = book.ledger.balance(owes)
    if balance is None or balance.available.minor < payment.amount.minor:
        raise TerminalExhaustedError
    merchant = merchants.known(book, payment.merchant)
    at, subject = payment.received_at, f"cash_payment/{payment.id}"
    parts = settlements.parts(book, merchant, payment.id, payment.amount, at)
    transfers = tuple(Transfer(owes, account, part) for account, part in parts if part.minor)
    key = f"cash_payment:{payment.id}"
    post_once(book.ledger, Transaction(key, "cash_payment", subject, at, transfers))
    book.cash_payments.add(payment)
    book.steps.add(subject, Step("receive", "done", "terminal", at, payment.receipt))
