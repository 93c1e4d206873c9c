"""Two things of one person at once: they follow one another, and never wait in a circle.

A circle is broken by PostgreSQL after a while, and one of the two is run again: no money is
lost, but a person waits, and with many of them everybody does.
"""

import pytest

from services.connections import Answer, Outcome
from services.holders import Holder
from tests.races.pausing import Act, race
from tests.races.provider_asking import NO_SUCH_ACCOUNT, send
from tests.races.provider_payments import _confirm, _confirmed, _prove, _withdraw, left
from tests.races.scenes import Race, Scene
from tests.races.stage import Stage

CREDITED = Answer(Outcome.DONE, code="0")


async def credited_while_another_is_confirmed(stage: Stage) -> Race:
    return await _answered(stage, CREDITED)


async def refused_while_another_is_confirmed(stage: Stage) -> Race:
    return await _answered(stage, NO_SUCH_ACCOUNT)


async def withdrawn_while_another_is_confirmed(stage: Stage) -> Race:
    holder = await stage.person(200_00)
    first = await _confirmed(stage, holder)
    second = await stage.order_offered(holder, key="second")
    return Race(
        _withdraw(stage.first, holder, first),
        _confirm(stage.second, holder, second),
        left(stage, [holder]),
    )


async def invoice_paid_while_an_order_is_confirmed(stage: Stage) -> Race:
    holder, shop = await stage.person(200_00), await stage.shop()
    bill = await stage.confirmed(holder, await stage.invoice(shop, holder=holder))
    second = await stage.order_offered(holder, key="second")
    return Race(
        await _pay_bill(stage, holder, bill),
        _confirm(stage.second, holder, second),
        left(stage, [holder]),
    )


async def _answered(stage: Stage, answer: Answer) -> Race:
    """The provider has answered about one payment while the payer confirms another."""
    holder = await stage.person(200_00)
    first = await _confirmed(stage, holder)
    await (await _prove(stage, stage.first, holder, first))()
    [row] = stage.rows("SELECT id FROM provider_payments WHERE holder = %s", holder.id)
    second = await stage.order_offered(holder, key="second")
    stage.billing.pays.append(answer)
    return Race(
        send(stage.first, row[0]), _confirm(stage.second, holder, second), left(stage, [holder])
    )


async def _pay_bill(stage: Stage, holder: Holder, offer_id: str) -> Act:
    digits = await stage.digits(offer_id)

    async def prove() -> str:
        payments = stage.first.services.payments
        paid = await payments.prove(holder=holder, offer_id=offer_id, typed=digits)
        return paid.offer.state.value

    return prove


@pytest.mark.parametrize("stands_still", ["first", "second"])
@pytest.mark.parametrize(
    "scene",
    [
        credited_while_another_is_confirmed,
        refused_while_another_is_confirmed,
        withdrawn_while_another_is_confirmed,
        invoice_paid_while_an_order_is_confirmed,
    ],
)
async def test_nobody_waits_in_a_circle(stage: Stage, scene: Scene, stands_still: str) -> None:
    """After every call of the book that either of the two makes."""
    at, where, circles = 0, "start", []
    while where:
        at += 1
        planned = await scene(stage)
        before = stage.repeated()
        process = stage.first if stands_still == "first" else stage.second
        acts = (planned.first, planned.second)
        pair = acts if stands_still == "first" else acts[::-1]
        where, *_ = await race(process.store, *pair, at=at, waits=stage.waits)
        if stage.repeated() > before:
            circles.append(f"{at} {where}")

    assert circles == []
    assert await stage.faults() == []
