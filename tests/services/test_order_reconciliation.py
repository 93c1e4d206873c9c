"""A shop's orders beside the books: each difference named once, with both sides."""

from datetime import UTC, date, datetime

import pytest

from services.invoices import Wish
from services.merchants import Merchant, MerchantNotFoundError
from services.money import RUB, Money
from services.order_reconciliation import OrderKind, OrderReport
from services.statements import Period
from tests.cast import Cast
from tests.clock import TestClock

YESTERDAY, DAY = date(2026, 11, 23), date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture
async def shop(cast: Cast, clock: TestClock) -> Merchant:
    clock.now = NOON
    await cast.join()
    return await cast.shop()


async def sold(cast: Cast, shop: Merchant, minor: int, reference: str | None) -> str:
    """An order that Ann has paid; the invoice's id."""
    ann = await cast.services.wallets.find(phone="+79161234567")
    await cast.fund(ann, minor)
    invoice_id = await issued(cast, shop, minor, reference)
    invoice = await cast.services.invoices.get(merchant=shop, invoice_id=invoice_id)
    await cast.pay(ann, invoice)
    return invoice_id


async def issued(
    cast: Cast, shop: Merchant, minor: int, reference: str | None, *, is_test: bool = False
) -> str:
    """An order that waits to be paid."""
    wish = Wish(Money(minor, RUB), "A book", reference=reference, is_test=is_test)
    return (await cast.services.invoices.create(merchant=shop, wish=wish)).id


async def compared(cast: Cast, shop: Merchant, *lines: str, **period: Period) -> OrderReport:
    """The report on a file of order, amount, date and status."""
    content = "\n".join(["order;amount;date;status", *lines]).encode()
    return await cast.services.order_reconciler.compare(
        merchant_id=shop.id, content=content, **period
    )


def kinds(report: OrderReport) -> list[tuple[str, str]]:
    """What was found, by order."""
    return [(each.kind.value, each.order) for each in report.differences]


async def test_day_that_is_alike(cast: Cast, shop: Merchant) -> None:
    """By the shop's numbers or ours; amounts in any form; a refund that both know of."""
    await sold(cast, shop, 1250_50, "A-1")
    own = await sold(cast, shop, 5_00, None)
    given_back = await sold(cast, shop, 7_00, "A-2")
    in_part = await sold(cast, shop, 9_00, "A-3")
    netted = await sold(cast, shop, 9_00, "A-4")
    await issued(cast, shop, 3_00, "A-5")
    refund = cast.services.refunds.refund
    await refund(merchant=shop, invoice_id=given_back, amount=None)
    for invoice_id in (in_part, netted):
        await refund(merchant=shop, invoice_id=invoice_id, amount=Money(4_00, RUB))

    report = await compared(
        cast,
        shop,
        "A-1;1 250,50;24.11.2026;Оплачен",
        f"{own};5;24.11.2026;",
        "A-2;7;24.11.2026;возврат",
        "A-3;9;24.11.2026;Оплачен",
        "A-3;4;24.11.2026;Возврат",
        "A-4;5;24.11.2026;Оплачен",
        "A-5;3;24.11.2026;Отменён",
        "A-6;3;24.11.2026;Новый",
    )

    assert report.differences == ()
    assert (report.first, report.last, report.listed, report.paid) == (DAY, DAY, 8, 5)


async def test_missing_and_unpaid_on_either_side(cast: Cast, shop: Merchant) -> None:
    """What a shop ships without having been paid, and what was paid and not shipped."""
    forgotten = await sold(cast, shop, 10_00, "A-1")
    await sold(cast, shop, 11_00, "A-2")
    await issued(cast, shop, 12_00, "A-3")
    played = await issued(cast, shop, 13_00, "A-4", is_test=True)
    await cast.services.invoices.play_test(invoice_id=played, pays=True)

    report = await compared(
        cast,
        shop,
        "A-2;11;24.11.2026;Ожидает оплаты",
        "A-3;12;24.11.2026;Оплачен",
        "A-4;13;24.11.2026;Оплачен",
        "A-9;99;24.11.2026;Оплачен",
    )

    assert kinds(report) == [
        ("unpaid_there", "A-2"),
        ("unpaid_here", "A-3"),
        ("unpaid_here", "A-4"),
        ("missing_here", "A-9"),
        ("missing_there", "A-1"),
    ]
    assert report.differences[-1].invoice == forgotten
    assert report.differences[-1].ours == "10.00 RUB"
    assert [each.ours for each in report.differences[1:3]] == ["waiting", "paid, a test"]


