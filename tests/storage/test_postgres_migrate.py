"""Migrations on PostgreSQL: as before or as after, and one process at a time."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg
import pytest

from bench.servers import PostgresServer
from storage.migrations import Migration, SchemaError
from storage.postgres.connection import connect
from storage.postgres.migrate import check_schema, is_new, migrate, migrations
from storage.sqlite.migrate import migrations as sqlite_migrations

NEXT = migrations()[-1].version + 1
TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"


@pytest.fixture
def new(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of a database in which there is nothing."""
    yield postgres_server.create("fresh")
    postgres_server.drop("fresh")


def first(raw: psycopg.Connection[tuple[int, ...]], question: str) -> int:
    row = raw.execute(question.encode()).fetchone()
    assert row is not None
    return row[0]


def test_both_engines_are_of_one_version() -> None:
    """A wallet is carried from one to the other, so their steps are the same ones."""
    ours = [(each.version, each.name) for each in migrations()]

    assert ours == [(each.version, each.name) for each in sqlite_migrations()]
    assert [version for version, _ in ours] == list(range(1, len(ours) + 1))


def test_failure_in_the_middle_leaves_the_old_version(new: str) -> None:
    """Tables and the row that says so come together, or neither does."""
    broken = Migration(NEXT, "broken", "CREATE TABLE fine (a int); CREATE TABLE bad (a b c)")
    mended = Migration(NEXT, "mended", "CREATE TABLE fine (a int)")
    with closing(connect(new)) as raw:
        migrate(raw)
        with pytest.raises(psycopg.Error):
            migrate(raw, [*migrations(), broken])
        check_schema(raw)

        assert migrate(raw, [*migrations(), mended]) == ["mended"]


def test_failure_of_the_first_leaves_nothing(new: str) -> None:
    """Not even the table of migrations, so the next try finds a new database."""
    with closing(connect(new)) as raw:
        with pytest.raises(psycopg.Error):
            migrate(raw, [*migrations(), Migration(NEXT, "broken", "CREATE TABLE")])

        assert first(raw, TABLES) == 0
        assert is_new(raw)


def test_migrating_again_does_nothing(new: str) -> None:
    """So it can stand in every start script."""
    with closing(connect(new)) as raw:
        assert migrate(raw) == [each.name for each in migrations()]
        assert migrate(raw) == []
        assert not is_new(raw)


def test_step_may_take_long_and_may_not_wait_long(new: str) -> None:
    """While it waits for a lock, all who pay wait behind it."""
    limits = (
        "concat_ws(' ', current_setting('statement_timeout'), current_setting('lock_timeout'))"
    )
    step = Migration(NEXT, "limits", f"CREATE TABLE limits AS SELECT {limits} AS during")
    with closing(connect(new)) as raw:
        migrate(raw, [*migrations(), step])

        assert raw.execute("SELECT during FROM limits").fetchall() == [("0 3s",)]
        assert raw.execute(f"SELECT {limits}".encode()).fetchall() == [("10s 3s",)]


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("INSERT INTO migrations VALUES (9999, 'later', 'x')", "newer"),
        ("UPDATE migrations SET checksum = 'x'", "not this program's"),
        ("DELETE FROM migrations WHERE version = (SELECT max(version) FROM migrations)", "older"),
    ],
)
def test_another_version_is_refused(new: str, statement: str, says: str) -> None:
    """Writing with the wrong idea of the tables would do harm."""
    with closing(connect(new)) as raw:
        migrate(raw)
        raw.execute(statement.encode())

        with pytest.raises(SchemaError, match=says):
            check_schema(raw)


def test_database_of_somebody_else_is_left_alone(new: str) -> None:
    """A wrong name in the settings must not put a wallet among other people's tables."""
    with closing(connect(new)) as raw:
        raw.execute(b"CREATE TABLE somebody_elses (a int)")

        for attempt in (migrate, check_schema):
            with pytest.raises(SchemaError, match="something else"):
                attempt(raw)
        assert first(raw, TABLES) == 1


def test_processes_that_start_at_once_migrate_once(new: str) -> None:
    """Eight do; one finds work, the others wait for it and find none."""
    ready = threading.Barrier(8)

    def start(_: int) -> list[str]:
        with closing(connect(new)) as raw:
            ready.wait(30)
            done = migrate(raw)
            check_schema(raw)
            return done

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(start, range(8)))

    assert sorted(outcomes) == [[]] * 7 + [[each.name for each in migrations()]]


def test_long_migration_of_another_is_waited_for(new: str) -> None:
    """Longer than any lock of a payment may be: the second process does not fall over."""
    with closing(connect(new)) as first_raw, closing(connect(new)) as second_raw:
        second_raw.execute(b"SET lock_timeout = '20ms'")
        with ThreadPoolExecutor(1) as pool:
            with first_raw.transaction():
                migrate(first_raw)
                waiting = pool.submit(migrate, second_raw)
                with pytest.raises(TimeoutError):
                    waiting.result(timeout=1)

            assert waiting.result(30) == []
