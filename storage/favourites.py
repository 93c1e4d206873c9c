"""Favourites: `services.favourites.StoredFavourites`."""

import json

from services.clock import from_micros, to_micros
from services.due import encode
from services.favourites import Favourite
from storage.rows import Connection, Row

_ADD = """
    INSERT INTO favourites
        (id, holder, provider, account, fields, name, created_at, used_at)
    VALUES
        (:id, :holder, :provider, :account, :fields, :name, :created_at, :used_at)
"""
_FIND = """
    SELECT * FROM favourites WHERE holder = :holder AND id = :id /* lock favourites */
"""
_OF_ACCOUNT = """
    SELECT * FROM favourites
    WHERE holder = :holder AND provider = :provider AND account = :account
    /* lock favourites */
"""
_OF_HOLDER = """
    SELECT * FROM favourites WHERE holder = :holder ORDER BY used_at DESC, id DESC
"""
_CHANGE = """
    UPDATE favourites SET fields = :fields, name = :name, used_at = :used_at
    WHERE holder = :holder AND id = :id RETURNING id
"""
_REMOVE = "DELETE FROM favourites WHERE holder = :holder AND id = :id RETURNING id"


class FavouriteTable:
    """The table `favourites`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, favourite: Favourite) -> None:
        self._connection.execute(_ADD, _values(favourite))

    def find(self, holder: str, favourite_id: str) -> Favourite | None:
        return self._one(_FIND, {"holder": holder, "id": favourite_id})

    def of_account(self, holder: str, provider: str, account: str) -> Favourite | None:
        values = {"holder": holder, "provider": provider, "account": account}
        return self._one(_OF_ACCOUNT, values)

    def of_holder(self, holder: str) -> list[Favourite]:
        rows = self._connection.execute(_OF_HOLDER, {"holder": holder})
        return [_favourite(row) for row in rows]

    def change(self, favourite: Favourite) -> bool:
        changed = self._connection.execute(_CHANGE, _values(favourite)).fetchone()
        return changed is not None

    def remove(self, holder: str, favourite_id: str) -> bool:
        values = {"holder": holder, "id": favourite_id}
        return self._connection.execute(_REMOVE, values).fetchone() is not None

    def _one(self, query: str, values: dict[str, str]) -> Favourite | None:
        row = self._connection.execute(query, values).fetchone()
        return None if row is None else _favourite(row)


def _values(favourite: Favourite) -> dict[str, str | int]:
    return {
        "id": favourite.id,
        "holder": favourite.holder,
        "provider": favourite.provider,
        "account": favourite.account,
        "fields": encode(favourite.fields),
        "name": favourite.name,
        "created_at": to_micros(favourite.created_at),
        "used_at": to_micros(favourite.used_at),
    }


def _favourite(row: Row) -> Favourite:
    return Favourite(
        id=row["id"],
        holder=row["holder"],
        provider=row["provider"],
        account=row["account"],
        fields=json.loads(row["fields"]),
        name=row["name"],
        created_at=from_micros(row["created_at"]),
        used_at=from_micros(row["used_at"]),
    )
