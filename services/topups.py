"""Top-ups: cash that a terminal took, on its way to a wallet.

A receipt number is the terminal's transaction number: however often it is sent, it is
credited once, and its owner can always be told where it is.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from services import holders, limits, terminals
from services.clock import Clock
from services.errors import (
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    UnavailableError,
    raise_refusal,
)
from services.history import Operation, Step
from services.holders import Holder
from services.ids import NewId
from services.ledger import (
    AccountNotFoundError,
    Transaction,
    Transfer,
    account_id,
    post_once,
)
from services.limits import BalanceLimitError, LimitTerms
from services.money import Currency, Money
from services.states import advance
from services.store import Store
from services.terminals import Terminal

RECEIPT_DIGITS_MAX = 20
"""Source: OSMP, txn_id is an integer of up to 20 digits."""


class TopUpState(StrEnum):
    """Announced when the terminal asks, received when it has the cash, then credited."""

    ANNOUNCED = "announced"
    RECEIVED = "received"
    CREDITED = "credited"
    UNCLAIMED = "unclaimed"


TRANSITIONS = {
    (TopUpState.ANNOUNCED, "receive"): TopUpState.RECEIVED,
    (TopUpState.RECEIVED, "credit"): TopUpState.CREDITED,
}


@dataclass(frozen=True, slots=True)
class TopUp:
    """Cash on its way into a wallet."""

    id: str
    terminal: str
    terminal_name: str
    receipt: str
    phone: str
    holder: str
    amount: Money
    state: TopUpState
    announced_at: datetime
    received_at: datetime | None = None
    credited_at: datetime | None = None


class TopUpNotFoundError(NotFoundError):
    """No receipt of that number came for this phone."""

    code = "topup_not_found"


class TopUpDiffersError(ConflictError):
    """The receipt number was used for another phone or amount."""

    code = "topup_differs"


class TopUpNotWholeError(InvalidRequestError):
    """A terminal gives no change: whole units of the currency only."""

    code = "topup_not_whole"


class ReceiptNotUnderstoodError(InvalidRequestError):
    """A receipt number is up to 20 digits.  Values: digits."""

    code = "receipt_not_understood"


class TerminalExhaustedError(UnavailableError):
    """The terminal holds more cash than it is good for; credited after collection."""

    code = "terminal_exhausted"


class StoredTopUps(Protocol):
    """What storage keeps of top-ups."""

    def add(self, topup: TopUp) -> None:
        """Keep a new one."""

    def with_receipt(self, terminal: str, receipt: str) -> TopUp | None:
        """The terminal's one of that number, or None."""

    def find(self, topup_id: str) -> TopUp | None:
        """The top-up of that id, or None."""

    def for_phone(self, phone: str, receipt: str | None, limit: int) -> list[TopUp]:
        """Those for that number, of that receipt if one is named, newest first."""

    def change(self, topup: TopUp, *, was: TopUpState) -> bool:
        """Keep it, if it still is in the state it *was*."""


class StoredCashPayments(Protocol):
    """What is asked of invoices paid in cash: a receipt number is for one thing."""

    def with_receipt(self, terminal: str, receipt: str) -> object | None:
        """The terminal's one of that number, or None."""


class Book(limits.Book, terminals.Book, Protocol):
    """The part of the book that top-ups need."""

    @property
    def topups(self) -> StoredTopUps: ...
    @property
    def cash_payments(self) -> StoredCashPayments: ...


class TopUps:
    """The terminal's side, and where a receipt is for its owner."""

    def __init__(
        self, *, store: Store[Book], now: Clock, new_id: NewId, terms: LimitTerms | None = None
    ) -> None:
        """*terms*: what limits the balances; as shipped where None is given."""
        self._store = store
        self._now = now
        self._new_id = new_id
        self._terms = terms or LimitTerms()

    async def check(self, *, terminal: Terminal, receipt: str, phone: str, amount: Money) -> TopUp:
        """Whether *phone* can be topped up; announces the receipt.

        Raises:
            HolderNotFoundError: Nobody has a wallet with that number.
            TopUpNotWholeError: *amount* is not whole.
            TopUpDiffersError: The number was used otherwise and money has moved.
            ReceiptNotUnderstoodError: *receipt* is no number.
            BalanceLimitError: The wallet would hold more than its level allows.
        """
        _whole(amount)
        check_receipt(receipt)
        at = self._now()
        topup_id = self._new_id(at)

        def work(book: Book) -> TopUp:
            holder = _owner(book, phone)
            topup = _announce(book, topup_id, terminal, receipt, holder, amount, at)
            self._has_room(book, holder, topup)
            return topup

        return await self._store.write(work)

    async def pay(self, *, terminal: Terminal, receipt: str, phone: str, amount: Money) -> TopUp:
        """Credit the cash at once, once for each receipt; again is the first result.

        Raises:
            TerminalExhaustedError: Kept as received, to be credited when sent again.
            and as `check` does; what was kept as received is credited whatever the limit.
        """
        _whole(amount)
        check_receipt(receipt)
        at = self._now()
        topup_id = self._new_id(at)

        def work(book: Book) -> TopUp | BalanceLimitError:
            holder = _owner(book, phone)
            topup = _announce(book, topup_id, terminal, receipt, holder, amount, at)
            if topup.state is TopUpState.CREDITED:
                return topup
            if topup.state is TopUpState.ANNOUNCED:
                try:
                    self._has_room(book, holder, topup)
                except BalanceLimitError as exc:  # the receipt is known all the same
                    return exc
                topup = _move(book, replace(topup, received_at=at), "receive", at)
            if not _is_good_for(book, terminal, amount):
                return topup
            return _credit(book, terminal, topup, at)

        try:
            topup = raise_refusal(await self._store.write(work))
        except AccountNotFoundError:  # the wallet is older than this currency here
            await self._store.write(lambda book: _open_account(book, phone, amount.currency, at))
            topup = raise_refusal(await self._store.write(work))
        if topup.state is not TopUpState.CREDITED:
            raise TerminalExhaustedError
        return topup

    async def where(self, *, holder: Holder, receipt: str | None = None) -> list[TopUp]:
        """The holder's newest top-ups, or those of one receipt number.

        Raises:
            ReceiptNotUnderstoodError: *receipt* is no number.
            TopUpNotFoundError: None came for this phone under that number.
        """
        if receipt is not None:
            check_receipt(receipt)
        found = await self._store.read(
            lambda book: book.topups.for_phone(holder.phone, receipt, 5)
        )
        if receipt is not None and not found:
            raise TopUpNotFoundError
        return found

    async def view(self, *, holder: Holder, topup_id: str) -> TopUp:
        """One top-up of *holder*.

        Raises:
            TopUpNotFoundError: There is none such.
        """
        topup = await self._store.read(lambda book: book.topups.find(topup_id))
        if topup is None or topup.holder != holder.id:
            raise TopUpNotFoundError
        return topup

    def _has_room(self, book: Book, holder: Holder, topup: TopUp) -> None:
        if topup.state is TopUpState.ANNOUNCED:
            limits.room_for(book, self._terms, holder, topup.amount)


