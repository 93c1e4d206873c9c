"""Offers: `services.offers.Offers`."""

import json

from services.clock import from_micros, to_micros
from services.due import encode
from services.offers import Offer, OfferState
from storage.rows import Connection, Row

_ADD = """
    INSERT INTO offers
        (id, holder, key, kind, subject, content, state, code_id, created_at, expires_at)
    VALUES
        (:id, :holder, :key, :kind, :subject, :content, :state, :code_id, :created_at,
         :expires_at)
"""
_FIND = "SELECT * FROM offers WHERE id = :value /* lock offers */"
_WITH_KEY = "SELECT * FROM offers WHERE key = :value /* lock offers */"
_OF_SUBJECT = """
    SELECT * FROM offers
    WHERE subject = :value AND state IN ('open', 'confirmed') ORDER BY id /* lock offers */
"""
_CHANGE = """
    UPDATE offers SET state = :state, code_id = :code_id
    WHERE id = :id AND state = :was RETURNING id
"""


class OfferTable:
    """The table `offers`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, offer: Offer) -> None:
        self._connection.execute(
            _ADD,
            {
                "id": offer.id,
                "holder": offer.holder,
                "key": offer.key,
                "kind": offer.kind,
                "subject": offer.subject,
                "content": encode(offer.content),
                "state": offer.state.value,
                "code_id": offer.code_id,
                "created_at": to_micros(offer.created_at),
                "expires_at": to_micros(offer.expires_at),
            },
        )

    def find(self, offer_id: str) -> Offer | None:
        return self._one(_FIND, offer_id)

    def with_key(self, key: str) -> Offer | None:
        return self._one(_WITH_KEY, key)

    def of_subject(self, subject: str) -> list[Offer]:
        rows = self._connection.execute(_OF_SUBJECT, {"value": subject})
        return [_offer(row) for row in rows]

    def change(self, offer: Offer, *, was: OfferState) -> bool:
        values = {
            "id": offer.id,
            "state": offer.state.value,
            "code_id": offer.code_id,
            "was": was.value,
        }
        return self._connection.execute(_CHANGE, values).fetchone() is not None

    def _one(self, query: str, value: str) -> Offer | None:
        row = self._connection.execute(query, {"value": value}).fetchone()
        return None if row is None else _offer(row)


def _offer(row: Row) -> Offer:
    return Offer(
        id=row["id"],
        holder=row["holder"],
        key=row["key"],
        kind=row["kind"],
        subject=row["subject"],
        content=json.loads(row["content"]),
        created_at=from_micros(row["created_at"]),
        expires_at=from_micros(row["expires_at"]),
        state=OfferState(row["state"]),
        code_id=row["code_id"],
    )
