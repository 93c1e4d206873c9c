"""Cash payments and their numbers: `services.cash_payments.StoredCashPayments`."""

from services.cash_payments import CashPayment
from services.clock import from_micros, to_micros
from services.money import CURRENCIES, Money
from storage.rows import Connection

_NUMBER_OF = "SELECT number FROM cash_numbers WHERE invoice = :invoice ORDER BY number LIMIT 1"
_INVOICE_OF = "SELECT invoice FROM cash_numbers WHERE number = :number"
_GIVE_NUMBER = """
    INSERT INTO cash_numbers (number, invoice) VALUES (:number, :invoice)
    ON CONFLICT (number) DO NOTHING RETURNING number
"""
_ADD = """
    INSERT INTO cash_payments
        (id, terminal, receipt, invoice, merchant, currency, amount, received_at)
    VALUES
        (:id, :terminal, :receipt, :invoice, :merchant, :currency, :amount, :received_at)
"""
_WITH_RECEIPT = "SELECT * FROM cash_payments WHERE terminal = :terminal AND receipt = :receipt"


class CashPaymentTables:
    """The tables `cash_payments` and `cash_numbers`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def number_of(self, invoice_id: str) -> str | None:
        row = self._connection.execute(_NUMBER_OF, {"invoice": invoice_id}).fetchone()
        return None if row is None else row["number"]

    def invoice_of(self, number: str) -> str | None:
        row = self._connection.execute(_INVOICE_OF, {"number": number}).fetchone()
        return None if row is None else row["invoice"]

    def give_number(self, number: str, invoice_id: str) -> bool:
        values = {"number": number, "invoice": invoice_id}
        return self._connection.execute(_GIVE_NUMBER, values).fetchone() is not None

    def add(self, payment: CashPayment) -> None:
        self._connection.execute(
            _ADD,
            {
                "id": payment.id,
                "terminal": payment.terminal,
                "receipt": payment.receipt,
                "invoice": payment.invoice,
                "merchant": payment.merchant,
                "currency": payment.amount.currency.code,
                "amount": payment.amount.minor,
                "received_at": to_micros(payment.received_at),
            },
        )

    def with_receipt(self, terminal: str, receipt: str) -> CashPayment | None:
        values = {"terminal": terminal, "receipt": receipt}
        row = self._connection.execute(_WITH_RECEIPT, values).fetchone()
        if row is None:
            return None
        return CashPayment(
            id=row["id"],
            terminal=row["terminal"],
            receipt=row["receipt"],
            invoice=row["invoice"],
            merchant=row["merchant"],
            amount=Money(row["amount"], CURRENCIES[row["currency"]]),
            received_at=from_micros(row["received_at"]),
        )
