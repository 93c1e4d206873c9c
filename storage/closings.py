"""What moved a merchant's money: `services.closings.StoredClosings`.

The engines join transfers to their transaction by another column; all else is the same.
"""

from datetime import datetime

from services.clock import from_micros, to_micros
from services.closings import ClosingEntry, Purse
from services.exchange import fees
from services.ledger import AccountId
from services.money import CURRENCIES
from storage.rows import Connection

_SIDE = "CASE WHEN credit = :{name} THEN amount WHEN debit = :{name} THEN -amount ELSE 0 END"
_SUM = f"CAST(sum({_SIDE}) AS BIGINT) AS {{name}}"
_TOUCHED = """
    SELECT {link} FROM transfers JOIN transactions USING ({link})
    WHERE {side} IN (:balance, :reserve, :in_payout) AND at >= :since AND at < :until
"""
_ENTRIES = """
    SELECT moved.*, invoices.id AS invoice, invoices.reference FROM (
        SELECT key, kind, cause, at, {sums}
        FROM transfers JOIN transactions USING ({link})
        WHERE {link} IN ({credited} UNION {debited})
        GROUP BY key, kind, cause, at
    ) AS moved
    LEFT JOIN payments ON payments.id = CASE moved.kind
        WHEN 'payment' THEN substr(cause, 9) WHEN 'reserve' THEN substr(cause, 12) END
    LEFT JOIN cash_payments ON cash_payments.id = CASE moved.kind
        WHEN 'cash_payment' THEN substr(cause, 14) WHEN 'reserve' THEN substr(cause, 12) END
    LEFT JOIN refunds ON moved.kind = 'refund' AND refunds.id = substr(cause, 8)
    LEFT JOIN invoices
        ON invoices.id = coalesce(payments.invoice, cash_payments.invoice, refunds.invoice)
    ORDER BY moved.at, key
"""
_NAMES = ("balance", "reserve", "in_payout", "fee")


class ClosingTables:
    """The journal, read for one merchant."""

    def __init__(self, connection: Connection, *, link: str) -> None:
        """*link*: the column that a transfer shares with its transaction."""
        self._connection = connection
        self._entries = _ENTRIES.format(
            link=link,
            sums=", ".join(_SUM.format(name=name) for name in _NAMES),
            credited=_TOUCHED.format(link=link, side="credit"),
            debited=_TOUCHED.format(link=link, side="debit"),
        )

    def entries(
        self, accounts: tuple[AccountId, AccountId, AccountId], since: datetime, until: datetime
    ) -> list[ClosingEntry]:
        balance, reserve, in_payout = accounts
        of = CURRENCIES[balance.rpartition(":")[2]]
        values = {
            "balance": balance,
            "reserve": reserve,
            "in_payout": in_payout,
            "fee": fees(of),
            "since": to_micros(since),
            "until": to_micros(until),
        }
        return [
            ClosingEntry(
                at=from_micros(row["at"]),
                kind=row["kind"],
                subject=row["cause"],
                fee_minor=row["fee"],
                moved=Purse(row["balance"], row["reserve"], row["in_payout"]),
                invoice=row["invoice"],
                reference=row["reference"],
            )
            for row in self._connection.execute(self._entries, values)
        ]
