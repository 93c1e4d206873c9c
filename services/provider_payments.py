"""Paying a provider of the catalogue: sources, the check, offer, confirmation and hold.

The provider is asked first whether the account exists; then the money is held, and
`provider_sending` has the provider credit it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from services import breakers, card_rules, catalogue, holders, offers, sources
from services.card_rules import CardState
from services.catalogue import Charge, Provider
from services.clock import Clock
from services.confirming import Confirming, Shown
from services.connections import Connections, Outcome
from services.due import Work
from services.errors import KeyReusedError, RefusedError, UnavailableError, WalletError
from services.history import Step
from services.holders import Holder
from services.ids import NewId
from services.money import Money, positive
from services.offers import Offer
from services.provider_life import (
    KIND,
    ON_ITS_WAY,
    Book,
    Order,
    ProviderPayment,
    ProviderPaymentNotFoundError,
    ProviderPaymentState,
    asked,
    fail,
    follow,
    move,
    operation,
    txn_of,
)
from services.sources import ACCOUNT, Rules, Source
from services.store import Store
from services.vault import Vault

__all__ = ["Order", "ProviderPayment", "ProviderPaymentState", "ProviderPayments"]

HOLD_LIFETIME = timedelta(days=3650)
"""The hold of a payment on its way ends with the provider's answer, never by itself."""

ALIKE_WITHIN = timedelta(hours=24)
"""A payment to the same account within it may be the same one, made twice by mistake."""

ALIKE_PERCENT = 10
"""How far the amounts of two payments may be apart to look like the same one."""


@dataclass(frozen=True, slots=True)
class ProviderProposal(Shown):
    """Everything an offer to pay a provider states, and what has become of it."""

    provider: Provider
    order: Order
    charge: Charge
    payee: str
    source: Source
    payment: ProviderPayment | None = None

    @property
    def is_done(self) -> bool:
        """Whether the provider has confirmed: the proposal is a receipt now."""
        return self.payment is not None and self.payment.state is ProviderPaymentState.DONE

    @property
    def is_on_its_way(self) -> bool:
        """Whether the provider was asked and has not answered for good."""
        return self.payment is not None and self.payment.state in ON_ITS_WAY


class AccountRefusedError(RefusedError):
    """The provider says no to this account or amount.  Values: provider, reason, comment."""

    code = "account_refused"


class ProviderSilentError(UnavailableError):
    """The provider could not be asked just now; no money was held.  Values: provider."""

    code = "provider_silent"


class TermsChangedError(RefusedError):
    """The provider's terms are not what the offer said any more."""

    code = "terms_changed"


class AllowanceError(RefusedError):
    """It costs more than may be paid without asking.  Values: most, cost."""

    code = "allowance"


