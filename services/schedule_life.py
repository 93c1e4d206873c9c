"""A schedule and the times it falls due: their states, and how the next time is planned.

Each period of a schedule has one row, whose name follows from both.  The waiting work of a
row is named by its turn: whoever changes the row overtakes what waited.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any, Protocol

from services import calendars, provider_life
from services.account_fields import Field, Keep
from services.calendars import Due, Every, Rule
from services.catalogue import Provider
from services.due import Work
from services.errors import NotFoundError, RefusedError
from services.history import Step
from services.money import Money, currency
from services.states import advance


class Mode(StrEnum):
    """Whether the holder is reminded, or the wallet pays by itself."""

    REMIND = "remind"
    AUTO = "auto"


class ScheduleState(StrEnum):
    """Active and paused back and forth, until it has ended."""

    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


TRANSITIONS = {
    (ScheduleState.ACTIVE, "change"): ScheduleState.ACTIVE,
    (ScheduleState.ACTIVE, "pause"): ScheduleState.PAUSED,
    (ScheduleState.ACTIVE, "end"): ScheduleState.ENDED,
    (ScheduleState.PAUSED, "change"): ScheduleState.PAUSED,
    (ScheduleState.PAUSED, "resume"): ScheduleState.ACTIVE,
    (ScheduleState.PAUSED, "end"): ScheduleState.ENDED,
}
OPEN = (ScheduleState.ACTIVE, ScheduleState.PAUSED)


class OccurrenceState(StrEnum):
    """Planned until its time; what is not paid by itself waits for the holder, or is let be."""

    PLANNED = "planned"
    PAYING = "paying"
    REMINDED = "reminded"
    PAID = "paid"
    SKIPPED = "skipped"
    FAILED = "failed"


OCCURRENCE_TRANSITIONS = {
    (OccurrenceState.PLANNED, "begin"): OccurrenceState.PAYING,
    (OccurrenceState.PLANNED, "remind"): OccurrenceState.REMINDED,
    (OccurrenceState.PLANNED, "skip"): OccurrenceState.SKIPPED,
    (OccurrenceState.PLANNED, "fail"): OccurrenceState.FAILED,
    (OccurrenceState.PLANNED, "settle"): OccurrenceState.PAID,
    (OccurrenceState.PLANNED, "take"): OccurrenceState.REMINDED,
    (OccurrenceState.PAYING, "settle"): OccurrenceState.PAID,
    (OccurrenceState.PAYING, "retry"): OccurrenceState.PLANNED,
    (OccurrenceState.PAYING, "skip"): OccurrenceState.SKIPPED,
    (OccurrenceState.PAYING, "fail"): OccurrenceState.FAILED,
    (OccurrenceState.PAYING, "take"): OccurrenceState.REMINDED,
    (OccurrenceState.REMINDED, "remind"): OccurrenceState.REMINDED,
    (OccurrenceState.REMINDED, "take"): OccurrenceState.REMINDED,
    (OccurrenceState.REMINDED, "skip"): OccurrenceState.SKIPPED,
    (OccurrenceState.REMINDED, "settle"): OccurrenceState.PAID,
    (OccurrenceState.FAILED, "remind"): OccurrenceState.FAILED,
    (OccurrenceState.FAILED, "take"): OccurrenceState.FAILED,
    (OccurrenceState.FAILED, "skip"): OccurrenceState.SKIPPED,
    (OccurrenceState.FAILED, "settle"): OccurrenceState.PAID,
    (OccurrenceState.SKIPPED, "take"): OccurrenceState.REMINDED,
    (OccurrenceState.PAID, "take"): OccurrenceState.REMINDED,
}
WAITING = (OccurrenceState.REMINDED, OccurrenceState.FAILED)
"""The holder was told, and may pay, put off or skip it."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a holder wants done, and when."""

    provider: str
    fields: dict[str, str]
    amount: Money | None
    """None is asked each time."""
    source: str
    rule: Rule
    mode: Mode = Mode.REMIND
    before: int = 0
    """How many days before it falls due the holder is reminded."""
    most: Money | None = None
    """What may leave the source at one time without asking; of AUTO only."""
    most_month: Money | None = None
    """And in one local month."""
    cause: str = ""
    """`discount` where it ends with a discount; empty otherwise."""

    def content(self) -> dict[str, Any]:
        """What an offer and the table keep of it."""
        return {
            "provider": self.provider,
            "fields": self.fields,
            "amount": _stated(self.amount),
            "source": self.source,
            "every": self.rule.every.value,
            "day": self.rule.day,
            "starts": self.rule.starts.isoformat(),
            "zone": self.rule.zone,
            "at": self.rule.at.isoformat(),
            "mode": self.mode.value,
            "before": self.before,
            "most": _stated(self.most),
            "most_month": _stated(self.most_month),
            "cause": self.cause,
        }

    @classmethod
    def from_content(cls, content: dict[str, Any]) -> "Wish":
        """The wish that `content` wrote."""
        rule = Rule(
            Every(content["every"]),
            content["day"],
            date.fromisoformat(content["starts"]),
            content["zone"],
            time.fromisoformat(content["at"]),
        )
        return cls(
            provider=content["provider"],
            fields=content["fields"],
            amount=_money(content["amount"]),
            source=content["source"],
            rule=rule,
            mode=Mode(content["mode"]),
            before=content["before"],
            most=_money(content["most"]),
            most_month=_money(content["most_month"]),
            cause=content["cause"],
        )

    def wakes(self, due: Due) -> datetime:
        """When the wallet comes to it: so many days ahead where it only reminds."""
        ahead = due.on - timedelta(days=self.before)
        return calendars.moment(ahead, self.rule.at, self.rule.zone)


