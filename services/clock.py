"""Time as the services see it: aware, in UTC, read at the edge and passed in."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def system_clock() -> datetime:
    """The machine's time."""
    return datetime.now(UTC)


def to_micros(at: datetime) -> int:
    """Whole microseconds since 1970, as storage keeps times; exact."""
    return (at - EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """The moment that `to_micros` made *micros* of."""
    return EPOCH + timedelta(microseconds=micros)
