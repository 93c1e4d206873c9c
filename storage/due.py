"""Waiting work: `services.due.DueWork`."""

import json
from datetime import datetime

from services.clock import from_micros, to_micros
from services.due import Work, encode
from storage.rows import Connection, Row

_ADD = """
    INSERT INTO due_work
        (key, kind, lane, payload, state, priority, due_at, created_at)
    VALUES (:key, :kind, :lane, :payload, 'due', :priority, :due_at, :created_at)
    ON CONFLICT DO NOTHING
"""
_CANCEL = "UPDATE due_work SET state = 'done' WHERE key = :key AND state = 'due'"
_FINISH = """
    UPDATE due_work SET state = 'done', leased_until = NULL, payload = '{}', error = ''
    WHERE key = :key
"""
_POSTPONE = """
    UPDATE due_work SET due_at = :due_at, leased_until = NULL, error = :error WHERE key = :key
"""
_BURY = """
    UPDATE due_work SET state = 'dead', leased_until = NULL, error = :error
    WHERE key = :key AND state = 'due'
"""
_DEAD = """
    SELECT * FROM due_work WHERE state = 'dead' ORDER BY created_at DESC, key DESC LIMIT :limit
"""
_DEAD_OF_LANE = """
    SELECT * FROM due_work WHERE state = 'dead' AND lane = :lane
    ORDER BY created_at DESC, key DESC LIMIT :limit
"""
_REVIVE = """
    UPDATE due_work SET state = 'due', due_at = :due_at, created_at = :due_at, attempts = 0
    WHERE key = :key AND state = 'dead' AND lane = coalesce(CAST(:lane AS text), lane)
    RETURNING key
"""
_FORGET = "DELETE FROM due_work WHERE state = 'done' AND created_at < :before"
_COUNTS = """
    SELECT kind || ':' || state, count(*) FROM due_work
    WHERE state IN ('due', 'dead') GROUP BY kind, state
"""


class DueWorkTable:
    """The table `due_work`."""

    def __init__(self, connection: Connection, claim: str) -> None:
        """*claim* leases what is due, in the engine's own words."""
        self._connection = connection
        self._claim = claim
        self.was_added = False
        """Whether work was written since this was last set to false."""

    def add(self, work: Work) -> None:
        self.was_added = True
        self._connection.execute(
            _ADD,
            {
                "key": work.key,
                "kind": work.kind,
                "lane": work.lane,
                "payload": encode(work.payload),
                "priority": work.priority,
                "due_at": to_micros(work.due_at),
                "created_at": to_micros(work.created_at),
            },
        )

    def cancel(self, key: str) -> None:
        self._connection.execute(_CANCEL, {"key": key})

    def claim(self, *, now: datetime, until: datetime, limit: int, lane_max: int) -> list[Work]:
        values = {
            "now": to_micros(now),
            "until": to_micros(until),
            "stale": to_micros(until + (until - now)),
            "limit": limit,
            "lane_max": lane_max,
        }
        claimed = [_work(row) for row in self._connection.execute(self._claim, values).fetchall()]
        return sorted(claimed, key=lambda work: (work.priority, work.due_at))

    def finish(self, key: str) -> None:
        self._connection.execute(_FINISH, {"key": key})

    def postpone(self, key: str, *, due_at: datetime, error: str) -> None:
        values = {"key": key, "due_at": to_micros(due_at), "error": error}
        self._connection.execute(_POSTPONE, values)

    def bury(self, key: str, *, error: str) -> None:
        self._connection.execute(_BURY, {"key": key, "error": error})

    def dead(self, *, limit: int, lane: str | None = None) -> list[Work]:
        if lane is None:
            rows = self._connection.execute(_DEAD, {"limit": limit})
        else:
            rows = self._connection.execute(_DEAD_OF_LANE, {"limit": limit, "lane": lane})
        return [_work(row) for row in rows]

    def revive(self, key: str, *, due_at: datetime, lane: str | None = None) -> bool:
        self.was_added = True
        values = {"key": key, "due_at": to_micros(due_at), "lane": lane}
        return self._connection.execute(_REVIVE, values).fetchone() is not None

    def forget(self, before: datetime) -> None:
        self._connection.execute(_FORGET, {"before": to_micros(before)})

    def counts(self) -> dict[str, int]:
        return dict(map(tuple, self._connection.execute(_COUNTS)))


def _work(row: Row) -> Work:
    return Work(
        key=row["key"],
        kind=row["kind"],
        lane=row["lane"],
        payload=json.loads(row["payload"]),
        due_at=from_micros(row["due_at"]),
        created_at=from_micros(row["created_at"]),
        priority=row["priority"],
        attempts=row["attempts"],
        error=row["error"],
    )
