"""What is shown of schedules: when one comes next, and what has become of past times."""

from dataclasses import dataclass

from services import schedule_attempts
from services.catalogue import Provider
from services.schedule_attempts import Attempt
from services.schedule_life import Book, Occurrence, OccurrenceState, Schedule

SHOWN = 6
"""The newest times that a schedule's page looks back on."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One time that a schedule fell due, and what has become of it."""

    occurrence: Occurrence
    attempt: Attempt

    @property
    def is_paid(self) -> bool:
        """Whether the money is on its way or there."""
        return self.attempt.has_paid

    @property
    def may_be_paid(self) -> bool:
        """Whether the holder may pay for it now."""
        has_begun = self.occurrence.state is not OccurrenceState.PLANNED or self.occurrence.tries
        return bool(has_begun) and not self.attempt.has_paid


@dataclass(frozen=True, slots=True)
class SchedulePage:
    """A schedule, when it comes next and how it went."""

    schedule: Schedule
    provider: Provider
    next: Occurrence | None
    past: tuple[Seen, ...]
    """Newest first."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """What a message about one time says."""

    schedule: Schedule
    provider: Provider
    seen: Seen


def page(book: Book, schedule: Schedule, *, limit: int = SHOWN) -> SchedulePage:
    """*schedule* with the next time and the *limit* newest."""
    newest = book.schedules.occurrences(schedule.holder, schedule.id, limit=limit + 1)
    is_next = [each for each in newest if each.state is OccurrenceState.PLANNED and each.next_at]
    past = [each for each in newest if each.state is not OccurrenceState.PLANNED or each.tries]
    return SchedulePage(
        schedule=schedule,
        provider=_provider(book, schedule),
        next=is_next[-1] if is_next else None,
        past=tuple(
            Seen(each, schedule_attempts.paid(book, schedule, each)) for each in past[:limit]
        ),
    )


def reminder(book: Book, schedule: Schedule, occurrence: Occurrence) -> Reminder:
    """*occurrence* with all that is said of it."""
    seen = Seen(occurrence, schedule_attempts.paid(book, schedule, occurrence))
    return Reminder(schedule, _provider(book, schedule), seen)


def _provider(book: Book, schedule: Schedule) -> Provider:
    found = book.catalogue.provider(schedule.wish.provider)
    if found is None:
        raise ValueError(f"schedule {schedule.id} pays no provider")
    return found
