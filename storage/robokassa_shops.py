"""Shops that speak Robokassa's interface: `services.robokassa_shops.StoredShops`."""

from datetime import datetime

from services.clock import to_micros
from services.robokassa_shops import RobokassaShop
from storage.rows import Connection, Row

_ADD = """
    INSERT INTO robokassa_shops
        (merchant, login, handle, algorithm, passwords, settings, created_at)
    VALUES (:merchant, :login, :handle, :algorithm, :passwords, :settings, :created_at)
"""
_ADD_NUMBERS = "INSERT INTO robokassa_numbers (merchant, next) VALUES (:merchant, :next)"
_WITH_LOGIN = "SELECT * FROM robokassa_shops WHERE handle = :handle"
_OF_MERCHANT = "SELECT * FROM robokassa_shops WHERE merchant = :merchant"
_CHANGE = """
    UPDATE robokassa_shops SET settings = :settings, algorithm = :algorithm
    WHERE merchant = :merchant
"""
_CHANGE_PASSWORDS = """
    UPDATE robokassa_shops SET passwords = :passwords WHERE merchant = :merchant
"""
_NEXT = """
    UPDATE robokassa_numbers SET next = next + 1 WHERE merchant = :merchant RETURNING next
"""


class RobokassaShopTables:
    """The tables `robokassa_shops` and `robokassa_numbers`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self, shop: RobokassaShop, *, settings: str, passwords: bytes, first: int, at: datetime
    ) -> None:
        self._connection.execute(
            _ADD,
            {
                "merchant": shop.merchant.id,
                "login": shop.login,
                "handle": shop.login.lower(),
                "algorithm": shop.algorithm,
                "passwords": passwords,
                "settings": settings,
                "created_at": to_micros(at),
            },
        )
        self._connection.execute(_ADD_NUMBERS, {"merchant": shop.merchant.id, "next": first})

    def with_login(self, login: str) -> tuple[str, str, str, bytes] | None:
        return self._one(_WITH_LOGIN, {"handle": login.lower()})

    def of_merchant(self, merchant_id: str) -> tuple[str, str, str, bytes] | None:
        return self._one(_OF_MERCHANT, {"merchant": merchant_id})

    def change(self, merchant_id: str, *, settings: str, algorithm: str) -> None:
        values = {"merchant": merchant_id, "settings": settings, "algorithm": algorithm}
        self._connection.execute(_CHANGE, values)

    def change_passwords(self, merchant_id: str, sealed: bytes) -> None:
        values = {"merchant": merchant_id, "passwords": sealed}
        self._connection.execute(_CHANGE_PASSWORDS, values)

    def next_number(self, merchant_id: str) -> int | None:
        row = self._connection.execute(_NEXT, {"merchant": merchant_id}).fetchone()
        return None if row is None else int(row[0]) - 1

    def _one(self, query: str, values: dict[str, object]) -> tuple[str, str, str, bytes] | None:
        row: Row | None = self._connection.execute(query, values).fetchone()
        if row is None:
            return None
        return row["merchant"], row["login"], row["settings"], row["passwords"]
