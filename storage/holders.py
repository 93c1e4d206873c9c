"""Holders: `services.holders.Holders`."""

from services.clock import from_micros, to_micros
from services.holders import Holder, HolderState
from services.levels import Level
from storage.rows import Connection, Row

_ADD = """
    INSERT INTO holders
        (id, phone, telegram_id, language, state, notices, unreachable_since, level, joined_at)
    VALUES
        (:id, :phone, :telegram_id, :language, :state, :notices, :unreachable_since, :level,
         :joined_at)
"""
_FIND = "SELECT * FROM holders WHERE id = :value /* lock holders */"
_OF_TELEGRAM = "SELECT * FROM holders WHERE telegram_id = :value /* lock holders */"
_OF_PHONE = "SELECT * FROM holders WHERE phone = :value /* lock holders */"
_CHANGE = """
    UPDATE holders SET telegram_id = :telegram_id, language = :language, state = :state,
        notices = :notices, unreachable_since = :unreachable_since,
        level = :level
    WHERE id = :id
"""


class HolderTable:
    """The table `holders`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, holder: Holder) -> None:
        self._connection.execute(_ADD, _values(holder))

    def find(self, holder_id: str) -> Holder | None:
        return self._one(_FIND, holder_id)

    def of_telegram(self, telegram_id: int) -> Holder | None:
        return self._one(_OF_TELEGRAM, telegram_id)

    def of_phone(self, phone: str) -> Holder | None:
        return self._one(_OF_PHONE, phone)

    def change(self, holder: Holder) -> None:
        self._connection.execute(_CHANGE, _values(holder))

    def _one(self, query: str, value: str | int) -> Holder | None:
        row = self._connection.execute(query, {"value": value}).fetchone()
        return None if row is None else _holder(row)


def _values(holder: Holder) -> dict[str, str | int | None]:
    since = holder.unreachable_since
    return {
        "id": holder.id,
        "phone": holder.phone,
        "telegram_id": holder.telegram_id,
        "language": holder.language,
        "state": holder.state.value,
        "notices": int(holder.notices),
        "unreachable_since": None if since is None else to_micros(since),
        "level": holder.level.value,
        "joined_at": to_micros(holder.joined_at),
    }


def _holder(row: Row) -> Holder:
    since = row["unreachable_since"]
    return Holder(
        id=row["id"],
        phone=row["phone"],
        telegram_id=row["telegram_id"],
        language=row["language"],
        joined_at=from_micros(row["joined_at"]),
        state=HolderState(row["state"]),
        notices=bool(row["notices"]),
        unreachable_since=None if since is None else from_micros(since),
        level=Level(row["level"]),
    )
