"""A database of as many wallets as wanted, in minutes: one that was lived, copied.

The services make one holder's rows: joined, credited, topped up with cash, an invoice paid
and another one waiting.  Each further holder gets the same rows under ids and a number of
their own, chained and balanced, so that the audit finds nothing.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from bench.write_path import VAULT, bench_services
from services.clock import from_micros, system_clock, to_micros
from services.holders import Holder
from services.ids import new_id
from services.invoices import Wish
from services.ledger import AccountId, Transaction, Transfer, suspense
from services.merchants import Merchant
from services.money import RUB, Money, currency
from storage.sqlite.connection import prepare
from storage.sqlite.engine import sqlite3
from storage.sqlite.store import open_store

TRANSFERS = 5
"""Of each holder: four credits and a payment."""

CREDIT, PRICE = Money(1_000_000, RUB), Money(10_000, RUB)
PHONE = "+79160000000"
_ID = re.compile(r"[0-9a-f]{32}")
_ID_MARK, _PHONE_MARK = "\x00", "\x01"
_IDS_BEFORE_NOW_MS = 10**8
"""Copied ids are older than any that is drawn while measuring, as in a wallet that grew."""

_COPIED = (
    "holders",
    "history",
    "accounts",
    "invoices",
    "offers",
    "holds",
    "payments",
    "operations",
    "transactions",
    "transfers",
)
_FORGOTTEN = ("due_work", "codes")
"""What is done is deleted there after a while."""

_IN_TELEGRAM = """
    UPDATE holders SET telegram_id = CAST(substr(phone, 2) AS INTEGER) WHERE telegram_id IS NULL
"""
"""Everybody's account has their phone's number."""

_BATCH = 2_000

Row = tuple[Any, ...]


class Template:
    """The rows of the first holder, ready to be filled in for another."""

    def __init__(self, connection: sqlite3.Connection, merchant: Merchant) -> None:
        self.merchant = merchant.id
        rows = {
            table: [
                tuple(map(self._marked, row))
                for row in connection.execute(f"SELECT * FROM {table}")  # noqa: S608
                if merchant.owner not in row and not str(row[0]).startswith("system:")
            ]
            for table in _COPIED
        }
        self.columns = {table: len(found[0]) for table, found in rows.items()}
        self._rows = rows
        self._first_ms = to_micros(system_clock()) // 1000 - _IDS_BEFORE_NOW_MS

    def holder(self, number: int) -> dict[str, list[Row]]:
        """The rows of holder *number*, counted from 1; the first one is the template itself."""
        prefix, phone = f"{self._first_ms + number:012x}", phone_of(number)
        return {
            table: [
                tuple(
                    value.replace(_ID_MARK, prefix).replace(_PHONE_MARK, phone)
                    if is_own
                    else value
                    for value, is_own in row
                )
                for row in rows
            ]
            for table, rows in self._rows.items()
        }

    def _marked(self, value: Any) -> tuple[Any, bool]:
        """*value* with marks where each holder has something of their own."""
        if not isinstance(value, str):
            return value, False
        marked = _ID.sub(
            lambda found: found[0] if found[0] == self.merchant else _ID_MARK + found[0][12:],
            value,
        ).replace(PHONE, _PHONE_MARK)
        return marked, marked != value


def phone_of(number: int) -> str:
    """The number of holder *number*; the first one's is the template's."""
    return f"+7916{number - 1:07d}"


async def begin(path: Path) -> Template:
    """Make the database at *path* with its first holder."""
    async with open_store(path) as store:
        key = VAULT.new_data_key(new_id(system_clock()), system_clock())
        await store.write(lambda book: book.data_keys.add(key))
        services = bench_services(store)
        merchant = (await services.merchants.add(name="Shop", currency=RUB)).merchant
        holder = await services.wallets.open(phone=PHONE)
        for _ in range(TRANSFERS - 1):
            await services.wallets.correct(phone=PHONE, amount=CREDIT, reason="bench")
        await _pay(services, holder, merchant)
        await services.invoices.create(merchant=merchant, wish=Wish(PRICE, "Book", phone=PHONE))
    with closing(connect(path)) as connection:
        for table in _FORGOTTEN:
            connection.execute(f"DELETE FROM {table}")  # noqa: S608
        return Template(connection, merchant)


async def _pay(services: Any, holder: Holder, merchant: Merchant) -> None:
    wish = Wish(PRICE, "Book", phone=PHONE)
    invoice = await services.invoices.create(merchant=merchant, wish=wish)
    made = await services.payments.offer(
        holder=holder, invoice_id=invoice.id, key=f"pay {invoice.id}"
    )
    await services.payments.confirm(holder=holder, offer_id=made.offer.id)


def grow(path: Path, template: Template, holders: int) -> None:
    """Copy until there are *holders* of them."""
    with closing(connect(path)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("PRAGMA cache_size = -1000000")
        triggers = without_triggers(connection)
        (have,) = connection.execute("SELECT count(*) FROM holders").fetchone()
        chain = _Chain(connection)
        for first in range(have + 1, holders + 1, _BATCH):
            numbers = range(first, min(first + _BATCH, holders + 1))
            connection.execute("BEGIN")
            _insert(connection, template, _rows_of(template, chain, numbers))
            connection.execute("COMMIT")
        _balance(connection, template)
        connection.execute(_IN_TELEGRAM)
        for sql in triggers:
            connection.execute(sql)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class _Chain:
    """Gives each copied transaction its place, and the hash over the one before."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        row = connection.execute(
            "SELECT position, hash FROM transactions ORDER BY position DESC LIMIT 1"
        ).fetchone()
        self._position, self._hash = row

    def link(self, rows: dict[str, list[Row]]) -> None:
        """Put the transactions of *rows* at the end, and their transfers with them."""
        moved = {row[1]: row for row in rows["transfers"]}
        transactions, transfers = [], []
        for place, key, kind, cause, at, reverses, _ in rows["transactions"]:
            _, _, debit, credit, amount, code = moved[place]
            self._position += 1
            money = Money(amount, currency(code))
            transfer = Transfer(AccountId(debit), AccountId(credit), money)
            transaction = Transaction(key, kind, cause, from_micros(at), (transfer,), reverses)
            self._hash = transaction.hash_after(self._hash, self._position)
            transactions.append((self._position, key, kind, cause, at, reverses, self._hash))
            transfers.append((self._position, self._position, debit, credit, amount, code))
        newest = {row[2]: row[0] for row in transfers} | {row[3]: row[0] for row in transfers}
        rows["transactions"], rows["transfers"] = transactions, transfers
        rows["accounts"] = [(*row[:6], newest.get(row[0], 0), row[7]) for row in rows["accounts"]]


