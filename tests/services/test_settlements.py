"""Settlement: fee and reserve out of each payment, and back again with its refunds."""

import asyncio
import random
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.commission import BorneBy, Commission, Tier
from services.invoices import Invoice
from services.ledger import InsufficientFundsError, account_id
from services.merchant_terms import (
    MerchantTerms,
    MerchantTermsError,
    TermsChange,
    parse_percent,
    percent,
)
from services.merchants import Merchant, MerchantNotFoundError
from services.money import RUB, USD, Money
from services.refunds import RefundTooLargeError
from services.settlements import Settlement
from services.treasury import Change
from tests.cast import Cast
from tests.clock import TestClock

DAY = date(2026, 11, 24)
"""On which the clock stands at first."""
PERCENT = 10_000
"""Millionths in one percent."""


async def agreed(cast: Cast, shop: Merchant, **change: object) -> None:
    """The operator states terms."""
    await cast.services.merchant_agreements.state(
        merchant_id=shop.id,
        change=TermsChange(**change),  # type: ignore[arg-type]  # by its own names
    )


async def paid(cast: Cast, shop: Merchant, minor: int) -> Invoice:
    """An invoice that Ann has paid; she has a hundred roubles more than it takes."""
    ann = await cast.services.wallets.find(phone="+79161234567")
    await cast.fund(ann, minor)
    invoice = await cast.invoice(shop, minor)
    await cast.pay(ann, invoice)
    return invoice


async def of(cast: Cast, shop: Merchant, code: str = "RUB") -> tuple[int, int, int]:
    """Available, reserved and in payout, in minor units."""
    shown = await cast.services.merchant_money.show(merchant_id=shop.id)
    [found] = [each for each in shown.balances if each.currency.code == code]
    return found.available.minor, found.reserved.minor, found.in_payout.minor


async def fees(cast: Cast) -> int:
    """What the wallet has earned, in kopecks."""
    return await posted(cast, "fees")


async def posted(cast: Cast, name: str) -> int:
    """What one of the wallet's own accounts holds, in kopecks."""
    balance = await cast.store.read(
        lambda book: book.ledger.balance(account_id("system", RUB, name))
    )
    return 0 if balance is None else balance.posted.minor


@pytest.fixture
async def shop(cast: Cast) -> Merchant:
    await cast.join()
    return await cast.shop()


async def test_without_terms_all_goes_to_the_balance(cast: Cast, shop: Merchant) -> None:
    """Nobody pays for what was not agreed on."""
    invoice = await paid(cast, shop, 60_00)
    whole = await of(cast, shop)

    await cast.services.refunds.refund(merchant=shop, invoice_id=invoice.id, amount=None)

    assert (whole, await of(cast, shop), await fees(cast)) == ((60_00, 0, 0), (0, 0, 0), 0)
    assert await cast.faults() == []


