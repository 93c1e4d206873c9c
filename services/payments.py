"""Paying an invoice: sources, offer, confirmation, code, hold and settlement.

Confirming reserves the money and sends a code bound to the offer; the right code captures
it.  However often any step is repeated the money moves once: one offer makes one payment,
and an invoice has one payment that is done.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from services import card_rules, holders, invoices, ledger, merchants, offers, sources
from services.card_rules import CardState
from services.clock import Clock
from services.confirming import Confirming, Shown
from services.errors import RefusedError, WalletError
from services.history import Operation, Step
from services.holders import Holder, WalletLockedError
from services.ids import NewId
from services.invoices import Invoice
from services.ledger import Account, AccountId, Transaction, account_id
from services.merchants import MerchantDisabledError, MerchantState
from services.money import Money
from services.offers import Offer, OfferState, OfferUsedError
from services.sources import ACCOUNT, Rules, Source
from services.states import advance
from services.store import Store
from services.vault import Vault

KIND = "invoice"
"""The kind of spending that the limits count it as."""

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


@dataclass(frozen=True, slots=True)
class Proposal(Shown):
    """Everything an offer to pay states, and what has become of it."""

    invoice: Invoice
    source: Source
    payment: Payment | None = None

    @property
    def is_paid(self) -> bool:
        """Whether the money has moved: the proposal is a receipt now."""
        return self.payment is not None and self.payment.state is PaymentState.DONE


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


class Book(sources.Book, invoices.Book, Protocol):
    """The part of the book that payments need."""

    @property
    def payments(self) -> StoredPayments: ...


class Payments(Confirming[Book, Proposal]):
    """What a holder does to pay an invoice."""

    kind = "payment"
    purpose = "payment"

    def __init__(
        self, *, store: Store[Book], vault: Vault, now: Clock, new_id: NewId, rules: Rules
    ) -> None:
        super().__init__(store=store, vault=vault, now=now, new_id=new_id)
        self._rules = rules

    async def sources(self, *, holder: Holder, invoice_id: str) -> tuple[Invoice, list[Source]]:
        """The invoice and what the wallet has for paying it, best first.

        A source that cannot pay says why in its `obstacle`.

        Raises:
            InvoiceNotFoundError: There is none, or it is for somebody else.
            InvoicePaidError, InvoiceRejectedError, InvoiceExpiredError: It is over.
        """
        at = self._now()

        def view(book: Book) -> tuple[Invoice, list[Source]]:
            invoice = invoices.for_holder(book, holder, invoice_id)
            invoices.payable(invoice, at)
            found = sources.listed(book, self._rules, holder, KIND, invoice.amount, at)
            if _is_closed(book, invoice):
                found = [_blocked(each) for each in found]
            return invoice, found

        return await self._store.read(view)

    async def begun(self, *, holder: Holder, invoice_id: str) -> Proposal | None:
        """The payment of this invoice that waits for its code or is done, if it is *holder*'s."""
        at = self._now()

        def view(book: Book) -> Proposal | None:
            invoice = book.invoices.find(invoice_id)
            done = invoice and invoice.payment and book.payments.find(invoice.payment)
            if done and done.holder == holder.id:
                return self._show(
                    book, holder, offers.theirs(book, holder.id, done.offer, self.kind)
                )
            for payment in book.payments.held_for(invoice_id):
                offer = book.offers.find(payment.offer)
                if payment.holder != holder.id or offer is None:
                    continue
                if offer.state is OfferState.CONFIRMED and at < offer.expires_at:
                    return self._show(book, holder, offer)
            return None

        return await self._store.read(view)

    async def offer(
        self, *, holder: Holder, invoice_id: str, source: str = ACCOUNT, key: str
    ) -> Proposal:
        """State what would be paid, to whom and from what; nothing is reserved yet.

        Repeated with the same *key* it returns the first.

        Raises:
            InvoiceNotFoundError: There is none, or it is for somebody else.
            InvoicePaidError, InvoiceRejectedError, InvoiceExpiredError: It is over.
            SourceUnknownError: The wallet has no such *source*.
            KeyReusedError: *key* made an offer for something or somebody else.
            InsufficientFundsError, CardFrozenError, CardLimitError, LimitExceededError: The
                source cannot pay.
            RateMissingError, RateStaleError, ExchangeLimitError: It cannot be exchanged.
            WalletLockedError, MerchantDisabledError: One side takes no part at present.
        """
        at = self._now()
        offer_id = self._new_id(at)

        def work(book: Book) -> Proposal:
            invoice = invoices.for_holder(book, holder, invoice_id)
            subject = f"invoice/{invoice.id}"
            first = offers.made_before(book, key, holder.id, self.kind, subject)
            if first is not None:
                return self._show(book, holder, first)
            _payable(book, invoice, at)
            chosen = sources.named(book, self._rules, holder, source, invoice.amount, at)
            sources.may_spend(book, self._rules, holder, KIND, chosen, at)
            until = min(sources.offer_end(self._rules, chosen, at), invoice.expires_at)
            content = _content(invoice, chosen)
            offer = Offer(offer_id, holder.id, key, self.kind, subject, content, at, until)
            return Proposal(offers.keep(book, offer), invoice, chosen)

        return await self._store.write(work)

    async def receipt(self, *, holder: Holder, payment_id: str) -> Proposal:
        """A payment with all that its offer stated.

        Raises:
            OfferNotFoundError: *holder* has no such payment.
        """

        def view(book: Book) -> Proposal:
            payment = book.payments.find(payment_id)
            offer_id = "" if payment is None else payment.offer
            offer = offers.theirs(book, holder.id, offer_id, self.kind)
            return self._show(book, holder, offer)

        return await self._store.read(view)

    def _show(self, book: Book, holder: Holder, offer: Offer) -> Proposal:
        invoice = invoices.for_holder(book, holder, offer.content["invoice"])
        source = sources.offered(book, offer.content)
        return Proposal(offer, invoice, source, book.payments.of_offer(offer.id))

    def _say_why_over(self, book: Book, offer: Offer, at: datetime) -> None:
        invoice = book.invoices.find(offer.content["invoice"])
        if invoice is not None:
            invoices.payable(invoice, at)

    def _over_because(self, book: Book, offer: Offer) -> str:
        invoice = book.invoices.find(offer.content["invoice"])
        if invoice is None:
            raise ValueError(f"offer {offer.id} is about nothing")
        if invoice.state is invoices.InvoiceState.WAITING:
            return ""
        return _OVER.get(invoice.state, "invoice_paid")

    def _hold(
        self, book: Book, holder: Holder, shown: Proposal, new_id: str, at: datetime
    ) -> Proposal:
        offer, invoice, source = shown.offer, shown.invoice, shown.source
        if invoice.version != offer.content["version"]:
            invoices.payable(invoice, at)
            raise InvoiceChangedError
        _payable(book, invoice, at)
        payment = _new_payment(new_id, shown, at)
        subject = f"payment/{payment.id}"
        sources.reserve(
            book,
            self._rules,
            holder,
            KIND,
            source,
            hold_id=payment.id,
            cause=subject,
            until=offer.expires_at,
            at=at,
        )
        book.payments.add(payment)
        book.steps.add(subject, Step("hold", payment.state.value, "holder", at))
        book.operations.put(_operation(payment, invoice))
        return replace(shown, payment=payment)

    def _needs_code(self, shown: Proposal) -> bool:
        return self._rules.need_code(shown.source.cost)

    def _named(self, holder: Holder, shown: Proposal) -> dict[str, str]:
        del holder  # a shop has one name
        amount = shown.invoice.amount
        return {
            "payee": shown.invoice.merchant_name,
            "minor": str(amount.minor),
            "currency": amount.currency.code,
        }

    def _obstacle(
        self, book: Book, holder: Holder, shown: Proposal, at: datetime
    ) -> WalletError | None:
        try:
            holders.active(book, holder.id)
            _payable(book, shown.invoice, at)
        except WalletError as exc:  # nothing was written yet
            return exc
        card = shown.source.card
        if card is not None and card.state is not CardState.ACTIVE:
            return card_rules.CardFrozenError()
        return None

    def _carry_out(self, book: Book, shown: Proposal, at: datetime) -> Proposal:
        """Capture the money; others who were about to pay the same invoice are let go."""
        payment, invoice, offer = shown.payment, shown.invoice, shown.offer
        if payment is None or payment.hold is None:
            raise ValueError(f"offer {offer.id} holds nothing")
        _capture(book, payment, shown.source, at)
        done = _change(book, payment, "settle", "holder", at)
        used = offers.move(book, offer, "use")
        paid = invoices.move(book, invoice, "pay", "holder", at, payment=payment.id, paid_at=at)
        book.operations.put(_operation(done, invoice))
        if shown.source.card is not None:
            card_rules.used_up(book, shown.source.card, at)
        self._let_others_go(book, invoice, at)
        return replace(shown, offer=used, invoice=paid, payment=done)

    def _drop(
        self, book: Book, shown: Proposal, event: str, reason: str, at: datetime
    ) -> Proposal:
        offer = offers.move(book, shown.offer, event)
        payment = shown.payment
        if payment is None:
            return replace(shown, offer=offer)
        if payment.hold is not None:
            expired = event == "expire"
            sources.let_go(
                book, self._rules, payment.holder, KIND, payment.hold, at=at, expired=expired
            )
        failed = _change(book, payment, "fail", "wallet", at, reason)
        book.operations.put(_operation(failed, shown.invoice))
        return replace(shown, offer=offer, payment=failed)

    def _let_others_go(self, book: Book, invoice: Invoice, at: datetime) -> None:
        for other in book.payments.held_for(invoice.id):
            holder, offer = book.holders.find(other.holder), book.offers.find(other.offer)
            if holder is not None and offer is not None:
                shown = self._show(book, holder, offer)
                self._drop(book, shown, "withdraw", "invoice_paid", at)


