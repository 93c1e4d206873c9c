"""Joinings: `services.joining.Joinings`."""

from services.clock import from_micros, to_micros
from services.joining import Joining
from storage.rows import Connection

_PUT = """
    INSERT INTO joinings (telegram_id, phone, language, code_id, came_for, at)
    VALUES (:telegram_id, :phone, :language, :code_id, :came_for, :at)
    ON CONFLICT (telegram_id) DO UPDATE SET phone = excluded.phone,
        language = excluded.language, code_id = excluded.code_id,
        came_for = excluded.came_for, at = excluded.at
"""
_FIND = "SELECT * FROM joinings WHERE telegram_id = :value /* lock joinings */"
_WITH_CODE = "SELECT * FROM joinings WHERE code_id = :value /* lock joinings */"
_DROP = "DELETE FROM joinings WHERE telegram_id = :value"


class JoiningTable:
    """The table `joinings`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, joining: Joining) -> None:
        self._connection.execute(
            _PUT,
            {
                "telegram_id": joining.telegram_id,
                "phone": joining.phone,
                "language": joining.language,
                "code_id": joining.code_id,
                "came_for": joining.came_for,
                "at": to_micros(joining.at),
            },
        )

    def find(self, telegram_id: int) -> Joining | None:
        return self._one(_FIND, telegram_id)

    def with_code(self, code_id: str) -> Joining | None:
        return self._one(_WITH_CODE, code_id)

    def drop(self, telegram_id: int) -> None:
        self._connection.execute(_DROP, {"value": telegram_id})

    def _one(self, query: str, value: str | int) -> Joining | None:
        row = self._connection.execute(query, {"value": value}).fetchone()
        if row is None:
            return None
        return Joining(
            telegram_id=row["telegram_id"],
            phone=row["phone"],
            language=row["language"],
            code_id=row["code_id"],
            came_for=row["came_for"],
            at=from_micros(row["at"]),
        )
