"""Top-ups: `services.topups.StoredTopUps`."""

from datetime import datetime

from services.clock import from_micros, to_micros
from services.money import CURRENCIES, Money
from services.topups import TopUp, TopUpState
from storage.rows import Connection, Row

_ADD = """
    INSERT INTO topups
        (id, terminal, receipt, phone, holder, currency, amount, state, announced_at,
         received_at, credited_at)
    VALUES
        (:id, :terminal, :receipt, :phone, :holder, :currency, :amount, :state, :announced_at,
         :received_at, :credited_at)
"""
_SELECT = """
    SELECT topups.*, terminals.name AS terminal_name
    FROM topups JOIN terminals ON terminals.id = terminal
"""
_WITH_RECEIPT = f"{_SELECT} WHERE terminal = :terminal AND receipt = :receipt /* lock topups */"
_FIND = f"{_SELECT} WHERE topups.id = :id /* lock topups */"
_FOR_PHONE = f"""
    {_SELECT} WHERE phone = :phone AND (CAST(:receipt AS TEXT) IS NULL OR receipt = :receipt)
    ORDER BY topups.id DESC LIMIT :limit
"""
_CHANGE = """
    UPDATE topups SET state = :state, phone = :phone, holder = :holder, amount = :amount,
        received_at = :received_at, credited_at = :credited_at
    WHERE id = :id AND state = :was RETURNING id
"""


class TopUpTable:
    """The table `topups`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, topup: TopUp) -> None:
        self._connection.execute(_ADD, _values(topup))

    def with_receipt(self, terminal: str, receipt: str) -> TopUp | None:
        values = {"terminal": terminal, "receipt": receipt}
        row = self._connection.execute(_WITH_RECEIPT, values).fetchone()
        return None if row is None else _topup(row)

    def find(self, topup_id: str) -> TopUp | None:
        row = self._connection.execute(_FIND, {"id": topup_id}).fetchone()
        return None if row is None else _topup(row)

    def for_phone(self, phone: str, receipt: str | None, limit: int) -> list[TopUp]:
        values = {"phone": phone, "receipt": receipt, "limit": limit}
        return [_topup(row) for row in self._connection.execute(_FOR_PHONE, values)]

    def change(self, topup: TopUp, *, was: TopUpState) -> bool:
        values = _values(topup) | {"was": was.value}
        return self._connection.execute(_CHANGE, values).fetchone() is not None


def _values(topup: TopUp) -> dict[str, str | int | None]:
    return {
        "id": topup.id,
        "terminal": topup.terminal,
        "receipt": topup.receipt,
        "phone": topup.phone,
        "holder": topup.holder,
        "currency": topup.amount.currency.code,
        "amount": topup.amount.minor,
        "state": topup.state.value,
        "announced_at": to_micros(topup.announced_at),
        "received_at": None if topup.received_at is None else to_micros(topup.received_at),
        "credited_at": None if topup.credited_at is None else to_micros(topup.credited_at),
    }


def _topup(row: Row) -> TopUp:
    return TopUp(
        id=row["id"],
        terminal=row["terminal"],
        terminal_name=row["terminal_name"],
        receipt=row["receipt"],
        phone=row["phone"],
        holder=row["holder"],
        amount=Money(row["amount"], CURRENCIES[row["currency"]]),
        state=TopUpState(row["state"]),
        announced_at=from_micros(row["announced_at"]),
        received_at=_time(row["received_at"]),
        credited_at=_time(row["credited_at"]),
    )


def _time(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)
