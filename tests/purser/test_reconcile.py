"""`purser provider registry` and `purser reconcile`, as an operator settles a day."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from purser.commands.registries import table
from purser.hourly import HOUR, Hourly
from purser.registry_folder import put
from purser.settings import load_settings
from purser.wallet import Wallet, open_wallet
from purser.work import LIFETIMES
from services.differences import Difference, Kind
from services.due import Worker
from services.provider_life import ProviderPaymentState
from services.rate_limits import MemoryRateLimits
from services.reconciliation import Reconciliation
from services.registries import written_for
from services.vault import Vault
from storage.engines import AnyStore
from tests.cast import Cast
from tests.catalogue import STEAM, stock
from tests.clock import TestClock
from tests.purser.conftest import Command
from tests.services.payments_to_providers import TXN, add, payment

NOON = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)
DAY = "2026-01-15"
NAME = "QIWI_steam_202601151.csv"


@pytest.fixture
async def day(purser: Command) -> Command:
    """Three payments of a day, and one that nobody knows of."""
    settings = load_settings({"PURSER_DATABASE_URL": f"sqlite:///{purser.database}"})
    async with open_wallet(settings, may_make=True) as wallet:
        await _fill(wallet)
    return purser


async def _fill(wallet: Wallet) -> None:
    await stock(wallet.services)
    await wallet.store.write(
        lambda book: add(
            book,
            *(payment(number, NOON, minor=100 * number) for number in (1, 2, 3)),
            payment(4, NOON, state=ProviderPaymentState.UNKNOWN),
        )
    )


def test_day_is_written_and_compares_with_itself(day: Command) -> None:
    """What the wallet says it paid is what it paid, but for what nobody knows."""
    made = day.json("provider", "registry", "steam", "--date", DAY, "--out", "out")

    assert [(each["file"], each["payments"]) for each in made] == [(f"out/{NAME}", 3)]
    assert made[0]["total"] == {"minor": 600, "currency": "RUB", "text": "6.00"}
    compared = day("reconcile", f"out/{NAME}")
    says = f"nobody knows, not in the file: ours unknown [payment {4:032x}]"
    unknown = f"unconfirmed             {TXN + 4}  {says}"
    assert compared.returncode == 1
    assert compared.stdout.splitlines() == [
        unknown,
        "steam, 2026-01-15: 3 in the file, 3 paid here, differences: 1",
    ]


def test_differences_are_told_and_end_with_one(day: Command) -> None:
    """For a person as lines, for a program as JSON."""
    file = day.folder / "november.txt"
    file.write_text(
        f"{TXN + 1};15.01.2026;12:00:00;ann_2026;1,00\n"
        f"{TXN + 2};15.01.2026;12:00:00;ann_2026;2,01\n"
        f"{TXN + 4};15.01.2026;12:00:00;ann_2026;500,00\n"
        "Total:;4;503,01\n"
    )

    told = day("reconcile", str(file), "--provider", "steam", "--date", DAY)
    listed = day("reconcile", str(file), "--provider", "steam", "--json")

    assert (told.returncode, listed.returncode) == (1, 1)
    assert f"sum             line 2  {TXN + 2}  another sum: ours 2.00, theirs 2.01" in told.stdout
    assert "the file counts itself wrongly: ours 3, theirs 4" in told.stdout
    assert told.stdout.splitlines()[-1] == (
        "steam, 2026-01-15: 3 in the file, 3 paid here, differences: 4"
    )
    report = json.loads(listed.stdout)
    assert (report["first"], report["last"], report["listed"]) == (DAY, DAY, 3)
    assert [(each["kind"], each["txn"]) for each in report["differences"]] == [
        ("sum", TXN + 2),
        ("confirmed", TXN + 4),
        ("missing", TXN + 3),
        ("total_count", None),
    ]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("reconcile", "nothing.csv"), "No such file"),
        (("reconcile", "empty.csv"), "provider_not_found"),
        (("reconcile", "empty.csv", "--provider", "steam"), "registry_period"),
        (("reconcile", "empty.csv", "--date", "yesterday"), "2026-11-24"),
        (("provider", "registry", "nobody"), "provider_not_found"),
        (("provider", "registry", "steam", "--date", "2999-01-01"), "registry_day"),
        (("provider", "registry", "steam", "--date", "2026-01-14"), "registry_not_found"),
    ],
)
def test_what_cannot_be_done_is_said(day: Command, words: tuple[str, ...], says: str) -> None:
    """In one line, without a traceback."""
    (day.folder / "empty.csv").touch()

    done = day(*words)

    assert done.returncode != 0
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_file_is_there_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever sends the folder's files on never takes a half."""
    [registry] = written_for(STEAM, NOON.date(), [payment(1, NOON)], NOON)
    replace: Callable[[Path, Path], Path] = Path.replace

    def fails(self: Path, target: Path) -> Path:
        assert self.read_bytes() == registry.content.encode()
        raise OSError("the disk is full")

    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(OSError, match="full"):
        put(registry, tmp_path / "new" / "folder")
    assert list((tmp_path / "new" / "folder").iterdir()) == []
    monkeypatch.setattr(Path, "replace", replace)

    file = put(registry, tmp_path)

    assert put(registry, tmp_path) == file == tmp_path / NAME
    assert file.read_bytes() == registry.content.encode()


async def test_registry_of_yesterday_is_made_within_the_hour(
    cast: Cast, store: AnyStore, vault: Vault, clock: TestClock, path: Path, tmp_path: Path
) -> None:
    """By any worker, into the operator's folder; the next hours make nothing."""
    folder = tmp_path / "registries"
    settings = load_settings(
        {}, database_url=f"sqlite:///{path}", rates_url="operator:", registries=folder
    )
    limits = MemoryRateLimits(clock)
    wallet = Wallet(settings, store, vault, cast.services, clock, limits)
    await stock(cast.services)
    noon = clock() - timedelta(days=1)
    await cast.store.write(lambda book: add(book, payment(1, noon)))
    hourly = Hourly(wallet=wallet, send_head=None)
    worker = Worker(store=store, now=clock, handlers={"hourly": hourly}, lifetimes=LIFETIMES)

    await hourly.begin()
    await worker.drain()
    made = [file.name for file in folder.iterdir()]
    (folder / made[0]).unlink()  # sent on
    clock.now = clock.now.replace(minute=0) + HOUR
    await worker.drain()

    assert made == ["QIWI_steam_202611231.csv"]
    assert list(folder.iterdir()) == []


def test_every_difference_has_words_and_fits_a_line() -> None:
    """Whatever is found is told: its place, its number, both sides."""
    found = tuple(
        Difference(kind, TXN, f"{1:032x}", "1.00", "2.00", number)
        for number, kind in enumerate(Kind, start=1)
    )
    day = NOON.date()
    report = Reconciliation("steam", day, day + timedelta(days=2), 3, 4, found, ("p1",))

    lines = table(report).splitlines()

    assert len(lines) == len(Kind) + 2
    assert all("ours 1.00, theirs 2.00 [payment " in line for line in lines[: len(Kind)])
    assert len({line.partition(str(TXN))[2] for line in lines[: len(Kind)]}) == len(Kind)
    assert lines[-2] == "settled as paid: p1"
    assert lines[-1].startswith("steam, 2026-01-15 to 2026-01-17: 3 in the file, 4 paid here")
