"""Merchants: `services.merchants.StoredMerchants`."""

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
_WITH_KEY = """
    SELECT merchants.*, scopes FROM merchant_keys JOIN merchants ON merchants.id = merchant
    WHERE digest = :digest AND revoked_at IS NULL
"""
_WITH_PUBLIC_KEY = """
    SELECT merchants.* FROM merchant_keys JOIN merchants ON merchants.id = merchant
    WHERE merchant_keys.public_key = :public_key AND revoked_at IS NULL
"""


class MerchantTable:
    """The table `merchants`, and whose keys those are."""

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

    def with_key(self, digest: bytes) -> tuple[Merchant, str] | None:
        row = self._connection.execute(_WITH_KEY, {"digest": digest}).fetchone()
        return None if row is None else (_merchant(row), row["scopes"])

    def with_public_key(self, public_key: str) -> Merchant | None:
        row = self._connection.execute(_WITH_PUBLIC_KEY, {"public_key": public_key}).fetchone()
        return None if row is None else _merchant(row)

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
