"""What `deploy/` says is true of the program: settings, files, metrics, run-book, routes."""

import configparser
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from gateway.metrics import Metrics
from gateway.places import Places
from purser.cli import PARTS
from purser.settings import PREFIX, Settings
from services.figures import Figures
from storage.engines import AnyStore
from tests.clock import TestClock
from tests.purser.conftest import Command

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
SERVICES = sorted((DEPLOY / "systemd").glob("*.service"))
ENVIRONMENTS = sorted((DEPLOY / "env").glob("*.env"))
TEXTS = sorted(path for path in DEPLOY.rglob("*") if path.is_file() and path.name != "purser.json")
SCRAPED_BY_PROMETHEUS = {"up"}
KEPT_INSIDE = {"/healthz", "/readyz", "/metrics", "/operator/ledger"}
"""Routes that the proxy must not let through."""


def compose() -> Any:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))


def unit(path: Path) -> configparser.RawConfigParser:
    """A systemd unit; of a key that is there twice, the last."""
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # keys keep their case
    parser.read(path, "utf-8")
    return parser


def rules() -> Iterator[dict[str, Any]]:
    loaded = yaml.safe_load((DEPLOY / "prometheus" / "purser.rules.yml").read_text("utf-8"))
    for group in loaded["groups"]:
        yield from group["rules"]


def dashboard() -> Iterator[str]:
    """Every expression of it."""
    loaded = json.loads((DEPLOY / "grafana" / "purser.json").read_text("utf-8"))
    for panel in loaded["panels"]:
        yield from (target["expr"] for target in panel.get("targets", ()))


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_settings_named_are_settings(path: Path) -> None:
    """An unknown one stops the start: at night, on the operator's machine."""
    named = set(re.findall(rf"\b{PREFIX}[A-Z0-9_]+", path.read_text("utf-8")))
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}

    assert {name for name in named if name.removesuffix("_FILE") not in known} == set()


@pytest.mark.parametrize("path", ENVIRONMENTS, ids=lambda path: path.name)
def test_environment_files_are_read_alike_by_all(path: Path) -> None:
    """The service manager takes NAME=value; a quote would become part of it."""
    lines = [line for line in path.read_text("utf-8").splitlines() if line]

    assert all(re.fullmatch(r"#.*|[A-Z0-9_]+=[^'\"\s]+", line) for line in lines)


def test_instances_run_parts_that_exist() -> None:
    """Each instance of `purser@` has its file, its part and a port of its own."""
    found = [
        dict(line.split("=", 1) for line in path.read_text("utf-8").splitlines() if "=" in line)
        for path in ENVIRONMENTS
        if path.name != "purser.env"
    ]
    ports = [each.get("PURSER_STATUS_PORT") or each["PURSER_HTTP_PORT"] for each in found]

    assert {each["PARTS"] for each in found} == set(PARTS)
    assert len(set(ports)) == len(ports)
    scraped = (DEPLOY / "prometheus" / "scrape.yml").read_text("utf-8")
    assert all(f"127.0.0.1:{port}" in scraped for port in ports)


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_units_are_confined(path: Path) -> None:
    """A hole in the wallet is not a hole in the machine."""
    service = unit(path)["Service"]

    assert service["User"] == "purser"
    assert service["NoNewPrivileges"] == service["ProtectHome"] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert service["CapabilityBoundingSet"] == ""
    assert service["MemoryMax"] == "1G"
    assert service["ExecStart"].startswith("/opt/purser/")


@pytest.mark.parametrize("name", ["purser.service", "purser@.service"])
def test_units_come_back_fast_and_for_ever(name: str) -> None:
    """A tap lives 150 seconds at Telegram, and what is in hand is finished within 10."""
    parsed = unit(DEPLOY / "systemd" / name)

    assert parsed["Unit"]["StartLimitIntervalSec"] == "0"
    assert parsed["Service"]["Restart"] == "always"
    assert int(parsed["Service"]["RestartSec"]) <= 5
    assert int(parsed["Service"]["TimeoutStopSec"]) == 15


