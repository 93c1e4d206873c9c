"""When a provider takes payments: days of the week and times in its own zone.

Clock changes are the zone's: a time that does not exist counts as the moment after the
change, one that happens twice as its first.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_OF_DAY = 24 * 60
_LOOKED_AHEAD = 8
"""Days: a week, and the day on which a span of last night may still be open."""


@dataclass(frozen=True, slots=True)
class Span:
    """Open on some days from one time to another, in minutes after midnight.

    One that closes no later than it opens ends on the next day.
    """

    days: tuple[int, ...]
    """0 is Monday."""
    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class Hours:
    """The opening hours of a provider that is not always open."""

    zone: str
    spans: tuple[Span, ...]
    """At least one, on at least one day."""

    def open_at(self, at: datetime) -> bool:
        """Whether it is open at that moment."""
        return any(opens <= at < closes for opens, closes in self._around(at))

    def opens_at(self, at: datetime) -> datetime:
        """When it is next open, at *at* or later."""
        return max(min(opens for opens, closes in self._around(at) if closes > at), at)

    def _around(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The times it is open from yesterday on, for a week."""
        zone = ZoneInfo(self.zone)
        midnight = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        for ahead in range(-1, _LOOKED_AHEAD):
            day = midnight + timedelta(days=ahead)  # by the calendar: clock changes are no matter
            for span in self.spans:
                if day.weekday() in span.days:
                    length = span.closes + MINUTES_OF_DAY * (span.closes <= span.opens)
                    yield _moment(day, span.opens), _moment(day, length)


def _moment(midnight: datetime, minutes: int) -> datetime:
    return (midnight + timedelta(minutes=minutes)).astimezone(UTC)
