"""Settlements of payments: `services.settlements.StoredSettlements`."""

from datetime import datetime

from services.clock import from_micros, to_micros
from services.money import CURRENCIES, Money
from services.settlements import Settlement
from storage.rows import Connection, Row

_ADD = """
    INSERT INTO settlements
        (payment, merchant, currency, amount, fee, fee_returned, reserved, release_at, settled_at)
    VALUES
        (:payment, :merchant, :currency, :amount, :fee, :fee_returned, :reserved, :release_at,
         :settled_at)
"""
_FIND = "SELECT * FROM settlements WHERE payment = :payment /* lock settlements */"
_CHANGE = """
    UPDATE settlements SET fee_returned = :fee_returned, reserved = :reserved
    WHERE payment = :payment
"""
_DUE = """
    SELECT * FROM settlements WHERE reserved > 0 AND release_at <= :at
    ORDER BY release_at, payment LIMIT :limit /* lock settlements */
"""


class SettlementTable:
    """The table `settlements`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, settlement: Settlement) -> None:
        release_at = settlement.release_at
        self._connection.execute(
            _ADD,
            {
                "payment": settlement.payment,
                "merchant": settlement.merchant,
                "currency": settlement.amount.currency.code,
                "amount": settlement.amount.minor,
                "fee": settlement.fee_minor,
                "fee_returned": settlement.fee_returned_minor,
                "reserved": settlement.reserved_minor,
                "release_at": None if release_at is None else to_micros(release_at),
                "settled_at": to_micros(settlement.settled_at),
            },
        )

    def find(self, payment_id: str) -> Settlement | None:
        row = self._connection.execute(_FIND, {"payment": payment_id}).fetchone()
        return None if row is None else _settlement(row)

    def change(self, settlement: Settlement) -> None:
        values = {
            "payment": settlement.payment,
            "fee_returned": settlement.fee_returned_minor,
            "reserved": settlement.reserved_minor,
        }
        self._connection.execute(_CHANGE, values)

    def due(self, at: datetime, limit: int) -> list[Settlement]:
        values = {"at": to_micros(at), "limit": limit}
        return [_settlement(row) for row in self._connection.execute(_DUE, values)]


def _settlement(row: Row) -> Settlement:
    release_at = row["release_at"]
    return Settlement(
        payment=row["payment"],
        merchant=row["merchant"],
        amount=Money(row["amount"], CURRENCIES[row["currency"]]),
        fee_minor=row["fee"],
        settled_at=from_micros(row["settled_at"]),
        fee_returned_minor=row["fee_returned"],
        reserved_minor=row["reserved"],
        release_at=None if release_at is None else from_micros(release_at),
    )
