"""The ledger on its own: what it posts, what it refuses, and what the database refuses."""

from collections.abc import Iterator
from contextlib import AbstractContextManager

import psycopg
import pytest

from bench.servers import PostgresServer
from services.errors import KeyReusedError
from services.ledger import (
    AccountId,
    AccountNotFoundError,
    AlreadyReversedError,
    CaptureTooLargeError,
    Hold,
    HoldSettledError,
    HoldState,
    InsufficientFundsError,
    Transfer,
    account_id,
    capture,
    place_once,
    post_once,
    release,
    reverse,
)
from services.money import RUB, USD, Money
from storage.postgres.book import PostgresBook
from storage.postgres.sealing import seal
from storage.sqlite.book import SqliteBook
from storage.sqlite.engine import sqlite3
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


AnyBook = SqliteBook | PostgresBook


@pytest.fixture(params=["sqlite", "postgres"])
def book(request: pytest.FixtureRequest) -> Iterator[AnyBook]:
    """A book that nobody else sees, of either engine; Ann has 100.00."""
    if request.param == "sqlite":
        opening: AbstractContextManager[AnyBook] = memory_book()
    else:
        url = request.getfixturevalue("postgres_server").url
        empty(url)
        opening = postgres_book(url)
    with opening as opened:
        open_accounts(opened)
        opened.ledger.post(transaction("fund", POOL, ANN, 100_00))
        yield opened


def balances(book: AnyBook) -> list[tuple[int, int]]:
    """Posted and held of Ann and Bob."""
    found = [book.ledger.balance(account) for account in (ANN, BOB)]
    return [(each.posted.minor, each.held.minor) for each in found if each is not None]


def contents(book: AnyBook, *more: str) -> list[str]:
    """Every row of the ledger's tables, and of *more*."""
    tables = ("accounts", "transactions", "transfers", "holds", "history", *more)
    return sorted(
        repr((table, *row))
        for table in tables
        for row in book.connection.execute(f"SELECT * FROM {table}")
    )


def hold(hold_id: str, minor: int) -> Hold:
    return Hold(hold_id, ANN, Money(minor, RUB), "test/1", AT, AT)


def test_same_key_posts_once_and_other_content_is_a_conflict(book: AnyBook) -> None:
    """The second answer is the first one, to the hash."""
    first = post_once(book.ledger, transaction("k", ANN, BOB, 30_00))
    again = post_once(book.ledger, transaction("k", ANN, BOB, 30_00))

    assert first == again
    assert balances(book) == [(70_00, 0), (30_00, 0)]
    for other in (transaction("k", ANN, BOB, 30_01), transaction("k", BOB, ANN, 30_00)):
        with pytest.raises(KeyReusedError):
            post_once(book.ledger, other)


def test_nobody_falls_below_the_floor(book: AnyBook) -> None:
    """To the kopeck; the pool may, as far as its own floor."""
    with pytest.raises(InsufficientFundsError) as refused:
        book.ledger.post(transaction("k", ANN, BOB, 100_01))
    assert refused.value.values["available"] == Money(100_00, RUB)


def test_accounts_must_exist_in_the_currency(book: AnyBook) -> None:
    """Money cannot be sent where there is nothing to hold it."""
    with pytest.raises(AccountNotFoundError):
        book.ledger.post(transaction("k", account_id("holder/nobody", RUB), ANN, 1))
    with pytest.raises(AccountNotFoundError):
        book.ledger.place(Hold("h", account_id("holder/ann", USD), Money(1, USD), "t", AT, AT))
    with pytest.raises(ValueError, match="not a transfer"):
        Transfer(ANN, ANN, Money(1, RUB))
    with pytest.raises(ValueError, match="not a transfer"):
        Transfer(ANN, BOB, Money(0, RUB))


