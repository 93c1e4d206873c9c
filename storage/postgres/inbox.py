"""How PostgreSQL leases updates: of each sender the oldest, and only when nobody has one."""

from datetime import datetime

from services.clock import to_micros
from services.inbox import Received
from storage.inbox import InboxTable
from storage.postgres.turns import take_turns

CLAIM = """
    WITH free AS MATERIALIZED (
        SELECT update_id FROM inbox AS one
        WHERE state = 'due'
          AND (leased_until IS NULL OR leased_until <= :now OR leased_until > :stale)
          AND NOT EXISTS (
            SELECT 1 FROM inbox AS earlier
            WHERE earlier.sender = one.sender AND earlier.state = 'due'
              AND earlier.update_id < one.update_id
        )
          AND NOT EXISTS (  -- one that came late does not overtake a newer one in hand
            SELECT 1 FROM inbox AS newer
            WHERE newer.sender = one.sender AND newer.state = 'due'
              AND newer.leased_until > :now AND newer.leased_until <= :stale
        )
        ORDER BY update_id LIMIT :limit
        FOR NO KEY UPDATE SKIP LOCKED
    )
    UPDATE inbox SET leased_until = :until FROM free
    WHERE inbox.update_id = free.update_id
    RETURNING inbox.*
"""
_IN_HAND = """
    UPDATE inbox SET leased_until = NULL
    WHERE update_id = ANY (:claimed) AND EXISTS (
        SELECT 1 FROM inbox AS other
        WHERE other.sender = inbox.sender AND other.state = 'due'
          AND other.leased_until > :now AND other.leased_until <= :stale
          AND other.update_id <> inbox.update_id
    )
    RETURNING update_id
"""


class PostgresInbox(InboxTable):
    """Two who claim at one moment do not see each other: they look again, one at a time."""

    def claim(self, *, now: datetime, until: datetime, limit: int) -> list[Received]:
        claimed = super().claim(now=now, until=until, limit=limit)
        if not claimed:
            return []
        take_turns(self._connection, sorted({f"inbox/{each.sender}" for each in claimed}))
        values = {
            "claimed": [each.update_id for each in claimed],
            "now": to_micros(now),
            "stale": to_micros(until + (until - now)),
        }
        rows = self._connection.execute(_IN_HAND, values).fetchall()
        given_back = {row[0] for row in rows}
        return [each for each in claimed if each.update_id not in given_back]
