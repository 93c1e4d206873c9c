"""Statements held back: what is private in psycopg and used here still does what it did."""

from collections.abc import Callable, Iterator
from contextlib import closing

import psycopg
import pytest
from psycopg import errors

from bench.servers import PostgresServer
from storage.postgres.bundles import Raw, bundled
from storage.postgres.connection import connect


@pytest.fixture
def raw(postgres_server: PostgresServer) -> Iterator[Raw]:
    with closing(connect(postgres_server.url)) as opened:
        opened.execute("CREATE TEMPORARY TABLE seen (n bigint PRIMARY KEY)")
        yield opened


def waiting(raw: Raw) -> int:
    """How many statements have not been sent."""
    assert raw._pipeline is not None
    return len(raw._pipeline.command_queue)


def test_statements_are_sent_when_rows_are_wanted(raw: Raw) -> None:
    """Three inserts and a question are one packet."""
    with bundled(raw):
        for number in range(3):
            raw.execute("INSERT INTO seen VALUES (%s)", (number,))
        held_back = waiting(raw)
        found = raw.execute("SELECT count(*) FROM seen").fetchone()
        after = waiting(raw)

    assert held_back >= 3  # those that are prepared count twice
    assert (found, after) == ((3,), 0)


def test_end_sends_the_rest(raw: Raw) -> None:
    """Nobody asked for rows, and they are there."""
    with bundled(raw):
        raw.execute("INSERT INTO seen VALUES (1)")

    assert raw.execute("SELECT n FROM seen").fetchall() == [(1,)]


def run(raw: Raw, *statements: str) -> None:
    """All of them in one block, without asking for rows."""
    with bundled(raw):
        for statement in statements:
            raw.execute(statement.encode())


def ask(raw: Raw, *statements: str) -> None:
    """The same, and then a question."""
    with bundled(raw):
        for statement in statements:
            raw.execute(statement.encode())
        raw.execute("SELECT 1").fetchone()


@pytest.mark.parametrize("block", [run, ask])
def test_failure_comes_with_the_next_rows_or_the_end(raw: Raw, block: Callable[..., None]) -> None:
    """It is never passed over."""
    insert = "INSERT INTO seen VALUES (1)"

    with pytest.raises(errors.UniqueViolation):
        block(raw, insert, insert)

    assert raw.execute("SELECT 1").fetchone() == (1,)


def test_error_of_the_block_leaves_it(raw: Raw) -> None:
    """And what was held back is not sent with the next block."""

    def fail() -> None:
        with bundled(raw):
            raw.execute("BEGIN")
            raw.execute("INSERT INTO seen VALUES (1)")
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    raw.execute("ROLLBACK")

    assert raw.execute("SELECT n FROM seen").fetchall() == []


def test_lost_connection_is_an_operational_error(raw: Raw) -> None:
    """Which the session tells from a failed statement."""
    process = raw.info.backend_pid
    with psycopg.connect(raw.info.dsn, autocommit=True, user="purser") as other:
        other.execute("SELECT pg_terminate_backend(%s)", (process,))

    with pytest.raises(psycopg.OperationalError):
        ask(raw)
