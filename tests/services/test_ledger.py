"""What a ledger is never asked, whoever asks: a bug that is loud costs nobody a kopeck."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from services.ledger import (
    GENESIS,
    Balance,
    Transaction,
    Transfer,
    capture,
    release,
    reverse,
)
from services.money import RUB, Money
from storage.book import BookTables
from tests.books import ANN, BOB, POOL, memory_book, open_accounts, transaction
from tests.clock import TestClock

AT = TestClock()()


@pytest.fixture
def book() -> Iterator[BookTables]:
    with memory_book() as opened:
        open_accounts(opened)
        yield opened


@pytest.mark.parametrize(
    ("debit", "credit", "minor"), [(ANN, BOB, 0), (ANN, BOB, -1), (ANN, ANN, 1)]
)
def test_what_moves_nothing_is_no_transfer(debit: str, credit: str, minor: int) -> None:
    """A negative amount would be a payment backwards: it stops before storage sees it."""
    with pytest.raises(ValueError, match="not a transfer"):
        Transfer(debit, credit, Money(minor, RUB))  # type: ignore[arg-type]


def test_transaction_moves_something() -> None:
    """An empty one would take a key and a place in the chain for nothing."""
    with pytest.raises(ValueError, match="moves something"):
        Transaction("k", "test", "test/1", AT, ())


def test_what_is_not_there_cannot_be_settled_or_taken_back(book: BookTables) -> None:
    """Not a refusal that somebody might swallow, but a bug that stops."""
    ledger = book.ledger

    with pytest.raises(ValueError, match="no hold h"):
        capture(ledger, "h", transaction("k", ANN, BOB, 1))
    with pytest.raises(ValueError, match="no hold h"):
        release(ledger, "h", AT)
    with pytest.raises(ValueError, match="nothing was posted as k"):
        reverse(ledger, "back", original="k", cause="test/1", at=AT)

    assert ledger.head() == GENESIS


def test_time_is_no_part_of_what_a_key_stands_for(book: BookTables) -> None:
    """A retry comes later than the first try, and is the same all the same."""
    first = transaction("k", POOL, ANN, 1)
    late = Transaction("k", "test", "test/1", AT + timedelta(days=1), first.transfers)
    other = Transaction("k", "test", "test/2", AT, first.transfers)

    assert late.fingerprint == first.fingerprint
    assert other.fingerprint != first.fingerprint
    assert late.hash_after(bytes(32), 1) != first.hash_after(bytes(32), 1)


def test_fields_do_not_run_into_each_other() -> None:
    """Joined by a sign, two different transactions would have one hash."""
    transfers = (Transfer(ANN, BOB, Money(1, RUB)),)

    hashes = {
        Transaction("k", kind, cause, AT, transfers).hash_after(bytes(32), 1)
        for kind, cause in (("a", "b|c"), ("a|b", "c"), ("ab", "c"), ("a", "bc"))
    }

    assert len(hashes) == 4


def test_available_counts_what_is_held_and_how_far_it_may_go() -> None:
    """A terminal that is good for 100 and owes 30 can take 70 more."""
    balance = Balance(POOL, Money(-30, RUB), Money(5, RUB), floor_minor=-100)

    assert balance.available == Money(65, RUB)
