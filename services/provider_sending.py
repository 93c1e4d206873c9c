"""Having a provider credit what was paid, over and over until it has answered for good.

Nothing is ever given back that may have been credited: a refusal counts only where every
attempt before it was answered, and what stays unanswered waits for the provider's registry.
"""

import random
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from services import breakers, holders, provider_life
from services.breakers import ProviderDownError
from services.catalogue import Provider
from services.clock import Clock
from services.connections import Answer, Connections, Outcome
from services.due import TryAgainError
from services.errors import InvalidRequestError
from services.history import Step
from services.offers import Offer
from services.provider_life import (
    Book,
    ProviderPayment,
    ProviderPaymentNotFoundError,
    ProviderPaymentSettledError,
    ProviderPaymentState,
)
from services.sources import Rules
from services.store import Store

logger = structlog.get_logger(__name__)

ASKED_FOR = timedelta(hours=24)
"""How long the same request is repeated.  Source: the OSMP protocol."""

AGAIN_FIRST = timedelta(seconds=10)
AGAIN_MOST = timedelta(hours=1)
REASON_LENGTH_MAX = 200

_LOST = ProviderPaymentState.UNKNOWN
_OPEN = (ProviderPaymentState.SENT, ProviderPaymentState.UNKNOWN)


class ResolveReasonError(InvalidRequestError):
    """Who decides what became of a payment says why.  Values: maximum."""

    code = "resolve_reason"


