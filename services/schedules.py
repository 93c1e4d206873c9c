"""What a holder does with schedules: sees, pauses, ends them, and pays what fell due."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from services import calendars, offers, schedule_attempts, schedule_life, schedule_pages
from services.calendars import Every, Rule
from services.catalogue import Provider
from services.clock import Clock
from services.errors import NotFoundError
from services.holders import Holder
from services.money import Money
from services.offers import OfferNotFoundError
from services.provider_life import Order
from services.schedule_life import (
    WAITING,
    Book,
    Occurrence,
    OccurrenceState,
    Schedule,
    ScheduleChangedError,
    ScheduleNotFoundError,
    Wish,
)
from services.schedule_offers import make_reminder
from services.schedule_pages import Reminder, SchedulePage
from services.store import Store

DISCOUNT_BEFORE = 2
"""How many days before a discount ends the holder is reminded, where there are so many."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What the holder is about to pay, and the one key to pay it under."""

    order: Order
    source: str
    key: str


class DiscountNotFoundError(NotFoundError):
    """This bill has no discount that is still to end."""

    code = "discount_not_found"


class AmountAskedError(NotFoundError):
    """The amount is asked each time, and was not given."""

    code = "amount_asked"


class Schedules:
    """What a holder does with schedules."""

    def __init__(self, *, store: Store[Book], now: Clock, zone: str) -> None:
        """*zone*: IANA name of the zone whose days and hours new schedules go by."""
        self._store = store
        self._now = now
        self.zone = zone

    async def listed(self, *, holder: Holder) -> list[SchedulePage]:
        """Those that have not ended, oldest first."""

        def view(book: Book) -> list[SchedulePage]:
            return [
                schedule_pages.page(book, each, limit=2)
                for each in book.schedules.of_holder(holder.id)
            ]

        return await self._store.read(view)

    async def open(self, *, holder: Holder, schedule_id: str) -> SchedulePage:
        """One of them.

        Raises:
            ScheduleNotFoundError: *holder* has none such.
        """

        def view(book: Book) -> SchedulePage:
            return schedule_pages.page(book, schedule_life.theirs(book, holder.id, schedule_id))

        return await self._store.read(view)

    async def missed(self, *, holder: Holder, schedule_id: str) -> SchedulePage | None:
        """The schedule with what was missed and is not paid yet; None where nothing is."""

        def view(book: Book) -> SchedulePage | None:
            schedule = _known(book, holder, schedule_id)
            page = schedule_pages.page(book, schedule, limit=schedule_life.KEPT_IN_VIEW)
            past = tuple(
                each
                for each in page.past
                if each.occurrence.reason == "missed" and each.may_be_paid
            )
            return replace(page, past=past) if past else None

        return await self._store.read(view)

    async def pause(self, *, holder: Holder, schedule_id: str, version: int) -> SchedulePage:
        """Nothing is done by itself until it is resumed.

        Raises:
            ScheduleNotFoundError, ScheduleChangedError: It is not as it was.
            StateError: It is paused already.
        """
        return await self._change(holder, schedule_id, version, "pause")

    async def resume(self, *, holder: Holder, schedule_id: str, version: int) -> SchedulePage:
        """From the next time on; what fell due meanwhile is let be.  Raises as `pause`."""
        return await self._change(holder, schedule_id, version, "resume")

    async def end(self, *, holder: Holder, schedule_id: str, version: int) -> SchedulePage:
        """For good; done again, it returns the one that has ended.  Raises as `pause`."""
        return await self._change(holder, schedule_id, version, "end")

    async def reminder(self, *, holder: Holder, occurrence_id: str) -> Reminder:
        """One time that a schedule fell due.

        Raises:
            ScheduleNotFoundError: *holder* has none such.
        """

        def view(book: Book) -> Reminder:
            schedule, occurrence = _found(book, holder, occurrence_id)
            return schedule_pages.reminder(book, schedule, occurrence)

        return await self._store.read(view)

    async def later(self, *, holder: Holder, occurrence_id: str, turn: int) -> Reminder:
        """Remind again tomorrow.

        Raises:
            ScheduleNotFoundError: *holder* has none such.
            ScheduleChangedError: The button is of an older message, or it was paid.
        """
        return await self._settle(holder, occurrence_id, turn, "remind")

    async def skip(self, *, holder: Holder, occurrence_id: str, turn: int) -> Reminder:
        """Not this time.  Raises as `later`."""
        return await self._settle(holder, occurrence_id, turn, "skip")

    async def take(
        self,
        *,
        holder: Holder,
        occurrence_id: str,
        amount: Money | None = None,
        readings: Mapping[str, str] | None = None,
    ) -> Taken:
        """Leave the paying to the holder, under a key that pays for this time once.

        *amount* and *readings* (by the name of their field) are what is asked each time.

        Raises:
            ScheduleNotFoundError: *holder* has none such.
            AmountAskedError: The schedule has no amount, and none is given.
        """
        at = self._now()

        def work(book: Book) -> Taken:
            schedule, occurrence = _found(book, holder, occurrence_id)
            wish = schedule.wish
            wanted = wish.amount or amount
            if wanted is None:
                raise AmountAskedError
            order = Order(wish.provider, wish.fields | dict(readings or {}), wanted)
            if schedule_attempts.attempted(book, occurrence).is_live:
                return Taken(order, wish.source, occurrence.key)
            fresh = schedule_attempts.fresh_attempt(book, occurrence)
            taken = schedule_life.move(book, fresh, "take", at, actor="holder", cost=None)
            is_ahead = occurrence.state is OccurrenceState.PLANNED and not occurrence.tries
            if is_ahead and schedule.state is schedule_life.ScheduleState.ACTIVE:
                schedule_life.plan(book, schedule, occurrence.at, at)
            return Taken(order, wish.source, taken.key)

        return await self._store.write(work)

    async def wish_like(self, *, holder: Holder, payment_id: str) -> tuple[Provider, Wish]:
        """What repeating a past payment would be: each month on its day, with a reminder.

        Raises:
            ScheduleNotFoundError: *holder* has no such payment.
        """
        at = self._now()

        def view(book: Book) -> tuple[Provider, Wish]:
            payment = book.provider_payments.find(payment_id)
            if payment is None or payment.holder != holder.id:
                raise ScheduleNotFoundError
            provider = book.catalogue.provider(payment.provider)
            if provider is None:
                raise ScheduleNotFoundError
            name = "account"
            if payment.card is not None:
                name = f"card/{payment.card}"
            elif payment.given.currency != payment.total.currency:
                name = f"account/{payment.given.currency.code}"
            asked = {each.name for each in schedule_life.asked_each_time(provider)}
            fields = {key: value for key, value in payment.fields.items() if key not in asked}
            amount = None if asked else payment.amount
            tomorrow = calendars.local_day(at, self.zone) + timedelta(days=1)
            paid_on = calendars.local_day(payment.created_at, self.zone)
            rule = Rule(Every.MONTH, paid_on.day, tomorrow, self.zone)
            return provider, Wish(provider.id, fields, amount, name, rule)

        return await self._store.read(view)

    async def remind_of_discount(self, *, holder: Holder, offer_id: str) -> SchedulePage:
        """A reminder before the discount of a bill ends that was offered to be paid.

        Again is the same.

        Raises:
            DiscountNotFoundError: There is none, or its last day has come.
            TooManySchedulesError: There are too many.
        """
        at = self._now()

        def work(book: Book) -> SchedulePage:
            try:
                offer = offers.theirs(book, holder.id, offer_id, "provider_payment")
            except OfferNotFoundError:
                raise DiscountNotFoundError from None
            content = offer.content
            provider = book.catalogue.provider(content["provider"], content["version"])
            today = calendars.local_day(at, self.zone)
            ends = None if provider is None else discount_end(provider, content["fields"], today)
            if provider is None or ends is None or ends <= today:
                raise DiscountNotFoundError
            rule = Rule(Every.ONCE, 1, ends, self.zone)
            before = min(DISCOUNT_BEFORE, (ends - today).days - 1)
            amount = Money(content["minor"], provider.currency)
            wish = Wish(
                provider.id,
                content["fields"],
                amount,
                "account",
                rule,
                before=before,
                cause="discount",
            )
            return schedule_pages.page(book, make_reminder(book, holder, offer.id, wish, at))

        return await self._store.write(work)

    async def _change(
        self, holder: Holder, schedule_id: str, version: int, event: str
    ) -> SchedulePage:
        at = self._now()

        def work(book: Book) -> SchedulePage:
            if event == "end":
                known = _known(book, holder, schedule_id)
                if known.state is schedule_life.ScheduleState.ENDED:
                    return schedule_pages.page(book, known)
            schedule = schedule_life.theirs(book, holder.id, schedule_id, version=version)
            changed = schedule_life.change(book, schedule, event, at)
            if event == "resume":
                _let_be(book, changed, at)
                schedule_life.plan(book, changed, at, at)
            else:
                schedule_life.let_go(book, changed, changed.state.value, at)
            return schedule_pages.page(book, changed)

        return await self._store.write(work)

    async def _settle(self, holder: Holder, occurrence_id: str, turn: int, event: str) -> Reminder:
        at = self._now()

        def work(book: Book) -> Reminder:
            schedule, occurrence = _found(book, holder, occurrence_id)
            is_skipped = occurrence.state is OccurrenceState.SKIPPED and event == "skip"
            if is_skipped or (occurrence.turn == turn + 1 and occurrence.next_at):
                return schedule_pages.reminder(book, schedule, occurrence)  # pressed twice
            is_put_off = occurrence.state is OccurrenceState.PLANNED and occurrence.tries
            may = occurrence.state in WAITING or (is_put_off and event == "skip")
            is_live = schedule_attempts.paid(book, schedule, occurrence).is_live
            if occurrence.turn != turn or not may or is_live:
                raise ScheduleChangedError
            next_at = None if event == "skip" else self._tomorrow(schedule, at)
            moved = schedule_life.move(
                book, occurrence, event, at, actor="holder", next_at=next_at
            )
            return schedule_pages.reminder(book, schedule, moved)

        return await self._store.write(work)

    def _tomorrow(self, schedule: Schedule, at: datetime) -> datetime:
        rule = schedule.wish.rule
        day = calendars.local_day(at, rule.zone) + timedelta(days=1)
        return calendars.moment(day, rule.at, rule.zone)


