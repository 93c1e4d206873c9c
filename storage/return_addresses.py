"""Return addresses: `services.return_addresses.StoredReturnAddresses`."""

import json

from storage.rows import Connection

_ADD = """
    INSERT INTO return_origins (merchant, origin) VALUES (:merchant, :origin)
    ON CONFLICT DO NOTHING
"""
_OF_MERCHANT = "SELECT origin FROM return_origins WHERE merchant = :merchant ORDER BY origin"
_REMOVE = """
    DELETE FROM return_origins WHERE merchant = :merchant AND origin = :origin RETURNING origin
"""
_TOLD_AT = """
    SELECT notify_url FROM merchant_keys
    WHERE merchant = :merchant AND notify_url IS NOT NULL AND revoked_at IS NULL
    UNION SELECT notify_url FROM pull_shops
    WHERE merchant = :merchant AND notify_url IS NOT NULL
"""
_SETTINGS = "SELECT settings FROM robokassa_shops WHERE merchant = :merchant"
_ADDRESSES = ("result_url", "result_url2", "success_url", "fail_url")


class ReturnAddressTable:
    """The table `return_origins`, and the addresses that other tables have of a merchant."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, merchant: str, origin: str) -> None:
        self._connection.execute(_ADD, {"merchant": merchant, "origin": origin})

    def of_merchant(self, merchant: str) -> list[str]:
        rows = self._connection.execute(_OF_MERCHANT, {"merchant": merchant})
        return [row[0] for row in rows]

    def remove(self, merchant: str, origin: str) -> bool:
        values = {"merchant": merchant, "origin": origin}
        return self._connection.execute(_REMOVE, values).fetchone() is not None

    def told_at(self, merchant: str) -> list[str]:
        values = {"merchant": merchant}
        told = [row[0] for row in self._connection.execute(_TOLD_AT, values)]
        row = self._connection.execute(_SETTINGS, values).fetchone()
        settings = {} if row is None else json.loads(row[0])
        return told + [settings[name] for name in _ADDRESSES if settings.get(name)]
