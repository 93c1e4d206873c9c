"""`purser merchant terms, balance, closing, reconcile` and `payouts`, as an operator uses them."""

import asyncio
import csv
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from purser.cli import app
from purser.commands.merchant_orders import table
from purser.hourly import HOUR, Hourly
from purser.settings import load_settings
from purser.wallet import Wallet, open_wallet
from purser.work import LIFETIMES
from services.due import Worker
from services.invoices import Wish
from services.merchant_terms import TermsChange
from services.money import RUB, Money
from services.order_reconciliation import OrderDifference, OrderKind, OrderReport
from services.rate_limits import MemoryRateLimits
from services.vault import Vault
from storage.engines import AnyStore
from tests.cast import PHONE, Cast
from tests.clock import TestClock

NOON = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)
DAY = "2026-01-15"
TERMS = (
    "--percent", "2.5", "--fixed", "10", "--minimum", "15", "--maximum", "50.5",
    "--tier", "1000:1", "--payee", "name=ООО «Ромашка»", "--payee", "account=40702810900000000001",
)  # fmt: skip


@dataclass
class Done:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


class InProcess:
    """Runs commands here: a process for each takes a second, and there are many."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *words: str) -> Done:
        """How it ended, and what it printed."""
        done = CliRunner().invoke(app, words)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Done(done.exit_code, done.stdout, done.stderr)

    def ok(self, *words: str) -> str:
        """What it printed; it must have succeeded."""
        done = self(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def json(self, *words: str) -> Any:
        """The JSON it printed."""
        return json.loads(self.ok(*words, "--json"))


@pytest.fixture
def purser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> InProcess:
    """A folder with a database of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PURSER_DATABASE_URL", f"sqlite:///{tmp_path / 'w.db'}")
    return InProcess(tmp_path)


async def sold(purser: InProcess, merchant_id: str) -> None:
    """Two orders of the shop are paid on the fifteenth."""
    settings = load_settings({"PURSER_DATABASE_URL": f"sqlite:///{purser.folder / 'w.db'}"})
    clock = TestClock()
    clock.now = NOON
    async with open_wallet(settings, now=clock) as wallet:
        cast = Cast(wallet.services, wallet.store, clock)
        ann = await cast.join()
        await cast.fund(ann, 5_000_00)
        shop = await wallet.services.merchants.get(merchant_id=merchant_id)
        for number, minor in (("A-1", 1_000_00), ("A-2", 2_000_00)):
            wish = Wish(Money(minor, RUB), "A book", phone=PHONE, reference=number)
            await cast.pay(ann, await wallet.services.invoices.create(merchant=shop, wish=wish))


@pytest.fixture
def shop(purser: InProcess) -> str:
    """A shop with terms, which has sold."""
    merchant_id: str = purser.json("merchant", "add", "--name", "Rose")["id"]
    purser.ok("merchant", "terms", merchant_id, *TERMS)
    asyncio.run(sold(purser, merchant_id))
    return merchant_id


def minors(found: Any) -> tuple[int, int, int]:
    """Available, reserved and in payout of the one balance there is."""
    [each] = found["balances"]
    return tuple(each[name]["minor"] for name in ("available", "reserved", "in_payout"))


def test_terms_are_stated_and_shown(purser: InProcess, shop: str) -> None:
    """What is not named stays; what cannot be is said in one line."""
    shown = purser.ok("merchant", "terms", shop)
    purser.ok("merchant", "terms", shop, "--reserve-days", "7", "--maximum", "0")
    purser.ok("merchant", "terms", shop, "--tier", "none", "--percent", "1", "--currency", "USD")
    changed = purser.json("merchant", "terms", shop)
    settled = purser.ok("merchant", "terms", shop, "--settlement", "USD", "--payee", "account=")
    wrong = purser("merchant", "terms", shop, "--percent", "150")
    unclear = purser("merchant", "terms", shop, "--payee", "account")

    assert shown == (
        "tariff RUB: 2.5%, above 1000.00 1% + 10.00, at least 15.00, at most 50.50\n"
        "reserve: 0 days\n"
        "settled in RUB, paid to: name ООО «Ромашка», account 40702810900000000001\n"
    )
    assert (changed["reserve_days"], changed["tariffs"]["RUB"]["maximum_minor"]) == (7, None)
    assert changed["tariffs"]["USD"]["millionths"] == 10_000
    assert settled.endswith("settled in USD, paid to: name ООО «Ромашка»\n")
    assert (wrong.returncode, unclear.returncode) == (1, 2)
    assert "a rate is from 0 to 100 percent" in wrong.stderr


def test_from_balance_to_bank_and_back(purser: InProcess, shop: str) -> None:
    """A file for the bank, what was paid, what came back; nothing is written over."""
    before = purser.json("merchant", "balance", shop)
    made = purser.json("merchant", "payouts", "prepare", "out.csv")
    aside = purser.json("merchant", "balance", shop)
    taken = purser("merchant", "payouts", "prepare", "out.csv")
    nothing = purser.ok("merchant", "payouts", "prepare", "none.csv", "--merchant", shop)
    purser.ok("merchant", "payouts", "export", made["batch"], "again.csv")
    paid = purser.ok("merchant", "payouts", "paid", made["batch"])
    payout = made["payouts"][0]["id"]
    back = purser.ok("merchant", "payouts", "returned", payout, "--reason", "closed")
    listed = purser.json("merchant", "payouts", "list", "--merchant", shop)
    after = purser.ok("merchant", "balance", shop)

    assert minors(before) == (2_920_00, 0, 0)  # less 35 and 45
    assert minors(aside) == (0, 0, 2_920_00)
    assert (taken.returncode, nothing) == (1, "nothing to pay out\n")
    files = [(purser.folder / name).read_bytes() for name in ("out.csv", "again.csv")]
    assert files[0] == files[1]
    rows = list(csv.reader(files[0].decode("utf-8-sig").splitlines()))
    assert [row[-2:] for row in rows[1:]] == [["2920.00", "RUB"]] * 2
    assert "paid      2920.00 RUB  Rose" in paid
    assert back.endswith("returned  2920.00 RUB  Rose: closed\n")
    assert [each["state"] for each in listed] == ["returned"]
    assert after.startswith("RUB  available 2920.00  reserve 0.00  in payout 0.00\n")
    assert purser("verify").returncode == 0


