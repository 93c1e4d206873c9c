"""A simulation that cannot fail proves nothing: each mistake planted here is found soon."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from services import (
    answers,
    card_rules,
    codes,
    due,
    holders,
    invoices,
    ledger,
    offers,
    payments,
    provider_sending,
    refunds,
)
from services.answers import Answer, FirstAnswers, Request
from services.card_rules import Card
from services.codes import Code
from services.connections import Answer as Answered
from services.due import Work, Worker
from services.errors import WalletError
from services.invoices import Invoice
from services.ledger import Ledger, Posted, Transaction
from services.money import Money
from services.offers import Offer
from services.provider_life import ProviderPayment
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
    "those who came too late are not let go": of(
        payments.Payments, "_let_others_go", not_looked_at
    ),
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
