"""No statement of paying for things reads a whole table: its plan is asked for on both engines.

SQLite chooses a plan without looking at the rows, as nobody runs ANALYZE there; PostgreSQL
looks at its statistics, so its tables are filled.
"""

import re
from collections.abc import Iterator
from contextlib import closing
from types import ModuleType
from typing import Any

import psycopg
import pytest

from bench.servers import PostgresServer
from storage import (
    breakers,
    cards,
    catalogue,
    checkouts,
    emails,
    exchanges,
    favourites,
    fiscal_receipts,
    identifications,
    limits,
    links,
    provider_payments,
    receipts,
    registries,
    robokassa_invoices,
    schedules,
    statements,
)
from storage.postgres.connection import connect, translated
from storage.sqlite.connection import prepare
from storage.sqlite.engine import sqlite3
from storage.sqlite.migrate import migrate
from tests.books import empty

MODULES = (
    breakers,
    cards,
    catalogue,
    checkouts,
    emails,
    exchanges,
    favourites,
    fiscal_receipts,
    identifications,
    limits,
    links,
    provider_payments,
    receipts,
    registries,
    robokassa_invoices,
    schedules,
    statements,
)
ROWS = 100_000
_AT, _DAY = 1_700_000_000_000_000, 86_400_000_000
_BEGINS = re.compile(r"\s*(SELECT|UPDATE|DELETE)\b")
_NAMES = re.compile(r":([a-z_]+)\b")
_SAID = ("Node Type", "Relation Name", "Index Name", "Filter")
_FRAGMENTS = {
    "exchanges._POSITION",
    "links._SELECT",
    "robokassa_invoices._SEEN",
    "statements._SIDES",
    "statements._SUM",
    "statements._COUNT",
}

_HOLDER, _PROVIDER = "'h' || n % 1000", "'v' || n % 100"
_OFTEN_OVER = "CASE WHEN n % 1000 = 0 THEN '{}' ELSE '{}' END"
FILLED: dict[str, dict[str, str]] = {
    "provider_payments": {
        "holder": _HOLDER,
        "provider": _PROVIDER,
        "account": "'a' || n % 5000",
        "card": "CASE WHEN n % 3 = 0 THEN 'c' || n % 999 END",
        "state": _OFTEN_OVER.format("unknown", "done"),
        "total": "2 * n",
    },
    "payments": {"card": "CASE WHEN n % 3 = 0 THEN 'c' || n % 999 END", "state": "'done'"},
    "holds": {
        "amount": "1",
        "captured": "0",
        "state": _OFTEN_OVER.format("held", "released"),
        "settled_at": f"CASE WHEN n % 1000 <> 0 THEN {_AT} END",
    },
    "exchanges": {
        "holder": _HOLDER,
        "gives_currency": "'RUB'",
        "gets_currency": "'USD'",
        "unit": "'USD'",
        "fee": "0",
    },
    "limit_uses": {"holder": _HOLDER, "period": "20260000 + n / 1000"},
    "favourites": {"holder": _HOLDER, "provider": _PROVIDER},
    "fiscal_receipts": {
        "merchant": "'m' || n % 100",
        "invoice": "'i' || n",
        "kind": "'second'",
    },
    "robokassa_invoices": {
        "merchant": "'m' || n % 100",
        "kind": "'onetime'",
        "capture": "'at_once'",
        "ended_at": "NULL",
    },
    "links": {"holder": _HOLDER, "merchant": "'m' || n % 100", "state": "'active'"},
    "receipts": {"holder": _HOLDER},
    "registries": {"provider": _PROVIDER, "day": "'d' || n / 100", "number": "1"},
    "schedules": {"holder": _HOLDER, "state": "'active'"},
    "schedule_occurrences": {
        "holder": _HOLDER,
        "schedule": "'s' || n % 10000",
        "state": "'paid'",
        "cost_currency": "'RUB'",
    },
    "emails": {"state": _OFTEN_OVER.format("awaiting", "confirmed")},
    "identifications": {
        "holder": _HOLDER,
        "state": "CASE WHEN n <= 1000 THEN 'submitted' ELSE 'withdrawn' END",
    },
    "operations": {"holder": _HOLDER},
    "transactions": {},
    "transfers": {
        "debit": "'holder/h' || n % 1000 || ':main:RUB'",
        "credit": "'merchant/m' || n % 100 || ':main:RUB'",
        "currency": "'RUB'",
        "amount": "1",
    },
}
"""Tables that grow with what is done, and what their columns hold; of others a number."""

WAITING = {"identifications_waiting", "provider_payments_open"}
"""Indexes of the few rows that wait, which may be read from their beginning."""

