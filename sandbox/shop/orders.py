"""The shop's own books: its orders, as far as it knows from API and notifications."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

EVENTS_KEPT = 100


@dataclass(slots=True, kw_only=True)
class Order:
    """What somebody is to pay for, and the wallet's invoice for it."""

    reference: str
    description: str
    phone: str | None
    invoice: dict[str, Any]
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)
    is_told: bool = False

    @property
    def invoice_id(self) -> str:
        """The wallet's id of the invoice."""
        return str(self.invoice["id"])

    def as_json(self) -> dict[str, Any]:
        """For the page and for scripts; *told* says that a notification came."""
        return {
            "reference": self.reference,
            "description": self.description,
            "phone": self.phone,
            "invoice": self.invoice,
            "refunds": list(self.refunds.values()),
            "told": self.is_told,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A notification as it arrived, genuine or not."""

    id: str
    kind: str
    at: datetime
    is_genuine: bool
    note: str

    def as_json(self) -> dict[str, Any]:
        """For the page and for scripts."""
        return {
            "id": self.id,
            "type": self.kind,
            "at": self.at.isoformat(),
            "genuine": self.is_genuine,
            "note": self.note,
        }


class Orders:
    """Newest first."""

    def __init__(self) -> None:
        self._by_reference: dict[str, Order] = {}
        self.events: deque[Event] = deque(maxlen=EVENTS_KEPT)

    def __iter__(self) -> Iterator[Order]:
        newest = sorted(
            self._by_reference.values(),
            key=lambda order: (str(order.invoice.get("created_at", "")), order.reference),
        )
        return reversed(newest)

    def find(self, reference: str) -> Order | None:
        """The order with this reference."""
        return self._by_reference.get(reference)

    def of_invoice(self, invoice_id: str) -> Order | None:
        """The order an invoice was issued for."""
        return next((o for o in self._by_reference.values() if o.invoice_id == invoice_id), None)

    def add(self, order: Order) -> None:
        """A new order."""
        self._by_reference[order.reference] = order

    def take_invoice(self, invoice: dict[str, Any]) -> Order:
        """Note an invoice as the wallet tells it; an older version changes nothing.

        Notifications may come twice and in any order, so the version decides.
        """
        order = self.of_invoice(str(invoice["id"]))
        if order is None:
            order = Order(
                reference=str(invoice.get("reference") or invoice["id"]),
                description=str(invoice.get("description", "")),
                phone=invoice.get("phone"),
                invoice=invoice,
            )
            self.add(order)
        elif invoice.get("version", 0) >= order.invoice.get("version", 0):
            order.invoice = invoice
        return order

    def take_refund(self, refund: dict[str, Any]) -> Order | None:
        """Note a refund; the order it belongs to, if that is one of ours."""
        order = self.of_invoice(str(refund["invoice_id"]))
        if order is not None:
            order.refunds[str(refund["id"])] = refund
        return order
