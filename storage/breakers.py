"""Providers in trouble: `services.breakers.StoredBreakers`."""

from services.breakers import Breaker
from services.clock import from_micros, to_micros
from storage.rows import Connection, Row

_FIND = "SELECT * FROM breakers WHERE provider = :provider"
_FIND_TO_CHANGE = "SELECT * FROM breakers WHERE provider = :provider /* lock breakers */"
_PUT = """
    INSERT INTO breakers (provider, troubles, since, pauses, until, is_tried)
    VALUES (:provider, :troubles, :since, :pauses, :until, :is_tried)
    ON CONFLICT (provider) DO UPDATE
    SET troubles = excluded.troubles, since = excluded.since, pauses = excluded.pauses,
        until = excluded.until, is_tried = excluded.is_tried
"""
_REMOVE = "DELETE FROM breakers WHERE provider = :provider"
_DOWN = "SELECT * FROM breakers WHERE until IS NOT NULL ORDER BY provider"


class BreakerTable:
    """The table `breakers`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, provider: str) -> Breaker | None:
        return self._one(_FIND, provider)

    def find_to_change(self, provider: str) -> Breaker | None:
        return self._one(_FIND_TO_CHANGE, provider)

    def put(self, breaker: Breaker) -> None:
        values = {
            "provider": breaker.provider,
            "troubles": breaker.troubles,
            "since": to_micros(breaker.since),
            "pauses": breaker.pauses,
            "until": None if breaker.until is None else to_micros(breaker.until),
            "is_tried": int(breaker.is_tried),
        }
        self._connection.execute(_PUT, values)

    def remove(self, provider: str) -> None:
        self._connection.execute(_REMOVE, {"provider": provider})

    def down(self) -> list[Breaker]:
        return [_breaker(row) for row in self._connection.execute(_DOWN)]

    def _one(self, query: str, provider: str) -> Breaker | None:
        row = self._connection.execute(query, {"provider": provider}).fetchone()
        return None if row is None else _breaker(row)


def _breaker(row: Row) -> Breaker:
    return Breaker(
        provider=row["provider"],
        troubles=row["troubles"],
        since=from_micros(row["since"]),
        pauses=row["pauses"],
        until=None if row["until"] is None else from_micros(row["until"]),
        is_tried=bool(row["is_tried"]),
    )
