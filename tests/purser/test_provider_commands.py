"""`purser provider`: an operator keeps the catalogue in a file."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from purser.cli import app
from tests.books import query

FILE = """\
[[category]]
id = "games"
name = { en = "Games" }

[[provider]]
id = "steam"
category = "games"
name = { en = "Steam", ru = "Стим" }
fields = [{ name = "login", label = { en = "Login" } }]
minimum = 50
maximum = 15000
commission = { percent = 3, minimum = 10 }
connection = { kind = "osmp", url = "https://pay.example/o?k=hush", parameters = { k = "hush" } }

[[provider]]
id = "farm"
category = "games"
name = { en = "Farm" }
fields = [{ name = "player", label = { en = "Player" }, keep = "digits" }]
step = 10
minimum = 50
maximum = 100
connection = { kind = "osmp", url = "sandbox:/farm" }
"""
FARM = '[[provider]]\nid = "farm"'


@dataclass
class Command:
    """Runs `purser` in this process, with a database in *folder*."""

    folder: Path

    @property
    def database(self) -> Path:
        return self.folder / "w.db"

    def __call__(self, *words: str) -> Result:
        address = f"sqlite:///{self.database}"
        return CliRunner().invoke(app, words, env={"PURSER_DATABASE_URL": address})

    def ok(self, *words: str) -> str:
        """What it printed; it must have succeeded."""
        done = self(*words)
        assert done.exit_code == 0, done.stderr
        return done.stdout

    def json(self, *words: str) -> Any:
        """The JSON it printed."""
        return json.loads(self.ok(*words, "--json"))


@pytest.fixture
def purser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.chdir(tmp_path)
    return Command(tmp_path)


@pytest.fixture
def file(purser: Command) -> Path:
    path = purser.folder / "catalogue.toml"
    path.write_text(FILE, "utf-8")
    return path


def imported(purser: Command, *words: str) -> str:
    sandbox = ("--sandbox", "http://127.0.0.1:8080")
    return purser.ok("provider", "import", "catalogue.toml", *sandbox, *words)


def test_import_again_with_changes_and_with_somebody_missing(purser: Command, file: Path) -> None:
    """What has changed is told; what has not is counted."""
    first = imported(purser)
    again = imported(purser)
    file.write_text(FILE.replace("percent = 3", "percent = 4").partition(FARM)[0], "utf-8")
    changed = imported(purser)
    closed = json.loads(imported(purser, "--close-missing", "--json"))

    assert first.splitlines() == [
        "category games: added",
        "provider steam v1: added",
        "provider farm v1: added",
        "catalogue 1: 3 added",
    ]
    assert again == "catalogue 1: 3 unchanged\n"
    assert "provider steam v2: changed" in changed
    assert closed["version"] == 3
    assert closed["providers"] == [
        {"id": "steam", "change": "unchanged", "version": 2},
        {"id": "farm", "change": "closed", "version": 1},
    ]


def test_file_with_mistakes_changes_nothing_and_names_its_lines(
    purser: Command, file: Path
) -> None:
    imported(purser)
    broken = FILE.replace("minimum = 50\nmaximum = 15000", "minumum = 50\nmaximum = 1")
    file.write_text(broken, "utf-8")

    refused = purser("provider", "import", "catalogue.toml")

    assert refused.exit_code == 1
    lines = refused.stderr.splitlines()
    assert "catalogue.toml:10: `minumum` is unknown here: did you mean `minimum`?" in lines
    assert any(each.startswith("catalogue.toml:23: `sandbox:/` is in") for each in lines)
    assert query(purser.database, "SELECT version FROM catalogue") == [(1,)]


def test_check_needs_no_wallet(purser: Command, file: Path) -> None:
    text = purser.ok(
        "provider", "import", "--check", "--sandbox", "http://127.0.0.1:8080", str(file)
    )
    refused = purser("provider", "import", "--check", str(file))
    missing = purser("provider", "import", "--check", "nowhere.toml")

    assert text == "1 categories, 2 providers: all is well\n"
    assert (refused.exit_code, missing.exit_code) == (1, 1)
    assert "nowhere.toml" in missing.stderr
    assert not purser.database.exists()


def test_sample_can_be_printed_and_imported(purser: Command) -> None:
    (purser.folder / "catalogue.toml").write_text(purser.ok("provider", "sample"), "utf-8")

    assert "catalogue 1: " in imported(purser)
    assert imported(purser).endswith(" unchanged\n")
    assert len(purser.json("provider", "list")) >= 40


def test_list_and_show(purser: Command, file: Path) -> None:
    """Without what may be a secret in an address or a parameter."""
    imported(purser)
    text = purser.ok("provider", "list", "--category", "games")
    shown = purser.json("provider", "show", "steam")
    told = purser.ok("provider", "show", "steam")
    farm = purser.ok("provider", "show", "farm")

    assert [line.split()[0] for line in text.splitlines()] == ["steam", "farm"]
    assert purser.ok("provider", "list", "--category", "none") == "there is none\n"
    assert shown["names"] == {"en": "Steam", "ru": "Стим"}
    assert shown["connection"] == {"kind": "osmp", "url": "https://pay.example/o"}
    assert "10.00 for the minimum, 450.00 for the maximum; the payer bears it" in told
    assert "50.00 to 100.00 RUB, in steps of 10.00" in farm
    assert "hush" not in json.dumps(shown) + told


def test_older_terms_are_shown(purser: Command, file: Path) -> None:
    imported(purser)
    file.write_text(FILE.replace("percent = 3", "percent = 4"), "utf-8")
    imported(purser)

    old = purser.json("provider", "show", "steam", "--version", "1")
    none = purser("provider", "show", "steam", "--version", "3")

    assert (old["commission"]["millionths"], old["versions"]) == (30_000, [2, 1])
    assert "there is 1 to 2" in none.stderr


def test_close_and_open(purser: Command, file: Path) -> None:
    """Closed by hand it stays closed, and an import says so."""
    imported(purser)
    closed = purser.ok("provider", "close", "steam", "--reason", "double credits")
    again = imported(purser)
    listed = purser.ok("provider", "list")
    opened = purser.json("provider", "open", "steam")
    unknown = purser("provider", "close", "nobody", "--reason", "x")

    assert closed == "steam is closed\n"
    assert "stays closed: the operator has closed it" in again
    assert "v1   closed Steam" in listed
    assert opened["open"]
    assert "provider_not_found" in unknown.stderr
