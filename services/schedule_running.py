"""What the wallet does by itself when a schedule falls due: it reminds, or pays.

After a standstill only what falls due now is acted on; what was missed meanwhile is told of
and left to the holder.  Whatever keeps a payment from being made by itself ends in a
reminder that has the button in it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from services import calendars, holders, schedule_attempts, schedule_life
from services.breakers import ProviderDownError
from services.calendars import Due, Every
from services.catalogue import ProviderClosedError
from services.clock import Clock
from services.due import TryAgainError, Work
from services.errors import KeyReusedError, RefusedError, UnavailableError, WalletError
from services.holders import Holder, WalletLockedError
from services.ledger import InsufficientFundsError
from services.money import Money
from services.offers import OfferExpiredError, OfferUsedError, OfferWithdrawnError
from services.provider_life import Order, ProviderPaymentState
from services.provider_payments import (
    AllowanceError,
    ProviderProposal,
    ProviderSilentError,
    TermsChangedError,
)
from services.schedule_life import (
    WAITING,
    Book,
    Mode,
    Occurrence,
    OccurrenceState,
    Schedule,
    ScheduleState,
)
from services.store import Store

logger = structlog.get_logger(__name__)

LATE_MOST = timedelta(days=7)
"""What is later than that is not paid by itself: much may have changed since."""

TRIES_MOST = 3
"""How often a payment that could not be made is put off, before the holder is asked."""

SOON = timedelta(hours=1)
"""When a provider that did not answer is tried again."""

ONE_AT_A_TIME = timedelta(minutes=3)
"""When a schedule is looked at again that is just paying for something else."""

MISSED_KEPT = 12
"""Of all that was missed, so many of the newest can still be paid by the holder."""

_OVERTAKEN = (
    KeyReusedError,
    OfferExpiredError,
    OfferUsedError,
    OfferWithdrawnError,
    TermsChangedError,
)
"""The offer of this attempt can pay no more, or is for what was wanted before; another can."""


class MonthSpentError(RefusedError):
    """What may be paid in a month without asking is used up.  Values: limit, resets_at."""

    code = "month_spent"


class Paying(Protocol):
    """What pays without asking: `services.provider_payments`."""

    async def pay_unattended(
        self, *, holder: Holder, order: Order, source: str, key: str, most: Money
    ) -> ProviderProposal:
        """Pay within *most*; *key* pays once."""


@dataclass(frozen=True, slots=True)
class Errand:
    """A payment that is to be made now."""

    holder: Holder
    schedule: Schedule
    occurrence: Occurrence
    most: Money


class DueSchedules:
    """The handler of waiting work of the kind `schedule`."""

    def __init__(self, *, store: Store[Book], now: Clock, paying: Paying) -> None:
        self._store = store
        self._now = now
        self._paying = paying

    async def act(self, *, work: Work) -> None:
        """Do what has fallen due; again is the same.

        Raises:
            TryAgainError: Another payment of the same schedule is just being made.
        """
        at = self._now()
        named = work.payload
        errand = await self._store.write(
            lambda book: _begin(
                book, named["holder"], named["schedule"], named["occurrence"], named["turn"], at
            )
        )
        if errand is not None:
            await self._pay(errand)

    async def _pay(self, errand: Errand) -> None:
        wish, occurrence = errand.schedule.wish, errand.occurrence
        if wish.amount is None:
            raise ValueError(f"schedule {errand.schedule.id} has no amount")
        try:
            paid = await self._paying.pay_unattended(
                holder=errand.holder,
                order=Order(wish.provider, wish.fields, wish.amount),
                source=wish.source,
                key=occurrence.key,
                most=errand.most,
            )
        except WalletError as exc:
            if isinstance(exc, UnavailableError) and not isinstance(exc, _PROVIDER_AWAY):
                raise  # nobody knows what was committed: the same is done again
            await self._note(errand, exc)
        else:
            await self._note(errand, paid)

    async def _note(self, errand: Errand, outcome: ProviderProposal | WalletError) -> None:
        at = self._now()
        known = errand.occurrence

        def work(book: Book) -> None:
            schedule = book.schedules.find(known.holder, known.schedule)
            now = book.schedules.occurrence(known.holder, known.id)
            if schedule is None or now is None or now.turn != known.turn:
                return  # another worker was quicker, or the holder has taken it over
            current = replace(errand, schedule=schedule, occurrence=now)
            if isinstance(outcome, WalletError):
                _refused(book, current, outcome, at)
            else:
                _paid(book, current, outcome, at)

        await self._store.write(work)


_PROVIDER_AWAY = (ProviderDownError, ProviderSilentError)


def _begin(
    book: Book, holder_id: str, schedule_id: str, occurrence_id: str, turn: int, at: datetime
) -> Errand | None:
    """What is to be paid now, if anything is; all else is done here."""
    schedule = book.schedules.find(holder_id, schedule_id)
    occurrence = book.schedules.occurrence(holder_id, occurrence_id)
    if schedule is None or occurrence is None or occurrence.turn != turn:
        return None  # overtaken
    if occurrence.state in WAITING:
        _remind_again(book, schedule, occurrence, at)
        return None
    if occurrence.state is OccurrenceState.PAYING:
        return _go_on(book, schedule, occurrence, at)
    if occurrence.state is not OccurrenceState.PLANNED or not _is_time(
        book, schedule, occurrence, at
    ):
        return None
    if occurrence.tries:
        return _errand(book, schedule, occurrence, at)
    return _fall_due(book, schedule, occurrence, at)


def _is_time(book: Book, schedule: Schedule, occurrence: Occurrence, at: datetime) -> bool:
    """The zone's rules may have changed since it was planned, or a clock was set back."""
    rule = schedule.wish.rule
    due = replace(occurrence.due, at=calendars.moment(occurrence.on, rule.at, rule.zone))
    later = (occurrence.next_at or at) if occurrence.tries else schedule.wish.wakes(due)
    if later > at and due.at > at:
        schedule_life.come_back(book, replace(occurrence, at=due.at), later, at)
        return False
    return True


