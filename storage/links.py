"""Links: `services.payment_links.StoredLinks`."""

from services.clock import from_micros, to_micros
from services.payment_links import Link, LinkState
from storage.rows import Connection, Row

_ADD = """
    INSERT INTO links
        (id, holder, merchant, source, invoice, state, created_at, used_at, ended_at)
    VALUES
        (:id, :holder, :merchant, :source, :invoice, :state, :created_at, :used_at, :ended_at)
"""
_SELECT = """
    SELECT links.*, merchants.name AS merchant_name
    FROM links JOIN merchants ON merchants.id = merchant
"""
_FIND = f"{_SELECT} WHERE links.id = :id /* lock links */"
_OF_INVOICE = f"{_SELECT} WHERE invoice = :invoice"
_OF_HOLDER = f"""
    {_SELECT} WHERE holder = :holder AND links.state = 'active' ORDER BY links.id DESC
"""
_OF_MERCHANT = f"""
    {_SELECT} WHERE merchant = :merchant AND links.id < :before
    ORDER BY links.id DESC LIMIT :limit
"""
_CHANGE = """
    UPDATE links SET state = :state, used_at = :used_at, ended_at = :ended_at WHERE id = :id
"""
_AFTER_ALL_IDS = "g"
"""Greater than any id, which is hexadecimal."""


class LinkTable:
    """The table `links`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, link: Link) -> None:
        self._connection.execute(_ADD, _values(link))

    def find(self, link_id: str) -> Link | None:
        return self._one(_FIND, {"id": link_id})

    def of_invoice(self, invoice_id: str) -> Link | None:
        return self._one(_OF_INVOICE, {"invoice": invoice_id})

    def of_holder(self, holder: str) -> list[Link]:
        return [_link(row) for row in self._connection.execute(_OF_HOLDER, {"holder": holder})]

    def of_merchant(self, merchant: str, *, before: str | None, limit: int) -> list[Link]:
        values = {"merchant": merchant, "before": before or _AFTER_ALL_IDS, "limit": limit}
        return [_link(row) for row in self._connection.execute(_OF_MERCHANT, values)]

    def change(self, link: Link) -> None:
        self._connection.execute(_CHANGE, _values(link))

    def _one(self, query: str, values: dict[str, str]) -> Link | None:
        row = self._connection.execute(query, values).fetchone()
        return None if row is None else _link(row)


def _values(link: Link) -> dict[str, str | int | None]:
    return {
        "id": link.id,
        "holder": link.holder,
        "merchant": link.merchant,
        "source": link.source,
        "invoice": link.invoice,
        "state": link.state.value,
        "created_at": to_micros(link.created_at),
        "used_at": None if link.used_at is None else to_micros(link.used_at),
        "ended_at": None if link.ended_at is None else to_micros(link.ended_at),
    }


def _link(row: Row) -> Link:
    used_at, ended_at = row["used_at"], row["ended_at"]
    return Link(
        id=row["id"],
        holder=row["holder"],
        merchant=row["merchant"],
        merchant_name=row["merchant_name"],
        source=row["source"],
        invoice=row["invoice"],
        created_at=from_micros(row["created_at"]),
        state=LinkState(row["state"]),
        used_at=None if used_at is None else from_micros(used_at),
        ended_at=None if ended_at is None else from_micros(ended_at),
    )
