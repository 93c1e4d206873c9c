"""`purser receipt` and `purser statement`, as the operator and a doubting reader run them."""

import base64
import json
import subprocess
import sys
from pathlib import Path

import pytest

from services.vault import Vault
from tests.purser.conftest import ROOT, Command

PHONE = "+79161234567"
MASTER = base64.b64encode(bytes(range(32))).decode()


@pytest.fixture
def credited(purser: Command) -> str:
    """The number of a correction that credited 100.50 roubles."""
    purser.ok("holder", "add", PHONE)
    done = purser.json("holder", "credit", PHONE, "100.50", "RUB", "--reason", "found")
    return str(done["id"])


def test_receipt_is_made_and_verified(purser: Command, credited: str, tmp_path: Path) -> None:
    """By its wallet, by whoever has the key alone, and not after one byte was changed."""
    made = purser.ok("receipt", "make", credited, "--out", "r.pdf", "--language", "ru")
    key = purser.ok("receipt", "key").strip()
    body = (tmp_path / "r.pdf").read_bytes()
    (tmp_path / "forged.pdf").write_bytes(body.replace(b"/Title", b"/Titlf", 1))
    (tmp_path / "cut.pdf").write_bytes(body[:-1])

    genuine = purser.ok("receipt", "verify", "r.pdf")
    elsewhere = purser.ok(
        "receipt", "verify", "r.pdf", "--key", key, PURSER_DATABASE_URL="sqlite:///none.db"
    )
    refused = [purser("receipt", "verify", each) for each in ("forged.pdf", "cut.pdf")]
    other = purser("receipt", "verify", "r.pdf", "--key", Vault(bytes(32)).public_key())
    wrong = purser("receipt", "verify", "r.pdf", "--key", "what")
    missing = purser("receipt", "verify", "none.pdf")

    assert "written to r.pdf" in made
    assert "genuine: every byte" in genuine
    assert elsewhere == genuine
    assert body != (tmp_path / "forged.pdf").read_bytes()
    assert [each.returncode for each in (*refused, other, wrong, missing)] == [1] * 5
    assert "was changed after it was signed" in refused[0].stdout
    assert "no signature" in refused[1].stdout
    assert "another one has signed" in other.stdout
    assert "public_key" in wrong.stderr
    assert "none.pdf" in missing.stderr


def test_anybody_can_check_without_us(purser: Command, credited: str, tmp_path: Path) -> None:
    """The few lines of the document do what the command does."""
    purser.ok("receipt", "make", credited, "--out", "receipt.pdf")
    key = purser.ok("receipt", "key").strip()
    document = (ROOT / "docs" / "receipts.md").read_text("utf-8")
    lines = document.partition("```python\n")[2].partition("```")[0]

    def check() -> int:
        program = [sys.executable, "-c", f"PUBLIC = {key!r}\n{lines}"]
        return subprocess.run(program, cwd=tmp_path, capture_output=True, check=False).returncode

    genuine = check()
    body = (tmp_path / "receipt.pdf").read_bytes()
    (tmp_path / "receipt.pdf").write_bytes(body.replace(b"obj", b"obJ", 1))

    assert (genuine, check()) == (0, 1)


def test_receipt_names_what_is_wrong(purser: Command, credited: str) -> None:
    """A number of nothing, and a language that is not spoken."""
    unknown = purser("receipt", "make", "0" * 32, "--out", "r.pdf")
    language = purser("receipt", "make", credited, "--out", "r.pdf", "--language", "xx")

    assert (unknown.returncode, language.returncode) == (1, 1)
    assert "receipt_not_found" in unknown.stderr
    assert "en, ru" in language.stderr


def test_key_needs_a_master_key_only(purser: Command) -> None:
    """A wallet that was never made signs nothing."""
    given = purser.ok("receipt", "key", PURSER_SECRET_KEY=MASTER).strip()
    none = purser("receipt", "key")

    assert given == Vault(bytes(range(32))).public_key()
    assert none.returncode == 1


@pytest.mark.usefixtures("credited")
def test_statement_in_every_format(purser: Command, tmp_path: Path) -> None:
    """A file named after what it is of, or as the operator says."""
    period = ("--from", "2020-01-01", "--to", "2020-12-31")
    today = ("--from", "2026-01-01", "--to", "2029-12-31")
    says = purser.ok("statement", PHONE, *period)
    purser.ok("statement", PHONE, *today, "--format", "csv", "--out", "s.csv")
    in_roubles = ("--currency", "RUB", "--format", "json", "--out", "s.json")
    purser.ok("statement", PHONE, *today, *in_roubles)

    facts = json.loads((tmp_path / "s.json").read_text("utf-8"))
    assert "statement-RUB-20200101-20201231.pdf" in says
    assert (tmp_path / "statement-RUB-20200101-20201231.pdf").read_bytes().startswith(b"%PDF")
    assert "100.50" in (tmp_path / "s.csv").read_text("utf-8-sig")
    assert facts["closing_minor"] == 10050
    assert [each["title"] for each in facts["entries"]] == ["found"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--from", "x", "--to", "2026-11-30"), 2),
        (("--from", "2026-11-30", "--to", "2026-11-01"), 2),
        (("--from", "2026-11-01", "--to", "2026-11-30", "--format", "doc"), 2),
        (("--from", "2026-11-01", "--to", "2026-11-30", "--currency", "EUR"), 1),
    ],
)
def test_statement_names_what_is_wrong(
    purser: Command, credited: str, words: tuple[str, ...], code: int
) -> None:
    """Before anything is written."""
    assert purser("statement", PHONE, *words).returncode == code
