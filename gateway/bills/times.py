"""Times as QIWI's clients write and read them: Moscow's, whatever came in."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from gateway.bills.amounts import NotReadError
from services.invoices import LIFETIME_MAX

MOSCOW = timezone(timedelta(hours=3))

_MICRO_DIGITS = 6
_TIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[T ]([0-9]{2}):?([0-9]{2})"
    r"(?::?([0-9]{2})(?:[.,]([0-9]{1,9}))?)?"
    r" ?(?:([Zz])|([-+ ])([0-9]{2}):?([0-9]{2})?)?"
)


class TimeNotUnderstoodError(NotReadError):
    """The text is not a date with a time."""


def parse_time(text: str, zone: tzinfo = MOSCOW) -> datetime:
    """A moment in UTC; *zone* is meant where none is written.

    Seconds, their fraction and the colons may be missing.  A blank stands for the plus of
    an offset: that is what becomes of one in an address.

    Raises:
        TimeNotUnderstoodError: It is no such text, or there is no such moment.
    """
    match = _TIME.fullmatch(text.strip())
    if match is None:
        raise TimeNotUnderstoodError
    fraction = (match[7] or "")[:_MICRO_DIGITS].ljust(_MICRO_DIGITS, "0")
    parts = [int(match[place] or 0) for place in range(1, 7)]
    try:
        moment = datetime(*parts, int(fraction), tzinfo=_zone(match, zone))  # type: ignore[arg-type, misc]
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise TimeNotUnderstoodError from None


def clipped(moment: datetime | None, at: datetime) -> datetime:
    """When a bill ends that is issued at *at*: as wished, but 45 days later at most."""
    latest = at + LIFETIME_MAX
    return latest if moment is None else min(moment, latest)


def millis(at: datetime) -> str:
    """`2026-11-22T05:41:30.215+03:00`: some clients parse only this form."""
    return at.astimezone(MOSCOW).isoformat(timespec="milliseconds")


def seconds(at: datetime) -> str:
    """`2026-11-22T05:41:30+03:00`."""
    return at.astimezone(MOSCOW).isoformat(timespec="seconds")


def _zone(match: re.Match[str], zone: tzinfo) -> tzinfo:
    if match[8]:
        return UTC
    if match[9] is None:
        return zone
    offset = timedelta(hours=int(match[10]), minutes=int(match[11] or 0))
    return timezone(-offset if match[9] == "-" else offset)
