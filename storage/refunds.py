"""Refunds: `services.refunds.StoredRefunds`."""

from services.clock import from_micros, to_micros
from services.ledger import AccountId
from services.money import CURRENCIES, Money
from services.refunds import Refund, RefundState
from storage.rows import Connection, Row

_ADD = """
    INSERT INTO refunds
        (id, merchant, invoice, payment, holder, account, currency, amount, reason, state,
         created_at, reference)
    VALUES
        (:id, :merchant, :invoice, :payment, :holder, :account, :currency, :amount, :reason,
         :state, :created_at, :reference)
"""
_SELECT = """
    SELECT refunds.*, merchants.name AS merchant_name
    FROM refunds JOIN merchants ON merchants.id = merchant
"""
_FIND = f"{_SELECT} WHERE refunds.id = :id"
_OF_INVOICE = f"{_SELECT} WHERE invoice = :invoice ORDER BY refunds.id"
_WITH_REFERENCE = f"{_SELECT} WHERE invoice = :invoice AND reference = :reference"
_OF_HOLDER = f"""
    {_SELECT} WHERE holder = :holder AND refunds.id < :before
    ORDER BY refunds.id DESC LIMIT :limit
"""
_AFTER_ALL_IDS = "g"
"""Greater than any id, which is hexadecimal."""


class RefundTable:
    """The table `refunds`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, refund: Refund) -> None:
        self._connection.execute(
            _ADD,
            {
                "id": refund.id,
                "merchant": refund.merchant,
                "invoice": refund.invoice,
                "payment": refund.payment,
                "holder": refund.holder,
                "account": refund.account,
                "currency": refund.amount.currency.code,
                "amount": refund.amount.minor,
                "reason": refund.reason,
                "state": refund.state.value,
                "created_at": to_micros(refund.created_at),
                "reference": refund.reference,
            },
        )

    def find(self, refund_id: str) -> Refund | None:
        row = self._connection.execute(_FIND, {"id": refund_id}).fetchone()
        return None if row is None else _refund(row)

    def of_invoice(self, invoice_id: str) -> list[Refund]:
        rows = self._connection.execute(_OF_INVOICE, {"invoice": invoice_id})
        return [_refund(row) for row in rows]

    def with_reference(self, invoice_id: str, reference: str) -> Refund | None:
        values = {"invoice": invoice_id, "reference": reference}
        row = self._connection.execute(_WITH_REFERENCE, values).fetchone()
        return None if row is None else _refund(row)

    def of_holder(self, holder: str, *, before: str | None, limit: int) -> list[Refund]:
        values = {"holder": holder, "before": before or _AFTER_ALL_IDS, "limit": limit}
        return [_refund(row) for row in self._connection.execute(_OF_HOLDER, values)]


def _refund(row: Row) -> Refund:
    return Refund(
        id=row["id"],
        merchant=row["merchant"],
        merchant_name=row["merchant_name"],
        invoice=row["invoice"],
        payment=row["payment"],
        holder=row["holder"],
        account=AccountId(row["account"]),
        amount=Money(row["amount"], CURRENCIES[row["currency"]]),
        reason=row["reason"],
        state=RefundState(row["state"]),
        created_at=from_micros(row["created_at"]),
        reference=row["reference"],
    )