def test_image_copies_what_exists_and_nothing_else() -> None:
    """A path that was renamed would break a build that nobody runs here."""
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    copied = [
        source
        for line in re.findall(r"^COPY (.+)$", text, re.MULTILINE)
        for source in line.split()[:-1]
    ]
    allowed = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}

    assert [each for each in copied if not (ROOT / each).exists()] == []
    assert packages <= set(copied)
    assert {line[1:] for line in allowed if line.startswith("!")} == set(copied)
    assert "--require-hashes" in text
    assert not re.search(r"index-url|https?://", text)


def test_image_is_not_run_by_root() -> None:
    """And says whether it is ready."""
    lines = (DEPLOY / "Dockerfile").read_text("utf-8").splitlines()

    assert lines.index("USER purser") < lines.index('ENTRYPOINT ["purser"]')
    assert any(line.startswith("HEALTHCHECK") for line in lines)


def test_composition_is_whole() -> None:
    """What is named is there: parts, networks, volumes, secrets, what is waited for."""
    loaded = compose()
    parts = set()
    for service in loaded["services"].values():
        command = service.get("command", ())
        parts |= {command[2]} if command[:2] == ["run", "--only"] else set()
        assert set(service.get("depends_on", ())) <= set(loaded["services"])
        assert set(service["networks"]) <= set(loaded["networks"])
        assert set(service.get("secrets", ())) <= set(loaded["secrets"])
        volumes = {each.partition(":")[0] for each in service.get("volumes", ())}
        assert volumes <= set(loaded["volumes"])

    assert parts == set(PARTS)


def test_composition_keeps_the_database_inside() -> None:
    """Neither it nor Redis can be reached, and nobody has a password that is written here."""
    services = compose()["services"]
    published = [port for each in services.values() for port in each.get("ports", ())]
    settings = [
        f"{name}={value}"
        for each in services.values()
        for name, value in each.get("environment", {}).items()
    ]

    assert published == ["127.0.0.1:8080:8080"]
    assert services["postgres"]["networks"] == services["redis"]["networks"] == ["inside"]
    assert compose()["networks"]["inside"] == {"internal": True}
    assert [
        each for each in settings if re.search("(PASSWORD|KEY|TOKEN)=|_URL=.*:.*@", each)
    ] == []


def test_proxy_lets_through_what_is_for_the_outside() -> None:
    """Every route of ours is let through, or kept inside on purpose."""
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    places = re.findall(r"location (=)? ?(\S+) \{", text)
    routes = {
        path
        for source in (ROOT / "gateway").rglob("*.py")
        for path in re.findall(r'(?:Route|Mount)\("(/[^"]+)"', source.read_text("utf-8"))
    }

    def is_let_through(route: str) -> bool:
        return any(
            route == path if exact else path != "/" and route.startswith(path)
            for exact, path in places
        )

    assert {route for route in routes if not is_let_through(route)} == KEPT_INSIDE


def test_proxy_logs_no_path_and_knows_telegram() -> None:
    """A path may hold a name, an argument a receipt's number, a header a key."""
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    [log] = re.findall(r"log_format purser (.+?);", text, re.DOTALL)
    webhook = text.partition("location = /telegram/webhook {")[2].partition("}")[0]

    assert not re.search(r"\$(request|request_uri|uri|args|query_string|http_\w+)\b", log)
    assert "error_log /var/log/purser/error.log crit;" in text
    assert re.findall(r"^ +(allow .+|deny .+);$", webhook, re.MULTILINE) == [
        "allow 149.154.160.0/20",
        "allow 91.108.4.0/22",
        "deny all",
    ]


