"""Merchants' people: `services.merchant_people.StoredMerchantPeople`."""

from services.clock import from_micros, to_micros
from services.merchant_people import MerchantPerson, Role
from storage.rows import Connection, Row

_PUT = """
    INSERT INTO merchant_people (merchant, telegram_id, role, added_at)
    VALUES (:merchant, :telegram_id, :role, :added_at)
    ON CONFLICT (merchant, telegram_id) DO UPDATE SET role = excluded.role
"""
_FIND = """
    SELECT * FROM merchant_people WHERE merchant = :merchant AND telegram_id = :telegram_id
"""
_OF_MERCHANT = """
    SELECT * FROM merchant_people WHERE merchant = :merchant ORDER BY added_at, telegram_id
"""
_OF_PERSON = """
    SELECT * FROM merchant_people WHERE telegram_id = :telegram_id ORDER BY merchant
"""
_REMOVE = """
    DELETE FROM merchant_people WHERE merchant = :merchant AND telegram_id = :telegram_id
    RETURNING telegram_id
"""


class MerchantPeopleTable:
    """The table `merchant_people`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, person: MerchantPerson) -> None:
        values = {
            "merchant": person.merchant,
            "telegram_id": person.telegram_id,
            "role": person.role.value,
            "added_at": to_micros(person.added_at),
        }
        self._connection.execute(_PUT, values)

    def find(self, merchant: str, telegram_id: int) -> MerchantPerson | None:
        values = {"merchant": merchant, "telegram_id": telegram_id}
        row = self._connection.execute(_FIND, values).fetchone()
        return None if row is None else _person(row)

    def of_merchant(self, merchant: str) -> list[MerchantPerson]:
        rows = self._connection.execute(_OF_MERCHANT, {"merchant": merchant})
        return [_person(row) for row in rows]

    def of_person(self, telegram_id: int) -> list[MerchantPerson]:
        rows = self._connection.execute(_OF_PERSON, {"telegram_id": telegram_id})
        return [_person(row) for row in rows]

    def remove(self, merchant: str, telegram_id: int) -> bool:
        values = {"merchant": merchant, "telegram_id": telegram_id}
        return self._connection.execute(_REMOVE, values).fetchone() is not None


def _person(row: Row) -> MerchantPerson:
    return MerchantPerson(
        merchant=row["merchant"],
        telegram_id=row["telegram_id"],
        role=Role(row["role"]),
        added_at=from_micros(row["added_at"]),
    )
