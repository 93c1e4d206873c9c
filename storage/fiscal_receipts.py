"""Cash register receipts that shops gave us: `services.fiscal_receipts.StoredFiscalReceipts`."""

from services.clock import from_micros, to_micros
from services.fiscal_receipts import FiscalReceipt, ReceiptKind
from storage.rows import Connection

_ADD = """
    INSERT INTO fiscal_receipts (merchant, number, invoice, kind, content, kept_at)
    VALUES (:merchant, :number, :invoice, :kind, :content, :kept_at)
"""
_FIND = "SELECT * FROM fiscal_receipts WHERE merchant = :merchant AND number = :number"
_COUNT = """
    SELECT count(*) FROM fiscal_receipts
    WHERE merchant = :merchant AND invoice = :invoice AND kind = 'second'
"""


class FiscalReceiptTable:
    """The table `fiscal_receipts`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, receipt: FiscalReceipt) -> None:
        self._connection.execute(
            _ADD,
            {
                "merchant": receipt.merchant,
                "number": receipt.number,
                "invoice": receipt.invoice,
                "kind": receipt.kind.value,
                "content": receipt.content,
                "kept_at": to_micros(receipt.kept_at),
            },
        )

    def find(self, merchant: str, number: str) -> FiscalReceipt | None:
        values = {"merchant": merchant, "number": number}
        row = self._connection.execute(_FIND, values).fetchone()
        if row is None:
            return None
        return FiscalReceipt(
            merchant=row["merchant"],
            number=row["number"],
            invoice=row["invoice"],
            kind=ReceiptKind(row["kind"]),
            content=row["content"],
            kept_at=from_micros(row["kept_at"]),
        )

    def count(self, merchant: str, invoice: str) -> int:
        values = {"merchant": merchant, "invoice": invoice}
        count: int = self._connection.execute(_COUNT, values).fetchone()[0]
        return count
