"""Keys that sign in others' ways: `services.signing_keys.StoredSigningKeys`."""

from services.clock import from_micros, to_micros
from services.signing_keys import SigningKey
from storage.rows import Connection, Row

_FIND = "SELECT * FROM signing_keys WHERE name = :name"
# The update changes nothing: it has the row returned that was there before.
_KEEP = """
    INSERT INTO signing_keys (name, certificate, secret, created_at)
    VALUES (:name, :certificate, :secret, :created_at)
    ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING *
"""


class SigningKeyTable:
    """The table `signing_keys`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, name: str) -> SigningKey | None:
        row = self._connection.execute(_FIND, {"name": name}).fetchone()
        return None if row is None else _key(row)

    def keep(self, key: SigningKey) -> SigningKey:
        values = {
            "name": key.name,
            "certificate": key.certificate,
            "secret": key.secret,
            "created_at": to_micros(key.created_at),
        }
        return _key(self._connection.execute(_KEEP, values).fetchone())


def _key(row: Row) -> SigningKey:
    return SigningKey(
        name=row["name"],
        certificate=row["certificate"],
        secret=bytes(row["secret"]),
        created_at=from_micros(row["created_at"]),
    )