class ProviderPayments(Confirming[Book, ProviderProposal]):
    """What a holder does to pay a provider; asking it again is `ProviderSending`'s."""

    kind = "provider_payment"
    purpose = "payment"

    def __init__(
        self,
        *,
        store: Store[Book],
        vault: Vault,
        now: Clock,
        new_id: NewId,
        rules: Rules,
        connections: Connections,
    ) -> None:
        super().__init__(store=store, vault=vault, now=now, new_id=new_id)
        self._rules = rules
        self._connections = connections

    async def sources(
        self, *, holder: Holder, order: Order
    ) -> tuple[Provider, Charge, list[Source]]:
        """What *order* costs, and what the wallet has for paying it, best first.

        Raises:
            ProviderNotFoundError, ProviderClosedError: It cannot be paid now.
            AccountFieldError, AmountBelowMinimumError, AmountAboveMaximumError,
            AmountStepError, AmountOutOfRangeError: The provider, or the wallet, does not take
                this.
        """
        at = self._now()

        def view(book: Book) -> tuple[Provider, Charge, list[Source]]:
            provider, order_read, charge = _priced(book, order, at)
            del order_read
            found = sources.listed(book, self._rules, holder, KIND, charge.total, at)
            return provider, charge, found

        return await self._store.read(view)

    async def offer(
        self, *, holder: Holder, order: Order, source: str = ACCOUNT, key: str
    ) -> ProviderProposal:
        """State what would be paid and what it costs, after the provider was asked.

        Nothing is reserved yet.  Repeated with the same *key* it returns the first.

        Raises:
            as `sources` does, and
            AccountRefusedError: The provider does not know the account, or forbids it.
            ProviderDownError, ProviderSilentError: The provider cannot be asked at present.
            SourceUnknownError, InsufficientFundsError, CardFrozenError, CardLimitError,
            LimitExceededError, RateMissingError, RateStaleError, ExchangeLimitError,
            WalletLockedError: The source cannot pay.
            KeyReusedError: *key* made an offer for something or somebody else.
        """
        at = self._now()
        offer_id = self._new_id(at)
        subject = f"provider/{order.provider}"

        def prepare(book: Book) -> ProviderProposal | tuple[Provider, Order, Source]:
            first = offers.made_before(book, key, holder.id, self.kind, subject)
            if first is not None:
                return self._show(book, holder, first)
            provider, wanted, charge = _priced(book, order, at)
            breakers.closed(book, provider.id, at)
            chosen = sources.named(book, self._rules, holder, source, charge.total, at)
            sources.may_spend(book, self._rules, holder, KIND, chosen, at)
            return provider, wanted, chosen

        ready = await self._store.read(prepare)
        if isinstance(ready, ProviderProposal):
            return ready
        provider, wanted, chosen = ready
        payee = await self._ask(provider, wanted, offer_id, at)

        def work(book: Book) -> ProviderProposal:
            first = offers.made_before(book, key, holder.id, self.kind, subject)
            if first is not None:
                return self._show(book, holder, first)
            charge = provider.charge(wanted.amount)  # Confirm looks again whether it can be paid
            until = sources.offer_end(self._rules, chosen, at)
            content = _content(provider, wanted, charge, payee, chosen)
            breakers.note(book, provider.id, is_up=True, at=at)
            offer = Offer(offer_id, holder.id, key, self.kind, subject, content, at, until)
            made = offers.keep(book, offer)
            return ProviderProposal(made, provider, wanted, charge, payee, chosen)

        return await self._store.write(work)

    async def pay_unattended(
        self, *, holder: Holder, order: Order, source: str, key: str, most: Money
    ) -> ProviderProposal:
        """Pay without asking, within what the holder has allowed; *key* pays once.

        Raises:
            AllowanceError: It would cost more than *most*, or is counted in other currencies.
            KeyReusedError: *key* made an offer for something else.
            and whatever `offer` and `confirm` raise.
        """
        made = await self.offer(holder=holder, order=order, source=source, key=key)
        at = self._now()
        payment_id = self._new_id(at)

        def work(book: Book) -> ProviderProposal:
            known = offers.theirs(book, holder.id, made.offer.id, self.kind)
            shown = self._show(book, holder, known)
            if shown.payment is not None:
                return shown
            offer = self._still_alive(book, known, at)
            if not _is_for(shown, order, source):
                raise KeyReusedError(key=key)
            cost = _counted_in(most, shown)
            if cost.currency != most.currency or cost.minor > most.minor:
                raise AllowanceError(most=most, cost=cost)
            held = self._hold(book, holder, replace(shown, offer=offer), payment_id, at)
            return self._carry_out(book, held, at)

        return await self._store.write(work)

    async def like(self, *, holder: Holder, order: Order) -> ProviderPayment | None:
        """A payment to the same account of about this amount, not long ago, if there is one."""
        since = self._now() - ALIKE_WITHIN

        def view(book: Book) -> ProviderPayment | None:
            provider = book.catalogue.provider(order.provider)
            if provider is None:
                return None
            account = order.fields.get(provider.fields[0].name, "")
            found = book.provider_payments.to_account(holder.id, provider.id, account, since)
            return next((each for each in found if _near(each.amount, order.amount)), None)

        return await self._store.read(view)

    async def receipt(self, *, holder: Holder, payment_id: str) -> ProviderProposal:
        """A payment with all that its offer stated, as it is now.

        Raises:
            ProviderPaymentNotFoundError: *holder* has none such.
        """

        def view(book: Book) -> ProviderProposal:
            payment = _theirs(book, holder, payment_id)
            offer = offers.theirs(book, holder.id, payment.offer, self.kind)
            return self._show(book, holder, offer)

        return await self._store.read(view)

    async def offered(self, *, holder: Holder, offer_id: str) -> ProviderProposal:
        """An offer as it is now; nothing is done about it.

        Raises:
            OfferNotFoundError: *holder* has none such.
        """

        def view(book: Book) -> ProviderProposal:
            offer = offers.theirs(book, holder.id, offer_id, self.kind)
            return self._show(book, holder, offer)

        return await self._store.read(view)

    async def last(self, *, holder: Holder, payment_id: str) -> Order:
        """What a past payment was for, to be paid again.

        Raises:
            ProviderPaymentNotFoundError: *holder* has none such.
        """
        return (await self._store.read(lambda book: _theirs(book, holder, payment_id))).order

    async def _ask(self, provider: Provider, order: Order, offer_id: str, at: datetime) -> str:
        """The name of the account's owner, or empty; raises where it cannot be paid."""
        answer = await self._connections(provider).check(asked(provider, order, offer_id, at))
        if answer.outcome is Outcome.DONE:
            return answer.payee
        if answer.outcome is Outcome.REFUSED:
            raise AccountRefusedError(
                provider=provider.names, reason=answer.reason, comment=answer.comment
            )
        now = self._now()
        is_up = answer.was_heard
        await self._store.write(lambda book: breakers.note(book, provider.id, is_up=is_up, at=now))
        raise ProviderSilentError(provider=provider.names)

    def _show(self, book: Book, holder: Holder, offer: Offer) -> ProviderProposal:
        del holder
        content = offer.content
        provider = book.catalogue.provider(content["provider"], content["version"])
        if provider is None:
            raise ValueError(f"offer {offer.id} is about no provider")
        amount = Money(content["minor"], provider.currency)
        return ProviderProposal(
            offer=offer,
            provider=provider,
            order=Order(provider.id, content["fields"], amount),
            charge=provider.charge(amount),
            payee=content["payee"],
            source=sources.offered(book, content),
            payment=book.provider_payments.of_offer(offer.id),
        )

    def _hold(
        self, book: Book, holder: Holder, shown: ProviderProposal, new_id: str, at: datetime
    ) -> ProviderProposal:
        current = catalogue.provider_open(book, shown.provider.id, at)
        if current.version != shown.provider.version:
            raise TermsChangedError
        breakers.closed(book, current.id, at)
        payment = _new_payment(new_id, shown, at)
        subject = f"provider_payment/{payment.id}"
        sources.reserve(
            book,
            self._rules,
            holder,
            KIND,
            shown.source,
            hold_id=payment.id,
            cause=subject,
            until=at + HOLD_LIFETIME,
            at=at,
        )
        book.provider_payments.add(payment)
        book.steps.add(subject, Step("hold", payment.state.value, "holder", at))
        book.operations.put(operation(payment, shown.provider, holder.language))
        return replace(shown, payment=payment)

    def _needs_code(self, shown: ProviderProposal) -> bool:
        return self._rules.need_code(shown.source.cost)

    def _named(self, holder: Holder, shown: ProviderProposal) -> dict[str, str]:
        total = shown.charge.total
        return {
            "payee": shown.provider.name(holder.language),
            "minor": str(total.minor),
            "currency": total.currency.code,
        }

    def _obstacle(
        self, book: Book, holder: Holder, shown: ProviderProposal, at: datetime
    ) -> WalletError | None:
        try:
            holders.active(book, holder.id)
            catalogue.provider_open(book, shown.provider.id, at)
            breakers.closed(book, shown.provider.id, at)
        except WalletError as exc:  # nothing was written yet
            return exc
        card = shown.source.card
        if card is not None and card.state is not CardState.ACTIVE:
            return card_rules.CardFrozenError()
        return None

    def _carry_out(self, book: Book, shown: ProviderProposal, at: datetime) -> ProviderProposal:
        """From now on the provider is asked, until it has answered for good."""
        if shown.payment is None:
            raise ValueError(f"offer {shown.offer.id} holds nothing")
        used = offers.move(book, shown.offer, "use")
        sent = move(book, shown.payment, "send", "holder", at, sent_at=at, next_at=at)
        follow(book, sent, shown.provider)
        if shown.source.card is not None:
            card_rules.used_up(book, shown.source.card, at)
        book.due.add(
            Work(
                key=f"pay_provider:{sent.id}",
                kind="pay_provider",
                lane=f"provider/{sent.provider}",
                payload={"payment": sent.id},
                due_at=at,
                created_at=at,
                priority=2,
            )
        )
        return replace(shown, offer=used, payment=sent)

    def _drop(
        self, book: Book, shown: ProviderProposal, event: str, reason: str, at: datetime
    ) -> ProviderProposal:
        offer = offers.move(book, shown.offer, event)
        if shown.payment is None:
            return replace(shown, offer=offer)
        failed = fail(book, self._rules, shown.payment, shown.provider, "wallet", reason, at)
        return replace(shown, offer=offer, payment=failed)


