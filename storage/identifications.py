"""Identifications: `services.identification_life.StoredIdentifications`."""

from datetime import datetime

from services.clock import from_micros, to_micros
from services.identification_life import Identification, IdentificationState
from storage.rows import Connection, Row

_ADD = """
    INSERT INTO identifications (id, holder, state, version, data, document, reason, created_at,
        submitted_at, decided_at, erase_at)
    VALUES (:id, :holder, :state, :version, :data, :document, :reason, :created_at,
        :submitted_at, :decided_at, :erase_at)
"""
_FIND = "SELECT * FROM identifications WHERE id = :value"
_OF_HOLDER = "SELECT * FROM identifications WHERE holder = :value AND state <> 'withdrawn'"
_SUBMITTED = """
    SELECT * FROM identifications WHERE state = 'submitted' ORDER BY submitted_at, id LIMIT :limit
"""
_HAS_PROVED = "SELECT 1 FROM identifications WHERE holder = :value AND state = 'approved'"
_KEPT_UNTIL = "SELECT max(erase_at) FROM identifications WHERE holder = :value"
_TWINS = """
    SELECT count(DISTINCT holder) FROM identifications
    WHERE document = :document AND holder <> :holder
"""
_HAS_SPENT_SINCE = "SELECT 1 FROM operations WHERE holder = :holder AND at >= :at LIMIT 1"
_CHANGE = """
    UPDATE identifications SET state = :state, version = :version, data = :data,
        document = :document, reason = :reason, submitted_at = :submitted_at,
        decided_at = :decided_at, erase_at = :erase_at
    WHERE id = :id AND version = :was RETURNING id
"""


class IdentificationTable:
    """The table `identifications`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, identification: Identification) -> None:
        self._connection.execute(_ADD, _values(identification))

    def find(self, identification_id: str) -> Identification | None:
        return self._one(_FIND, identification_id)

    def of_holder(self, holder: str) -> Identification | None:
        return self._one(_OF_HOLDER, holder)

    def submitted(self, limit: int) -> list[Identification]:
        rows = self._connection.execute(_SUBMITTED, {"limit": limit})
        return [_identification(row) for row in rows]

    def has_proved(self, holder: str) -> bool:
        return self._connection.execute(_HAS_PROVED, {"value": holder}).fetchone() is not None

    def kept_until(self, holder: str) -> datetime | None:
        row = self._connection.execute(_KEPT_UNTIL, {"value": holder}).fetchone()
        return None if row[0] is None else from_micros(row[0])

    def twins(self, identification: Identification) -> int:
        values = {"document": identification.document_index, "holder": identification.holder}
        count: int = self._connection.execute(_TWINS, values).fetchone()[0]
        return count

    def has_spent_since(self, holder: str, at: datetime) -> bool:
        values = {"holder": holder, "at": to_micros(at)}
        return self._connection.execute(_HAS_SPENT_SINCE, values).fetchone() is not None

    def change(self, identification: Identification, *, was: int) -> bool:
        values = _values(identification) | {"was": was}
        return self._connection.execute(_CHANGE, values).fetchone() is not None

    def _one(self, query: str, value: str) -> Identification | None:
        row = self._connection.execute(query, {"value": value}).fetchone()
        return None if row is None else _identification(row)


def _values(identification: Identification) -> dict[str, str | int | bytes | None]:
    return {
        "id": identification.id,
        "holder": identification.holder,
        "state": identification.state.value,
        "version": identification.version,
        "data": identification.data,
        "document": identification.document_index,
        "reason": identification.reason,
        "created_at": to_micros(identification.created_at),
        "submitted_at": _micros(identification.submitted_at),
        "decided_at": _micros(identification.decided_at),
        "erase_at": _micros(identification.erase_at),
    }


def _micros(at: datetime | None) -> int | None:
    return None if at is None else to_micros(at)


def _moment(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)


def _identification(row: Row) -> Identification:
    return Identification(
        id=row["id"],
        holder=row["holder"],
        created_at=from_micros(row["created_at"]),
        state=IdentificationState(row["state"]),
        version=row["version"],
        data=row["data"],
        document_index=row["document"],
        reason=row["reason"],
        submitted_at=_moment(row["submitted_at"]),
        decided_at=_moment(row["decided_at"]),
        erase_at=_moment(row["erase_at"]),
    )
