"""The ledger beside a model of a few lines: after every step they agree.

Accounts are funded first, or most steps would be refusals; that the machine notices a
broken ledger is itself tested, in `test_ledger_mutants.py`.
"""

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any, ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bench.servers import PostgresServer
from services.errors import WalletError
from services.ledger import (
    Hold,
    Transaction,
    capture,
    place_once,
    post_once,
    release,
    reverse,
)
from services.money import RUB, Money
from storage.postgres.book import PostgresBook
from storage.postgres.sealing import seal
from storage.sqlite.book import SqliteBook
from tests.books import (
    ANN,
    BOB,
    POOL,
    empty,
    memory_book,
    open_accounts,
    postgres_book,
    transaction,
)
from tests.clock import TestClock

AT = TestClock()()
PEOPLE = st.sampled_from([ANN, BOB])
AMOUNT = st.integers(1, 60)


class Books(RuleBasedStateMachine):
    """Two people and a pool; whatever is refused must change nothing."""

    def __init__(self) -> None:
        super().__init__()
        self._opened = self.opening()
        self._book = self._opened.__enter__()
        open_accounts(self._book)
        self.posted = {ANN: 0, BOB: 0, POOL: 0}
        self.holds: dict[str, tuple[str, int]] = {}
        self.done: dict[str, Transaction] = {}
        self.reversed: set[str] = set()
        self._count = 0

    def opening(self) -> AbstractContextManager[SqliteBook | PostgresBook]:
        """The book that is tried."""
        return memory_book()

    @initialize(ann=st.integers(20, 200), bob=st.integers(0, 50))
    def fund(self, ann: int, bob: int) -> None:
        for account, minor in ((ANN, ann), (BOB, bob)):
            if minor:
                self._post(self._key(), transaction(self._key(), POOL, account, minor))

    @rule(source=PEOPLE, other=PEOPLE, minor=AMOUNT)
    def pay(self, source: Any, other: Any, minor: int) -> None:
        if source != other:
            wanted = transaction(self._key(), source, other, minor)
            self._post(wanted.key, wanted)

    @precondition(lambda self: self.done)
    @rule(data=st.data(), more=st.integers(0, 1))
    def repeat(self, data: st.DataObject, more: int) -> None:
        key = data.draw(st.sampled_from(sorted(self.done)))
        first = self.done[key]
        [moved] = first.transfers
        again = transaction(key, moved.debit, moved.credit, moved.amount.minor + more)
        refused = self._attempt(lambda: post_once(self._book.ledger, again))
        assert refused == ("key_reused" if more else None)

    @precondition(lambda self: set(self.done) - self.reversed)
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(set(self.done) - self.reversed)))
        [moved] = self.done[key].transfers
        can = self._available(moved.credit) >= moved.amount.minor or moved.credit == POOL
        refused = self._attempt(
            lambda: reverse(self._book.ledger, f"back {key}", original=key, cause="test/1", at=AT)
        )
        assert refused == (None if can else "insufficient_funds")
        if can:
            self._move(moved.credit, moved.debit, moved.amount.minor)
            self.reversed.add(key)
            again = self._attempt(
                lambda: reverse(self._book.ledger, f"on {key}", original=key, cause="x/1", at=AT)
            )
            assert again == "already_reversed"

    @rule(account=PEOPLE, minor=AMOUNT)
    def hold(self, account: Any, minor: int) -> None:
        key = self._key()
        wanted = Hold(key, account, Money(minor, RUB), "test/1", AT, AT)
        can = self._available(account) >= minor
        refused = self._attempt(lambda: place_once(self._book.ledger, wanted))
        assert refused == (None if can else "insufficient_funds")
        if can:
            self.holds[key] = (account, minor)

    @precondition(lambda self: self.holds)
    @rule(data=st.data(), taken=AMOUNT)
    def capture(self, data: st.DataObject, taken: int) -> None:
        key = data.draw(st.sampled_from(sorted(self.holds)))
        account, minor = self.holds[key]
        target = BOB if account == ANN else ANN
        wanted = transaction(f"capture {key}", account, target, taken)  # type: ignore[arg-type]
        refused = self._attempt(lambda: capture(self._book.ledger, key, wanted))
        assert refused == (None if taken <= minor else "capture_too_large")
        if taken <= minor:
            del self.holds[key]
            self._move(account, target, taken)
            assert self._attempt(lambda: capture(self._book.ledger, key, wanted)) is None

    @precondition(lambda self: self.holds)
    @rule(data=st.data(), expired=st.booleans())
    def release(self, data: st.DataObject, expired: bool) -> None:  # noqa: FBT001
        key = data.draw(st.sampled_from(sorted(self.holds)))
        account, _ = self.holds.pop(key)
        other = BOB if account == ANN else ANN
        assert self._attempt(lambda: release(self._book.ledger, key, AT, expired=expired)) is None
        late = transaction(f"late {key}", account, other, 1)  # type: ignore[arg-type]
        assert self._attempt(lambda: capture(self._book.ledger, key, late)) == "hold_settled"

    @invariant()
    def agree(self) -> None:
        for account, minor in self.posted.items():
            found = self._book.ledger.balance(account)
            assert found is not None
            held = sum(each for owner, each in self.holds.values() if owner == account)
            assert (found.posted.minor, found.held.minor) == (minor, held)
        wrong = [each for each in self._book.journal.faults() if not _of_hold(each.name)]
        assert wrong == []

    def teardown(self) -> None:
        self._opened.__exit__(None, None, None)

    def _post(self, key: str, wanted: Transaction) -> None:
        [moved] = wanted.transfers
        can = moved.debit == POOL or self._available(moved.debit) >= moved.amount.minor
        refused = self._attempt(lambda: post_once(self._book.ledger, wanted))
        assert refused == (None if can else "insufficient_funds")
        if can:
            self._move(moved.debit, moved.credit, moved.amount.minor)
            self.done[wanted.key] = wanted

    def _attempt(self, work: Callable[[], object]) -> str | None:
        """Run *work* as the store does, in a savepoint; the code of its refusal."""
        connection = self._book.connection
        connection.execute("SAVEPOINT job")
        try:
            work()
        except WalletError as exc:
            connection.execute("ROLLBACK TO job")
            return exc.code
        finally:
            with contextlib.suppress(Exception):
                connection.execute("RELEASE job")
        return None

    def _available(self, account: str) -> int:
        held = sum(each for owner, each in self.holds.values() if owner == account)
        return self.posted[account] - held  # type: ignore[index]

    def _move(self, debit: str, credit: str, minor: int) -> None:
        self.posted[debit] -= minor  # type: ignore[index]
        self.posted[credit] += minor  # type: ignore[index]

    def _key(self) -> str:
        self._count += 1
        return f"k{self._count}"