def _priced(book: Book, order: Order, at: datetime) -> tuple[Provider, Order, Charge]:
    """The provider, what is wanted of it in its own form, and what that costs."""
    provider = catalogue.provider_open(book, order.provider, at)
    provider.amount_checked(order.amount)
    wanted = replace(order, fields=provider.read_fields(order.fields))
    charge = provider.charge(order.amount)
    positive(charge.total.minor, charge.total.currency)
    return provider, wanted, charge


def _is_for(shown: ProviderProposal, order: Order, source: str) -> bool:
    """Whether the offer is for this very order, from this very source."""
    wanted = replace(order, fields=shown.provider.read_fields(order.fields))
    return shown.order == wanted and shown.source.is_called(source, order.amount.currency)


def _counted_in(most: Money, shown: ProviderProposal) -> Money:
    """What it costs in the currency of *most*, where it costs anything in that."""
    if most.currency == shown.charge.total.currency:
        return shown.charge.total
    return shown.source.cost


def _content(
    provider: Provider, order: Order, charge: Charge, payee: str, source: Source
) -> dict[str, Any]:
    return source.content | {
        "provider": provider.id,
        "version": provider.version,
        "fields": order.fields,
        "payee": payee,
        "minor": order.amount.minor,
        "currency": order.amount.currency.code,
        "commission": charge.commission.minor,
        "total": charge.total.minor,
    }


def _new_payment(payment_id: str, shown: ProviderProposal, at: datetime) -> ProviderPayment:
    order, charge, source = shown.order, shown.charge, shown.source
    return ProviderPayment(
        id=payment_id,
        txn=txn_of(shown.offer.id),
        holder=shown.offer.holder,
        offer=shown.offer.id,
        provider=shown.provider.id,
        version=shown.provider.version,
        account=order.fields[shown.provider.fields[0].name],
        fields=order.fields,
        payee=shown.payee,
        source=source.balance.account,
        card=None if source.card is None else source.card.id,
        amount=order.amount,
        commission=charge.total - order.amount,
        total=charge.total,
        given=source.cost,
        created_at=at,
        state=ProviderPaymentState.HELD,
        hold=payment_id,
    )


def _theirs(book: Book, holder: Holder, payment_id: str) -> ProviderPayment:
    payment = book.provider_payments.find(payment_id)
    if payment is None or payment.holder != holder.id:
        raise ProviderPaymentNotFoundError
    return payment


def _near(one: Money, other: Money) -> bool:
    if one.currency != other.currency:
        return False
    apart = abs(one.minor - other.minor) * 100
    return apart <= ALIKE_PERCENT * max(one.minor, other.minor)