def _owner(book: Book, phone: str) -> Holder:
    holder = book.holders.of_phone(phone)
    if holder is None:
        raise holders.HolderNotFoundError
    return holder


def _announce(
    book: Book,
    topup_id: str,
    terminal: Terminal,
    receipt: str,
    holder: Holder,
    amount: Money,
    at: datetime,
) -> TopUp:
    first = book.topups.with_receipt(terminal.id, receipt)
    if first is not None:
        return _same_or_announced_anew(book, first, holder, amount)
    if book.cash_payments.with_receipt(terminal.id, receipt) is not None:
        raise TopUpDiffersError  # the same banknotes have paid an invoice
    topup = TopUp(
        id=topup_id,
        terminal=terminal.id,
        terminal_name=terminal.name,
        receipt=receipt,
        phone=holder.phone,
        holder=holder.id,
        amount=amount,
        state=TopUpState.ANNOUNCED,
        announced_at=at,
    )
    book.topups.add(topup)
    book.steps.add(f"topup/{topup.id}", Step("announce", topup.state.value, "terminal", at))
    return topup


def _same_or_announced_anew(book: Book, first: TopUp, holder: Holder, amount: Money) -> TopUp:
    """A check may name another amount than the pay that follows it; a pay may not change."""
    if (first.phone, first.amount) == (holder.phone, amount):
        return first
    if first.state is not TopUpState.ANNOUNCED:
        raise TopUpDiffersError
    anew = replace(first, phone=holder.phone, holder=holder.id, amount=amount)
    book.topups.change(anew, was=TopUpState.ANNOUNCED)
    return anew


def _open_account(book: Book, phone: str, of: Currency, at: datetime) -> None:
    holder = book.holders.of_phone(phone)
    if holder is not None:
        holders.ensure_account(book, holder, of, at)


def _is_good_for(book: Book, terminal: Terminal, amount: Money) -> bool:
    book.terminals.take_turn(terminal.id)
    balance = book.ledger.balance(account_id(terminal.owner, amount.currency))
    return balance is not None and balance.available.minor >= amount.minor


def _credit(book: Book, terminal: Terminal, topup: TopUp, at: datetime) -> TopUp:
    subject = f"topup/{topup.id}"
    transfer = Transfer(
        account_id(terminal.owner, topup.amount.currency),
        account_id(f"holder/{topup.holder}", topup.amount.currency),
        topup.amount,
    )
    post_once(book.ledger, Transaction(f"topup:{topup.id}", "topup", subject, at, (transfer,)))
    credited = _move(book, replace(topup, credited_at=at), "credit", at)
    book.operations.put(
        Operation(
            id=topup.id,
            holder=topup.holder,
            kind="topup",
            subject=subject,
            amount=topup.amount,
            state=credited.state.value,
            title=topup.terminal_name,
            note=topup.receipt,
            at=at,
        )
    )
    holders.notify(book, topup.holder, "topup", subject, at, key=subject, priority=2)
    return credited


def _move(book: Book, topup: TopUp, event: str, at: datetime) -> TopUp:
    moved = replace(topup, state=advance(TRANSITIONS, topup.state, event))
    if not book.topups.change(moved, was=topup.state):
        raise TopUpDiffersError
    book.steps.add(f"topup/{topup.id}", Step(event, moved.state.value, "terminal", at))
    return moved


def _whole(amount: Money) -> None:
    if amount.minor % 10**amount.currency.exponent:
        raise TopUpNotWholeError


def check_receipt(receipt: str) -> None:
    """Refuse what is no receipt number.

    Raises:
        ReceiptNotUnderstoodError: It is none.
    """
    if not (receipt.isascii() and receipt.isdigit() and len(receipt) <= RECEIPT_DIGITS_MAX):
        raise ReceiptNotUnderstoodError(digits=RECEIPT_DIGITS_MAX)
