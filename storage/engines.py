"""The engine that a database's address names.

An engine is imported when it is used: a wallet on SQLite needs nothing of PostgreSQL.
"""

from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from storage.postgres.store import PostgresStore
    from storage.sqlite.store import SqliteStore

SQLITE = "sqlite:///"
POSTGRES = ("postgresql://", "postgres://")

AnyStore: TypeAlias = "SqliteStore | PostgresStore"


def is_postgres(url: str) -> bool:
    """Whether many processes can be on that database at once."""
    return url.startswith(POSTGRES)


def sqlite_path(url: str) -> Path:
    """The file of a SQLite address."""
    return Path(url.removeprefix(SQLITE))


def open_store(
    url: str, *, serves: bool, may_migrate: bool
) -> AbstractAsyncContextManager[AnyStore]:
    """Open the database at *url*; the process that *serves* it looks after its file.

    Raises:
        SchemaError: Its schema is not this version's, and *may_migrate* is false or it
            is newer.
        DatabaseAwayError: No server answers there.
    """
    if is_postgres(url):
        from storage.postgres import store as postgres  # noqa: PLC0415  # see above

        return postgres.open_store(url, may_migrate=may_migrate, listens=serves)
    from storage.sqlite import store as sqlite  # noqa: PLC0415  # see above

    return sqlite.open_store(sqlite_path(url), checkpoints=serves, may_migrate=may_migrate)
