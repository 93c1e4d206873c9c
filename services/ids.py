"""Names for new things: unguessable, and in the order they were made."""

import secrets
from collections.abc import Callable
from datetime import datetime

from services.clock import to_micros

NewId = Callable[[datetime], str]

_RANDOM_BITS = 74


def new_id(at: datetime) -> str:
    """A version 7 UUID of the moment *at*, as 32 hexadecimal digits.

    Sorting by id is sorting by age, which is what pages of a list follow; 74 random bits
    keep others from guessing it.

    Source: RFC 9562, section 5.7.
    """
    milliseconds = to_micros(at) // 1000
    random = secrets.randbits(_RANDOM_BITS)
    high, low = random >> 62, random & ((1 << 62) - 1)
    value = (milliseconds << 80) | (0x7 << 76) | (high << 64) | (0b10 << 62) | low
    return f"{value:032x}"
