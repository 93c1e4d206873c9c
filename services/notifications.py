"""What a merchant is told of its invoices: which message of which interface, as due work.

The interface by which an invoice was issued says how its merchant is told.  The work keeps
what the message says as it was at that moment, so a repeat says the same; where to and with
which signature is found when it is sent.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from services.due import DueWork, Work
from services.merchants import Merchant

PRIORITY = 3
API = "api"

KINDS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("bill", "paid"): ("bill_notification",),
    ("bill", "rejected"): ("bill_notification",),
    ("bill", "expired"): ("bill_notification",),
    ("pull", "paid"): ("pull_notification",),
    ("pull", "rejected"): ("pull_notification",),
    ("pull", "expired"): ("pull_notification",),
    ("robokassa", "authorised"): ("robokassa_result2",),
    ("robokassa", "paid"): ("robokassa_result", "robokassa_result2"),
}
"""Kinds of due work by interface and by the state that the invoice has come to."""

_TOLD_OF_TESTS = frozenset({"robokassa_result"})
"""A plugin is tried out with it; a test payment is no reason for any other message."""


class Book(Protocol):
    """The part of the book that notifications need."""

    @property
    def due(self) -> DueWork: ...


def tell(
    book: Book,
    merchant: Merchant,
    state: str,
    data: dict[str, Any],
    at: datetime,
) -> None:
    """Tell *merchant*, in its interface's way, that an invoice has come to *state*.

    *data* is what `invoices.snapshot` says of it.
    """
    for kind in KINDS.get((data["interface"], state), ()):
        if data["is_test"] and kind not in _TOLD_OF_TESTS:
            continue
        payload = {
            "merchant": merchant.id,
            "invoice": data["id"],
            "event": state,
            "at": f"{at:%Y-%m-%dT%H:%M:%SZ}",
            "data": data,
        }
        key = f"{kind}:{data['id']}:{data['version']}"
        book.due.add(Work(key, kind, lane(merchant), payload, at, at, PRIORITY))


def tell_by_webhook(
    book: Book, merchant: Merchant, event: str, data: dict[str, Any], *, key: str, at: datetime
) -> None:
    """Have our own API's webhook told of *event*, with *data* as it is now."""
    if merchant.webhook_url is None:
        return
    payload = {
        "merchant": merchant.id,
        "type": event,
        "at": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "data": data,
    }
    book.due.add(Work(f"webhook:{key}", "webhook", lane(merchant), payload, at, at, PRIORITY))


def lane(merchant: Merchant) -> str:
    """The merchant's messages delay nobody else's."""
    return f"webhook/{merchant.id}"
