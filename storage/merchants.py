"""Merchants: `services.merchants.StoredMerchants`."""

from datetime import datetime

from services.clock import from_micros, to_micros
from services.merchants import Merchant, MerchantState
from services.money import CURRENCIES
from storage.rows import Connection, Row

_ADD = """
    INSERT INTO merchants
        (id, name, site_id, public_key, currency, state, webhook_url, webhook_secret, created_at)
    VALUES
        (:id, :name, :site_id, :public_key, :currency, :state, :webhook_url, :webhook_secret,
         :created_at)
"""
_FIND = "SELECT * FROM merchants WHERE id = :id"
_FIND_TO_CHANGE = f"{_FIND} /* lock merchants */"
_LISTED = "SELECT * FROM merchants ORDER BY name, id"
_CHANGE = "UPDATE merchants SET state = :state, webhook_url = :webhook_url WHERE id = :id"
_SECRET = "SELECT webhook_secret FROM merchants WHERE id = :id"  # noqa: S105  # sealed
_CHANGE_SECRET = "UPDATE merchants SET webhook_secret = :sealed WHERE id = :id"  # noqa: S105
_ADD_KEY = """
    INSERT INTO merchant_keys (digest, merchant, scopes, created_at)
    VALUES (:digest, :merchant, :scopes, :at)
"""
_REVOKE = """
    UPDATE merchant_keys SET revoked_at = :at WHERE merchant = :merchant AND revoked_at IS NULL
"""
_WITH_KEY = """
    SELECT merchants.*, scopes FROM merchant_keys JOIN merchants ON merchants.id = merchant
    WHERE digest = :digest AND revoked_at IS NULL
"""


class MerchantTable:
    """The tables `merchants` and `merchant_keys`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, merchant: Merchant, *, webhook_secret: bytes) -> None:
        self._connection.execute(
            _ADD,
            {
                "id": merchant.id,
                "name": merchant.name,
                "site_id": merchant.site_id,
                "public_key": merchant.public_key,
                "currency": merchant.currency.code,
                "state": merchant.state.value,
                "webhook_url": merchant.webhook_url,
                "webhook_secret": webhook_secret,
                "created_at": to_micros(merchant.created_at),
            },
        )

    def find(self, merchant_id: str) -> Merchant | None:
        return self._one(_FIND, merchant_id)

    def find_to_change(self, merchant_id: str) -> Merchant | None:
        return self._one(_FIND_TO_CHANGE, merchant_id)

    def listed(self) -> list[Merchant]:
        return [_merchant(row) for row in self._connection.execute(_LISTED)]

    def change(self, merchant: Merchant) -> None:
        values = {
            "id": merchant.id,
            "state": merchant.state.value,
            "webhook_url": merchant.webhook_url,
        }
        self._connection.execute(_CHANGE, values)

    def webhook_secret(self, merchant_id: str) -> bytes:
        sealed: bytes = self._connection.execute(_SECRET, {"id": merchant_id}).fetchone()[0]
        return sealed

    def change_webhook_secret(self, merchant_id: str, sealed: bytes) -> None:
        self._connection.execute(_CHANGE_SECRET, {"id": merchant_id, "sealed": sealed})

    def add_key(self, merchant_id: str, digest: bytes, scopes: str, at: datetime) -> None:
        values = {"digest": digest, "merchant": merchant_id, "scopes": scopes, "at": to_micros(at)}
        self._connection.execute(_ADD_KEY, values)

    def revoke_keys(self, merchant_id: str, at: datetime) -> None:
        self._connection.execute(_REVOKE, {"merchant": merchant_id, "at": to_micros(at)})

    def with_key(self, digest: bytes) -> tuple[Merchant, str] | None:
        row = self._connection.execute(_WITH_KEY, {"digest": digest}).fetchone()
        return None if row is None else (_merchant(row), row["scopes"])

    def _one(self, query: str, merchant_id: str) -> Merchant | None:
        row = self._connection.execute(query, {"id": merchant_id}).fetchone()
        return None if row is None else _merchant(row)


def _merchant(row: Row) -> Merchant:
    return Merchant(
        id=row["id"],
        name=row["name"],
        site_id=row["site_id"],
        public_key=row["public_key"],
        currency=CURRENCIES[row["currency"]],
        created_at=from_micros(row["created_at"]),
        webhook_url=row["webhook_url"],
        state=MerchantState(row["state"]),
    )
