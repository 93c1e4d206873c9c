"""Paying an invoice: sources, offer, confirmation, code, hold and settlement.

Nothing moves on a tap alone.  Confirming reserves the money and sends a code bound to the
offer; the right code captures it.  However often any step is repeated the money moves
once: one offer makes one payment, and an invoice has one payment that is done.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from services import card_rules, codes, holders, invoices, ledger, merchants, offers
from services.card_rules import Card, CardState
from services.clock import Clock
from services.errors import RefusedError, WalletError, raise_refusal
from services.history import Operation, Step
from services.holders import Holder
from services.ids import NewId
from services.invoices import Invoice
from services.ledger import (
    Account,
    AccountId,
    AccountNotFoundError,
    Balance,
    Hold,
    InsufficientFundsError,
    Transaction,
    Transfer,
    account_id,
)
from services.merchants import MerchantDisabledError, MerchantState
from services.money import Currency, Money
from services.offers import (
    Offer,
    OfferExpiredError,
    OfferState,
    OfferUsedError,
    OfferWithdrawnError,
)
from services.states import advance
from services.store import Store
from services.vault import Vault

_OVER = {
    invoices.InvoiceState.REJECTED: "invoice_rejected",
    invoices.InvoiceState.EXPIRED: "invoice_expired",
}
"""Why a payment failed whose invoice ended before it; any other was paid by somebody else."""


class PaymentState(StrEnum):
    """Held while the code is awaited, then done or failed for good."""

    HELD = "held"
    DONE = "done"
    FAILED = "failed"


TRANSITIONS = {
    (PaymentState.HELD, "settle"): PaymentState.DONE,
    (PaymentState.HELD, "fail"): PaymentState.FAILED,
}


@dataclass(frozen=True, slots=True)
class Source:
    """What an invoice can be paid with."""

    name: str
    """`account`, or `card/<id>`."""
    balance: Balance
    card: Card | None = None
    obstacle: WalletError | None = None
    """Why it cannot pay just now, where that was asked for; None where it can."""


@dataclass(frozen=True, slots=True)
class Payment:
    """Money on its way from a holder to a merchant."""

    id: str
    holder: str
    offer: str
    invoice: str
    merchant: str
    account: AccountId
    card: str | None
    amount: Money
    created_at: datetime
    state: PaymentState
    hold: str | None = None
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """Everything an offer to pay states, and what has become of it."""

    offer: Offer
    invoice: Invoice
    source: Source
    payment: Payment | None = None

    @property
    def is_paid(self) -> bool:
        """Whether the money has moved: the proposal is a receipt now."""
        return self.payment is not None and self.payment.state is PaymentState.DONE


class SourceUnknownError(RefusedError):
    """The wallet has no such account or card to pay this with."""

    code = "source_unknown"


class InvoiceChangedError(RefusedError):
    """The invoice is not what the offer said any more."""

    code = "invoice_changed"


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


class Book(card_rules.Book, invoices.Book, Protocol):
    """The part of the book that payments need."""

    @property
    def payments(self) -> StoredPayments: ...


class Payments:
    """What a holder does to pay an invoice."""

    def __init__(
        self,
        *,
        store: Store[Book],
        vault: Vault,
        now: Clock,
        new_id: NewId,
        code_from_minor: dict[str, int] | None = None,
    ) -> None:
        """*code_from_minor*: by currency, the amount from which a code is asked; 0 is always."""
        self._store = store
        self._vault = vault
        self._now = now
        self._new_id = new_id
        self._code_from_minor = code_from_minor or {}

    async def sources(self, *, holder: Holder, invoice_id: str) -> tuple[Invoice, list[Source]]:
        """The invoice and what the wallet has for paying it, the account first.

        A source that cannot pay says why in its `obstacle`.

        Raises:
            InvoiceNotFoundError: There is none, or it is for somebody else.
            InvoicePaidError, InvoiceRejectedError, InvoiceExpiredError: It is over.
        """
        at = self._now()

        def view(book: Book) -> tuple[Invoice, list[Source]]:
            invoice = invoices.for_holder(book, holder, invoice_id)
            invoices.payable(invoice, at)
            sources = _sources(book, holder, invoice.amount.currency)
            return invoice, [_judged(book, holder, invoice, each, at) for each in sources]

        return await self._store.read(view)

    async def begun(self, *, holder: Holder, invoice_id: str) -> Proposal | None:
        """The payment of this invoice that waits for its code or is done, if it is *holder*'s."""
        at = self._now()

        def view(book: Book) -> Proposal | None:
            invoice = book.invoices.find(invoice_id)
            done = invoice and invoice.payment and book.payments.find(invoice.payment)
            if done and done.holder == holder.id:
                return _proposal(
                    book, holder, offers.theirs(book, holder.id, done.offer, "payment")
                )
            for payment in book.payments.held_for(invoice_id):
                offer = book.offers.find(payment.offer)
                if payment.holder != holder.id or offer is None:
                    continue
                if offer.state is OfferState.CONFIRMED and at < offer.expires_at:
                    return _proposal(book, holder, offer)
            return None

        return await self._store.read(view)

    async def offer(
        self, *, holder: Holder, invoice_id: str, source: str = "account", key: str
    ) -> Proposal:
        """State what would be paid, to whom and from what; nothing is reserved yet.

        Repeated with the same *key* it returns the first.

        Raises:
            InvoiceNotFoundError: There is none, or it is for somebody else.
            InvoicePaidError, InvoiceRejectedError, InvoiceExpiredError: It is over.
            SourceUnknownError: The wallet has no such *source*.
            KeyReusedError: *key* made an offer for something or somebody else.
            InsufficientFundsError, CardFrozenError, CardLimitError: The source cannot pay.
            WalletLockedError, MerchantDisabledError: One side takes no part at present.
        """
        at = self._now()
        offer_id = self._new_id(at)

        def work(book: Book) -> Proposal:
            invoice = invoices.for_holder(book, holder, invoice_id)
            subject = f"invoice/{invoice.id}"
            first = offers.made_before(book, key, holder.id, "payment", subject)
            if first is not None:
                return _proposal(book, holder, first)
            chosen = _chosen(book, holder, invoice.amount.currency, source)
            _may_pay(book, holder, invoice, chosen, at)
            made = offers.make(book, _offer(offer_id, holder, key, invoice, chosen, at))
            return Proposal(made, invoice, chosen)

        return await self._store.write(work)

    async def confirm(self, *, holder: Holder, offer_id: str) -> Proposal:
        """Reserve the money and send the code, or pay at once where no code is asked.

        Called again it returns what has become of the offer.

        Raises:
            OfferNotFoundError, OfferExpiredError, OfferWithdrawnError: No such offer is open.
            InvoiceChangedError: The invoice is not what was shown.
            CodeThrottledError: Too many codes for this phone.
            and as `offer` does.
        """
        at = self._now()
        payment_id, code_id = self._new_id(at), self._new_id(at)

        def work(book: Book) -> Proposal:
            known = offers.theirs(book, holder.id, offer_id, "payment")
            if known.state in (OfferState.CONFIRMED, OfferState.USED):
                return _proposal(book, holder, known)
            offer = _still_alive(book, known, at)
            shown = _proposal(book, holder, offer)
            if shown.invoice.version != offer.content["version"]:
                invoices.payable(shown.invoice, at)
                raise InvoiceChangedError
            _may_pay(book, holder, shown.invoice, shown.source, at)
            payment = _begin(book, shown, payment_id, at)
            if self._needs_code(payment.amount):
                moved = offers.move(book, offer, "confirm", code_id=code_id)
                _send_code(book, holder, moved, shown.invoice, at)
                return replace(shown, offer=moved, payment=payment)
            return _settle(book, replace(shown, payment=payment), at)

        return await self._store.write(work)

    async def resend(self, *, holder: Holder, offer_id: str, key: str | None = None) -> Proposal:
        """Send another code; the one before is void.  Again with *key* is the same code.

        A tap that comes after the payment gets the receipt.

        Raises:
            OfferNotFoundError, OfferExpiredError, OfferWithdrawnError: No such offer waits
                for a code.
            CodeThrottledError: Too many codes for this phone, or too soon.
        """
        at = self._now()
        code_id = self._new_id(at)

        def work(book: Book) -> Proposal:
            known = offers.theirs(book, holder.id, offer_id, "payment")
            if known.state is OfferState.USED:
                return _proposal(book, holder, known)
            offer = _still_alive(book, known, at)
            if codes.was_sent(book, offer.code_id, key):
                return _proposal(book, holder, offer)
            again = replace(offer, code_id=code_id)
            shown = _proposal(book, holder, again)
            _send_code(book, holder, again, shown.invoice, at, key)
            if not book.offers.change(again, was=OfferState.CONFIRMED):
                raise OfferUsedError
            return shown

        return await self._store.write(work)

    async def prove(
        self, *, holder: Holder, offer_id: str, typed: str, key: str | None = None
    ) -> Proposal:
        """Pay, if *typed* is the code that was sent.

        Called again after it succeeded, it returns the receipt; a wrong code that comes
        again with its *key* is not counted again.

        Raises:
            CodeWrongError, CodeExpiredError, CodeExhaustedError: Not the right code.
            OfferNotFoundError, OfferExpiredError, OfferWithdrawnError: No such offer waits.
            InvoicePaidError, InvoiceRejectedError, InvoiceExpiredError, WalletLockedError,
            CardFrozenError, MerchantDisabledError: Something changed meanwhile; the money
                is free again.
        """
        at = self._now()

        def work(book: Book) -> Proposal | WalletError:
            known = offers.theirs(book, holder.id, offer_id, "payment")
            if known.state is OfferState.USED:
                return _proposal(book, holder, known)
            offer = _still_alive(book, known, at)
            refusal = codes.check(
                book,
                self._vault,
                code_id=offer.code_id,
                typed=typed,
                content=offer.digest,
                at=at,
                key=key,
            )
            if refusal is not None:
                return refusal
            shown = _proposal(book, holder, offer)
            refusal = _obstacle(book, holder, shown, at)
            if refusal is not None:
                _fail(book, shown, "withdraw", refusal.code, at)
                return refusal
            return _settle(book, shown, at)

        return raise_refusal(await self._store.write(work))

    async def withdraw(self, *, holder: Holder, offer_id: str) -> Proposal:
        """The holder does not want to pay; what was reserved is free again.

        Raises:
            OfferNotFoundError, OfferUsedError, OfferExpiredError, OfferWithdrawnError:
                No such offer is open.
        """
        at = self._now()

        def work(book: Book) -> Proposal:
            offer = offers.alive(book, holder.id, offer_id, "payment", at)
            return _fail(book, _proposal(book, holder, offer), "withdraw", "cancelled", at)

        return await self._store.write(work)

    async def expire(self, *, offer_id: str) -> bool:
        """The offer's time is over, or its invoice is; what it reserved is free again.

        False where it is not over yet.
        """
        at = self._now()

        def work(book: Book) -> bool:
            offer = book.offers.find(offer_id)
            if offer is None or offer.state not in (OfferState.OPEN, OfferState.CONFIRMED):
                return True
            is_late = at >= offer.expires_at
            if offer.kind != "payment":
                if is_late:
                    offers.move(book, offer, "expire")
                return is_late
            holder = book.holders.find(offer.holder)
            invoice = book.invoices.find(offer.content["invoice"])
            if holder is None or invoice is None:
                raise ValueError(f"offer {offer.id} is about nothing")
            over = invoice.state is not invoices.InvoiceState.WAITING
            if over or is_late:
                reason = _OVER.get(invoice.state, "invoice_paid") if over else "expired"
                _fail(book, _proposal(book, holder, offer), "expire", reason, at)
            return over or is_late

        return await self._store.write(work)

    async def receipt(self, *, holder: Holder, payment_id: str) -> Proposal:
        """A payment with all that its offer stated.

        Raises:
            OfferNotFoundError: *holder* has no such payment.
        """

        def view(book: Book) -> Proposal:
            payment = book.payments.find(payment_id)
            offer_id = "" if payment is None else payment.offer
            offer = offers.theirs(book, holder.id, offer_id, "payment")
            return _proposal(book, holder, offer)

        return await self._store.read(view)

    def _needs_code(self, amount: Money) -> bool:
        return amount.minor >= self._code_from_minor.get(amount.currency.code, 0)


