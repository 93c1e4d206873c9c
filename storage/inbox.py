"""Updates: `services.inbox.StoredUpdates`."""

from datetime import datetime

from services.clock import from_micros, to_micros
from services.inbox import Received
from storage.rows import Connection, Row

_ADD = """
    INSERT INTO inbox (update_id, sender, body, state, received_at)
    VALUES (:update_id, :sender, :body, 'due', :at) ON CONFLICT DO NOTHING
    RETURNING update_id
"""
_DUE = "SELECT * FROM inbox WHERE state = 'due' ORDER BY update_id"
_FINISH = """
    UPDATE inbox SET state = 'done', body = '', leased_until = NULL WHERE update_id = :update_id
"""
_POSTPONE = "UPDATE inbox SET leased_until = :until WHERE update_id = :update_id"
_FAIL = """
    UPDATE inbox SET attempts = attempts + 1, error = :error, leased_until = NULL,
        state = CASE WHEN attempts + 1 >= :attempts_max THEN 'dead' ELSE 'due' END
    WHERE update_id = :update_id AND state = 'due' RETURNING state
"""
_SET_ASIDE = "SELECT * FROM inbox WHERE state = 'dead' ORDER BY update_id DESC LIMIT :limit"
_FORGET = "DELETE FROM inbox WHERE state = 'done' AND received_at < :before"


class InboxTable:
    """The table `inbox`."""

    def __init__(self, connection: Connection, claim: str) -> None:
        """*claim* leases what nobody handles yet, in the engine's own words."""
        self._connection = connection
        self._claim = claim
        self.was_added = False
        """Whether an update was kept since this was last set to false."""

    def add(self, update: Received, at: datetime) -> bool:
        self.was_added = True
        values = {
            "update_id": update.update_id,
            "sender": update.sender,
            "body": update.body,
            "at": to_micros(at),
        }
        return self._connection.execute(_ADD, values).fetchone() is not None

    def due(self) -> list[Received]:
        return [_received(row) for row in self._connection.execute(_DUE)]

    def claim(self, *, now: datetime, until: datetime, limit: int) -> list[Received]:
        values = {
            "now": to_micros(now),
            "until": to_micros(until),
            "stale": to_micros(until + (until - now)),
            "limit": limit,
        }
        rows = self._connection.execute(self._claim, values).fetchall()
        return sorted(map(_received, rows), key=lambda update: update.update_id)

    def postpone(self, update_id: int, until: datetime) -> None:
        values = {"update_id": update_id, "until": to_micros(until)}
        self._connection.execute(_POSTPONE, values)

    def finish(self, update_id: int) -> None:
        self._connection.execute(_FINISH, {"update_id": update_id})

    def fail(self, update_id: int, *, error: str, attempts_max: int) -> bool:
        values = {"update_id": update_id, "error": error, "attempts_max": attempts_max}
        row = self._connection.execute(_FAIL, values).fetchone()
        return row is not None and row[0] == "dead"

    def set_aside(self, limit: int) -> list[Received]:
        return [_received(row) for row in self._connection.execute(_SET_ASIDE, {"limit": limit})]

    def forget(self, before: datetime) -> None:
        self._connection.execute(_FORGET, {"before": to_micros(before)})


def _received(row: Row) -> Received:
    return Received(
        row["update_id"],
        row["sender"],
        row["body"],
        row["attempts"],
        row["error"],
        from_micros(row["received_at"]),
    )
