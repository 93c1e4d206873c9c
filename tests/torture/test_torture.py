"""A short storm on both engines at once, and proof that the torture can fail."""

import asyncio
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from services.clock import system_clock
from tests.torture.billing import Credit
from tests.torture.checks import Checks
from tests.torture.crowd import Crowd
from tests.torture.engines import ENGINES, Engine
from tests.torture.outside import Outside
from tests.torture.people import money_of
from tests.torture.plan import make_plan
from tests.torture.processes import Process, environment_of
from tests.torture.records import Cash, Records, Sale
from tests.torture.storm import torture

SECONDS, PEOPLE = 6.0, 4
SECONDS_MAX = 110
"""Before the test run gives up on a test and leaves its processes behind."""


@pytest.mark.parametrize("engine", ENGINES)
async def test_short_storm(engine: str) -> None:
    """Nothing acknowledged is lost or doubled, whatever dies meanwhile."""
    async with asyncio.timeout(SECONDS_MAX):
        report = await torture(engine, seed=1, seconds=SECONDS, people=PEOPLE)

    acknowledged = sum(1 for each in report.records.sales if each.receipts)
    assert report.violations == [], report.table()
    assert report.found.before_minor == report.found.after_minor
    assert acknowledged > 0, report.table()
    assert any(each.is_tried for each in report.records.errands), report.table()
    assert report.records.faults["updates: again"] > 0


@pytest.fixture
def outside() -> Outside:
    return Outside(Random(1), Records())  # noqa: S311  # a seed is what it is for


@pytest.fixture
def checks(outside: Outside, tmp_path: Path) -> Checks:
    """What looks for violations, with nothing behind it."""
    engine = Engine("none", tmp_path, {}, "", {})
    return Checks(engine, outside, Crowd(outside, [], [], []))


def sale(**more: object) -> Sale:
    made = Sale(order="Order 1", shop=0, amount_minor=10_00, phone="+79165000001")
    made.invoice = "i1"
    for name, value in more.items():
        setattr(made, name, value)
    return made


def test_receipt_without_entry_is_seen(checks: Checks, outside: Outside) -> None:
    """A payment that a person has a receipt of, and that is not in the books."""
    outside.records.sales.append(sale(receipts={"+79165000001": {"p1"}}))

    checks._check_keys(Counter())

    assert "payment:p1 was acknowledged and is 0 times in the books" in outside.records.violations


def test_entry_that_nobody_saw_is_seen(checks: Checks, outside: Outside) -> None:
    """Money that moved twice: one acknowledged, two in the books."""
    outside.records.cash.append(Cash("r1", "+79165000001", 100_00, number=str(0xAB)))

    checks._check_keys(Counter({f"topup:{'0' * 30}ab": 1, f"topup:{'0' * 30}ac": 1}))

    assert "the books have {'topup': 2}" in outside.records.violations[0]


def test_two_receipts_are_seen(checks: Checks, outside: Outside) -> None:
    """Two people who both paid one invoice."""
    raced = sale(receipts={"+79165000001": {"p1"}, "+79165000002": {"p2"}})

    checks._check_receipts([raced])

    assert "is paid and its receipts are" in outside.records.violations[0]


def test_silent_and_talkative_webhooks_are_seen(checks: Checks, outside: Outside) -> None:
    """A shop that was not told, and one that was told what never happened."""
    outside.records.sales.append(sale(receipts={"+79165000001": {"p1"}}))
    outside.receivers.taken["refund.paid", "r9"][0] += 1

    checks._check_webhooks(outside.records.sales)

    assert outside.records.violations == [
        "shop 0 never heard of invoice.paid i1",
        "a shop heard of refund.paid r9, which nobody saw",
    ]


def test_missing_money_is_seen(checks: Checks, outside: Outside) -> None:
    """A hold that is left, accounts that do not sum up, and money that is not there."""
    outside.records.credits["+79165000001"] = 100
    total = {
        "currency": "RUB",
        "posted_minor": 1,
        "held_minor": 5,
        "holders_minor": 90,
        "merchants_minor": 9,
        "providers_minor": 0,
    }

    found = checks._check_totals([total])

    assert (found.before_minor, found.after_minor) == (100, 99)
    assert len(outside.records.violations) == 3


def test_money_of_providers_is_counted(checks: Checks, outside: Outside) -> None:
    """What they credited is theirs, but for the fees; a kopeck less is a violation."""
    outside.records.credits["+79165000001"] = 100_00
    outside.billing.credited = {
        1: Credit("lamps", "acct00001", "20.00", ""),
        2: Credit("games", "acct00002", "30.00", ""),
    }
    total = {
        "currency": "RUB",
        "posted_minor": 0,
        "held_minor": 0,
        "holders_minor": 48_99,
        "merchants_minor": 0,
        "providers_minor": 49_50,
    }

    found = checks._check_totals([total])
    checks._check_totals([total | {"providers_minor": 49_49}])

    assert found.before_minor == found.after_minor
    assert outside.records.violations == [
        "providers are owed 4950 and have 4949",
        "10000 came in and 9999 is there",
    ]


def test_same_seed_is_same_plan() -> None:
    """A storm can be had again; every kind of fault comes."""
    kinds = ["a", "b", "c"]

    plan = make_plan(7, 30, kinds)

    assert plan == make_plan(7, 30, kinds)
    assert plan != make_plan(8, 30, kinds)
    assert {step.kind for step in plan} == set(kinds)
    assert all(0 < step.at < 30 for step in plan)


@pytest.mark.parametrize(
    ("text", "money"),
    [
        ("Balance\n• RUB 1,234.56\n• $0.00", (1234_56, False)),
        ("Balance\n• RUB 0.10 available (RUB 5.00 in all, RUB 4.90 reserved)", (10, True)),
    ],
)
def test_balance_is_read_from_the_screen(text: str, money: tuple[int, bool]) -> None:
    """What the model is compared with is what a person reads."""
    assert money_of(text) == money


def test_clock_of_a_process_jumps(tmp_path: Path) -> None:
    """The wallet's clock is the wrong one, and moves while the process runs."""
    process = Process("p", [], {}, tmp_path)
    process.jump(0)
    process.jump(3600)
    script = "from services import clock; print(clock.system_clock().timestamp())"
    environment = environment_of({}) | {"TORTURE_CLOCK": str(process.clock)}

    said = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )

    ahead = float(said.stdout) - system_clock().timestamp()
    assert 3500 < ahead < 3601
    assert "TORTURE_CLOCK" not in os.environ
