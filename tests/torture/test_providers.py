"""The billing system of the storm, and proof that what it finds wrong is seen."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from gateway.providers import open_session
from gateway.providers.osmp import Osmp, OsmpSettings
from purser.catalogue_file import read
from services.connections import Asked, Connection, Outcome
from services.money import RUB, Money
from services.registry_files import read as read_registry
from tests.torture.billing import Billing, Credit
from tests.torture.crowd import Crowd
from tests.torture.engines import Engine
from tests.torture.outside import Outside
from tests.torture.payees import PAYEES, catalogue
from tests.torture.payers import Payer
from tests.torture.provider_checks import Made, ProviderChecks
from tests.torture.records import Errand, Records
from tests.torture.weather import MODES

LAMPS = PAYEES[0]
TXN = 1_763_888_400_123_456_789
ASKED = Asked(TXN, "acct00001", Money(20_00, RUB), datetime(2026, 11, 24, 9, tzinfo=UTC), {})
CREDIT = Credit("lamps", "acct00001", "20.00", "20261124120000")
MADE = Made("p1", TXN, "lamps", "acct00001", 20_00, 20_00, "done", "", "captured", 20_00)
FAILED = replace(MADE, state="failed", reason="account_not_found", hold_state="released")


@pytest.fixture
def outside() -> Outside:
    return Outside(Random(1), Records())  # noqa: S311  # a seed is what it is for


@pytest.fixture
def errand(outside: Outside) -> Errand:
    """Somebody's, who was told that it is paid."""
    phone = outside.add_person(1).phone
    made = Errand(LAMPS, "acct00001", phone, 20_00, paid={str(TXN)})
    outside.records.errands.append(made)
    return made


@pytest.fixture
def checks(outside: Outside, errand: Errand, tmp_path: Path) -> ProviderChecks:
    """What looks for violations, with nothing behind it."""
    [person] = [each for each in outside.people if each.phone == errand.phone]
    crowd = Crowd(outside, [Payer(outside, person)], [], [])
    return ProviderChecks(Engine("none", tmp_path, {}, "", {}), outside, crowd)


@pytest.fixture
def payee() -> str:
    """Whom the wallet pays."""
    return "lamps"


@pytest.fixture
async def line(outside: Outside, payee: str) -> AsyncIterator[Connection]:
    """The wallet's own way to the billing, which serves as in the storm."""
    url = f"{outside.address}/billing/{payee}"
    settings = OsmpSettings.model_validate({"url": url, "pay_seconds": 1, "check_seconds": 1})
    async with outside.serving(), open_session() as session:
        yield Osmp(session=session, settings=settings)


@pytest.mark.parametrize(
    ("made", "credit", "wrong"),
    [
        (MADE, CREDIT, ""),
        (FAILED, None, ""),
        (MADE, None, "is done"),
        (MADE, replace(CREDIT, sum="20.01"), "is done"),
        (MADE, replace(CREDIT, account="acct00002"), "is done"),
        (MADE, replace(CREDIT, payee="games"), "is done"),
        (replace(MADE, hold_state="held"), CREDIT, "is done, its hold is held"),
        (FAILED, CREDIT, "failed, its hold is released"),
        (replace(FAILED, hold_state="held"), None, "failed, its hold is held"),
        (replace(MADE, state="unknown", hold_state="held"), CREDIT, "is still unknown"),
    ],
)
def test_what_billing_and_books_say_is_compared(
    checks: ProviderChecks, outside: Outside, made: Made, credit: Credit | None, wrong: str
) -> None:
    """Paid is credited once with that amount; given back is not credited."""
    if credit is not None:
        outside.billing.credited[TXN] = credit

    checks._check_with_billing(made)

    assert bool(outside.records.violations) is bool(wrong)
    assert all(wrong in each for each in outside.records.violations)


@pytest.mark.parametrize(
    ("made", "paid", "not_paid", "wrong"),
    [
        (MADE, {str(TXN)}, set(), ""),
        (FAILED, set(), {str(TXN)}, ""),
        (replace(FAILED, reason="expired"), set(), set(), ""),
        (MADE, set(), set(), "was never told"),
        (FAILED, set(), set(), "was never told"),
        (MADE, {str(TXN)}, {str(TXN)}, "was told otherwise"),
        (FAILED, {str(TXN)}, {str(TXN)}, "was told otherwise"),
    ],
)
def test_what_screens_said_is_compared(
    checks: ProviderChecks,
    errand: Errand,
    made: Made,
    paid: set[str],
    not_paid: set[str],
    wrong: str,
) -> None:
    """The payer is told how it ended, and nothing else."""
    errand.paid, errand.not_paid = paid, not_paid

    checks._check_screens(made)

    violations = checks._records.violations
    assert bool(violations) is bool(wrong)
    assert all(wrong in each for each in violations)


def test_end_is_read_from_the_screens(
    outside: Outside, checks: ProviderChecks, errand: Errand
) -> None:
    """What is compared is what the person saw, about that account."""
    [payer] = checks._crowd.people
    screens = outside.bot_api.shown[payer.person.id]
    facts = "To: Lamps\nAccount: {}\nNumber: {}\nNumber at the payee: 7"
    errand.paid = set()
    for number, word in enumerate(("⏳ On its way", "✅ Paid", "✖ Not paid"), start=1):
        text = facts.format("acct00001", TXN + number)
        screens.append((number, f"{word}\n\n{text}"))
    screens.append((9, f"✅ Paid\n\n{facts.format('acct00002', TXN + 9)}"))

    payer.look_for_end(errand)

    assert (errand.on_its_way, errand.paid) == ({str(TXN + 1)}, {str(TXN + 2)})
    assert errand.not_paid == {str(TXN + 3)}


