"""Migrations: as before or as after, never in between, and from every earlier version."""

import re
from contextlib import closing
from pathlib import Path

import pytest

from storage.sqlite.audit import faults
from storage.sqlite.connection import prepare
from storage.sqlite.engine import sqlite3
from storage.sqlite.migrate import (
    Migration,
    SchemaError,
    check_schema,
    migrate,
    migrations,
    statements,
)
from tests.cast import Cast
from tests.storage.test_audit import story

DUMPS = Path(__file__).with_name("databases")
NEXT = migrations()[-1].version + 1


def connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    prepare(connection)
    return connection


def test_statements_are_cut_where_they_end() -> None:
    """A trigger's body stays whole, comments and all."""
    sql = (
        "CREATE TABLE a (b); -- one\nCREATE TRIGGER t AFTER INSERT ON a\nBEGIN\nSELECT 1;\nEND;\n"
    )

    assert [each.split()[1] for each in statements(sql)] == ["TABLE", "TRIGGER"]
    with pytest.raises(ValueError, match="unfinished"):
        statements("CREATE TABLE a (")


def test_failure_in_the_middle_leaves_the_old_version(tmp_path: Path) -> None:
    """A script run at once would leave halves; here the next try starts clean."""
    broken = Migration(NEXT, "broken", "CREATE TABLE fine (a) STRICT;\nCREATE TABLE bad (a b c;")
    mended = Migration(NEXT, "mended", "CREATE TABLE fine (a INTEGER) STRICT;")
    with closing(connect(tmp_path / "w.db")) as connection:
        migrate(connection)
        with pytest.raises((ValueError, sqlite3.Error)):
            migrate(connection, [*migrations(), broken])
        check_schema(connection)

        assert migrate(connection, [*migrations(), mended]) == ["mended"]


def test_migrating_again_does_nothing(tmp_path: Path) -> None:
    """So it can stand in every start script."""
    with closing(connect(tmp_path / "w.db")) as connection:
        assert migrate(connection) == [each.name for each in migrations()]
        assert migrate(connection) == []


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("INSERT INTO migrations VALUES (9999, 'later', 'x')", "newer"),
        ("UPDATE migrations SET checksum = 'x'", "not this program's"),
        ("DELETE FROM migrations WHERE version = (SELECT max(version) FROM migrations)", "older"),
    ],
)
def test_another_version_is_refused(tmp_path: Path, statement: str, says: str) -> None:
    """Writing with the wrong idea of the tables would do harm."""
    with closing(connect(tmp_path / "w.db")) as connection:
        migrate(connection)
        connection.execute(statement)

        with pytest.raises(SchemaError, match=says):
            check_schema(connection)


def test_every_released_version_has_a_filled_database() -> None:
    """Made by `python -m tests.storage.dump`; a new migration needs a new one."""
    assert {path.stem for path in DUMPS.glob("*.sql")} == {
        f"{each.version:04d}" for each in migrations()
    }


@pytest.mark.parametrize("dump", sorted(DUMPS.glob("*.sql")), ids=lambda path: path.stem)
def test_filled_database_of_an_earlier_version_is_upgraded(dump: Path, tmp_path: Path) -> None:
    """Nobody's money is left behind by a new release."""
    with closing(sqlite3.connect(tmp_path / "w.db", isolation_level=None)) as raw:
        raw.executescript(dump.read_text("utf-8"))
        prepare(raw)
        before = raw.execute("SELECT id, posted FROM accounts ORDER BY id").fetchall()

        migrate(raw)

        check_schema(raw)
        assert list(faults(raw)) == []
        after = raw.execute("SELECT id, posted FROM accounts ORDER BY id").fetchall()
        assert [tuple(each) for each in after] == [tuple(each) for each in before]
        assert len(before) > 4


async def test_dump_of_this_version_is_up_to_date(cast: Cast, path: Path) -> None:
    """The story that fills it runs on the present schema; only its values differ."""
    await story(cast)
    newest = DUMPS / f"{migrations()[-1].version:04d}.sql"

    with closing(connect(path)) as connection:
        tables = {
            row[0]
            for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        }

    # One that a migration has made anew is written in quotes.
    dumped = set(re.findall(r'CREATE TABLE "?(\w+)', newest.read_text("utf-8")))
    assert tables - dumped == set()
