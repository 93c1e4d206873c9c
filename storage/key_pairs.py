"""Key pairs: `services.key_pair_life.StoredKeyPairs`."""

from services.clock import from_micros, to_micros
from services.key_pair_life import KeyPair
from storage.rows import Connection, Row

_ADD = """
    INSERT INTO merchant_keys
        (digest, merchant, scopes, created_at, id, name, public_key, secret_key, notify_url)
    VALUES
        (:digest, :merchant, :scopes, :created_at, :id, :name, :public_key, :secret_key,
         :notify_url)
"""
_LISTED = "SELECT * FROM merchant_keys WHERE merchant = :merchant ORDER BY created_at, id"
_CHANGE = """
    UPDATE merchant_keys SET notify_url = :notify_url, revoked_at = :revoked_at
    WHERE merchant = :merchant AND id = :id
"""
_SECRET_KEY = """
    SELECT secret_key FROM merchant_keys WHERE merchant = :merchant AND id = :id
"""  # noqa: S105  # sealed


class KeyPairTable:
    """The table `merchant_keys`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, pair: KeyPair, *, scopes: str, digest: bytes, secret_key: bytes) -> None:
        values = {
            "digest": digest,
            "merchant": pair.merchant,
            "scopes": scopes,
            "created_at": to_micros(pair.created_at),
            "id": pair.id,
            "name": pair.name,
            "public_key": pair.public_key,
            "secret_key": secret_key,
            "notify_url": pair.notify_url,
        }
        self._connection.execute(_ADD, values)

    def listed(self, merchant_id: str) -> list[KeyPair]:
        return [_pair(row) for row in self._connection.execute(_LISTED, {"merchant": merchant_id})]

    def change(self, pair: KeyPair) -> None:
        revoked_at = pair.revoked_at
        values = {
            "merchant": pair.merchant,
            "id": pair.id,
            "notify_url": pair.notify_url,
            "revoked_at": None if revoked_at is None else to_micros(revoked_at),
        }
        self._connection.execute(_CHANGE, values)

    def secret_key(self, pair: KeyPair) -> bytes | None:
        values = {"merchant": pair.merchant, "id": pair.id}
        sealed: bytes | None = self._connection.execute(_SECRET_KEY, values).fetchone()[0]
        return sealed


def _pair(row: Row) -> KeyPair:
    revoked_at = row["revoked_at"]
    return KeyPair(
        id=row["id"],
        merchant=row["merchant"],
        name=row["name"],
        public_key=row["public_key"],
        created_at=from_micros(row["created_at"]),
        notify_url=row["notify_url"],
        revoked_at=None if revoked_at is None else from_micros(revoked_at),
    )
