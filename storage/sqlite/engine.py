"""The SQLite that everything here runs on: the one pysqlite3 bundles, not the system's.

Debian's 3.40 has the WAL-reset corruption bug (3.7.0 to 3.51.2).  `sqlite3` is imported
from here and from nowhere else.

Source: https://www.sqlite.org/wal.html#walresetbug
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
else:
    from pysqlite3 import dbapi2 as sqlite3

__all__ = ["VERSION_MIN", "check_version", "sqlite3"]

VERSION_MIN = (3, 51, 3)


def check_version(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> None:
    """Refuse to run on a build that can corrupt the file.

    Raises:
        RuntimeError: *version* is older than `VERSION_MIN`.
    """
    if version < VERSION_MIN:
        found, needed = (".".join(map(str, each)) for each in (version, VERSION_MIN))
        raise RuntimeError(f"SQLite {found} can corrupt its file; {needed} or newer is needed")
