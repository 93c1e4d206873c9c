"""Payouts: what merchants have, on its way to their banks.

Preparing a batch moves each balance aside, so that it can be spent or paid out no more; the
operator takes the batch's file to the bank, and says here what was paid and what came back.
A merchant is paid in its settlement currency: other balances are exchanged on the way, at
the operator's rate and terms.  What cannot be exchanged now waits for the next batch.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Protocol

from services import exchange, merchant_terms, merchants
from services.clock import Clock
from services.errors import InvalidRequestError, RefusedError, WalletError
from services.exchange_terms import ExchangeTerms
from services.history import Step
from services.ids import NewId
from services.ledger import (
    SYSTEM,
    Account,
    AccountId,
    InsufficientFundsError,
    Transaction,
    Transfer,
    account_id,
)
from services.merchant_terms import MerchantTerms
from services.merchants import Merchant, MerchantState
from services.money import AMOUNT_MINOR_MAX, Currency, Money
from services.payout_life import (
    TRANSITIONS,
    Payout,
    PayoutNotFoundError,
    PayoutReasonError,
    PayoutState,
    StoredPayouts,
)
from services.settlements import in_payout, owner_of
from services.states import advance
from services.store import Store

REASON_LENGTH_MAX = 255
PAGE_MAX = 200
TRIES = 3
"""Of taking one balance, where refunds take from it at the same moment."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A balance that is not paid out now."""

    merchant: str
    merchant_name: str
    amount: Money
    error: WalletError
    """Why not."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A new batch: what it pays, and what it cannot."""

    batch: str
    payouts: tuple[Payout, ...]
    waiting: tuple[Waiting, ...]


class PayeeMissingError(RefusedError):
    """Nobody has said whom to pay: the terms name no payee with an account."""

    code = "payee_missing"


class Book(exchange.Book, merchant_terms.Book, Protocol):
    """The part of the book that payouts need."""

    @property
    def payouts(self) -> StoredPayouts: ...


class Payouts:
    """The operator's side of paying merchants."""

    def __init__(
        self, *, store: Store[Book], now: Clock, new_id: NewId, terms: ExchangeTerms
    ) -> None:
        self._store = store
        self._now = now
        self._new_id = new_id
        self._terms = terms

    async def prepare(
        self, *, of: Currency | None = None, merchant_id: str | None = None
    ) -> Prepared:
        """Take all that is available of all merchants, or of one, into a new batch.

        With *of* only what is paid out in that currency.  A disabled merchant is left out,
        unless it is the one that was named: whoever closed it decides about its money.  Each
        balance is taken by itself; killed in between, the batch has what was taken, and the
        next one the rest.

        Raises:
            MerchantNotFoundError: There is no such merchant.
        """
        at = self._now()
        batch = self._new_id(at)
        payouts, waiting = [], []
        for merchant, amount in await self._store.read(
            lambda book: _balances(book, merchant_id, of)
        ):
            payout_id, closed_too = self._new_id(at), merchant_id is not None
            taking = _Taking(
                payout_id, batch, merchant, amount.currency, self._terms, at, closed_too
            )
            try:
                made = await self._taken(taking)
            except (RefusedError, InvalidRequestError) as exc:
                waiting.append(Waiting(merchant.id, merchant.name, amount, exc))
                continue
            if made is not None:
                payouts.append(made)
        return Prepared(batch, tuple(payouts), tuple(waiting))

    async def _taken(self, taking: "_Taking") -> Payout | None:
        """Try again, where a refund took some of the balance after it was read."""
        for _ in range(TRIES - 1):
            try:
                return await self._store.write(taking)
            except InsufficientFundsError:
                continue
        return await self._store.write(taking)

    async def paid(self, *, batch: str) -> list[Payout]:
        """The bank has paid the batch, but for what came back before; again is the same.

        Raises:
            PayoutNotFoundError: There is no such batch.
        """
        at = self._now()

        def pay(book: Book, payout_id: str) -> Payout:
            payout = _known(book, payout_id)
            if payout.state is not PayoutState.PREPARED:
                return payout
            bank = _opened(book, _bank(payout.amount.currency), SYSTEM, payout.amount, at)
            source = in_payout(owner_of(payout.merchant), payout.amount.currency)
            return _settle(book, payout, "pay", Transfer(source, bank, payout.amount), at)

        return [
            await self._store.write(partial(pay, payout_id=each.id))
            for each in await self.of_batch(batch=batch)
        ]

    async def returned(self, *, payout_id: str, reason: str) -> Payout:
        """The money came back from the bank, or never left: it is in the balance again.

        In the currency of the payout; again is the same.

        Raises:
            PayoutNotFoundError: There is no such payout.
            PayoutReasonError: *reason* says nothing, or cannot be shown.
        """
        told = " ".join(reason.split())
        if not 0 < len(told) <= REASON_LENGTH_MAX or not told.isprintable():
            raise PayoutReasonError(maximum=REASON_LENGTH_MAX)
        at = self._now()

        def work(book: Book) -> Payout:
            payout = _known(book, payout_id)
            if payout.state is PayoutState.RETURNED:
                return payout
            of, owner = payout.amount.currency, owner_of(payout.merchant)
            source = in_payout(owner, of) if payout.state is PayoutState.PREPARED else _bank(of)
            balance = _opened(book, account_id(owner, of), owner, payout.amount, at)
            back = Transfer(source, balance, payout.amount)
            return _settle(book, payout, "return", back, at, told)

        return await self._store.write(work)

    async def of_batch(self, *, batch: str) -> list[Payout]:
        """All of a batch, by the names of the merchants.

        Raises:
            PayoutNotFoundError: There is no such batch.
        """
        found = await self._store.read(lambda book: book.payouts.of_batch(batch))
        if not found:
            raise PayoutNotFoundError
        return found

    async def listed(self, *, merchant_id: str | None = None, limit: int = 50) -> list[Payout]:
        """Those of a merchant, or of all, newest first."""
        most = min(limit, PAGE_MAX)
        return await self._store.read(lambda book: book.payouts.listed(merchant_id, most))


