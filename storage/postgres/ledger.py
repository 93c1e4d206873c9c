"""The ledger in PostgreSQL: `services.ledger.Ledger`.

Posting, placing and settling are a function of the database each, one journey to it; only
they can move a balance.  A transaction has no place in the chain until it is sealed.
"""

from datetime import datetime

from psycopg import errors

from services.clock import from_micros, to_micros
from services.ledger import (
    GENESIS,
    AccountNotFoundError,
    AlreadyReversedError,
    Head,
    Hold,
    HoldState,
    Posted,
    Transaction,
)
from storage.ledger import LedgerTables, placing, posted

_POSTED = """
    SELECT transactions.*, debit, credit, amount, currency, 0 AS position,
        CAST('' AS bytea) AS hash
    FROM transactions JOIN transfers USING (key) WHERE key = :key ORDER BY line
"""
_POST = """
    SELECT ledger_post(:key, :kind, :cause, :at, :reverses,
        CAST(:debits AS text[]), CAST(:credits AS text[]), CAST(:amounts AS bigint[]),
        CAST(:currencies AS text[]))
"""
_PLACE = "SELECT ledger_place(:id, :account, :amount, :cause, :placed_at, :expires_at)"
_SETTLE = "SELECT ledger_settle(:id, :state, :captured, :at)"
_HEAD = """
    SELECT position, hash, at FROM seals JOIN transactions USING (key)
    ORDER BY position DESC LIMIT 1
"""


class PostgresLedger(LedgerTables):
    """The tables `accounts`, `transactions`, `transfers`, `holds` and `seals`."""

    def posted(self, key: str) -> Posted | None:
        rows = self._connection.execute(_POSTED, {"key": key}).fetchall()
        return posted(rows) if rows else None

    def post(self, transaction: Transaction) -> Posted:
        moved = transaction.transfers
        values = {
            "key": transaction.key,
            "kind": transaction.kind,
            "cause": transaction.cause,
            "at": to_micros(transaction.at),
            "reverses": transaction.reverses,
            "debits": [each.debit for each in moved],
            "credits": [each.credit for each in moved],
            "amounts": [each.amount.minor for each in moved],
            "currencies": [each.amount.currency.code for each in moved],
        }
        impossible = self._connection.execute(_POST, values).fetchone()[0]
        if impossible == 0:
            if self.posted(transaction.key) is not None:  # it was this one, a moment ago
                raise errors.UniqueViolation  # as for any other: run again, it is found
            raise AlreadyReversedError
        if impossible is not None:
            transfer = moved[abs(impossible) - 1]
            if impossible < 0:
                raise AccountNotFoundError(currency=transfer.amount.currency.code)
            self._refuse(transfer.debit, transfer.amount)
        return Posted(transaction, 0, b"")

    def place(self, hold: Hold) -> None:
        if not self._connection.execute(_PLACE, placing(hold)).fetchone()[0]:
            self._refuse(hold.account, hold.amount)

    def settle(self, hold_id: str, state: HoldState, captured_minor: int, at: datetime) -> bool:
        values = {
            "id": hold_id,
            "state": state.value,
            "captured": captured_minor,
            "at": to_micros(at),
        }
        settled: bool = self._connection.execute(_SETTLE, values).fetchone()[0]
        return settled

    def head(self) -> Head:
        row = self._connection.execute(_HEAD).fetchone()
        return GENESIS if row is None else Head(row[0], row[1], from_micros(row[2]))
