"""Who may pay, looked at in the moment of each payment's change and by other means.

Locks, freezes and limits say nothing about yesterday's payments, so the books as they are
at the end cannot tell whether a rule was kept; the transaction that changes a payment can.
"""

from datetime import datetime
from typing import NamedTuple

from services.card_rules import day_of, month_of
from services.clock import from_micros, to_micros
from storage.sqlite.book import SqliteBook

_PAYMENTS = """
    SELECT payments.id, payments.state, holders.state AS holder, merchants.state AS merchant,
        payments.card, cards.state AS card_state, cards.kind, payments.amount,
        payments.created_at, cards.limit_payment, cards.limit_day, cards.limit_month,
        iif(offers.key LIKE 'link:%', links.state, 'active') AS link
    FROM payments JOIN holders ON holders.id = payments.holder
    JOIN offers ON offers.id = payments.offer LEFT JOIN links ON links.id = substr(key, 6, 32)
    JOIN merchants ON merchants.id = payments.merchant LEFT JOIN cards ON cards.id = payments.card
    ORDER BY payments.id
"""
_SPENT = """
    SELECT coalesce(sum(amount), 0) FROM (
        SELECT card, created_at, amount FROM payments WHERE state <> 'failed'
        UNION ALL
        SELECT card, created_at, given FROM provider_payments WHERE state <> 'failed'
    ) AS one WHERE card = ? AND created_at >= ?
"""


class _Seen(NamedTuple):
    id: str
    state: str
    holder: str
    merchant: str
    card: str | None
    card_state: str | None
    kind: str | None
    amount: int
    created_at: int
    limit_payment: int | None
    limit_day: int | None
    limit_month: int | None
    link: str | None


class Watch:
    """Compares the payments with what they were before the last function."""

    def __init__(self, book: SqliteBook) -> None:
        self._book = book
        self._states = {each.id: each.state for each in self._payments()}

    def look(self) -> list[str]:
        """What the last function did that nobody may."""
        wrong = []
        for payment in self._payments():
            before = self._states.get(payment.id)
            if payment.state == before:
                continue
            self._states[payment.id] = payment.state
            # What is authorised, its merchant may take whatever its payer does since.
            if payment.state != "failed" and before != "authorised":
                wrong += [f"payment {payment.id} {each}" for each in _stops(payment)]
            if before is None:
                wrong += [f"payment {payment.id} {each}" for each in self._passed(payment)]
        return wrong

    def _payments(self) -> list[_Seen]:
        return [_Seen(*row) for row in self._book.connection.execute(_PAYMENTS)]

    def _passed(self, payment: _Seen) -> list[str]:
        """The limits of its card that it passes."""
        at = from_micros(payment.created_at)
        sums = (
            ("payment", payment.limit_payment, payment.amount),
            ("day", payment.limit_day, self._spent(payment, day_of(at))),
            ("month", payment.limit_month, self._spent(payment, month_of(at))),
        )
        return [
            f"passes the card's limit of a {name}: {spent} of {limit}"
            for name, limit, spent in sums
            if limit is not None and spent > limit
        ]

    def _spent(self, payment: _Seen, since: datetime) -> int:
        values = (payment.card, to_micros(since))
        [spent] = self._book.connection.execute(_SPENT, values).fetchone()
        return int(spent)


def _stops(payment: _Seen) -> list[str]:
    """What should have stopped it."""
    is_through = payment.state in ("authorised", "done")
    used_up = payment.kind == "single_use" and is_through and payment.card_state == "closed"
    return [
        stop
        for stop, is_so in (
            ("of a locked wallet", payment.holder != "active"),
            ("to a disabled merchant", payment.merchant != "active"),
            (f"by a link that is {payment.link}", payment.link != "active"),
            (
                f"with a card that is {payment.card_state}",
                payment.card is not None and payment.card_state != "active" and not used_up,
            ),
        )
        if is_so
    ]
