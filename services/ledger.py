"""Double entry: accounts, the transactions that move money between them, and holds.

Amounts are whole minor units.  A transfer is one row that debits one account and credits
another, so it sums to zero by construction; a transaction is the transfers of one
operation.  What is posted is never changed or deleted: a mistake is corrected by a
transaction that reverses it.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import NewType, Protocol

from services.clock import to_micros
from services.errors import KeyReusedError, NotFoundError, RefusedError
from services.money import Currency, Money

AccountId = NewType("AccountId", str)
"""`owner:name:currency`, as `account_id` makes it: nobody has to look it up."""

SYSTEM = "system"
"""Owner of the wallet's own accounts."""

FLOOR_MINOR_MIN = -9 * 10**15
"""How far the system's own accounts may go below zero, in minor units."""


def account_id(owner: str, currency: Currency, name: str = "main") -> AccountId:
    """The account of *owner* in *currency*; *name* tells several of one owner apart."""
    return AccountId(f"{owner}:{name}:{currency.code}")


def suspense(currency: Currency) -> AccountId:
    """Where the operator's corrections come from and go to, until they are explained."""
    return account_id(SYSTEM, currency, "suspense")


@dataclass(frozen=True, slots=True)
class Account:
    """Where one owner keeps one currency; what it holds is its `Balance`."""

    id: AccountId
    owner: str
    """`holder/<id>`, `merchant/<id>`, `terminal/<id>` or `system`."""
    currency: Currency
    opened_at: datetime
    floor_minor: int = 0
    """What posted less held may never fall below, in minor units."""


@dataclass(frozen=True, slots=True)
class Balance:
    """What an account holds: the sum of its transfers, and how much of it is reserved."""

    account: AccountId
    posted: Money
    held: Money
    floor_minor: int = 0
    """What posted less held may never fall below, in minor units."""

    @property
    def available(self) -> Money:
        """What may still be spent."""
        return Money(self.posted.minor - self.held.minor - self.floor_minor, self.posted.currency)


@dataclass(frozen=True, slots=True)
class Transfer:
    """An amount that leaves one account for another."""

    debit: AccountId
    credit: AccountId
    amount: Money

    def __post_init__(self) -> None:
        if self.amount.minor <= 0 or self.debit == self.credit:
            raise ValueError(f"not a transfer: {self}")


@dataclass(frozen=True, slots=True)
class Transaction:
    """Transfers that happen together, once for each key."""

    key: str
    """What caused it, unique: the same cause posts once, however often it is repeated."""
    kind: str
    cause: str
    """The thing it serves, as `noun/id`: `payment/…`, `topup/…`."""
    at: datetime
    transfers: tuple[Transfer, ...]
    reverses: str | None = None
    """Key of the transaction that this one takes back."""

    def __post_init__(self) -> None:
        if not self.transfers:
            raise ValueError(f"{self.key}: a transaction moves something")

    @property
    def fingerprint(self) -> bytes:
        """What must be the same when the key is used again: all but the time."""
        return sha256(_encoded(self._content())).digest()

    def hash_after(self, previous: bytes, position: int) -> bytes:
        """This transaction's link of the chain, SHA-256 over the link before it too.

        Each field is preceded by its length, so no two transactions read the same.
        """
        fields = (str(position), self.key, str(to_micros(self.at)), *self._content())
        return sha256(previous + _encoded(fields)).digest()

    def _content(self) -> tuple[str, ...]:
        moved = tuple(
            text
            for each in self.transfers
            for text in (
                each.debit,
                each.credit,
                str(each.amount.minor),
                each.amount.currency.code,
            )
        )
        return (self.kind, self.cause, self.reverses or "", *moved)


def _encoded(fields: tuple[str, ...]) -> bytes:
    parts = [text.encode() for text in fields]
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


