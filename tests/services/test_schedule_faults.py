"""Crashes, doubled workers, standstills: no period is ever paid twice."""

import asyncio
import random
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.calendars import Every
from services.connections import Answer, Outcome
from services.due import TryAgainError, Work
from services.errors import WalletError
from services.holders import Holder
from services.provider_life import ProviderPayment, ProviderPaymentState
from services.schedule_life import (
    Occurrence,
    OccurrenceState,
    Schedule,
)
from services.schedule_running import DueSchedules
from storage.book import BookTables
from tests.cast import Cast
from tests.services.scheduling import (
    COST,
    Dying,
    Killed,
    auto,
    claimed,
    credited,
    make,
    occurrences,
    page,
    rule,
    scheduled,
    until,
    with_money,
)


@pytest.fixture
async def ann(cast: Cast) -> Holder:
    return await with_money(cast)


async def test_two_workers_pay_once(cast: Cast, ann: Holder) -> None:
    """Both claimed the same: the first stood still until its lease was over."""
    await make(cast, ann, auto())
    cast.clock.now = datetime(2026, 11, 25, 8, tzinfo=UTC)
    [work] = await claimed(cast)
    act = cast.services.due_schedules.act

    await asyncio.gather(act(work=work), act(work=work))
    await act(work=work)
    await cast.deliver()

    assert credited(cast) == [500_00]
    assert await cast.available(ann) == 2_000_00 - COST


@pytest.mark.parametrize("before", [True, False])
async def test_a_crash_between_payment_and_note_pays_once(
    cast: Cast, ann: Holder, *, before: bool
) -> None:
    """The next one who does the work uses the same key."""
    schedule = await make(cast, ann, auto())
    cast.clock.now = datetime(2026, 11, 25, 8, tzinfo=UTC)
    dying = Dying(cast.services, before=before)
    due = DueSchedules(store=cast.store, now=cast.clock, paying=dying)
    [work] = await claimed(cast)

    with pytest.raises(Killed):
        await due.act(work=work)
    at_death = (await occurrences(cast, schedule))["2026-11"].state
    cast.clock.advance(minutes=3)
    await due.act(work=work)
    await cast.deliver()

    assert at_death is OccurrenceState.PAYING
    assert dying.keys == [f"schedule:{schedule.id}:2026-11"] * 2
    assert (await occurrences(cast, schedule))["2026-11"].state is OccurrenceState.PAID
    assert credited(cast) == [500_00]


async def test_a_crash_is_made_good_by_the_worker_itself(cast: Cast, ann: Holder) -> None:
    """The work stays leased and is claimed again: its offer was used, and is not made anew."""
    schedule = await make(cast, ann, auto())
    cast.clock.now = datetime(2026, 11, 25, 8, tzinfo=UTC)
    due = DueSchedules(store=cast.store, now=cast.clock, paying=Dying(cast.services))
    [work] = await claimed(cast)
    with pytest.raises(Killed):
        await due.act(work=work)

    cast.clock.advance(hours=20)
    await cast.deliver()

    assert (await occurrences(cast, schedule))["2026-11"].state is OccurrenceState.PAID
    assert credited(cast) == [500_00]


async def test_an_unanswered_payment_blocks_another(cast: Cast, ann: Holder) -> None:
    """Nobody knows whether it was credited: its period is not paid again, by nobody."""
    schedule = await make(cast, ann, auto())
    cast.billing.pays.extend([Answer(Outcome.UNKNOWN, "timeout")] * 40)

    await until(cast, "2026-11-28", step=timedelta(minutes=30))

    seen = (await page(cast, ann, schedule)).past[0]
    assert seen.attempt.payment is not None
    assert seen.attempt.payment.state is ProviderPaymentState.UNKNOWN
    assert not seen.may_be_paid
    taken = await cast.services.schedules.take(holder=ann, occurrence_id=seen.occurrence.id)
    again = await cast.services.provider_payments.offer(
        holder=ann, order=taken.order, source=taken.source, key=taken.key
    )
    assert again.payment == seen.attempt.payment
    assert (await occurrences(cast, schedule))["2026-11"] == seen.occurrence


async def test_work_that_comes_before_its_time_waits(cast: Cast, ann: Holder) -> None:
    """The clock was set back, or the zone's rules have changed since it was planned."""
    schedule = await make(cast, ann, auto())
    planned = (await occurrences(cast, schedule))["2026-11"]
    work = scheduled(planned)
    cast.clock.now = planned.at - timedelta(minutes=30)

    await cast.services.due_schedules.act(work=work)
    await cast.services.due_schedules.act(work=work)

    waiting = (await occurrences(cast, schedule))["2026-11"]
    assert (waiting.state, waiting.turn) == (OccurrenceState.PLANNED, planned.turn + 1)
    await until(cast, "2026-11-26")
    assert credited(cast) == [500_00]


