"""Where the wallet's files are, as gauges: room on the disk, the database, its newest copy."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge

PART_SUFFIX = ".part"
"""Of a copy that is being made."""


@dataclass(frozen=True, slots=True)
class Places:
    """None where there is none, or it is on another machine."""

    database: Path | None = None
    """The file of a SQLite database."""
    backups: Path | None = None
    """The folder whose files are copies."""


class PlaceGauges:
    """Looks at the file system; it takes microseconds."""

    def __init__(self, places: Places, *, registry: CollectorRegistry) -> None:
        self._places = places
        self._free: Gauge | None = None
        self._copied_at: Gauge | None = None
        if places.database is not None:
            self._free = Gauge(
                "purser_disk_free_bytes", "Room at the database.", registry=registry
            )
            self._size = Gauge(
                "purser_disk_size_bytes", "Of the disk it is on.", registry=registry
            )
            self._files = Gauge(
                "purser_database_bytes",
                "Of the database's file and of its write-ahead log.",
                ("file",),
                registry=registry,
            )
        if places.backups is not None:
            self._copied_at = Gauge(
                "purser_last_backup_timestamp_seconds",
                "When the newest copy was finished; 0 where there is none.",
                registry=registry,
            )
            self._copy_size = Gauge(
                "purser_last_backup_bytes", "Of the newest copy.", registry=registry
            )

    def refresh(self) -> None:
        """Look again."""
        if self._places.database is not None and self._free is not None:
            self._show_disk(self._places.database, self._free)
        if self._places.backups is not None and self._copied_at is not None:
            self._show_copy(self._places.backups, self._copied_at)

    def _show_disk(self, database: Path, free: Gauge) -> None:
        usage = shutil.disk_usage(database.parent)
        free.set(usage.free)
        self._size.set(usage.total)
        log = database.with_name(f"{database.name}-wal")
        for name, path in (("database", database), ("log", log)):
            self._files.labels(name).set(path.stat().st_size if path.exists() else 0)

    def _show_copy(self, backups: Path, copied_at: Gauge) -> None:
        finished_at, size = max(_copies(backups), default=(0.0, 0))
        copied_at.set(finished_at)
        self._copy_size.set(size)


def _copies(folder: Path) -> Iterator[tuple[float, int]]:
    """When each was finished, and its size; nothing where the folder cannot be read."""
    try:
        for path in folder.iterdir():
            if path.is_file() and path.suffix != PART_SUFFIX:
                found = path.stat()
                yield found.st_mtime, found.st_size
    except OSError:
        return
