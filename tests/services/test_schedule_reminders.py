"""Reminders: when they come, what their buttons do, and what is paid from them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.calendars import Every
from services.connections import Answer, Outcome
from services.holders import Holder
from services.money import RUB, USD, Money
from services.offers import OfferState
from services.schedule_life import (
    Mode,
    Occurrence,
    OccurrenceState,
    ScheduleChangedError,
    ScheduleNotFoundError,
    ScheduleState,
    Wish,
)
from services.schedule_offers import (
    ScheduleWishError,
)
from services.schedules import AmountAskedError, DiscountNotFoundError
from tests.cast import Cast
from tests.catalogue import DRAGONS, LIGHT, TRAFFIC, order
from tests.services.scheduling import (
    auto,
    credited,
    leap,
    make,
    occurrences,
    page,
    remind,
    rule,
    take_and_pay,
    told,
    until,
    with_money,
)


@pytest.fixture
async def ann(cast: Cast) -> Holder:
    return await with_money(cast)


async def reminded(cast: Cast, holder: Holder, wish: Wish, day: str) -> Occurrence:
    """The occurrence that the holder was just told of."""
    schedule = await make(cast, holder, wish)
    await until(cast, day)
    return next(iter((await occurrences(cast, schedule)).values()))


async def test_a_reminder_comes_days_before(cast: Cast, ann: Holder) -> None:
    """Three days before the 25th of each month; nothing is paid."""
    schedule = await make(cast, ann, remind(before=3))

    await until(cast, "2026-12-22")

    found = await occurrences(cast, schedule)
    assert [each.state.value for each in found.values()] == ["reminded", "reminded", "planned"]
    assert found["2026-12"].changed_at.date() == date(2026, 12, 22)
    assert found["2027-01"].next_at == datetime(2027, 1, 22, 7, tzinfo=UTC)
    assert len(told(cast)) == 2
    assert credited(cast) == []


async def test_after_a_standstill_there_is_one_reminder(cast: Cast, ann: Holder) -> None:
    schedule = await make(cast, ann, remind(before=3))

    await leap(cast, "2027-01-23")

    found = await occurrences(cast, schedule)
    assert [each.state.value for each in found.values()] == [
        *("failed", "failed", "reminded", "planned")
    ]
    assert told(cast) == [f"occurrence/{found['2027-01'].id}"]
    assert told(cast, "schedule_missed") == [f"schedule/{schedule.id}"]


async def test_later_says_it_again_tomorrow(cast: Cast, ann: Holder) -> None:
    """Pressed twice it is said once; an older message's button does nothing."""
    told_of = await reminded(cast, ann, remind(), "2026-11-25")
    later = cast.services.schedules.later
    await later(holder=ann, occurrence_id=told_of.id, turn=told_of.turn)
    await later(holder=ann, occurrence_id=told_of.id, turn=told_of.turn)

    await until(cast, "2026-11-27")

    assert told(cast) == [f"occurrence/{told_of.id}"] * 2
    with pytest.raises(ScheduleChangedError):
        await later(holder=ann, occurrence_id=told_of.id, turn=told_of.turn)


async def test_skipped_is_not_said_again(cast: Cast, ann: Holder) -> None:
    """And next month it is said anew."""
    told_of = await reminded(cast, ann, remind(), "2026-11-25")
    skip = cast.services.schedules.skip

    skipped = await skip(holder=ann, occurrence_id=told_of.id, turn=told_of.turn)
    again = await skip(holder=ann, occurrence_id=told_of.id, turn=told_of.turn)
    await until(cast, "2026-12-25")

    assert skipped.seen.occurrence.state is OccurrenceState.SKIPPED
    assert again == skipped
    assert len(told(cast)) == 2


async def test_paid_from_the_reminder_it_is_paid(cast: Cast, ann: Holder) -> None:
    """The amount is asked; an old button leads to the same payment, and none says it again."""
    told_of = await reminded(cast, ann, remind(), "2026-11-25")
    schedules = cast.services.schedules
    with pytest.raises(AmountAskedError):
        await schedules.take(holder=ann, occurrence_id=told_of.id)

    taken = await take_and_pay(cast, ann, told_of.id, Money(300_00, RUB))
    again = await schedules.take(holder=ann, occurrence_id=told_of.id, amount=Money(900_00, RUB))

    seen = (await schedules.reminder(holder=ann, occurrence_id=told_of.id)).seen
    assert seen.is_paid
    assert not seen.may_be_paid
    assert again.key == taken.key
    assert credited(cast) == [300_00]
    with pytest.raises(ScheduleChangedError):
        await schedules.later(holder=ann, occurrence_id=told_of.id, turn=seen.occurrence.turn)