async def test_metrics_named_are_counted(store: AnyStore, clock: TestClock) -> None:
    """An alarm on a metric that is not there never sounds."""
    metrics = Metrics(
        figures=Figures(store=store, now=clock),
        places=Places(database=Path("/nowhere.db"), backups=Path("/nowhere")),
        about={"version": "1"},
        now=clock,
    )
    families = re.findall(r"^# TYPE (\S+) (\S+)", (await metrics.text()).decode(), re.MULTILINE)
    there = {name for name, kind in families if kind != "histogram"} | {
        f"{name}_{end}"
        for name, kind in families
        if kind == "histogram"
        for end in ("bucket", "count", "sum")
    }
    expressions = [*dashboard(), *(rule["expr"] for rule in rules())]
    named = {name for each in expressions for name in re.findall(r"\bpurser_\w+", each)}

    assert named - there == set()


def test_alarms_have_their_run_book() -> None:
    """Who is woken at night reads what to do, and what never to do."""
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    entries = dict(
        re.findall(r"^### (Purser\w+)\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL)
    )
    alarms = {rule["alert"]: rule for rule in rules()}

    assert set(entries) == set(alarms)
    assert all(rule["labels"]["severity"] in ("page", "ticket") for rule in alarms.values())
    assert all(rule["annotations"]["summary"] for rule in alarms.values())
    for entry in entries.values():
        assert "**Do.**" in entry
        assert "**Never.**" in entry


def test_copies_are_tried_out_and_kept(purser: Command, tmp_path: Path) -> None:
    """The newest file in the folder is a copy that was restored and found right."""
    folder = tmp_path / "copies"
    folder.mkdir()
    purser.ok("holder", "add", "+79161234567")

    said = back_up(purser, folder)

    [copy] = folder.iterdir()
    assert copy.name.startswith("purser-20")
    assert "the books are right" in said
    assert copy.stat().st_mode & 0o777 == 0o600


def test_a_copy_that_is_not_right_is_not_kept(purser: Command, tmp_path: Path) -> None:
    """Nobody learns it on the day when it is needed: the unit fails, the alarm sounds."""
    folder = tmp_path / "copies"
    folder.mkdir()
    purser.ok("holder", "add", "+79161234567")
    purser.database.with_suffix(".key").write_text(f"{'A' * 43}=\n")

    with pytest.raises(subprocess.CalledProcessError):
        back_up(purser, folder)

    assert list(folder.iterdir()) == []


def test_old_copies_go(purser: Command, tmp_path: Path) -> None:
    """Some of the hours, one of each day, one of each month; what is not ours stays."""
    folder = tmp_path / "copies"
    folder.mkdir()
    purser.ok("holder", "add", "+79161234567")
    stamps = [
        *(f"2020-03-05T{hour:02}0000Z" for hour in range(6)),
        "2020-03-04T100000Z",
        "2020-03-04T110000Z",
        "2020-02-09T100000Z",
        "2020-01-09T100000Z",
    ]
    for stamp in stamps:
        (folder / f"purser-{stamp}.db").touch()
    (folder / "notes").touch()

    back_up(purser, folder, HOURLY="3", DAILY="3", MONTHLY="3")

    left = sorted(path.name[7:-3] for path in folder.glob("purser-2020*"))
    assert left == [
        "2020-02-09T100000Z",  # of its month
        "2020-03-04T110000Z",  # of its day
        "2020-03-05T040000Z",  # of the newest three, with the copy of today
        "2020-03-05T050000Z",
    ]
    assert (folder / "notes").exists()


def back_up(purser: Command, folder: Path, **keep: str) -> str:
    """What the script printed; `purser` is this tree's."""
    program = purser.folder / "program"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m purser "$@"\n')
    program.chmod(0o700)
    return subprocess.run(
        [DEPLOY / "backup"],
        env=purser.environment | {"PROGRAM": str(program), "PURSER_BACKUPS": str(folder)} | keep,
        cwd=purser.folder,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
