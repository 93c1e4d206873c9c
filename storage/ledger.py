"""Balances and holds as both engines keep them: the shared part of `services.ledger.Ledger`.

How a transaction is posted is each engine's own: see `storage/sqlite/ledger.py` and
`storage/postgres/ledger.py`.
"""

from collections.abc import Sequence
from typing import Any, NoReturn

from services.clock import from_micros, to_micros
from services.ledger import (
    Account,
    AccountId,
    AccountNotFoundError,
    Balance,
    Hold,
    HoldState,
    InsufficientFundsError,
    Posted,
    Transaction,
    Transfer,
)
from services.money import CURRENCIES, Money
from storage.rows import Connection, Row

_OPEN = """
    INSERT INTO accounts (id, owner, currency, floor, opened_at)
    VALUES (:id, :owner, :currency, :floor, :opened_at) ON CONFLICT DO NOTHING
"""
_BALANCE_COLUMNS = "SELECT id, currency, posted, held, floor FROM balances"
_BALANCES = f"{_BALANCE_COLUMNS} WHERE owner = :owner ORDER BY id"
_BALANCE = f"{_BALANCE_COLUMNS} WHERE id = :id"
_HOLD = "SELECT * FROM holds WHERE id = :id /* lock holds */"


class LedgerTables:
    """Reads accounts and holds; the view `balances` has what an account holds."""

    def __init__(self, connection: Connection) -> None:
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

    def hold(self, hold_id: str) -> Hold | None:
        row = self._connection.execute(_HOLD, {"id": hold_id}).fetchone()
        return None if row is None else _hold(row)

    def _refuse(self, account: AccountId, amount: Money) -> NoReturn:
        found = self.balance(account)
        if found is None or found.posted.currency != amount.currency:
            raise AccountNotFoundError(currency=amount.currency.code)
        raise InsufficientFundsError(needed=amount, available=found.available)


def placing(hold: Hold) -> dict[str, Any]:
    """The values of a new hold's row."""
    return {
        "id": hold.id,
        "account": hold.account,
        "amount": hold.amount.minor,
        "cause": hold.cause,
        "placed_at": to_micros(hold.placed_at),
        "expires_at": to_micros(hold.expires_at),
    }


def balance(row: Row) -> Balance:
    """An account's row as a balance."""
    of = CURRENCIES[row["currency"]]
    return Balance(
        AccountId(row["id"]), Money(row["posted"], of), Money(row["held"], of), row["floor"]
    )


def posted(rows: Sequence[Row]) -> Posted:
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


def _hold(row: Row) -> Hold:
    account = AccountId(row["account"])
    return Hold(
        id=row["id"],
        account=account,
        amount=Money(row["amount"], CURRENCIES[account.rpartition(":")[2]]),
        cause=row["cause"],
        placed_at=from_micros(row["placed_at"]),
        expires_at=from_micros(row["expires_at"]),
        state=HoldState(row["state"]),
        captured=row["captured"],
    )