_ANSWERS = {
    None: (Outcome.DONE, True),
    "nothing done, silence": (Outcome.UNKNOWN, False),
    "nothing done, error 500": (Outcome.UNKNOWN, False),
    "hang": (Outcome.UNKNOWN, True),
    "silence": (Outcome.UNKNOWN, True),
    "error 500": (Outcome.UNKNOWN, True),
    "empty": (Outcome.UNKNOWN, True),
    "garbage": (Outcome.UNKNOWN, True),
    "other sum": (Outcome.DONE, True),
    "busy": (Outcome.LATER, False),
    "unfinished": (Outcome.UNKNOWN, False),
    "refusal": (Outcome.REFUSED, False),
    "duplicate": (Outcome.DONE, True),
}
"""What the wallet makes of the first request, and whether it is credited by that."""


@pytest.mark.parametrize("mode", _ANSWERS)
async def test_billing_in_every_mode(
    outside: Outside, line: Connection, monkeypatch: pytest.MonkeyPatch, mode: str | None
) -> None:
    """It never credits what it refused, nor anything twice, and says so afterwards."""
    await line.check(ASKED)
    monkeypatch.setattr(outside.weather, "mode", lambda _: mode)
    first = await line.pay(ASKED)
    credited = dict(outside.billing.credited)
    monkeypatch.setattr(outside.weather, "mode", lambda _: "duplicate")
    again = await line.pay(ASKED)

    assert (first.outcome, TXN in credited) == _ANSWERS[mode]
    is_final = mode == "refusal" or credited
    assert again.outcome is (Outcome.REFUSED if is_final else Outcome.DONE)
    assert outside.billing.credited == ({} if mode == "refusal" else {TXN: CREDIT})
    assert outside.records.violations == []


@pytest.mark.parametrize("mode", MODES["checks"])
async def test_check_in_every_mode(
    outside: Outside, line: Connection, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    """Only in the slow one it says that the account exists, and never does it credit anything."""
    monkeypatch.setattr("tests.torture.billing.SLOW_SECONDS", 0.01)
    monkeypatch.setattr(outside.weather, "mode", lambda _: mode)

    said = await line.check(ASKED)

    assert (said.outcome is Outcome.DONE) is (mode == "slow")
    assert not outside.billing.credited


@pytest.mark.parametrize(
    ("payee", "repeated"), [("lamps", Outcome.DONE), ("games", Outcome.REFUSED)]
)
async def test_repeat_in_fine_weather(
    outside: Outside, line: Connection, payee: str, repeated: Outcome
) -> None:
    """One of the two answers as it did first, the other as if it had never credited."""
    outside.weather.calm()
    await line.check(ASKED)
    await line.pay(ASKED)

    again = await line.pay(ASKED)

    assert again.outcome is repeated
    assert outside.billing.credited == {TXN: replace(CREDIT, payee=payee)}


def test_every_mode_is_tried() -> None:
    """But the one that only takes its time."""
    assert set(MODES["providers"]) == _ANSWERS.keys() - {None} | {"slow"}


async def test_wrong_questions_are_seen(
    outside: Outside, line: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A payment that was not checked, and a repeat with another sum."""
    monkeypatch.setattr(outside.weather, "mode", lambda _: None)
    await line.pay(ASKED)
    await line.pay(replace(ASKED, amount=Money(21_00, RUB)))

    never_checked, *_, changed = outside.records.violations
    assert "was never checked" in never_checked
    assert "and then" in changed
    assert outside.billing.credited == {TXN: CREDIT}


async def test_mute_number_stays_mute(
    outside: Outside, line: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when all is calm: only a file tells what became of it."""
    monkeypatch.setattr(outside.billing, "_random", Random(0))  # noqa: S311  # as above
    monkeypatch.setattr("tests.torture.billing.MUTE_SHARE", 1)
    outside.billing.is_mute_at_times = True
    outside.weather.calm()
    await line.check(ASKED)

    answers = [await line.pay(ASKED) for _ in range(2)]

    assert {each.outcome for each in answers} == {Outcome.UNKNOWN}
    assert outside.records.faults["providers: never an answer"] == 1


def test_file_of_the_billing_is_a_registry(outside: Outside) -> None:
    """The wallet's own reading of it finds each credit, and a total that is right."""
    outside.billing.credited |= {TXN: CREDIT, TXN + 1: replace(CREDIT, payee="games")}

    found = read_registry(outside.billing.registry(LAMPS).encode(), RUB)

    assert [(each.txn, each.account, each.minor) for each in found.lines] == [
        (TXN, "acct00001", 20_00)
    ]
    assert (found.unread, str(found.lines[0].day)) == ((), "2026-11-24")
    assert found.control is not None
    assert (found.control.payments, found.control.minor) == (1, 20_00)
    assert Billing(outside.weather, outside.random, outside.records).registry(LAMPS) == ""


def test_catalogue_says_what_the_payees_are() -> None:
    """Fees are borne by whom the checks take to bear them."""
    found = {each.id: each for each in read(catalogue("http://127.0.0.1:1"), "c.toml").providers}

    for payee in PAYEES:
        charge = found[payee.id].charge(Money(20_00, RUB))
        assert charge.total.minor == 20_00 + payee.payers_fee_minor
        assert charge.to_provider.minor == 20_00 - payee.own_fee_minor
