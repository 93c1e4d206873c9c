"""Names for new things: unguessable, and in the order they were made."""

import secrets
from collections.abc import Callable
from datetime import datetime

from services.clock import to_micros

NewId = Callable[[datetime], str]

_RANDOM_BITS = 62
_VERSION, _VARIANT = 0x7, 0b10


def new_id(at: datetime) -> str:
    """A version 7 UUID of the moment *at*, as 32 hexadecimal digits.

    Sorting by id is sorting by age, to the microsecond, which is what the pages of a list
    follow; 62 random bits keep others from guessing it.

    Source: RFC 9562, section 5.7, and section 6.2, method 3, for the parts of a millisecond.
    """
    milliseconds, micros = divmod(to_micros(at), 1000)
    precision = micros * 4096 // 1000
    high = (milliseconds << 16) | (_VERSION << 12) | precision
    low = (_VARIANT << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS)
    return f"{(high << 64) | low:032x}"
