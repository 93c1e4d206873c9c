"""One SQLite connection and its thread."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar, cast

import aiosqlite

from storage.sqlite.engine import check_version, sqlite3
from storage.sqlite.migrate import SchemaError

T = TypeVar("T")

BUSY_TIMEOUT_MS = 5_000
"""How long a write waits for another process's, before it is refused."""

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # NORMAL would lose the last commits with the power
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",  # or REPLACE would delete past the triggers
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA mmap_size = 0",
    "PRAGMA cache_size = -16000",  # KB at most: the upper pages of every index at 10^6 wallets
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}",
)


class Connection(aiosqlite.Connection):
    """Runs whole functions in its thread: a use case costs one hop, not one a statement.

    aiosqlite has no public way to do this, so its private names are used here and
    nowhere else; `tests/storage/test_store.py` breaks if an upgrade moves them.
    """

    def __init__(self, path: Path) -> None:
        connector = partial(sqlite3.connect, path, isolation_level=None, cached_statements=512)
        super().__init__(connector, 1)

    async def run(self, function: Callable[[sqlite3.Connection], T]) -> T:
        """Run *function* after what is queued, and wait for what it returns."""
        return cast(T, await self._execute(function, self._conn))  # type: ignore[no-untyped-call]

    def queue(self, function: Callable[[sqlite3.Connection], None]) -> None:
        """Have *function* run after what is queued; it answers by itself."""
        self._tx.put_nowait((None, partial(function, self._conn)))


async def connect(path: Path, *, checkpoints: bool = True) -> Connection:
    """Open *path* for writing.

    Only the process that serves the wallet checkpoints; one that is there for a single
    command leaves that to it.

    Raises:
        SchemaError: It is no SQLite database.
    """
    connection = Connection(path)
    await connection
    try:
        await connection.run(prepare)
        if not checkpoints:
            await connection.run(lambda raw: raw.execute("PRAGMA wal_autocheckpoint = 0"))
    except BaseException:
        await connection.close()  # or its thread would keep the program from ending
        raise
    return connection


async def connect_to_read(path: Path) -> Connection:
    """Open *path* for reading: a statement that would write fails."""
    connection = await connect(path, checkpoints=False)
    await connection.run(lambda raw: raw.execute("PRAGMA query_only = ON"))
    return connection


def open_to_glance(path: Path) -> sqlite3.Connection:
    """Open *path* for reading a few rows in the thread that calls."""
    connection = sqlite3.connect(path, isolation_level=None, cached_statements=512)
    prepare(connection)
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    connection.execute("PRAGMA query_only = ON")
    return connection


def prepare(connection: sqlite3.Connection) -> None:
    """Set what every connection must have; the defaults are not safe for money.

    Raises:
        SchemaError: It is no SQLite database.
    """
    check_version()
    try:
        for pragma in _PRAGMAS:
            connection.execute(pragma)
    except sqlite3.DatabaseError as exc:
        if getattr(exc, "sqlite_errorcode", 0) == sqlite3.SQLITE_NOTADB:
            raise SchemaError("this file is no database") from exc
        raise
    connection.row_factory = sqlite3.Row
