"""Comparing with a provider's file: every difference is named, and nothing else is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services import registry_files
from services.catalogue import ProviderNotFoundError
from services.connections import Answer, Outcome
from services.differences import Difference, Kind, Ours, compare
from services.history import Step
from services.money import RUB
from services.provider_life import ProviderPayment, ProviderPaymentState
from services.provider_sending import ASKED_FOR
from services.reconciliation import PeriodUnknownError, Reconciliation
from services.registries import Form, written_for
from services.registry_files import Control, RegistryFileError
from tests.cast import Cast
from tests.catalogue import STEAM, order, stock
from tests.clock import TestClock
from tests.services.payments_to_providers import TXN, add, payment

DAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NAME = "QIWI_steam_202611231.csv"
FORM = Form.of({})
UNKNOWN = ProviderPaymentState.UNKNOWN


@dataclass
class Listed:
    """A line of a provider's file, to be spoilt."""

    txn: int
    minor: int
    account: str = "ann_2026"
    day: str = "23.11.2026"

    def text(self) -> str:
        whole, rest = divmod(self.minor, 100)
        return f"{self.txn}\t{self.day}\t12:00:00\t{self.account}\t{whole}.{rest:02}"


def file_of(lines: Iterable[Listed], total: tuple[int, int] | None = None) -> bytes:
    """As the protocol has it; *total* is what its last line says instead of the truth."""
    rows = list(lines)
    count, minor = total or (len(rows), sum(each.minor for each in rows))
    texts = [*(each.text() for each in rows), f"Total:\t{count}\t{minor // 100}.{minor % 100:02}"]
    return "\r\n".join(texts).encode()


def found(report: Reconciliation) -> list[tuple[str, int | None]]:
    return [
        (each.kind.value, None if each.txn is None else each.txn - TXN)
        for each in report.differences
    ]


async def reconciled(cast: Cast, content: bytes, **asked: Any) -> Reconciliation:
    asked = {"name": NAME} | asked
    return await cast.services.reconciler.compare(content=content, **asked)


@pytest.fixture
async def cast(cast: Cast) -> Cast:
    """Three payments of the day, and one of each other kind."""
    await stock(cast.services)
    await cast.store.write(
        lambda book: add(
            book,
            *(payment(number, NOON, minor=100 * number) for number in (1, 2, 3)),
            payment(4, NOON, state=UNKNOWN),
            payment(5, NOON, state=ProviderPaymentState.FAILED),
            payment(6, NOON, state=ProviderPaymentState.HELD),
            payment(7, NOON + timedelta(days=1)),
            payment(8, NOON - timedelta(days=2), state=UNKNOWN),
        )
    )
    return cast


GOOD = [Listed(TXN + number, 100 * number) for number in (1, 2, 3)]
REST = [("unconfirmed", 4)]
"""What is different about the day itself: nobody knows of one, and the file does not."""


async def test_same_on_both_sides(cast: Cast) -> None:
    """Our own registry is what we say; compared with us it has no difference."""
    made = await cast.services.registries.of(provider_id="steam", day=DAY)

    report = await reconciled(cast, made[0].content.encode())

    assert found(report) == REST
    assert (report.provider, report.first, report.last) == ("steam", DAY, DAY)
    assert (report.listed, report.paid) == (3, 3)


@pytest.mark.parametrize(
    ("lines", "differences"),
    [
        (GOOD[:2], [("missing", 3), *REST]),
        ([*GOOD, GOOD[0], GOOD[0]], [("doubled", 1), *REST]),
        ([*GOOD, Listed(TXN + 99, 100)], [("strange", 99), *REST]),
        ([*GOOD, Listed(TXN + 6, 100)], [("strange", 6), *REST]),
        ([*GOOD, Listed(10**20 - 1, 100)], [("strange", 10**20 - 1 - TXN), *REST]),
        ([*GOOD, Listed(TXN + 5, 500_00)], [("failed", 5), *REST]),
        ([*GOOD, Listed(TXN + 4, 500_00)], [("confirmed", 4)]),
        ([*GOOD, Listed(TXN + 8, 500_00)], [("confirmed", 8), *REST]),
        ([*GOOD, Listed(TXN + 7, 500_00)], [("late", 7), *REST]),
        ([*GOOD[:2], Listed(TXN + 3, 301)], [("sum", 3), *REST]),
        ([*GOOD[:2], Listed(TXN + 3, 300, "ann")], [("account", 3), *REST]),
        ([*GOOD[:2], Listed(TXN + 3, 300, day="24.11.2026")], [("late", 3), *REST]),
        ([*GOOD, Listed(TXN + 4, 1, "x")], [("confirmed", 4), ("sum", 4), ("account", 4)]),
        ([], [("missing", 1), ("missing", 2), ("missing", 3), *REST]),
    ],
)
async def test_each_difference_has_its_name(
    cast: Cast, lines: list[Listed], differences: list[tuple[str, int]]
) -> None:
    """By what an operator does about it."""
    assert found(await reconciled(cast, file_of(lines))) == differences


