"""Many spenders of one balance, and many payers of one account, in two processes."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from services.ledger import InsufficientFundsError
from storage.postgres.book import PostgresBook
from storage.postgres.store import PostgresStore, open_store
from tests.books import ANN, BOB, POOL, transaction
from tests.storage.moves import Use, fund, move


@pytest.fixture
def engine() -> str:
    return "postgres"


@pytest.fixture(autouse=True)
async def funded(store: PostgresStore) -> None:
    """Ann has 100.00 roubles."""
    await store.write(fund)


@pytest.fixture
async def other(database: str) -> AsyncIterator[PostgresStore]:
    """Another process on the same database."""
    async with open_store(database) as opened:
        yield opened


async def test_balance_is_spent_to_the_kopeck_and_no_further(
    store: PostgresStore, other: PostgresStore
) -> None:
    """By many at once in two processes; every look sees the same sum."""
    totals: set[int] = set()

    async def one(number: int) -> bool:
        try:
            await (store, other)[number % 2].write(move(f"s{number}", 350))
        except InsufficientFundsError:
            return False
        finally:
            found = await store.read(lambda book: book.journal.totals())
            totals.update(each.posted_minor for each in found)
        return True

    outcomes = await asyncio.gather(*map(one, range(64)))
    left = await store.read(lambda book: book.ledger.balance(ANN))

    assert sum(outcomes) == 100_00 // 350
    assert left is not None
    assert left.posted.minor == 100_00 % 350
    assert totals == {0}


async def test_many_pay_one_shop_and_nothing_is_lost_between(
    store: PostgresStore, other: PostgresStore
) -> None:
    """Credits wait beside the balance, are added to it meanwhile, and are spent meanwhile."""
    sums: set[int] = set()

    def pool(book: PostgresBook) -> int:
        found = book.ledger.balance(POOL)
        assert found is not None
        return found.posted.minor

    def there_and_back(number: int) -> Use:
        def work(book: PostgresBook) -> None:
            book.ledger.post(transaction(f"in{number}", ANN, POOL, 5))
            book.ledger.post(transaction(f"out{number}", POOL, BOB, 5))

        return work

    async def one(number: int) -> None:
        await (store, other)[number % 2].write(there_and_back(number))
        sums.add(await other.read(pool))
        if number % 5 == 0:
            await store.seal()

    await asyncio.gather(*map(one, range(60)))
    await store.seal()

    assert sums == {-100_00}
    assert await store.read(lambda book: list(book.journal.faults())) == []
    assert await store.read(pool) == -100_00
