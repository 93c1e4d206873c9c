"""Small works of the book for the tests of the store on PostgreSQL."""

from collections.abc import Callable

import psycopg

from storage.postgres.book import PostgresBook
from tests.books import ANN, BOB, POOL, open_accounts, transaction

WAIT = 30
"""Seconds after which something that should have happened will not."""

LOCK = "SELECT id FROM accounts WHERE id = :id /* lock accounts */"

Use = Callable[[PostgresBook], object]


def fund(book: PostgresBook) -> None:
    """Ann has 100.00 roubles."""
    open_accounts(book)
    book.ledger.post(transaction("fund", POOL, ANN, 100_00))


def move(key: str, minor: int = 1) -> Callable[[PostgresBook], str]:
    """A function that takes money from Ann to Bob."""

    def work(book: PostgresBook) -> str:
        book.ledger.post(transaction(key, ANN, BOB, minor))
        return key

    return work


def posted(url: str) -> list[str]:
    """The keys of what was moved, seen from outside."""
    with psycopg.connect(url) as raw:
        rows = raw.execute("SELECT key FROM transactions WHERE key <> 'fund' ORDER BY key")
        return [row[0] for row in rows]


def raised(state: str) -> bytes:
    """A statement that fails with the code *state*."""
    return f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{state}'; END $$".encode()
