"""First answers: `services.answers.Answers`."""

from datetime import datetime

from services.answers import Answer, Request
from services.clock import to_micros
from storage.rows import Connection

_FIND = "SELECT fingerprint, status, body FROM answers WHERE scope = :scope AND key = :key"
_ADD = """
    INSERT INTO answers (scope, key, fingerprint, status, body, at)
    VALUES (:scope, :key, :fingerprint, :status, :body, :at)
"""


class AnswerTable:
    """The table `answers`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, scope: str, key: str) -> tuple[bytes, Answer] | None:
        row = self._connection.execute(_FIND, {"scope": scope, "key": key}).fetchone()
        return None if row is None else (row[0], Answer(row[1], row[2]))

    def add(self, request: Request, answer: Answer, at: datetime) -> None:
        self._connection.execute(
            _ADD,
            {
                "scope": request.scope,
                "key": request.key,
                "fingerprint": request.fingerprint,
                "status": answer.status,
                "body": answer.body,
                "at": to_micros(at),
            },
        )
