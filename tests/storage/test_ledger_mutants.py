"""A model that cannot fail proves nothing: each deliberate fault turns it red."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from services import ledger as rules
from services.ledger import HoldState, Ledger, Transaction, Transfer
from services.money import RUB, Money
from storage.sqlite.ledger import SqliteLedger
from tests.storage import test_ledger_model as model

Mutate = Callable[[pytest.MonkeyPatch], None]


def in_storage(name: str, fault: object) -> Mutate:
    """*fault* in place of a method of the ledger in SQLite."""
    return lambda patch: patch.setattr(SqliteLedger, name, fault)


def in_rules(name: str, fault: object) -> Mutate:
    """*fault* in place of a function of `services.ledger`, as the model calls it."""
    return lambda patch: patch.setattr(model, name, fault)


def in_sql(name: str, fault: str) -> Mutate:
    """*fault* in place of a statement."""
    return lambda patch: patch.setattr(f"storage.sqlite.ledger.{name}", fault)


def doubled(self: SqliteLedger, position: int, transfer: Any) -> None:
    for _ in range(2):
        MOVE(self, position, transfer)


def greedy(ledger: Ledger, hold_id: str, transaction: Transaction) -> None:
    hold = ledger.hold(hold_id)
    if hold is not None and ledger.posted(transaction.key) is None:
        ledger.settle(hold_id, HoldState.CAPTURED, hold.amount.minor, transaction.at)
        ledger.post(transaction)


def keeping(ledger: Ledger, hold_id: str, transaction: Transaction) -> None:
    hold, is_new = ledger.hold(hold_id), ledger.posted(transaction.key) is None
    rules.capture(ledger, hold_id, transaction)
    if hold is not None and is_new:
        rest = hold.amount - transaction.transfers[0].amount
        if rest.minor:
            ledger.place(replace(hold, id=f"rest of {hold_id}", amount=rest))


def once_more(ledger: Ledger, hold_id: str, transaction: Transaction) -> None:
    first = ledger.posted(transaction.key)
    if first is None:
        rules.capture(ledger, hold_id, transaction)
    else:
        ledger.post(replace(transaction, key=f"{transaction.key} again"))


def onwards(ledger: Ledger, key: str, *, original: str, cause: str, at: datetime) -> None:
    first = ledger.posted(original)
    if first is not None:
        moved = first.transaction.transfers
        ledger.post(Transaction(key, "reversal", cause, at, moved, reverses=original))


def for_ever(ledger: Ledger, key: str, *, original: str, cause: str, at: datetime) -> None:
    first = ledger.posted(original)
    if first is not None:
        [moved] = first.transaction.transfers
        back = Transfer(moved.credit, moved.debit, moved.amount)
        ledger.post(Transaction(key, "reversal", cause, at, (back,)))


def short(ledger: Ledger, transaction: Transaction) -> None:
    [moved] = transaction.transfers
    less = replace(moved, amount=Money(max(moved.amount.minor - 1, 1), RUB))
    rules.post_once(ledger, replace(transaction, transfers=(less,)))


MOVE = SqliteLedger._move
MUTANTS: dict[str, Mutate] = {
    "keys are not looked up": in_storage("posted", lambda self, key: None),
    "a hold reserves nothing": in_storage("place", lambda self, hold: None),
    "a hold is never let go": in_storage("settle", lambda *_, **__: True),
    "a settled hold is settled again": in_sql(
        "_SETTLE",
        "UPDATE holds SET state = :state, captured = :captured, settled_at = :at"
        " WHERE id = :id RETURNING id",
    ),
    "the floor is not asked": in_sql(
        "_TRANSFER",
        "INSERT INTO transfers (position, debit, credit, amount, currency)"
        " VALUES (:position, :debit, :credit, :amount, :currency) RETURNING id",
    ),
    "held money is spent": in_sql(
        "_TRANSFER",
        "INSERT INTO transfers (position, debit, credit, amount, currency)"
        " SELECT :position, :debit, :credit, :amount, :currency FROM accounts"
        " WHERE id = :debit AND posted - :amount >= floor RETURNING id",
    ),
    "a transfer is doubled": in_storage("_move", doubled),
    "a capture takes more than is held": in_rules("capture", greedy),
    "a capture keeps the rest": in_rules("capture", keeping),
    "a capture is made again": in_rules("capture", once_more),
    "a reversal goes the same way": in_rules("reverse", onwards),
    "a reversal is made again": in_rules("reverse", for_ever),
    "a kopeck is kept back": in_rules("post_once", short),
}


@pytest.mark.parametrize("mutate", MUTANTS.values(), ids=MUTANTS.keys())
def test_broken_ledger_is_noticed(mutate: Mutate, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the model or by the database, before it could cost anybody a kopeck."""
    mutate(monkeypatch)

    with pytest.raises(BaseException):  # noqa: B017, PT011  # whichever way it is noticed
        run_state_machine_as_test(
            model.Books, settings=settings(model.SETTINGS, phases=[Phase.generate])
        )