@dataclass(frozen=True, slots=True)
class _Taking:
    """The use case of one payout: a function of the book."""

    id: str
    batch: str
    merchant: Merchant
    currency: Currency
    terms: ExchangeTerms
    at: datetime
    closed_too: bool
    """Whether a disabled merchant is paid."""

    def __call__(self, book: Book) -> Payout | None:
        """Move what is available aside; None where there is nothing to move any more."""
        current = book.merchants.find_to_change(self.merchant.id)  # one batch at a time
        if current is None or (_is_closed(current) and not self.closed_too):
            return None
        terms = merchant_terms.terms_of(book, self.merchant)
        source = account_id(self.merchant.owner, self.currency)
        balance = book.ledger.balance(source)
        if balance is None or balance.available.minor <= 0:
            return None
        if not terms.has_payee:
            raise PayeeMissingError
        taken = Money(min(balance.available.minor, AMOUNT_MINOR_MAX), self.currency)
        payout = self._priced(book, terms, taken)
        moved = _moves(book, self.merchant, source, payout, self.at)
        _post(book, payout, "payout", moved, self.at)
        book.payouts.add(payout)
        step = Step("prepare", payout.state.value, "operator", self.at)
        book.steps.add(f"payout/{payout.id}", step)
        return payout

    def _priced(self, book: Book, terms: MerchantTerms, taken: Money) -> Payout:
        conversion, amount = None, taken
        if taken.currency != terms.settlement_currency:
            into = terms.settlement_currency
            book.exchanges.positions(taken.currency, into, decides=True)  # the room is ours
            conversion = exchange.to_give(book, self.terms, taken, into, self.at)
            amount = conversion.gets
        return Payout(
            id=self.id,
            merchant=self.merchant.id,
            merchant_name=self.merchant.name,
            batch=self.batch,
            amount=amount,
            taken=taken,
            payee=terms.payee,
            created_at=self.at,
            conversion=conversion,
        )


def _balances(
    book: Book, merchant_id: str | None, of: Currency | None
) -> list[tuple[Merchant, Money]]:
    """What could be paid out, by merchant and currency."""
    found = []
    for merchant in _asked(book, merchant_id):
        terms = merchant_terms.terms_of(book, merchant)
        if of not in (None, terms.settlement_currency):
            continue
        for balance in book.ledger.balances(merchant.owner):
            main = account_id(merchant.owner, balance.posted.currency)
            if balance.account == main and balance.available.minor > 0:
                found.append((merchant, balance.available))
    return found


def _asked(book: Book, merchant_id: str | None) -> list[Merchant]:
    if merchant_id is not None:
        return [merchants.known(book, merchant_id)]
    return [each for each in book.merchants.listed() if not _is_closed(each)]


def _is_closed(merchant: Merchant) -> bool:
    return merchant.state is MerchantState.DISABLED


def _moves(
    book: Book, merchant: Merchant, source: AccountId, payout: Payout, at: datetime
) -> tuple[Transfer, ...]:
    owner = merchant.owner
    target = in_payout(owner, payout.amount.currency)
    _opened(book, target, owner, payout.amount, at)
    if payout.conversion is None:
        return (Transfer(source, target, payout.amount),)
    exchange.prepare(book, payout.conversion, at)
    return exchange.transfers(payout.conversion, source, target)


def _settle(
    book: Book, payout: Payout, event: str, moved: Transfer, at: datetime, reason: str = ""
) -> Payout:
    state = advance(TRANSITIONS, payout.state, event)
    settled = replace(payout, state=state, reason=reason, settled_at=at)
    _post(book, payout, f"payout_{state.value}", (moved,), at)
    book.payouts.change(settled)
    book.steps.add(f"payout/{payout.id}", Step(event, state.value, "operator", at, reason))
    return settled


def _post(
    book: Book, payout: Payout, kind: str, moved: tuple[Transfer, ...], at: datetime
) -> None:
    subject = f"payout/{payout.id}"
    book.ledger.post(Transaction(f"{kind}:{payout.id}", kind, subject, at, moved))


def _known(book: Book, payout_id: str) -> Payout:
    payout = book.payouts.find(payout_id)
    if payout is None:
        raise PayoutNotFoundError
    return payout


def _bank(of: Currency) -> AccountId:
    """Where money is that has left the wallet for a bank."""
    return account_id(SYSTEM, of, "bank")


def _opened(book: Book, account: AccountId, owner: str, amount: Money, at: datetime) -> AccountId:
    book.ledger.open(Account(account, owner, amount.currency, at))
    return account
