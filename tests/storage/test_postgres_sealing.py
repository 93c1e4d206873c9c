"""Sealing: later than the posting, by whoever comes, and every transaction once."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest

from services.books import is_genuine, sign
from services.ledger import GENESIS, Transaction
from services.vault import Vault
from storage.postgres import sealing
from storage.postgres.book import PostgresBook
from storage.postgres.connection import connect
from storage.postgres.sealing import seal
from storage.postgres.store import PostgresStore, open_store
from tests.books import ANN, BOB, POOL, memory_book, open_accounts, transaction
from tests.cast import Cast
from tests.clock import TestClock
from tests.storage.test_audit import story

AT = TestClock()()
WAIT = 30
SEALS = "SELECT position, key, hash FROM seals ORDER BY position"


@pytest.fixture
def engine() -> str:
    return "postgres"


@pytest.fixture
async def opened(store: PostgresStore) -> PostgresStore:
    """A store with accounts."""
    await store.write(open_accounts)
    return store


def at(key: str, seconds: int, minor: int = 1) -> Transaction:
    """A transaction of that second."""
    return replace(transaction(key, POOL, ANN, minor), at=AT + timedelta(seconds=seconds))


def posting(*wanted: Transaction) -> Callable[[PostgresBook], None]:
    def work(book: PostgresBook) -> None:
        for each in wanted:
            book.ledger.post(each)

    return work


def seals(url: str) -> list[tuple[int, str, bytes]]:
    """The chain, seen from outside."""
    with psycopg.connect(url) as raw:
        return raw.execute(SEALS).fetchall()


async def test_chain_is_the_one_that_sqlite_would_have(
    opened: PostgresStore, database: str
) -> None:
    """The same transactions in that order have the same places and hashes there."""
    two = at("b", 1, 5)
    two = replace(two, transfers=(*two.transfers, transaction("x", ANN, BOB, 2).transfers[0]))
    mixed = [at("c", 9), at("a", 1), two, replace(at("d", 10), reverses="c")]
    for each in mixed:
        await opened.write(posting(each))

    sealed = await opened.seal()

    with memory_book() as book:
        open_accounts(book)
        expected = []
        for each in sorted(mixed, key=lambda one: (one.at, one.key)):
            kept = book.ledger.post(each)
            expected.append((kept.position, each.key, kept.hash))
    assert sealed == 4
    assert seals(database) == expected


async def test_chain_goes_on_where_it_ended(
    opened: PostgresStore, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Block by block, and again when more has come; with nothing to do it stays as it is."""
    monkeypatch.setattr(sealing, "BLOCK", 3)
    for number in range(7):
        await opened.write(posting(at(f"k{6 - number}", number)))
    first = await opened.seal()
    before = seals(database)
    await opened.write(posting(at("early", -5), at("later", 99)))
    second, nothing = await opened.seal(), await opened.seal()

    assert (first, second, nothing) == (7, 2, 0)
    assert seals(database)[:7] == before
    assert [key for _, key, _ in seals(database)] == [
        *(f"k{6 - number}" for number in range(7)),  # in the order of their times
        "early",
        "later",
    ]
    previous = GENESIS.hash
    for position, key, link in seals(database):
        kept = await opened.read(lambda book, key=key: book.ledger.posted(key))  # type: ignore[misc]
        assert kept is not None
        assert link == kept.transaction.hash_after(previous, position)
        previous = link


async def test_one_that_commits_late_is_sealed_later(opened: PostgresStore, database: str) -> None:
    """An earlier time and number do not help: what was not there yet is not passed over."""
    began, finish = threading.Event(), threading.Event()
    await opened.write(posting(at("fund", -9)))

    def late(book: PostgresBook) -> None:
        book.ledger.post(transaction("late", ANN, POOL, 1))
        began.set()
        finish.wait(WAIT)

    waiting = asyncio.create_task(opened.write(late))
    await asyncio.to_thread(began.wait, WAIT)
    await opened.write(posting(transaction("soon", POOL, BOB, 1)))
    first = await opened.seal()
    finish.set()
    await waiting
    second = await opened.seal()

    assert (first, second) == (2, 1)
    assert [key for _, key, _ in seals(database)] == ["fund", "soon", "late"]
    assert await opened.read(lambda book: list(book.journal.faults())) == []


