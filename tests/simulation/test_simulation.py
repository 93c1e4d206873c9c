"""Seeds of the simulation, few enough for every change; `python -m tests.simulation` has more."""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from purser.work import LIFETIMES as REAL_LIFETIMES
from services.due import HANDLER_SECONDS_MAX
from tests.simulation import checks, process
from tests.simulation.faults import KINDS
from tests.simulation.receivers import HANGS_SECONDS
from tests.simulation.run import main
from tests.simulation.world import Report, simulate

BLOCKS = range(1, 121, 20)
"""The first seed of each twenty: together they run for half a minute of a processor."""

ACKNOWLEDGED = {
    "authorisations",
    "updates",
    "captures",
    "cards",
    "cash payments",
    "charges",
    "charges accepted",
    "corrections",
    "invoices",
    "joined",
    "links ended",
    "payments",
    "payments at the page",
    "payments to providers",
    "payouts",
    "payouts paid",
    "payouts returned",
    "refunds",
    "releases",
    "top-ups",
}


@cache
def reports(first: int) -> list[Report]:
    """What became of one block of seeds."""
    return [simulate(seed) for seed in range(first, first + BLOCKS.step)]


@pytest.mark.parametrize("first", BLOCKS)
def test_no_seed_breaks_a_promise(first: int) -> None:
    """Money, acknowledgements and work that waits, under all that can go wrong."""
    broken = [f"seed {each.seed}: {each.violations}" for each in reports(first) if each.violations]

    assert broken == []


def test_everything_happens() -> None:
    """Each fault struck and each kind of thing was acknowledged, or the above says little."""
    all_of_them = [report for first in BLOCKS for report in reports(first)]

    struck = {kind for report in all_of_them for kind in report.faults}
    acknowledged = {what for report in all_of_them for what in report.acknowledged}

    assert struck == set(KINDS)
    assert acknowledged == ACKNOWLEDGED


def test_same_seed_is_the_same_run() -> None:
    """A fault that was found is found again, by its number."""
    first, second, other = simulate(7), simulate(7), simulate(8)

    assert first == second
    assert first.digest != other.digest


def test_same_seed_is_the_same_run_elsewhere() -> None:
    """Not even the order of a set of names may decide anything."""
    digests = set()
    for hash_seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-m", "tests.simulation", "--seed", "7"],
            check=True,
            capture_output=True,
            text=True,
            cwd=Path(__file__).parents[2],
            env=os.environ | {"PYTHONHASHSEED": hash_seed},
        )
        digests.add(done.stdout.splitlines()[0])

    assert digests == {f"digest {simulate(7).digest}"}


def test_failing_seed_says_how_to_see_it_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The number is all that has to be kept of a failure."""
    monkeypatch.setattr(checks, "always", lambda book: ["a kopeck is missing"])

    code = main(["--seeds", "2"])

    printed = capsys.readouterr().out
    assert code == 1
    assert "VIOLATION a kopeck is missing" in printed
    assert "python -m tests.simulation --seed 1 --trace" in printed
    assert "broken by seeds 1, 2" in printed


def test_trace_tells_every_step(capsys: pytest.CaptureFixture[str]) -> None:
    """One seed, line by line."""
    code = main(["--seed", "3", "--trace"])

    printed = capsys.readouterr().out
    assert code == 0
    assert "process 1 starts" in printed
    assert "violations" in printed


def test_simulated_processes_work_as_the_real_one() -> None:
    """How long things are tried is copied, for importing it brings the whole bot."""
    simulated = process.LIFETIMES

    assert simulated == {kind: REAL_LIFETIMES[kind] for kind in simulated}
    assert HANGS_SECONDS > HANDLER_SECONDS_MAX
