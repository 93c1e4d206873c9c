"""Migrations on PostgreSQL, each in one transaction; one process at a time."""

from pathlib import Path
from typing import Any

import psycopg

from storage import migrations as shared
from storage.migrations import Migration, SchemaError

FOLDER = Path(__file__).with_name("migrations")

_TABLE = """
    CREATE TABLE IF NOT EXISTS migrations (
        version bigint PRIMARY KEY,
        name text NOT NULL,
        checksum text NOT NULL
    );
    COMMENT ON TABLE migrations IS 'reference'
"""
_ALONE = "SELECT pg_advisory_xact_lock(hashtext('purser migrate'))"
_HAS_TABLE = "SELECT to_regclass('migrations') IS NOT NULL"
_IS_EMPTY = """
    SELECT NOT EXISTS (
        SELECT 1 FROM pg_class WHERE relnamespace = current_schema()::regnamespace
          AND relkind IN ('r', 'v', 'p')
    )
"""
_DONE = "SELECT version, checksum FROM migrations ORDER BY version"
_ADD = "INSERT INTO migrations (version, name, checksum) VALUES (%s, %s, %s)"

Raw = psycopg.Connection[tuple[Any, ...]]


def migrations() -> list[Migration]:
    """All there are, in order."""
    return shared.migrations(FOLDER)


def migrate(raw: Raw, steps: list[Migration] | None = None) -> list[str]:
    """Bring the database to the newest version; returns the names of what was run.

    Raises:
        SchemaError: It is newer than this program, or was not made by it.
    """
    steps = migrations() if steps is None else steps
    with raw.transaction():
        raw.execute("SET LOCAL statement_timeout = 0")
        raw.execute("SET LOCAL lock_timeout = 0")  # another's migration may take its time
        raw.execute(_ALONE)
        raw.execute("SET LOCAL lock_timeout TO DEFAULT")
        missing = shared.missing(steps, _done(raw))
        raw.execute(_TABLE)
        for step in missing:
            raw.execute(step.sql.encode())
            raw.execute(_ADD, (step.version, step.name, step.checksum))
    return [step.name for step in missing]


def check_schema(raw: Raw) -> None:
    """Refuse a database of any other version than the newest.

    Raises:
        SchemaError: It is older or newer, or was not made by this program.
    """
    shared.refuse_old(shared.missing(migrations(), _done(raw)))


def is_new(raw: Raw) -> bool:
    """Whether no wallet was made there yet."""
    return not _is(raw, _HAS_TABLE)


def _done(raw: Raw) -> list[tuple[int, str]]:
    if not _is(raw, _HAS_TABLE):
        if not _is(raw, _IS_EMPTY):
            raise SchemaError("this database holds something else than a wallet")
        return []
    return [(version, checksum) for version, checksum in raw.execute(_DONE)]


def _is(raw: Raw, question: str) -> bool:
    row = raw.execute(question.encode()).fetchone()
    return row is not None and bool(row[0])