def _still_alive(book: Book, known: Offer, at: datetime) -> Offer:
    """The offer, if it can be used; if not, what ended its invoice is said before its own end."""
    try:
        return offers.still_alive(known, at)
    except (OfferExpiredError, OfferWithdrawnError):
        invoice = book.invoices.find(known.content["invoice"])
        if invoice is not None:
            invoices.payable(invoice, at)
        raise


def _sources(book: Book, holder: Holder, of: Currency) -> list[Source]:
    balance = book.ledger.balance(account_id(holder.owner, of))
    if balance is None:
        return []
    cards = [
        Source(f"card/{card.id}", balance, card)
        for card in book.cards.of_holder(holder.id)
        if card.currency == of
    ]
    return [Source("account", balance), *cards]


def _judged(book: Book, holder: Holder, invoice: Invoice, source: Source, at: datetime) -> Source:
    """*source* with what stands between it and paying *invoice*."""
    try:
        _may_pay(book, holder, invoice, source, at)
    except WalletError as exc:  # of a read: there is nothing to undo
        return replace(source, obstacle=exc)
    return source


def _chosen(book: Book, holder: Holder, of: Currency, name: str) -> Source:
    for source in _sources(book, holder, of):
        if source.name == name:
            return source
    raise SourceUnknownError