def test_held_money_cannot_be_spent(book: AnyBook) -> None:
    """That is what a hold is for."""
    place_once(book.ledger, hold("h", 60_00))
    place_once(book.ledger, hold("h", 60_00))

    with pytest.raises(InsufficientFundsError):
        book.ledger.post(transaction("k", ANN, BOB, 40_01))
    with pytest.raises(InsufficientFundsError):
        place_once(book.ledger, hold("h2", 40_01))
    with pytest.raises(KeyReusedError):
        place_once(book.ledger, hold("h", 60_01))
    assert balances(book) == [(100_00, 60_00), (0, 0)]


@pytest.mark.parametrize("taken", [60_00, 25_00])
def test_capture_takes_the_whole_or_a_part_and_frees_the_rest(book: AnyBook, taken: int) -> None:
    """Once, and never more than was held."""
    place_once(book.ledger, hold("h", 60_00))
    with pytest.raises(CaptureTooLargeError):
        capture(book.ledger, "h", transaction("more", ANN, BOB, 60_01))
    with pytest.raises(CaptureTooLargeError):
        capture(book.ledger, "h", transaction("other", POOL, BOB, 1))

    first = capture(book.ledger, "h", transaction("k", ANN, BOB, taken))
    again = capture(book.ledger, "h", transaction("k", ANN, BOB, taken))

    settled = book.ledger.hold("h")
    assert settled is not None
    assert first == again
    assert (settled.state, settled.captured) == (HoldState.CAPTURED, taken)
    assert balances(book) == [(100_00 - taken, 0), (taken, 0)]
    with pytest.raises(HoldSettledError):
        capture(book.ledger, "h", transaction("k2", ANN, BOB, 1))
    with pytest.raises(HoldSettledError):
        release(book.ledger, "h", AT)


@pytest.mark.parametrize("expired", [False, True])
def test_released_money_is_free_and_the_hold_is_over(
    book: AnyBook,
    expired: bool,  # noqa: FBT001
) -> None:
    """Again is the same; capturing it later is refused."""
    place_once(book.ledger, hold("h", 60_00))

    for _ in range(2):
        release(book.ledger, "h", AT, expired=expired)

    assert balances(book)[0] == (100_00, 0)
    with pytest.raises(HoldSettledError):
        capture(book.ledger, "h", transaction("k", ANN, BOB, 1))


def test_mistake_is_taken_back_once(book: AnyBook) -> None:
    """By a mirror image that says what it reverses; the mistake stays in the journal."""
    book.ledger.post(transaction("wrong", ANN, BOB, 30_00))

    first = reverse(book.ledger, "back", original="wrong", cause="test/2", at=AT)
    again = reverse(book.ledger, "back", original="wrong", cause="test/2", at=AT)

    assert first == again
    assert first.transaction.reverses == "wrong"
    assert balances(book) == [(100_00, 0), (0, 0)]
    with pytest.raises(AlreadyReversedError):
        reverse(book.ledger, "back again", original="wrong", cause="test/2", at=AT)


def test_chain_covers_every_field(book: AnyBook) -> None:
    """Moving a character from one field to the next is another hash."""
    one = transaction("ab", ANN, BOB, 1)
    other = transaction("a", ANN, BOB, 1)

    assert one.hash_after(bytes(32), 1) != other.hash_after(bytes(32), 1)
    assert one.hash_after(bytes(32), 1) != one.hash_after(bytes(32), 2)
    assert one.hash_after(bytes(32), 1) != one.hash_after(b"\1" * 32, 1)