VALUES = {
    "is_open": "1",
    "holder": "h7",
    "provider": "v7",
    "card": "c7",
    "account": "holder/h7:main:RUB",
    "period": "20260007",
    "since": str(_AT),
    "at": str(_AT),
    "until": str(_AT + _DAY),
    "limit": "20",
    "state": "done",
    "was": "1",
    "level": "phone",
    "rule": "day",
    "currency": "RUB",
    "before": "20260001",
    "first": "7",
    "last": "8",
}
OF_MODULE = {
    "provider_payments": {"account": "a7", "was": "sent"},
    "schedules": {"state": "ended"},
}


def found() -> Iterator[tuple[str, str]]:
    """Each statement that reads or changes rows, by its module and name."""
    for module in MODULES:
        for name, text in vars(module).items():
            place = f"{_short(module)}.{name}"
            if isinstance(text, str) and _BEGINS.match(text) and place not in _FRAGMENTS:
                yield place, text
    for name in ("_POSITIONS", "_ALL_POSITIONS"):
        yield f"exchanges.{name}", exchanges._POSITION + vars(exchanges)[name]


def built(link: str) -> dict[str, str]:
    """All of them, with those of statements as that engine joins them."""
    tables = statements.StatementTables(_NoConnection(), link=link)
    of_statements = {
        f"statements.{name}": getattr(tables, name) for name in ("_sum", "_count", "_moves")
    }
    return {place: text for place, text in found() if "{" not in text} | of_statements


def test_postgres_reads_no_whole_table(filled: psycopg.Connection[tuple[Any, ...]]) -> None:
    """A table of a year is read in full before anybody notices, and then for everybody."""
    slow = {}
    for place, text in built("key").items():
        plan = translated(f"EXPLAIN (FORMAT JSON) {text}", locks=True)
        ((described,),) = filled.execute(plan, values_of(place, text)).fetchall()
        for node in filter(_reads_all, _nodes(described[0]["Plan"])):
            slow[place] = {name: node.get(name) for name in _SAID}

    assert slow == {}


def test_sqlite_reads_no_whole_table() -> None:
    """There a long read also keeps the file's log from being folded."""
    slow = {}
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as raw:
        prepare(raw)
        migrate(raw)
        for place, text in built("position").items():
            for row in raw.execute(f"EXPLAIN QUERY PLAN {text}", values_of(place, text)):
                scanned = re.match(r"SCAN (\w+)", row["detail"])
                if scanned and scanned[1] in FILLED and row["detail"].split()[-1] not in WAITING:
                    slow[place] = row["detail"]

    assert slow == {}


def values_of(place: str, text: str) -> dict[str, str]:
    """Something for each of its parameters."""
    chosen = VALUES | OF_MODULE.get(place.partition(".")[0], {})
    return {name: chosen.get(name, "7") for name in _NAMES.findall(text)}


@pytest.fixture(scope="module")
def filled(
    postgres_server: PostgresServer,
) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """A database with `ROWS` in each table that grows."""
    empty(postgres_server.url)
    with closing(connect(postgres_server.url)) as raw:
        raw.execute("SET session_replication_role = replica")  # no triggers
        for table, columns in FILLED.items():
            _fill(raw, table, columns)
        yield raw
    empty(postgres_server.url)


def _fill(raw: psycopg.Connection[tuple[Any, ...]], table: str, columns: dict[str, str]) -> None:
    kinds = raw.execute(
        "SELECT column_name, data_type FROM information_schema.columns"
        " WHERE table_name = %s AND is_generated = 'NEVER'",
        [table],
    ).fetchall()
    written = [columns.get(name, _number(name, kind)) for name, kind in kinds]
    names = ", ".join(f'"{name}"' for name, _ in kinds)
    raw.execute(
        f"INSERT INTO {table} ({names}) SELECT {', '.join(written)}"
        f" FROM generate_series(1, CAST({ROWS} AS bigint)) AS n".encode()
    )
    raw.execute(f"ANALYZE {table}".encode())


def _number(name: str, kind: str) -> str:
    if kind == "bytea":
        return "CAST(CAST(n AS text) AS bytea)"
    if kind == "text":
        return "'RUB'" if name.endswith("currency") else "CAST(n AS text)"
    return f"{_AT} + n * 1000000" if name.endswith("at") else "n"


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", []):
        yield from _nodes(below)


def _reads_all(node: dict[str, Any]) -> bool:
    """Whether it reads a table that grows otherwise than by a condition on an index."""
    if node.get("Relation Name") not in FILLED or node.get("Index Name") in WAITING:
        return False
    kind = node["Node Type"]
    return kind.endswith("Scan") and "Index Cond" not in node and kind != "Bitmap Heap Scan"


def _short(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2]


class _NoConnection:
    def execute(self, statement: str, values: Any = (), /) -> Any:
        """Nothing is executed."""
