"""Whatever stands still in its middle while another acts: it ends as one after the other."""

import pytest

from tests.races.cards import CARDS
from tests.races.cash import CASH
from tests.races.checkouts import CHECKOUTS
from tests.races.codes import CODES
from tests.races.exchange import EXCHANGE
from tests.races.holds import HOLDS
from tests.races.inbox import INBOX
from tests.races.links import LINKS
from tests.races.pausing import outcome, race
from tests.races.payments import PAYMENTS
from tests.races.people import PEOPLE
from tests.races.provider_asking import PROVIDER_ASKING
from tests.races.provider_payments import PROVIDER_PAYMENTS
from tests.races.scenes import Race, Scene, is_alike
from tests.races.settling import SETTLING
from tests.races.shops import SHOPS
from tests.races.stage import Stage

SCENES = (
    *PAYMENTS,
    *PROVIDER_PAYMENTS,
    *PROVIDER_ASKING,
    *EXCHANGE,
    *CARDS,
    *PEOPLE,
    *CODES,
    *SHOPS,
    *SETTLING,
    *LINKS,
    *CHECKOUTS,
    *CASH,
    *HOLDS,
    *INBOX,
)
CASES = [
    (scene, stands_still)
    for scene in SCENES
    for stands_still in (("first",) if is_alike(scene) else ("first", "second"))
]


@pytest.mark.parametrize(
    ("scene", "stands_still"), CASES, ids=lambda part: getattr(part, "__name__", part)
)
async def test_race_ends_as_one_after_the_other(
    stage: Stage, scene: Scene, stands_still: str
) -> None:
    """After every call of the book that either of the two makes."""
    allowed = [await _in_order(await scene(stage), swapped=swapped) for swapped in (False, True)]
    wrong = {}
    where, at = "start", 0
    while where:
        at += 1
        ended, where = await _raced(stage, await scene(stage), stands_still, at)
        if ended not in allowed:
            wrong[f"{at} {where}"] = ended

    assert not wrong, allowed
    assert await stage.faults() == []


async def _in_order(planned: Race, *, swapped: bool) -> object:
    if swapped:
        second = await outcome(planned.second)
        first = await outcome(planned.first)
    else:
        first = await outcome(planned.first)
        second = await outcome(planned.second)
    return first, second, planned.left()


async def _raced(stage: Stage, planned: Race, stands_still: str, at: int) -> tuple[object, str]:
    if stands_still == "first":
        store, acts = stage.first.store, (planned.first, planned.second)
    else:
        store, acts = stage.second.store, (planned.second, planned.first)
    where, *told = await race(store, *acts, at=at, waits=stage.waits)
    first, second = told if stands_still == "first" else told[::-1]
    return (first, second, planned.left()), where
