"""Payouts: each kopeck is put aside once, and is either paid or in the balance again."""

import asyncio
import csv
import io

import pytest

from services.ledger import account_id
from services.merchant_files import payout_file
from services.merchant_money import MerchantBalance
from services.merchant_terms import TermsChange
from services.merchants import Merchant, MerchantNotFoundError
from services.money import EUR, RUB, USD, Currency, Money
from services.payout_life import PayoutNotFoundError, PayoutReasonError, PayoutState
from services.payouts import PayeeMissingError
from services.rates import RateMissingError
from tests.cast import Cast
from tests.clock import TestClock

PAYEE = {"name": "ООО «Ромашка»", "account": "40702810900000000001", "bank_code": "044525225"}


async def shop_with(
    cast: Cast, minor: int, name: str = "Shop", of: Currency = RUB, **change: object
) -> Merchant:
    """A shop that has earned something, and that the operator knows how to pay."""
    shop = await cast.shop(name)
    await cast.services.merchant_agreements.state(
        merchant_id=shop.id,
        change=TermsChange(**{"payee": PAYEE} | change),  # type: ignore[arg-type]
    )
    await earn(cast, shop, minor, of)
    return shop


async def earn(cast: Cast, shop: Merchant, minor: int, of: Currency = RUB) -> None:
    """Ann buys something of the shop."""
    ann = await cast.services.wallets.find(phone="+79161234567")
    await cast.fund(ann, minor, of)
    await cast.pay(ann, await cast.invoice(shop, minor, of=of))


async def of(cast: Cast, shop: Merchant, code: str = "RUB") -> tuple[int, int]:
    """Available and in payout, in minor units."""
    shown: MerchantBalance = await cast.services.merchant_money.show(merchant_id=shop.id)
    [found] = [each for each in shown.balances if each.currency.code == code]
    return found.available.minor, found.in_payout.minor


async def bank(cast: Cast) -> int:
    """What has left the wallet for banks, in kopecks."""
    balance = await cast.store.read(
        lambda book: book.ledger.balance(account_id("system", RUB, "bank"))
    )
    return 0 if balance is None else balance.posted.minor


@pytest.fixture(autouse=True)
async def ann(cast: Cast) -> None:
    await cast.join()


async def test_batch_takes_all_and_the_next_finds_nothing(cast: Cast) -> None:
    """Put aside, it can neither be paid out twice nor refunded from."""
    rose, lily = await shop_with(cast, 100_00, "Rose"), await shop_with(cast, 30_00, "Lily")

    made = await cast.services.payouts.prepare()
    again = await cast.services.payouts.prepare()

    assert [(each.merchant_name, str(each.amount)) for each in made.payouts] == [
        ("Lily", "30.00 RUB"),
        ("Rose", "100.00 RUB"),
    ]
    assert {each.batch for each in made.payouts} == {made.batch}
    assert (made.waiting, again.payouts, again.waiting) == ((), (), ())
    assert (await of(cast, rose), await of(cast, lily)) == ((0, 100_00), (0, 30_00))
    assert await cast.faults() == []


async def test_paid_leaves_the_wallet_and_returned_comes_back(cast: Cast) -> None:
    """Said twice it is the same; what came back before is not paid, what came back after is."""
    rose, lily = await shop_with(cast, 100_00, "Rose"), await shop_with(cast, 30_00, "Lily")
    made = await cast.services.payouts.prepare()
    first, second = made.payouts
    back = cast.services.payouts.returned

    early = await back(payout_id=first.id, reason="no  such account")
    paid = await cast.services.payouts.paid(batch=made.batch)
    once = (await of(cast, lily), await of(cast, rose), await bank(cast))
    again = await cast.services.payouts.paid(batch=made.batch)
    late = await back(payout_id=second.id, reason="closed")
    same = await back(payout_id=second.id, reason="again")

    assert (early.state, early.reason) == (PayoutState.RETURNED, "no such account")
    assert [each.state for each in paid] == [PayoutState.RETURNED, PayoutState.PAID]
    assert again == paid
    assert once == ((30_00, 0), (0, 0), 100_00)
    assert (late.state, same) == (PayoutState.RETURNED, late)
    assert (await of(cast, rose), await bank(cast)) == ((100_00, 0), 0)
    steps = await cast.store.read(lambda book: book.steps.of(f"payout/{second.id}"))
    assert [each.event for each in steps] == ["prepare", "pay", "return"]
    assert await cast.faults() == []


async def test_two_operators_at_once_take_it_once(cast: Cast) -> None:
    """Whoever comes second finds what is left: nothing."""
    rose = await shop_with(cast, 100_00)

    both = await asyncio.gather(*(cast.services.payouts.prepare() for _ in range(4)))

    assert sorted(len(each.payouts) for each in both) == [0, 0, 0, 1]
    assert await of(cast, rose) == (0, 100_00)
    assert await cast.faults() == []


async def test_without_a_payee_money_waits_and_says_so(cast: Cast) -> None:
    """Nothing is put aside for nobody."""
    shop = await shop_with(cast, 10_00, payee={"name": "No account"})

    made = await cast.services.payouts.prepare()

    [waiting] = made.waiting
    assert (waiting.merchant, str(waiting.amount)) == (shop.id, "10.00 RUB")
    assert isinstance(waiting.error, PayeeMissingError)
    assert await of(cast, shop) == (10_00, 0)


