"""Data keys: `services.vault.DataKeys`."""

from services.clock import from_micros, to_micros
from services.vault import DataKey
from storage.rows import Connection, Row

_NEWEST = "SELECT * FROM data_keys ORDER BY created_at DESC, id DESC LIMIT 1"
_FIND = "SELECT * FROM data_keys WHERE id = :id"
_ADD = "INSERT INTO data_keys (id, wrapped, created_at) VALUES (:id, :wrapped, :created_at)"


class DataKeyTable:
    """The table `data_keys`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def newest(self) -> DataKey | None:
        row = self._connection.execute(_NEWEST).fetchone()
        return None if row is None else _key(row)

    def find(self, key_id: str) -> DataKey | None:
        row = self._connection.execute(_FIND, {"id": key_id}).fetchone()
        return None if row is None else _key(row)

    def add(self, key: DataKey) -> None:
        values = {"id": key.id, "wrapped": key.wrapped, "created_at": to_micros(key.created_at)}
        self._connection.execute(_ADD, values)


def _key(row: Row) -> DataKey:
    return DataKey(row["id"], row["wrapped"], from_micros(row["created_at"]))