async def test_one_that_pays_makes_the_next_wait(cast: Cast, ann: Holder) -> None:
    """Both fell due, and what may be paid in a month is counted one after another."""
    daily = auto(rule(1, Every.DAYS), month=COST)
    schedule = await make(cast, ann, daily)
    cast.clock.now = datetime(2026, 11, 25, 8, tzinfo=UTC)
    dying = Dying(cast.services)
    due = DueSchedules(store=cast.store, now=cast.clock, paying=dying)
    [work] = await claimed(cast)
    with pytest.raises(Killed):
        await due.act(work=work)

    await until(cast, "2026-11-28", step=timedelta(hours=1))

    found = await occurrences(cast, schedule)
    assert [each.state.value for each in found.values()][:3] == ["paid", "failed", "failed"]
    assert credited(cast) == [500_00]


@pytest.mark.parametrize("seed", range(8))
async def test_no_period_is_ever_paid_twice(cast: Cast, ann: Holder, seed: int) -> None:
    """Standstills, crashes, doubled workers, refusals and impatient people, in any order."""
    chance = random.Random(seed)  # noqa: S311  # repeatable, no secret
    weekly = chance.random() < 0.5
    repeats = rule(3, Every.WEEK) if weekly else rule(chance.choice([25, 31]))
    schedule = await make(cast, ann, auto(repeats, month=9_000_00))
    for _ in range(25):
        await happen(cast, ann, schedule, chance)
    await until_settled(cast)

    made = [
        await payments_for(cast, each) for each in (await occurrences(cast, schedule)).values()
    ]

    live = [each for found in made for each in found if each.state is not FAILED]
    assert all(sum(each.state is not FAILED for each in found) <= 1 for found in made)
    assert {each.txn for each in live} >= set(cast.billing.credited)
    assert await cast.faults() == []


FAILED = ProviderPaymentState.FAILED


async def payments_for(cast: Cast, occurrence: Occurrence) -> list[ProviderPayment]:
    """All that were ever made under the keys of *occurrence*."""
    keys = [replace(occurrence, attempt=each + 1).key for each in range(occurrence.attempt + 1)]

    def view(book: BookTables) -> list[ProviderPayment | None]:
        offers = [offer for key in keys if (offer := book.offers.with_key(key)) is not None]
        return [book.provider_payments.of_offer(offer.id) for offer in offers]

    return [each for each in await cast.store.read(view) if each is not None]


async def happen(cast: Cast, ann: Holder, schedule: Schedule, chance: random.Random) -> None:
    """One thing of those that happen."""
    cast.clock.advance(hours=chance.choice([1, 5, 24, 24, 24 * 8, 24 * 33]))
    match chance.randrange(6):
        case 0:
            cast.billing.pays.append(Answer(Outcome.REFUSED, "account_closed"))
        case 1:
            await cast.fund(ann, 1_000_00)
        case 2:
            await turn_off_and_on(cast, ann, schedule)
        case 3:
            found = list((await occurrences(cast, schedule)).values())
            await impatient(cast, ann, chance.choice(found))
        case _:
            await die_or_race(cast, chance)
    if chance.random() < 0.7:
        await cast.deliver()


async def turn_off_and_on(cast: Cast, ann: Holder, schedule: Schedule) -> None:
    schedules = cast.services.schedules
    version = (await page(cast, ann, schedule)).schedule.version
    await schedules.pause(holder=ann, schedule_id=schedule.id, version=version)
    await schedules.resume(holder=ann, schedule_id=schedule.id, version=version + 1)


async def impatient(cast: Cast, ann: Holder, occurrence: Occurrence) -> None:
    """Presses [Pay] and confirms, whatever there is to be seen."""
    payments = cast.services.provider_payments
    try:
        taken = await cast.services.schedules.take(holder=ann, occurrence_id=occurrence.id)
        made = await payments.offer(
            holder=ann, order=taken.order, source=taken.source, key=taken.key
        )
        await payments.confirm(holder=ann, offer_id=made.offer.id)
        await payments.prove(holder=ann, offer_id=made.offer.id, typed=await cast.code())
    except WalletError:
        return


async def die_or_race(cast: Cast, chance: random.Random) -> None:
    """Two do the same work, of whom one may die in the middle."""
    dying = Dying(cast.services, before=chance.random() < 0.5)
    due = DueSchedules(store=cast.store, now=cast.clock, paying=dying)
    for work in await claimed(cast):
        await asyncio.gather(swallowed(due, work), swallowed(cast.services.due_schedules, work))


async def swallowed(due: DueSchedules, work: Work) -> None:
    with suppress(Killed, TryAgainError):
        await due.act(work=work)


async def until_settled(cast: Cast) -> None:
    for _ in range(6):
        cast.clock.advance(hours=1)
        await cast.deliver()
