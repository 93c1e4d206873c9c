"""Steps and operations: `services.history.Steps` and `Operations`."""

from typing import Any

from services.clock import from_micros, to_micros
from services.history import Operation, Step, Wanted
from services.money import CURRENCIES, Money
from storage.rows import Connection, Row

_ADD = """
    INSERT INTO history (subject, step, event, state, actor, reason, at)
    SELECT :subject, coalesce(max(step), 0) + 1, :event, :state, :actor, :reason, :at
    FROM history WHERE subject = :subject
"""
_OF = "SELECT * FROM history WHERE subject = :subject ORDER BY step"
_PUT = """
    INSERT INTO operations
        (id, holder, kind, subject, currency, amount, state, title, note, search, at)
    VALUES
        (:id, :holder, :kind, :subject, :currency, :amount, :state, :title, :note, :search, :at)
    ON CONFLICT (holder, subject) DO UPDATE
    SET state = excluded.state, amount = excluded.amount, search = excluded.search
"""
_FIND = "SELECT * FROM operations WHERE id = :id AND holder = :holder"
_PAGE = """
    SELECT * FROM operations
    WHERE holder = :holder AND id < :before
      AND (CAST(:kind AS TEXT) IS NULL OR kind = :kind)
      AND (CAST(:currency AS TEXT) IS NULL OR currency = :currency)
      AND (CAST(:since AS BIGINT) IS NULL OR at >= :since)
      AND (CAST(:pattern AS TEXT) IS NULL OR search LIKE :pattern ESCAPE '!')
    ORDER BY id DESC LIMIT :limit
"""
_AFTER_ALL_IDS = "g"
"""Greater than any id, which is hexadecimal."""


class StepTable:
    """The table `history`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, subject: str, step: Step) -> None:
        self._connection.execute(
            _ADD,
            {
                "subject": subject,
                "event": step.event,
                "state": step.state,
                "actor": step.actor,
                "reason": step.reason,
                "at": to_micros(step.at),
            },
        )

    def of(self, subject: str) -> list[Step]:
        return [
            Step(row["event"], row["state"], row["actor"], from_micros(row["at"]), row["reason"])
            for row in self._connection.execute(_OF, {"subject": subject})
        ]


class OperationTable:
    """The table `operations`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, operation: Operation) -> None:
        self._connection.execute(
            _PUT,
            {
                "id": operation.id,
                "holder": operation.holder,
                "kind": operation.kind,
                "subject": operation.subject,
                "currency": operation.amount.currency.code,
                "amount": operation.amount.minor,
                "state": operation.state,
                "title": operation.title,
                "note": operation.note,
                "search": f"{operation.title}\n{operation.note}".casefold(),
                "at": to_micros(operation.at),
            },
        )

    def find(self, holder: str, operation_id: str) -> Operation | None:
        values = {"id": operation_id, "holder": holder}
        row = self._connection.execute(_FIND, values).fetchone()
        return None if row is None else _operation(row)

    def page(
        self, holder: str, wanted: Wanted, *, before: str | None, limit: int
    ) -> list[Operation]:
        values: dict[str, Any] = {
            "holder": holder,
            "before": before or _AFTER_ALL_IDS,
            "kind": wanted.kind,
            "currency": None if wanted.currency is None else wanted.currency.code,
            "since": None if wanted.since is None else to_micros(wanted.since),
            "pattern": None if wanted.text is None else _containing(wanted.text.casefold()),
            "limit": limit,
        }
        return [_operation(row) for row in self._connection.execute(_PAGE, values)]


def _containing(text: str) -> str:
    """A pattern for LIKE that finds *text* anywhere."""
    for special in "!%_":
        text = text.replace(special, f"!{special}")
    return f"%{text}%"


def _operation(row: Row) -> Operation:
    return Operation(
        id=row["id"],
        holder=row["holder"],
        kind=row["kind"],
        subject=row["subject"],
        amount=Money(row["amount"], CURRENCIES[row["currency"]]),
        state=row["state"],
        title=row["title"],
        note=row["note"],
        at=from_micros(row["at"]),
    )
