"""Daily closings: from one balance to the next, every kopeck by its cause, tied to the ledger."""

import csv
import io
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.clock import to_micros
from services.closings import MARGIN, Closing, ClosingDayError, Purse
from services.invoices import Wish
from services.merchant_files import closing_file
from services.merchant_terms import TermsChange
from services.merchants import Merchant, MerchantNotFoundError
from services.money import RUB, USD, Currency, Money
from services.statements import StatementDoesNotTieError
from storage.closings import ClosingTables
from tests.cast import Cast
from tests.clock import TestClock

DAY = date(2026, 11, 24)
MORNING = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 25, tzinfo=UTC)
"""Of the wallet's zone, UTC unless the operator names another."""


async def sell(cast: Cast, shop: Merchant, minor: int, reference: str, of: Currency = RUB) -> str:
    """Ann pays an order of the shop; the invoice's id."""
    ann = await cast.services.wallets.find(phone="+79161234567")
    await cast.fund(ann, minor, of)
    wish = Wish(Money(minor, of), "A book", phone=ann.phone, reference=reference)
    invoice = await cast.services.invoices.create(merchant=shop, wish=wish)
    await cast.pay(ann, invoice)
    return invoice.id


@pytest.fixture
async def shop(cast: Cast, clock: TestClock) -> Merchant:
    """A shop with a tariff and a reserve of a day, that sold a book yesterday."""
    clock.now = MORNING - timedelta(days=1)
    await cast.join()
    shop = await cast.shop()
    change = TermsChange(
        millionths=100_000, reserve_days=1, payee={"name": "Shop", "account": "1"}
    )
    await cast.services.merchant_agreements.state(merchant_id=shop.id, change=change)
    await sell(cast, shop, 100_00, "A-1")
    return shop


async def day_of(cast: Cast, shop: Merchant, clock: TestClock) -> list[Closing]:
    """A day with one of everything, seen when it is over."""
    clock.now = MORNING
    await cast.services.reserves.release()  # yesterday's book
    clock.advance(hours=1)
    sold = await sell(cast, shop, 50_00, "=A-2")
    clock.advance(hours=1)
    await cast.services.refunds.refund(merchant=shop, invoice_id=sold, amount=Money(20_00, RUB))
    clock.advance(hours=1)
    made = await cast.services.payouts.prepare()
    clock.advance(hours=1)
    await cast.services.payouts.paid(batch=made.batch)
    clock.now = MIDNIGHT
    await sell(cast, shop, 7_00, "A-3")  # the next day's
    clock.advance(minutes=10)
    return await cast.services.closings.of_day(merchant_id=shop.id, day=DAY)


async def test_day_from_one_balance_to_the_next(
    cast: Cast, shop: Merchant, clock: TestClock
) -> None:
    """Payment, fee, refund, fee returned, release, payout: each with its order."""
    [closing] = await day_of(cast, shop, clock)

    assert (closing.opening, closing.closing) == (Purse(0, 90_00, 0), Purse(0, 27_00, 0))
    assert [
        (each.kind, each.gross_minor, each.fee_minor, each.moved, each.reference)
        for each in closing.entries
    ] == [
        ("reserve", 0, 0, Purse(90_00, -90_00, 0), "A-1"),
        ("payment", 50_00, 5_00, Purse(0, 45_00, 0), "=A-2"),
        ("refund", -20_00, -2_00, Purse(0, -18_00, 0), "=A-2"),
        ("payout", -90_00, 0, Purse(-90_00, 0, 90_00), None),
        ("payout_paid", 0, 0, Purse(0, 0, -90_00), None),
    ]
    assert {each.kind: (each.count, each.gross_minor, each.fee_minor) for each in closing.totals}[
        "payment"
    ] == (1, 50_00, 5_00)
    assert await cast.faults() == []


async def test_control_totals_are_what_the_journal_says(
    cast: Cast, shop: Merchant, clock: TestClock
) -> None:
    """Added up anew from the transfers of the day, by who reads nothing else."""
    [closing] = await day_of(cast, shop, clock)

    moved = await cast.store.read(lambda book: _moved(book, shop.owner))

    own = sum((each.moved for each in closing.totals), Purse(0, 0, 0))
    assert (own.balance, own.reserve, own.in_payout) == moved
    assert sum((each.moved for each in closing.entries), closing.opening) == closing.closing