def _offer(
    offer_id: str, holder: Holder, key: str, invoice: Invoice, source: Source, at: datetime
) -> Offer:
    content: dict[str, Any] = {
        "invoice": invoice.id,
        "version": invoice.version,
        "payee": invoice.merchant_name,
        "account": source.balance.account,
        "card": None if source.card is None else source.card.id,
        "minor": invoice.amount.minor,
        "currency": invoice.amount.currency.code,
    }
    until = min(at + offers.LIFETIME, invoice.expires_at)
    subject = f"invoice/{invoice.id}"
    return Offer(offer_id, holder.id, key, "payment", subject, content, at, until)


def _proposal(book: Book, holder: Holder, offer: Offer) -> Proposal:
    """The offer with what it is about, as they are now."""
    invoice = invoices.for_holder(book, holder, offer.content["invoice"])
    balance = book.ledger.balance(AccountId(offer.content["account"]))
    if balance is None:
        raise AccountNotFoundError
    card_id = offer.content["card"]
    card = None if card_id is None else book.cards.find(card_id)
    name = "account" if card is None else f"card/{card.id}"
    return Proposal(offer, invoice, Source(name, balance, card), book.payments.of_offer(offer.id))


def _may_pay(book: Book, holder: Holder, invoice: Invoice, source: Source, at: datetime) -> None:
    """Raise what stands between *source* and paying *invoice*, if anything does."""
    holders.active(book, holder.id)
    if merchants.known(book, invoice.merchant).state is MerchantState.DISABLED:
        raise MerchantDisabledError
    invoices.payable(invoice, at)
    if source.card is not None:
        card_rules.charge(book, source.card, invoice.amount, at)
    if invoice.amount.minor > source.balance.available.minor:
        raise InsufficientFundsError(needed=invoice.amount, available=source.balance.available)


