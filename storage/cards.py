"""Cards and their reveals: `StoredCards` and `StoredReveals`."""

from datetime import datetime

from services.card_details import Reveal
from services.card_rules import OPEN_STATES, Card, CardKind, CardState, Limits
from services.clock import from_micros, to_micros
from services.money import CURRENCIES
from storage.rows import Connection, Row

_ADD = """
    INSERT INTO cards
        (id, holder, kind, state, version, number, number_index, last_four, expires,
         code_counter, currency, limit_payment, limit_day, limit_month, replaces, created_at)
    VALUES
        (:id, :holder, :kind, :state, :version, :number, :number_index, :last_four, :expires,
         :code_counter, :currency, :limit_payment, :limit_day, :limit_month, :replaces,
         :created_at)
"""
_FIND = "SELECT * FROM cards WHERE id = :value /* lock cards */"
_WITH_INDEX = "SELECT * FROM cards WHERE number_index = :value /* lock cards */"
_OF_HOLDER = """
    SELECT * FROM cards WHERE holder = :value AND state IN ('active', 'frozen') ORDER BY id
    /* lock cards */
"""
_CHANGE = """
    UPDATE cards SET state = :state, version = :was + 1, limit_payment = :limit_payment,
        limit_day = :limit_day, limit_month = :limit_month,
        number = CASE WHEN :is_open THEN number END,
        number_index = CASE WHEN :is_open THEN number_index END
    WHERE id = :id AND version = :was RETURNING id
"""
_NUMBER = "SELECT number FROM cards WHERE id = :id"
_SPENT = """
    SELECT CAST(coalesce(sum(spent), 0) AS BIGINT) FROM (
        SELECT coalesce(given, amount) AS spent FROM payments
        WHERE card = :card AND created_at >= :since AND state <> 'failed'
        UNION ALL
        SELECT given FROM provider_payments
        WHERE card = :card AND created_at >= :since AND state <> 'failed'
    ) AS one
"""
_ADD_REVEAL = """
    INSERT INTO reveals (id, card, holder, key, sent_at, expires_at)
    VALUES (:id, :card, :holder, :key, :sent_at, :expires_at)
"""
_REVEALS = """
    SELECT * FROM reveals WHERE card = :card AND sent_at > :at ORDER BY sent_at, id
    /* lock reveals */
"""
_FIND_REVEAL = "SELECT * FROM reveals WHERE id = :value /* lock reveals */"
_REVEAL_WITH_KEY = "SELECT * FROM reveals WHERE key = :value /* lock reveals */"
_SEE = "UPDATE reveals SET seen_at = :at WHERE id = :id AND seen_at IS NULL RETURNING id"


class CardTable:
    """The table `cards`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, card: Card, *, number: bytes, index: bytes) -> None:
        self._connection.execute(_ADD, _values(card) | {"number": number, "number_index": index})

    def find(self, card_id: str) -> Card | None:
        return self._one(_FIND, card_id)

    def with_index(self, index: bytes) -> Card | None:
        return self._one(_WITH_INDEX, index)

    def of_holder(self, holder: str) -> list[Card]:
        rows = self._connection.execute(_OF_HOLDER, {"value": holder})
        return [_card(row) for row in rows]

    def change(self, card: Card, *, was: int) -> bool:
        values = _values(card) | {"was": was, "is_open": card.state in OPEN_STATES}
        return self._connection.execute(_CHANGE, values).fetchone() is not None

    def number(self, card_id: str) -> bytes | None:
        row = self._connection.execute(_NUMBER, {"id": card_id}).fetchone()
        sealed: bytes | None = None if row is None else row[0]
        return sealed

    def spent(self, card_id: str, since: datetime) -> int:
        values = {"card": card_id, "since": to_micros(since)}
        minor: int = self._connection.execute(_SPENT, values).fetchone()[0]
        return minor

    def _one(self, query: str, value: str | bytes) -> Card | None:
        row = self._connection.execute(query, {"value": value}).fetchone()
        return None if row is None else _card(row)


class RevealTable:
    """The table `reveals`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, reveal: Reveal) -> None:
        self._connection.execute(
            _ADD_REVEAL,
            {
                "id": reveal.id,
                "card": reveal.card,
                "holder": reveal.holder,
                "key": reveal.key,
                "sent_at": to_micros(reveal.sent_at),
                "expires_at": to_micros(reveal.expires_at),
            },
        )

    def since(self, card_id: str, at: datetime) -> list[Reveal]:
        values = {"card": card_id, "at": to_micros(at)}
        return [_reveal(row) for row in self._connection.execute(_REVEALS, values)]

    def find(self, reveal_id: str) -> Reveal | None:
        return self._one(_FIND_REVEAL, reveal_id)

    def with_key(self, key: str) -> Reveal | None:
        return self._one(_REVEAL_WITH_KEY, key)

    def see(self, reveal_id: str, at: datetime) -> bool:
        values = {"id": reveal_id, "at": to_micros(at)}
        return self._connection.execute(_SEE, values).fetchone() is not None

    def _one(self, query: str, value: str) -> Reveal | None:
        row = self._connection.execute(query, {"value": value}).fetchone()
        return None if row is None else _reveal(row)


def _values(card: Card) -> dict[str, str | int | bytes | bool | None]:
    return {
        "id": card.id,
        "holder": card.holder,
        "kind": card.kind.value,
        "state": card.state.value,
        "version": card.version,
        "last_four": card.last_four,
        "expires": card.expires,
        "code_counter": card.code_counter,
        "currency": card.currency.code,
        "limit_payment": card.limits.payment,
        "limit_day": card.limits.day,
        "limit_month": card.limits.month,
        "replaces": card.replaces,
        "created_at": to_micros(card.created_at),
    }


def _card(row: Row) -> Card:
    return Card(
        id=row["id"],
        holder=row["holder"],
        kind=CardKind(row["kind"]),
        last_four=row["last_four"],
        expires=row["expires"],
        currency=CURRENCIES[row["currency"]],
        created_at=from_micros(row["created_at"]),
        state=CardState(row["state"]),
        version=row["version"],
        limits=Limits(row["limit_payment"], row["limit_day"], row["limit_month"]),
        code_counter=row["code_counter"],
        replaces=row["replaces"],
    )


def _reveal(row: Row) -> Reveal:
    seen_at = row["seen_at"]
    return Reveal(
        id=row["id"],
        card=row["card"],
        holder=row["holder"],
        key=row["key"],
        sent_at=from_micros(row["sent_at"]),
        expires_at=from_micros(row["expires_at"]),
        seen_at=None if seen_at is None else from_micros(seen_at),
    )
