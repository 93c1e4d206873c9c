"""Opening hours: over midnight, weekends and clock changes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.opening_hours import Hours, Span

MOSCOW = ZoneInfo("Europe/Moscow")
NIGHTS = Hours("Europe/Moscow", (Span((4,), 22 * 60, 6 * 60),))
ALWAYS = Hours("Europe/Moscow", (Span(tuple(range(7)), 0, 24 * 60),))


def test_span_over_midnight_belongs_to_the_day_it_begins_on() -> None:
    friday = datetime(2026, 11, 27, 21, 59, tzinfo=MOSCOW)

    assert not NIGHTS.open_at(friday)
    assert NIGHTS.open_at(friday + timedelta(minutes=1))
    assert NIGHTS.open_at(friday + timedelta(hours=8))
    assert not NIGHTS.open_at(friday + timedelta(hours=8, minutes=1))
    assert NIGHTS.opens_at(friday + timedelta(hours=9)) == friday + timedelta(days=7, minutes=1)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_always_open_is_never_closed(at: datetime) -> None:
    assert ALWAYS.open_at(at)
    assert ALWAYS.opens_at(at) == at


@st.composite
def hours(draw: st.DrawFn) -> Hours:
    zones = ["Europe/Moscow", "Europe/Berlin", "Australia/Lord_Howe", "America/New_York"]
    minutes = st.integers(0, 24 * 60 - 1)
    days = st.sets(st.integers(0, 6), min_size=1).map(tuple)
    spans = draw(st.lists(st.builds(Span, days, minutes, minutes), min_size=1, max_size=3))
    return Hours(draw(st.sampled_from(zones)), tuple(spans))


@given(hours(), st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_it_is_open_when_it_opens_and_not_before(hours: Hours, at: datetime) -> None:
    """Over clock changes of both hemispheres too."""
    opens = hours.opens_at(at)

    assert opens >= at
    assert hours.open_at(opens)
    assert (opens == at) == hours.open_at(at)
    assert opens == at or not hours.open_at(opens - timedelta(microseconds=1))


@pytest.mark.parametrize(
    ("day", "opens"),
    [("2026-03-29", "2026-03-29 01:30"), ("2026-10-25", "2026-10-25 00:30")],
)
def test_hour_that_is_missing_or_comes_twice(day: str, opens: str) -> None:
    """In Berlin half past two is not there in March, and comes twice in October."""
    half_past_two = Hours("Europe/Berlin", (Span((6,), 2 * 60 + 30, 12 * 60),))
    midnight = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo("Europe/Berlin"))

    assert half_past_two.opens_at(midnight) == datetime.fromisoformat(opens).replace(tzinfo=UTC)
