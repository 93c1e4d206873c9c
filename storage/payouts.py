"""Payouts to merchants: `services.payout_life.StoredPayouts`."""

import json

from services.clock import from_micros, to_micros
from services.exchange import Conversion
from services.money import CURRENCIES, Money
from services.payout_life import Payout, PayoutState
from storage.rows import Connection, Row

_ADD = """
    INSERT INTO payouts
        (id, merchant, batch, currency, amount, taken_currency, taken, conversion, payee, state,
         reason, created_at, settled_at)
    VALUES
        (:id, :merchant, :batch, :currency, :amount, :taken_currency, :taken, :conversion, :payee,
         :state, :reason, :created_at, :settled_at)
"""
_SELECT = """
    SELECT payouts.*, merchants.name AS merchant_name
    FROM payouts JOIN merchants ON merchants.id = merchant
"""
_FIND = f"{_SELECT} WHERE payouts.id = :id /* lock payouts */"
_OF_BATCH = f"{_SELECT} WHERE batch = :batch ORDER BY merchants.name, payouts.id"
_LISTED = f"{_SELECT} ORDER BY payouts.id DESC LIMIT :limit"
_OF_MERCHANT = f"{_SELECT} WHERE merchant = :merchant ORDER BY payouts.id DESC LIMIT :limit"
_CHANGE = """
    UPDATE payouts SET state = :state, reason = :reason, settled_at = :settled_at WHERE id = :id
"""


class PayoutTable:
    """The table `payouts`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, payout: Payout) -> None:
        conversion = payout.conversion
        kept = None if conversion is None else json.dumps(conversion.content(), sort_keys=True)
        self._connection.execute(
            _ADD,
            {
                "id": payout.id,
                "merchant": payout.merchant,
                "batch": payout.batch,
                "currency": payout.amount.currency.code,
                "amount": payout.amount.minor,
                "taken_currency": payout.taken.currency.code,
                "taken": payout.taken.minor,
                "conversion": kept,
                "payee": json.dumps(payout.payee, ensure_ascii=False, sort_keys=True),
                "state": payout.state.value,
                "reason": payout.reason,
                "created_at": to_micros(payout.created_at),
                "settled_at": None,
            },
        )

    def find(self, payout_id: str) -> Payout | None:
        row = self._connection.execute(_FIND, {"id": payout_id}).fetchone()
        return None if row is None else _payout(row)

    def of_batch(self, batch: str) -> list[Payout]:
        return [_payout(row) for row in self._connection.execute(_OF_BATCH, {"batch": batch})]

    def listed(self, merchant_id: str | None, limit: int) -> list[Payout]:
        if merchant_id is None:
            rows = self._connection.execute(_LISTED, {"limit": limit})
        else:
            values = {"merchant": merchant_id, "limit": limit}
            rows = self._connection.execute(_OF_MERCHANT, values)
        return [_payout(row) for row in rows]

    def change(self, payout: Payout) -> None:
        settled_at = payout.settled_at
        values = {
            "id": payout.id,
            "state": payout.state.value,
            "reason": payout.reason,
            "settled_at": None if settled_at is None else to_micros(settled_at),
        }
        self._connection.execute(_CHANGE, values)


def _payout(row: Row) -> Payout:
    conversion, settled_at = row["conversion"], row["settled_at"]
    return Payout(
        id=row["id"],
        merchant=row["merchant"],
        merchant_name=row["merchant_name"],
        batch=row["batch"],
        amount=Money(row["amount"], CURRENCIES[row["currency"]]),
        taken=Money(row["taken"], CURRENCIES[row["taken_currency"]]),
        payee=json.loads(row["payee"]),
        created_at=from_micros(row["created_at"]),
        state=PayoutState(row["state"]),
        conversion=None if conversion is None else Conversion.from_content(json.loads(conversion)),
        reason=row["reason"],
        settled_at=None if settled_at is None else from_micros(settled_at),
    )