class PostgresBooks(Books):
    """The same on PostgreSQL, where transactions are sealed some time later."""

    url: ClassVar[str]
    fault: ClassVar[str | None] = None
    """Is made in the database first; a model that cannot fail proves nothing."""

    def opening(self) -> AbstractContextManager[SqliteBook | PostgresBook]:
        return _faulty(self.url, self.fault)

    @rule()
    def seal(self) -> None:
        assert isinstance(self._book, PostgresBook)
        seal(self._book.connection.raw)
        assert self._book.ledger.head().position == self._book.journal.counts()[0]

    def teardown(self) -> None:
        try:
            self.seal()
            self.agree()
        finally:
            super().teardown()


@contextlib.contextmanager
def _faulty(url: str, fault: str | None) -> Iterator[PostgresBook]:
    with postgres_book(url) as book:
        if fault is not None:
            book.connection.raw.execute(fault.encode())
        yield book


def _of_hold(name: str) -> bool:
    """The model's holds serve no payment, which the audit rightly notices."""
    return name == "hold_overdue"


SETTINGS = settings(
    max_examples=300,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def test_ledger_agrees_with_the_model() -> None:
    """Whatever is done in whatever order: no kopeck is made, lost or spent twice."""
    run_state_machine_as_test(Books, settings=SETTINGS)


def test_postgres_ledger_agrees_with_the_model(postgres_server: PostgresServer) -> None:
    """Fewer ways than above: each step is a journey to the server."""
    empty(postgres_server.url)
    PostgresBooks.url = postgres_server.url
    fewer = settings(SETTINGS, max_examples=25, stateful_step_count=25)

    run_state_machine_as_test(PostgresBooks, settings=fewer)
