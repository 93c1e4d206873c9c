"""When a schedule falls due: month lengths, leap years, zones and their clock changes."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.calendars import (
    DAYS_MOST,
    DateError,
    Due,
    Every,
    Rule,
    RuleError,
    following,
    local_day,
    moment,
    month_of,
    parse_date,
)

ZONES = (
    "Europe/Moscow",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Pacific/Apia",
    "Australia/Lord_Howe",
)
CHANGES = [
    date.fromisoformat(day)
    for day in (
        *("2011-12-29", "2011-12-30", "2026-03-29", "2026-10-25", "2026-03-08", "2026-11-01"),
        *("2026-10-04", "2026-04-05", "2010-03-28", "2011-03-27", "2014-10-26", "2028-02-29"),
    )
]
"""Days on which clocks of those zones were changed, or a day fell out."""

DAYS = st.one_of(st.dates(date(1985, 1, 1), date(2036, 12, 1)), st.sampled_from(CHANGES))
TIMES = st.one_of(
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.sampled_from([time(), time(1, 30), time(2), time(2, 15), time(2, 30), time(3)]),
)


@pytest.fixture
def engine() -> str:
    """Nothing is stored here."""
    return "sqlite"


def moscow(every: Every, day: int, starts: date = date(2026, 1, 1)) -> Rule:
    return Rule(every, day, starts, "Europe/Moscow")


def first(rule: Rule, number: int, after: datetime | None = None) -> list[Due]:
    found: list[Due] = []
    known = after or datetime(2020, 1, 1, tzinfo=UTC)
    while len(found) < number and (due := following(rule, known)) is not None:
        found.append(due)
        known = due.at
    return found


def test_short_months_have_their_last_day_and_long_ones_the_31st_again() -> None:
    """January 31, February 28, March 31: the day wanted is not forgotten."""
    dues = first(moscow(Every.MONTH, 31), 5)

    assert [f"{due.on:%m-%d}" for due in dues] == ["01-31", "02-28", "03-31", "04-30", "05-31"]
    assert [due.period for due in dues][:2] == ["2026-01", "2026-02"]


@pytest.mark.parametrize(("day", "last"), [(29, "2028-02-29"), (30, "2028-02-29")])
def test_leap_years_have_the_29th(day: int, last: str) -> None:
    [due] = first(moscow(Every.MONTH, day, date(2028, 2, 1)), 1)

    assert due.on.isoformat() == last


def test_weeks_and_days_are_counted() -> None:
    weekly = first(moscow(Every.WEEK, 1, date(2026, 12, 24)), 3)
    tenth = first(moscow(Every.DAYS, 10, date(2026, 12, 24)), 3)

    assert [due.period for due in weekly] == ["2026-W53", "2027-W01", "2027-W02"]
    assert [due.period for due in tenth] == ["2026-12-24", "2027-01-03", "2027-01-13"]


def test_once_is_once() -> None:
    rule = moscow(Every.ONCE, 1, date(2026, 12, 24))

    [due] = first(rule, 9)

    assert due == Due("once", date(2026, 12, 24), datetime(2026, 12, 24, 7, tzinfo=UTC))
    assert following(rule, due.at) is None


@pytest.mark.parametrize(
    ("zone", "day", "at", "expected"),
    [
        # Berlin's clocks go from 2:00 to 3:00, and back from 3:00 to 2:00
        ("Europe/Berlin", "2026-03-29", "02:30", "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T00:30"),
        ("America/New_York", "2026-03-08", "02:00", "2026-03-08T07:00"),
        ("America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30"),
        # half an hour only
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:30"),
        ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45"),
        # Samoa had no 30 December 2011 at all
        ("Pacific/Apia", "2011-12-30", "10:00", "2011-12-30T10:00"),
        # Moscow changed its zone: from +4 to +3
        ("Europe/Moscow", "2014-10-26", "01:30", "2014-10-25T21:30"),
        ("Asia/Kolkata", "2026-06-01", "10:00", "2026-06-01T04:30"),
    ],
)
def test_what_clocks_skip_is_the_moment_after_and_what_comes_twice_the_first(
    zone: str, day: str, at: str, expected: str
) -> None:
    found = moment(date.fromisoformat(day), time.fromisoformat(at), zone)

    assert found == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@given(st.sampled_from(ZONES), DAYS, TIMES)
def test_a_skipped_time_is_never_shown_before_and_its_moment_is_the_first_after(
    zone: str, day: date, at: time
) -> None:
    """A second before the moment the clocks show less than what is wanted."""
    wanted = datetime.combine(day, at)
    found = moment(day, at, zone)
    before = found - timedelta(seconds=1)

    assert _shown(found, zone) >= wanted
    assert _shown(before, zone) < wanted


@given(st.sampled_from(ZONES), DAYS, TIMES, st.integers(1, 31))
def test_each_month_has_one(zone: str, starts: date, at: time, day: int) -> None:
    """In order, each in the month after the one before, on the day wanted or the last."""
    rule = Rule(Every.MONTH, day, starts, zone, at)
    dues = first(rule, 16, moment(starts, at, zone) - timedelta(days=3))

    assert len({due.period for due in dues}) == len(dues)
    for one, next_one in pairwise(dues):
        assert one.at < next_one.at
        months = [due.on.year * 12 + due.on.month for due in (one, next_one)]
        assert months[1] - months[0] == 1
    for due in dues:
        assert due.on.day == day or (due.on + timedelta(days=1)).day == 1
        assert due.on.day <= day


@given(
    st.sampled_from(ZONES),
    DAYS,
    TIMES,
    st.one_of(
        st.tuples(st.just(Every.WEEK), st.integers(1, 7)),
        st.tuples(st.just(Every.DAYS), st.integers(1, DAYS_MOST)),
    ),
)
def test_periods_follow_one_another(
    zone: str, starts: date, at: time, every: tuple[Every, int]
) -> None:
    """Never two for one period, never two at one moment, and none is left out."""
    rule = Rule(every[0], every[1], starts, zone, at)
    dues = first(rule, 16, moment(starts, at, zone) - timedelta(days=3))
    apart = 7 if rule.every is Every.WEEK else rule.day

    assert dues[0].on >= starts
    assert len({due.period for due in dues}) == len(dues)
    for one, next_one in pairwise(dues):
        assert one.at < next_one.at
        is_skipped_day = _shown(one.at, zone).date() != one.on
        assert (next_one.on - one.on).days == apart or is_skipped_day


@given(st.sampled_from(ZONES), DAYS, TIMES, st.integers(1, 31), st.integers(0, 400))
def test_the_next_one_is_the_first_later_than_any_moment(
    zone: str, starts: date, at: time, day: int, hours: int
) -> None:
    rule = Rule(Every.MONTH, day, starts, zone, at)
    after = moment(starts, time(), zone) + timedelta(hours=hours)
    due = following(rule, after)

    assert due is not None
    assert due.at > after
    all_of_them = first(rule, 4, moment(starts, time(), zone) - timedelta(days=3))
    assert due == next(each for each in all_of_them if each.at > after)


def test_the_calendar_has_an_end() -> None:
    """The last day that can be written is followed by nothing, not by an error."""
    after = datetime(9999, 12, 30, tzinfo=UTC)

    for every in (Every.WEEK, Every.DAYS):
        assert len(first(Rule(every, 7, date(9999, 12, 1), "UTC"), 9, after)) <= 1


@pytest.mark.parametrize(
    ("every", "day"), [(Every.MONTH, 0), (Every.MONTH, 32), (Every.WEEK, 8), (Every.DAYS, 367)]
)
def test_days_that_are_none_are_refused(every: Every, day: int) -> None:
    with pytest.raises(RuleError):
        moscow(every, day)


def test_a_month_is_the_local_one() -> None:
    """At eleven in the evening of the last day in UTC, Moscow is a month further."""
    since, until = month_of(datetime(2026, 11, 30, 23, tzinfo=UTC), "Europe/Moscow")

    assert since == datetime(2026, 11, 30, 21, tzinfo=UTC)
    assert until == datetime(2026, 12, 31, 21, tzinfo=UTC)
    assert local_day(since, "Europe/Moscow") == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("24.12", "2026-12-24"),
        (" 1/2 ", "2027-02-01"),
        ("24.11", "2026-11-24"),
        ("24.12.2027", "2027-12-24"),
        ("2026-12-24", "2026-12-24"),
    ],
)
def test_dates_are_read_as_people_write_them(typed: str, expected: str) -> None:
    """Without a year it is the next such day."""
    assert parse_date(typed, date(2026, 11, 24)).isoformat() == expected


@pytest.mark.parametrize(
    "typed", ["", "tomorrow", "31.02", "23.11.2026", "1.2.3.4", "9" * 5000, "0.0", "٢٤.١٢"]
)
def test_what_is_no_day_to_come_is_refused(typed: str) -> None:
    with pytest.raises(DateError):
        parse_date(typed, date(2026, 11, 24))


def _shown(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