@dataclass(frozen=True, slots=True)
class Posted:
    """A transaction as the journal keeps it."""

    transaction: Transaction
    position: int
    """Its place in the chain, from 1."""
    hash: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain: who has seen it knows everything before it."""

    position: int
    hash: bytes
    at: datetime | None


GENESIS = Head(0, bytes(32), None)
"""The head of an empty journal."""


class HoldState(StrEnum):
    """Placed, then settled once: every state but HELD is final."""

    HELD = "held"
    CAPTURED = "captured"
    RELEASED = "released"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Hold:
    """Money reserved on an account until the outside world has answered."""

    id: str
    account: AccountId
    amount: Money
    cause: str
    placed_at: datetime
    expires_at: datetime
    state: HoldState = HoldState.HELD
    captured: int = field(default=0)
    """How much of it was taken, in minor units; the rest was released with it."""


class AccountNotFoundError(NotFoundError):
    """The owner has no such account in this currency."""

    code = "account_not_found"


class InsufficientFundsError(RefusedError):
    """The account would fall below its floor.  Values: needed, available."""

    code = "insufficient_funds"


class HoldSettledError(RefusedError):
    """The hold was captured, released or has expired already.  Values: state."""

    code = "hold_settled"


class CaptureTooLargeError(RefusedError):
    """More was asked than is held.  Values: held."""

    code = "capture_too_large"


class AlreadyReversedError(RefusedError):
    """The transaction was taken back before."""

    code = "already_reversed"


class Ledger(Protocol):
    """What storage keeps of it, as one transaction of the database sees it."""

    def open(self, account: Account) -> None:
        """Open *account*, unless it is open."""

    def balances(self, owner: str) -> list[Balance]:
        """Every account of *owner*, by id."""

    def balance(self, account: AccountId) -> Balance | None:
        """One account, or None where there is none."""

    def posted(self, key: str) -> Posted | None:
        """The transaction posted under *key*, or None."""

    def post(self, transaction: Transaction) -> Posted:
        """Append *transaction* and move the balances, in the order of account ids.

        Raises:
            AccountNotFoundError: There is no such account in this currency.
            InsufficientFundsError: An account would fall below its floor.
            AlreadyReversedError: What it reverses was reversed before.
        """

    def place(self, hold: Hold) -> None:
        """Reserve the money.

        Raises:
            InsufficientFundsError: Less than that is available.
            AccountNotFoundError: There is no such account in this currency.
        """

    def hold(self, hold_id: str) -> Hold | None:
        """The hold as it is now, or None."""

    def settle(self, hold_id: str, state: HoldState, captured_minor: int, at: datetime) -> bool:
        """Let go of a hold that is still held; False where it was settled before."""

    def head(self) -> Head:
        """The end of the chain."""


def post_once(ledger: Ledger, transaction: Transaction) -> Posted:
    """Post *transaction*, or return what was posted under its key before.

    Raises:
        KeyReusedError: Something else was posted under its key.
        InsufficientFundsError: An account would fall below its floor.
    """
    first = ledger.posted(transaction.key)
    if first is None:
        return ledger.post(transaction)
    if first.transaction.fingerprint != transaction.fingerprint:
        raise KeyReusedError(key=transaction.key)
    return first


def place_once(ledger: Ledger, hold: Hold) -> Hold:
    """Place *hold*, or return it as it is now where its id was used before.

    Raises:
        KeyReusedError: Another account or amount was held under its id.
        InsufficientFundsError: Less than that is available.
    """
    first = ledger.hold(hold.id)
    if first is None:
        ledger.place(hold)
        return hold
    if (first.account, first.amount, first.cause) != (hold.account, hold.amount, hold.cause):
        raise KeyReusedError(key=hold.id)
    return first


def capture(ledger: Ledger, hold_id: str, transaction: Transaction) -> Posted:
    """Take held money: the hold ends and *transaction* is posted, both or neither.

    What *transaction* debits from the hold's account is captured; the rest is released.

    Raises:
        HoldSettledError: The hold ended otherwise before.
        CaptureTooLargeError: The transaction takes more than is held, or nothing of it.
        KeyReusedError: Something else was posted under the transaction's key.
    """
    first = ledger.posted(transaction.key)
    if first is not None:
        return post_once(ledger, transaction)
    hold = ledger.hold(hold_id)
    if hold is None:
        raise ValueError(f"no hold {hold_id}")
    taken = sum(each.amount.minor for each in transaction.transfers if each.debit == hold.account)
    if not 0 < taken <= hold.amount.minor:
        raise CaptureTooLargeError(held=hold.amount)
    _settle(ledger, hold, HoldState.CAPTURED, taken, transaction.at)
    return ledger.post(transaction)


def release(ledger: Ledger, hold_id: str, at: datetime, *, expired: bool = False) -> None:
    """Give held money back to its account; again is the same.

    Raises:
        HoldSettledError: It was captured.
    """
    hold = ledger.hold(hold_id)
    if hold is None:
        raise ValueError(f"no hold {hold_id}")
    if hold.state in (HoldState.RELEASED, HoldState.EXPIRED):
        return
    state = HoldState.EXPIRED if expired else HoldState.RELEASED
    _settle(ledger, hold, state, 0, at)


def reverse(ledger: Ledger, key: str, *, original: str, cause: str, at: datetime) -> Posted:
    """Take back the transaction posted under *original*, once, by its mirror image.

    Raises:
        AlreadyReversedError: It was taken back under another key.
        InsufficientFundsError: The money is not there any more.
    """
    posted = ledger.posted(original)
    if posted is None:
        raise ValueError(f"nothing was posted as {original}")
    mirrored = tuple(
        Transfer(debit=each.credit, credit=each.debit, amount=each.amount)
        for each in reversed(posted.transaction.transfers)
    )
    return post_once(ledger, Transaction(key, "reversal", cause, at, mirrored, reverses=original))


def _settle(ledger: Ledger, hold: Hold, state: HoldState, captured: int, at: datetime) -> None:
    if not ledger.settle(hold.id, state, captured, at):
        raise HoldSettledError(state=hold.state.value)
