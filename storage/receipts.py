"""Receipts as they were first issued: `services.receipts.StoredReceipts`."""

import json

from services.due import encode
from services.receipt_facts import Receipt
from storage.rows import Connection, Row

_FIND = "SELECT facts FROM receipts WHERE code = :code"
# The update changes nothing: it has the row returned that was there before.
_KEEP = """
    INSERT INTO receipts (code, holder, operation, facts)
    VALUES (:code, :holder, :operation, :facts)
    ON CONFLICT (code) DO UPDATE SET code = excluded.code RETURNING facts
"""


class ReceiptTable:
    """The table `receipts`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, code: str) -> Receipt | None:
        row = self._connection.execute(_FIND, {"code": code}).fetchone()
        return None if row is None else _receipt(row)

    def keep(self, receipt: Receipt) -> Receipt:
        values = {
            "code": receipt.code,
            "holder": receipt.holder,
            "operation": receipt.operation,
            "facts": encode(receipt.content()),
        }
        return _receipt(self._connection.execute(_KEEP, values).fetchone())


def _receipt(row: Row) -> Receipt:
    return Receipt.from_content(json.loads(row["facts"]))
