"""Races about one payment to a provider before it is sent, and about the money for it."""

from collections.abc import Callable
from datetime import timedelta

from services.holders import Holder
from services.levels import Level
from services.limit_rules import RuleKey, RuleName
from services.money import RUB, Money
from services.offers import LIFETIME
from services.provider_life import KIND
from services.provider_payments import ProviderProposal
from tests.catalogue import STEAM, order
from tests.races.pausing import Act
from tests.races.scenes import Race, Scene, alike, both
from tests.races.stage import Process, Stage


@alike
async def two_taps_on_confirm_an_order(stage: Stage) -> Race:
    """One offer, confirmed twice: one hold, one code, one payment."""
    holder = await stage.person()
    offer_id = await stage.order_offered(holder)
    return both(stage, lambda each: _confirm(each, holder, offer_id), left(stage, [holder]))


@alike
async def the_same_line_twice(stage: Stage) -> Race:
    """An update that two processes were given makes one offer."""
    holder = await stage.person()
    await stage.order_offered(holder, key="earlier")

    def act(process: Process) -> Act:
        async def offer() -> str:
            made = await process.services.provider_payments.offer(
                holder=holder, order=order(60_00), key=f"tap:{holder.id}"
            )
            return made.offer.state.value

        return offer

    return both(stage, act, left(stage, [holder]))


@alike
async def the_right_code_of_an_order_twice(stage: Stage) -> Race:
    """It is sent once, and both are shown that it is on its way."""
    holder = await stage.person()
    offer_id = await _confirmed(stage, holder)
    return Race(
        await _prove(stage, stage.first, holder, offer_id),
        await _prove(stage, stage.second, holder, offer_id),
        left(stage, [holder]),
    )


async def confirm_and_withdraw_an_order(stage: Stage) -> Race:
    """Cancel is pressed beside Confirm: nothing stays reserved for what was cancelled."""
    holder = await stage.person()
    offer_id = await stage.order_offered(holder)
    return Race(
        _confirm(stage.first, holder, offer_id),
        _withdraw(stage.second, holder, offer_id),
        left(stage, [holder]),
    )


async def code_and_withdraw_an_order(stage: Stage) -> Race:
    """What is cancelled is not sent, and what is sent is not given back."""
    holder = await stage.person()
    offer_id = await _confirmed(stage, holder)
    return Race(
        await _prove(stage, stage.first, holder, offer_id),
        _withdraw(stage.second, holder, offer_id),
        left(stage, [holder]),
    )


async def code_and_resend_of_an_order(stage: Stage) -> Race:
    """Another code is asked for while the first one is typed."""
    holder = await stage.person()
    offer_id = await _confirmed(stage, holder)
    stage.second.clock.now = stage.first.clock.now + timedelta(minutes=1)

    async def resend() -> str:
        payments = stage.second.services.provider_payments
        return _told(await payments.resend(holder=holder, offer_id=offer_id))

    prove = await _prove(stage, stage.first, holder, offer_id)
    return Race(prove, resend, left(stage, [holder]))


async def code_and_expiry_of_an_order(stage: Stage) -> Race:
    """The code comes at the moment when the offer expires."""
    holder = await stage.person()
    offer_id = await _confirmed(stage, holder)
    stage.second.clock.now = stage.first.clock.now + LIFETIME
    prove = await _prove(stage, stage.first, holder, offer_id)
    return Race(prove, _expire(stage.second, offer_id), left(stage, [holder]))


async def confirm_and_expiry_of_an_order(stage: Stage) -> Race:
    """The offer expires while it is confirmed."""
    holder = await stage.person()
    offer_id = await stage.order_offered(holder)
    stage.second.clock.now = stage.first.clock.now + LIFETIME
    confirm = _confirm(stage.first, holder, offer_id)
    return Race(confirm, _expire(stage.second, offer_id), left(stage, [holder]))


async def code_of_an_order_and_lock(stage: Stage) -> Race:
    """The wallet is locked while a payment is sent."""
    holder = await stage.person()
    offer_id = await _confirmed(stage, holder)
    prove = await _prove(stage, stage.first, holder, offer_id)
    return Race(prove, _lock(stage.second, holder), left(stage, [holder]))


@alike
async def one_balance_for_two_orders(stage: Stage) -> Race:
    """There is enough for either and not for both."""
    holder = await stage.person(100_00)
    offers = [await stage.order_offered(holder, key=f"{number}") for number in range(2)]
    return Race(
        _confirm(stage.first, holder, offers[0]),
        _confirm(stage.second, holder, offers[1]),
        left(stage, [holder]),
    )


async def one_balance_for_order_and_invoice(stage: Stage) -> Race:
    """The same, where one is a shop's."""
    holder, shop = await stage.person(100_00), await stage.shop()
    bill = await stage.offered(holder, await stage.invoice(shop, holder=holder))
    ordered = await stage.order_offered(holder)

    async def confirm_bill() -> str:
        payments = stage.second.services.payments
        return (await payments.confirm(holder=holder, offer_id=bill)).offer.state.value

    return Race(_confirm(stage.first, holder, ordered), confirm_bill, left(stage, [holder]))


