"""Races for the room that the limit of a position leaves."""

from collections.abc import Callable

from services.exchange_terms import ExchangeTerms
from services.exchanges import Wish
from services.holders import Holder
from services.money import RUB, USD, Money
from tests.races.pausing import Act
from tests.races.scenes import Race, Scene, alike
from tests.races.stage import Process, Stage

WISH = Wish(RUB, USD, Money(1_00, USD))


@alike
async def two_for_the_last_dollar(stage: Stage) -> Race:
    """Different people in different processes: one has it, the other is told there is none."""
    people, offers = await _at_the_limit(stage, 1_00)
    return Race(
        _confirm(stage.first, people[0], offers[0]),
        _confirm(stage.second, people[1], offers[1]),
        _left(stage, people),
    )


async def confirm_while_another_exchanges(stage: Stage) -> Race:
    """What is held and what is done are never both counted, and never neither."""
    people, offers = await _at_the_limit(stage, 1_00)
    await _confirm(stage.first, people[0], offers[0])()
    return Race(
        await _prove(stage, stage.first, people[0], offers[0]),
        _confirm(stage.second, people[1], offers[1]),
        _left(stage, people),
    )


async def confirm_while_another_withdraws(stage: Stage) -> Race:
    """Room that becomes free is free for whoever comes then."""
    people, offers = await _at_the_limit(stage, 1_00)
    await _confirm(stage.first, people[0], offers[0])()

    async def withdraw() -> str:
        told = await stage.first.services.exchanges.withdraw(holder=people[0], offer_id=offers[0])
        return told.offer.state.value

    return Race(withdraw, _confirm(stage.second, people[1], offers[1]), _left(stage, people))


async def code_and_expiry(stage: Stage) -> Race:
    """The code comes at the moment when the rate's time is over."""
    people, offers = await _at_the_limit(stage, 2_00)
    await _confirm(stage.first, people[0], offers[0])()
    stage.second.clock.now = stage.first.clock.now + ExchangeTerms().lifetime

    async def expire() -> str:
        return str(await stage.second.services.exchanges.expire(offer_id=offers[0]))

    return Race(
        await _prove(stage, stage.first, people[0], offers[0]), expire, _left(stage, people)
    )


async def _at_the_limit(stage: Stage, short: int) -> tuple[list[Holder], list[str]]:
    """Two people with an offer for a dollar each, and so much room in all."""
    services = stage.first.services
    await services.rates.set(pair="USD/RUB", rate="50")
    positions = {each.currency: each for each in await services.treasury.positions()}
    taken = positions[USD].going.minor - positions[USD].posted.minor if USD in positions else 0
    await services.treasury.limit(of=USD, short=Money(taken + short, USD))
    people = [await stage.person() for _ in range(2)]
    offers = []
    for holder in people:
        made = await services.exchanges.offer(holder=holder, wish=WISH, key=f"x:{holder.id}")
        offers.append(made.offer.id)
    return people, offers


def _confirm(process: Process, holder: Holder, offer_id: str) -> Act:
    async def confirm() -> str:
        told = await process.services.exchanges.confirm(holder=holder, offer_id=offer_id)
        return told.offer.state.value

    return confirm


async def _prove(stage: Stage, process: Process, holder: Holder, offer_id: str) -> Act:
    typed = await stage.digits(offer_id)

    async def prove() -> str:
        told = await process.services.exchanges.prove(
            holder=holder, offer_id=offer_id, typed=typed
        )
        return told.offer.state.value

    return prove


def _left(stage: Stage, people: list[Holder]) -> Callable[[], object]:
    def left() -> object:
        facts = "currency, posted, held"
        return [stage.seen("balances", "owner", holder.owner, facts) for holder in people]

    return left


EXCHANGE: tuple[Scene, ...] = (
    two_for_the_last_dollar,
    confirm_while_another_exchanges,
    confirm_while_another_withdraws,
    code_and_expiry,
)
