"""Buckets of permits: `services.rate_limits.StoredLimits`."""

from dataclasses import asdict
from datetime import datetime

from services.clock import to_micros
from services.rate_limits import Asked
from storage.rows import Connection

_TAKE = """
    INSERT INTO rate_limits (name, full_at) VALUES (:name, CAST(:at AS BIGINT) + :every)
    ON CONFLICT (name) DO UPDATE SET full_at = :every + CASE
        WHEN rate_limits.full_at > :at AND rate_limits.full_at <= :sane
        THEN rate_limits.full_at ELSE CAST(:at AS BIGINT) END
    WHERE rate_limits.full_at BETWEEN -CAST(:at AS BIGINT) AND :latest
       OR rate_limits.full_at > :sane
       OR rate_limits.full_at < -CAST(:held_until_max AS BIGINT)
    RETURNING full_at
"""
"""`Asked.wait` and `Asked.taken` as one statement: no row comes back from a refusal."""

_NUMBER = "SELECT full_at FROM rate_limits WHERE name = :name"
_HOLD = """
    INSERT INTO rate_limits (name, full_at) VALUES (:name, :full_at)
    ON CONFLICT (name) DO UPDATE SET full_at = excluded.full_at
    WHERE rate_limits.full_at > excluded.full_at
"""
_FORGET = "DELETE FROM rate_limits WHERE full_at BETWEEN -CAST(:at AS BIGINT) AND :at"


class RateLimitTable:
    """The table `rate_limits`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take(self, name: str, asked: Asked) -> int:
        values = {"name": name} | asdict(asked)
        if self._connection.execute(_TAKE, values).fetchone() is not None:
            return 0
        row = self._connection.execute(_NUMBER, {"name": name}).fetchone()
        return max(asked.wait(row["full_at"]), 0)

    def hold(self, name: str, until: datetime) -> None:
        self._connection.execute(_HOLD, {"name": name, "full_at": -to_micros(until)})

    def forget(self, at: datetime) -> None:
        self._connection.execute(_FORGET, {"at": to_micros(at)})
