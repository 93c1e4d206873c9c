"""Numbered migrations, forward only, of either engine.

Each runs in one transaction together with the row that says it did: killed at any moment,
the database is as before or as after.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path


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


def migrations(folder: Path) -> list[Migration]:
    """All there are in *folder*, in order."""
    return [
        Migration(int(path.name[:4]), path.stem, path.read_text("utf-8"))
        for path in sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))
    ]


def missing(steps: Sequence[Migration], done: Sequence[tuple[int, str]]) -> list[Migration]:
    """The *steps* after those *done*, which are versions with their checksums.

    Raises:
        SchemaError: The database is newer than this program, or was not made by it.
    """
    if len(done) > len(steps):
        raise SchemaError("the database is newer than this program: install the newer version")
    for (version, checksum), step in zip(done, steps, strict=False):
        if (version, checksum) != (step.version, step.checksum):
            raise SchemaError(f"migration {version} of the database is not this program's")
    return list(steps[len(done) :])


def refuse_old(steps: Sequence[Migration]) -> None:
    """Refuse a database that lacks *steps*.

    Raises:
        SchemaError: It is older than this program.
    """
    if steps:
        raise SchemaError("the database is older than this program: run `purser migrate` first")
