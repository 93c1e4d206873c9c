"""A database for load tests: many holders, each with a balance, posted like any other."""

from datetime import datetime
from functools import partial

from purser.settings import SettingsError
from purser.wallet import Wallet
from services.holders import Holder, open_wallet, system_account
from services.ids import new_id
from services.ledger import Transaction, Transfer, account_id, post_once, suspense
from services.money import Money
from storage.book import BookTables

HOLDERS_PER_WRITE = 200
FIRST_PHONE = 79_000_000_000
"""Seeded numbers count from here; real ones of this range begin later than most tests."""


class NotEmptyError(SettingsError):
    """The database holds something else than what a seed made."""


async def seed(wallet: Wallet, *, holders: int, balance: Money) -> int:
    """Open wallets until there are *holders* seeded ones, each with *balance*.

    Raises:
        NotEmptyError: The database holds anything else.
    """
    have = await wallet.store.read(_seeded)
    for first in range(have, holders, HOLDERS_PER_WRITE):
        at = wallet.now()
        numbers = range(first, min(first + HOLDERS_PER_WRITE, holders))
        people = [
            Holder(new_id(at), f"+{FIRST_PHONE + number}", None, "en", at) for number in numbers
        ]
        await wallet.store.write(partial(_open_all, people=people, balance=balance, at=at))
    return max(holders - have, 0)


def _open_all(book: BookTables, people: list[Holder], balance: Money, at: datetime) -> None:
    of = balance.currency
    book.ledger.open(system_account(of, at))
    for holder in people:
        open_wallet(book, holder, "operator")
        transfer = Transfer(suspense(of), account_id(holder.owner, of), balance)
        key = f"seed:{holder.phone}"
        post_once(book.ledger, Transaction(key, "seed", holder.owner, at, (transfer,)))


def _seeded(book: BookTables) -> int:
    """How many holders a seed made, if there is nothing else."""
    seeded, others = book.journal.seeded()
    if others:
        raise NotEmptyError("a seed is for an empty database; this one holds something else")
    return seeded
