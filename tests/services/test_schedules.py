"""Payments on schedule over months of simulated time: once for each period, or not at all."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.calendars import Every
from services.commission import Commission
from services.connections import Answer, Outcome
from services.holders import Holder
from services.opening_hours import Hours, Span
from services.schedule_life import (
    OccurrenceState,
)
from tests.cast import Cast
from tests.catalogue import STEAM
from tests.services.scheduling import (
    COST,
    MOSCOW,
    auto,
    change_terms,
    credited,
    leap,
    make,
    occurrences,
    rule,
    told,
    until,
    with_money,
)


@pytest.fixture
async def ann(cast: Cast) -> Holder:
    return await with_money(cast)


async def test_three_months_are_paid_once_each(cast: Cast, ann: Holder) -> None:
    """On the day, at ten in Moscow, without anybody asking."""
    schedule = await make(cast, ann, auto())

    await until(cast, "2027-01-26")

    found = await occurrences(cast, schedule)
    assert {name: each.state for name, each in found.items()} == {
        "2026-11": OccurrenceState.PAID,
        "2026-12": OccurrenceState.PAID,
        "2027-01": OccurrenceState.PAID,
        "2027-02": OccurrenceState.PLANNED,
    }
    assert found["2026-12"].at == datetime(2026, 12, 25, 7, tzinfo=UTC)
    assert credited(cast) == [500_00] * 3
    assert await cast.available(ann) == 2_000_00 - 3 * COST
    assert await cast.faults() == []


async def test_the_31st_comes_back_after_february(cast: Cast, ann: Holder) -> None:
    """January 31, February 28, March 31."""
    cast.clock.now = datetime(2027, 1, 20, tzinfo=UTC)
    schedule = await make(cast, ann, auto(rule(31, starts=date(2027, 1, 21))))

    await until(cast, "2027-03-31", step=timedelta(hours=12))

    found = await occurrences(cast, schedule)
    assert [f"{each.on:%m-%d}" for each in found.values()] == [
        "01-31",
        "02-28",
        "03-31",
        "04-30",
    ]
    assert credited(cast) == [500_00] * 3


async def test_after_a_standstill_only_the_current_one_is_paid(cast: Cast, ann: Holder) -> None:
    """Three months down: two are told of in one message and not paid, the third is."""
    schedule = await make(cast, ann, auto())

    await leap(cast, "2027-01-26")

    found = await occurrences(cast, schedule)
    assert [each.state for each in found.values()] == [
        OccurrenceState.FAILED,
        OccurrenceState.FAILED,
        OccurrenceState.PAID,
        OccurrenceState.PLANNED,
    ]
    assert [each.reason for each in found.values()] == ["missed", "missed", "", ""]
    assert credited(cast) == [500_00]
    assert told(cast, "schedule_missed") == [f"schedule/{schedule.id}"]
    missed = await cast.services.schedules.missed(holder=ann, schedule_id=schedule.id)
    assert missed is not None
    assert [each.occurrence.period for each in missed.past] == ["2026-12", "2026-11"]


async def test_what_is_more_than_a_week_late_is_not_paid_by_itself(
    cast: Cast, ann: Holder
) -> None:
    """Much may have changed since; the button is in the message."""
    schedule = await make(cast, ann, auto())

    await leap(cast, "2026-12-10")

    found = await occurrences(cast, schedule)
    assert (found["2026-11"].state, found["2026-11"].reason) == (
        OccurrenceState.FAILED,
        "missed",
    )
    assert found["2026-12"].state is OccurrenceState.PLANNED
    assert credited(cast) == []
    assert told(cast, "schedule_missed") == [f"schedule/{schedule.id}"]


async def test_very_many_missed_days_are_one_message(cast: Cast, ann: Holder) -> None:
    """The newest can be paid by hand; the current one is paid by itself."""
    daily = auto(rule(1, Every.DAYS), month=2_000_00)
    schedule = await make(cast, ann, daily)

    await leap(cast, "2027-02-25")

    found = await occurrences(cast, schedule)
    states = [each.state for each in found.values()]
    assert states.count(OccurrenceState.PAID) == 1
    assert states.count(OccurrenceState.FAILED) <= 13
    assert list(found)[-2:] == ["2027-02-25", "2027-02-26"]
    assert len(told(cast, "schedule_missed")) == 1


async def test_too_little_money_is_told_and_tried_on_three_mornings(
    cast: Cast, ann: Holder
) -> None:
    """Then the holder is asked, with the button."""
    schedule = await make(cast, ann, auto(minor=5_000_00, most=6_000_00, month=6_000_00))

    await until(cast, "2026-11-25")
    waiting = (await occurrences(cast, schedule))["2026-11"]
    first_told = list(told(cast))
    await until(cast, "2026-11-28")

    done = (await occurrences(cast, schedule))["2026-11"]
    assert waiting.state is OccurrenceState.PLANNED
    assert waiting.next_at == datetime(2026, 11, 26, 7, tzinfo=UTC)
    assert waiting.reason == done.reason == "insufficient_funds"
    assert first_told == [f"occurrence/{waiting.id}"]
    assert (done.state, done.tries) == (OccurrenceState.FAILED, 3)
    assert told(cast) == first_told * 2
    assert credited(cast) == []


async def test_money_that_came_in_time_is_enough(cast: Cast, ann: Holder) -> None:
    """The next morning it is paid, once."""
    schedule = await make(cast, ann, auto(minor=3_000_00, most=4_000_00, month=4_000_00))
    await until(cast, "2026-11-25")
    await cast.fund(ann, 2_000_00)

    await until(cast, "2026-11-30")

    assert (await occurrences(cast, schedule))["2026-11"].state is OccurrenceState.PAID
    assert credited(cast) == [3_000_00]


async def test_a_locked_wallet_skips_and_tells(cast: Cast, ann: Holder) -> None:
    schedule = await make(cast, ann, auto())
    await cast.services.wallets.lock(holder=ann)

    await until(cast, "2026-11-26")

    skipped = (await occurrences(cast, schedule))["2026-11"]
    assert (skipped.state, skipped.reason) == (OccurrenceState.SKIPPED, "wallet_locked")
    assert told(cast) == [f"occurrence/{skipped.id}"]
    assert (await occurrences(cast, schedule))["2026-12"].state is OccurrenceState.PLANNED


async def test_a_dearer_commission_within_the_limit_is_paid(cast: Cast, ann: Holder) -> None:
    """The limit is what was allowed, not the price of one day."""
    await make(cast, ann, auto())
    await change_terms(cast, replace(STEAM, commission=Commission(millionths=100_000)))

    await until(cast, "2026-11-26")

    assert credited(cast) == [500_00]
    assert await cast.available(ann) == 2_000_00 - 550_00


async def test_a_commission_above_the_limit_asks_again(cast: Cast, ann: Holder) -> None:
    schedule = await make(cast, ann, auto())
    await change_terms(cast, replace(STEAM, commission=Commission(millionths=300_000)))

    await until(cast, "2026-11-26")

    failed = (await occurrences(cast, schedule))["2026-11"]
    assert (failed.state, failed.reason) == (OccurrenceState.FAILED, "allowance")
    assert told(cast) == [f"occurrence/{failed.id}"]
    assert credited(cast) == []


async def test_a_month_pays_no_more_than_was_allowed(cast: Cast, ann: Holder) -> None:
    """Weekly at 515 within 1,200: the third in a month is asked about, the next month not."""
    weekly = auto(rule(2, Every.WEEK), month=1_200_00)
    cast.clock.now = datetime(2026, 12, 1, tzinfo=UTC)
    schedule = await make(cast, ann, weekly)
    await cast.fund(ann, 5_000_00)

    await until(cast, "2027-01-06")

    found = await occurrences(cast, schedule)
    assert [each.state.value for each in found.values()][:6] == [
        *("paid", "paid", "failed", "failed", "failed"),
        "paid",
    ]
    assert {each.reason for each in found.values()} == {"", "month_spent"}


async def test_a_silent_provider_is_tried_hourly_and_then_told(cast: Cast, ann: Holder) -> None:
    schedule = await make(cast, ann, auto())
    cast.billing.is_silent = True

    await until(cast, "2026-11-26")

    failed = (await occurrences(cast, schedule))["2026-11"]
    assert (failed.state, failed.reason) == (OccurrenceState.FAILED, "provider_silent")
    assert len(cast.billing.checked) == 4
    assert told(cast) == [f"occurrence/{failed.id}"]


async def test_a_provider_that_is_back_is_paid(cast: Cast, ann: Holder) -> None:
    schedule = await make(cast, ann, auto())
    cast.billing.checks.append(Answer(Outcome.UNKNOWN, "timeout"))

    await until(cast, "2026-11-26")

    assert (await occurrences(cast, schedule))["2026-11"].tries == 1
    assert credited(cast) == [500_00]
    assert told(cast) == []


async def test_a_provider_is_paid_once_it_opens(cast: Cast, ann: Holder) -> None:
    """Its day begins at noon, two hours after ours."""
    noon_to_eight = Span(tuple(range(7)), 12 * 60, 20 * 60)
    hours = Hours(MOSCOW, (noon_to_eight,))
    schedule = await make(cast, ann, auto())
    await change_terms(cast, replace(STEAM, hours=hours))

    await until(cast, "2026-11-26", step=timedelta(minutes=30))

    assert (await occurrences(cast, schedule))["2026-11"].state is OccurrenceState.PAID
    assert credited(cast) == [500_00]


async def test_a_refusal_is_told_with_its_reason(cast: Cast, ann: Holder) -> None:
    schedule = await make(cast, ann, auto())
    cast.billing.checks.append(Answer(Outcome.REFUSED, "account_not_found"))

    await until(cast, "2026-11-26")

    failed = (await occurrences(cast, schedule))["2026-11"]
    assert (failed.state, failed.reason) == (OccurrenceState.FAILED, "account_refused")


async def test_a_withdrawn_provider_is_told(cast: Cast, ann: Holder) -> None:
    schedule = await make(cast, ann, auto())
    await change_terms(cast, replace(STEAM, is_open=False))

    await until(cast, "2026-11-26")

    failed = (await occurrences(cast, schedule))["2026-11"]
    assert (failed.state, failed.reason) == (OccurrenceState.FAILED, "provider_not_found")


async def test_what_was_refused_leaves_room_in_the_month(cast: Cast, ann: Holder) -> None:
    """The money came back: the next week is paid, and only the one after it is too much."""
    weekly = auto(rule(3, Every.WEEK, date(2026, 12, 1)), month=COST)
    schedule = await make(cast, ann, weekly)
    cast.billing.pays.append(Answer(Outcome.REFUSED, "account_closed"))

    await until(cast, "2026-12-16")

    found = await occurrences(cast, schedule)
    assert {name: each.reason for name, each in found.items()} == {
        "2026-W49": "",
        "2026-W50": "",
        "2026-W51": "month_spent",
        "2026-W52": "",
    }
    assert len(credited(cast)) == 1


async def test_nothing_is_put_off_beyond_the_next_time(cast: Cast, ann: Holder) -> None:
    """Each day has its own try; one that failed is left to the holder at once."""
    dear = auto(rule(1, Every.DAYS), minor=3_000_00, most=4_000_00, month=9_000_00)
    schedule = await make(cast, ann, dear)

    await until(cast, "2026-11-26")

    found = await occurrences(cast, schedule)
    assert [(each.state.value, each.tries) for each in found.values()] == [
        *(("failed", 0), ("failed", 0), ("planned", 0))
    ]
