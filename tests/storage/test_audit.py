"""`purser verify`: silent on right books, and on wrong ones it names row and amount.

Each corruption is one fact changed behind the wallet's back, as an insider, a bug or a
broken disk would; the database's own guards are taken down first.
"""

from contextlib import closing
from pathlib import Path

import pytest

from services.books import Fault, SignedHead, is_genuine
from services.exchanges import Wish
from services.money import RUB, USD, Money
from storage.ledger import posted
from storage.sqlite.audit import faults
from storage.sqlite.engine import sqlite3
from tests.cast import BOB, OTHER_PHONE, PHONE, Cast


async def story(cast: Cast) -> None:
    """Something of everything: top-up, payment, refund, a hold that is open."""
    ann, bob = await cast.join(), await cast.join(BOB, OTHER_PHONE)
    shop, terminal = await cast.shop(), await cast.terminal()
    await cast.services.topups.pay(
        terminal=terminal, receipt="17", phone=PHONE, amount=Money(500_00, RUB)
    )
    await cast.fund(bob, 70_00)
    paid, waiting = await cast.invoice(shop, 100_00), await cast.invoice(shop, 30_00)
    await cast.pay(ann, paid)
    await cast.services.refunds.refund(merchant=shop, invoice_id=paid.id, amount=Money(40_00, RUB))
    offer = await cast.services.payments.offer(holder=ann, invoice_id=waiting.id, key="open")
    await cast.services.payments.confirm(holder=ann, offer_id=offer.offer.id)


def corrupt(path: Path, *statements: str) -> None:
    """Change facts in the file with every guard taken down."""
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("PRAGMA ignore_check_constraints = ON")
        for (name,) in raw.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'trigger'"
        ).fetchall():
            raw.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            raw.execute(statement)


HOLDER = "(SELECT id FROM accounts WHERE owner LIKE 'holder/%' AND posted > 40000)"
IN_BOTH = {
    "a balance is raised": (
        [f"UPDATE accounts SET posted = posted + 777 WHERE id = {HOLDER}"],
        {("balance_wrong", "accounts holder/", 777), ("currency_unbalanced", "accounts RUB", 777)},
    ),
    "money is moved between balances": (
        [
            f"UPDATE accounts SET posted = posted - 5 WHERE id = {HOLDER}",
            "UPDATE accounts SET posted = posted + 5 WHERE owner LIKE 'merchant/%'",
        ],
        {("balance_wrong", "accounts holder/", -5), ("balance_wrong", "accounts merchant/", 5)},
    ),
    "a held amount is forgotten": (
        [f"UPDATE accounts SET held = 0 WHERE id = {HOLDER}"],
        {("held_wrong", "accounts holder/", -30_00)},
    ),
    "an account is overdrawn": (
        ["UPDATE accounts SET posted = -1 WHERE owner LIKE 'merchant/%'"],
        {("overdrawn", "accounts merchant/", -1)},
    ),
    "a hold is orphaned": (
        ["UPDATE offers SET state = 'expired' WHERE state = 'confirmed'"],
        {("hold_overdue", "holds ", 30_00)},
    ),
    "a hold captured too much": (
        ["UPDATE holds SET captured = amount + 1 WHERE state = 'captured'"],
        {("hold_illegal", "holds ", 1)},
    ),
    "a payment is done that was not": (
        ["UPDATE payments SET state = 'done' WHERE state = 'held'"],
        {("payment_unposted", "payments ", 30_00), ("operation_wrong", "operations ", 0)},
    ),
    "a payment that was done is not": (
        ["UPDATE payments SET state = 'failed' WHERE state = 'done'"],
        {("payment_not_done", "payments ", 100_00), ("invoice_illegal", "invoices ", 100_00)},
    ),
    "an invoice is paid for nothing": (
        ["UPDATE invoices SET state = 'paid' WHERE state = 'waiting'"],
        {("invoice_illegal", "invoices ", 30_00)},
    ),
    "a refund is forgotten": (
        ["UPDATE invoices SET refunded = 0 WHERE refunded > 0"],
        {("refund_wrong", "invoices ", -40_00)},
    ),
    "a refund is made up": (
        ["UPDATE refunds SET amount = amount + 100"],
        {("refund_unposted", "refunds ", 41_00), ("refund_wrong", "invoices ", -1_00)},
    ),
    "more was given back than was paid": (
        ["UPDATE invoices SET refunded = amount + 1 WHERE refunded > 0"],
        {("refund_too_large", "invoices ", 1)},
    ),
    "a top-up is credited for nothing": (
        ["UPDATE topups SET amount = amount + 100"],
        {("topup_unposted", "topups ", 501_00)},
    ),
    "a history says something else": (
        ["UPDATE operations SET amount = amount - 1 WHERE kind = 'payment' AND state = 'done'"],
        {("operation_wrong", "operations ", 0)},
    ),
}
IN_SQLITE = {
    "a transfer's amount is edited": (
        ["UPDATE transfers SET amount = amount + 3 WHERE id = 1"],
        {("chain_broken", "transactions 1", None), ("topup_unposted", "topups ", 500_00)},
    ),
    "a transfer goes to somebody else": (
        ["UPDATE transfers SET credit = 'holder/x:main:RUB' WHERE id = 2"],
        {("chain_broken", "transactions 2", None), ("reference_broken", "transfers 2", 0)},
    ),
    "a transfer is deleted": (
        ["DELETE FROM transfers WHERE id = 3"],
        {("transaction_empty", "transactions 3", 0), ("payment_unposted", "payments ", 100_00)},
    ),
    "a transaction is deleted": (
        ["DELETE FROM transactions WHERE position = 2"],
        {
            ("transaction_missing", "transactions 2", 0),
            ("transfer_orphaned", "transfers 2", 70_00),
        },
    ),
    "a transfer is added": (
        ["INSERT INTO transfers SELECT 99, 1, debit, credit, 9, currency FROM transfers LIMIT 1"],
        {("chain_broken", "transactions 1", None), ("balance_wrong", "accounts holder/", -9)},
    ),
    "a time is changed": (
        ["UPDATE transactions SET at = at + 1 WHERE position = 4"],
        {("chain_broken", "transactions 4", 40_00)},
    ),
    "a transfer is negative": (
        ["UPDATE transfers SET amount = -amount WHERE id = 2"],
        {("transfer_illegal", "transfers 2", -70_00), ("chain_unreadable", "transactions 2", 0)},
    ),
}
CORRUPTIONS = IN_BOTH | IN_SQLITE


