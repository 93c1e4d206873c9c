"""A merchant's orders by when they were paid: `services.order_reconciliation.StoredOrders`."""

from datetime import datetime, timedelta

from services.clock import from_micros, to_micros
from services.invoices import InvoiceState
from services.money import CURRENCIES, Money
from services.order_reconciliation import OurOrder
from storage.merchant_money import AGE_MAX, begins
from storage.rows import Connection, Row

# Ids begin with their time, so that a day is a part of the index and not a walk of it.
_PAID_WITHIN = """
    SELECT id, reference, state, currency, amount, refunded, paid_at FROM invoices
    WHERE merchant = :merchant AND id >= :oldest AND id < :last
      AND paid_at >= :since AND paid_at < :until AND is_test = 0
    ORDER BY paid_at, id
"""


class ShopOrderTables:
    """The table `invoices`, read for one merchant."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def paid_within(self, merchant_id: str, since: datetime, until: datetime) -> list[OurOrder]:
        values = {
            "merchant": merchant_id,
            "oldest": begins(since - AGE_MAX),
            "last": begins(until + timedelta(milliseconds=1)),
            "since": to_micros(since),
            "until": to_micros(until),
        }
        return [_order(row) for row in self._connection.execute(_PAID_WITHIN, values)]


def _order(row: Row) -> OurOrder:
    of = CURRENCIES[row["currency"]]
    return OurOrder(
        id=row["id"],
        reference=row["reference"],
        state=InvoiceState(row["state"]),
        amount=Money(row["amount"], of),
        refunded=Money(row["refunded"], of),
        paid_at=from_micros(row["paid_at"]),
    )
