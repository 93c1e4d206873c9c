"""What a sharded PostgreSQL would refuse is not in the schema; read from the catalogue."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest

from bench.servers import PostgresServer
from storage.postgres.connection import connect

TABLES = """
    SELECT relname, obj_description(oid, 'pg_class') FROM pg_class
    WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace ORDER BY relname
"""
UNIQUE_INDEXES = """
    SELECT indrelid::regclass::text, indexrelid::regclass::text, (
        SELECT array_agg(attname::text) FROM pg_attribute
        WHERE attrelid = indrelid AND attnum = ANY (indkey)
    )
    FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
    WHERE indisunique AND relnamespace = 'public'::regnamespace
"""
NO_TRUE_KEY = """
    SELECT relname FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND NOT EXISTS (
        SELECT 1 FROM pg_index WHERE indrelid = pg_class.oid AND indisprimary
    )
"""
REFUSED = {
    "sequences": "SELECT relname FROM pg_class WHERE relkind = 'S' AND relnamespace = {ours}",
    "numbers that the database draws": """
        SELECT attrelid::regclass, attname FROM pg_attribute JOIN pg_class ON oid = attrelid
        WHERE relnamespace = {ours} AND attidentity <> ''
    """,
    "values that the database draws": """
        SELECT adrelid::regclass, pg_get_expr(adbin, adrelid) FROM pg_attrdef
        JOIN pg_class ON pg_class.oid = adrelid WHERE relnamespace = {ours}
          AND pg_get_expr(adbin, adrelid) ~* '(nextval|now|uuid|random|clock)'
    """,
    "references": "SELECT conname FROM pg_constraint WHERE contype = 'f'",
    "exclusions": "SELECT conname FROM pg_constraint WHERE contype = 'x'",
    "constraints that wait for the commit": """
        SELECT conname FROM pg_constraint WHERE condeferrable AND connamespace = {ours}
    """,
    "rules": "SELECT rulename FROM pg_rules WHERE schemaname = 'public'",
    "inheritance": "SELECT inhrelid::regclass FROM pg_inherits JOIN pg_class ON oid = inhrelid"
    " WHERE relnamespace = {ours}",
    "tables without a key": NO_TRUE_KEY,
    "numbers of four bytes": """
        SELECT attrelid::regclass, attname FROM pg_attribute JOIN pg_class ON oid = attrelid
        WHERE relnamespace = {ours} AND relkind = 'r' AND attnum > 0
          AND atttypid IN ('int4'::regtype, 'int2'::regtype)
    """,
    "floats": """
        SELECT attrelid::regclass, attname FROM pg_attribute JOIN pg_class ON oid = attrelid
        WHERE relnamespace = {ours} AND atttypid IN
            ('float4'::regtype, 'float8'::regtype, 'numeric'::regtype, 'money'::regtype)
    """,
}
MAY_BE_LOST = ["rate_limits"]


@pytest.fixture
def raw(postgres_server: PostgresServer) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    with closing(connect(postgres_server.url)) as opened:
        yield opened


def kept_where(raw: psycopg.Connection[tuple[Any, ...]]) -> dict[str, str]:
    """What each table's comment says of its rows."""
    return {name: comment or "" for name, comment in raw.execute(TABLES.encode())}


def column_of(comment: str) -> str | None:
    """The column that a table is distributed by, if it is."""
    start, _, column = comment.partition(" by ")
    return column if start == "distributed" else None


def test_every_table_says_where_its_rows_would_be(
    raw: psycopg.Connection[tuple[Any, ...]],
) -> None:
    """A new table is thought of with its place, while that is cheap."""
    tables = kept_where(raw)

    unsaid = [
        name
        for name, comment in tables.items()
        if column_of(comment) is None and comment not in ("reference", "one node")
    ]

    assert unsaid == []
    assert len(tables) > 25


def test_column_that_a_table_is_distributed_by_is_always_there(
    raw: psycopg.Connection[tuple[Any, ...]],
) -> None:
    """It is one of the table's, and a row without it would have no place."""
    columns = {
        (table, name)
        for table, name in raw.execute(
            b"SELECT attrelid::regclass::text, attname::text FROM pg_attribute"
            b" JOIN pg_class ON oid = attrelid WHERE attnotnull AND attnum > 0"
            b" AND relnamespace = 'public'::regnamespace"
        )
    }
    wanted = {
        (table, column)
        for table, comment in kept_where(raw).items()
        if (column := column_of(comment)) is not None
    }

    assert wanted - columns == set()


def test_unique_keys_of_a_distributed_table_contain_its_column(
    raw: psycopg.Connection[tuple[Any, ...]],
) -> None:
    """Each shard can keep only its own rows apart; other values are claimed in `uniques`."""
    tables = kept_where(raw)

    broken = [
        index
        for table, index, columns in raw.execute(UNIQUE_INDEXES.encode())
        if (column := column_of(tables[table])) is not None and column not in columns
    ]

    assert broken == []


@pytest.mark.parametrize("query", REFUSED.values(), ids=REFUSED.keys())
def test_schema_has_nothing_of(raw: psycopg.Connection[tuple[Any, ...]], query: str) -> None:
    """Citus or YugabyteDB would refuse it, or it would cross the shards at every row."""
    ours = "'public'::regnamespace"

    assert raw.execute(query.replace("{ours}", ours).encode()).fetchall() == []


def test_what_may_be_lost_in_a_crash_is_named(raw: psycopg.Connection[tuple[Any, ...]]) -> None:
    """An unlogged table is emptied by a crash: no money may ever be in one."""
    unlogged = raw.execute(
        b"SELECT relname FROM pg_class WHERE relpersistence = 'u' AND relkind = 'r'"
    ).fetchall()

    assert [name for (name,) in unlogged] == MAY_BE_LOST
