"""The life of a payment to a provider: its states, and what each step does in the books.

Captured when the provider has credited; released when it has refused for certain; held for
as long as nobody knows.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from services import breakers, catalogue, exchange, ledger, sources
from services.catalogue import Provider
from services.connections import Asked
from services.errors import NotFoundError, RefusedError
from services.history import Operation, Step
from services.ledger import SYSTEM, Account, AccountId, Transaction, account_id
from services.money import Money
from services.offers import Offer
from services.sources import Rules
from services.states import advance

KIND = "provider"
"""The kind of spending that the limits count it as."""


class ProviderPaymentState(StrEnum):
    """Held while the code is awaited, sent to the provider, then done or failed for good.

    Unknown is what nobody can tell for now: it waits for the provider's registry.
    """

    HELD = "held"
    SENT = "sent"
    UNKNOWN = "unknown"
    DONE = "done"
    FAILED = "failed"


TRANSITIONS = {
    (ProviderPaymentState.HELD, "send"): ProviderPaymentState.SENT,
    (ProviderPaymentState.HELD, "fail"): ProviderPaymentState.FAILED,
    (ProviderPaymentState.SENT, "lose"): ProviderPaymentState.UNKNOWN,
    (ProviderPaymentState.SENT, "settle"): ProviderPaymentState.DONE,
    (ProviderPaymentState.SENT, "fail"): ProviderPaymentState.FAILED,
    (ProviderPaymentState.UNKNOWN, "settle"): ProviderPaymentState.DONE,
    (ProviderPaymentState.UNKNOWN, "fail"): ProviderPaymentState.FAILED,
}
ON_ITS_WAY = frozenset({ProviderPaymentState.SENT, ProviderPaymentState.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Order:
    """What a person wants paid."""

    provider: str
    fields: dict[str, str]
    """By name, as the catalogue normalises them."""
    amount: Money
    """For the account, in the provider's currency."""


@dataclass(frozen=True, slots=True)
class ProviderPayment:
    """Money on its way from a holder to an account at a provider."""

    id: str
    txn: int
    """The number that the provider knows it by."""
    holder: str
    offer: str
    provider: str
    version: int
    """Of the provider's terms, which the payment keeps."""
    account: str
    """The first of the fields."""
    fields: dict[str, str]
    payee: str
    """The name the provider gave for the account; empty where it gave none."""
    source: AccountId
    card: str | None
    amount: Money
    commission: Money
    """What the payer bears above the amount."""
    total: Money
    given: Money
    """What leaves the source: the total, or what was exchanged for it."""
    created_at: datetime
    state: ProviderPaymentState
    hold: str
    attempts: int = 0
    unanswered: int = 0
    """Attempts after which nobody knows whether the provider has credited."""
    next_at: datetime | None = None
    """When the provider is asked again."""
    reason: str = ""
    code: str = ""
    """The provider's code of its last answer."""
    provider_txn: str = ""
    sent_at: datetime | None = None
    settled_at: datetime | None = None

    @property
    def order(self) -> Order:
        """What was wanted, to be wanted again."""
        return Order(self.provider, self.fields, self.amount)


class ProviderPaymentNotFoundError(NotFoundError):
    """No such payment, or it is somebody else's."""

    code = "provider_payment_not_found"


class ProviderPaymentSettledError(RefusedError):
    """It was settled before, in another way.  Values: state."""

    code = "provider_payment_settled"


class StoredProviderPayments(Protocol):
    """What storage keeps of payments to providers."""

    def add(self, payment: ProviderPayment) -> None:
        """Keep a new one."""

    def find(self, payment_id: str) -> ProviderPayment | None:
        """The payment of that id, or None."""

    def of_offer(self, offer_id: str) -> ProviderPayment | None:
        """The payment that the offer made, or None."""

    def with_txn(self, txn: int) -> ProviderPayment | None:
        """The payment of that transaction number, or None."""

    def to_account(
        self, holder: str, provider: str, account: str, since: datetime
    ) -> list[ProviderPayment]:
        """Those of *holder* to that account which did not fail, newest first."""

    def on_their_way(self, *, limit: int) -> list[ProviderPayment]:
        """Those sent or unknown, the oldest first."""

    def change(self, payment: ProviderPayment, *, was: ProviderPaymentState) -> bool:
        """Keep what may change of it, if it still is as it *was*."""


class Book(sources.Book, breakers.Book, catalogue.Book, Protocol):
    """The part of the book that payments to providers need."""

    @property
    def provider_payments(self) -> StoredProviderPayments: ...