IN_BOTH = {
    "an amount": "UPDATE transfers SET amount = 1",
    "a transfer": "DELETE FROM transfers",
    "a transaction's kind": "UPDATE transactions SET kind = 'gift'",
    "a transaction": "DELETE FROM transactions",
    "a balance": "UPDATE accounts SET posted = posted + 1 WHERE id LIKE 'holder/ann%'",
    "a held amount": "UPDATE accounts SET held = 1 WHERE id LIKE 'holder/ann%'",
    "an account": "DELETE FROM accounts",
    "an account's owner": "UPDATE accounts SET owner = 'holder/bob'",
    "a hold": "DELETE FROM holds",
    "a hold that ended": "UPDATE holds SET state = 'held', settled_at = NULL",
    "a hold's amount": "UPDATE holds SET amount = 1",
    "a hold that starts ended": (
        "INSERT INTO holds SELECT 'h9', account, 1, 0, cause, 'released', 0, 0, 0 FROM holds"
    ),
    "a step": "UPDATE history SET event = 'x'",
    "a life": "DELETE FROM history",
}
IN_SQLITE = {
    "a transfer by the back door": "INSERT OR REPLACE INTO transfers SELECT * FROM transfers",
    "a balance with a forged transfer": (
        "UPDATE accounts SET posted = posted + 10000, last_transfer = last_transfer + 1"
    ),
    "a balance with an old transfer": (
        "UPDATE accounts SET posted = posted + 10000 WHERE id LIKE 'holder/ann%'"
    ),
    "an account with money": (
        "INSERT INTO accounts VALUES ('x:main:RUB', 'x', 'RUB', 0, 5, 0, 0, 0)"
    ),
    "a transfer of an old transaction": (
        "INSERT INTO transfers SELECT 99, 1, debit, credit, 1, currency FROM transfers LIMIT 1"
    ),
    "a gap in the chain": (
        "INSERT INTO transactions VALUES (9, 'k', 'test', 'x', 0, NULL, zeroblob(32))"
    ),
    "a transfer in another currency": (
        "INSERT INTO transfers SELECT 99, 2, debit, credit, 1, 'USD' FROM transfers LIMIT 1"
    ),
    "a negative transfer": (
        "INSERT INTO transfers SELECT 99, 2, debit, credit, -1, currency FROM transfers LIMIT 1"
    ),
    "a text as an amount": (
        "INSERT INTO transfers SELECT 99, 2, debit, credit, '1a', currency FROM transfers LIMIT 1"
    ),
}
IN_POSTGRES = {
    "a transfer by the back door": (
        "INSERT INTO transfers SELECT key, 9, debit, credit, 1, currency FROM transfers"
    ),
    "a transaction by the back door": "INSERT INTO transactions VALUES ('x', 'gift', 'x', 0)",
    "an account with money": (
        "INSERT INTO accounts (id, owner, currency, floor, posted, opened_at)"
        " VALUES ('x:main:RUB', 'x', 'RUB', 0, 5, 0)"
    ),
    "an account with held money": (
        "INSERT INTO accounts (id, owner, currency, floor, held, opened_at)"
        " VALUES ('x:main:RUB', 'x', 'RUB', -9, 5, 0)"
    ),
    "an account's currency": "UPDATE accounts SET currency = 'USD'",
    "an account's owner with its name": (
        "UPDATE accounts SET owner = 'holder/eve', id = 'holder/eve:main:RUB'"
        " WHERE owner = 'holder/ann'"
    ),
    "when an account was opened": "UPDATE accounts SET opened_at = opened_at + 1",
    "an account's name": "UPDATE accounts SET id = id || 'x'",
    "a credit": "UPDATE pending_credits SET amount = amount + 1",
    "a credit that goes": "DELETE FROM pending_credits",
    "a credit by the back door": "INSERT INTO pending_credits SELECT id, 'x', 1, 1 FROM accounts",
    "a seal": "UPDATE seals SET hash = hash",
    "a seal that goes": "DELETE FROM seals",
    **{
        f"all {table}": f"TRUNCATE {table}"
        for table in (
            "accounts",
            "history",
            "holds",
            "pending_credits",
            "seals",
            "transactions",
            "transfers",
        )
    },
}


def shaken(book: AnyBook) -> list[str]:
    """Something in each of the ledger's tables; what they hold."""
    book.ledger.post(transaction("k", ANN, BOB, 1))
    book.ledger.post(transaction("p", ANN, POOL, 1))
    place_once(book.ledger, hold("h", 1_00))
    release(book.ledger, "h", AT)
    book.connection.execute("INSERT INTO history VALUES ('s/1', 1, 'e', 's', 'a', '', 0)")
    return contents(book)


