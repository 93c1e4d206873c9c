"""Pull shops: `services.pull_shops.StoredPullShops`."""

from services.clock import from_micros, to_micros
from services.pull_shops import PullShop, Signing
from storage.rows import Connection, Row

_ADD = """
    INSERT INTO pull_shops (merchant, prv_id, api_id, secrets, notify_url, signs, created_at)
    VALUES (:merchant, :prv_id, :api_id, :secrets, :notify_url, :signs, :created_at)
"""
_CHANGE = """
    UPDATE pull_shops SET secrets = :secrets, notify_url = :notify_url, signs = :signs
    WHERE merchant = :merchant
"""
_OF_MERCHANT = "SELECT * FROM pull_shops WHERE merchant = :merchant"
_WITH_NUMBER = "SELECT * FROM pull_shops WHERE prv_id = :prv_id"


class PullShopTable:
    """The table `pull_shops`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, shop: PullShop, passwords: bytes) -> None:
        self._connection.execute(_ADD, _values(shop, passwords))

    def change(self, shop: PullShop, passwords: bytes) -> None:
        self._connection.execute(_CHANGE, _values(shop, passwords))

    def of_merchant(self, merchant_id: str) -> tuple[PullShop, bytes] | None:
        return self._one(_OF_MERCHANT, {"merchant": merchant_id})

    def with_number(self, prv_id: int) -> tuple[PullShop, bytes] | None:
        return self._one(_WITH_NUMBER, {"prv_id": prv_id})

    def _one(self, query: str, values: dict[str, str | int]) -> tuple[PullShop, bytes] | None:
        row = self._connection.execute(query, values).fetchone()
        return None if row is None else (_shop(row), row["secrets"])


def _values(shop: PullShop, passwords: bytes) -> dict[str, str | int | bytes | None]:
    return {
        "merchant": shop.merchant,
        "prv_id": shop.prv_id,
        "api_id": shop.api_id,
        "secrets": passwords,
        "notify_url": shop.notify_url,
        "signs": shop.signs.value,
        "created_at": to_micros(shop.created_at),
    }


def _shop(row: Row) -> PullShop:
    return PullShop(
        merchant=row["merchant"],
        prv_id=row["prv_id"],
        api_id=row["api_id"],
        created_at=from_micros(row["created_at"]),
        notify_url=row["notify_url"],
        signs=Signing(row["signs"]),
    )
