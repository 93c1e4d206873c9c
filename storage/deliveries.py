"""Attempts to tell merchants something: `services.deliveries.StoredDeliveries`."""

from datetime import datetime

from services.clock import from_micros, to_micros
from services.deliveries import Delivery, Outcome
from storage.rows import Connection, Row

_ADD = """
    INSERT INTO deliveries (id, merchant, work, kind, about, url, attempt, status, outcome,
        detail, answer, millis, at)
    VALUES (:id, :merchant, :work, :kind, :about, :url, :attempt, :status, :outcome,
        :detail, :answer, :millis, :at)
"""
_OF_MERCHANT = """
    SELECT * FROM deliveries WHERE merchant = :merchant AND id < :before
    ORDER BY id DESC LIMIT :limit
"""
_OF_WORK = """
    SELECT * FROM deliveries WHERE work = :work AND merchant = :merchant AND id < :before
    ORDER BY id DESC LIMIT :limit
"""
_FORGET = """
    DELETE FROM deliveries WHERE id IN (
        SELECT id FROM deliveries WHERE at < :before ORDER BY at LIMIT :limit
    ) RETURNING id
"""
_AFTER_ALL_IDS = "g"


class DeliveryTable:
    """The table `deliveries`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, delivery: Delivery) -> None:
        self._connection.execute(_ADD, _values(delivery))

    def of_merchant(
        self, merchant: str, *, work: str | None, before: str | None, limit: int
    ) -> list[Delivery]:
        values = {"merchant": merchant, "before": before or _AFTER_ALL_IDS, "limit": limit}
        if work is None:
            rows = self._connection.execute(_OF_MERCHANT, values)
        else:
            rows = self._connection.execute(_OF_WORK, values | {"work": work})
        return [_delivery(row) for row in rows]

    def forget(self, before: datetime, limit: int) -> int:
        values = {"before": to_micros(before), "limit": limit}
        return len(self._connection.execute(_FORGET, values).fetchall())


def _values(delivery: Delivery) -> dict[str, str | int | None]:
    return {
        "id": delivery.id,
        "merchant": delivery.merchant,
        "work": delivery.work,
        "kind": delivery.kind,
        "about": delivery.about,
        "url": delivery.url,
        "attempt": delivery.attempt,
        "status": delivery.status,
        "outcome": delivery.outcome.value,
        "detail": delivery.detail,
        "answer": delivery.answer,
        "millis": delivery.millis,
        "at": to_micros(delivery.at),
    }


def _delivery(row: Row) -> Delivery:
    return Delivery(
        id=row["id"],
        merchant=row["merchant"],
        work=row["work"],
        kind=row["kind"],
        about=row["about"],
        url=row["url"],
        attempt=row["attempt"],
        status=row["status"],
        outcome=Outcome(row["outcome"]),
        detail=row["detail"],
        answer=row["answer"],
        millis=row["millis"],
        at=from_micros(row["at"]),
    )
