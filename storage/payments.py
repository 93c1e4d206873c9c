"""Payments: `services.payments.StoredPayments`."""

from datetime import datetime

from services.clock import from_micros, to_micros
from services.ledger import AccountId
from services.money import CURRENCIES, Money
from services.payments import Payment, PaymentState
from storage.rows import Connection, Row

_ADD = """
    INSERT INTO payments
        (id, holder, offer, invoice, merchant, account, card, currency, amount,
         given_currency, given, state, hold, created_at, settled_at, capture_until)
    VALUES
        (:id, :holder, :offer, :invoice, :merchant, :account, :card, :currency, :amount,
         :given_currency, :given, :state, :hold, :created_at, :settled_at, :capture_until)
"""
_FIND = "SELECT * FROM payments WHERE id = :value /* lock payments */"
_OF_OFFER = "SELECT * FROM payments WHERE offer = :value /* lock payments */"
_HELD_FOR = """
    SELECT * FROM payments WHERE invoice = :value AND state = 'held' ORDER BY id
    /* lock payments */
"""
_CHANGE = """
    UPDATE payments SET state = :state, amount = :amount, given = :given,
        settled_at = :settled_at, capture_until = :capture_until
    WHERE id = :id AND state = :was RETURNING id
"""


class PaymentTable:
    """The table `payments`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, payment: Payment) -> None:
        self._connection.execute(_ADD, _values(payment))

    def find(self, payment_id: str) -> Payment | None:
        return self._one(_FIND, payment_id)

    def of_offer(self, offer_id: str) -> Payment | None:
        return self._one(_OF_OFFER, offer_id)

    def held_for(self, invoice_id: str) -> list[Payment]:
        rows = self._connection.execute(_HELD_FOR, {"value": invoice_id})
        return [_payment(row) for row in rows]

    def change(self, payment: Payment, *, was: PaymentState) -> bool:
        values = _values(payment) | {"was": was.value}
        return self._connection.execute(_CHANGE, values).fetchone() is not None

    def _one(self, query: str, value: str) -> Payment | None:
        row = self._connection.execute(query, {"value": value}).fetchone()
        return None if row is None else _payment(row)


def _values(payment: Payment) -> dict[str, str | int | None]:
    return {
        "id": payment.id,
        "holder": payment.holder,
        "offer": payment.offer,
        "invoice": payment.invoice,
        "merchant": payment.merchant,
        "account": payment.account,
        "card": payment.card,
        "currency": payment.amount.currency.code,
        "amount": payment.amount.minor,
        "given_currency": payment.given.currency.code,
        "given": payment.given.minor,
        "state": payment.state.value,
        "hold": payment.hold,
        "created_at": to_micros(payment.created_at),
        "settled_at": _micros(payment.settled_at),
        "capture_until": _micros(payment.capture_until),
    }


def _payment(row: Row) -> Payment:
    amount = Money(row["amount"], CURRENCIES[row["currency"]])
    return Payment(
        id=row["id"],
        holder=row["holder"],
        offer=row["offer"],
        invoice=row["invoice"],
        merchant=row["merchant"],
        account=AccountId(row["account"]),
        card=row["card"],
        amount=amount,
        given=_given(row) or amount,
        created_at=from_micros(row["created_at"]),
        state=PaymentState(row["state"]),
        hold=row["hold"],
        settled_at=_moment(row["settled_at"]),
        capture_until=_moment(row["capture_until"]),
    )


def _micros(at: datetime | None) -> int | None:
    return None if at is None else to_micros(at)


def _moment(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)


def _given(row: Row) -> Money | None:
    """None in the rows of before exchange."""
    if row["given"] is None:
        return None
    return Money(row["given"], CURRENCIES[row["given_currency"]])
