"""A simulation that cannot fail proves nothing: each mistake planted here is found soon."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from gateway.notifications import bills
from services import (
    answers,
    authorisations,
    card_rules,
    cash_payments,
    checkout_asking,
    codes,
    due,
    holders,
    invoices,
    ledger,
    notifications,
    offers,
    payment_links,
    payments,
    payouts,
    provider_sending,
    refunds,
    settlements,
)
from services.answers import Answer, FirstAnswers, Request
from services.authorisations import Authorisations
from services.card_rules import Card
from services.cash_payments import CashPayment
from services.codes import Code
from services.connections import Answer as Answered
from services.due import Work, Worker
from services.errors import WalletError
from services.invoices import Invoice
from services.ledger import Ledger, Posted, Transaction
from services.money import Money
from services.offers import Offer
from services.payment_life import Payment
from services.payment_links import Link, LinkState
from services.payout_life import Payout, PayoutState
from services.provider_life import ProviderPayment
from services.refunds import Refunding
from services.settlements import Settlement
from storage.inbox import InboxTable
from storage.sqlite import book as sqlite_book
from storage.sqlite import inbox as sqlite_inbox
from tests.simulation.store import Disk, Job, SimulatedStore
from tests.simulation.template import template
from tests.simulation.world import simulate

SEEDS_MAX = 60
"""How many seeds a mistake may survive."""

Mutate = Callable[[pytest.MonkeyPatch], None]


def of(owner: object, name: str, mistake: object) -> Mutate:
    """*mistake* in place of what *owner* calls *name*."""

    def mutate(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(owner, name, mistake)

    return mutate


async def answered_early(self: SimulatedStore, jobs: list[Job]) -> None:
    self._disk.try_in_vain(jobs)
    self._settle(jobs)
    await asyncio.sleep(1)
    self._must_live()
    self._disk.commit(jobs)


def losing_the_last(self: Disk, jobs: list[Job]) -> None:
    COMMIT(self, jobs[:1])
    self.try_in_vain(jobs[1:])


def posted_anyway(book: Ledger, transaction: Transaction) -> Posted:
    while book.posted(transaction.key) is not None:
        transaction = replace(transaction, key=f"{transaction.key}+")
    return book.post(transaction)


def without_its_hold(book: Ledger, hold_id: str, transaction: Transaction) -> Posted:
    return ledger.post_once(book, transaction)


def not_let_go(book: Ledger, hold_id: str, at: datetime, *, expired: bool = False) -> None:
    """The money stays reserved."""


def as_much_as_asked(invoice: Invoice, asked: Money | None) -> Money:
    return invoice.amount if asked is None else asked


def never_before(invoice: Invoice, amount: Money | None) -> bool:
    return False


def all_of_it(self: Authorisations, book: object, payment: Payment, taken: Money) -> Payment:
    return payment


def never_first(self: Refunding, book: object, invoice: Invoice) -> None:
    """A number may be used again."""


def ever_charged(book: payment_links.Book, link_id: str) -> Link:
    return replace(TO_CHARGE(book, link_id), state=LinkState.ACTIVE)


def received_again(
    book: cash_payments.Book, first: CashPayment, number: str, amount: Money
) -> CashPayment:
    return replace(first, id=f"{first.id}x")


def all_of_the_fee(self: Settlement, refunded_minor: int) -> int:
    return self.fee_minor - self.fee_returned_minor


def kept_in_reserve(book: settlements.Book, at: datetime) -> int:
    """It moves to the balance, and counts as reserved for ever."""
    done = RELEASE(book, at)
    book.connection.execute("UPDATE settlements SET reserved = 1 WHERE reserved = 0")  # type: ignore[attr-defined]
    return done


def still_on_its_way(book: payouts.Book, payout: Payout, *rest: Any) -> Payout:
    settled = SETTLE(book, payout, *rest)
    book.payouts.change(replace(settled, state=PayoutState.PREPARED))
    return settled


def signed_with_another(secret: str, bill: Mapping[str, Any]) -> str:
    return BILL_SIGNATURE(secret.upper(), bill)


def alive_whenever(offer: Offer, at: datetime) -> Offer:
    return ALIVE(offer, min(at, offer.created_at))


def usable_whenever(
    book: codes.Book, code: Code, content: bytes, at: datetime
) -> WalletError | None:
    return USABLE(book, code, content, min(at, code.sent_at))


def not_counted(book: codes.Book, code: Code, *_: object) -> WalletError:
    return codes._wrong(replace(code, wrong=code.wrong + 1))


def not_looked_at(*_: object, **__: object) -> None:
    """Nothing happens."""


def always_charged(book: card_rules.Book, card: Card, amount: Money, at: datetime) -> None:
    """The card pays anything."""


def without_limits(book: card_rules.Book, card: Card, amount: Money, at: datetime) -> None:
    if card.state != "active":
        raise card_rules.CardFrozenError


def whoever(book: holders.Book, holder_id: str) -> object:
    return book.holders.find(holder_id)


async def finished_first(self: Worker, work: Work) -> None:
    await self._store.write(lambda book: book.due.finish(work.key))
    await ATTEMPT(self, work)


async def not_again(self: Worker, work: Work, error: str, after: object) -> None:
    await self._store.write(lambda book: book.due.finish(work.key))


async def never_again(self: Worker, work: Work, error: str, after: object) -> None:
    """It stays leased, and nobody says when it is tried again."""
    await self._store.write(
        lambda book: book.due.postpone(work.key, due_at=work.due_at.replace(9000), error=error)
    )


async def a_new_key_each_time(self: FirstAnswers, *, request: Request, **rest: Any) -> object:
    self.__dict__["tries"] = tries = self.__dict__.get("tries", 0) + 1
    return await ONCE(self, request=replace(request, key=f"{request.key}.{tries}"), **rest)


async def kept_later(
    self: FirstAnswers,
    *,
    request: Request,
    work: Callable[..., Any],
    answer: Callable[..., Answer],
) -> Answer:
    """Two transactions, and between them a moment in which the process may be killed."""
    known = await self._store.read(lambda book: FIRST(book, request))
    if known is not None:
        return known
    given = answer(await self._store.write(work))

    def keep(book: answers.Book) -> Answer:
        first = FIRST(book, request)
        if first is None:
            book.answers.add(request, given, self._now())
        return first or given

    return await self._store.write(keep)


def as_if_answered(payment: ProviderPayment, answer: Answered) -> ProviderPayment:
    return replace(HEARD(payment, answer), unanswered=0)


def forgotten(book: answers.Book, request: Request) -> None:
    """No request was ever seen before."""


TO_CHARGE: Callable[..., Link] = payment_links._to_charge
RELEASE: Callable[..., int] = settlements._release
SETTLE: Callable[..., Payout] = payouts._settle
BILL_SIGNATURE: Callable[..., str] = bills.bill_signature
ALIVE: Callable[..., Offer] = offers.still_alive
USABLE: Callable[..., WalletError | None] = codes._unusable
FIRST: Callable[..., Answer | None] = answers._first
COMMIT: Callable[..., None] = Disk.commit
ATTEMPT: Callable[..., Awaitable[None]] = Worker._attempt
HEARD: Callable[..., ProviderPayment] = provider_sending._heard
ONCE: Callable[..., Awaitable[object]] = FirstAnswers.once
MUTANTS: dict[str, Mutate] = {
    "answered before the commit": of(SimulatedStore, "_see_through", answered_early),
    "a shared commit loses the others": of(Disk, "commit", losing_the_last),
    "a correction's key is ignored": of(holders, "post_once", posted_anyway),
    "captured without its hold": of(ledger, "capture", without_its_hold),
    "a hold is not let go": of(ledger, "release", not_let_go),
    "a capture that is repeated is refused": of(authorisations, "_was_captured", never_before),
    "a part that is captured takes all": of(Authorisations, "_lessen", all_of_it),
    "a refund's number is ignored": of(Refunding, "_first", never_first),
    "a link that was ended is charged": of(payment_links, "_to_charge", ever_charged),
    "a stranger pays at the page": of(checkout_asking, "tried", not_looked_at),
    "a terminal's receipt is good for another payment": of(
        cash_payments, "_the_same", received_again
    ),
    "a part refunded gives all of the fee back": of(Settlement, "fee_due_back", all_of_the_fee),
    "what was reserved stays reserved": of(settlements, "_release", kept_in_reserve),
    "a payout that was paid may be paid again": of(payouts, "_settle", still_on_its_way),
    "bills are signed with another key": of(bills, "bill_signature", signed_with_another),
    "nobody is told of a bill": of(notifications, "tell", not_looked_at),
    "refunds have no bound": of(refunds, "_refundable", as_much_as_asked),
    "an offer never ends": of(offers, "still_alive", alive_whenever),
    "a code never ends": of(codes, "_unusable", usable_whenever),
    "any code is right": of(codes, "hmac", SimpleNamespace(compare_digest=lambda *_: True)),
    "a wrong code is not counted": of(codes, "_count_wrong", not_counted),
    "what is paid can be paid again": of(invoices, "payable", not_looked_at),
    "a card pays anything": of(card_rules, "charge", always_charged),
    "a card has no limits": of(card_rules, "charge", without_limits),
    "a locked wallet pays": of(holders, "active", whoever),
    "work is finished before it is done": of(Worker, "_attempt", finished_first),
    "work that failed is finished": of(Worker, "_postpone", not_again),
    "work that failed is never due again": of(Worker, "_postpone", never_again),
    "the work of the dead stays leased": of(due, "LEASE", timedelta(days=10_000)),
    "those who came too late are not let go": of(payments.Payments, "_let_go_held", not_looked_at),
    "silence counts as an answer": of(provider_sending, "_heard", as_if_answered),
    "nobody is told of money": of(holders, "notify", not_looked_at),
    "updates of one person overtake each other": of(
        sqlite_book,
        "CLAIM_UPDATES",
        sqlite_inbox.CLAIM.replace("earlier.update_id < one.update_id", "0 = 1"),
    ),
    "an update is confirmed and not kept": of(InboxTable, "add", lambda *_: True),
    "an idempotency key is another each time": of(FirstAnswers, "once", a_new_key_each_time),
    "an answer is kept in a transaction of its own": of(FirstAnswers, "once", kept_later),
    "first answers are forgotten": of(answers, "_first", forgotten),
}


@pytest.mark.parametrize("mutate", MUTANTS.values(), ids=MUTANTS.keys())
def test_planted_mistake_is_found(mutate: Mutate, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within a few seeds, so that thousands of them would find a smaller one."""
    template()  # made by the services as they are
    mutate(monkeypatch)

    found = any(simulate(seed).violations for seed in range(1, SEEDS_MAX + 1))

    assert found
