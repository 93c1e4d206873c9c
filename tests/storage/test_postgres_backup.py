"""Backups of PostgreSQL: whole, private, never over something else, no use of an old button."""

import asyncio
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from bench.servers import PostgresServer, free_port
from purser.services import create_services
from services.codes import CodeExpiredError
from services.conversations import Conversation
from services.ids import new_id
from services.offers import OfferExpiredError
from services.vault import Vault
from storage.backups import BackupError
from storage.migrations import SchemaError
from storage.postgres.backup import back_up, restore, without_password
from storage.postgres.book import PostgresBook
from storage.postgres.connection import DatabaseAwayError
from storage.postgres.store import PostgresStore, open_store
from tests.books import BOB, POOL, open_accounts, transaction
from tests.cast import ANN, Cast
from tests.storage.test_audit import story

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"


@pytest.fixture
def engine() -> str:
    return "postgres"


@pytest.fixture
def empty_one(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of a database in which there is nothing."""
    yield postgres_server.create("restored")
    postgres_server.drop("restored")


def rows(url: str, question: str) -> list[tuple[object, ...]]:
    """The rows of a query, seen from outside."""
    with psycopg.connect(url) as raw:
        return raw.execute(question.encode()).fetchall()


def everything(url: str) -> dict[str, list[str]]:
    """Every row of every table that a crash would keep."""
    return {
        str(name): sorted(map(repr, rows(url, f"SELECT * FROM {name}")))
        for (name,) in rows(url, TABLES)
    }


async def test_copy_is_one_private_file_and_is_the_whole(
    cast: Cast, store: PostgresStore, database: str, empty_one: str, tmp_path: Path
) -> None:
    """Sealed and unsealed, held and open: restored, only what was open has ended."""
    await story(cast)
    await store.seal()
    await cast.fund(await cast.services.wallets.find(phone="+79161234567"), 5)
    copy = tmp_path / "kept" / "copy"
    copy.parent.mkdir()

    back_up(database, copy)
    restore(copy, empty_one)

    assert [each.name for each in copy.parent.iterdir()] == ["copy"]
    assert copy.stat().st_mode & 0o777 == 0o600
    before, after = everything(database), everything(empty_one)
    changed = {name for name in before if before[name] != after[name]}
    assert before.keys() == after.keys()
    assert changed <= {"codes", "offers", "due_work", "inbox", "conversations"}
    assert _guards(database) == _guards(empty_one)


def _guards(url: str) -> list[tuple[object, ...]]:
    """Triggers, functions, constraints, comments: what refuses, on the copy as before."""
    return rows(
        url,
        "SELECT tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger"
        " UNION ALL SELECT proname, pg_get_functiondef(oid) FROM pg_proc"
        " WHERE pronamespace = 'public'::regnamespace"
        " UNION ALL SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace"
        " UNION ALL SELECT relname, obj_description(oid, 'pg_class') FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1, 2",
    )


async def test_restored_wallet_answers_no_old_code_or_button(
    cast: Cast, database: str, empty_one: str, tmp_path: Path, vault: Vault
) -> None:
    """What was confirmed after the copy was made must not be confirmed again from it."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 100_00)
    payments, offers = cast.services.payments, []
    for key in ("confirmed", "open"):
        invoice = await cast.invoice(shop, 10_00)
        made = await payments.offer(holder=ann, invoice_id=invoice.id, key=key)
        offers.append(made.offer.id)
    await payments.confirm(holder=ann, offer_id=offers[0])
    code = await cast.code()
    await cast.services.visitors.expect(telegram_id=ANN, conversation=Conversation("code"))
    copy = tmp_path / "copy"
    back_up(database, copy)

    restore(copy, empty_one)

    async with open_store(empty_one, may_migrate=False) as store:
        services = create_services(store=store, vault=vault, now=cast.clock, new_id=new_id)
        again = Cast(services, store, cast.clock)
        with pytest.raises((OfferExpiredError, CodeExpiredError)):
            await services.payments.prove(holder=ann, offer_id=offers[0], typed=code)
        with pytest.raises(OfferExpiredError):
            await services.payments.confirm(holder=ann, offer_id=offers[1])
        visitor = await services.visitors.find(telegram_id=ANN)
        await again.deliver()  # the expiries that are due now
        assert await again.available(ann) == 100_00
        cast.clock.advance(minutes=20)
        await again.pay(ann, await again.invoice(shop, 10_00))
        await store.seal()
        assert await again.faults() == []
    assert visitor.conversation.expects == ""
    assert rows(empty_one, "SELECT count(*) FROM codes WHERE state = 'sent'") == [(0,)]


async def test_backup_under_load_is_a_whole(
    store: PostgresStore, database: str, empty_one: str, tmp_path: Path
) -> None:
    """A copy made while money moves, and is sealed, restores to a moment that was."""
    await store.write(open_accounts)
    stop = asyncio.Event()
    first = asyncio.Event()

    def one(number: int) -> Callable[[PostgresBook], object]:
        return lambda book: book.ledger.post(transaction(f"b{number}", POOL, BOB, 1))

    async def pay() -> int:
        number = 0
        while not stop.is_set():
            await store.write(one(number))
            number += 1
            if number % 10 == 0:
                await store.seal()
                first.set()
        return number

    paying = asyncio.create_task(pay())
    await first.wait()
    await asyncio.to_thread(back_up, database, tmp_path / "copy")
    stop.set()
    paid = await paying
    restore(tmp_path / "copy", empty_one)

    [(posted,)] = rows(empty_one, f"SELECT posted FROM balances WHERE id = '{BOB}'")
    [(moved,)] = rows(empty_one, "SELECT count(*) FROM transactions")
    assert posted == moved
    assert 10 <= int(str(moved)) <= paid
    async with open_store(empty_one) as restored:
        await restored.seal()
        assert await restored.read(lambda book: list(book.journal.faults())) == []


async def test_nothing_is_overwritten_and_nothing_half_made_is_left(
    cast: Cast, database: str, empty_one: str, tmp_path: Path
) -> None:
    """Yesterday's copy is worth more than today's mistake, and so is a wallet in use."""
    folder = tmp_path / "kept"
    folder.mkdir()
    copy, no_copy, cut = (folder / name for name in ("copy", "text", "cut"))
    back_up(database, copy)
    before, books = copy.read_bytes(), everything(database)
    no_copy.write_text("this is no copy at all\n" * 99, "utf-8")
    cut.write_bytes(before[:-40])
    nobody = f"postgresql://purser@127.0.0.1:{free_port()}/purser"

    attempts: list[tuple[Callable[[], None], type[Exception], str]] = [
        (lambda: back_up(database, copy), BackupError, "is not overwritten"),
        (lambda: restore(copy, database), BackupError, "the database is not empty"),
        (lambda: back_up(empty_one, folder / "new"), SchemaError, "older"),
        (lambda: back_up(nobody, folder / "new"), DatabaseAwayError, "refused"),
        (lambda: restore(copy, nobody), DatabaseAwayError, "refused"),
        (lambda: restore(folder / "nothing", empty_one), BackupError, "no such file"),
        (lambda: restore(no_copy, empty_one), BackupError, "no copy of a PostgreSQL wallet"),
        (lambda: restore(cut, empty_one), BackupError, "pg_restore"),
    ]
    for attempt, refusal, says in attempts:
        with pytest.raises(refusal, match=says):
            attempt()

    assert copy.read_bytes() == before
    assert everything(database) == books
    assert rows(empty_one, TABLES) == []
    assert sorted(each.name for each in folder.iterdir()) == ["copy", "cut", "text"]


async def test_copy_that_was_cut_short_before_is_made_anew(
    cast: Cast, database: str, empty_one: str, tmp_path: Path
) -> None:
    """A backup that was killed leaves a part, which is in nobody's way."""
    copy = tmp_path / "copy"
    copy.with_name("copy.part").write_bytes(b"half")

    back_up(database, copy)
    restore(copy, empty_one)

    assert not copy.with_name("copy.part").exists()


async def test_programs_that_are_missing_or_fail_are_named(
    cast: Cast, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line that says what to do, and no half a copy under the right name."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    copy = tmp_path / "copy"
    with pytest.raises(BackupError, match="pg_dump is missing"):
        back_up(database, copy)

    _program(programs / "pg_dump", 'echo PGDMP; echo "server is newer" >&2; exit 1')
    with pytest.raises(BackupError, match="server is newer"):
        back_up(database, copy)

    assert [each.name for each in tmp_path.iterdir()] == ["bin"]


async def test_copy_of_somebody_else_made_meanwhile_is_kept(
    cast: Cast, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two timers at once: the later one finds the file, however late it looks."""
    programs, copy = tmp_path / "bin", tmp_path / "copy"
    programs.mkdir()
    _program(programs / "pg_dump", f"echo PGDMP; echo theirs > {copy}")
    monkeypatch.setenv("PATH", str(programs))

    for _ in range(2):
        with pytest.raises(BackupError, match="is not overwritten"):
            back_up(database, copy)
        _program(programs / "pg_dump", "exit 1")  # is not even begun

    assert copy.read_text("utf-8") == "theirs\n"


async def test_password_is_in_no_list_of_processes(
    cast: Cast,
    database: str,
    empty_one: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Everybody on the machine may read the arguments of a program that runs."""
    programs, seen = tmp_path / "bin", tmp_path / "seen"
    programs.mkdir()
    for name in ("pg_dump", "pg_restore"):
        real = shutil.which(name)
        _program(programs / name, f'echo "$PGPASSWORD: $*" >> {seen}; exec {real} "$@"')
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    copy = tmp_path / "copy"

    back_up(_with_password(database), copy)
    restore(copy, _with_password(empty_one))

    lines = seen.read_text("utf-8").splitlines()
    assert len(lines) == 2
    for line in lines:
        known, _, arguments = line.partition(": ")
        assert known == "s3cr:t/%41"
        assert "s3cr" not in arguments


def _with_password(url: str) -> str:
    return url.replace("purser@", "purser:s3cr%3At%2F%2541@")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ann:s3cr%3At%2F%2541@db.example:5433/wallet?sslmode=require",
        "postgresql://ann@db.example:5433/wallet?sslmode=require&password=s3cr%3At%2F%2541",
        "postgresql://db.example:5433/wallet?user=ann&password=s3cr%3At%2F%2541&sslmode=require",
    ],
)
def test_password_is_taken_out_wherever_it_is(url: str) -> None:
    """And it is the one that the address means, whatever is in it."""
    address, password = without_password(url)

    assert password == "s3cr:t/%41"
    assert sorted(address.split()) == [
        "dbname=wallet",
        "host=db.example",
        "port=5433",
        "sslmode=require",
        "user=ann",
    ]


def test_address_without_a_password() -> None:
    assert without_password("postgresql://db.example/wallet") == (
        "dbname=wallet host=db.example",
        None,
    )


def _program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    path.chmod(0o755)
