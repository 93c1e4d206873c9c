"""The clock of a process that serves: what is done to the machine's is not done to it."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.clock import LEAP_MAX, LeapingClock, SteadyClock, steady_clock, system_clock
from tests.clock import TestClock

SECOND_NS = 10**9


class Machine:
    """A wall clock that can be set, and a counter that cannot."""

    def __init__(self) -> None:
        self.wall = TestClock()
        self.counted = 5 * SECOND_NS

    def passes(self, seconds: int) -> None:
        self.wall.now += timedelta(seconds=seconds)
        self.counted += seconds * SECOND_NS

    def clock(self) -> SteadyClock:
        return SteadyClock(wall=self.wall, passed_ns=lambda: self.counted)


@pytest.fixture
def machine() -> Machine:
    return Machine()


def test_undisturbed_it_is_the_machines(machine: Machine) -> None:
    """To the microsecond."""
    clock = machine.clock()
    machine.passes(3600)

    assert clock() == machine.wall()


@pytest.mark.parametrize("hours", [-24, -1, 1, 24 * 3650])
def test_clock_that_was_set_is_not_believed(machine: Machine, hours: int) -> None:
    """Back or ten years on: a code lives its five minutes."""
    clock = machine.clock()
    before = clock()
    machine.wall.now += timedelta(hours=hours)
    machine.passes(300)

    assert clock() - before == timedelta(minutes=5)
    assert machine.clock()() == machine.wall()  # the next start believes it


def test_small_correction_ahead_is_followed(machine: Machine) -> None:
    """As a time server makes them."""
    clock = machine.clock()
    machine.wall.now += LEAP_MAX

    assert clock() == machine.wall()


def test_clock_set_right_again_is_followed(machine: Machine) -> None:
    """Whoever mends it mends it here too."""
    clock = machine.clock()
    machine.wall.now += timedelta(days=1)
    clock()
    machine.wall.now -= timedelta(days=1)
    machine.passes(60)

    assert clock() == machine.wall()


@given(st.lists(st.tuples(st.integers(-(10**6), 10**6), st.integers(0, 10**4)), max_size=20))
def test_it_never_runs_backwards_nor_slower_than_time(jumps: list[tuple[int, int]]) -> None:
    """Whatever the wall clock does, as much has passed as has passed."""
    machine = Machine()
    clock = machine.clock()
    at = clock()
    for jump, seconds in jumps:
        machine.wall.now += timedelta(seconds=jump)
        machine.passes(seconds)
        later = clock()
        passed = timedelta(seconds=seconds)
        assert passed <= later - at <= passed + LEAP_MAX
        at = later


def test_real_one_is_near_the_machines() -> None:
    """Both are read."""
    clock = steady_clock()

    assert abs(clock() - system_clock()) < timedelta(seconds=5)


def test_pretended_clock_leaps_ahead_and_never_back(machine: Machine) -> None:
    """A month passes at once; what was measured before stays before."""
    clock = LeapingClock(machine.wall)
    before = clock()

    clock.leap(timedelta(days=30))

    assert clock() == before + timedelta(days=30)
    with pytest.raises(ValueError, match="back"):
        clock.leap(timedelta(seconds=-1))