@dataclass(frozen=True, slots=True)
class Schedule:
    """A wish that was confirmed."""

    id: str
    holder: str
    wish: Wish
    created_at: datetime
    state: ScheduleState = ScheduleState.ACTIVE
    version: int = 1
    """Changes with every change of it, so that an old button is recognised."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One period of a schedule."""

    id: str
    holder: str
    schedule: str
    period: str
    on: date
    at: datetime
    changed_at: datetime
    state: OccurrenceState = OccurrenceState.PLANNED
    attempt: int = 1
    tries: int = 0
    """How often it was put off because it could not be paid just then."""
    turn: int = 0
    """Names the waiting work that counts; any other has been overtaken."""
    next_at: datetime | None = None
    cost: Money | None = None
    """What left the source without asking."""
    reason: str = ""

    @property
    def key(self) -> str:
        """The operation key of the attempt that may pay for it."""
        first = f"schedule:{self.schedule}:{self.period}"
        return first if self.attempt == 1 else f"{first}:{self.attempt}"

    @property
    def due(self) -> Due:
        """When it falls due."""
        return Due(self.period, self.on, self.at)


class ScheduleNotFoundError(NotFoundError):
    """No such schedule, or it is somebody else's, or it has ended."""

    code = "schedule_not_found"


class ScheduleChangedError(RefusedError):
    """The schedule, or what it fell due for, is not what the button was made for."""

    code = "schedule_changed"


class StoredSchedules(Protocol):
    """What storage keeps of schedules."""

    def add(self, schedule: Schedule) -> None:
        """Keep a new one."""

    def find(self, holder: str, schedule_id: str) -> Schedule | None:
        """The schedule, or None if *holder* has none such."""

    def of_holder(self, holder: str) -> list[Schedule]:
        """Those that have not ended, oldest first."""

    def change(self, schedule: Schedule) -> None:
        """Keep all that may change of it."""

    def occurrence(self, holder: str, occurrence_id: str) -> Occurrence | None:
        """The occurrence, or None if *holder* has none such."""

    def occurrences(self, holder: str, schedule_id: str, *, limit: int) -> list[Occurrence]:
        """The newest by when they fall due, newest first."""

    def put(self, occurrence: Occurrence) -> None:
        """Keep it, new or changed."""


class Book(provider_life.Book, Protocol):
    """The part of the book that schedules need."""

    @property
    def schedules(self) -> StoredSchedules: ...


KEPT_IN_VIEW = 64
"""As many of the newest are looked at when a schedule changes, and when a month is summed."""


def theirs(book: Book, holder: str, schedule_id: str, *, version: int | None = None) -> Schedule:
    """The schedule that has not ended, if it is *holder*'s; nobody else changes it meanwhile.

    Raises:
        ScheduleNotFoundError: It is not.
        ScheduleChangedError: It is not of that *version*.
    """
    found = book.schedules.find(holder, schedule_id)
    if found is None or found.state not in OPEN:
        raise ScheduleNotFoundError
    if version is not None and found.version != version:
        raise ScheduleChangedError
    return found


