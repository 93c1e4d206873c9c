"""Schedules and the times they fall due: `services.schedule_life.StoredSchedules`."""

import json
from datetime import date

from services.clock import from_micros, to_micros
from services.due import encode
from services.money import CURRENCIES, Money
from services.schedule_life import Occurrence, OccurrenceState, Schedule, ScheduleState, Wish
from storage.rows import Connection, Row

_ADD = """
    INSERT INTO schedules (holder, id, content, state, version, created_at)
    VALUES (:holder, :id, :content, :state, :version, :created_at)
"""
_FIND = "SELECT * FROM schedules WHERE holder = :holder AND id = :id /* lock schedules */"
_OF_HOLDER = "SELECT * FROM schedules WHERE holder = :holder AND state <> 'ended' ORDER BY id"
_CHANGE = """
    UPDATE schedules SET content = :content, state = :state, version = :version
    WHERE holder = :holder AND id = :id
"""
_OCCURRENCE = "SELECT * FROM schedule_occurrences WHERE holder = :holder AND id = :id"
_OCCURRENCES = """
    SELECT * FROM schedule_occurrences WHERE holder = :holder AND schedule = :schedule
    ORDER BY due_at DESC LIMIT :limit
"""
_PUT = """
    INSERT INTO schedule_occurrences
        (holder, id, schedule, period, due_on, due_at, state, attempt, tries, turn, next_at,
         cost, cost_currency, reason, changed_at)
    VALUES
        (:holder, :id, :schedule, :period, :due_on, :due_at, :state, :attempt, :tries, :turn,
         :next_at, :cost, :cost_currency, :reason, :changed_at)
    ON CONFLICT (holder, id) DO UPDATE SET
        due_on = excluded.due_on, due_at = excluded.due_at, state = excluded.state,
        attempt = excluded.attempt, tries = excluded.tries, turn = excluded.turn,
        next_at = excluded.next_at, cost = excluded.cost,
        cost_currency = excluded.cost_currency, reason = excluded.reason,
        changed_at = excluded.changed_at
"""


class ScheduleTables:
    """The tables `schedules` and `schedule_occurrences`.

    Whoever changes a schedule or what it fell due for has read the schedule before, and so
    is the only one who does.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, schedule: Schedule) -> None:
        self._connection.execute(_ADD, _values(schedule))

    def find(self, holder: str, schedule_id: str) -> Schedule | None:
        values = {"holder": holder, "id": schedule_id}
        row = self._connection.execute(_FIND, values).fetchone()
        return None if row is None else _schedule(row)

    def of_holder(self, holder: str) -> list[Schedule]:
        rows = self._connection.execute(_OF_HOLDER, {"holder": holder})
        return [_schedule(row) for row in rows]

    def change(self, schedule: Schedule) -> None:
        self._connection.execute(_CHANGE, _values(schedule))

    def occurrence(self, holder: str, occurrence_id: str) -> Occurrence | None:
        values = {"holder": holder, "id": occurrence_id}
        row = self._connection.execute(_OCCURRENCE, values).fetchone()
        return None if row is None else _occurrence(row)

    def occurrences(self, holder: str, schedule_id: str, *, limit: int) -> list[Occurrence]:
        values = {"holder": holder, "schedule": schedule_id, "limit": limit}
        return [_occurrence(row) for row in self._connection.execute(_OCCURRENCES, values)]

    def put(self, occurrence: Occurrence) -> None:
        cost = occurrence.cost
        self._connection.execute(
            _PUT,
            {
                "holder": occurrence.holder,
                "id": occurrence.id,
                "schedule": occurrence.schedule,
                "period": occurrence.period,
                "due_on": occurrence.on.isoformat(),
                "due_at": to_micros(occurrence.at),
                "state": occurrence.state.value,
                "attempt": occurrence.attempt,
                "tries": occurrence.tries,
                "turn": occurrence.turn,
                "next_at": None if occurrence.next_at is None else to_micros(occurrence.next_at),
                "cost": None if cost is None else cost.minor,
                "cost_currency": None if cost is None else cost.currency.code,
                "reason": occurrence.reason,
                "changed_at": to_micros(occurrence.changed_at),
            },
        )


def _values(schedule: Schedule) -> dict[str, str | int]:
    return {
        "holder": schedule.holder,
        "id": schedule.id,
        "content": encode(schedule.wish.content()),
        "state": schedule.state.value,
        "version": schedule.version,
        "created_at": to_micros(schedule.created_at),
    }


def _schedule(row: Row) -> Schedule:
    return Schedule(
        id=row["id"],
        holder=row["holder"],
        wish=Wish.from_content(json.loads(row["content"])),
        created_at=from_micros(row["created_at"]),
        state=ScheduleState(row["state"]),
        version=row["version"],
    )


def _occurrence(row: Row) -> Occurrence:
    next_at, cost = row["next_at"], row["cost"]
    return Occurrence(
        id=row["id"],
        holder=row["holder"],
        schedule=row["schedule"],
        period=row["period"],
        on=date.fromisoformat(row["due_on"]),
        at=from_micros(row["due_at"]),
        changed_at=from_micros(row["changed_at"]),
        state=OccurrenceState(row["state"]),
        attempt=row["attempt"],
        tries=row["tries"],
        turn=row["turn"],
        next_at=None if next_at is None else from_micros(next_at),
        cost=None if cost is None else Money(cost, CURRENCIES[row["cost_currency"]]),
        reason=row["reason"],
    )
