"""`purser verify` on PostgreSQL: the same faults by the same names, and those of its own.

The faults are planted as the superuser can who takes every guard down.
"""

from collections.abc import Iterator

import psycopg
import pytest

from bench.servers import PostgresServer
from purser.services import Services
from storage.ledger import posted
from storage.postgres.connection import Row
from storage.postgres.store import PostgresStore
from tests.books import ANN, POOL, empty, open_accounts, postgres_book, transaction
from tests.cast import Cast
from tests.storage.test_audit import IN_BOTH, lacking, story

ROWS = """
    SELECT position, hash, transactions.*, debit, credit, amount, currency
    FROM seals JOIN transactions USING (key) JOIN transfers USING (key) ORDER BY position
"""
IN_POSTGRES = {
    "a transfer's amount is edited": (
        ["UPDATE transfers SET amount = amount + 3 WHERE key LIKE 'topup:%'"],
        {("chain_broken", "transactions 4", 500_03), ("topup_unposted", "topups ", 500_00)},
    ),
    "a transfer goes to somebody else": (
        ["UPDATE transfers SET credit = 'holder/x:main:RUB' WHERE key LIKE 'correction:%'"],
        {
            ("chain_broken", "transactions 1", 70_00),
            ("reference_broken", "transfers correction:", 70_00),
        },
    ),
    "a transfer is deleted": (
        ["DELETE FROM transfers WHERE key LIKE 'payment:%'"],
        {
            ("transaction_empty", "transactions payment:", 0),
            ("payment_unposted", "payments ", 100_00),
        },
    ),
    "a transaction is deleted": (
        ["DELETE FROM transactions WHERE key LIKE 'correction:%'"],
        {
            ("transaction_missing", "transactions correction:", 0),
            ("transfer_orphaned", "transfers correction:", 70_00),
        },
    ),
    "a transaction is deleted with all that names it": (
        [
            f"DELETE FROM {table} WHERE key LIKE 'correction:%'"
            for table in ("transactions", "transfers", "seals")
        ],
        {("seal_missing", "seals 1", 0), ("balance_wrong", "accounts holder/", 70_00)},
    ),
    "a transfer is added": (
        [
            (
                "INSERT INTO transfers SELECT key, 2, debit, credit, 9, currency FROM transfers"
                " WHERE key LIKE 'topup:%'"
            )
        ],
        {("chain_broken", "transactions 4", 500_09), ("balance_wrong", "accounts holder/", -9)},
    ),
    "a transaction is added": (
        ["INSERT INTO transactions VALUES ('gift', 'gift', 'x', 0)"],
        {
            ("transaction_unsealed", "transactions gift", 0),
            ("transaction_empty", "transactions gift", 0),
        },
    ),
    "a time is changed": (
        ["UPDATE transactions SET at = at + 1 WHERE key LIKE 'refund:%'"],
        {("chain_broken", "transactions 3", 40_00)},
    ),
    "a seal is forged": (
        ["UPDATE seals SET hash = decode(repeat('00', 32), 'hex') WHERE position = 2"],
        {("chain_broken", "transactions 2", 100_00), ("chain_broken", "transactions 3", 40_00)},
    ),
    "two seals change places": (
        [
            "UPDATE seals SET position = 99 WHERE position = 2",
            "UPDATE seals SET position = 2 WHERE position = 3",
            "UPDATE seals SET position = 3 WHERE position = 99",
        ],
        {("chain_broken", "transactions 2", 40_00), ("chain_broken", "transactions 3", 100_00)},
    ),
    "a transfer is negative": (
        ["UPDATE transfers SET amount = -amount WHERE key LIKE 'correction:%'"],
        {
            ("transfer_illegal", "transfers correction:", -70_00),
            ("chain_unreadable", "transactions 1", 0),
        },
    ),
    "a transfer's currency is another": (
        ["UPDATE transfers SET currency = 'USD' WHERE key LIKE 'correction:%'"],
        {("transfer_illegal", "transfers correction:", 70_00)},
    ),
    "a waiting credit is made up": (
        [
            (
                "INSERT INTO pending_credits SELECT id, 'gift', 1, 5 FROM accounts"
                " WHERE owner LIKE 'merchant/%' LIMIT 1"
            )
        ],
        {
            ("credit_orphaned", "pending_credits merchant/", 5),
            ("balance_wrong", "accounts merchant/", 5),
        },
    ),
    "a payment's card is gone": (
        ["UPDATE payments SET card = 'none' WHERE state = 'done'"],
        {("reference_broken", "payments ", 0)},
    ),
    "a key's shop is gone": (
        ["INSERT INTO merchant_keys VALUES ('\\x00', 'nobody', '', 0, NULL)"],
        {("reference_broken", "merchant_keys 00", 0)},
    ),
    "two people have one phone": (
        ["UPDATE holders SET phone = '+79161234567'"],
        {("double_holders_phone", "holders ", 0)},
    ),
    "two people have one Telegram account": (
        ["UPDATE holders SET telegram_id = 7"],
        {("double_holders_telegram_id", "holders ", 0)},
    ),
    "two cards have one number": (
        ["UPDATE cards SET number_index = '\\x01'"],
        {("double_cards_number_index", "cards ", 0)},
    ),
    "an offer was paid twice": (
        ["UPDATE payments SET offer = 'one'"],
        {("double_payments_offer", "payments ", 0)},
    ),
    "an invoice was paid twice": (
        ["UPDATE payments SET invoice = (SELECT min(invoice) FROM payments), state = 'done'"],
        {("invoice_paid_twice", "invoices ", None)},
    ),
}
CORRUPTIONS = IN_BOTH | IN_POSTGRES