@pytest.mark.parametrize("sql", (IN_BOTH | IN_SQLITE).values(), ids=(IN_BOTH | IN_SQLITE).keys())
def test_database_itself_refuses_to_change(sql: str) -> None:
    """A bug, a hurried operator or another program meets the same wall."""
    with memory_book() as book:
        open_accounts(book)
        book.ledger.post(transaction("fund", POOL, ANN, 100_00))
        before = shaken(book)

        with pytest.raises(sqlite3.IntegrityError):
            book.connection.execute(sql)

        assert contents(book) == before


@pytest.fixture
def in_postgres(postgres_server: PostgresServer) -> Iterator[PostgresBook]:
    """A book with something in each table, which nobody else sees."""
    empty(postgres_server.url)
    with postgres_book(postgres_server.url) as book:
        open_accounts(book)
        book.ledger.post(transaction("fund", POOL, ANN, 100_00))
        shaken(book)
        seal(book.connection.raw)
        book.ledger.post(transaction("waits", ANN, POOL, 1))
        yield book


@pytest.mark.parametrize(
    "sql", (IN_BOTH | IN_POSTGRES).values(), ids=(IN_BOTH | IN_POSTGRES).keys()
)
def test_postgres_itself_refuses_to_change(in_postgres: PostgresBook, sql: str) -> None:
    """The same wall on the other engine; even who owns the tables cannot empty them."""
    before = contents(in_postgres, "seals", "pending_credits")
    raw = in_postgres.connection.raw

    with pytest.raises(psycopg.IntegrityError), raw.transaction():
        raw.execute(sql.encode())

    assert contents(in_postgres, "seals", "pending_credits") == before


@pytest.mark.parametrize(
    "sql",
    [
        *(
            each
            for name, each in (IN_BOTH | IN_POSTGRES).items()
            if name.split()[-1] in ("transfer", "transaction", "amount", "account", "hold", "seal")
            and name != "a held amount"
        ),
        IN_BOTH["a hold that ended"],
        "UPDATE accounts SET posted = -1 WHERE id LIKE 'holder/ann%'",
        "UPDATE accounts SET held = -1 WHERE id LIKE 'holder/ann%'",
    ],
)
def test_postgres_refuses_the_ledgers_own_functions_too(
    in_postgres: PostgresBook, sql: str
) -> None:
    """A fault in one of them, which may move balances, cannot undo what is history."""
    raw = in_postgres.connection.raw
    raw.execute(b"SET LOCAL purser.ledger = 'moves'")

    with pytest.raises(psycopg.IntegrityError), raw.transaction():
        raw.execute(sql.encode())


@pytest.mark.parametrize(
    ("amount", "currency"), [(0, "RUB"), (-5, "RUB"), (10**15 + 1, "RUB"), (5, "USD")]
)
def test_functions_of_postgres_refuse_what_is_no_transfer(
    in_postgres: PostgresBook, amount: int, currency: str
) -> None:
    """Who may call them cannot make money with them: amounts and currencies are checked."""
    post = b"SELECT ledger_post('x', 'k', 'c', 0, NULL, %s, %s, %s, %s)"
    raw = in_postgres.connection.raw

    with pytest.raises(psycopg.IntegrityError), raw.transaction():
        raw.execute(post, ([POOL], [BOB], [amount], [currency]))


def test_what_a_function_may_do_ends_with_its_call(in_postgres: PostgresBook) -> None:
    """The leave to move balances is the function's, not the transaction's."""
    in_postgres.ledger.post(transaction("last", ANN, BOB, 1))

    leave = in_postgres.connection.execute("SELECT in_ledger()").fetchall()

    assert [tuple(each) for each in leave] == [(False,)]


def test_account_ids_say_whose_they_are() -> None:
    """So nobody looks them up, and a report reads by itself."""
    assert account_id("holder/ann", RUB) == AccountId("holder/ann:main:RUB")
