"""Numbered migrations, forward only.

Each is a file of statements, run one by one inside one transaction together with the row
that says it was: killed at any moment, the database is as before or as after.  (A script
run at once would commit first and could be left half done.)
"""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from storage.sqlite.engine import sqlite3

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


class SchemaError(RuntimeError):
    """The database is of another version, or it is no wallet at all."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step from a version to the next."""

    version: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """What tells that the file is the one that was run."""
        return sha256(self.sql.encode()).hexdigest()


def migrations(folder: Path = FOLDER) -> list[Migration]:
    """All there are, in order."""
    return [
        Migration(int(path.name[:4]), path.stem, path.read_text("utf-8"))
        for path in sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))
    ]


def migrate(connection: sqlite3.Connection, steps: list[Migration] | None = None) -> list[str]:
    """Bring the database to the newest version; returns the names of what was run.

    Raises:
        SchemaError: It is newer than this program, or was not made by it.
    """
    steps = migrations() if steps is None else steps
    connection.execute("BEGIN IMMEDIATE")
    try:
        done = _done(connection, steps)
        missing = steps[len(done) :]
        connection.execute(_TABLE)
        for step in missing:
            _run(connection, step)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return [step.name for step in missing]


def check_schema(connection: sqlite3.Connection) -> None:
    """Refuse a database of any other version than the newest.

    Raises:
        SchemaError: It is older or newer, or was not made by this program.
    """
    steps = migrations()
    if len(_done(connection, steps)) < len(steps):
        raise SchemaError("the database is older than this program: run `purser migrate` first")


def _done(connection: sqlite3.Connection, steps: list[Migration]) -> list[int]:
    if connection.execute(_HAS_TABLE).fetchone() is None:
        if not connection.execute(_IS_EMPTY).fetchone()[0]:
            raise SchemaError("this file holds something else than a wallet")
        return []
    done = connection.execute(_DONE).fetchall()
    if len(done) > len(steps):
        raise SchemaError("the database is newer than this program: install the newer version")
    for (version, checksum), step in zip(done, steps, strict=False):
        if (version, checksum) != (step.version, step.checksum):
            raise SchemaError(f"migration {version} of the database is not this program's")
    return [version for version, _ in done]


def _run(connection: sqlite3.Connection, step: Migration) -> None:
    for statement in statements(step.sql):
        connection.execute(statement)
    connection.execute(
        "INSERT INTO migrations (version, name, checksum) VALUES (?, ?, ?)",
        (step.version, step.name, step.checksum),
    )


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
