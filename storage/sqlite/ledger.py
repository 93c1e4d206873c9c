"""The ledger in SQLite: `services.ledger.Ledger`.

The schema's triggers move the balances; a direct change of one is refused there.
"""

from datetime import datetime

from services.clock import from_micros, to_micros
from services.ledger import (
    GENESIS,
    AccountNotFoundError,
    AlreadyReversedError,
    Balance,
    Head,
    Hold,
    HoldState,
    Posted,
    Transaction,
    Transfer,
)
from storage.ledger import LedgerTables, balance, placing, posted
from storage.sqlite.engine import sqlite3

_POSTED = """
    SELECT transactions.*, debit, credit, amount, currency
    FROM transactions JOIN transfers USING (position)
    WHERE key = :key ORDER BY transfers.id
"""
_HEAD = "SELECT position, hash, at FROM transactions ORDER BY position DESC LIMIT 1"
_TRANSACTION = """
    INSERT INTO transactions (position, key, kind, cause, at, reverses, hash)
    VALUES (:position, :key, :kind, :cause, :at, :reverses, :hash)
"""
# The WHERE clause is the rule: nothing is inserted unless the money is there.
_TRANSFER = """
    INSERT INTO transfers (position, debit, credit, amount, currency)
    SELECT :position, :debit, :credit, :amount, :currency FROM accounts
    WHERE id = :debit AND posted - held - :amount >= floor
    RETURNING id
"""
_PLACE = """
    INSERT INTO holds (id, account, amount, cause, state, placed_at, expires_at)
    SELECT :id, :account, :amount, :cause, 'held', :placed_at, :expires_at FROM accounts
    WHERE id = :account AND posted - held - :amount >= floor
    RETURNING id
"""
_SETTLE = """
    UPDATE holds SET state = :state, captured = :captured, settled_at = :at
    WHERE id = :id AND state = 'held' RETURNING id
"""
_REVERSED = "SELECT 1 FROM transactions WHERE reverses = :reverses"
_BALANCES = """
    SELECT id, currency, posted, held, floor FROM accounts
    WHERE id > :owner || ':' AND id < :owner || ';' ORDER BY id
"""
"""By the ids, which begin with the owner: one way down the tree and not one for each account."""


class SqliteLedger(LedgerTables):
    """The tables `accounts`, `transactions`, `transfers` and `holds`."""

    def balances(self, owner: str) -> list[Balance]:
        return [balance(row) for row in self._connection.execute(_BALANCES, {"owner": owner})]

    def posted(self, key: str) -> Posted | None:
        rows = self._connection.execute(_POSTED, {"key": key}).fetchall()
        return posted(rows) if rows else None

    def post(self, transaction: Transaction) -> Posted:
        self._refuse_second_reversal(transaction)
        head = self.head()
        position = head.position + 1
        link = transaction.hash_after(head.hash, position)
        self._connection.execute(
            _TRANSACTION,
            {
                "position": position,
                "key": transaction.key,
                "kind": transaction.kind,
                "cause": transaction.cause,
                "at": to_micros(transaction.at),
                "reverses": transaction.reverses,
                "hash": link,
            },
        )
        for transfer in transaction.transfers:
            self._move(position, transfer)
        return Posted(transaction, position, link)

    def place(self, hold: Hold) -> None:
        placed = self._connection.execute(_PLACE, placing(hold)).fetchone()
        if placed is None:
            self._refuse(hold.account, hold.amount)

    def settle(self, hold_id: str, state: HoldState, captured_minor: int, at: datetime) -> bool:
        values = {
            "id": hold_id,
            "state": state.value,
            "captured": captured_minor,
            "at": to_micros(at),
        }
        return self._connection.execute(_SETTLE, values).fetchone() is not None

    def head(self) -> Head:
        row = self._connection.execute(_HEAD).fetchone()
        return GENESIS if row is None else Head(row[0], row[1], from_micros(row[2]))

    def _move(self, position: int, transfer: Transfer) -> None:
        values = {
            "position": position,
            "debit": transfer.debit,
            "credit": transfer.credit,
            "amount": transfer.amount.minor,
            "currency": transfer.amount.currency.code,
        }
        try:
            moved = self._connection.execute(_TRANSFER, values).fetchone()
        except sqlite3.IntegrityError as exc:
            if self.balance(transfer.credit) is None:
                raise AccountNotFoundError(currency=transfer.amount.currency.code) from exc
            raise
        if moved is None:
            self._refuse(transfer.debit, transfer.amount)

    def _refuse_second_reversal(self, transaction: Transaction) -> None:
        if transaction.reverses is None:
            return
        values = {"reverses": transaction.reverses}
        if self._connection.execute(_REVERSED, values).fetchone() is not None:
            raise AlreadyReversedError