async def test_sealers_do_not_meet(opened: PostgresStore, database: str) -> None:
    """Several at once, while others post: one chain, in which everything is once."""
    keys = [f"k{number:03}" for number in range(120)]
    ready = threading.Barrier(4)

    def sealer() -> int:
        with closing(connect(database)) as raw:
            ready.wait(WAIT)
            return sum(seal(raw) for _ in range(10))

    with ThreadPoolExecutor(4) as pool:
        sealing_ = [pool.submit(sealer) for _ in range(4)]
        await asyncio.gather(*(opened.write(posting(at(key, 0))) for key in keys))
        total = sum([await asyncio.wrap_future(each) for each in sealing_])
    total += await opened.seal()

    assert total == len(keys)
    found = seals(database)
    assert sorted(key for _, key, _ in found) == keys
    assert [position for position, _, _ in found] == list(range(1, len(keys) + 1))
    assert await opened.read(lambda book: list(book.journal.faults())) == []


async def test_second_sealer_leaves_it_to_the_first(opened: PostgresStore, database: str) -> None:
    """It does not wait: there is nothing that the first would not do."""
    await opened.write(posting(at("k", 0)))
    with psycopg.connect(database) as raw:
        raw.execute(sealing._ALONE)

        assert await opened.seal() == 0

    assert await opened.seal() == 1


async def test_sealer_that_dies_leaves_no_half(
    opened: PostgresStore, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The seals and what no longer waits are one transaction."""
    await opened.write(posting(at("k", 0)))
    monkeypatch.setattr(sealing, "_SEALED", b"SELECT no_such_column, %s")
    with pytest.raises(psycopg.Error):
        await opened.seal()
    monkeypatch.undo()

    assert seals(database) == []
    assert await opened.seal() == 1


async def test_credits_are_folded_when_they_are_sealed(
    opened: PostgresStore, database: str
) -> None:
    """What is summed on each read stays short; the balance is the same before and after."""
    await opened.write(posting(at("in", 0, 5), transaction("out", ANN, POOL, 3)))

    def sums(book: PostgresBook) -> tuple[int, int]:
        [row] = book.connection.execute("SELECT count(*) FROM pending_credits").fetchall()
        found = book.ledger.balance(POOL)
        assert found is not None
        return row[0], found.posted.minor

    before = await opened.read(sums)
    await opened.seal()

    assert before == (1, -2)
    assert await opened.read(sums) == (0, -2)


async def test_head_is_signed_and_is_the_newest_seal(
    cast: Cast, store: PostgresStore, database: str, vault: Vault
) -> None:
    """What is sent to the operators proves all that was sealed before it."""
    await story(cast)
    empty_head = await cast.services.books.head()
    await store.seal()
    head = await cast.services.books.head()
    await cast.fund(await cast.services.wallets.find(phone="+79161234567"), 5)
    await store.seal()
    audit = await cast.services.books.audit(anchor=head)

    assert (empty_head.position, head.position, audit.head.position) == (0, 4, 5)
    assert is_genuine(head)
    assert head.hash == seals(database)[3][2].hex()
    assert audit.faults == []
    assert audit.head == await store.read(lambda book: sign(book.ledger.head(), vault))


@pytest.fixture
async def other(database: str) -> AsyncIterator[PostgresStore]:
    """Another process on the same database."""
    async with open_store(database) as second:
        yield second


async def test_stores_seal_for_one_another(opened: PostgresStore, other: PostgresStore) -> None:
    """Whichever process comes first seals what every other has posted."""
    await opened.write(posting(at("a", 0)))
    await other.write(posting(at("b", 1)))

    assert await other.seal() == 2
    assert await opened.seal() == 0
    assert await opened.read(lambda book: book.ledger.head().position) == 2
