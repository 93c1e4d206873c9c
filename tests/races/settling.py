"""Races about shops' money: reserves, payouts, and refunds that take from both."""

from collections.abc import Callable

from services.commission import WHOLE_MILLIONTHS
from services.holders import Holder
from services.invoices import Invoice
from services.merchant_terms import TermsChange
from services.merchants import Merchant
from services.money import RUB, Money
from tests.races.pausing import Act
from tests.races.scenes import Race, Scene, alike, both
from tests.races.stage import Process, Stage


@alike
async def one_reserve_released_twice(stage: Stage) -> Race:
    """Two workers have the same hour: the money moves once."""
    shop, holder, _ = await _reserved(stage)
    return both(stage, _release, _left(stage, shop, holder))


async def reserve_released_while_it_is_refunded(stage: Stage) -> Race:
    """The refund takes from where the money is, and finds all of it."""
    shop, holder, invoice = await _reserved(stage)
    refund = _refund(stage.second, shop, invoice, 20_00)
    return Race(_release(stage.first), refund, _left(stage, shop, holder))


@alike
async def two_refunds_of_one_fee(stage: Stage) -> Race:
    """Each gives back its share of the fee, and both together all of it."""
    shop, holder, invoice = await _reserved(stage)
    left = _left(stage, shop, holder)
    return both(stage, lambda each: _refund(each, shop, invoice, 30_00), left)


@alike
async def one_balance_prepared_twice(stage: Stage) -> Race:
    """Two operators make a batch: one has the money, the other nothing."""
    shop, holder, _ = await _available(stage)
    return both(stage, lambda each: _prepare(each, shop), _left(stage, shop, holder))


async def balance_prepared_while_it_is_refunded(stage: Stage) -> Race:
    """What is left of it is paid out, or nothing is left to refund from."""
    shop, holder, invoice = await _available(stage)
    refund = _refund(stage.second, shop, invoice, 20_00)
    return Race(_prepare(stage.first, shop), refund, _left(stage, shop, holder))


async def payout_is_paid_and_comes_back(stage: Stage) -> Race:
    """Whatever is said first: the money is in the balance once."""
    shop, holder, _ = await _available(stage)
    made = await stage.first.services.payouts.prepare(merchant_id=shop.id)

    async def pay() -> list[str]:
        paid = await stage.first.services.payouts.paid(batch=made.batch)
        return [each.state.value for each in paid]

    async def come_back() -> str:
        payouts = stage.second.services.payouts
        back = await payouts.returned(payout_id=made.payouts[0].id, reason="closed")
        return back.state.value

    return Race(pay, come_back, _left(stage, shop, holder))


async def _reserved(stage: Stage) -> tuple[Merchant, Holder, Invoice]:
    """Sixty roubles were paid, six are the fee, and the rest is due to be released."""
    shop = await stage.shop()
    payee = {"name": "Shop", "account": "1"}
    change = TermsChange(millionths=WHOLE_MILLIONTHS // 10, reserve_days=1, payee=payee)
    await stage.first.services.merchant_agreements.state(merchant_id=shop.id, change=change)
    holder, invoice = await stage.paid(shop)
    for process in (stage.first, stage.second):
        process.clock.advance(days=1)
    return shop, holder, invoice


async def _available(stage: Stage) -> tuple[Merchant, Holder, Invoice]:
    """The same, released."""
    shop, holder, invoice = await _reserved(stage)
    await stage.first.services.reserves.release()
    return shop, holder, invoice


def _release(process: Process) -> Act:
    async def release() -> int:
        return await process.services.reserves.release()

    return release


def _refund(process: Process, shop: Merchant, invoice: Invoice, minor: int) -> Act:
    async def refund() -> str:
        made = await process.services.refunds.refund(
            merchant=shop, invoice_id=invoice.id, amount=Money(minor, RUB)
        )
        return made.state.value

    return refund


def _prepare(process: Process, shop: Merchant) -> Act:
    async def prepare() -> list[int]:
        made = await process.services.payouts.prepare(merchant_id=shop.id)
        return [each.amount.minor for each in made.payouts]

    return prepare


def _left(stage: Stage, shop: Merchant, holder: Holder) -> Callable[[], object]:
    def left() -> object:
        accounts = stage.seen("balances", "owner", shop.owner, "id, posted")
        return (
            stage.seen("settlements", "merchant", shop.id, "fee_returned, reserved"),
            stage.seen("payouts", "merchant", shop.id, "state, amount"),
            {account.split(":")[1]: posted for account, posted in accounts if posted},
            stage.account(holder.owner),
        )

    return left


SETTLING: tuple[Scene, ...] = (
    one_reserve_released_twice,
    reserve_released_while_it_is_refunded,
    two_refunds_of_one_fee,
    one_balance_prepared_twice,
    balance_prepared_while_it_is_refunded,
    payout_is_paid_and_comes_back,
)
