"""Time as the services see it: aware, in UTC, read at the edge and passed in."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog

logger = structlog.get_logger(__name__)

Clock = Callable[[], datetime]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

SLACK = timedelta(seconds=1)
"""By how much two clocks may differ without anybody having set one."""


def system_clock() -> datetime:
    """The machine's time."""
    return datetime.now(UTC)


LEAP_MAX = timedelta(minutes=10)
"""How far the machine's clock may go ahead at once and still be believed."""


class SteadyClock:
    """The machine's time, which a process sees neither run backwards nor leap ahead.

    A code must not live longer, nor a hold end earlier, because somebody set the clock.
    What passes is measured beside it; a machine's time that is too far from that is
    believed by the next start.
    """

    def __init__(self, *, wall: Clock, passed_ns: Callable[[], int]) -> None:
        """*passed_ns* counts on whatever the clock is set to, also while the machine sleeps."""
        self._wall = wall
        self._passed_ns = passed_ns
        self._at, self._counted = wall(), passed_ns()
        self._is_off = False

    def __call__(self) -> datetime:
        counted = self._passed_ns()
        expected = self._at + timedelta(microseconds=(counted - self._counted) // 1000)
        wall = self._wall()
        is_off = not expected - SLACK <= wall <= expected + LEAP_MAX
        if is_off and not self._is_off:
            logger.error("the machine's clock was set", to=str(wall), expected=str(expected))
        self._is_off = is_off
        self._at = expected if is_off else max(wall, expected)
        self._counted = counted
        return self._at


class LeapingClock:
    """A clock that can be moved ahead, for a wallet whose whole world is pretended."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ahead = timedelta(0)

    def __call__(self) -> datetime:
        return self._clock() + self._ahead

    def leap(self, by: timedelta) -> None:
        """Let *by* pass at once.

        Raises:
            ValueError: It would go back.
        """
        if by < timedelta(0):
            raise ValueError("time does not go back")
        self._ahead += by


def steady_clock(wall: Clock = system_clock) -> Clock:
    """The clock of a process that serves, which begins at what *wall* says."""
    # Linux has one that goes on while the machine sleeps.
    counter = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return SteadyClock(wall=wall, passed_ns=partial(time.clock_gettime_ns, counter))


def to_micros(at: datetime) -> int:
    """Whole microseconds since 1970, as storage keeps times; exact."""
    return (at - EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """The moment that `to_micros` made *micros* of."""
    return EPOCH + timedelta(microseconds=micros)