def test_payout_that_cannot_be_says_why(purser: InProcess, shop: str) -> None:
    """And writes no file."""
    purser.ok("merchant", "terms", shop, "--payee", "account=")

    text = purser.ok("merchant", "payouts", "prepare", "out.csv", "--currency", "RUB")
    facts = purser.json("merchant", "payouts", "prepare", "out.csv")

    assert "not now: Rose 2920.00 RUB: Nobody has said whom to pay" in text
    assert (facts["batch"], facts["waiting"][0]["code"]) == (None, "payee_missing")
    assert not (purser.folder / "out.csv").exists()


def test_closing_of_a_day(purser: InProcess, shop: str) -> None:
    """Control totals beside the file, which is the same each time."""
    facts = purser.json("merchant", "closing", shop, "a.csv", "--date", DAY)
    text = purser.ok("merchant", "closing", shop, "b.csv", "--date", DAY)
    once = purser("merchant", "closing", shop, "b.csv", "--date", DAY)
    bad = purser("merchant", "closing", shop, "c.csv", "--date", "x")

    [closing] = facts["closings"]
    [total] = closing["totals"]
    assert (total["kind"], total["count"], total["amount_minor"]) == ("payment", 2, 3_000_00)
    assert (total["fee_minor"], closing["closing"]["balance_minor"]) == (80_00, 2_920_00)
    assert (purser.folder / "a.csv").read_bytes() == (purser.folder / "b.csv").read_bytes()
    assert text == "RUB  0.00 -> 2920.00  (payment 2: 2920.00)\n"
    assert (once.returncode, bad.returncode) == (1, 2)


def test_orders_are_compared(purser: InProcess, shop: str) -> None:
    """Exit 0 where all is alike, 1 where it is not, each difference in a line."""
    orders = purser.folder / "orders.csv"
    orders.write_text("Заказ;Сумма;Дата\nA-1;1 000,00;15.01.2026\nA-2;2000;15.01.2026\n", "cp1251")
    alike = purser.ok("merchant", "reconcile", shop, "orders.csv")
    orders.write_text("Заказ;Сумма;Дата\nA-1;999;15.01.2026\nA-9;5;15.01.2026\n")
    differs = purser("merchant", "reconcile", shop, "orders.csv")
    facts = json.loads(purser("merchant", "reconcile", shop, "orders.csv", "--json").stdout)
    other_day = purser("merchant", "reconcile", shop, "orders.csv", "--from", "2026-01-16")
    bad = purser("merchant", "reconcile", shop, "orders.csv", "--to", "x")

    assert alike == f"{DAY}: 2 in the file, 2 paid here, differences: 0\n"
    assert differs.returncode == 1
    assert [line.split()[0] for line in differs.stdout.splitlines()] == [
        "amount",
        "missing_here",
        "missing_there",
        f"{DAY}:",
    ]
    assert [each["kind"] for each in facts["differences"]] == [
        "amount",
        "missing_here",
        "missing_there",
    ]
    assert "missing_there" not in other_day.stdout
    assert bad.returncode == 2


def test_every_difference_has_words() -> None:
    """Whatever is found is told: its place, its order, both sides."""
    found = tuple(OrderDifference(kind, "A-1", "1f", "1.00", "2.00", 7) for kind in OrderKind)

    lines = table(OrderReport("m", None, None, 1, 0, found)).splitlines()

    assert all("line 7" in line and "[invoice 1f]" in line for line in lines[:-1])
    assert lines[-1] == f"no days: 1 in the file, 0 paid here, differences: {len(OrderKind)}"


async def test_reserves_are_released_every_hour(
    cast: Cast, store: AnyStore, vault: Vault, clock: TestClock
) -> None:
    """By whichever worker has the hour."""
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 10_00)
    await cast.services.merchant_agreements.state(
        merchant_id=shop.id, change=TermsChange(reserve_days=1)
    )
    await cast.pay(ann, await cast.invoice(shop, 10_00))
    settings = load_settings({"PURSER_RATES_URL": "operator:"})
    wallet = Wallet(settings, store, vault, cast.services, clock, MemoryRateLimits(clock))
    hourly = Hourly(wallet=wallet, send_head=None)
    worker = Worker(store=store, now=clock, handlers={"hourly": hourly}, lifetimes=LIFETIMES)
    await hourly.begin()
    await worker.drain()
    early = await cast.services.merchant_money.show(merchant_id=shop.id)
    clock.now = clock.now.replace(minute=0) + timedelta(days=1) + HOUR

    await worker.drain()

    late = await cast.services.merchant_money.show(merchant_id=shop.id)
    assert [str(each.balances[0].reserved) for each in (early, late)] == ["10.00 RUB", "0.00 RUB"]
    assert str(late.balances[0].available) == "10.00 RUB"
