"""Invoices: `services.invoices.StoredInvoices`."""

import json

from services.clock import from_micros, to_micros
from services.invoices import Capture, Invoice, InvoiceState, changed_at
from services.money import CURRENCIES, Money
from storage.rows import Connection, Row

_ADD = """
    INSERT INTO invoices
        (id, merchant, reference, phone, currency, amount, refunded, description, state, version,
         payment, created_at, expires_at, changed_at, paid_at, interface, content, capture,
         is_test)
    VALUES
        (:id, :merchant, :reference, :phone, :currency, :amount, :refunded, :description, :state,
         :version, :payment, :created_at, :expires_at, :changed_at, :paid_at, :interface, :content,
         :capture, :is_test)
"""
_SELECT = """
    SELECT invoices.*, merchants.name AS merchant_name
    FROM invoices JOIN merchants ON merchants.id = merchant
"""
_FIND = f"{_SELECT} WHERE invoices.id = :id /* lock invoices */"
_WITH_REFERENCE = f"""
    {_SELECT} WHERE merchant = :merchant AND reference = :reference /* lock invoices */
"""
_WAITING = f"""
    {_SELECT} WHERE phone = :phone AND invoices.state = 'waiting' AND is_test = 0
        AND invoices.id < :before
    ORDER BY invoices.id DESC LIMIT :limit
"""
_COUNT_WAITING = """
    SELECT count(*) FROM invoices WHERE phone = :phone AND state = 'waiting' AND is_test = 0
"""
_OF_MERCHANT = f"""
    {_SELECT} WHERE merchant = :merchant AND invoices.id < :before
    ORDER BY invoices.id DESC LIMIT :limit
"""
_OF_MERCHANT_IN_STATE = f"""
    {_SELECT} WHERE merchant = :merchant AND invoices.state = :state AND invoices.id < :before
    ORDER BY invoices.id DESC LIMIT :limit
"""
_CHANGE = """
    UPDATE invoices SET state = :state, version = :version, amount = :amount,
        refunded = :refunded, payment = :payment, changed_at = :changed_at, paid_at = :paid_at
    WHERE id = :id AND version = :was RETURNING id
"""
_FREE_REFERENCE = "UPDATE invoices SET reference = NULL WHERE id = :id"
_EMPTY = "{}"
_AFTER_ALL_IDS = "g"
"""Greater than any id, which is hexadecimal."""


class InvoiceTable:
    """The table `invoices`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, invoice: Invoice) -> None:
        self._connection.execute(_ADD, _values(invoice))

    def find(self, invoice_id: str) -> Invoice | None:
        row = self._connection.execute(_FIND, {"id": invoice_id}).fetchone()
        return None if row is None else _invoice(row)

    def with_reference(self, merchant: str, reference: str) -> Invoice | None:
        values = {"merchant": merchant, "reference": reference}
        row = self._connection.execute(_WITH_REFERENCE, values).fetchone()
        return None if row is None else _invoice(row)

    def waiting(self, phone: str, *, before: str | None, limit: int) -> list[Invoice]:
        values = {"phone": phone, "before": before or _AFTER_ALL_IDS, "limit": limit}
        return [_invoice(row) for row in self._connection.execute(_WAITING, values)]

    def count_waiting(self, phone: str) -> int:
        count: int = self._connection.execute(_COUNT_WAITING, {"phone": phone}).fetchone()[0]
        return count

    def of_merchant(
        self, merchant: str, *, state: str | None, before: str | None, limit: int
    ) -> list[Invoice]:
        values = {
            "merchant": merchant,
            "state": state,
            "before": before or _AFTER_ALL_IDS,
            "limit": limit,
        }
        query = _OF_MERCHANT if state is None else _OF_MERCHANT_IN_STATE
        return [_invoice(row) for row in self._connection.execute(query, values)]

    def free_reference(self, invoice: Invoice) -> None:
        self._connection.execute(_FREE_REFERENCE, {"id": invoice.id})

    def change(self, invoice: Invoice, *, was: int) -> bool:
        values = _values(invoice) | {"was": was}
        return self._connection.execute(_CHANGE, values).fetchone() is not None


def _values(invoice: Invoice) -> dict[str, str | int | None]:
    return {
        "id": invoice.id,
        "merchant": invoice.merchant,
        "reference": invoice.reference,
        "phone": invoice.phone,
        "currency": invoice.amount.currency.code,
        "amount": invoice.amount.minor,
        "refunded": invoice.refunded_minor,
        "description": invoice.description,
        "state": invoice.state.value,
        "version": invoice.version,
        "payment": invoice.payment,
        "created_at": to_micros(invoice.created_at),
        "expires_at": to_micros(invoice.expires_at),
        "changed_at": to_micros(changed_at(invoice)),
        "paid_at": None if invoice.paid_at is None else to_micros(invoice.paid_at),
        "interface": invoice.interface,
        "content": _EMPTY if not invoice.content else json.dumps(invoice.content),
        "capture": invoice.capture.value,
        "is_test": int(invoice.is_test),
    }


def _invoice(row: Row) -> Invoice:
    paid_at = row["paid_at"]
    return Invoice(
        id=row["id"],
        merchant=row["merchant"],
        merchant_name=row["merchant_name"],
        reference=row["reference"],
        phone=row["phone"],
        amount=Money(row["amount"], CURRENCIES[row["currency"]]),
        description=row["description"],
        created_at=from_micros(row["created_at"]),
        expires_at=from_micros(row["expires_at"]),
        state=InvoiceState(row["state"]),
        version=row["version"],
        refunded_minor=row["refunded"],
        payment=row["payment"],
        paid_at=None if paid_at is None else from_micros(paid_at),
        changed_at=from_micros(row["changed_at"]),
        interface=row["interface"],
        content={} if row["content"] == _EMPTY else json.loads(row["content"]),
        capture=Capture(row["capture"]),
        is_test=bool(row["is_test"]),
    )