def txn_of(offer_id: str) -> int:
    """The transaction number of what an offer pays: 19 digits, in the order of time.

    Its first thirteen are the milliseconds that the id begins with, the rest is drawn from
    the random part; OSMP takes up to 20 digits, and the tables 63 bits.
    """
    milliseconds, drawn = int(offer_id[:12], 16), int(offer_id[16:], 16)
    return milliseconds * 10**6 + drawn % 10**6


def asked(provider: Provider, order: Order, offer_id: str, at: datetime) -> Asked:
    """What the provider is asked about *order*: the same at every repeat."""
    account = order.fields[provider.fields[0].name]
    return Asked(txn_of(offer_id), account, order.amount, at, order.fields)


def move(
    book: Book,
    payment: ProviderPayment,
    event: str,
    actor: str,
    at: datetime,
    *,
    why: str = "",
    **fields: Any,
) -> ProviderPayment:
    """Carry *payment* along an edge of its state machine, with the *fields* that change.

    Raises:
        StateError: It has no such edge from where it is.
        ProviderPaymentSettledError: Somebody else moved it meanwhile.
    """
    state = advance(TRANSITIONS, payment.state, event)
    changed = replace(payment, state=state, **fields)
    if not book.provider_payments.change(changed, was=payment.state):
        raise ProviderPaymentSettledError(state=payment.state.value)
    step = Step(event, state.value, actor, at, why)
    book.steps.add(f"provider_payment/{payment.id}", step)
    return changed


def follow(book: Book, payment: ProviderPayment, provider: Provider) -> None:
    """The holder's line of the history says what the payment says.

    Before any money moves: who holds the holder's row and waits for an account must not
    meet who has the account and waits for the row.
    """
    holder = book.holders.find(payment.holder)
    language = "en" if holder is None else holder.language
    book.operations.put(operation(payment, provider, language))


def fail(
    book: Book,
    rules: Rules,
    payment: ProviderPayment,
    provider: Provider,
    actor: str,
    reason: str,
    at: datetime,
) -> ProviderPayment:
    """It will not be paid: what was held is free again, in full."""
    failed = move(
        book, payment, "fail", actor, at, why=reason, reason=reason, settled_at=at, next_at=None
    )
    follow(book, failed, provider)
    sources.let_go(book, rules, payment.holder, KIND, payment.hold, at=at)
    return failed


def offer_of(book: Book, payment: ProviderPayment) -> Offer:
    """What *payment* was offered as; read before the payment where both are, as by who taps."""
    offer = book.offers.find(payment.offer)
    if offer is None:
        raise ValueError(f"payment {payment.id} was never offered")
    return offer


def settle(
    book: Book,
    payment: ProviderPayment,
    offer: Offer,
    provider: Provider,
    actor: str,
    at: datetime,
) -> ProviderPayment:
    """The provider has credited: the money is captured, the exchange with it."""
    done = move(book, payment, "settle", actor, at, settled_at=at, next_at=None, reason="")
    source = sources.offered(book, offer.content)
    follow(book, done, provider)
    subject = f"provider_payment/{payment.id}"
    transfers = sources.moves(book, source, _parts(book, payment, provider, at), at)
    sources.note_exchange(book, source, payment.holder, subject, at)
    posting = Transaction(
        f"provider_payment:{payment.id}", "provider_payment", subject, at, transfers
    )
    ledger.capture(book.ledger, payment.hold, posting)
    return done


def operation(payment: ProviderPayment, provider: Provider, language: str) -> Operation:
    """What the holder sees of it in the history."""
    return Operation(
        id=payment.id,
        holder=payment.holder,
        kind="provider_payment",
        subject=f"provider_payment/{payment.id}",
        amount=-payment.given,
        state=payment.state.value,
        title=provider.name(language),
        note=payment.account,
        at=payment.created_at,
    )


def _parts(
    book: Book, payment: ProviderPayment, provider: Provider, at: datetime
) -> list[tuple[AccountId, Money]]:
    """Who gets what of the total: the provider, and the wallet its commission."""
    of = payment.total.currency
    owed = provider.charge(payment.amount).to_provider
    accounts = (
        Account(account_id(provider.owner, of), provider.owner, of, at),
        Account(exchange.fees(of), SYSTEM, of, at),
    )
    for account in accounts:
        book.ledger.open(account)
    return [(accounts[0].id, owed), (accounts[1].id, payment.total - owed)]
