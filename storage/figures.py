"""Sums and counts for who watches: the shared part of `services.figures.StoredFigures`.

Nothing here reads a table that grows for ever, but for a stretch of it by its index.
"""

from dataclasses import dataclass
from datetime import datetime

from services.books import Total
from services.clock import from_micros, to_micros
from services.figures import Backlog, Moved
from services.money import CURRENCIES
from storage.rows import Connection, Row

# The index is by priority and time: with every priority named, only what is due is read.
_DUE = """
    SELECT kind AS name, count(*) AS number, min(due_at) AS oldest FROM due_work
    WHERE state = 'due' AND priority IN (0, 1, 2, 3, 4, 5, 6, 7, 8, 9) AND due_at <= :now
    GROUP BY kind ORDER BY kind
"""
_DEAD = """
    SELECT kind AS name, count(*) AS number, NULL AS oldest FROM due_work
    WHERE state = 'dead' GROUP BY kind ORDER BY kind
"""
_UPDATES = """
    SELECT state AS name, count(*) AS number, min(received_at) AS oldest FROM inbox
    WHERE state <> 'done' GROUP BY state ORDER BY state
"""
_HOLDS = """
    SELECT 'held' AS name, count(*) AS number, min(expires_at) AS oldest FROM holds
    WHERE state = 'held'
"""
_PROVIDERS = """
    SELECT state AS name, count(*) AS number, min(created_at) AS oldest FROM provider_payments
    WHERE state IN ('sent', 'unknown') GROUP BY state ORDER BY state
"""
_PROVIDERS_DOWN = """
    SELECT provider AS name, 1 AS number, since AS oldest FROM breakers
    WHERE until IS NOT NULL ORDER BY provider
"""
_WAITING = "SELECT count(*) FROM invoices WHERE state = 'waiting'"
_PAYMENTS = "SELECT state, count(*) FROM payments WHERE id >= :first GROUP BY state"
_TOUCH = """
    INSERT INTO due_work (key, kind, lane, payload, state, due_at, created_at)
    VALUES ('touch', 'touch', 'touch', '{}', 'done', :at, :at)
    ON CONFLICT (key) DO UPDATE
    SET attempts = due_work.attempts + 1, created_at = excluded.created_at
"""
"""A row of work that is done: where payments write too, and nobody reads it.

The number makes it a change each time: SQLite does not write what is there already.
"""


@dataclass(frozen=True, slots=True)
class OwnStatements:
    """What each engine says in its own words."""

    moved: str
    """Sums of the transfers between two positions, by kind and currency."""
    position: str
    """The newest one."""
    unsealed: str
    """How many transactions have none yet."""
    sums: str
    """Posted and held of all accounts, by currency: one pass over the largest table."""
    others: str
    """Posted of those that are no holder's, by currency and kind of owner."""


class FigureTables:
    """Counts over the tables that both engines keep alike."""

    def __init__(self, connection: Connection, own: OwnStatements) -> None:
        self._connection = connection
        self._own = own

    def due(self, at: datetime) -> list[Backlog]:
        return [_backlog(row) for row in self._connection.execute(_DUE, {"now": to_micros(at)})]

    def dead(self) -> list[Backlog]:
        return [_backlog(row) for row in self._connection.execute(_DEAD)]

    def updates(self) -> list[Backlog]:
        return [_backlog(row) for row in self._connection.execute(_UPDATES)]

    def holds(self) -> Backlog:
        return _backlog(self._connection.execute(_HOLDS).fetchone())

    def providers(self) -> list[Backlog]:
        return [_backlog(row) for row in self._connection.execute(_PROVIDERS)]

    def down(self) -> list[Backlog]:
        return [_backlog(row) for row in self._connection.execute(_PROVIDERS_DOWN)]

    def unsealed(self) -> int:
        return self._number(self._own.unsealed)

    def position(self) -> int:
        return self._number(self._own.position)

    def moved(self, *, after: int, upto: int) -> list[Moved]:
        values = {"after": after, "upto": upto}
        return [
            Moved(row["kind"], CURRENCIES[row["currency"]], row["transfers"], row["minor"])
            for row in self._connection.execute(self._own.moved, values)
        ]

    def totals(self) -> list[Total]:
        """By whose it is; what is not the others' is the holders'."""
        others: dict[str, dict[str, int]] = {}
        for row in self._connection.execute(self._own.others):
            others.setdefault(row["currency"], {})[row["owner"]] = row["posted"]
        return [
            _total(row, others.get(row["currency"], {}))
            for row in self._connection.execute(self._own.sums)
        ]

    def invoices_waiting(self) -> int:
        return self._number(_WAITING)

    def payments(self, first: str) -> dict[str, int]:
        return dict(self._connection.execute(_PAYMENTS, {"first": first}).fetchall())

    def touch(self, at: datetime) -> None:
        self._connection.execute(_TOUCH, {"at": to_micros(at)})

    def _number(self, statement: str) -> int:
        number: int = self._connection.execute(statement).fetchone()[0]
        return number


def _backlog(row: Row) -> Backlog:
    oldest = row["oldest"]
    return Backlog(row["name"], row["number"], None if oldest is None else from_micros(oldest))


def _total(row: Row, others: dict[str, int]) -> Total:
    return Total(
        currency=CURRENCIES[row["currency"]],
        posted_minor=row["posted"],
        held_minor=row["held"],
        holders_minor=row["posted"] - sum(others.values()),
        merchants_minor=others.get("merchant", 0),
        terminals_minor=others.get("terminal", 0),
        providers_minor=others.get("provider", 0),
        system_minor=others.get("system", 0),
    )