async def test_an_offer_that_was_left_is_withdrawn_by_the_next(cast: Cast, ann: Holder) -> None:
    """Two taps on [Pay] leave one offer that can be confirmed."""
    told_of = await reminded(cast, ann, remind(amount=Money(300_00, RUB)), "2026-11-25")
    schedules, payments = cast.services.schedules, cast.services.provider_payments
    first = await schedules.take(holder=ann, occurrence_id=told_of.id)
    left = await payments.offer(holder=ann, order=first.order, source=first.source, key=first.key)

    second = await schedules.take(holder=ann, occurrence_id=told_of.id)

    assert second.key == f"{first.key}:2"
    shown = await cast.store.read(lambda book: book.offers.find(left.offer.id))
    assert shown is not None
    assert shown.state is OfferState.WITHDRAWN


async def test_who_paid_otherwise_is_not_reminded_again(cast: Cast, ann: Holder) -> None:
    """From the catalogue, after being told: it is seen as paid."""
    told_of = await reminded(cast, ann, remind(), "2026-11-25")
    schedules = cast.services.schedules
    await schedules.later(holder=ann, occurrence_id=told_of.id, turn=told_of.turn)
    cast.clock.advance(hours=1)
    await cast.pay_provider(ann, order())

    await until(cast, "2026-11-28")

    seen = (await schedules.reminder(holder=ann, occurrence_id=told_of.id)).seen
    assert seen.attempt.is_by_hand or seen.occurrence.state is OccurrenceState.PAID
    assert len(told(cast)) == 1


async def test_a_missed_one_can_be_paid_by_hand(cast: Cast, ann: Holder) -> None:
    """Once: its button leads to the receipt then."""
    schedule = await make(cast, ann, auto())
    await leap(cast, "2027-01-26")
    november = (await occurrences(cast, schedule))["2026-11"]

    await take_and_pay(cast, ann, november.id)

    missed = await cast.services.schedules.missed(holder=ann, schedule_id=schedule.id)
    assert missed is not None
    assert [each.occurrence.period for each in missed.past] == ["2026-12"]
    assert credited(cast) == [500_00] * 2


async def test_taken_over_it_is_not_paid_by_itself_as_well(cast: Cast, ann: Holder) -> None:
    """Put off for want of money, then paid by hand: the next morning nothing happens."""
    schedule = await make(cast, ann, auto(minor=3_000_00, most=4_000_00, month=4_000_00))
    await until(cast, "2026-11-25")
    put_off = (await occurrences(cast, schedule))["2026-11"]
    await cast.fund(ann, 9_000_00)

    await take_and_pay(cast, ann, put_off.id)
    await until(cast, "2026-11-28")

    assert credited(cast) == [3_000_00]


async def test_what_the_provider_refused_later_can_be_paid_again(cast: Cast, ann: Holder) -> None:
    """Its own message has told of it; the money is back."""
    schedule = await make(cast, ann, auto())
    cast.billing.pays.append(Answer(Outcome.REFUSED, "account_closed"))
    await until(cast, "2026-11-25")
    [seen] = (await page(cast, ann, schedule)).past

    await take_and_pay(cast, ann, seen.occurrence.id)

    assert seen.may_be_paid
    assert credited(cast) == [500_00]
    assert (await page(cast, ann, schedule)).past[0].is_paid


async def test_meters_are_read_at_each_payment(cast: Cast, ann: Holder) -> None:
    """What is repeated is the account; it can only be reminded of."""
    bill = {"account": "1234567890", "day": "100", "night": ""}
    paid = await cast.pay_provider(ann, order(300_00, LIGHT, **bill))
    _, wish = await cast.services.schedules.wish_like(holder=ann, payment_id=paid.id)
    told_of = await reminded(cast, ann, wish, "2026-12-24")

    taken = await cast.services.schedules.take(
        holder=ann,
        occurrence_id=told_of.id,
        amount=Money(310_00, RUB),
        readings={"day": "140"},
    )

    assert wish.fields == {"account": "1234567890"}
    assert taken.order.fields == {"account": "1234567890", "day": "140"}
    limit = Money(900_00, RUB)
    asked = replace(wish, amount=limit, mode=Mode.AUTO, before=0, most=limit, most_month=limit)
    with pytest.raises(ScheduleWishError):
        await cast.services.schedule_offers.offer(holder=ann, wish=asked, key="auto")