def _rows_of(
    template: Template, chain: _Chain, numbers: Sequence[int]
) -> Iterator[dict[str, list[Row]]]:
    for number in numbers:
        rows = template.holder(number)
        chain.link(rows)
        yield rows


def _insert(
    connection: sqlite3.Connection, template: Template, copies: Iterator[dict[str, list[Row]]]
) -> None:
    gathered: dict[str, list[Row]] = {table: [] for table in _COPIED}
    for rows in copies:
        for table, found in rows.items():
            gathered[table] += found
    for table, found in gathered.items():
        places = ", ".join("?" * template.columns[table])
        connection.executemany(f"INSERT INTO {table} VALUES ({places})", found)  # noqa: S608


def _balance(connection: sqlite3.Connection, template: Template) -> None:
    """What all copies together moved on the accounts that they share."""
    (last,) = connection.execute("SELECT max(position) FROM transactions").fetchone()
    holders = last // TRANSFERS
    shared = {
        suspense(RUB): (-CREDIT.minor * (TRANSFERS - 1) * holders, last - 1),
        f"merchant/{template.merchant}:main:RUB": (PRICE.minor * holders, last),
    }
    connection.executemany(
        "UPDATE accounts SET posted = ?, last_transfer = ? WHERE id = ?",
        [(*moved, account) for account, moved in shared.items()],
    )


def without_triggers(connection: sqlite3.Connection) -> list[str]:
    """Drop them all; what brings them back."""
    found = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    triggers = dict(map(tuple, found.fetchall()))
    for name in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    return list(triggers.values())


def connect(path: Path) -> sqlite3.Connection:
    """The file at *path*, past the store."""
    connection = sqlite3.connect(path, isolation_level=None, cached_statements=512)
    prepare(connection)
    return connection