async def test_a_file_settles_nothing_that_is_another_providers(cast: Cast) -> None:
    """Whoever lists the number of a payment to somebody else is told that it is strange."""
    theirs = replace(payment(9, NOON, state=UNKNOWN), provider="another")
    await cast.store.write(lambda book: add(book, theirs))

    report = await reconciled(cast, file_of([*GOOD, Listed(TXN + 9, 500_00)]), resolves=True)

    assert found(report) == [("strange", 9), *REST]
    assert report.resolved == ()


async def test_totals_that_are_wrong(cast: Cast) -> None:
    """The file does not hold what it says, so something was lost on its way."""
    report = await reconciled(cast, file_of(GOOD, total=(4, 601)))

    assert report.differences[-2:] == (
        Difference(Kind.TOTAL_COUNT, ours="3", theirs="4"),
        Difference(Kind.TOTAL_SUM, ours="6.00", theirs="6.01"),
    )


async def test_what_the_file_confirms_is_settled_and_told(cast: Cast, clock: TestClock) -> None:
    """A real payment that nobody answered: held for a day, then paid by the registry."""
    ann = await cast.join()
    await cast.fund(ann, 1_000_00)
    silence = Answer(Outcome.UNKNOWN, "timeout")
    paid = await cast.pay_provider(ann, order())
    while clock() < paid.created_at + ASKED_FOR + timedelta(hours=2):
        cast.billing.pays.append(silence)
        await cast.deliver()
        clock.advance(minutes=30)
    held = await cast.available(ann)
    content = file_of([Listed(paid.txn, paid.amount.minor, day="24.11.2026")])
    name = "QIWI_steam_202611241.csv"

    shown = await reconciled(cast, content, name=name)
    settled = await reconciled(cast, content, name=name, resolves=True)
    again = await reconciled(cast, content, name=name, resolves=True)

    missing = ("missing", 7)  # the day's other payment
    assert found(shown) == [("confirmed", paid.txn - TXN), missing]
    assert (settled.resolved, found(settled)) == ((paid.id,), [missing])
    assert again.resolved == ()
    assert found(again) == [("late", paid.txn - TXN), missing]  # captured on the next day
    after = await cast.store.read(lambda book: book.provider_payments.find(paid.id))
    steps = await cast.store.read(lambda book: book.steps.of(f"provider_payment/{paid.id}"))
    assert after is not None
    assert after.state is ProviderPaymentState.DONE
    assert [(each.actor, each.reason) for each in steps if each.event == "resolve"] == [
        ("registry", f"listed in {name}")
    ]
    assert held == await cast.available(ann) == 1_000_00 - paid.total.minor
    assert [each for each in await cast.faults() if paid.id in each] == []


async def test_what_an_earlier_file_confirmed_is_not_missing_in_the_next(cast: Cast) -> None:
    """The provider listed it on its own day; here it was captured on the day after."""
    step = Step("resolve", "done", "registry", NOON, "listed in another file")
    await cast.store.write(lambda book: book.steps.add(f"provider_payment/{2:032x}", step))

    assert found(await reconciled(cast, file_of([GOOD[0], GOOD[2]]))) == REST


async def test_unclear_confirmation_settles_nothing(cast: Cast) -> None:
    """With another sum it may be another payment."""
    content = file_of([*GOOD, Listed(TXN + 4, 499_99)])

    report = await reconciled(cast, content, resolves=True)

    assert found(report) == [("confirmed", 4), ("sum", 4)]
    assert report.resolved == ()


async def test_days_are_those_of_the_lines_where_nothing_else_says(cast: Cast) -> None:
    """A file may be called anything and hold a week."""
    lines = [*GOOD, Listed(TXN + 7, 500_00, day="24.11.2026")]

    report = await reconciled(cast, file_of(lines), name="november.txt", provider_id="steam")

    assert (report.first, report.last) == (DAY, DAY + timedelta(days=1))
    assert found(report) == REST


@pytest.mark.parametrize(
    ("content", "asked", "error"),
    [
        (file_of(GOOD), {"name": "november.csv"}, ProviderNotFoundError),
        (file_of(GOOD), {"name": "QIWI_nobody_202611231.csv"}, ProviderNotFoundError),
        (b"", {"name": "x", "provider_id": "steam"}, PeriodUnknownError),
        (
            file_of([GOOD[0], Listed(TXN + 2, 200, day="23.01.2026")]),
            {"name": "QIWI_steam_20261331.csv"},
            PeriodUnknownError,
        ),
        (b"\x00\x01" * 10, {}, RegistryFileError),
        (b"\x98\xff", {}, RegistryFileError),
    ],
)
async def test_file_that_is_about_nothing(
    cast: Cast, content: bytes, asked: dict[str, Any], error: type[Exception]
) -> None:
    """Rather no answer than one about other days."""
    with pytest.raises(error):
        await reconciled(cast, content, **asked)


