"""`purser move`: a used wallet goes from SQLite to PostgreSQL and goes on there."""

import asyncio
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from bench.servers import PostgresServer
from purser.services import create_services
from services.ids import new_id
from services.vault import Vault
from storage.backups import MoveError
from storage.moving import TABLES, move
from storage.postgres.store import open_store as open_postgres
from storage.sqlite.lock import ServedElsewhereError, serving
from storage.sqlite.store import open_store as open_sqlite
from tests.books import empty, outside
from tests.cast import Cast
from tests.clock import TestClock
from tests.conftest import MASTER
from tests.purser.conftest import Command
from tests.storage.dump import fill

SHOPS = (
    "cash_numbers",
    "cash_payments",
    "checkouts",
    "deliveries",
    "fiscal_receipts",
    "links",
    "merchant_people",
    "merchant_terms",
    "payouts",
    "pull_shops",
    "return_origins",
    "robokassa_invoices",
    "robokassa_numbers",
    "robokassa_shops",
    "settlements",
    "signing_keys",
)
"""Tables of what connects shops, each with something in it."""

_COLUMNS = "SELECT name FROM pragma_table_info(?)"
OTHERWISE_IN_POSTGRES = {"accounts": {"last_transfer"}, "transactions": {"position", "hash"}}
"""Columns that go into another table there; transfers and seals are read from queries."""


@pytest.fixture
def used(path: Path) -> Path:
    """A wallet with something of everything."""
    asyncio.run(fill(path))
    return path


@pytest.fixture
def target(postgres_server: PostgresServer) -> str:
    empty(postgres_server.url)
    return postgres_server.url


def test_moved_wallet_has_equal_books(used: Path, target: str) -> None:
    """Totals, entries and the head of the chain are the same on both sides."""

    async def audits() -> list[object]:
        found: list[object] = []
        async with open_sqlite(used) as before, open_postgres(target) as after:
            for store in (before, after):
                services = create_services(
                    store=store, vault=Vault(MASTER), now=TestClock(), new_id=new_id
                )
                audit = await services.books.audit()
                overview = await services.books.overview(limit=1000)
                assert audit.faults == []
                found.append((audit, overview.transactions))
        return found

    counts = move(used, target)
    before, after = asyncio.run(audits())

    assert before == after
    assert counts["transfers"] > 0
    assert all(counts[name] for name in ("accounts", "holds", "offers", "payments", "cards"))
    assert all(counts[name] for name in SHOPS)


def test_moved_wallet_goes_on(used: Path, target: str) -> None:
    """Money can be spent, and what was claimed once cannot be claimed again."""
    move(used, target)

    async def go_on() -> tuple[int, list[object]]:
        clock = TestClock()
        async with open_postgres(target) as store:
            services = create_services(store=store, vault=Vault(MASTER), now=clock, new_id=new_id)
            cast = Cast(services, store, clock)
            [number] = await store.read(
                lambda book: [
                    row[0]
                    for row in book.connection.execute("SELECT min(phone) FROM holders").fetchall()
                ]
            )
            ann = await services.wallets.find(phone=number)
            was = await cast.available(ann)
            await cast.fund(ann, 5_00)
            await store.seal()
            audit = await services.books.audit()
            return await cast.available(ann) - was, list(audit.faults)

    gained, faults = asyncio.run(go_on())

    assert gained == 5_00
    assert faults == []


def test_target_that_holds_something_is_not_touched(used: Path, target: str) -> None:
    """Two wallets are not mixed."""
    move(used, target)

    with pytest.raises(MoveError, match="holds something"):
        move(used, target)


def test_served_wallet_is_not_moved(used: Path, target: str) -> None:
    """What is paid meanwhile would be lost."""
    with serving(used), pytest.raises(ServedElsewhereError):
        move(used, target)


def test_wallet_with_a_fault_is_not_moved(used: Path, target: str) -> None:
    """The target would begin with wrong books, and nobody would know whose fault it was."""
    with outside(used) as raw:
        raw.execute("DROP TRIGGER accounts_move_by_transfers")
        raw.execute("UPDATE accounts SET posted = posted + 1 WHERE owner LIKE 'holder/%'")

    with pytest.raises(MoveError, match="fault"):
        move(used, target)
    with closing(psycopg.connect(target)) as raw_target:
        assert raw_target.execute("SELECT count(*) FROM accounts").fetchone() == (0,)


def test_row_that_arrives_otherwise_undoes_the_move(
    used: Path, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lossy conversion is seen before anything is kept."""
    monkeypatch.setattr(
        "storage.moving._UNIQUES", "UPDATE holders SET language = 'xx'; SELECT 1", raising=True
    )

    with pytest.raises(MoveError, match="did not arrive"):
        move(used, target)
    with closing(psycopg.connect(target)) as raw:
        assert raw.execute("SELECT count(*) FROM holders").fetchone() == (0,)


def test_no_table_is_forgotten(used: Path) -> None:
    """Whoever adds a table decides whether it moves: rate limits may be lost."""
    with outside(used) as raw:
        names = {
            row[0] for row in raw.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        }

    assert names - {"migrations", "rate_limits"} <= {table.name for table in TABLES}


def test_no_column_is_forgotten(used: Path) -> None:
    """One that may be empty would be lost in silence."""
    with outside(used) as raw:
        forgotten = {
            table.name: kept
            for table in TABLES
            if not table.source
            and (
                kept := {row[0] for row in raw.execute(_COLUMNS, (table.name,))}
                - set(table.columns.split(", "))
                - OTHERWISE_IN_POSTGRES.get(table.name, set())
            )
        }

    assert forgotten == {}


def test_command_says_what_went(purser: Command, target: str) -> None:
    """As an operator does it: the file, an empty database, and a verified copy."""
    purser.ok("holder", "add", "+79161234567")
    purser.ok("holder", "credit", "+79161234567", "100", "RUB", "--reason", "test")

    printed = purser.ok("move", "--from", f"sqlite:///{purser.database}", "--to", target)
    key = (purser.database.with_suffix(".key")).read_text().strip()
    purser.environment |= {"PURSER_DATABASE_URL": target, "PURSER_SECRET_KEY": key}
    shown = purser.json("holder", "show", "+79161234567")

    assert "the books are right" in printed
    assert [
        each["posted"]["minor"] for each in shown["balances"] if each["currency"] == "RUB"
    ] == [100_00]
