"""What a payer sees of an invoice: its state, what it costs in each currency, the way back."""

from collections.abc import Iterable
from datetime import datetime

from services import exchange, invoices, return_addresses
from services.checkout_life import Book, Cost, Look
from services.errors import WalletError
from services.invoices import Capture, Invoice, InvoiceNotFoundError, InvoiceState
from services.merchants import Merchant, MerchantDisabledError, MerchantState
from services.merchants import known as known_merchant
from services.money import RUB, Currency
from services.payments import HeldExchangeError
from services.sources import Rules

OF_CARDS = RUB
"""The currency of the wallet's cards."""


def known(book: Book, invoice_id: str) -> tuple[Invoice, Merchant]:
    """The invoice and its merchant.

    Raises:
        InvoiceNotFoundError: There is none.
    """
    invoice = book.invoices.find(invoice_id)
    if invoice is None:
        raise InvoiceNotFoundError
    return invoice, known_merchant(book, invoice.merchant)


def payable(invoice: Invoice, merchant: Merchant, at: datetime) -> None:
    """Raise what keeps everybody from paying *invoice*, if anything does."""
    invoices.payable(invoice, at)
    if merchant.state is MerchantState.DISABLED:
        raise MerchantDisabledError
    if invoice.is_test:
        raise invoices.InvoiceTestError


def state_of(invoice: Invoice, merchant: Merchant, at: datetime) -> str:
    """The invoice's state; one that waits is `expired` from its end on, whoever notes it."""
    if invoice.state is not InvoiceState.WAITING:
        return invoice.state.value
    if at >= invoice.expires_at:
        return InvoiceState.EXPIRED.value
    is_closed = merchant.state is MerchantState.DISABLED
    return "closed" if is_closed else InvoiceState.WAITING.value


def cost(book: Book, rules: Rules, invoice: Invoice, of: Currency, at: datetime) -> Cost:
    """What *invoice* costs from an account in *of*, at the rate of today.

    Raises:
        RateMissingError, RateStaleError, ExchangePairError, ExchangeLimitError,
        ExchangeTooSmallError, AmountOutOfRangeError: It cannot be exchanged.
        HeldExchangeError: The merchant captures it later.
    """
    if of == invoice.amount.currency:
        return Cost(invoice.amount, None)
    if invoice.capture is Capture.LATER:
        raise HeldExchangeError(currency=invoice.amount.currency.code)
    conversion = exchange.to_get(book, rules.exchange, invoice.amount, of, at)
    return Cost(conversion.gives, conversion)


def look(
    book: Book,
    rules: Rules,
    invoice_id: str,
    currencies: Iterable[Currency],
    at: datetime,
    *,
    success_url: str | None,
    fail_url: str | None,
) -> Look:
    """All that whoever has its link may see; as `Checkouts.look` says."""
    invoice, merchant = known(book, invoice_id)
    state = state_of(invoice, merchant, at)
    own = invoice.amount.currency
    priced: dict[Currency, Cost] = {}
    if state == InvoiceState.WAITING.value and not invoice.is_test:
        # First what wallets have: the invoice's own currency may be in none of them.
        usual = tuple(currencies)
        for of in dict.fromkeys((*(each for each in usual if each == own), *usual, own)):
            found = _priced(book, rules, invoice, of, at)
            priced |= {} if found is None else {of: found}
    kept = invoice.content
    takes_cash = bool(priced) and _takes_cash(book, invoice)
    return Look(
        invoice=invoice,
        merchant=merchant,
        state=state,
        costs=list(priced.values()),
        card_cost=priced.get(OF_CARDS),
        success_url=return_addresses.returning(
            book, merchant, (success_url, kept.get("success_url"))
        ),
        fail_url=return_addresses.returning(book, merchant, (fail_url, kept.get("fail_url"))),
        takes_cash=takes_cash,
        cash_number=book.cash_payments.number_of(invoice.id) if takes_cash else None,
    )


def _takes_cash(book: Book, invoice: Invoice) -> bool:
    """Cash is nobody's wallet: it can be neither held nor charged again."""
    is_plain = invoice.capture is Capture.AT_ONCE and not invoice.is_recurring
    return is_plain and book.terminals.takes(invoice.amount.currency)


def _priced(book: Book, rules: Rules, invoice: Invoice, of: Currency, at: datetime) -> Cost | None:
    try:
        return cost(book, rules, invoice, of, at)
    except WalletError:  # of a read there is nothing to undo
        return None
