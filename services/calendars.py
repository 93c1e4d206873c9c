"""When a schedule falls due: days of a calendar at a local time, as moments.

A month without the day has its last one, and the month after that has the day again.  A
local time that a clock change leaves out is the first moment after it; one that comes twice
is its first.  So each period has exactly one moment, and those follow one another.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import count
from zoneinfo import ZoneInfo

from services.errors import InvalidRequestError

DAYS_MOST = 366
"""The longest distance of a rule that counts days."""

MORNING = time(10)
"""The local time of what names none: people are awake, and banks have opened."""

_WEEK = 7
_MONTHS = 12
_MONTH_DAYS = 31
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_DAY_FIRST = re.compile(
    r"(?P<day>[0-9]{1,2})[./-](?P<month>[0-9]{1,2})(?:[./-](?P<year>[0-9]{4}))?"
)
_YEAR_FIRST = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})")


class Every(StrEnum):
    """What repeats."""

    MONTH = "month"
    WEEK = "week"
    DAYS = "days"
    ONCE = "once"


class RuleError(InvalidRequestError):
    """There is no such day.  Values: least, most."""

    code = "schedule_rule"


class DateError(InvalidRequestError):
    """The text is no date that is still to come."""

    code = "date_not_understood"


@dataclass(frozen=True, slots=True)
class Rule:
    """Which days, and at what time of them.

    Raises:
        RuleError: *day* is no day of a month or week, or no number of days.
    """

    every: Every
    day: int
    """Of the month, 1 to 31; of the week, 1 for Monday; or the number of days between two."""
    starts: date
    """The first day that counts: of `once` the day itself, of `days` the first of them."""
    zone: str
    """IANA name of the time zone whose days and hours these are."""
    at: time = MORNING

    def __post_init__(self) -> None:
        most = {Every.MONTH: _MONTH_DAYS, Every.WEEK: _WEEK}.get(self.every, DAYS_MOST)
        if not 1 <= self.day <= most:
            raise RuleError(least=1, most=most)


@dataclass(frozen=True, slots=True)
class Due:
    """One time that a rule falls due."""

    period: str
    """What it is due for, named once: `2026-11`, `2026-W48`, `2026-11-24` or `once`."""
    on: date
    at: datetime


def following(rule: Rule, after: datetime) -> Due | None:
    """The first that falls due later than *after*, or None where none does."""
    # No clock change moves a day by more than one, so nothing before that can be later.
    for due in from_day(rule, local_day(after, rule.zone) - 2 * _DAY):
        if due.at > after:
            return due
    return None


def from_day(rule: Rule, day: date) -> Iterator[Due]:
    """All of *day* and later, in order."""
    for on in _days(rule, max(day, rule.starts)):
        yield Due(_period(rule, on), on, moment(on, rule.at, rule.zone))


def moment(day: date, at: time, zone: str) -> datetime:
    """When the clocks of *zone* show *at* on *day*, in UTC.

    Where they skip it, the first moment after; where they show it twice, the first time.
    """
    wanted = datetime.combine(day, at)
    zoned = _zone(zone)
    found = wanted.replace(tzinfo=zoned).astimezone(UTC)
    if _shown(found, zoned) == wanted:
        return found
    # PEP 495: in a gap the two folds are read with the offsets of before and after it, so
    # that the change lies between them.
    early = wanted.replace(tzinfo=zoned, fold=1).astimezone(UTC)
    return _change_between(early, found, wanted, zoned)


def local_day(at: datetime, zone: str) -> date:
    """The day that the calendars of *zone* show at the moment *at*."""
    return at.astimezone(_zone(zone)).date()


def month_of(at: datetime, zone: str) -> tuple[datetime, datetime]:
    """The first moments of the local month of *at* and of the one after it."""
    first = local_day(at, zone).replace(day=1)
    after = (first + _MONTH_DAYS * _DAY).replace(day=1)
    return moment(first, time(), zone), moment(after, time(), zone)


def parse_date(text: str, today: date) -> date:
    """A date as people write it: `24.12`, `24.12.2026` or `2026-12-24`; the next such one.

    Raises:
        DateError: There is no such day, or it is past.
    """
    match = _DAY_FIRST.fullmatch(text.strip()) or _YEAR_FIRST.fullmatch(text.strip())
    if match is None:
        raise DateError
    day, month = int(match["day"]), int(match["month"])
    years = [int(match["year"])] if match["year"] else [today.year, today.year + 1]
    try:
        return next(each for year in years if (each := date(year, month, day)) >= today)
    except (ValueError, StopIteration):
        raise DateError from None


@lru_cache(64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _shown(at: datetime, zone: ZoneInfo) -> datetime:
    """What the clocks of *zone* show at that moment."""
    return at.astimezone(zone).replace(tzinfo=None)


def _change_between(early: datetime, late: datetime, wanted: datetime, zone: ZoneInfo) -> datetime:
    """The first moment after *early* at which the clocks show more than *wanted*."""
    least, most = 0, (late - early) // _SECOND
    while least < most:
        middle = (least + most) // 2
        if _shown(early + middle * _SECOND, zone) > wanted:
            most = middle
        else:
            least = middle + 1
    return early + most * _SECOND


def _days(rule: Rule, day: date) -> Iterator[date]:
    """The days of the rule, from *day* on, to the end of the calendar."""
    try:
        match rule.every:
            case Every.MONTH:
                yield from _monthly(rule.day, day)
            case Every.WEEK:
                ahead = (rule.day - day.isoweekday()) % _WEEK
                yield from (day + (ahead + _WEEK * each) * _DAY for each in count())
            case Every.DAYS:
                ahead = (rule.starts - day).days % rule.day
                yield from (day + (ahead + rule.day * each) * _DAY for each in count())
            case Every.ONCE:
                yield from [rule.starts] * (rule.starts >= day)
    except OverflowError:  # the last day that can be written
        return


def _monthly(wanted: int, day: date) -> Iterator[date]:
    for number in range(day.year * _MONTHS + day.month - 1, (date.max.year + 1) * _MONTHS):
        year, month = divmod(number, _MONTHS)
        last = calendar.monthrange(year, month + 1)[1]
        found = date(year, month + 1, min(wanted, last))
        if found >= day:
            yield found


def _period(rule: Rule, on: date) -> str:
    match rule.every:
        case Every.MONTH:
            return f"{on:%Y-%m}"
        case Every.WEEK:
            year, week, _ = on.isocalendar()
            return f"{year}-W{week:02}"
        case Every.DAYS:
            return on.isoformat()
    return "once"
