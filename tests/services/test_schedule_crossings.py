"""What comes between while a schedule is paying: nothing is lost, and nothing paid twice."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.calendars import Every
from services.commission import Commission
from services.connections import Answer, Outcome
from services.due import TryAgainError, Work
from services.holders import Holder
from services.money import RUB, USD, Currency, Money
from services.offers import OfferState
from services.provider_life import Order
from services.provider_payments import ProviderProposal
from services.schedule_life import (
    OccurrenceState,
    Schedule,
    Wish,
)
from services.schedule_running import DueSchedules
from services.store import OutcomeUnknownError
from tests.cast import Cast
from tests.catalogue import STEAM
from tests.services.scheduling import (
    COST,
    Dying,
    Killed,
    auto,
    change_terms,
    claimed,
    credited,
    make,
    occurrences,
    page,
    rule,
    scheduled,
    take_and_pay,
    until,
    with_money,
)


@pytest.fixture
async def ann(cast: Cast) -> Holder:
    return await with_money(cast)


class Meddling:
    """Pays, after something has happened that nobody expected."""

    def __init__(self, cast: Cast, *first: Callable[..., Awaitable[object]]) -> None:
        self._pay = cast.services.provider_payments.pay_unattended
        self._first = list(first)

    async def pay_unattended(
        self, *, holder: Holder, order: Order, source: str, key: str, most: Money
    ) -> ProviderProposal:
        if self._first:
            await self._first.pop(0)(holder=holder, order=order, source=source, key=key)
        return await self._pay(holder=holder, order=order, source=source, key=key, most=most)


async def meddled(
    cast: Cast, ann: Holder, *first: Callable[..., Awaitable[object]]
) -> tuple[Schedule, DueSchedules, Work]:
    """A schedule that has just fallen due, whose first payments are meddled with."""
    schedule = await make(cast, ann, auto())
    cast.clock.now = datetime(2026, 11, 25, 8, tzinfo=UTC)
    due = DueSchedules(store=cast.store, now=cast.clock, paying=Meddling(cast, *first))
    [work] = await claimed(cast)
    return schedule, due, work


async def changed(cast: Cast, holder: Holder, schedule: Schedule, wish: Wish) -> None:
    """As the holder wishes it from now on, with the code where one is asked."""
    offers = cast.services.schedule_offers
    made = await offers.offer(
        holder=holder, wish=wish, key="change", changes=schedule, version=schedule.version
    )
    made = await offers.confirm(holder=holder, offer_id=made.offer.id)
    if made.offer.state is OfferState.CONFIRMED:
        await offers.prove(holder=holder, offer_id=made.offer.id, typed=await cast.code())


async def test_storage_that_went_away_is_asked_again_with_the_same_key(
    cast: Cast, ann: Holder
) -> None:
    """Nobody knows what was committed: it is no refusal."""

    async def away(**_: object) -> None:
        raise OutcomeUnknownError

    schedule, due, work = await meddled(cast, ann, away)

    with pytest.raises(OutcomeUnknownError):
        await due.act(work=work)
    await due.act(work=work)

    paid = (await occurrences(cast, schedule))["2026-11"]
    assert (paid.state, paid.attempt, paid.tries) == (OccurrenceState.PAID, 1, 0)


async def test_an_offer_of_before_a_crash_that_ran_out_is_replaced(
    cast: Cast, ann: Holder
) -> None:
    """It can pay no more, so another key may."""

    async def offer_and_die(**named: Any) -> None:
        await cast.services.provider_payments.offer(**named)
        raise Killed

    schedule, due, work = await meddled(cast, ann, offer_and_die)
    with pytest.raises(Killed):
        await due.act(work=work)
    cast.clock.advance(minutes=16)

    await due.act(work=work)
    await cast.deliver()

    paid = (await occurrences(cast, schedule))["2026-11"]
    assert (paid.state, paid.attempt) == (OccurrenceState.PAID, 2)
    assert credited(cast) == [500_00]


async def test_terms_that_changed_in_the_middle_are_asked_for_anew(
    cast: Cast, ann: Holder
) -> None:
    """The offer named the old ones and holds nothing."""

    async def offer_under_old_terms(**named: Any) -> None:
        await cast.services.provider_payments.offer(**named)
        await change_terms(cast, replace(STEAM, commission=Commission(millionths=50_000)))

    schedule, due, work = await meddled(cast, ann, offer_under_old_terms)

    await due.act(work=work)
    await cast.deliver()

    assert (await occurrences(cast, schedule))["2026-11"].cost == Money(525_00, RUB)
    assert credited(cast) == [500_00]


async def test_the_holder_was_quicker(cast: Cast, ann: Holder) -> None:
    """[Pay] was pressed while the wallet was about to: both use one key, and one pays."""

    async def take(**_: object) -> None:
        planned = (await occurrences(cast, schedule))["2026-11"]
        await cast.services.schedules.take(holder=ann, occurrence_id=planned.id)

    schedule, due, work = await meddled(cast, ann, take)

    await due.act(work=work)
    await cast.deliver()

    taken = (await occurrences(cast, schedule))["2026-11"]
    seen = (await page(cast, ann, schedule)).past[0]
    assert taken.state is OccurrenceState.REMINDED
    assert seen.is_paid
    assert credited(cast) == [500_00]


async def test_what_the_holder_overtook_counts_in_the_month_too(cast: Cast, ann: Holder) -> None:
    """It was paid without a code, whoever has the occurrence in hand by then."""

    async def take(**_: object) -> None:
        planned = (await occurrences(cast, schedule))["2026-11-25"]
        await cast.services.schedules.take(holder=ann, occurrence_id=planned.id)

    schedule = await make(cast, ann, auto(rule(1, Every.DAYS), month=COST))
    cast.clock.now = datetime(2026, 11, 25, 8, tzinfo=UTC)
    [work] = await claimed(cast)
    due = DueSchedules(store=cast.store, now=cast.clock, paying=Meddling(cast, take))
    await due.act(work=work)

    await until(cast, "2026-11-27")

    assert (await occurrences(cast, schedule))["2026-11-26"].reason == "month_spent"
    assert credited(cast) == [500_00]


async def test_refused_before_anybody_could_note_it(cast: Cast, ann: Holder) -> None:
    """The provider has said no meanwhile; the payment's own message has told of it."""
    schedule, _, work = await meddled(cast, ann)
    cast.billing.pays.append(Answer(Outcome.REFUSED, "account_closed"))
    due = DueSchedules(store=cast.store, now=cast.clock, paying=Dying(cast.services))
    with pytest.raises(Killed):
        await due.act(work=work)
    await cast.deliver()

    await due.act(work=work)

    failed = (await occurrences(cast, schedule))["2026-11"]
    assert (failed.state, failed.reason) == (OccurrenceState.FAILED, "provider_refused")
    assert credited(cast) == []