async def test_a_past_payment_suggests_what_to_repeat(cast: Cast, ann: Holder) -> None:
    """The same account, amount, day and source: here roubles for dollars, and a card."""
    await cast.services.rates.set(pair="USD/RUB", rate="90")
    [card] = await cast.services.cards.listed(holder=ann)
    in_dollars = await cast.pay_provider(
        ann, order(10_00, DRAGONS), source="account/RUB", key="one"
    )
    by_card = await cast.pay_provider(ann, order(), source=f"card/{card.id}", key="two")
    schedules = cast.services.schedules

    _, wish = await schedules.wish_like(holder=ann, payment_id=in_dollars.id)
    _, other = await schedules.wish_like(holder=ann, payment_id=by_card.id)

    assert (wish.source, other.source) == ("account/RUB", f"card/{card.id}")
    assert (wish.amount, wish.rule.day) == (Money(10_00, USD), 24)
    assert wish.rule.starts == date(2026, 11, 25)  # not today, where it was paid just now
    with pytest.raises(ScheduleNotFoundError):
        await schedules.wish_like(holder=ann, payment_id="nothing")


async def test_dollars_are_paid_from_roubles_within_a_limit_of_roubles(
    cast: Cast, ann: Holder
) -> None:
    """What leaves is limited, so a worse rate asks again."""
    await cast.services.rates.set(pair="USD/RUB", rate="90")
    limit = Money(950_00, RUB)
    wish = replace(auto(), provider="dragons", amount=Money(10_00, USD), source="account/RUB")
    wish = replace(wish, most=limit, most_month=limit)
    schedule = await make(cast, ann, wish)
    await until(cast, "2026-11-25")
    await cast.services.rates.set(pair="USD/RUB", rate="99")
    cast.clock.now = datetime(2026, 12, 24, 12, tzinfo=UTC)
    await cast.services.rates.set(pair="USD/RUB", rate="99")

    await until(cast, "2026-12-26")

    found = await occurrences(cast, schedule)
    assert found["2026-11"].cost == Money(900_00, RUB)
    assert (found["2026-12"].state, found["2026-12"].reason) == (
        OccurrenceState.FAILED,
        "allowance",
    )


async def test_once_is_over_when_it_was_paid(cast: Cast, ann: Holder) -> None:
    schedule = await make(cast, ann, auto(rule(1, Every.ONCE, date(2026, 12, 1))))

    await until(cast, "2026-12-02")

    assert credited(cast) == [500_00]
    assert await cast.services.schedules.listed(holder=ann) == []
    assert (await occurrences(cast, schedule))["once"].state is OccurrenceState.PAID


async def fine(cast: Cast, holder: Holder) -> str:
    """A bill that was looked at and not paid; its discount ends on the 30th day."""
    bill = {"uin": "1" * 20, "date": "2026-11-10"}
    offered = await cast.services.provider_payments.offer(
        holder=holder, order=order(375_00, TRAFFIC, **bill), key="fine"
    )
    return offered.offer.id


async def test_a_discount_is_reminded_of_before_it_ends(cast: Cast, ann: Holder) -> None:
    """Two days before, once; tapped twice it is one reminder."""
    offer_id = await fine(cast, ann)
    schedules = cast.services.schedules

    made = await schedules.remind_of_discount(holder=ann, offer_id=offer_id)
    again = await schedules.remind_of_discount(holder=ann, offer_id=offer_id)
    await until(cast, "2026-12-08")

    assert again.schedule == made.schedule
    assert made.next is not None
    assert (made.next.on, made.next.next_at) == (
        date(2026, 12, 10),
        datetime(2026, 12, 8, 10, tzinfo=UTC),
    )
    assert told(cast) == [f"occurrence/{made.next.id}"]
    later = await schedules.later(holder=ann, occurrence_id=made.next.id, turn=made.next.turn + 1)
    assert later.schedule.state is ScheduleState.ENDED
    await until(cast, "2026-12-09")
    assert len(told(cast)) == 2


async def test_a_fine_that_was_paid_is_not_reminded_of(cast: Cast, ann: Holder) -> None:
    offer_id = await fine(cast, ann)
    await cast.services.schedules.remind_of_discount(holder=ann, offer_id=offer_id)
    cast.clock.advance(hours=2)
    bill = {"uin": "1" * 20, "date": "2026-11-10"}
    await cast.pay_provider(ann, order(375_00, TRAFFIC, **bill))
    await cast.deliver()

    await until(cast, "2026-12-11", step=timedelta(days=1))

    assert told(cast) == []
    assert await cast.services.schedules.listed(holder=ann) == []


@pytest.mark.parametrize("day", ["2026-12-10", "2027-01-10"])
async def test_a_discount_that_ends_today_is_too_late(cast: Cast, ann: Holder, day: str) -> None:
    cast.clock.now = datetime.fromisoformat(f"{day}T09:00:00").replace(tzinfo=UTC)
    offer_id = await fine(cast, ann)

    with pytest.raises(DiscountNotFoundError):
        await cast.services.schedules.remind_of_discount(holder=ann, offer_id=offer_id)
    with pytest.raises(DiscountNotFoundError):
        await cast.services.schedules.remind_of_discount(holder=ann, offer_id="none")