def _payable(book: Book, invoice: Invoice, at: datetime) -> None:
    """Raise what keeps *invoice* from being paid, if anything does."""
    if _is_closed(book, invoice):
        raise MerchantDisabledError
    invoices.payable(invoice, at)


def _is_closed(book: Book, invoice: Invoice) -> bool:
    return merchants.known(book, invoice.merchant).state is MerchantState.DISABLED


def _blocked(source: Source) -> Source:
    """By the merchant's being disabled, unless the holder has the wallet locked."""
    if isinstance(source.obstacle, WalletLockedError):
        return source
    return replace(source, obstacle=MerchantDisabledError())


def _content(invoice: Invoice, source: Source) -> dict[str, Any]:
    return source.content | {
        "invoice": invoice.id,
        "version": invoice.version,
        "payee": invoice.merchant_name,
        "minor": invoice.amount.minor,
        "currency": invoice.amount.currency.code,
    }


def _new_payment(payment_id: str, shown: Proposal, at: datetime) -> Payment:
    offer, invoice, source = shown.offer, shown.invoice, shown.source
    return Payment(
        id=payment_id,
        holder=offer.holder,
        offer=offer.id,
        invoice=invoice.id,
        merchant=invoice.merchant,
        account=source.balance.account,
        card=None if source.card is None else source.card.id,
        amount=invoice.amount,
        given=source.cost,
        created_at=at,
        state=PaymentState.HELD,
        hold=payment_id,
    )


def _capture(book: Book, payment: Payment, source: Source, at: datetime) -> None:
    """One transaction: the exchange, where there is one, and the payment it serves."""
    merchant = merchants.known(book, payment.merchant)
    target = account_id(merchant.owner, payment.amount.currency)
    book.ledger.open(Account(target, merchant.owner, payment.amount.currency, at))
    subject = f"payment/{payment.id}"
    transfers = sources.moves(book, source, [(target, payment.amount)], at)
    sources.note_exchange(book, source, payment.holder, subject, at)
    posting = Transaction(f"payment:{payment.id}", "payment", subject, at, transfers)
    ledger.capture(book.ledger, payment.hold or "", posting)


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
        amount=-payment.given,
        state=payment.state.value,
        title=invoice.merchant_name,
        note=invoice.description,
        at=payment.created_at,
    )
