"""`purser verify` on shops' money, on both engines: fees, reserves, payouts, held payments.

One story is played and found right; then one fact after another is changed behind the
wallet's back, with every guard taken down, and put back again.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.servers import PostgresServer
from services.commission import WHOLE_MILLIONTHS
from services.invoices import Capture, Wish
from services.merchant_terms import TermsChange
from services.money import RUB, USD, Money
from storage.audit_shops import CHECKS
from tests.books import empty
from tests.cast import PHONE, Cast
from tests.storage.test_audit import lacking
from tests.storage.test_audit_paying import unguarded

REFUNDED = "(SELECT payment FROM settlements WHERE fee_returned > 0)"
CORRUPTIONS: dict[str, tuple[str, set[tuple[str, str, int | None]]]] = {
    "a settlement is of another amount": (
        f"UPDATE settlements SET amount = amount + 7 WHERE payment = {REFUNDED}",
        {
            ("settlement_unposted", "settlements ", 7),
            ("settlement_orphaned", "settlements ", None),
        },
    ),
    "a fee is raised": (
        f"UPDATE settlements SET fee = fee + 5 WHERE payment = {REFUNDED}",
        {("settlement_fee_wrong", "settlements ", 5)},
    ),
    "more of a fee is said to be back": (
        f"UPDATE settlements SET fee_returned = fee_returned + 1 WHERE payment = {REFUNDED}",
        {("settlement_fee_returned_wrong", "settlements ", 1)},
    ),
    "more is said to be reserved": (
        f"UPDATE settlements SET reserved = reserved + 3 WHERE payment = {REFUNDED}",
        {("settlement_reserve_wrong", "settlements ", 3), ("reserve_wrong", "accounts ", -3)},
    ),
    "a settlement is forgotten": (
        f"DELETE FROM settlements WHERE payment = {REFUNDED}",
        {("settlement_missing", "payments ", 10_00), ("reserve_wrong", "accounts ", 54_00)},
    ),
    "a settlement of no payment": (
        f"UPDATE settlements SET payment = 'none' WHERE payment = {REFUNDED}",
        {("settlement_orphaned", "settlements none", 100_00)},
    ),
    "a payout is of another amount": (
        "UPDATE payouts SET amount = amount + 9 WHERE state = 'prepared'",
        {("payout_unposted", "payouts ", 9), ("in_payout_wrong", "accounts merchant/", -9)},
    ),
    "a payout took another amount": (
        "UPDATE payouts SET taken = taken - 1 WHERE conversion IS NOT NULL",
        {("payout_unposted", "payouts ", 0)},
    ),
    "a payout is said to be paid": (
        "UPDATE payouts SET state = 'paid' WHERE state = 'prepared'",
        {("payout_ended_wrong", "payouts ", None), ("in_payout_wrong", "accounts ", None)},
    ),
    "a payout is said to be back": (
        "UPDATE payouts SET state = 'returned' WHERE state = 'paid'",
        {("payout_ended_wrong", "payouts ", 45_00)},
    ),
    "a payout's rate is forgotten": (
        "UPDATE payouts SET conversion = NULL WHERE conversion IS NOT NULL",
        {("exchange_unnoted", "transactions payout:", 925_00)},
    ),
    "money that is authorised is let go": (
        (
            "UPDATE holds SET state = 'released' WHERE id IN"
            " (SELECT hold FROM payments WHERE state = 'authorised')"
        ),
        {("payment_unheld", "payments ", 20_00)},
    ),
    "an authorised invoice waits": (
        "UPDATE invoices SET state = 'waiting' WHERE state = 'authorised'",
        {("authorisation_illegal", "payments ", 20_00)},
    ),
    "an authorised payment has failed": (
        "UPDATE payments SET state = 'failed' WHERE state = 'authorised'",
        {("authorisation_missing", "invoices ", 20_00)},
    ),
    "money came for a test": (
        "UPDATE invoices SET is_test = 1 WHERE refunded > 0",
        {("test_with_money", "payments ", 100_00), ("test_with_money", "refunds ", 40_00)},
    ),
}


async def story(cast: Cast) -> None:
    """One of each: released, refunded out of the reserve, paid out in all ways, authorised."""
    services = cast.services
    ann, shop = await cast.join(), await cast.shop()
    await cast.fund(ann, 1_000_00)
    await cast.fund(ann, 10_00, USD)
    await services.rates.set(pair="USD/RUB", rate="92.50")
    agree = services.merchant_agreements.state
    payee = {"name": "Shop", "account": "1"}
    change = TermsChange(millionths=WHOLE_MILLIONTHS // 10, reserve_days=1, payee=payee)
    await agree(merchant_id=shop.id, change=change)
    await cast.pay(ann, await cast.invoice(shop, 50_00))
    cast.clock.advance(days=1)
    await services.reserves.release()
    paid = await services.payouts.prepare()
    await services.payouts.paid(batch=paid.batch)
    refunded = await cast.invoice(shop, 100_00)
    await cast.pay(ann, refunded)
    await services.refunds.refund(merchant=shop, invoice_id=refunded.id, amount=Money(40_00, RUB))
    await agree(merchant_id=shop.id, change=TermsChange(millionths=0, reserve_days=0))
    await cast.pay(ann, await cast.invoice(shop, 10_00, of=USD))
    returned = await services.payouts.prepare()
    await services.payouts.returned(payout_id=returned.payouts[0].id, reason="closed")
    await services.payouts.prepare()
    wish = Wish(Money(20_00, RUB), "A chair", phone=PHONE, capture=Capture.LATER)
    await cast.pay(ann, await services.invoices.create(merchant=shop, wish=wish))
    played = Wish(Money(1_00, RUB), "A test", is_test=True)
    test = await services.invoices.create(merchant=shop, wish=played)
    await services.invoices.play_test(invoice_id=test.id, pays=True)


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def database(request: pytest.FixtureRequest, engine: str, path: Path) -> Iterator[str]:
    """A database of the test's own, whose guards it may take down."""
    if engine == "sqlite":
        yield f"sqlite:///{path}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    empty(server.url)
    yield server.create("audited_shops", template="purser")
    server.drop("audited_shops")


async def test_each_change_is_named_with_its_row_and_amount(
    cast: Cast, engine: str, database: str, path: Path
) -> None:
    """Nothing is wrong at first; and each check finds what it is for."""
    await story(cast)
    right = await cast.faults()
    overlooked, found = {}, set()

    with unguarded(engine, database, path) as change:
        for what, (statement, expected) in CORRUPTIONS.items():
            with change(statement) as faults:
                found |= {each.name for each in faults}
                missing = lacking(faults, expected)
                if missing:
                    overlooked[what] = (missing, [(f.name, f.row, f.amount_minor) for f in faults])

    assert right == []
    assert overlooked == {}
    assert {*CHECKS} <= found
