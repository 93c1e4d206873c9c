"""What a holder does with schedules: makes, changes, pauses and ends them."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.account_fields import AccountFieldError
from services.calendars import Every
from services.catalogue import ProviderNotFoundError
from services.errors import WalletError
from services.holders import Holder, WalletLockedError
from services.money import RUB, USD, Money
from services.offers import OfferNotFoundError, OfferState
from services.provider_life import Order
from services.provider_payments import ProviderProposal
from services.schedule_life import (
    Mode,
    OccurrenceState,
    Schedule,
    ScheduleChangedError,
    ScheduleNotFoundError,
    ScheduleState,
    Wish,
)
from services.schedule_offers import (
    SCHEDULES_MOST,
    ReminderTooEarlyError,
    ScheduleLimitError,
    ScheduleOverError,
    ScheduleWishError,
    TooManySchedulesError,
)
from services.schedule_pages import SchedulePage
from services.schedule_running import DueSchedules
from services.states import StateError
from tests.cast import BOB, OTHER_PHONE, Cast
from tests.services.scheduling import (
    Dying,
    Killed,
    auto,
    claimed,
    credited,
    make,
    occurrences,
    page,
    remind,
    rule,
    until,
    with_money,
)


@pytest.fixture
async def ann(cast: Cast) -> Holder:
    return await with_money(cast)


async def test_leave_to_pay_is_given_with_a_code_and_a_reminder_needs_none(
    cast: Cast, ann: Holder
) -> None:
    """Even where the operator asks codes for large amounts only."""
    offers = cast.services.schedule_offers
    paying = await offers.offer(holder=ann, wish=auto(), key="a")
    reminding = await offers.offer(holder=ann, wish=remind(), key="b")

    paying = await offers.confirm(holder=ann, offer_id=paying.offer.id)
    reminding = await offers.confirm(holder=ann, offer_id=reminding.offer.id)
    await cast.deliver()

    assert (paying.offer.state, paying.page) == (OfferState.CONFIRMED, None)
    assert reminding.offer.state is OfferState.USED
    [sms] = [each for each in cast.sms if each.template == "code_schedule"]
    assert sms.values["amount"] == Money(600_00, RUB)
    assert len(await cast.services.schedules.listed(holder=ann)) == 1


async def test_making_it_again_makes_one(cast: Cast, ann: Holder) -> None:
    """A repeated update offers the same, and Confirm after the end shows what was made."""
    first = await make(cast, ann, remind())

    again = await make(cast, ann, remind())

    assert again == first
    assert len(await cast.services.schedules.listed(holder=ann)) == 1


async def test_an_offer_that_is_not_wanted_makes_nothing(cast: Cast, ann: Holder) -> None:
    offers = cast.services.schedule_offers
    made = await offers.offer(holder=ann, wish=remind(), key="a")

    await offers.withdraw(holder=ann, offer_id=made.offer.id)
    other = await offers.offer(holder=ann, wish=remind(), key="b")
    cast.clock.advance(minutes=16)
    await cast.deliver()

    shown = await cast.store.read(lambda book: book.offers.find(other.offer.id))
    assert shown is not None
    assert shown.state is OfferState.EXPIRED
    assert await cast.services.schedules.listed(holder=ann) == []


async def test_pausing_stops_and_resuming_goes_on_with_the_next(cast: Cast, ann: Holder) -> None:
    """What fell due meanwhile is let be."""
    schedule = await make(cast, ann, auto())
    schedules = cast.services.schedules
    paused = await schedules.pause(holder=ann, schedule_id=schedule.id, version=1)
    await until(cast, "2027-01-10", step=timedelta(days=1))

    resumed = await schedules.resume(
        holder=ann, schedule_id=schedule.id, version=paused.schedule.version
    )
    await until(cast, "2027-01-26")

    assert paused.next is None
    assert resumed.next is not None
    assert resumed.next.period == "2027-01"
    found = await occurrences(cast, schedule)
    assert [each.state.value for each in found.values()] == ["skipped", "paid", "planned"]
    assert credited(cast) == [500_00]


async def test_paused_and_resumed_before_its_day_it_is_paid(cast: Cast, ann: Holder) -> None:
    """The same period is planned again, and its first work does nothing."""
    schedule = await make(cast, ann, auto())
    schedules = cast.services.schedules
    await schedules.pause(holder=ann, schedule_id=schedule.id, version=1)
    await schedules.resume(holder=ann, schedule_id=schedule.id, version=2)

    await until(cast, "2026-11-26")

    assert credited(cast) == [500_00]


async def test_an_ended_one_does_nothing_more(cast: Cast, ann: Holder) -> None:
    schedule = await make(cast, ann, auto())
    schedules = cast.services.schedules

    ended = await schedules.end(holder=ann, schedule_id=schedule.id, version=1)
    again = await schedules.end(holder=ann, schedule_id=schedule.id, version=1)
    await until(cast, "2026-12-26", step=timedelta(days=1))

    assert again.schedule == ended.schedule
    assert ended.schedule.state is ScheduleState.ENDED
    assert credited(cast) == []
    with pytest.raises(ScheduleNotFoundError):
        await page(cast, ann, schedule)


async def test_old_buttons_are_recognised(cast: Cast, ann: Holder) -> None:
    schedule = await make(cast, ann, auto())
    schedules = cast.services.schedules
    await schedules.pause(holder=ann, schedule_id=schedule.id, version=1)

    with pytest.raises(ScheduleChangedError):
        await schedules.end(holder=ann, schedule_id=schedule.id, version=1)
    with pytest.raises(StateError):
        await schedules.pause(holder=ann, schedule_id=schedule.id, version=2)


async def test_a_retry_that_waits_is_off_when_it_is_paused(cast: Cast, ann: Holder) -> None:
    """Nothing happens by itself until it is resumed; not even a second try."""
    schedule = await make(cast, ann, auto(minor=3_000_00, most=4_000_00, month=4_000_00))
    await until(cast, "2026-11-25")
    schedules = cast.services.schedules
    await schedules.pause(holder=ann, schedule_id=schedule.id, version=1)
    await cast.fund(ann, 9_000_00)

    await until(cast, "2026-11-28")

    skipped = (await occurrences(cast, schedule))["2026-11"]
    assert (skipped.state, skipped.reason) == (OccurrenceState.SKIPPED, "paused")
    assert credited(cast) == []


async def test_paused_while_it_was_paying_and_died(cast: Cast, ann: Holder) -> None:
    """What had not been begun at the provider is not begun after it was paused."""
    schedule = await make(cast, ann, auto())
    cast.clock.now = datetime(2026, 11, 25, 8, tzinfo=UTC)
    dying = Dying(cast.services, before=True)
    due = DueSchedules(store=cast.store, now=cast.clock, paying=dying)
    [work] = await claimed(cast)
    with pytest.raises(Killed):
        await due.act(work=work)
    await cast.services.schedules.pause(holder=ann, schedule_id=schedule.id, version=1)

    await until(cast, "2026-11-26")

    skipped = (await occurrences(cast, schedule))["2026-11"]
    assert (skipped.state, skipped.reason) == (OccurrenceState.SKIPPED, "paused")
    assert credited(cast) == []


async def test_paused_in_the_middle_of_a_refusal_is_not_tried_again(
    cast: Cast, ann: Holder
) -> None:
    schedule = await make(cast, ann, auto(minor=3_000_00, most=4_000_00, month=4_000_00))
    cast.clock.now = datetime(2026, 11, 25, 8, tzinfo=UTC)
    schedules = cast.services.schedules

    class Pausing:
        async def pay_unattended(
            self, *, holder: Holder, order: Order, source: str, key: str, most: Money
        ) -> ProviderProposal:
            await schedules.pause(holder=ann, schedule_id=schedule.id, version=1)
            return await cast.services.provider_payments.pay_unattended(
                holder=holder, order=order, source=source, key=key, most=most
            )

    due = DueSchedules(store=cast.store, now=cast.clock, paying=Pausing())
    [work] = await claimed(cast)

    await due.act(work=work)

    skipped = (await occurrences(cast, schedule))["2026-11"]
    assert (skipped.state, skipped.next_at) == (OccurrenceState.SKIPPED, None)


async def test_a_changed_day_counts_from_now_and_never_twice_for_a_month(
    cast: Cast, ann: Holder
) -> None:
    """November is paid: the new day of November is not paid again."""
    schedule = await make(cast, ann, auto())
    await until(cast, "2026-11-26")
    later_day = replace(schedule.wish, rule=rule(28, starts=date(2026, 11, 27)))

    changed = await change(cast, ann, schedule, later_day)
    await until(cast, "2026-12-29")

    assert changed.next is not None
    assert changed.next.period == "2026-12"
    assert changed.schedule.version == 2
    assert [f"{each.on:%m-%d}" for each in (await occurrences(cast, schedule)).values()] == [
        *("11-25", "12-28", "01-28")
    ]
    assert credited(cast) == [500_00] * 2


async def change(cast: Cast, holder: Holder, known: Schedule, wish: Wish) -> SchedulePage:
    """Without a code: with one it fails."""
    offers = cast.services.schedule_offers
    made = await offers.offer(
        holder=holder, wish=wish, key="change", changes=known, version=known.version
    )
    made = await offers.confirm(holder=holder, offer_id=made.offer.id)
    assert made.offer.state is OfferState.USED
    assert made.page is not None
    return made.page


@pytest.mark.parametrize(
    ("widened", "asks"),
    [
        ({"amount": Money(501_00, RUB)}, True),
        ({"most": Money(601_00, RUB)}, True),
        ({"most_month": Money(601_00, RUB)}, True),
        ({"fields": {"login": "somebody_else"}}, True),
        ({"source": "account/USD"}, True),
        ({"amount": Money(499_00, RUB)}, False),
        ({"most": Money(599_00, RUB)}, False),
        ({"rule": rule(1)}, False),
        ({"mode": Mode.REMIND, "most": None, "most_month": None}, False),
    ],
)
async def test_what_widens_the_leave_asks_for_another_code(
    cast: Cast, ann: Holder, widened: dict[str, object], *, asks: bool
) -> None:
    schedule = await make(cast, ann, auto())
    wish = replace(schedule.wish, **widened)  # type: ignore[arg-type]
    if wish.source != "account":
        await cast.services.rates.set(pair="USD/RUB", rate="90")
        limit = Money(20_00, USD)
        wish = replace(wish, most=limit, most_month=limit)
    offers = cast.services.schedule_offers
    made = await offers.offer(holder=ann, wish=wish, key="change", changes=schedule, version=1)

    made = await offers.confirm(holder=ann, offer_id=made.offer.id)

    assert (made.offer.state is OfferState.CONFIRMED) is asks


async def test_what_changed_meanwhile_is_not_changed_by_an_old_offer(
    cast: Cast, ann: Holder
) -> None:
    """Also when the code is right: nothing is done, and the offer is over."""
    schedule = await make(cast, ann, auto())
    offers = cast.services.schedule_offers
    wish = replace(schedule.wish, most=Money(700_00, RUB), most_month=Money(700_00, RUB))
    made = await offers.offer(holder=ann, wish=wish, key="c", changes=schedule, version=1)
    await offers.confirm(holder=ann, offer_id=made.offer.id)
    await cast.services.schedules.pause(holder=ann, schedule_id=schedule.id, version=1)

    with pytest.raises(ScheduleChangedError):
        await offers.prove(holder=ann, offer_id=made.offer.id, typed=await cast.code())
    with pytest.raises(ScheduleChangedError):
        await offers.offer(holder=ann, wish=wish, key="d", changes=schedule, version=1)

    assert (await page(cast, ann, schedule)).schedule.wish == schedule.wish


async def test_a_locked_wallet_makes_no_schedules(cast: Cast, ann: Holder) -> None:
    offers = cast.services.schedule_offers
    made = await offers.offer(holder=ann, wish=remind(), key="a")
    await cast.services.wallets.lock(holder=ann)

    with pytest.raises(WalletLockedError):
        await offers.confirm(holder=ann, offer_id=made.offer.id)


@pytest.mark.parametrize(
    ("wish", "refusal"),
    [
        (replace(auto(), amount=None), ScheduleWishError),
        (replace(auto(), most=None), ScheduleWishError),
        (replace(auto(), before=1), ScheduleWishError),
        (replace(remind(), most=Money(1, RUB)), ScheduleWishError),
        (auto(most=514_99), ScheduleLimitError),
        (auto(month=514_99), ScheduleLimitError),
        (replace(auto(), most=Money(900_00, USD)), ScheduleLimitError),
        (remind(before=15), ReminderTooEarlyError),
        (remind(rule(1, Every.WEEK), before=4), ReminderTooEarlyError),
        (remind(rule(1, Every.DAYS), before=1), ReminderTooEarlyError),
        (remind(rule(1, Every.ONCE, date(2026, 11, 23))), ScheduleOverError),
        (replace(remind(), provider="nobody"), ProviderNotFoundError),
        (replace(remind(), fields={"login": "?"}), AccountFieldError),
    ],
)
async def test_what_makes_no_sense_is_refused(
    cast: Cast, ann: Holder, wish: Wish, refusal: type[WalletError]
) -> None:
    with pytest.raises(refusal):
        await cast.services.schedule_offers.offer(holder=ann, wish=wish, key="a")


async def test_there_are_not_too_many(cast: Cast, ann: Holder) -> None:
    """Counted again when it is confirmed: two offers do not make one too many."""
    offers = cast.services.schedule_offers
    waiting = await offers.offer(holder=ann, wish=remind(), key="waits")
    for number in range(SCHEDULES_MOST):
        await make(cast, ann, remind(), key=f"make {number}")

    with pytest.raises(TooManySchedulesError):
        await offers.confirm(holder=ann, offer_id=waiting.offer.id)
    with pytest.raises(TooManySchedulesError):
        await offers.offer(holder=ann, wish=remind(), key="one more")


async def test_others_see_and_touch_nothing(cast: Cast, ann: Holder) -> None:
    schedule = await make(cast, ann, auto())
    await until(cast, "2026-11-25")
    found = await occurrences(cast, schedule)
    bob = await cast.join(BOB, OTHER_PHONE)
    schedules = cast.services.schedules

    async def refused(act: Callable[..., Awaitable[object]], **named: object) -> None:
        with pytest.raises(ScheduleNotFoundError):
            await act(holder=bob, **named)

    await refused(schedules.open, schedule_id=schedule.id)
    await refused(schedules.pause, schedule_id=schedule.id, version=1)
    await refused(schedules.end, schedule_id=schedule.id, version=1)
    await refused(schedules.missed, schedule_id=schedule.id)
    await refused(schedules.reminder, occurrence_id=found["2026-11"].id)
    await refused(schedules.take, occurrence_id=found["2026-11"].id)
    await refused(schedules.skip, occurrence_id=found["2026-11"].id, turn=1)
    with pytest.raises(OfferNotFoundError):
        await cast.services.schedule_offers.confirm(holder=bob, offer_id=schedule.id)
