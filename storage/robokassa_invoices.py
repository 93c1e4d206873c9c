"""What Robokassa's invoice service issued: `services.robokassa_invoices.StoredServiceInvoices`."""

import json
from datetime import datetime

from services.clock import from_micros, to_micros
from services.invoices import Capture
from services.money import CURRENCIES, Money
from services.robokassa_invoices import Kind, ServiceInvoice, ServicePage, Status, Wanted
from storage.rows import Connection, Row

_ADD = """
    INSERT INTO robokassa_invoices
        (id, merchant, kind, reference, currency, amount, description, comments, search, content,
         capture, created_at, expires_at)
    VALUES
        (:id, :merchant, :kind, :reference, :currency, :amount, :description, :comments, :search,
         :content, :capture, :created_at, :expires_at)
    ON CONFLICT (id) DO NOTHING
"""
# Both tables are spread by the id, so a shard has what it joins.
_SEEN = """
    SELECT robokassa_invoices.*, invoices.paid_at, CASE
        WHEN invoices.state IN ('paid', 'refunded_in_part', 'refunded') THEN 'paid'
        WHEN invoices.state = 'authorised' THEN 'notpaid'
        WHEN invoices.state IN ('rejected', 'expired') THEN 'expired'
        WHEN robokassa_invoices.ended_at IS NOT NULL THEN 'expired'
        WHEN robokassa_invoices.expires_at <= :at THEN 'expired'
        ELSE 'notpaid' END AS status
    FROM robokassa_invoices LEFT JOIN invoices ON invoices.id = robokassa_invoices.id
"""
_FIND = f"{_SEEN} WHERE robokassa_invoices.id = :id"
_WITH_REFERENCE = f"""
    {_SEEN}
    WHERE robokassa_invoices.merchant = :merchant AND robokassa_invoices.reference = :reference
    ORDER BY robokassa_invoices.id DESC
"""
_WANTED = f"""
    FROM ({_SEEN} WHERE robokassa_invoices.merchant = :merchant) AS seen
    WHERE (status = :paid OR status = :expired OR status = :notpaid)
      AND (kind = :onetime OR kind = :reusable)
      AND created_at BETWEEN :since AND :until
      AND amount BETWEEN :minor_min AND :minor_max
      AND (CAST(:pattern AS TEXT) IS NULL OR search LIKE :pattern ESCAPE '!')
"""
_COUNT = f"SELECT count(*) {_WANTED}"
_OLDEST_FIRST = f"SELECT * {_WANTED} ORDER BY id LIMIT :limit OFFSET :skip"
_NEWEST_FIRST = f"SELECT * {_WANTED} ORDER BY id DESC LIMIT :limit OFFSET :skip"
_END = """
    UPDATE robokassa_invoices SET ended_at = :at WHERE id = :id AND ended_at IS NULL
"""
_ALWAYS = 2**62
"""Later than any moment, more than any amount."""


class ServiceInvoiceTable:
    """The table `robokassa_invoices`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, issued: ServiceInvoice) -> None:
        self._connection.execute(_ADD, _values(issued))

    def find(self, issued_id: str, at: datetime) -> ServiceInvoice | None:
        values = {"id": issued_id, "at": to_micros(at)}
        row = self._connection.execute(_FIND, values).fetchone()
        return None if row is None else _issued(row)

    def with_reference(self, merchant: str, reference: str, at: datetime) -> list[ServiceInvoice]:
        values = {"merchant": merchant, "reference": reference, "at": to_micros(at)}
        return [_issued(row) for row in self._connection.execute(_WITH_REFERENCE, values)]

    def page(self, merchant: str, wanted: Wanted, at: datetime) -> ServicePage:
        values = _wanted(wanted) | {"merchant": merchant, "at": to_micros(at)}
        total: int = self._connection.execute(_COUNT, values).fetchone()[0]
        query = _OLDEST_FIRST if wanted.is_ascending else _NEWEST_FIRST
        window = {"limit": wanted.limit, "skip": wanted.skip}
        rows = self._connection.execute(query, values | window)
        return ServicePage([_issued(row) for row in rows], total)

    def end(self, issued_id: str, at: datetime) -> None:
        self._connection.execute(_END, {"id": issued_id, "at": to_micros(at)})


def _wanted(wanted: Wanted) -> dict[str, str | int | None]:
    """A name that is not wanted is empty, and equal to none."""
    statuses, kinds = wanted.statuses or frozenset(Status), wanted.kinds or frozenset(Kind)
    named: dict[str, str | int | None] = {
        each.value: each.value if each in statuses else "" for each in Status
    }
    named |= {each.value: each.value if each in kinds else "" for each in Kind}
    return named | {
        "since": -_ALWAYS if wanted.since is None else to_micros(wanted.since),
        "until": _ALWAYS if wanted.until is None else to_micros(wanted.until),
        "minor_min": 0 if wanted.minor_min is None else wanted.minor_min,
        "minor_max": _ALWAYS if wanted.minor_max is None else wanted.minor_max,
        "pattern": _pattern(wanted.words) if wanted.words else None,
    }


def _pattern(words: str) -> str:
    for special in "!%_":
        words = words.replace(special, f"!{special}")
    return f"%{words.casefold()}%"


def _values(issued: ServiceInvoice) -> dict[str, str | int | None]:
    search = f"{issued.reference} {issued.description} {issued.comments}"
    return {
        "id": issued.id,
        "merchant": issued.merchant,
        "kind": issued.kind.value,
        "reference": issued.reference,
        "currency": issued.amount.currency.code,
        "amount": issued.amount.minor,
        "description": issued.description,
        "comments": issued.comments,
        "search": search.casefold(),
        "content": json.dumps(issued.content),
        "capture": issued.capture.value,
        "created_at": to_micros(issued.created_at),
        "expires_at": None if issued.expires_at is None else to_micros(issued.expires_at),
    }


def _issued(row: Row) -> ServiceInvoice:
    return ServiceInvoice(
        id=row["id"],
        merchant=row["merchant"],
        kind=Kind(row["kind"]),
        reference=row["reference"],
        amount=Money(row["amount"], CURRENCIES[row["currency"]]),
        description=row["description"],
        comments=row["comments"],
        content=json.loads(row["content"]),
        capture=Capture(row["capture"]),
        created_at=from_micros(row["created_at"]),
        expires_at=_moment(row["expires_at"]),
        ended_at=_moment(row["ended_at"]),
        status=Status(row["status"]),
        paid_at=_moment(row["paid_at"]),
    )


def _moment(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)