ROW = ["17", "23.11.2026", "12:00:00", "Счёт 5", "1250.05"]


@pytest.mark.parametrize("newline", ["\r\n", "\r", "\n"])
@pytest.mark.parametrize("separator", ["\t", ";", ","])
@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "windows-1251"])
def test_layouts_that_are_seen(newline: str, separator: str, charset: str) -> None:
    """The protocol allows CR alone; spreadsheets have ideas of their own."""
    total = separator.join(["Total:", "1", "1250.05"])
    text = newline.join([separator.join(ROW), total, ""])

    read = registry_files.read(text.encode(charset), RUB)

    assert read.unread == ()
    assert read.control == Control(1, 1250_05)
    assert [(each.txn, each.day, each.account, each.minor) for each in read.lines] == [
        (17, DAY, "Счёт 5", 1250_05)
    ]


@pytest.mark.parametrize(
    ("text", "lines", "unread"),
    [
        ("txn_id;date;time;account;sum\n17;2026-11-23;12:00;5;1 250,05", 1, 0),
        ("17;20261123;120000;5;1250.05;", 1, 0),
        ('"17";"23/11/2026 12:00";"5";"1250,05"', 1, 0),
        ("17;soon;12:00;5;1250.05", 1, 0),
        ("17;2026-11-23;12:00;5;1250.055", 0, 1),
        ("17;2026-11-23;12:00;5", 0, 1),
        ("x17;2026-11-23;12:00;5;1.00", 0, 1),
        ("17;2026-11-23;12:00;5;-1.00", 0, 1),
        ("17;2026-11-23;12:00;5;1.00\ncomment", 1, 1),
        ("Total: many", 0, 1),
        ("ИТОГО: 0 0.00", 0, 0),
    ],
)
def test_lines_are_read_or_named(text: str, lines: int, unread: int) -> None:
    """What cannot be read may be a payment, and is never passed over."""
    read = registry_files.read(text.encode(), RUB)

    assert (len(read.lines), len(read.unread)) == (lines, unread)


@given(st.binary(max_size=400))
def test_any_bytes_are_a_file_or_refused(content: bytes) -> None:
    """An operator who picks the wrong file gets a sentence."""
    try:
        registry_files.read(content, RUB)
    except RegistryFileError:
        return


Spoil = Callable[[list[Listed], int], None]


def _change(**fields: Any) -> Spoil:
    def spoil(lines: list[Listed], place: int) -> None:
        lines[place] = replace(lines[place], **fields)

    return spoil


def _sum(lines: list[Listed], place: int) -> None:
    lines[place] = replace(lines[place], minor=lines[place].minor + 1)


SPOILS: dict[Kind, Spoil | None] = {
    Kind.SUM: _sum,
    Kind.ACCOUNT: _change(account="somebody else"),
    Kind.LATE: _change(day="25.11.2026"),
    Kind.MISSING: None,
    Kind.DOUBLED: None,
}


@given(st.data())
def test_exactly_what_was_spoilt_is_found(data: st.DataObject) -> None:
    """Any ledger, any number of faults of any kinds, in any order of lines."""
    minors = data.draw(st.lists(st.integers(1, 10**9), min_size=1, max_size=30))
    done = [payment(number, NOON, minor=minor) for number, minor in enumerate(minors)]
    lines = _listed(done)
    faults = data.draw(
        st.dictionaries(st.integers(0, len(done) - 1), st.sampled_from(list(SPOILS)))
    )
    wanted = {(kind, TXN + place) for place, kind in faults.items()}
    for place, kind in faults.items():
        spoil = SPOILS[kind]
        if spoil is not None:
            spoil(lines, place)
    kept = [each for number, each in enumerate(lines) if faults.get(number) is not Kind.MISSING]
    kept += [lines[number] for number, kind in faults.items() if kind is Kind.DOUBLED]
    strange = data.draw(st.integers(0, 3))
    kept += [Listed(TXN + 1000 + number, 1) for number in range(strange)]
    wanted |= {(Kind.STRANGE, TXN + 1000 + number) for number in range(strange)}

    theirs = registry_files.read(file_of(data.draw(st.permutations(kept))), RUB)
    differences = compare(theirs, Ours(DAY, DAY, tuple(done), (), ()), FORM, RUB)

    assert {(each.kind, each.txn) for each in differences} == wanted
    assert len(differences) == len(wanted)


def _listed(payments: list[ProviderPayment]) -> list[Listed]:
    """What our own registry lists of them, read back."""
    made = written_for(STEAM, DAY, payments, NOON)
    theirs = registry_files.read(made[0].content.encode(), RUB)
    assert theirs.control == Control(len(payments), sum(each.amount.minor for each in payments))
    return [Listed(each.txn, each.minor, each.account) for each in theirs.lines]
