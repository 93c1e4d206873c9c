"""The command line, from outside: a process, its output, its exit code."""

import json
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from tests.purser.conftest import Command

PHONE = "+79161234567"


def test_operator_sets_up_a_wallet_without_touching_the_database(purser: Command) -> None:
    """Holder, money, shop and terminal by commands; the books stay right."""
    holder = purser.json("holder", "add", PHONE, "--language", "ru")
    credited = purser.json("holder", "credit", PHONE, "100.50", "RUB", "--reason", "found")
    shown = purser.json("holder", "show", PHONE)
    shop = purser.json("merchant", "add", "--name", "Books & Co", "--currency", "RUB")
    terminal = purser.json("terminal", "add", "--name", "Lobby")
    audit = purser.json("verify")

    assert shown["id"] == holder["id"]
    assert credited["amount"] == {"minor": 10050, "currency": "RUB", "text": "100.50"}
    assert shown["balances"][0]["available"]["minor"] == 10050
    assert set(shop) >= {"id", "site_id", "secret_key", "public_key", "webhook_secret"}
    assert set(terminal) >= {"login", "password"}
    assert audit["faults"] == []
    assert audit["transactions"] == 1


def test_secrets_are_shown_once(purser: Command) -> None:
    """Listing a shop must not hand out its key."""
    shop = purser.json("merchant", "add", "--name", "Shop")

    listed = purser.ok("merchant", "list", "--json") + purser.ok("merchant", "show", shop["id"])

    assert shop["secret_key"] not in listed
    assert shop["webhook_secret"] not in listed


def test_rotated_key_is_another(purser: Command) -> None:
    """After a leak the operator needs one command."""
    shop = purser.json("merchant", "add", "--name", "Shop")

    fresh = purser.json("merchant", "rotate", shop["id"])
    disabled = purser.json("merchant", "disable", shop["id"])

    assert fresh["secret_key"] != shop["secret_key"]
    assert disabled["state"] == "disabled"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("holder", "show", PHONE), "no such database"),
        (("holder", "add", "12"), "phone_not_understood"),
        (("holder", "add", PHONE, "--language", "xx"), "language_unknown"),
        (("rates", "set", "--", "USD/RUB", "-1"), "rate_not_understood"),
        (("merchant", "add", "--name", "", "--json"), "merchant_name"),
        (("terminal", "add", "--name", "T", "--bond", "1.001"), "amount_too_precise"),
        (("backup", "copy.db"), "no such database"),
        (("restore", "copy.db"), "no such file"),
        (("run",), "purser sandbox"),
    ],
)
def test_error_is_a_line_on_the_error_stream(
    purser: Command, words: tuple[str, ...], says: str
) -> None:
    """Scripts look at the exit code, people at the line; nobody wants a traceback."""
    done = purser(*words)

    assert done.returncode == 1
    assert done.stdout == ""
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_bad_usage_exits_with_two(purser: Command) -> None:
    """As every command of the system does."""
    assert purser("holder", "credit").returncode == 2
    assert purser("run", "--only", "kitchen").returncode == 2


def test_verify_names_the_fault_and_fails(purser: Command) -> None:
    """A cron job with `purser verify` must turn red."""
    purser.ok("holder", "add", PHONE)
    purser.ok("holder", "credit", PHONE, "5", "RUB", "--reason", "x")
    with closing(sqlite3.connect(purser.database)) as raw, raw:
        raw.execute("DROP TRIGGER accounts_move_by_transfers")
        raw.execute("UPDATE accounts SET posted = posted + 1 WHERE owner LIKE 'holder/%'")

    done = purser("verify")

    assert done.returncode == 1
    assert "balance_wrong" in done.stdout


def test_head_kept_outside_finds_a_cut_journal(purser: Command) -> None:
    """Without a head outside, a tail cut together with its balances leaves no trace."""
    purser.ok("holder", "add", PHONE)
    empty = purser.folder / "empty.db"
    purser.ok("backup", str(empty))
    purser.ok("holder", "credit", PHONE, "5", "RUB", "--reason", "x")
    purser.ok("verify", "--save-head", "head.json")
    for file in purser.folder.glob("w.db*"):
        file.unlink()
    purser.ok("restore", str(empty))

    done = purser("verify", "--anchor", "head.json")

    assert purser("verify").returncode == 0
    assert done.returncode == 1
    assert "journal_cut" in done.stdout


def test_backup_is_whole_and_restores(purser: Command) -> None:
    """The copy is one file, readable by its owner only, and never replaces another."""
    purser.ok("holder", "add", PHONE)
    purser.ok("holder", "credit", PHONE, "7", "RUB", "--reason", "x")
    purser.ok("backup", "copy.db")
    again = purser("backup", "copy.db")
    over = purser("restore", "copy.db")

    copy = purser.folder / "copy.db"
    moved = Command(purser.folder)
    moved.environment["PURSER_DATABASE_URL"] = f"sqlite:///{purser.folder}/other.db"
    (purser.folder / "other.key").write_bytes((purser.folder / "w.key").read_bytes())
    moved.ok("restore", "copy.db")
    shown = moved.json("holder", "show", PHONE)

    assert (again.returncode, over.returncode) == (1, 1)
    assert "exists" in again.stderr
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert not list(purser.folder.glob("copy.db?*"))
    assert shown["balances"][0]["posted"]["minor"] == 700


def test_wrong_master_key_is_told_at_the_start(purser: Command) -> None:
    """Otherwise the first card would be the one to find out."""
    purser.ok("holder", "add", PHONE)
    (purser.folder / "w.key").unlink()
    missing = purser("holder", "show", PHONE)
    other = purser("holder", "show", PHONE, PURSER_SECRET_KEY="A" * 43 + "=")

    assert "missing" in missing.stderr
    assert "not the one this database was made with" in other.stderr


def test_newer_or_foreign_file_is_refused(purser: Command, tmp_path: Path) -> None:
    """Writing into something that is not ours would destroy it."""
    purser.ok("migrate")
    with closing(sqlite3.connect(purser.database)) as raw, raw:
        raw.execute("INSERT INTO migrations VALUES (9999, 'later', 'x')")
    newer = purser("verify")
    purser.database.unlink()
    with closing(sqlite3.connect(purser.database)) as raw, raw:
        raw.execute("CREATE TABLE cats (name)")
    foreign = purser("migrate")

    assert "newer" in newer.stderr
    assert "something else" in foreign.stderr


def test_seed_fills_an_empty_database_only(purser: Command) -> None:
    """A load test on somebody's real wallet would be a disaster."""
    first = purser.ok("seed", "--holders", "30", "--balance", "100", "RUB")
    more = purser.ok("seed", "--holders", "50", "--balance", "100", "RUB")
    audit = purser.json("verify")
    purser.ok("holder", "add", PHONE)
    refused = purser("seed", "--holders", "60", "--balance", "100", "RUB")

    assert first.startswith("30 wallets")
    assert more.startswith("20 wallets")
    assert audit["totals"][0]["holders_minor"] == 50 * 100_00
    assert refused.returncode == 1


def test_data_key_rotates(purser: Command) -> None:
    """The old key still opens what it sealed, so nothing has to be sealed anew."""
    purser.ok("merchant", "add", "--name", "Shop")

    first, second = purser.ok("keys", "rotate"), purser.ok("keys", "rotate")

    assert first != second
    assert json.loads(purser.ok("merchant", "list", "--json"))[0]["name"] == "Shop"