@pytest.fixture
def database(postgres_server: PostgresServer) -> Iterator[str]:
    """A database of the test's own, whose guards it may take down."""
    empty(postgres_server.url)
    yield postgres_server.create("corrupted", template="purser")
    postgres_server.drop("corrupted")


@pytest.fixture
def engine() -> str:
    return "postgres"


def corrupt(url: str, *statements: str) -> None:
    """Change facts with every guard taken down."""
    checks = "SELECT conrelid::regclass, conname FROM pg_constraint WHERE contype = 'c'"
    with psycopg.connect(url) as raw:
        raw.execute("SET session_replication_role = replica")
        for table, name in raw.execute(f"{checks} AND connamespace = 'public'::regnamespace"):
            raw.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}".encode())
        for statement in statements:
            changed = raw.execute(statement.encode()).rowcount
            assert changed > 0, statement


async def test_right_books_have_no_fault(cast: Cast, store: PostgresStore) -> None:
    """Neither while transactions wait to be sealed and credits to be added, nor later."""
    await story(cast)
    before = await cast.services.books.audit()
    await store.seal()
    after = await cast.services.books.audit()

    assert before.faults == after.faults == []
    assert before.totals == after.totals
    assert (before.head.position, after.head.position) == (0, 4)
    assert (after.transactions, after.transfers) == (4, 4)
    [roubles, _] = after.totals
    assert (roubles.posted_minor, roubles.held_minor) == (0, 30_00)
    assert roubles.holders_minor == 510_00


@pytest.mark.parametrize(("statements", "expected"), CORRUPTIONS.values(), ids=CORRUPTIONS.keys())
async def test_corruption_is_named_with_its_row_and_amount(
    cast: Cast,
    store: PostgresStore,
    database: str,
    statements: list[str],
    expected: set[tuple[str, str, int | None]],
) -> None:
    """Who reads the line knows where to look and how much is at stake."""
    await story(cast)
    await store.seal()
    corrupt(database, *statements)

    faults = (await cast.services.books.audit()).faults

    assert lacking(faults, expected) == [], faults


async def test_head_outside_finds_a_cut_tail(
    cast: Cast, store: PostgresStore, database: str
) -> None:
    """Inside, a tail cut with its balances leaves no trace."""
    await story(cast)
    await store.seal()
    head = await cast.services.books.head()
    corrupt(
        database,
        "DELETE FROM transfers WHERE key LIKE 'topup:%'",
        "DELETE FROM transactions WHERE key LIKE 'topup:%'",
        "DELETE FROM seals WHERE key LIKE 'topup:%'",
    )

    audit = await cast.services.books.audit(anchor=head)

    assert ("journal_cut", "transactions 4") in {(each.name, each.row) for each in audit.faults}


async def test_head_outside_finds_a_journal_made_anew(
    cast: Cast, store: PostgresStore, services: Services, database: str
) -> None:
    """Whoever edits a row and hashes everything again is caught only from outside."""
    await story(cast)
    await store.seal()
    head = await services.books.head()
    corrupt(database, "UPDATE transactions SET at = at + 1 WHERE key LIKE 'correction:%'")
    _hash_anew(database)

    inside = await services.books.audit()
    anchored = await services.books.audit(anchor=head)

    assert inside.faults == []
    assert [each.name for each in anchored.faults] == ["journal_rewritten"]


def test_audit_takes_the_time_that_it_needs(postgres_server: PostgresServer) -> None:
    """Millions of rows are read for longer than any payment may take."""
    empty(postgres_server.url)
    with postgres_book(postgres_server.url) as book:
        open_accounts(book)
        book.ledger.post(transaction("k", POOL, ANN, 1))

        assert list(book.journal.faults()) == []
        [limit] = book.connection.execute("SHOW statement_timeout").fetchall()
        assert limit[0] == "0"


def _hash_anew(url: str) -> None:
    with psycopg.connect(url) as raw:
        raw.execute("SET session_replication_role = replica")
        cursor = raw.execute(ROWS.encode())
        places = {column.name: place for place, column in enumerate(cursor.description or ())}
        previous = bytes(32)
        for values in cursor.fetchall():
            kept = posted([Row(values, places)])
            previous = kept.transaction.hash_after(previous, kept.position)
            raw.execute(
                "UPDATE seals SET hash = %s WHERE position = %s", (previous, kept.position)
            )
