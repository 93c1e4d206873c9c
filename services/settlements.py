"""Settlement: where the money of a payment goes at its merchant, and where a refund takes it.

The fee goes to the wallet's own fees; the rest to the merchant's balance or, where a reserve
was agreed on, first to the reserve: promised, and not yet given.  What became of each
payment's money is kept for as long as it may be refunded, which is always.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from services import merchant_terms
from services.clock import Clock
from services.exchange import fees
from services.ledger import SYSTEM, Account, AccountId, Transaction, Transfer, account_id
from services.merchants import Merchant
from services.money import Currency, Money
from services.store import Store

RESERVE, IN_PAYOUT = "reserve", "payouts"
"""Names of a merchant's accounts beside its balance."""

BATCH = 100
"""Reserves that one transaction of the database releases."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of one payment's money at its merchant."""

    payment: str
    merchant: str
    amount: Money
    """All that was paid."""
    fee_minor: int
    settled_at: datetime
    fee_returned_minor: int = 0
    reserved_minor: int = 0
    """What of it is in the reserve still."""
    release_at: datetime | None = None

    def fee_due_back(self, refunded_minor: int) -> int:
        """How much of the fee goes back now that *refunded_minor* was given back in all.

        In proportion, rounded down, so that parts add up: after all of it, all of the fee.
        """
        due = self.fee_minor * refunded_minor // self.amount.minor
        return due - self.fee_returned_minor


class StoredSettlements(Protocol):
    """What storage keeps of settlements."""

    def add(self, settlement: Settlement) -> None:
        """Keep a new one."""

    def find(self, payment_id: str) -> Settlement | None:
        """The payment's, or None; nobody else changes it meanwhile."""

    def change(self, settlement: Settlement) -> None:
        """Keep what may change of it: the fee returned, and what is reserved."""

    def due(self, at: datetime, limit: int) -> list[Settlement]:
        """Those whose reserve may be released at *at*, the oldest first, for this one alone."""


class Book(merchant_terms.Book, Protocol):
    """The part of the book that settlement needs."""

    @property
    def settlements(self) -> StoredSettlements: ...


def reserve(owner: str, of: Currency) -> AccountId:
    """Where the money of a merchant waits that is promised and not yet given."""
    return account_id(owner, of, RESERVE)


def in_payout(owner: str, of: Currency) -> AccountId:
    """Where the money of a merchant is that is on its way to its bank."""
    return account_id(owner, of, IN_PAYOUT)


def owner_of(merchant_id: str) -> str:
    """The name that a merchant's accounts go by."""
    return f"merchant/{merchant_id}"


def parts(
    book: Book, merchant: Merchant, payment_id: str, amount: Money, at: datetime
) -> list[tuple[AccountId, Money]]:
    """The accounts that a payment of *amount* is divided among; they are open after it.

    The merchant's part is the first, unless the fee leaves nothing of it.
    """
    of, owner = amount.currency, merchant.owner
    terms = book.merchant_terms.of(merchant.id)
    if terms is None:
        return [(_opened(book, account_id(owner, of), owner, of, at), amount)]
    fee = terms.fee(amount)
    net = amount - fee
    reserved = net.minor if terms.reserve_days else 0
    divided = []
    if net.minor:
        target = reserve(owner, of) if reserved else account_id(owner, of)
        divided.append((_opened(book, target, owner, of, at), net))
    if fee.minor:
        divided.append((_opened(book, fees(of), SYSTEM, of, at), fee))
    if fee.minor or reserved:
        release_at = at + timedelta(days=terms.reserve_days) if reserved else None
        book.settlements.add(
            Settlement(payment_id, merchant.id, amount, fee.minor, at, 0, reserved, release_at)
        )
    return divided


def returning(
    book: Book,
    merchant: Merchant,
    payment_id: str,
    amount: Money,
    refunded_before: Money,
    to: AccountId,
) -> tuple[Transfer, ...]:
    """The transfers by which *amount* of a payment goes back *to* its payer.

    The fee's share comes from the fees, then what is left of this payment's reserve, then
    the balance.
    """
    of = amount.currency
    balance = account_id(merchant.owner, of)
    kept = book.settlements.find(payment_id)
    if kept is None:
        return (Transfer(balance, to, amount),)
    share = kept.fee_due_back(refunded_before.minor + amount.minor)
    rest = amount.minor - share
    from_reserve = min(rest, kept.reserved_minor)
    changed = replace(
        kept,
        fee_returned_minor=kept.fee_returned_minor + share,
        reserved_minor=kept.reserved_minor - from_reserve,
    )
    book.settlements.change(changed)
    sides = (
        (fees(of), share),
        (reserve(merchant.owner, of), from_reserve),
        (balance, rest - from_reserve),
    )
    return tuple(Transfer(source, to, Money(minor, of)) for source, minor in sides if minor)


class Reserves:
    """Gives merchants what was reserved long enough."""

    def __init__(self, *, store: Store[Book], now: Clock) -> None:
        self._store = store
        self._now = now

    async def release(self) -> int:
        """Move all that is due into the balances; returns how many payments that was.

        Any number of workers may do it at once, and after a standstill: each payment's
        reserve is released once, whoever comes first.
        """
        released = 0
        while True:
            done = await self._store.write(partial(_release, at=self._now()))
            released += done
            if not done:
                return released


def _release(book: Book, at: datetime) -> int:
    due = book.settlements.due(at, BATCH)
    for each in due:
        book.settlements.change(replace(each, reserved_minor=0))
        of, owner = each.amount.currency, owner_of(each.merchant)
        balance = _opened(book, account_id(owner, of), owner, of, at)
        moved = Transfer(reserve(owner, of), balance, Money(each.reserved_minor, of))
        subject = f"settlement/{each.payment}"
        book.ledger.post(Transaction(f"reserve:{each.payment}", "reserve", subject, at, (moved,)))
    return len(due)


def _opened(book: Book, account: AccountId, owner: str, of: Currency, at: datetime) -> AccountId:
    book.ledger.open(Account(account, owner, of, at))
    return account
