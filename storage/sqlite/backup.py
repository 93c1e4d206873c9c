"""A consistent copy of a database that may be in use, and back.

The copy is made through SQLite's own backup interface: a copy of the file alone would
miss what is still in the write-ahead log.
"""

import os
from contextlib import closing
from pathlib import Path

from storage.backups import END_OPEN_QUESTIONS, BackupError
from storage.sqlite.engine import sqlite3
from storage.sqlite.migrate import check_schema, migrate


def back_up(database: Path, copy: Path) -> None:
    """Copy *database*, which may be in use, to the new file *copy*.

    Raises:
        BackupError: There is no such database, or *copy* exists.
    """
    if not database.exists():
        raise BackupError(f"{database}: there is no such database")
    _copy(database, copy)


def restore(copy: Path, database: Path) -> None:
    """Put *copy* back as *database*; offers and codes that were open are over.

    Raises:
        BackupError: There is no such copy, or *database* exists.
        SchemaError: The copy is no wallet, or of a newer version.
    """
    if not copy.exists():
        raise BackupError(f"{copy}: there is no such file")
    _copy(copy, database, end_questions=True)


def _copy(source: Path, target: Path, *, end_questions: bool = False) -> None:
    if target.exists():
        raise BackupError(f"{target} exists and is not overwritten")
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        with closing(_reader(source)) as reading, closing(sqlite3.connect(part)) as writing:
            reading.backup(writing)
            writing.execute("PRAGMA journal_mode = DELETE")  # one file, whole by itself
            if end_questions:
                _end_questions(writing)
        _publish(part, target)
    except sqlite3.DatabaseError as exc:
        raise BackupError(f"{source}: {exc}") from exc
    finally:
        part.unlink(missing_ok=True)


def _reader(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True)


def _end_questions(connection: sqlite3.Connection) -> None:
    connection.isolation_level = None
    migrate(connection)
    check_schema(connection)
    connection.execute("BEGIN IMMEDIATE")
    for statement in END_OPEN_QUESTIONS:
        connection.execute(statement)
    connection.execute("COMMIT")


def _publish(part: Path, target: Path) -> None:
    """Give the finished copy its name, and have both on disk."""
    descriptor = os.open(part, os.O_RDONLY)
    try:
        os.fchmod(descriptor, 0o600)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    os.link(part, target)  # unlike a rename, it never replaces
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
