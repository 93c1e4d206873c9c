"""Checkouts: `services.checkout_life.StoredCheckouts`."""

import json
from datetime import datetime

from services.checkout_life import Checkout, CheckoutState, Way
from services.clock import from_micros, to_micros
from services.due import encode
from storage.rows import Connection, Row

_ADD = """
    INSERT INTO checkouts
        (id, invoice, secret, way, holder, content, code_id, wrong, state, created_at, expires_at)
    VALUES
        (:id, :invoice, :secret, :way, :holder, :content, :code_id, :wrong, :state, :created_at,
         :expires_at)
"""
_FIND = "SELECT * FROM checkouts WHERE id = :id /* lock checkouts */"
_CHANGE = """
    UPDATE checkouts SET state = :state, code_id = :code_id, wrong = :wrong, content = :content
    WHERE id = :id
"""
_FORGET = """
    DELETE FROM checkouts WHERE id IN (
        SELECT id FROM checkouts WHERE expires_at < :before ORDER BY expires_at LIMIT :limit
    ) RETURNING id
"""
_FORGET_CODES = "DELETE FROM codes WHERE purpose = 'checkout' AND sent_at < :before"


class CheckoutTable:
    """The table `checkouts`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, checkout: Checkout) -> None:
        self._connection.execute(
            _ADD,
            {
                "id": checkout.id,
                "invoice": checkout.invoice,
                "secret": checkout.secret,
                "way": checkout.way.value,
                "holder": checkout.holder,
                "content": encode(checkout.content),
                "code_id": checkout.code_id,
                "wrong": checkout.wrong,
                "state": checkout.state.value,
                "created_at": to_micros(checkout.created_at),
                "expires_at": to_micros(checkout.expires_at),
            },
        )

    def find(self, checkout_id: str) -> Checkout | None:
        row = self._connection.execute(_FIND, {"id": checkout_id}).fetchone()
        return None if row is None else _checkout(row)

    def change(self, checkout: Checkout) -> None:
        values = {
            "id": checkout.id,
            "state": checkout.state.value,
            "code_id": checkout.code_id,
            "wrong": checkout.wrong,
            "content": encode(checkout.content),
        }
        self._connection.execute(_CHANGE, values)

    def forget(self, before: datetime, *, limit: int) -> int:
        values = {"before": to_micros(before), "limit": limit}
        self._connection.execute(_FORGET_CODES, {"before": to_micros(before)})
        return len(self._connection.execute(_FORGET, values).fetchall())


def _checkout(row: Row) -> Checkout:
    return Checkout(
        id=row["id"],
        invoice=row["invoice"],
        secret=row["secret"],
        way=Way(row["way"]),
        holder=row["holder"],
        content=json.loads(row["content"]),
        created_at=from_micros(row["created_at"]),
        expires_at=from_micros(row["expires_at"]),
        code_id=row["code_id"],
        wrong=row["wrong"],
        state=CheckoutState(row["state"]),
    )