async def test_the_next_waits_until_it_is_known_what_was_spent(cast: Cast, ann: Holder) -> None:
    """Or two at once would each see room in the month for itself."""
    schedule = await make(cast, ann, auto(rule(1, Every.DAYS), month=COST))
    cast.clock.now = datetime(2026, 11, 25, 8, tzinfo=UTC)
    due = DueSchedules(store=cast.store, now=cast.clock, paying=Dying(cast.services, before=True))
    [first] = await claimed(cast)
    with pytest.raises(Killed):
        await due.act(work=first)
    cast.clock.now = datetime(2026, 11, 26, 8, tzinfo=UTC)
    later = scheduled((await occurrences(cast, schedule))["2026-11-26"])

    with pytest.raises(TryAgainError):
        await cast.services.due_schedules.act(work=later)
    await cast.services.due_schedules.act(work=first)
    await cast.services.due_schedules.act(work=later)

    found = await occurrences(cast, schedule)
    assert found["2026-11-25"].state is OccurrenceState.PAID
    assert found["2026-11-26"].reason == "month_spent"


async def test_a_worker_that_wakes_up_late_has_paid_for_all(cast: Cast, ann: Holder) -> None:
    """Another had put it off for want of money; then money came, and the sleeper paid."""
    schedule = await make(cast, ann, auto(minor=3_000_00, most=4_000_00, month=4_000_00))
    cast.clock.now = datetime(2026, 11, 25, 8, tzinfo=UTC)
    [work] = await claimed(cast)

    async def sleep(**_: object) -> None:
        await cast.services.due_schedules.act(work=work)
        await cast.fund(ann, 9_000_00)

    sleeper = DueSchedules(store=cast.store, now=cast.clock, paying=Meddling(cast, sleep))
    await sleeper.act(work=work)
    put_off = (await occurrences(cast, schedule))["2026-11"]

    await until(cast, "2026-11-28")

    assert (put_off.state, put_off.tries) == (OccurrenceState.PLANNED, 1)
    assert (await occurrences(cast, schedule))["2026-11"].state is OccurrenceState.PAID
    assert credited(cast) == [3_000_00]


