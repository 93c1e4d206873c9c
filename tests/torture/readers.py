"""A reader that keeps its transaction open for the whole storm, beside whoever writes."""

import contextlib
from collections.abc import Generator, Iterator

from storage.sqlite.engine import sqlite3
from tests.torture.engines import Engine
from tests.torture.records import Records

_COUNT = "SELECT count(*) FROM transactions"


@contextlib.contextmanager
def long_reader(engine: Engine, records: Records) -> Iterator[None]:
    """Read at the start and at the end of the block: the same must be there."""
    reading = _on_sqlite(engine) if not engine.servers else _on_postgresql(engine)
    with contextlib.closing(reading) as counts:
        first = next(counts)
        yield
        last = next(counts, None)
    if last is None:
        records.notes.append("long reader: lost with its server, as it must be")
    elif first != last:
        records.violation(f"a snapshot changed under its reader: {first}, then {last}")
    else:
        records.notes.append("long reader: one snapshot from the first second to the last")


def _on_sqlite(engine: Engine) -> Generator[int, None, None]:
    path = engine.settings["PURSER_DATABASE_URL"].removeprefix("sqlite:///")
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        connection.execute("BEGIN")
        while True:
            yield connection.execute(_COUNT).fetchone()[0]


def _on_postgresql(engine: Engine) -> Generator[int, None, None]:
    import psycopg  # noqa: PLC0415  # only where it is needed

    with psycopg.connect(engine.settings["PURSER_DATABASE_URL"], autocommit=True) as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        while True:
            try:
                [count] = connection.execute(_COUNT).fetchone() or (0,)
            except psycopg.OperationalError:
                return
            yield count