def discount_end(provider: Provider, fields: dict[str, str], today: date) -> date | None:
    """The last day on which a bill of *provider* costs what it does today, if it is less."""
    return None if provider.discount is None else provider.discount.until(fields, today)


def _known(book: Book, holder: Holder, schedule_id: str) -> Schedule:
    found = book.schedules.find(holder.id, schedule_id)
    if found is None:
        raise ScheduleNotFoundError
    return found


def _found(book: Book, holder: Holder, occurrence_id: str) -> tuple[Schedule, Occurrence]:
    """What fell due, read after its schedule, so that nobody changes it meanwhile."""
    first = book.schedules.occurrence(holder.id, occurrence_id)
    if first is None:
        raise ScheduleNotFoundError
    schedule = _known(book, holder, first.schedule)
    occurrence = book.schedules.occurrence(holder.id, occurrence_id)
    return schedule, occurrence or first


def _let_be(book: Book, schedule: Schedule, at: datetime) -> None:
    """What was planned and fell due while it was paused."""
    for each in book.schedules.occurrences(
        schedule.holder, schedule.id, limit=schedule_life.KEPT_IN_VIEW
    ):
        if each.state is OccurrenceState.PLANNED and each.at <= at:
            schedule_life.move(book, each, "skip", at, reason="paused")
