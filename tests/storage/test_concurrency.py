"""Many spenders of one balance: in one process, and in several on one file."""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from services.ledger import InsufficientFundsError
from storage.sqlite.backup import back_up, restore
from storage.sqlite.book import SqliteBook
from storage.sqlite.lock import ServedElsewhereError, serving
from storage.sqlite.store import SqliteStore, open_store
from tests.books import ANN, BOB, POOL, open_accounts, query, transaction

ROOT = Path(__file__).parents[2]
_SPENDER = """
import asyncio, sys
from pathlib import Path
from tests.storage.test_concurrency import spend
print(asyncio.run(spend(Path(sys.argv[1]), sys.argv[2])))
"""


async def spend(path: Path, name: str) -> int:
    """Take one kopeck two hundred times, as many callers at once; how often it worked."""
    async with open_store(path, checkpoints=False) as store:

        async def one(number: int) -> bool:
            try:
                await store.write(
                    lambda book: book.ledger.post(transaction(f"{name}-{number}", ANN, BOB, 1))
                )
            except InsufficientFundsError:
                return False
            return True

        return sum(await asyncio.gather(*(one(number) for number in range(200))))


@pytest.fixture(autouse=True)
async def funded(store: SqliteStore) -> None:
    """Ann has 3.00 roubles."""

    def work(book: SqliteBook) -> None:
        open_accounts(book)
        book.ledger.post(transaction("fund", POOL, ANN, 300))

    await store.write(work)


async def test_balance_is_spent_to_the_kopeck_and_no_further(
    store: SqliteStore, path: Path
) -> None:
    """Sixty-four at once, each for more than its share; every look sees the same sum."""
    totals: set[int] = set()

    async def one(number: int) -> bool:
        try:
            await store.write(
                lambda book: book.ledger.post(transaction(f"s{number}", ANN, BOB, 7))
            )
        except InsufficientFundsError:
            return False
        finally:
            found = await store.read(lambda book: book.journal.totals())
            totals.update(each.posted_minor for each in found)
        return True

    outcomes = await asyncio.gather(*(one(number) for number in range(64)))

    assert sum(outcomes) == 300 // 7
    assert totals == {0}
    assert query(path, "SELECT posted FROM accounts WHERE id = ?", ANN) == [(300 % 7,)]


async def test_processes_share_one_balance(path: Path) -> None:
    """The guard is in the file, not in the memory of one process."""
    children = [
        subprocess.Popen(  # noqa: ASYNC220  # they run side by side
            [sys.executable, "-c", _SPENDER, str(path), f"p{number}"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(3)
    ]
    spent = [int(child.communicate(timeout=60)[0]) for child in children]

    assert sum(spent) == 300
    assert query(path, "SELECT posted FROM accounts WHERE id = ?", ANN) == [(0,)]


def test_second_server_on_one_file_is_refused(path: Path) -> None:
    """Two would both believe that they alone checkpoint; the lock dies with its holder."""
    with serving(path), pytest.raises(ServedElsewhereError), serving(path):
        pass
    with serving(path):
        pass


async def test_backup_under_load_is_a_whole(
    store: SqliteStore, path: Path, tmp_path: Path
) -> None:
    """A copy made while money moves restores to a moment that was."""
    copies = [tmp_path / f"copy{number}.db" for number in range(4)]

    def one(number: int) -> Callable[[SqliteBook], object]:
        return lambda book: book.ledger.post(transaction(f"b{number}", POOL, BOB, 1))

    async def pay() -> None:
        for number in range(200):
            await store.write(one(number))

    paying = asyncio.create_task(pay())
    for copy in copies:
        await asyncio.to_thread(back_up, path, copy)
    await paying
    for number, copy in enumerate(copies):
        restored = tmp_path / f"restored{number}.db"
        restore(copy, restored)
        [posted] = query(restored, "SELECT posted FROM accounts WHERE id = ?", BOB)
        [moved] = query(restored, "SELECT count(*) FROM transactions WHERE key LIKE 'b%'")
        assert posted == moved
