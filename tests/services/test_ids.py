"""Ids sort by age and cannot be guessed; times are exact."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.clock import from_micros, to_micros
from services.ids import new_id

MOMENTS = st.datetimes(
    min_value=datetime(1970, 1, 1),  # noqa: DTZ001  # hypothesis adds the zone
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@given(at=MOMENTS, later=st.integers(1, 10**12))
def test_later_ids_are_greater(at: datetime, later: int) -> None:
    """Pages of a list follow the id, so an id must follow time to the microsecond."""
    assert new_id(at) < new_id(at + timedelta(microseconds=later + 3))


@given(at=MOMENTS)
def test_id_is_a_version_seven_uuid(at: datetime) -> None:
    """Shops slice UUIDs out of links, and databases know them."""
    made = UUID(new_id(at))

    assert (made.version, made.variant) == (7, "specified in RFC 4122")


def test_ids_of_one_moment_differ() -> None:
    """A thousand people tap in the same microsecond of a stopped clock."""
    at = datetime(2026, 11, 24, tzinfo=UTC)

    assert len({new_id(at) for _ in range(1000)}) == 1000


@given(at=MOMENTS)
def test_times_survive_storage(at: datetime) -> None:
    """No float on the way: not a microsecond is lost in 2199."""
    assert from_micros(to_micros(at)) == at
