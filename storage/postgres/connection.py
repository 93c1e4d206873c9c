"""One PostgreSQL connection, in the words of `storage.rows`.

Statements are sent through libpq's pipeline: one whose rows nobody asks for yet does not
wait for its answer, and its failure comes with the next rows or the commit.  Of a use
case's statements only those that decide something cost a journey to the server and back.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import psycopg
from psycopg.types.numeric import Int8Dumper

from services.errors import UnavailableError

CONNECT_SECONDS = 5
STATEMENT_SECONDS_MAX = 10
LOCK_SECONDS_MAX = 3
IDLE_SECONDS_MAX = 30
"""How long a transaction may wait for us, before the server gives its locks to others.

Inside a pipeline the server does not count it as idle: there, a process that has died with
its whole machine is found out by the keepalives, in as much time.
"""

_KEEPALIVES: dict[str, Any] = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 4,
}

_OPTIONS = (
    f"-c statement_timeout={STATEMENT_SECONDS_MAX}s"
    f" -c lock_timeout={LOCK_SECONDS_MAX}s"
    f" -c idle_in_transaction_session_timeout={IDLE_SECONDS_MAX}s"
    + "".join(f" -c tcp_{name}={value}" for name, value in _KEEPALIVES.items())
    + " -c default_transaction_isolation=read\\ committed"
    " -c synchronous_commit=on"
    " -c client_min_messages=warning"
    " -c timezone=UTC"
)
_PARAMETER = re.compile(r":([a-z_]+)\b")
_LOCK = re.compile(r"/\* lock ([a-z_]+) \*/")


class DatabaseAwayError(UnavailableError):
    """The database does not answer; nothing was done."""

    code = "database_away"


def connect(url: str, *, seconds: int = CONNECT_SECONDS) -> psycopg.Connection[tuple[Any, ...]]:
    """Open a connection whose transactions are begun by hand.

    Raises:
        DatabaseAwayError: No server answers there, or it lets nobody in.
    """
    try:
        raw = psycopg.connect(
            url,
            autocommit=True,
            connect_timeout=seconds,
            options=_OPTIONS,
            application_name="purser",
            prepare_threshold=2,
            **_KEEPALIVES,
        )
    except psycopg.OperationalError as exc:
        raise DatabaseAwayError(reason=str(exc).strip().splitlines()[0]) from None
    raw.adapters.register_dumper(int, Int8Dumper)  # one plan, whatever the number's size
    raw.prepared_max = 1000
    return raw


class Row:
    """A row whose values have places and names."""

    __slots__ = ("_places", "_values")

    def __init__(self, values: tuple[Any, ...], places: Mapping[str, int]) -> None:
        self._values = values
        self._places = places

    def __getitem__(self, place: Any, /) -> Any:
        return self._values[self._places[place] if isinstance(place, str) else place]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


class Rows:
    """What a statement gives, fetched when it is asked for."""

    __slots__ = ("_cursor",)

    def __init__(self, cursor: psycopg.Cursor[tuple[Any, ...]]) -> None:
        self._cursor = cursor

    def fetchone(self) -> Row | None:
        values = self._cursor.fetchone()
        return None if values is None else Row(values, self._places())

    def fetchall(self) -> list[Row]:
        found = self._cursor.fetchall()
        places = self._places()
        return [Row(values, places) for values in found]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.fetchall())

    def _places(self) -> Mapping[str, int]:
        columns = self._cursor.description or ()
        return _places(tuple(column.name for column in columns))


class PostgresConnection:
    """A connection inside a transaction; *locks* where the transaction may write."""

    def __init__(self, raw: psycopg.Connection[tuple[Any, ...]], *, locks: bool) -> None:
        self.raw = raw
        self.locks = locks

    def execute(self, statement: str, values: Mapping[str, Any] | None = None, /) -> Rows:
        text = translated(statement, locks=self.locks)
        return Rows(self.raw.execute(text, values or {}))


@cache
def translated(statement: str, *, locks: bool) -> bytes:
    """*statement* with psycopg's parameters, and its locks where it may have them."""
    text = _LOCK.sub(r"FOR NO KEY UPDATE OF \1" if locks else "", statement)
    return _PARAMETER.sub(r"%(\1)s", text.replace("%", "%%")).encode()


@cache
def _places(names: tuple[str, ...]) -> Mapping[str, int]:
    return {name: place for place, name in enumerate(names)}