@alike
async def the_rest_of_a_limit_for_two_orders(stage: Stage) -> Race:
    """The day's limit has room for either and not for both."""
    holder = await stage.person(200_00)
    key = RuleKey(Level.PHONE, RUB, KIND, RuleName.DAY)
    await stage.first.services.limits.set(key=key, value=100_00)
    offers = [await stage.order_offered(holder, key=f"{number}") for number in range(2)]
    return Race(
        _confirm(stage.first, holder, offers[0]),
        _confirm(stage.second, holder, offers[1]),
        left(stage, [holder]),
    )


@alike
async def one_key_unattended_twice(stage: Stage) -> Race:
    """Two processes carry out one day of a schedule: it is paid once."""
    holder = await stage.person(200_00)
    await stage.order_offered(holder, key="earlier")

    def act(process: Process) -> Act:
        async def pay() -> str:
            return _told(
                await process.services.provider_payments.pay_unattended(
                    holder=holder,
                    order=order(60_00),
                    source="account",
                    key=f"schedule:{holder.id}",
                    most=Money(100_00, RUB),
                )
            )

        return pay

    return both(stage, act, left(stage, [holder]))


async def confirm_an_order_and_close_the_provider(stage: Stage) -> Race:
    """The operator withdraws whom is being paid."""
    holder = await stage.person()
    if stage.is_stocked:  # and closed by the race before
        await stage.first.services.catalogue_imports.open(provider_id=STEAM.id)
    offer_id = await stage.order_offered(holder)

    async def close() -> str:
        imports = stage.second.services.catalogue_imports
        closed = await imports.close(provider_id=STEAM.id, reason="test")
        return "open" if closed.is_open else "closed"

    return Race(_confirm(stage.first, holder, offer_id), close, left(stage, [holder]))


def left(stage: Stage, people: list[Holder]) -> Callable[[], object]:
    """What became of their payments and offers, what is still to be done, where the money is."""

    def seen() -> object:
        return [
            (
                stage.account(each.owner),
                stage.seen("provider_payments", "holder", each.id, "state, reason"),
                stage.seen("offers", "holder", each.id, "kind, state"),
                stage.seen("codes", "phone", each.phone, "state, wrong"),
                stage.seen("holders", "id", each.id, "state"),
                stage.seen("operations", "holder", each.id, "kind, state, amount"),
                stage.rows(_USED, each.id),
                stage.rows(_ASKING, each.id),
            )
            for each in people
        ]

    return seen


_USED = "SELECT kind, amount, times FROM limit_uses WHERE holder = %s ORDER BY kind, period"
_ASKING = """
    SELECT due_work.state FROM due_work, provider_payments
    WHERE key = 'pay_provider:' || provider_payments.id AND provider_payments.holder = %s
    ORDER BY due_work.state
"""


async def _confirmed(stage: Stage, holder: Holder) -> str:
    offer_id = await stage.order_offered(holder)
    await _confirm(stage.first, holder, offer_id)()
    return offer_id


def _confirm(process: Process, holder: Holder, offer_id: str) -> Act:
    async def confirm() -> str:
        payments = process.services.provider_payments
        return _told(await payments.confirm(holder=holder, offer_id=offer_id))

    return confirm


async def _prove(stage: Stage, process: Process, holder: Holder, offer_id: str) -> Act:
    digits = await stage.digits(offer_id)

    async def prove() -> str:
        payments = process.services.provider_payments
        return _told(await payments.prove(holder=holder, offer_id=offer_id, typed=digits))

    return prove


def _withdraw(process: Process, holder: Holder, offer_id: str) -> Act:
    async def withdraw() -> str:
        payments = process.services.provider_payments
        return _told(await payments.withdraw(holder=holder, offer_id=offer_id))

    return withdraw


def _expire(process: Process, offer_id: str) -> Act:
    async def expire() -> str:
        return str(await process.services.provider_payments.expire(offer_id))

    return expire


def _lock(process: Process, holder: Holder) -> Act:
    async def lock() -> str:
        return (await process.services.wallets.lock(holder=holder)).state.value

    return lock


def _told(proposal: ProviderProposal) -> str:
    payment = proposal.payment
    state = "no payment" if payment is None else payment.state.value
    return f"{proposal.offer.state.value}, {state}"


PROVIDER_PAYMENTS: tuple[Scene, ...] = (
    two_taps_on_confirm_an_order,
    the_same_line_twice,
    the_right_code_of_an_order_twice,
    confirm_and_withdraw_an_order,
    code_and_withdraw_an_order,
    code_and_resend_of_an_order,
    code_and_expiry_of_an_order,
    confirm_and_expiry_of_an_order,
    code_of_an_order_and_lock,
    one_balance_for_two_orders,
    one_balance_for_order_and_invoice,
    the_rest_of_a_limit_for_two_orders,
    one_key_unattended_twice,
    confirm_an_order_and_close_the_provider,
)