async def test_what_was_begun_before_the_account_was_changed_pays_nobody(
    cast: Cast, ann: Holder
) -> None:
    """A crash, a change with its code, and only then the rest: to the new account alone."""

    async def offer_and_die(**named: Any) -> None:
        await cast.services.provider_payments.offer(**named)
        raise Killed

    schedule, due, work = await meddled(cast, ann, offer_and_die)
    with pytest.raises(Killed):
        await due.act(work=work)
    wish = replace(schedule.wish, fields={"login": "the_new_one"})
    await changed(cast, ann, schedule, wish)

    await due.act(work=work)
    await until(cast, "2026-11-25")

    assert [each.account for each in cast.billing.credited.values()] == ["the_new_one"]


@pytest.mark.parametrize(("of", "limit"), [(USD, 20_00), (RUB, 600_00)])
async def test_month_is_counted_in_the_currency_of_its_limit(
    cast: Cast, ann: Holder, of: Currency, limit: int
) -> None:
    """What left in roubles is no part of a limit in dollars that was given since."""
    await cast.fund(ann, 50_00, USD)
    weekly = rule(3, Every.WEEK, date(2026, 12, 2))
    schedule = await make(cast, ann, auto(weekly, month=600_00))
    await until(cast, "2026-12-04")
    await cast.services.rates.set(pair="USD/RUB", rate="100")
    source = "account" if of == RUB else "account/USD"
    wish = replace(
        schedule.wish, source=source, most=Money(limit, of), most_month=Money(limit, of)
    )
    await changed(cast, ann, schedule, wish)

    await until(cast, "2026-12-09")

    found = await occurrences(cast, schedule)
    costs = [each.cost for each in found.values() if each.cost is not None]
    assert costs == [Money(COST, RUB), *([Money(5_15, USD)] if of == USD else [])]


async def test_paid_ahead_of_its_time_the_schedule_goes_on(cast: Cast, ann: Holder) -> None:
    """A button for what is only planned may be forged; nothing after it is forgotten for that."""
    schedule = await make(cast, ann, auto())
    planned = (await occurrences(cast, schedule))["2026-11"]

    await cast.services.schedules.take(holder=ann, occurrence_id=planned.id)
    await until(cast, "2026-12-26")

    found = await occurrences(cast, schedule)
    assert found["2026-12"].state is OccurrenceState.PAID
    assert credited(cast) == [500_00]


async def test_what_the_holder_paid_with_a_code_leaves_the_month_alone(
    cast: Cast, ann: Holder
) -> None:
    """The limit is of what leaves without asking."""
    schedule = await make(cast, ann, auto(rule(1, Every.DAYS), month=COST))
    cast.billing.refuse_checks("account_inactive")
    cast.clock.now = datetime(2026, 11, 25, 8, tzinfo=UTC)
    await cast.deliver()
    refused = (await occurrences(cast, schedule))["2026-11-25"]
    await take_and_pay(cast, ann, refused.id)

    await until(cast, "2026-11-26")

    assert refused.state is OccurrenceState.FAILED
    assert (await occurrences(cast, schedule))["2026-11-26"].state is OccurrenceState.PAID
    assert credited(cast) == [500_00, 500_00]