async def test_right_books_have_no_fault(cast: Cast) -> None:
    """A false alarm would teach operators to look away."""
    await story(cast)

    audit = await cast.services.books.audit()

    assert audit.faults == []
    assert (audit.transactions, audit.transfers) == (4, 4)
    [roubles, _] = audit.totals
    assert (roubles.posted_minor, roubles.held_minor) == (0, 30_00)
    assert roubles.holders_minor == 510_00


@pytest.mark.parametrize(("statements", "expected"), CORRUPTIONS.values(), ids=CORRUPTIONS.keys())
async def test_corruption_is_named_with_its_row_and_amount(
    cast: Cast,
    path: Path,
    statements: list[str],
    expected: set[tuple[str, str, int | None]],
) -> None:
    """Who reads the line knows where to look and how much is at stake."""
    await story(cast)
    corrupt(path, *statements)

    faults = (await cast.services.books.audit()).faults

    assert lacking(faults, expected) == []


async def test_exchange_that_says_more_than_it_moved(cast: Cast, path: Path) -> None:
    """What a receipt would state is compared with what the journal has."""
    await cast.services.rates.set(pair="USD/RUB", rate="92.50")
    ann = await cast.join()
    await cast.fund(ann, 1000_00)
    wish = Wish(RUB, USD, Money(10_00, USD))
    offered = await cast.services.exchanges.offer(holder=ann, wish=wish, key="x")
    await cast.services.exchanges.confirm(holder=ann, offer_id=offered.offer.id)
    waiting = await cast.faults()
    await cast.services.exchanges.prove(
        holder=ann, offer_id=offered.offer.id, typed=await cast.code()
    )
    done = await cast.faults()

    corrupt(path, "UPDATE exchanges SET gets = gets + 1")

    assert (waiting, done) == ([], [])
    assert await cast.faults() == [f"exchange_unposted exchanges exchange/{offered.offer.id}"]


async def test_broken_page_is_named(cast: Cast, path: Path) -> None:
    """A disk that loses bits is found before its balances are believed."""
    await story(cast)
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        [root] = raw.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'accounts_of_owner'"
        ).fetchone()
        [size] = raw.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek(root * size - 1)
        file.write(b"x")  # the last letter of the index's first entry

    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.row_factory = sqlite3.Row
        found = list(faults(raw))

    assert any(fault.name == "page_broken" for fault in found)


async def test_head_outside_finds_a_cut_tail(cast: Cast, path: Path) -> None:
    """Inside, a tail cut with its balances leaves no trace."""
    await story(cast)
    head = await cast.services.books.head()
    corrupt(
        path,
        "DELETE FROM transfers WHERE position = 4",
        "DELETE FROM transactions WHERE position = 4",
    )

    audit = await cast.services.books.audit(anchor=head)

    assert ("journal_cut", "transactions 4") in {(each.name, each.row) for each in audit.faults}


async def test_head_outside_finds_a_journal_made_anew(cast: Cast, path: Path) -> None:
    """Whoever edits a row and hashes everything again is caught only from outside."""
    await story(cast)
    head = await cast.services.books.head()
    corrupt(path, "UPDATE transactions SET at = at + 1 WHERE position = 1")
    _hash_anew(path)

    inside = await cast.services.books.audit()
    anchored = await cast.services.books.audit(anchor=head)

    assert inside.faults == []
    assert [each.name for each in anchored.faults] == ["journal_rewritten"]


async def test_forged_head_is_not_believed(cast: Cast) -> None:
    """Somebody who sends a head of his own must have the wallet's key."""
    await story(cast)
    head = await cast.services.books.head()
    forged = SignedHead(head.position, "0" * 64, head.at, head.signature, head.public_key)

    audit = await cast.services.books.audit(anchor=forged)

    assert is_genuine(head)
    assert not is_genuine(forged)
    assert [each.name for each in audit.faults] == ["anchor_forged"]


def lacking(
    faults: list[Fault], expected: set[tuple[str, str, int | None]]
) -> list[tuple[str, str, int | None]]:
    """Which of the *expected* faults, with row and amount, are not among *faults*."""
    return [each for each in expected if not any(_is(fault, *each) for fault in faults)]


def _is(fault: Fault, name: str, row: str, amount: int | None) -> bool:
    same_amount = amount is None or fault.amount_minor == amount
    return fault.name == name and fault.row.startswith(row) and same_amount


def _hash_anew(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.row_factory = sqlite3.Row
        rows = raw.execute(
            "SELECT transactions.*, debit, credit, amount, currency"
            " FROM transactions JOIN transfers USING (position) ORDER BY position"
        ).fetchall()
        previous = bytes(32)
        for row in rows:
            kept = posted([row])
            previous = kept.transaction.hash_after(previous, kept.position)
            raw.execute(
                "UPDATE transactions SET hash = ? WHERE position = ?", (previous, kept.position)
            )
