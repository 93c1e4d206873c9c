"""The ledger in SQLite: `services.ledger.Ledger`.

The schema's triggers move the balances; a direct change of one is refused there.
"""

from datetime import datetime
from typing import NoReturn

from services.clock import from_micros, to_micros
from services.ledger import (
    GENESIS,
    Account,
    AccountId,
    AccountNotFoundError,
    AlreadyReversedError,
    Balance,
    Head,
    Hold,
    HoldState,
    InsufficientFundsError,
    Posted,
    Transaction,
    Transfer,
)
from services.money import CURRENCIES, Money
from storage.sqlite.engine import sqlite3

_OPEN = """
    INSERT INTO accounts (id, owner, currency, floor, opened_at)
    VALUES (:id, :owner, :currency, :floor, :opened_at) ON CONFLICT DO NOTHING
"""
_BALANCE_COLUMNS = "SELECT id, currency, posted, held, floor FROM accounts"
_BALANCES = f"{_BALANCE_COLUMNS} WHERE owner = :owner ORDER BY id"
_BALANCE = f"{_BALANCE_COLUMNS} WHERE id = :id"
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
_HOLD = """
    SELECT holds.*, currency FROM holds JOIN accounts ON accounts.id = account
    WHERE holds.id = :id
"""
_SETTLE = """
    UPDATE holds SET state = :state, captured = :captured, settled_at = :at
    WHERE id = :id AND state = 'held' RETURNING id
"""
_REVERSED = "SELECT 1 FROM transactions WHERE reverses = :reverses"


class SqliteLedger:
    """The tables `accounts`, `transactions`, `transfers` and `holds`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def open(self, account: Account) -> None:
        self._connection.execute(
            _OPEN,
            {
                "id": account.id,
                "owner": account.owner,
                "currency": account.currency.code,
                "floor": account.floor_minor,
                "opened_at": to_micros(account.opened_at),
            },
        )

    def balances(self, owner: str) -> list[Balance]:
        return [balance(row) for row in self._connection.execute(_BALANCES, {"owner": owner})]

    def balance(self, account: AccountId) -> Balance | None:
        row = self._connection.execute(_BALANCE, {"id": account}).fetchone()
        return None if row is None else balance(row)

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
        placed = self._connection.execute(
            _PLACE,
            {
                "id": hold.id,
                "account": hold.account,
                "amount": hold.amount.minor,
                "cause": hold.cause,
                "placed_at": to_micros(hold.placed_at),
                "expires_at": to_micros(hold.expires_at),
            },
        ).fetchone()
        if placed is None:
            self._refuse(hold.account, hold.amount)

    def hold(self, hold_id: str) -> Hold | None:
        row = self._connection.execute(_HOLD, {"id": hold_id}).fetchone()
        return None if row is None else _hold(row)

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

    def _refuse(self, account: AccountId, amount: Money) -> NoReturn:
        found = self.balance(account)
        if found is None or found.posted.currency != amount.currency:
            raise AccountNotFoundError(currency=amount.currency.code)
        raise InsufficientFundsError(needed=amount, available=found.available)


def balance(row: sqlite3.Row) -> Balance:
    """An account's row as a balance."""
    of = CURRENCIES[row["currency"]]
    return Balance(
        AccountId(row["id"]), Money(row["posted"], of), Money(row["held"], of), row["floor"]
    )


def posted(rows: list[sqlite3.Row]) -> Posted:
    """The rows of one transaction, a transfer each, as it was posted."""
    first = rows[0]
    transfers = tuple(
        Transfer(
            AccountId(row["debit"]),
            AccountId(row["credit"]),
            Money(row["amount"], CURRENCIES[row["currency"]]),
        )
        for row in rows
    )
    transaction = Transaction(
        first["key"],
        first["kind"],
        first["cause"],
        from_micros(first["at"]),
        transfers,
        first["reverses"],
    )
    return Posted(transaction, first["position"], first["hash"])


def _hold(row: sqlite3.Row) -> Hold:
    return Hold(
        id=row["id"],
        account=AccountId(row["account"]),
        amount=Money(row["amount"], CURRENCIES[row["currency"]]),
        cause=row["cause"],
        placed_at=from_micros(row["placed_at"]),
        expires_at=from_micros(row["expires_at"]),
        state=HoldState(row["state"]),
        captured=row["captured"],
    )
