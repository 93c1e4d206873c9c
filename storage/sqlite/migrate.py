"""Migrations on SQLite, statement by statement.

A script run at once would commit first and could be left half done.
"""

from pathlib import Path

from storage import migrations as shared
from storage.migrations import Migration, SchemaError
from storage.sqlite.engine import sqlite3

__all__ = ["Migration", "SchemaError", "check_schema", "migrate", "migrations", "statements"]

FOLDER = Path(__file__).with_name("migrations")

_TABLE = """
    CREATE TABLE IF NOT EXISTS migrations (
        version INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        checksum TEXT NOT NULL
    ) STRICT
"""
_DONE = "SELECT version, checksum FROM migrations ORDER BY version"
_HAS_TABLE = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migrations'"
_IS_EMPTY = "SELECT NOT EXISTS (SELECT 1 FROM sqlite_schema)"


def migrations() -> list[Migration]:
    """All there are, in order."""
    return shared.migrations(FOLDER)


def migrate(connection: sqlite3.Connection, steps: list[Migration] | None = None) -> list[str]:
    """Bring the database to the newest version; returns the names of what was run.

    Raises:
        SchemaError: It is newer than this program, or was not made by it.
    """
    steps = migrations() if steps is None else steps
    # A table that is made anew is dropped in between, with all that refers to it.
    was_on = connection.execute("PRAGMA foreign_keys").fetchone()[0]
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("BEGIN IMMEDIATE")
    try:
        missing = shared.missing(steps, _done(connection))
        connection.execute(_TABLE)
        for step in missing:
            _run(connection, step)
        if missing:
            _check_references(connection)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    finally:
        connection.execute(f"PRAGMA foreign_keys = {was_on}")
    return [step.name for step in missing]


def check_schema(connection: sqlite3.Connection) -> None:
    """Refuse a database of any other version than the newest.

    Raises:
        SchemaError: It is older or newer, or was not made by this program.
    """
    shared.refuse_old(shared.missing(migrations(), _done(connection)))


def _done(connection: sqlite3.Connection) -> list[tuple[int, str]]:
    if connection.execute(_HAS_TABLE).fetchone() is None:
        if not connection.execute(_IS_EMPTY).fetchone()[0]:
            raise SchemaError("this file holds something else than a wallet")
        return []
    return [(version, checksum) for version, checksum in connection.execute(_DONE)]


def _run(connection: sqlite3.Connection, step: Migration) -> None:
    for statement in statements(step.sql):
        connection.execute(statement)
    connection.execute(
        "INSERT INTO migrations (version, name, checksum) VALUES (?, ?, ?)",
        (step.version, step.name, step.checksum),
    )


def _check_references(connection: sqlite3.Connection) -> None:
    broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        raise SchemaError(f"a row of {broken[0]} refers to nothing in {broken[2]}")


def statements(sql: str) -> list[str]:
    """*sql* cut where a statement is complete; a trigger's body stays in one piece."""
    found, pending = [], ""
    for line in sql.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            found.append(pending.strip())
            pending = ""
    if pending.strip():
        raise ValueError(f"an unfinished statement: {pending.strip()[:80]}")
    return found
