"""Money held for a merchant that captures later: taken, in part, released, or let go by time."""

from dataclasses import replace
from datetime import datetime, timedelta

from services import holders, invoices, limits, payment_links, sources
from services.clock import Clock
from services.due import Work
from services.errors import InvalidRequestError, RefusedError
from services.invoices import Capture, Invoice, InvoiceState
from services.merchants import Merchant
from services.money import Money
from services.payment_life import KIND, Book, Payment, move, operation, post
from services.sources import Rules, Source
from services.store import Store

CAPTURE_TIME = timedelta(days=7)
"""How long money is held for a merchant that captures later; as Robokassa holds it."""


class NotAuthorisedError(RefusedError):
    """Only what is held for the merchant can be captured or released.  Values: state."""

    code = "not_authorised"


class CaptureAmountError(InvalidRequestError):
    """More than is held, nothing, or another currency.  Values: held."""

    code = "capture_amount"


class HeldExchangeError(RefusedError):
    """What the merchant captures later is paid in its own currency.  Values: currency."""

    code = "held_exchange"


class Authorisations:
    """The merchant's side of what is held for it."""

    def __init__(self, *, store: Store[Book], now: Clock, rules: Rules) -> None:
        self._store = store
        self._now = now
        self._rules = rules

    async def capture(
        self, *, merchant: Merchant, invoice_id: str, amount: Money | None = None
    ) -> Invoice:
        """Take what is held for the merchant, or *amount* of it; the rest is free again.

        Again with the same amount is the same.

        Raises:
            InvoiceNotFoundError: The merchant has none such.
            NotAuthorisedError: Nothing is held for it.
            CaptureAmountError: That is not what can be taken.
        """
        at = self._now()

        def work(book: Book) -> Invoice:
            invoice = invoices.of_merchant(book, merchant.id, invoice_id)
            if _was_captured(invoice, amount):
                return invoice
            payment = _authorised(book, invoice)
            taken = _capturable(payment, amount)
            if taken != payment.amount:
                payment = self._lessen(book, payment, taken)
            source = sources.kept(book, payment.account, payment.card, taken)
            post(book, payment, source, at)
            done = move(book, payment, "settle", "merchant", at)
            paid = invoices.move(
                book, invoice, "capture", "merchant", at, amount=taken, paid_at=at
            )
            _close_authorisation(book, done, paid, at)
            return paid

        return await self._store.write(work)

    async def release(self, *, merchant: Merchant, invoice_id: str) -> Invoice:
        """Let go what is held for the merchant, or take back what waits; again is the same.

        Raises:
            InvoiceNotFoundError: The merchant has none such.
            InvoicePaidError, InvoiceExpiredError: Too late.
        """
        at = self._now()

        def work(book: Book) -> Invoice:
            invoice = invoices.of_merchant(book, merchant.id, invoice_id)
            if invoice.state is not InvoiceState.AUTHORISED:
                return invoices.reject(book, invoice, "merchant", at)
            return self._let_go(book, invoice, "release", "merchant", at)

        return await self._store.write(work)

    async def expire(self, *, invoice_id: str) -> bool:
        """The merchant had time enough to capture; again is the same.

        False where it has time yet.
        """
        at = self._now()

        def work(book: Book) -> bool:
            invoice = book.invoices.find(invoice_id)
            if invoice is None or invoice.state is not InvoiceState.AUTHORISED:
                return True
            until = _authorised(book, invoice).capture_until
            if until is None or at < until:
                return False
            self._let_go(book, invoice, "lapse", "wallet", at)
            return True

        return await self._store.write(work)

    def _let_go(
        self, book: Book, invoice: Invoice, event: str, actor: str, at: datetime
    ) -> Invoice:
        """The money held for the merchant is the holder's again."""
        payment = _authorised(book, invoice)
        expired = event == "lapse"
        sources.let_go(
            book,
            self._rules,
            payment.holder,
            KIND,
            payment.hold or "",
            at=at,
            expired=expired,
        )
        failed = move(book, payment, "fail", actor, at, event)
        ended = invoices.move(book, invoice, event, actor, at, payment=None)
        if invoice.is_recurring:
            payment_links.end_unpaid(book, invoice, at)
        _close_authorisation(book, failed, ended, at)
        return ended

    def _lessen(self, book: Book, payment: Payment, taken: Money) -> Payment:
        """The limits count what is taken, and not what was held."""
        limits.take_less(
            book,
            self._rules.limits,
            payment.holder,
            KIND,
            payment.given,
            taken,
            payment.created_at,
        )
        return replace(payment, amount=taken, given=taken)


def authorise(
    book: Book, payment: Payment, invoice: Invoice, at: datetime
) -> tuple[Payment, Invoice]:
    """The hold stays, for the merchant to capture within `CAPTURE_TIME`."""
    until = at + CAPTURE_TIME
    held = move(book, replace(payment, capture_until=until), "authorise", "holder", at)
    key, lane = f"expire:authorisation:{invoice.id}", f"merchant/{invoice.merchant}"
    work = Work(key, "expire_authorisation", lane, {"invoice": invoice.id}, until, at)
    book.due.add(work)
    return held, invoices.move(book, invoice, "authorise", "holder", at, payment=payment.id)


def holdable(invoice: Invoice, source: Source) -> Source:
    """*source*, with the obstacle that it has where the merchant captures later."""
    try:
        refuse_held_exchange(invoice, source)
    except HeldExchangeError as exc:
        return sources.blocked(source, exc)
    return source


def refuse_held_exchange(invoice: Invoice, source: Source) -> None:
    """An exchange that is held could not be captured in part at the rate it was held at.

    Raises:
        HeldExchangeError: It would be one.
    """
    if invoice.capture is Capture.LATER and source.cost.currency != invoice.amount.currency:
        raise HeldExchangeError(currency=invoice.amount.currency.code)


def _authorised(book: Book, invoice: Invoice) -> Payment:
    if invoice.state is not InvoiceState.AUTHORISED:
        raise NotAuthorisedError(state=invoice.state.value)
    payment = book.payments.find(invoice.payment or "")
    if payment is None:
        raise ValueError(f"invoice {invoice.id} is held by nothing")
    return payment


def _was_captured(invoice: Invoice, amount: Money | None) -> bool:
    if invoice.capture is not Capture.LATER or invoice.paid_at is None:
        return False
    return amount is None or amount == invoice.amount


def _capturable(payment: Payment, amount: Money | None) -> Money:
    taken = payment.amount if amount is None else amount
    same_currency = taken.currency == payment.amount.currency
    if not same_currency or not 0 < taken.minor <= payment.amount.minor:
        raise CaptureAmountError(held=payment.amount)
    return taken


def _close_authorisation(book: Book, payment: Payment, invoice: Invoice, at: datetime) -> None:
    """It has ended: the holder's history and chat say how."""
    book.due.cancel(f"expire:authorisation:{invoice.id}")
    book.operations.put(operation(payment, invoice))
    subject = f"payment/{payment.id}"
    holders.notify(
        book, payment.holder, "hold_ended", subject, at, key=f"end:{subject}", priority=2
    )