class ProviderSending:
    """The provider's side of payments that were confirmed."""

    def __init__(
        self, *, store: Store[Book], now: Clock, rules: Rules, connections: Connections
    ) -> None:
        self._store = store
        self._now = now
        self._rules = rules
        self._connections = connections

    async def send(self, *, payment_id: str) -> ProviderPayment:
        """Ask the provider once; returns the payment when it needs no more asking.

        Raises:
            TryAgainError: It must be asked again, and when.
        """
        begun = await self._begin(payment_id)
        if begun is None:
            return await self._found(payment_id)
        payment, provider = begun
        offer_id, at = payment.offer, payment.created_at
        request = provider_life.asked(provider, payment.order, offer_id, at)
        answer = await self._connections(provider).pay(request)
        concluded = await self._conclude(payment, provider, answer)
        if concluded.state is ProviderPaymentState.SENT and concluded.next_at is not None:
            raise TryAgainError(answer.reason, after=concluded.next_at - self._now())
        return concluded

    async def resolve(
        self, *, payment_id: str, paid: bool, reason: str, actor: str, provider_txn: str = ""
    ) -> ProviderPayment:
        """Say what became of a payment that nobody could tell; again the same is the same.

        *actor* is `operator` or `registry`.

        Raises:
            ProviderPaymentNotFoundError: There is none such.
            ResolveReasonError: *reason* is empty or cannot be shown.
            ProviderPaymentSettledError: It ended otherwise, or is still being asked about
                and cannot be said to have failed.
        """
        if not 0 < len(reason) <= REASON_LENGTH_MAX or not reason.isprintable():
            raise ResolveReasonError(maximum=REASON_LENGTH_MAX)
        at = self._now()

        def work(book: Book) -> ProviderPayment:
            payment, provider = _known(book, payment_id)
            wanted = ProviderPaymentState.DONE if paid else ProviderPaymentState.FAILED
            if payment.state is wanted:
                return payment
            may_fail = payment.state is ProviderPaymentState.UNKNOWN
            if payment.state not in _OPEN or not (paid or may_fail):
                raise ProviderPaymentSettledError(state=payment.state.value)
            book.steps.add(_subject(payment), Step("resolve", wanted.value, actor, at, reason))
            if not paid:
                return self._fail(book, payment, provider, "resolved", actor, at)
            named = replace(payment, provider_txn=provider_txn or payment.provider_txn)
            book.due.cancel(f"pay_provider:{payment.id}")
            offer = provider_life.offer_of(book, payment)
            return _settle(book, named, offer, provider, actor, at)

        return await self._store.write(work)

    async def waiting(self, *, limit: int = 100) -> list[ProviderPayment]:
        """What providers have not answered for good, the oldest first."""
        return await self._store.read(
            lambda book: book.provider_payments.on_their_way(limit=limit)
        )

    async def _begin(self, payment_id: str) -> tuple[ProviderPayment, Provider] | None:
        """Count the attempt before it is made: one that nobody outlives was unanswered."""
        at = self._now()

        def work(book: Book) -> tuple[ProviderPayment, Provider] | ProviderDownError | None:
            payment, provider = _known(book, payment_id)
            if payment.state is not ProviderPaymentState.SENT:
                return None
            if at >= (payment.sent_at or at) + ASKED_FOR:
                self._give_up(book, payment, provider, at)
                return None
            try:
                breakers.attempt(book, provider.id, at)
            except ProviderDownError as exc:
                waiting = replace(payment, reason="provider_down", next_at=exc.until)
                _keep(book, waiting)
                return exc
            attempted = replace(
                payment, attempts=payment.attempts + 1, unanswered=payment.unanswered + 1
            )
            _keep(book, attempted)
            return attempted, provider

        begun = await self._store.write(work)
        if isinstance(begun, ProviderDownError):
            raise TryAgainError("provider_down", after=begun.until - at)
        return begun

    async def _conclude(
        self, begun: ProviderPayment, provider: Provider, answer: Answer
    ) -> ProviderPayment:
        at = self._now()
        jitter = random.randint(75, 100)  # noqa: S311  # spreads load, no secret

        def work(book: Book) -> ProviderPayment:
            offer = provider_life.offer_of(book, begun)
            payment, _ = _known(book, begun.id)
            breakers.note(book, provider.id, is_up=answer.was_heard, at=at)
            is_found = payment.state is _LOST and answer.outcome is Outcome.DONE
            step = Step("ask", payment.state.value, "provider", at, _said(answer))
            if payment.state is not ProviderPaymentState.SENT and not is_found:
                is_late = payment.state is ProviderPaymentState.FAILED
                if is_late and answer.outcome is Outcome.DONE:
                    logger.error("provider credited what was given back", payment=payment.id)
                    book.steps.add(_subject(payment), replace(step, reason="credited too late"))
                return payment  # another worker, or the operator, was quicker
            heard = _heard(payment, answer)
            book.steps.add(_subject(payment), step)
            if answer.outcome is Outcome.DONE:
                return _settle(book, heard, offer, provider, "provider", at)
            if answer.outcome is Outcome.REFUSED:
                if heard.unanswered == 0:
                    return self._fail(book, heard, provider, answer.reason, "provider", at)
                return _lose(book, heard, provider, "refused_after_silence", at)
            again = replace(heard, next_at=at + _pause(heard.attempts) * jitter // 100)
            _keep(book, again)
            if heard.attempts == 1:
                _tell(book, again, "waiting", at)
            return again

        return await self._store.write(work)

    def _fail(
        self,
        book: Book,
        payment: ProviderPayment,
        provider: Provider,
        reason: str,
        actor: str,
        at: datetime,
    ) -> ProviderPayment:
        logger.warning("provider refused", payment=payment.id, reason=reason, code=payment.code)
        failed = provider_life.fail(book, self._rules, payment, provider, actor, reason, at)
        _tell(book, failed, failed.state.value, at)
        return failed

    def _give_up(
        self, book: Book, payment: ProviderPayment, provider: Provider, at: datetime
    ) -> None:
        """A day has passed.  Where every attempt was answered it is certain: not credited."""
        reason = payment.reason or "no_answer"
        if payment.unanswered == 0:
            self._fail(book, payment, provider, reason, "wallet", at)
        else:
            _lose(book, payment, provider, reason, at)

    async def _found(self, payment_id: str) -> ProviderPayment:
        return await self._store.read(lambda book: _known(book, payment_id)[0])


def _known(book: Book, payment_id: str) -> tuple[ProviderPayment, Provider]:
    """The payment with the terms that it keeps."""
    payment = book.provider_payments.find(payment_id)
    if payment is None:
        raise ProviderPaymentNotFoundError
    provider = book.catalogue.provider(payment.provider, payment.version)
    if provider is None:
        raise ValueError(f"payment {payment_id} is to no provider")
    return payment, provider


def _heard(payment: ProviderPayment, answer: Answer) -> ProviderPayment:
    """*payment* with what was said last; only an unknown outcome leaves the attempt open."""
    answered = 0 if answer.outcome is Outcome.UNKNOWN else 1
    return replace(
        payment,
        unanswered=max(payment.unanswered - answered, 0),
        reason=answer.reason,
        code=answer.code,
        provider_txn=answer.provider_txn or payment.provider_txn,
    )


def _settle(
    book: Book,
    payment: ProviderPayment,
    offer: Offer,
    provider: Provider,
    actor: str,
    at: datetime,
) -> ProviderPayment:
    done = provider_life.settle(book, payment, offer, provider, actor, at)
    _tell(book, done, done.state.value, at)
    return done


def _lose(
    book: Book, payment: ProviderPayment, provider: Provider, reason: str, at: datetime
) -> ProviderPayment:
    """Nobody can tell; it stays held until the provider's registry or the operator can."""
    logger.error("provider payment unknown", payment=payment.id, reason=reason)
    lost = provider_life.move(
        book, payment, "lose", "wallet", at, why=reason, reason=reason, next_at=None
    )
    provider_life.follow(book, lost, provider)
    _tell(book, lost, lost.state.value, at)
    return lost


def _keep(book: Book, payment: ProviderPayment) -> None:
    if not book.provider_payments.change(payment, was=payment.state):
        raise ProviderPaymentSettledError(state=payment.state.value)


def _tell(book: Book, payment: ProviderPayment, news: str, at: datetime) -> None:
    subject = _subject(payment)
    holders.notify(
        book,
        payment.holder,
        "provider_payment",
        subject,
        at,
        key=f"{subject}:{news}",
        priority=2,
    )


def _subject(payment: ProviderPayment) -> str:
    return f"provider_payment/{payment.id}"


def _said(answer: Answer) -> str:
    return " ".join(part for part in (answer.reason, answer.code) if part)


def _pause(attempts: int) -> timedelta:
    longest: timedelta = min(AGAIN_FIRST * 2 ** min(attempts - 1, 20), AGAIN_MOST)
    return longest
