"""What a connection of either engine can do, as the tables here use it.

Their statements are in the SQL that both understand: parameters are `:name`, RETURNING
tells what was changed, no lists are passed, and a parameter that is only compared with
NULL is cast.

A SELECT that ends in `/* lock TABLE */` names the rows on which a decision will rest.  To
SQLite, whose writers follow one another, that is a comment; PostgreSQL keeps them locked
until the end of the transaction, where it may write.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol


class Row(Protocol):
    """One row, by place or by name."""

    def __getitem__(self, place: Any, /) -> Any: ...
    def __iter__(self) -> Iterator[Any]: ...


class Rows(Protocol):
    """What a statement gave."""

    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...
    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """A connection inside a transaction."""

    def execute(self, statement: str, values: Mapping[str, Any] = ..., /) -> Rows: ...
