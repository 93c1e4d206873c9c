"""What a piece of work costs: statements, commits, calls of Telegram, CPU and memory."""

import time
import tracemalloc
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from storage.sqlite.store import SqliteStore

_BRACKETS = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT")


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one command or call."""

    statements: int
    commits: int
    calls: int
    """Of the Bot API."""
    cpu_ns: int = 0
    peak_bytes: int = 0
    """The most memory that it had at once, beyond what was there before; 0 if not measured."""
    sql: tuple[str, ...] = ()
    """The statements, with their values."""


@dataclass(slots=True)
class Tally:
    """Counts while things are done, one after another."""

    calls: Callable[[], int]
    statements: list[str] = field(default_factory=list)
    commits: int = 0
    rows: dict[str, Cost] = field(default_factory=dict)

    def note(self, sql: str) -> None:
        """A statement was run; called in the connections' threads."""
        sql = sql.strip()
        if sql.startswith("COMMIT"):
            self.commits += 1
        elif not (sql.startswith(_BRACKETS) or self._is_trigger(sql)):
            self.statements.append(sql)

    def _is_trigger(self, sql: str) -> bool:
        """What a trigger runs is its statement's own cost; SQLite names that statement again."""
        return self.statements[-1:] == [sql] and not sql.startswith("SELECT")

    async def row(self, name: str, work: Awaitable[object]) -> None:
        """Do *work* and keep what it cost as *name*."""
        if name in self.rows:
            raise ValueError(f"{name} was counted already")
        statements, commits, calls = len(self.statements), self.commits, self.calls()
        held = _memory()
        began = time.process_time_ns()
        await work
        spent = time.process_time_ns() - began
        self.rows[name] = Cost(
            len(self.statements) - statements,
            self.commits - commits,
            self.calls() - calls,
            spent,
            _peak() - held,
            tuple(self.statements[statements:]),
        )


async def watch(store: SqliteStore, calls: Callable[[], int]) -> Tally:
    """Count what *store* runs from now on; another tally that did so stops."""
    tally = Tally(calls)
    connections = [store._writer, *(store._readers.get_nowait() for _ in range(_readers(store)))]
    for connection in connections:
        await connection.run(lambda raw: raw.set_trace_callback(tally.note))
    for reader in connections[1:]:
        store._readers.put_nowait(reader)
    store._at_hand.set_trace_callback(tally.note)
    return tally


def _readers(store: SqliteStore) -> int:
    return store._readers.qsize()


def _memory() -> int:
    if not tracemalloc.is_tracing():
        return 0
    tracemalloc.reset_peak()
    return tracemalloc.get_traced_memory()[0]


def _peak() -> int:
    return tracemalloc.get_traced_memory()[1] if tracemalloc.is_tracing() else 0