def _begin(book: Book, shown: Proposal, payment_id: str, at: datetime) -> Payment:
    """Reserve the money for a new payment."""
    offer, invoice = shown.offer, shown.invoice
    payment = Payment(
        id=payment_id,
        holder=offer.holder,
        offer=offer.id,
        invoice=invoice.id,
        merchant=invoice.merchant,
        account=shown.source.balance.account,
        card=None if shown.source.card is None else shown.source.card.id,
        amount=invoice.amount,
        created_at=at,
        state=PaymentState.HELD,
        hold=payment_id,
    )
    subject = f"payment/{payment.id}"
    ledger.place_once(
        book.ledger,
        Hold(payment.id, payment.account, payment.amount, subject, at, offer.expires_at),
    )
    book.payments.add(payment)
    book.steps.add(subject, Step("hold", payment.state.value, "holder", at))
    book.operations.put(_operation(payment, invoice))
    return payment


def _send_code(
    book: Book,
    holder: Holder,
    offer: Offer,
    invoice: Invoice,
    at: datetime,
    key: str | None = None,
) -> None:
    codes.send(
        book,
        code_id=offer.code_id or "",
        phone=holder.phone,
        purpose="payment",
        subject=f"offer/{offer.id}",
        content=offer.digest,
        language=holder.language,
        at=at,
        values={
            "payee": invoice.merchant_name,
            "minor": str(invoice.amount.minor),
            "currency": invoice.amount.currency.code,
        },
        key=key,
    )


