"""Paying an invoice: sources, offer, confirmation, code, hold and settlement.

Confirming reserves the money and sends a code bound to the offer; the right code captures
it.  However often any step is repeated the money moves once: one offer makes one payment,
and an invoice has one payment that is done.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services import authorisations, card_rules, holders, invoices, offers, payment_links, sources
from services.authorisations import (
    CAPTURE_TIME,
    CaptureAmountError,
    HeldExchangeError,
    NotAuthorisedError,
)
from services.card_rules import CardState
from services.clock import Clock
from services.confirming import Confirming, Shown
from services.errors import RefusedError, WalletError
from services.history import Step
from services.holders import Holder
from services.ids import NewId
from services.invoices import Capture, Invoice, InvoiceState
from services.merchants import MerchantDisabledError
from services.offers import Offer, OfferState
from services.payment_life import (
    KIND,
    TRANSITIONS,
    Book,
    Payment,
    PaymentState,
    StoredPayments,
    is_closed,
    may_be_paid,
    move,
    operation,
    post,
)
from services.sources import ACCOUNT, Rules, Source
from services.store import Store
from services.vault import Vault

__all__ = [
    "CAPTURE_TIME",
    "KIND",
    "TRANSITIONS",
    "Book",
    "CaptureAmountError",
    "HeldExchangeError",
    "InvoiceChangedError",
    "NotAuthorisedError",
    "Payment",
    "PaymentState",
    "Payments",
    "Proposal",
    "StoredPayments",
]

_OVER = {
    InvoiceState.REJECTED: "invoice_rejected",
    InvoiceState.EXPIRED: "invoice_expired",
}
"""Why a payment failed whose invoice ended before it; any other was paid by somebody else."""


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

    @property
    def is_authorised(self) -> bool:
        """Whether the money is held for the merchant."""
        return self.payment is not None and self.payment.state is PaymentState.AUTHORISED


class InvoiceChangedError(RefusedError):
    """The invoice is not what the offer said any more."""

    code = "invoice_changed"


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
            if is_closed(book, invoice):
                found = [sources.blocked(each, MerchantDisabledError()) for each in found]
            return invoice, [authorisations.holdable(invoice, each) for each in found]

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
            may_be_paid(book, invoice, at)
            chosen = sources.named(book, self._rules, holder, source, invoice.amount, at)
            authorisations.refuse_held_exchange(invoice, chosen)
            sources.may_spend(book, self._rules, holder, KIND, chosen, at)
            until = min(sources.offer_end(self._rules, chosen, at), invoice.expires_at)
            content = _content(invoice, chosen)
            offer = Offer(offer_id, holder.id, key, self.kind, subject, content, at, until)
            return Proposal(offers.keep(book, offer), invoice, chosen)

        return await self._store.write(work)

    def pay_now(
        self,
        book: Book,
        *,
        holder: Holder,
        invoice_id: str,
        source: Source,
        key: str,
        ids: tuple[str, str],
        at: datetime,
    ) -> Proposal:
        """Offer, hold and capture at once: a step of a use case that knows the holder's will.

        *ids* are of the offer and of the payment.  Again with *key* it returns the first.

        Raises:
            InvoiceNotFoundError: There is none, or it is for somebody else.
            InvoicePaidError, InvoiceRejectedError, InvoiceExpiredError: It is over.
            and whatever forbids it now, as `offer` does.
        """
        invoice = invoices.for_holder(book, holder, invoice_id)
        subject = f"invoice/{invoice.id}"
        first = offers.made_before(book, key, holder.id, self.kind, subject)
        if first is not None:
            return self._show(book, holder, first)
        may_be_paid(book, invoice, at)
        authorisations.refuse_held_exchange(invoice, source)
        if self._let_go_held(book, invoice, at, of=holder.id):
            source = sources.with_balance_now(book, source)  # what was held is there again
        until = min(at + offers.LIFETIME, invoice.expires_at)
        content = _content(invoice, source)
        offer = Offer(ids[0], holder.id, key, self.kind, subject, content, at, until)
        book.offers.add(offer)
        held = self._hold(book, holder, Proposal(offer, invoice, source), ids[1], at)
        return self._carry_out(book, held, at)

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
        if invoice.state is InvoiceState.WAITING:
            return ""
        return _OVER.get(invoice.state, "invoice_paid")

    def _hold(
        self, book: Book, holder: Holder, shown: Proposal, new_id: str, at: datetime
    ) -> Proposal:
        offer, invoice, source = shown.offer, shown.invoice, shown.source
        if invoice.version != offer.content["version"]:
            invoices.payable(invoice, at)
            raise InvoiceChangedError
        may_be_paid(book, invoice, at)
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
        book.operations.put(operation(payment, invoice))
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
            may_be_paid(book, shown.invoice, at)
        except WalletError as exc:  # nothing was written yet
            return exc
        card = shown.source.card
        if card is not None and card.state is not CardState.ACTIVE:
            return card_rules.CardFrozenError()
        return None

    def _carry_out(self, book: Book, shown: Proposal, at: datetime) -> Proposal:
        """Capture the money, or hold it for the merchant that captures later.

        Others who were about to pay the same invoice are let go.
        """
        payment, invoice, offer = shown.payment, shown.invoice, shown.offer
        if payment is None or payment.hold is None:
            raise ValueError(f"offer {offer.id} holds nothing")
        used = offers.move(book, offer, "use")
        if invoice.capture is Capture.LATER:
            done, paid = authorisations.authorise(book, payment, invoice, at)
        else:
            post(book, payment, shown.source, at)
            done = move(book, payment, "settle", "holder", at)
            fields = {"payment": payment.id, "paid_at": at}
            paid = invoices.move(book, invoice, "pay", "holder", at, **fields)
        book.operations.put(operation(done, invoice))
        if shown.source.card is not None:
            card_rules.used_up(book, shown.source.card, at)
        if invoice.is_recurring:
            payment_links.agree(
                book,
                holder_id=payment.holder,
                invoice=paid,
                source=shown.source.name,
                link_id=invoice.id,
                at=at,
            )
        self._let_go_held(book, invoice, at)
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
        failed = move(book, payment, "fail", "wallet", at, reason)
        book.operations.put(operation(failed, shown.invoice))
        return replace(shown, offer=offer, payment=failed)

    def _let_go_held(
        self, book: Book, invoice: Invoice, at: datetime, of: str | None = None
    ) -> bool:
        """Payments of it that await their code have come too late; all, or one holder's.

        False where there is none.
        """
        is_any = False
        for other in book.payments.held_for(invoice.id):
            if of not in (None, other.holder):
                continue
            holder, offer = book.holders.find(other.holder), book.offers.find(other.offer)
            if holder is not None and offer is not None:
                shown = self._show(book, holder, offer)
                self._drop(book, shown, "withdraw", "invoice_paid", at)
                is_any = True
        return is_any


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