def _fall_due(
    book: Book, schedule: Schedule, occurrence: Occurrence, at: datetime
) -> Errand | None:
    """Its time has come, perhaps long ago: the newest counts, the rest was missed."""
    wish = schedule.wish
    fallen = _fallen(schedule, occurrence.due, at)
    if len(fallen) > 1:
        _miss(book, schedule, fallen[:-1], at)
        schedule_life.plan(book, schedule, fallen[-2].at, at)
        return None  # the newest is planned for now, with work of its own
    schedule_life.plan(book, schedule, occurrence.at, at)
    if wish.mode is Mode.AUTO and at - occurrence.at > LATE_MOST:
        _miss(book, schedule, fallen, at)
        _finish(book, schedule, at)
        return None
    if wish.mode is Mode.AUTO:
        return _errand(book, schedule, occurrence, at)
    if wish.rule.every is Every.ONCE and _was_paid(book, schedule):
        schedule_life.move(book, occurrence, "settle", at)
    else:
        tell(book, schedule_life.move(book, occurrence, "remind", at), at)
    _finish(book, schedule, at)
    return None


def _fallen(schedule: Schedule, first: Due, at: datetime) -> list[Due]:
    """*first* and those after it whose time has come too."""
    found = [first]
    while (later := calendars.following(schedule.wish.rule, found[-1].at)) is not None:
        if schedule.wish.wakes(later) > at:
            break
        found.append(later)
    return found


def _miss(book: Book, schedule: Schedule, missed: list[Due], at: datetime) -> None:
    """They are told of in one message, and each can still be paid by hand."""
    for due in missed[-MISSED_KEPT:]:
        name = schedule_life.occurrence_id(schedule.id, due.period)
        found = book.schedules.occurrence(schedule.holder, name)
        if found is not None and found.state is not OccurrenceState.PLANNED:
            continue
        turn = 0 if found is None else found.turn
        fresh = Occurrence(
            name, schedule.holder, schedule.id, due.period, due.on, due.at, at, turn=turn
        )
        schedule_life.move(book, fresh, "fail", at, reason="missed")
    key = f"schedule:{schedule.id}:missed:{missed[-1].period}"
    subject = f"schedule/{schedule.id}"
    holders.notify(book, schedule.holder, "schedule_missed", subject, at, key=key, priority=4)


def _errand(book: Book, schedule: Schedule, occurrence: Occurrence, at: datetime) -> Errand | None:
    """Begin to pay, unless nothing is left of what may be paid without asking."""
    if _is_paying(book, schedule, occurrence):
        raise TryAgainError("another is being paid", after=ONE_AT_A_TIME)
    fresh = schedule_attempts.fresh_attempt(book, occurrence)
    paying = schedule_life.move(book, fresh, "begin", at, is_in_hand=True, reason="")
    return _allowed(book, schedule, paying, at)


def _go_on(book: Book, schedule: Schedule, occurrence: Occurrence, at: datetime) -> Errand | None:
    """Somebody began to pay and did not come to note how it went: the same key again."""
    attempt = schedule_attempts.attempted(book, occurrence)
    if schedule.state is not ScheduleState.ACTIVE and not attempt.is_live:
        schedule_life.move(book, occurrence, "skip", at, reason=schedule.state.value)
        return None
    return _allowed(book, schedule, occurrence, at)


def _allowed(
    book: Book, schedule: Schedule, occurrence: Occurrence, at: datetime
) -> Errand | None:
    holder, wish = book.holders.find(schedule.holder), schedule.wish
    if holder is None or wish.most is None or wish.most_month is None:
        raise ValueError(f"schedule {schedule.id} may pay nothing")
    left = wish.most_month.minor - schedule_attempts.spent_without_asking(book, schedule, at)
    most = replace(wish.most, minor=min(wish.most.minor, left))
    errand = Errand(holder, schedule, occurrence, most)
    if most.minor <= 0 and not schedule_attempts.attempted(book, occurrence).has_paid:
        _refused(book, errand, _month_spent(schedule, at), at)
        return None
    return errand