def change(
    book: Book, schedule: Schedule, event: str, at: datetime, *, actor: str = "holder"
) -> Schedule:
    """Carry *schedule*, which holds what changes of it, along an edge of its state machine."""
    state = advance(TRANSITIONS, schedule.state, event)
    changed = replace(schedule, state=state, version=schedule.version + 1)
    book.schedules.change(changed)
    book.steps.add(f"schedule/{schedule.id}", Step(event, state.value, actor, at))
    return changed


def move(
    book: Book,
    occurrence: Occurrence,
    event: str,
    at: datetime,
    *,
    actor: str = "wallet",
    next_at: datetime | None = None,
    is_in_hand: bool = False,
    **fields: Any,
) -> Occurrence:
    """Carry *occurrence* along an edge; work that waited for it is overtaken.

    The wallet comes back to it at *next_at*, where that is given.  What *is_in_hand* stays
    with the work that is being done now, and with whoever does it again after a crash.
    """
    state = advance(OCCURRENCE_TRANSITIONS, occurrence.state, event)
    moved = replace(occurrence, state=state, changed_at=at, **fields)
    if is_in_hand:
        book.schedules.put(moved)
    else:
        moved = come_back(book, moved, next_at, at)
    reason = f"{moved.period} {moved.reason}".strip()
    book.steps.add(f"schedule/{moved.schedule}", Step(event, state.value, actor, at, reason))
    return moved


def come_back(
    book: Book, occurrence: Occurrence, next_at: datetime | None, at: datetime
) -> Occurrence:
    """Have the wallet look at it at *next_at*, or no more; what waited is overtaken."""
    book.due.cancel(_work_key(occurrence))
    kept = replace(occurrence, turn=occurrence.turn + 1, next_at=next_at)
    book.schedules.put(kept)
    if next_at is not None:
        payload = {
            "holder": kept.holder,
            "schedule": kept.schedule,
            "occurrence": kept.id,
            "turn": kept.turn,
        }
        lane = f"holder/{kept.holder}"
        book.due.add(Work(_work_key(kept), "schedule", lane, payload, next_at, at, priority=3))
    return kept


def plan(book: Book, schedule: Schedule, after: datetime, at: datetime) -> Occurrence | None:
    """The next time later than *after* that nothing has been done about yet; None is never."""
    rule, known = schedule.wish.rule, after
    while (due := calendars.following(rule, known)) is not None:
        name = occurrence_id(schedule.id, due.period)
        found = book.schedules.occurrence(schedule.holder, name)
        fresh = found is None or (found.state is OccurrenceState.PLANNED and not found.tries)
        if fresh:
            turn = 0 if found is None else found.turn
            planned = Occurrence(
                name, schedule.holder, schedule.id, due.period, due.on, due.at, at, turn=turn
            )
            return come_back(book, planned, max(schedule.wish.wakes(due), at), at)
        known = due.at
    return None


def let_go(book: Book, schedule: Schedule, reason: str, at: datetime) -> None:
    """Nothing is done by itself any more: what was planned is off, what waits stays."""
    for each in book.schedules.occurrences(schedule.holder, schedule.id, limit=KEPT_IN_VIEW):
        if each.state is OccurrenceState.PLANNED and each.tries:
            move(book, each, "skip", at, reason=reason)
        elif each.next_at is not None and each.state is not OccurrenceState.PAYING:
            come_back(book, each, None, at)


def occurrence_id(schedule_id: str, period: str) -> str:
    """The name of a period's row, which follows from them: there is one however often."""
    return sha256(f"{schedule_id}/{period}".encode()).hexdigest()[:32]


def asked_each_time(provider: Provider) -> tuple[Field, ...]:
    """What is another at each payment: the readings of meters."""
    return tuple(each for each in provider.fields if each.keep is Keep.METER)


def _work_key(occurrence: Occurrence) -> str:
    return f"schedule:{occurrence.id}:{occurrence.turn}"


def _stated(amount: Money | None) -> dict[str, Any] | None:
    if amount is None:
        return None
    return {"minor": amount.minor, "currency": amount.currency.code}


def _money(stated: dict[str, Any] | None) -> Money | None:
    return None if stated is None else Money(stated["minor"], currency(stated["currency"]))