def _moved(book: Any, owner: str) -> tuple[int, ...]:
    rows = book.connection.execute("SELECT * FROM transfers NATURAL JOIN transactions")
    since, until = to_micros(MIDNIGHT - timedelta(days=1)), to_micros(MIDNIGHT)
    transfers = [row for row in rows if since <= row["at"] < until]

    def net(name: str) -> int:
        account = f"{owner}:{name}:RUB"
        came: int = sum(row["amount"] for row in transfers if row["credit"] == account)
        went: int = sum(row["amount"] for row in transfers if row["debit"] == account)
        return came - went

    return net("main"), net("reserve"), net("payouts")


async def test_file_is_the_same_whenever_it_is_made(
    cast: Cast, shop: Merchant, clock: TestClock
) -> None:
    """To the byte; for spreadsheets, and with nothing that they would calculate."""
    first = closing_file(await day_of(cast, shop, clock))
    clock.advance(days=40)
    await sell(cast, shop, 3_00, "A-4")
    again = closing_file(await cast.services.closings.of_day(merchant_id=shop.id, day=DAY))

    rows = list(csv.DictReader(io.StringIO(first.decode("utf-8-sig"), newline="")))
    assert again == first
    assert _column(rows, "record") == [
        "opening", *["entry"] * 5, *["total"] * 5, "closing",
    ]  # fmt: skip
    assert rows[2] == {
        "record": "entry",
        "time": "2026-11-24T10:00:00.000+00:00",
        "kind": "payment",
        "count": "",
        "subject": rows[2]["subject"],
        "order": "'=A-2",
        "invoice": rows[2]["invoice"],
        "amount": "50.00",
        "fee": "5.00",
        "net": "45.00",
        "balance": "0.00",
        "reserve": "45.00",
        "in_payout": "0.00",
        "currency": "RUB",
    }
    assert (rows[0]["net"], rows[-1]["net"]) == ("90.00", "27.00")


def _column(rows: Iterable[dict[str, str]], name: str) -> list[str]:
    return [row[name] for row in rows]


async def test_each_currency_closes_by_itself(
    cast: Cast, shop: Merchant, clock: TestClock
) -> None:
    """Its own first; a day on which nothing happened leads from a balance to itself."""
    clock.now = MORNING
    await sell(cast, shop, 5_00, "U-1", USD)
    clock.now = MIDNIGHT + MARGIN

    found = await cast.services.closings.of_day(merchant_id=shop.id, day=DAY)

    assert [(each.currency.code, len(each.entries)) for each in found] == [("RUB", 0), ("USD", 1)]
    assert found[0].opening == found[0].closing == Purse(0, 90_00, 0)


async def test_day_must_be_over(cast: Cast, shop: Merchant, clock: TestClock) -> None:
    """And with a margin: what was captured in its last second is in the books by then."""
    clock.now = MIDNIGHT + MARGIN - timedelta(microseconds=1)
    with pytest.raises(ClosingDayError):
        await cast.services.closings.of_day(merchant_id=shop.id, day=DAY)
    clock.advance(microseconds=1)

    assert await cast.services.closings.of_day(merchant_id=shop.id, day=DAY)
    with pytest.raises(MerchantNotFoundError):
        await cast.services.closings.of_day(merchant_id="no", day=DAY)


async def test_what_does_not_tie_is_never_shown(
    cast: Cast, shop: Merchant, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An accountant who gets a file may believe it."""
    monkeypatch.setattr(ClosingTables, "entries", lambda *_: [])

    with pytest.raises(StatementDoesNotTieError):
        await day_of(cast, shop, clock)


async def test_day_as_the_shops_people_see_it(
    cast: Cast, shop: Merchant, clock: TestClock
) -> None:
    """Of the wallet's zone, by currency; yesterday is yesterday's."""
    await day_of(cast, shop, clock)

    money = cast.services.merchant_money
    before = await money.today(merchant_id=shop.id, at=MIDNIGHT - timedelta(hours=1))
    today = await money.today(merchant_id=shop.id)
    empty = await money.today(merchant_id=shop.id, at=MORNING - timedelta(days=7))

    [figures] = before.figures
    assert (before.day, figures.payments, str(figures.paid), str(figures.fees)) == (
        DAY,
        1,
        "50.00 RUB",
        "5.00 RUB",
    )
    assert (figures.refunds, str(figures.refunded)) == (1, "20.00 RUB")
    assert [str(each.paid) for each in today.figures] == ["7.00 RUB"]
    assert empty.figures == ()
    with pytest.raises(MerchantNotFoundError):
        await money.today(merchant_id="no")
