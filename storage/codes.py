"""One-time codes: `services.codes.Codes`."""

from datetime import datetime

from services.clock import from_micros, to_micros
from services.codes import Code, CodeState
from storage.rows import Connection, Row

_ADD = """
    INSERT INTO codes
        (id, phone, purpose, subject, content, state, wrong, sent_at, expires_at)
    VALUES
        (:id, :phone, :purpose, :subject, :content, :state, :wrong, :sent_at, :expires_at)
"""
_FIND = "SELECT * FROM codes WHERE id = :id /* lock codes */"
_CHANGE = "UPDATE codes SET state = :state, wrong = :wrong WHERE id = :id"
_SINCE = """
    SELECT * FROM codes WHERE phone = :phone AND sent_at > :at ORDER BY sent_at, id
    /* lock codes */
"""


class CodeTable:
    """The table `codes`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, code: Code) -> None:
        self._connection.execute(
            _ADD,
            {
                "id": code.id,
                "phone": code.phone,
                "purpose": code.purpose,
                "subject": code.subject,
                "content": code.content,
                "state": code.state.value,
                "wrong": code.wrong,
                "sent_at": to_micros(code.sent_at),
                "expires_at": to_micros(code.expires_at),
            },
        )

    def find(self, code_id: str) -> Code | None:
        row = self._connection.execute(_FIND, {"id": code_id}).fetchone()
        return None if row is None else _code(row)

    def change(self, code_id: str, *, state: CodeState, wrong: int) -> None:
        values = {"id": code_id, "state": state.value, "wrong": wrong}
        self._connection.execute(_CHANGE, values)

    def since(self, phone: str, at: datetime) -> list[Code]:
        values = {"phone": phone, "at": to_micros(at)}
        return [_code(row) for row in self._connection.execute(_SINCE, values)]


def _code(row: Row) -> Code:
    return Code(
        id=row["id"],
        phone=row["phone"],
        purpose=row["purpose"],
        subject=row["subject"],
        content=row["content"],
        sent_at=from_micros(row["sent_at"]),
        expires_at=from_micros(row["expires_at"]),
        state=CodeState(row["state"]),
        wrong=row["wrong"],
    )
