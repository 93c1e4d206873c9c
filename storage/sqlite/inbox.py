"""Updates in SQLite: `services.inbox.StoredUpdates`."""

from datetime import datetime

from services.clock import to_micros
from services.inbox import Received
from storage.sqlite.engine import sqlite3

_ADD = """
    INSERT INTO inbox (update_id, sender, body, state, received_at)
    VALUES (:update_id, :sender, :body, 'due', :at) ON CONFLICT DO NOTHING
    RETURNING update_id
"""
_DUE = "SELECT * FROM inbox WHERE state = 'due' ORDER BY update_id"
_FINISH = "UPDATE inbox SET state = 'done', body = '' WHERE update_id = :update_id"
_FAIL = """
    UPDATE inbox SET attempts = attempts + 1, error = :error,
        state = iif(attempts + 1 >= :attempts_max, 'dead', 'due')
    WHERE update_id = :update_id AND state = 'due' RETURNING state
"""
_SET_ASIDE = "SELECT * FROM inbox WHERE state = 'dead' ORDER BY update_id DESC LIMIT :limit"
_FORGET = "DELETE FROM inbox WHERE state = 'done' AND received_at < :before"


class SqliteInbox:
    """The table `inbox`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, update: Received, at: datetime) -> bool:
        values = {
            "update_id": update.update_id,
            "sender": update.sender,
            "body": update.body,
            "at": to_micros(at),
        }
        return self._connection.execute(_ADD, values).fetchone() is not None

    def due(self) -> list[Received]:
        return [_received(row) for row in self._connection.execute(_DUE)]

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


def _received(row: sqlite3.Row) -> Received:
    return Received(row["update_id"], row["sender"], row["body"], row["attempts"], row["error"])