async def test_fee_is_taken_from_the_shop_and_comes_back_in_proportion(
    cast: Cast, shop: Merchant
) -> None:
    """The payer pays the price and gets the price back; the fee follows the refunds."""
    await agreed(cast, shop, millionths=25 * PERCENT // 10, fixed_minor=10_00)
    invoice = await paid(cast, shop, 1000_00)
    after = [(await of(cast, shop), await fees(cast))]

    for amount in (Money(333_33, RUB), Money(333_33, RUB), None):
        await cast.services.refunds.refund(merchant=shop, invoice_id=invoice.id, amount=amount)
        after.append((await of(cast, shop), await fees(cast)))

    assert after == [
        ((965_00, 0, 0), 35_00),
        ((643_33, 0, 0), 23_34),  # 11.6666 of 35 back
        ((321_67, 0, 0), 11_67),
        ((0, 0, 0), 0),
    ]
    assert await cast.faults() == []


async def test_fee_is_never_more_than_the_payment(cast: Cast, shop: Merchant) -> None:
    """A shop does not owe the wallet for having been paid."""
    await agreed(cast, shop, minimum_minor=50_00, reserve_days=7)

    invoice = await paid(cast, shop, 30_00)
    eaten = (await of(cast, shop), await fees(cast))
    await cast.services.refunds.refund(merchant=shop, invoice_id=invoice.id, amount=None)

    assert eaten == ((0, 0, 0), 30_00)
    assert await fees(cast) == 0
    assert await cast.faults() == []


async def test_reserve_is_given_when_its_time_has_come(
    cast: Cast, shop: Merchant, clock: TestClock
) -> None:
    """Promised at once, given after n days to the microsecond, once; and seen all the time."""
    await agreed(cast, shop, millionths=PERCENT, reserve_days=7)
    await paid(cast, shop, 100_00)
    clock.advance(days=3)
    await paid(cast, shop, 200_00)
    both = await of(cast, shop)
    clock.advance(days=4, microseconds=-1)
    early = await cast.services.reserves.release()
    clock.advance(microseconds=1)

    released = await cast.services.reserves.release()
    first = await of(cast, shop)
    clock.advance(days=30)  # the wallet stood still
    late = await cast.services.reserves.release()

    assert (early, released, late, await cast.services.reserves.release()) == (0, 1, 1, 0)
    assert (both, first, await of(cast, shop)) == (
        (0, 297_00, 0),
        (99_00, 198_00, 0),
        (297_00, 0, 0),
    )
    assert await cast.faults() == []


async def test_many_workers_release_each_reserve_once(
    cast: Cast, shop: Merchant, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Side by side, in small batches, while one of the payments is refunded."""
    monkeypatch.setattr("services.settlements.BATCH", 2)
    await agreed(cast, shop, reserve_days=1)
    invoices = [await paid(cast, shop, 10_00) for _ in range(7)]
    clock.advance(days=1)

    released, _ = await asyncio.gather(
        asyncio.gather(*(cast.services.reserves.release() for _ in range(4))),
        cast.services.refunds.refund(
            merchant=shop, invoice_id=invoices[3].id, amount=Money(4_00, RUB)
        ),
    )

    assert sum(released) == 7
    assert await of(cast, shop) == (66_00, 0, 0)
    assert await cast.faults() == []


async def test_refund_takes_that_payments_reserve_before_the_balance(
    cast: Cast, shop: Merchant, clock: TestClock
) -> None:
    """What was promised for one sale does not go for the refund of another."""
    await agreed(cast, shop, millionths=10 * PERCENT, reserve_days=7)
    old = await paid(cast, shop, 100_00)
    clock.advance(days=7)
    await cast.services.reserves.release()
    new = await paid(cast, shop, 50_00)
    refund = cast.services.refunds.refund

    await refund(merchant=shop, invoice_id=new.id, amount=Money(20_00, RUB))
    in_part = await of(cast, shop)
    await refund(merchant=shop, invoice_id=old.id, amount=Money(100_00, RUB))
    with_old = await of(cast, shop)
    await refund(merchant=shop, invoice_id=new.id, amount=None)

    assert (in_part, with_old, await of(cast, shop)) == (
        (90_00, 27_00, 0),
        (0, 27_00, 0),
        (0, 0, 0),
    )
    assert await cast.faults() == []


@pytest.mark.parametrize("seed", [1, 3])
async def test_any_story_adds_up(cast: Cast, shop: Merchant, clock: TestClock, seed: int) -> None:
    """Sales, refunds, releases and payouts in any order: what was paid is somewhere, once."""
    chance = random.Random(seed)  # noqa: S311  # a story, no secret
    rates = {"millionths": chance.randrange(300_000), "fixed_minor": chance.randrange(500)}
    payee = {"name": "Shop", "account": "1"}
    await agreed(cast, shop, reserve_days=2, payee=payee, **rates)
    ann = await cast.services.wallets.find(phone="+79161234567")
    await cast.fund(ann, 10_000_00)
    sold: list[Invoice] = []
    for _ in range(60):
        clock.advance(hours=chance.randrange(1, 20))
        step = chance.choice(("sell", "sell", "refund", "refund", "release", "pay out"))
        if step == "sell":
            sold.append(await cast.invoice(shop, chance.randrange(1, 90_00)))
            await cast.pay(ann, sold[-1])
        elif step == "refund" and sold:
            await _refunded(cast, shop, chance.choice(sold), chance)
        elif step == "release":
            await cast.services.reserves.release()
        elif step == "pay out":
            made = await cast.services.payouts.prepare()
            if made.payouts and chance.randrange(2):
                await cast.services.payouts.paid(batch=made.batch)

    bank = await posted(cast, "bank")
    kept = sum(await of(cast, shop)) + await fees(cast) + bank
    assert kept + await cast.available(ann) == 10_000_00
    assert (len(sold) > 3, bank > 0) == (True, True)
    assert await cast.faults() == []


async def _refunded(cast: Cast, shop: Merchant, sale: Invoice, chance: random.Random) -> None:
    """Some of a sale, or all that is left, as far as the shop has it."""
    now = await cast.services.invoices.get(merchant=shop, invoice_id=sale.id)
    left = now.refundable.minor
    part = Money(chance.randrange(1, left), RUB) if left > 1 and chance.randrange(3) else None
    with suppress(InsufficientFundsError, RefundTooLargeError):
        await cast.services.refunds.refund(merchant=shop, invoice_id=sale.id, amount=part)


async def test_reserve_of_one_sale_cannot_be_taken_for_another(
    cast: Cast, shop: Merchant, clock: TestClock
) -> None:
    """A refund that the shop has no money for is refused whole: the fee stays, too."""
    await agreed(cast, shop, millionths=PERCENT, reserve_days=7)
    old = await paid(cast, shop, 100_00)
    clock.advance(days=7)
    await cast.services.reserves.release()
    await agreed(cast, shop, payee={"name": "Shop", "account": "1"})
    await cast.services.payouts.prepare()
    await paid(cast, shop, 500_00)

    with pytest.raises(InsufficientFundsError):
        await cast.services.refunds.refund(merchant=shop, invoice_id=old.id, amount=None)

    assert await of(cast, shop) == (0, 495_00, 99_00)
    assert await cast.faults() == []


async def test_cash_is_settled_like_any_payment(
    cast: Cast, shop: Merchant, clock: TestClock
) -> None:
    """Banknotes at a terminal: fee and reserve the same."""
    await agreed(cast, shop, millionths=10 * PERCENT, reserve_days=1)
    terminal, invoice = await cast.terminal(), await cast.invoice(shop, 60_00)
    cash = cast.services.cash_payments
    number = await cash.number(invoice_id=invoice.id)

    await cash.pay(terminal=terminal, receipt="7", number=number, amount=Money(60_00, RUB))
    held_back = await of(cast, shop)
    clock.advance(days=1)
    await cast.services.reserves.release()

    assert (held_back, await of(cast, shop)) == ((0, 54_00, 0), (54_00, 0, 0))
    clock.advance(days=1)
    [closing] = await cast.services.closings.of_day(merchant_id=shop.id, day=DAY)
    assert [(each.kind, each.gross_minor, each.invoice) for each in closing.entries] == [
        ("cash_payment", 60_00, invoice.id)
    ]
    assert await cast.faults() == []


async def test_paid_from_another_currency_the_shop_still_bears_the_fee(
    cast: Cast, shop: Merchant
) -> None:
    """The exchange gives the parts of what the shop asked for, to the last kopeck."""
    await cast.services.rates.set(pair="USD/RUB", rate="92.50")
    await cast.services.treasury.state(pair="USD/RUB", change=Change(fee_points=100))
    await agreed(cast, shop, millionths=3 * PERCENT, reserve_days=1)
    ann = await cast.services.wallets.find(phone="+79161234567")
    await cast.fund(ann, 50_00, USD)
    invoice = await cast.invoice(shop, 925_00)

    await cast.pay(ann, invoice, "account/USD")
    divided = await of(cast, shop)
    await cast.services.refunds.refund(merchant=shop, invoice_id=invoice.id, amount=None)

    assert divided == (0, 897_25, 0)
    assert await of(cast, shop) == (0, 0, 0)
    assert await cast.available(ann) == 925_00
    assert await cast.faults() == []


async def test_terms_hold_from_now_on(cast: Cast, shop: Merchant) -> None:
    """What was paid before is refunded by the terms of then."""
    await agreed(cast, shop, millionths=PERCENT)
    before = await paid(cast, shop, 100_00)
    await agreed(cast, shop, millionths=50 * PERCENT)

    await cast.services.refunds.refund(merchant=shop, invoice_id=before.id, amount=None)
    await paid(cast, shop, 100_00)

    assert (await of(cast, shop), await fees(cast)) == ((50_00, 0, 0), 50_00)
    steps = await cast.store.read(lambda book: book.steps.of(shop.owner))
    assert [each.reason for each in steps if each.event == "terms"] == [
        "RUB: 1%; reserve 0 d; settled in RUB",
        "RUB: 50%; reserve 0 d; settled in RUB",
    ]


async def test_terms_are_changed_in_parts(cast: Cast, shop: Merchant) -> None:
    """What is not named stays, an empty requisite goes; another currency has its own tariff."""
    await agreed(cast, shop, millionths=2 * PERCENT, minimum_minor=1_00, maximum_minor=9_00)
    await agreed(
        cast, shop, fixed_minor=3_00, payee={"name": "ООО", "account": "40702", "bank": "Б"}
    )
    await agreed(cast, shop, currency=USD, millionths=PERCENT, tiers=(Tier(100_00, 5_000),))
    await agreed(cast, shop, maximum_minor=0, payee={"bank": ""}, reserve_days=3)

    terms = await cast.services.merchant_agreements.of(merchant_id=shop.id)

    assert terms.tariffs["RUB"] == Commission(
        2 * PERCENT, 3_00, 1_00, None, borne_by=BorneBy.PROVIDER
    )
    assert terms.tariffs["USD"].tiers == (Tier(100_00, 5_000),)
    assert (terms.reserve_days, terms.payee, terms.has_payee) == (
        3,
        {"name": "ООО", "account": "40702"},
        True,
    )
    assert terms.fee(Money(300_00, USD)) == Money(2_00, USD)


def test_currency_without_a_tariff_pays_the_rate_alone() -> None:
    """Ten roubles are not ten dollars."""
    terms = MerchantTerms("m", RUB, {"RUB": Commission(2 * PERCENT, 10_00, 20_00)})

    assert terms.fee(Money(100_00, RUB)) == Money(20_00, RUB)
    assert terms.fee(Money(100_00, USD)) == Money(2_00, USD)
    assert MerchantTerms("m", RUB).fee(Money(100_00, RUB)) == Money(0, RUB)


@pytest.mark.parametrize(
    "change",
    [
        TermsChange(millionths=101 * PERCENT),
        TermsChange(fixed_minor=-1),
        TermsChange(minimum_minor=2, maximum_minor=1),
        TermsChange(tiers=(Tier(5, 1), Tier(5, 2))),
        TermsChange(reserve_days=-1),
        TermsChange(reserve_days=366),
        TermsChange(payee={"iban": "x"}),
        TermsChange(payee={"name": "a\u202eb"}),
        TermsChange(payee={"name": "x" * 211}),
    ],
)
async def test_terms_that_nobody_can_settle_by(
    cast: Cast, shop: Merchant, change: TermsChange
) -> None:
    """Refused whole, with the reason."""
    with pytest.raises(MerchantTermsError) as refused:
        await cast.services.merchant_agreements.state(merchant_id=shop.id, change=change)
    with pytest.raises(MerchantNotFoundError):
        await cast.services.merchant_agreements.state(merchant_id="no", change=TermsChange())

    assert refused.value.values["problem"]
    assert not (await cast.services.merchant_agreements.of(merchant_id=shop.id)).tariffs


@pytest.mark.parametrize(
    ("text", "millionths"),
    [("2.5", 25_000), ("2,5 %", 25_000), ("0.0001", 1), ("100%", 1_000_000)],
)
def test_rate_as_it_is_written(text: str, millionths: int) -> None:
    """And as it is shown."""
    assert parse_percent(text) == millionths
    assert parse_percent(percent(millionths)) == millionths


@pytest.mark.parametrize("text", ["", "x", "-1", "1.23456", "1e2", "٣"])
def test_what_is_no_rate(text: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(MerchantTermsError):
        parse_percent(text)


@given(
    amount=st.integers(1, 10**15),
    rate=st.integers(0, 1_000_000),
    parts=st.lists(st.integers(1, 10**15), max_size=12),
    gets_out=st.data(),
)
def test_any_refunds_give_back_the_fee_exactly(
    amount: int, rate: int, parts: list[int], gets_out: st.DataObject
) -> None:
    """Never more of it than is refunded, never more than there was, all of it with the whole.

    And while all is in the reserve, fee and reserve alone can give everything back.
    """
    terms = MerchantTerms("m", RUB, {"RUB": Commission(rate)})
    fee = terms.fee(Money(amount, RUB)).minor
    kept = Settlement("p", "m", Money(amount, RUB), fee, TestClock()(), 0, amount - fee)
    refunded = 0

    for part in [*parts, amount]:
        given_back = min(part, amount - refunded)
        share = kept.fee_due_back(refunded + given_back)
        assert 0 <= share <= given_back
        rest = given_back - share
        assert rest <= kept.reserved_minor
        refunded += given_back
        kept = Settlement(
            "p",
            "m",
            kept.amount,
            fee,
            kept.settled_at,
            kept.fee_returned_minor + share,
            kept.reserved_minor - rest,
        )

    assert refunded == amount
    assert (kept.fee_returned_minor, kept.reserved_minor) == (fee, 0)
