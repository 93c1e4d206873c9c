"""Backup and restore of either engine: see `storage/sqlite/backup.py` and its neighbour."""

from dataclasses import dataclass
from pathlib import Path

from storage.engines import is_postgres, sqlite_path


@dataclass(frozen=True, slots=True)
class SqliteCopies:
    """Of a file."""

    database: Path

    def back_up(self, copy: Path) -> None:
        """Copy the database, which may be in use, to a new file."""
        from storage.sqlite.backup import back_up  # noqa: PLC0415  # the other engine's is not there

        back_up(self.database, copy)

    def restore(self, copy: Path) -> None:
        """Put *copy* back as the database, which must not exist."""
        from storage.sqlite.backup import restore  # noqa: PLC0415

        restore(copy, self.database)


@dataclass(frozen=True, slots=True)
class PostgresCopies:
    """Of a database on a server."""

    url: str

    def back_up(self, copy: Path) -> None:
        """Copy the database, which may be in use, to a new file."""
        from storage.postgres.backup import back_up  # noqa: PLC0415

        back_up(self.url, copy)

    def restore(self, copy: Path) -> None:
        """Put *copy* back into the database, which must be empty."""
        from storage.postgres.backup import restore  # noqa: PLC0415

        restore(copy, self.url)


def copies(url: str) -> SqliteCopies | PostgresCopies:
    """Those of the engine that *url* names; both raise `BackupError`."""
    return PostgresCopies(url) if is_postgres(url) else SqliteCopies(sqlite_path(url))
