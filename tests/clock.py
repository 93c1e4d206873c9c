"""A clock that tests move by hand."""

from datetime import UTC, datetime, timedelta


class TestClock:
    """Stands still until it is told otherwise."""

    __test__ = False

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **units: int) -> None:
        """`advance(minutes=5)`."""
        self.now += timedelta(**units)