def _obstacle(book: Book, holder: Holder, shown: Proposal, at: datetime) -> WalletError | None:
    """What has come between the hold and its capture, if anything has."""
    try:
        holders.active(book, holder.id)
        invoices.payable(shown.invoice, at)
        if merchants.known(book, shown.invoice.merchant).state is MerchantState.DISABLED:
            return MerchantDisabledError()
    except WalletError as exc:
        return exc
    card = shown.source.card
    if card is not None and card.state is not CardState.ACTIVE:
        return card_rules.CardFrozenError()
    return None


def _settle(book: Book, shown: Proposal, at: datetime) -> Proposal:
    """Capture the money; others who were about to pay the same invoice are let go."""
    payment, invoice, offer = shown.payment, shown.invoice, shown.offer
    if payment is None or payment.hold is None:
        raise ValueError(f"offer {offer.id} holds nothing")
    merchant = merchants.known(book, invoice.merchant)
    target = account_id(merchant.owner, payment.amount.currency)
    book.ledger.open(Account(target, merchant.owner, payment.amount.currency, at))
    subject = f"payment/{payment.id}"
    transfer = Transfer(payment.account, target, payment.amount)
    ledger.capture(
        book.ledger,
        payment.hold,
        Transaction(f"payment:{payment.id}", "payment", subject, at, (transfer,)),
    )
    done = _change(book, payment, "settle", "holder", at)
    used = offers.move(book, offer, "use")
    paid = invoices.move(book, invoice, "pay", "holder", at, payment=payment.id, paid_at=at)
    book.operations.put(_operation(done, invoice))
    if shown.source.card is not None:
        card_rules.used_up(book, shown.source.card, at)
    _let_others_go(book, invoice, at)
    return replace(shown, offer=used, invoice=paid, payment=done)


def _fail(book: Book, shown: Proposal, event: str, reason: str, at: datetime) -> Proposal:
    """End the offer without effect; what it reserved is free again."""
    offer = offers.move(book, shown.offer, event)
    payment = shown.payment
    if payment is None:
        return replace(shown, offer=offer)
    if payment.hold is not None:
        ledger.release(book.ledger, payment.hold, at, expired=event == "expire")
    failed = _change(book, payment, "fail", "wallet", at, reason)
    book.operations.put(_operation(failed, shown.invoice))
    return replace(shown, offer=offer, payment=failed)


def _let_others_go(book: Book, invoice: Invoice, at: datetime) -> None:
    for other in book.payments.held_for(invoice.id):
        holder, offer = book.holders.find(other.holder), book.offers.find(other.offer)
        if holder is not None and offer is not None:
            _fail(book, _proposal(book, holder, offer), "withdraw", "invoice_paid", at)


def _change(
    book: Book, payment: Payment, event: str, actor: str, at: datetime, reason: str = ""
) -> Payment:
    changed = replace(payment, state=advance(TRANSITIONS, payment.state, event), settled_at=at)
    if not book.payments.change(changed, was=payment.state):
        raise OfferUsedError
    step = Step(event, changed.state.value, actor, at, reason)
    book.steps.add(f"payment/{payment.id}", step)
    return changed


def _operation(payment: Payment, invoice: Invoice) -> Operation:
    return Operation(
        id=payment.id,
        holder=payment.holder,
        kind="payment",
        subject=f"payment/{payment.id}",
        amount=-payment.amount,
        state=payment.state.value,
        title=invoice.merchant_name,
        note=invoice.description,
        at=payment.created_at,
    )