async def test_disabled_shop_is_paid_only_by_its_name(cast: Cast) -> None:
    """Whoever has closed it decides about its money."""
    shop = await shop_with(cast, 10_00)
    await cast.services.merchants.disable(merchant_id=shop.id)

    overall = await cast.services.payouts.prepare()
    named = await cast.services.payouts.prepare(merchant_id=shop.id)

    assert (overall.payouts, len(named.payouts)) == ((), 1)
    with pytest.raises(MerchantNotFoundError):
        await cast.services.payouts.prepare(merchant_id="nobody")


async def test_other_currencies_are_exchanged_into_the_settlement_currency(cast: Cast) -> None:
    """At the rate of that moment, against the wallet's position; and come back as they went."""
    await cast.services.rates.set(pair="USD/RUB", rate="92.50")
    shop = await shop_with(cast, 10_00, of=USD)

    made = await cast.services.payouts.prepare()
    aside = await of(cast, shop), await of(cast, shop, "USD")
    await cast.services.payouts.returned(payout_id=made.payouts[0].id, reason="no account")

    [payout] = made.payouts
    assert (str(payout.taken), str(payout.amount)) == ("10.00 USD", "925.00 RUB")
    assert payout.conversion is not None
    assert payout.conversion.rate == "92.5"
    assert aside == ((0, 925_00), (0, 0))
    assert await of(cast, shop) == (925_00, 0)
    positions = await cast.services.treasury.positions()
    assert [str(each.posted) for each in positions] == ["-925.00 RUB", "10.00 USD"]
    assert await cast.faults() == []


async def test_what_cannot_be_exchanged_now_waits_for_the_next_batch(cast: Cast) -> None:
    """No rate, or no room in the position: the rest is paid all the same."""
    shop = await shop_with(cast, 10_00, of=USD)
    await earn(cast, shop, 70_00)

    without_rate = await cast.services.payouts.prepare()
    await cast.services.rates.set(pair="USD/RUB", rate="92.50")
    await cast.services.treasury.limit(of=USD, long=Money(9_99, USD))
    without_room = await cast.services.payouts.prepare()
    await cast.services.treasury.limit(of=USD, long=Money(10_00, USD))
    with_both = await cast.services.payouts.prepare()

    assert [str(each.amount) for each in without_rate.payouts] == ["70.00 RUB"]
    assert [type(each.error) for each in without_rate.waiting] == [RateMissingError]
    assert [each.error.code for each in without_room.waiting] == ["exchange_limit"]
    assert [str(each.amount) for each in with_both.payouts] == ["925.00 RUB"]
    assert await cast.faults() == []


async def test_only_those_who_are_paid_in_a_currency(cast: Cast) -> None:
    """A bank takes a file of one currency."""
    await shop_with(cast, 10_00, "Rose")
    lily = await shop_with(cast, 20_00, "Lily", USD, settlement_currency=USD)

    made = await cast.services.payouts.prepare(of=USD)
    none = await cast.services.payouts.prepare(of=EUR)

    assert [each.merchant for each in made.payouts] == [lily.id]
    assert none.payouts == ()


async def test_file_for_the_bank(cast: Cast, clock: TestClock) -> None:
    """Requisites, sums and a total; nothing that a spreadsheet would calculate."""
    payee = PAYEE | {"purpose": '=HYPERLINK("http://evil.example")'}
    await shop_with(cast, 100_00, "Rose", payee=payee)
    await shop_with(cast, 30_00, "Lily")
    made = await cast.services.payouts.prepare()
    await cast.services.payouts.returned(payout_id=made.payouts[0].id, reason="x")

    whole = payout_file(made.payouts).decode("utf-8-sig")
    rest = payout_file(await cast.services.payouts.of_batch(batch=made.batch))

    rows = list(csv.DictReader(io.StringIO(whole)))
    assert [(row["record"], row["amount"], row["currency"]) for row in rows] == [
        ("payout", "30.00", "RUB"),
        ("payout", "100.00", "RUB"),
        ("total", "130.00", "RUB"),
    ]
    assert rows[1]["purpose"] == '\'=HYPERLINK("http://evil.example")'
    assert rows[1]["name"] == "ООО «Ромашка»"
    assert rows[2]["payout"] == "2"
    assert "30.00" not in rest.decode("utf-8-sig")


async def test_lists_and_what_there_is_none_of(cast: Cast, clock: TestClock) -> None:
    """Newest first; a reason must say something."""
    rose = await shop_with(cast, 100_00, "Rose")
    first = await cast.services.payouts.prepare()
    clock.advance(days=1)
    await shop_with(cast, 30_00, "Lily")
    second = await cast.services.payouts.prepare()
    listed = cast.services.payouts.listed

    every, own = await listed(), await listed(merchant_id=rose.id)

    assert [each.batch for each in every] == [second.batch, first.batch]
    assert own == list(first.payouts)
    assert [each.batch for each in await listed(limit=1)] == [second.batch]
    for reason in ("", " ", "x" * 256, "a\u202eb"):
        with pytest.raises(PayoutReasonError):
            await cast.services.payouts.returned(payout_id=own[0].id, reason=reason)
    with pytest.raises(PayoutNotFoundError):
        await cast.services.payouts.returned(payout_id="no", reason="x")
    with pytest.raises(PayoutNotFoundError):
        await cast.services.payouts.paid(batch="no")