def _is_paying(book: Book, schedule: Schedule, occurrence: Occurrence) -> bool:
    newest = book.schedules.occurrences(
        schedule.holder, schedule.id, limit=schedule_life.KEPT_IN_VIEW
    )
    return any(
        each.state is OccurrenceState.PAYING and each.id != occurrence.id for each in newest
    )


def _paid(book: Book, errand: Errand, paid: ProviderProposal, at: datetime) -> None:
    if paid.payment is None or paid.payment.state is ProviderPaymentState.FAILED:
        # Its own message has told of it.
        schedule_life.move(book, errand.occurrence, "fail", at, reason="provider_refused")
    else:
        schedule_life.move(book, errand.occurrence, "settle", at, cost=paid.payment.given)
    _finish(book, errand.schedule, at)


def _refused(book: Book, errand: Errand, refusal: WalletError, at: datetime) -> None:
    """Put it off, let it be, or ask the holder."""
    schedule, occurrence = errand.schedule, errand.occurrence
    if schedule.state is not ScheduleState.ACTIVE:
        schedule_life.move(book, occurrence, "skip", at, reason=schedule.state.value)
        return
    if isinstance(refusal, AllowanceError) and errand.most != schedule.wish.most:
        refusal = _month_spent(schedule, at)
    reason = refusal.code
    logger.info("schedule not paid", schedule=schedule.id, period=occurrence.period, code=reason)
    again = _again(schedule, occurrence, refusal, at)
    if again is not None:
        tries = occurrence.tries + 1
        put_off = schedule_life.move(
            book, occurrence, "retry", at, next_at=again, tries=tries, reason=reason
        )
        if tries == 1 and isinstance(refusal, InsufficientFundsError):
            tell(book, put_off, at)
        return
    event = "skip" if isinstance(refusal, WalletLockedError) else "fail"
    tell(book, schedule_life.move(book, occurrence, event, at, reason=reason), at)
    _finish(book, schedule, at)


def _again(
    schedule: Schedule, occurrence: Occurrence, refusal: WalletError, at: datetime
) -> datetime | None:
    """When it is worth trying again by itself, if it is: before it falls due the next time."""
    rule = schedule.wish.rule
    again: datetime | None = None
    if isinstance(refusal, _OVERTAKEN):
        again = at
    elif isinstance(refusal, InsufficientFundsError):
        tomorrow = calendars.local_day(at, rule.zone) + timedelta(days=1)
        again = calendars.moment(tomorrow, rule.at, rule.zone)
    elif isinstance(refusal, _PROVIDER_AWAY):
        again = at + SOON
    elif isinstance(refusal, ProviderClosedError):
        opens_at = refusal.values.get("opens_at")
        is_soon = isinstance(opens_at, datetime) and opens_at - at <= timedelta(days=1)
        again = opens_at if is_soon and isinstance(opens_at, datetime) else None
    following = calendars.following(rule, occurrence.at)
    is_late = again is not None and following is not None and following.at <= again
    return None if is_late or occurrence.tries >= TRIES_MOST else again


def _remind_again(book: Book, schedule: Schedule, occurrence: Occurrence, at: datetime) -> None:
    if schedule_attempts.paid(book, schedule, occurrence).has_paid:
        schedule_life.move(book, occurrence, "settle", at)
    else:
        tell(book, schedule_life.move(book, occurrence, "remind", at), at)


def _was_paid(book: Book, schedule: Schedule) -> bool:
    """Whether the holder has paid this account since the schedule was made."""
    wish = schedule.wish
    provider = book.catalogue.provider(wish.provider)
    if provider is None:
        return False
    account = wish.fields.get(provider.fields[0].name, "")
    since = schedule.created_at
    return bool(book.provider_payments.to_account(schedule.holder, provider.id, account, since))


def _finish(book: Book, schedule: Schedule, at: datetime) -> None:
    """What happens once is over."""
    is_once = schedule.wish.rule.every is Every.ONCE
    if is_once and schedule.state is not ScheduleState.ENDED:
        schedule_life.change(book, schedule, "end", at, actor="wallet")


def tell(book: Book, occurrence: Occurrence, at: datetime) -> None:
    """Have the bot say how it stands with *occurrence*."""
    holders.notify(
        book,
        occurrence.holder,
        "schedule",
        f"occurrence/{occurrence.id}",
        at,
        key=f"schedule:{occurrence.id}:{occurrence.turn}",
        priority=4,
    )


def _month_spent(schedule: Schedule, at: datetime) -> MonthSpentError:
    _, resets_at = calendars.month_of(at, schedule.wish.rule.zone)
    return MonthSpentError(limit=schedule.wish.most_month, resets_at=resets_at)