async def test_doubled_late_refunded_and_another_amount(
    cast: Cast, shop: Merchant, clock: TestClock
) -> None:
    """Everything else that keeps an accountant from going home."""
    back = await sold(cast, shop, 10_00, "A-1")
    await sold(cast, shop, 11_00, "A-2")
    await sold(cast, shop, 12_00, "A-3")
    await sold(cast, shop, 13_00, "A-4")
    await cast.services.refunds.refund(merchant=shop, invoice_id=back, amount=Money(4_00, RUB))

    report = await compared(
        cast,
        shop,
        "A-1;10;24.11.2026;Оплачен",
        "A-2;11;23.11.2026;Оплачен",
        "A-3;12;24.11.2026;Оплачен",
        "A-3;12;24.11.2026;Оплачен",
        "A-3;12;24.11.2026;Оплачен",
        "A-4;13.0001;24.11.2026;Возврат",
        "a lonely cell",
    )

    assert [
        (each.kind.value, each.order, each.ours, each.theirs) for each in report.differences
    ] == [
        ("refunded", "A-1", "4.00 RUB", "10"),
        ("late", "A-2", "2026-11-24", "2026-11-23"),
        ("doubled", "A-3", "", "3 times"),
        ("not_refunded", "A-4", "13.00 RUB", "13.0001"),
        ("unread", "", "", "a lonely cell"),
    ]
    assert (report.first, report.differences[-1].line) == (YESTERDAY, 8)


async def test_amounts_are_compared_in_their_currency(cast: Cast, shop: Merchant) -> None:
    """Ten dollars are not ten roubles; a currency that there is none of is none."""
    for number in range(4):
        await sold(cast, shop, 10_00, f"A-{number}")
    content = b"order,sum,currency\nA-0,10,USD\nA-1,10,XXX\nA-2,10.00,rur\nA-3,0,\n"

    report = await cast.services.order_reconciler.compare(merchant_id=shop.id, content=content)

    assert [(each.kind, each.order, each.theirs) for each in report.differences] == [
        (OrderKind.AMOUNT, "A-0", "10 USD"),
        (OrderKind.AMOUNT, "A-1", "10 XXX"),
        (OrderKind.AMOUNT, "A-3", "0"),
    ]


async def test_days_are_those_of_the_file_of_its_orders_or_as_asked(
    cast: Cast, shop: Merchant, clock: TestClock
) -> None:
    """Without days in it, those on which its orders were paid; without those, none."""
    await sold(cast, shop, 10_00, "A-1")
    clock.advance(days=1)
    await sold(cast, shop, 10_00, "A-2")
    clock.advance(days=1)
    await sold(cast, shop, 10_00, "A-3")
    bare = "order;amount\n"

    async def found(content: str, period: Period | None = None) -> list[tuple[str, str]]:
        report = await cast.services.order_reconciler.compare(
            merchant_id=shop.id, content=content.encode(), period=period
        )
        return kinds(report)

    assert await found(bare + "A-1;10\nA-3;10\n") == [("missing_there", "A-2")]
    assert await found(bare + "A-1;10\n") == []
    assert await found(bare) == []
    assert await found(bare, Period(DAY, DAY)) == [("missing_there", "A-1")]


async def test_shop_sees_only_its_own(cast: Cast, shop: Merchant) -> None:
    """Another shop's invoice is unknown, by its id too."""
    theirs = await sold(cast, await cast.shop("Rival"), 10_00, "A-1")

    report = await compared(cast, shop, f"{theirs};10;24.11.2026;", "A-1;10;24.11.2026;")

    assert kinds(report) == [("missing_here", theirs), ("missing_here", "A-1")]
    with pytest.raises(MerchantNotFoundError):
        await cast.services.order_reconciler.compare(merchant_id="no", content=b"order,sum\n")
