"""Looking at a database from outside: through the file, not through the store."""

import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import psycopg

from services.ledger import Account, AccountId, Transaction, Transfer, account_id
from services.money import RUB, Money
from storage.book import BookTables
from storage.postgres.book import PostgresBook
from storage.postgres.connection import PostgresConnection, connect
from storage.sqlite.book import SqliteBook
from storage.sqlite.connection import prepare
from storage.sqlite.engine import sqlite3 as engine
from storage.sqlite.migrate import migrate
from tests.clock import TestClock

POOL = account_id("system", RUB, "pool")
ANN = account_id("holder/ann", RUB)
BOB = account_id("holder/bob", RUB)


@contextmanager
def outside(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection of its own, which sees only what is committed."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


_EMPTY = """
    SET LOCAL session_replication_role = replica;
    DO $$ DECLARE name text; BEGIN
        FOR name IN SELECT tablename FROM pg_tables
            WHERE schemaname = 'public' AND tablename <> 'migrations'
        LOOP EXECUTE format('DELETE FROM %I', name); END LOOP;
    END $$
"""
"""As the superuser may: everybody else is refused by the triggers."""


def empty(url: str) -> None:
    """Forget everything that the PostgreSQL database at *url* holds."""
    with psycopg.connect(url, autocommit=True) as raw, raw.transaction():
        raw.execute(_EMPTY)


@contextmanager
def memory_book() -> Iterator[SqliteBook]:
    """A whole wallet in memory, for tests that need no file and no threads."""
    with closing(engine.connect(":memory:", isolation_level=None)) as connection:
        _migrated().backup(connection)
        prepare(connection)
        yield SqliteBook(connection)


@cache
def _migrated() -> engine.Connection:
    """An empty wallet of the newest schema, to be copied: migrating takes longer."""
    connection = engine.connect(":memory:", isolation_level=None)
    prepare(connection)
    migrate(connection)
    return connection


@contextmanager
def postgres_book(url: str) -> Iterator[PostgresBook]:
    """A whole wallet inside a transaction that is undone; the database is empty before."""
    with closing(connect(url)) as raw:
        raw.execute(b"BEGIN")
        yield PostgresBook(PostgresConnection(raw, locks=True))


def query(path: Path, sql: str, *values: str | int) -> list[tuple[Any, ...]]:
    """The rows of a query, seen from outside."""
    with outside(path) as connection:
        return connection.execute(sql, values).fetchall()


def open_accounts(book: BookTables) -> None:
    """A pool that may go below zero, and two people's accounts that may not."""
    at = TestClock()()
    book.ledger.open(Account(POOL, "system", RUB, at, -(10**15)))
    for account, owner in ((ANN, "holder/ann"), (BOB, "holder/bob")):
        book.ledger.open(Account(account, owner, RUB, at))


def transaction(
    key: str, source: AccountId, target: AccountId, minor: int, *, reverses: str | None = None
) -> Transaction:
    """One transfer of roubles under *key*."""
    transfer = Transfer(source, target, Money(minor, RUB))
    return Transaction(key, "test", "test/1", TestClock()(), (transfer,), reverses)


def commits(path: Path) -> int:
    """How many commits the write-ahead log holds: its frames that end one say so.

    Source: https://www.sqlite.org/fileformat2.html#the_write_ahead_log
    """
    log = path.with_name(f"{path.name}-wal").read_bytes()
    page_size, _, salts = struct.unpack_from(">II8s", log, 8)
    return sum(
        pages > 0 and found == salts
        for _, pages, found in (
            struct.unpack_from(">II8s", log, frame)
            for frame in range(32, len(log), 24 + page_size)
        )
    )
