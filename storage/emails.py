"""E-mail addresses: `services.emails.StoredEmails`."""

from datetime import datetime

from services.clock import from_micros, to_micros
from services.emails import Email, EmailState
from storage.rows import Connection, Row

_ADD = """
    INSERT INTO emails (id, holder, key, digest, state, address, mailbox, asked_at, expires_at)
    VALUES (:id, :holder, :key, :digest, :state, :address, :mailbox, :asked_at, :expires_at)
"""
_FIND = "SELECT * FROM emails WHERE id = :value"
_WITH_DIGEST = "SELECT * FROM emails WHERE digest = :value"
_WITH_KEY = "SELECT * FROM emails WHERE key = :value"
_CONFIRMED_WITH = "SELECT * FROM emails WHERE mailbox = :value AND state = 'confirmed'"
_OPEN_OF = """
    SELECT * FROM emails
    WHERE holder = :value AND state IN ('awaiting', 'confirmed') ORDER BY id
"""
# The index is of both states, and SQLite takes it only where both are named.
_HAS_PROVED = """
    SELECT 1 FROM emails
    WHERE holder = :value AND state IN ('awaiting', 'confirmed') AND state = 'confirmed'
"""
_OVERDUE = """
    SELECT * FROM emails WHERE state = 'awaiting' AND expires_at <= :at
    ORDER BY expires_at, id LIMIT :limit /* lock emails */
"""
_CHANGE = """
    UPDATE emails SET state = :state, address = :address, mailbox = :mailbox,
        confirmed_at = :confirmed_at
    WHERE id = :id
"""


class EmailTable:
    """The table `emails`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, email: Email) -> None:
        self._connection.execute(_ADD, _values(email))

    def find(self, email_id: str) -> Email | None:
        return self._one(_FIND, email_id)

    def with_digest(self, digest: bytes) -> Email | None:
        return self._one(_WITH_DIGEST, digest)

    def with_key(self, key: str) -> Email | None:
        return self._one(_WITH_KEY, key)

    def confirmed_with(self, index: bytes) -> Email | None:
        return self._one(_CONFIRMED_WITH, index)

    def open_of(self, holder: str) -> list[Email]:
        return [_email(row) for row in self._connection.execute(_OPEN_OF, {"value": holder})]

    def has_proved(self, holder: str) -> bool:
        return self._connection.execute(_HAS_PROVED, {"value": holder}).fetchone() is not None

    def overdue(self, at: datetime, limit: int) -> list[Email]:
        values = {"at": to_micros(at), "limit": limit}
        return [_email(row) for row in self._connection.execute(_OVERDUE, values)]

    def change(self, email: Email) -> None:
        self._connection.execute(_CHANGE, _values(email))

    def _one(self, query: str, value: str | bytes) -> Email | None:
        row = self._connection.execute(query, {"value": value}).fetchone()
        return None if row is None else _email(row)


def _values(email: Email) -> dict[str, str | int | bytes | None]:
    confirmed_at = email.confirmed_at
    return {
        "id": email.id,
        "holder": email.holder,
        "key": email.key,
        "digest": email.digest,
        "state": email.state.value,
        "address": email.address,
        "mailbox": email.index,
        "asked_at": to_micros(email.asked_at),
        "expires_at": to_micros(email.expires_at),
        "confirmed_at": None if confirmed_at is None else to_micros(confirmed_at),
    }


def _email(row: Row) -> Email:
    confirmed_at = row["confirmed_at"]
    return Email(
        id=row["id"],
        holder=row["holder"],
        key=row["key"],
        digest=row["digest"],
        asked_at=from_micros(row["asked_at"]),
        expires_at=from_micros(row["expires_at"]),
        state=EmailState(row["state"]),
        address=row["address"],
        index=row["mailbox"],
        confirmed_at=None if confirmed_at is None else from_micros(confirmed_at),
    )
