"""Amounts and currencies as QIWI's clients write them: number or text, letters or digits."""

import re
from decimal import Decimal
from typing import Any

from services.currency_numbers import CURRENCY_CODES
from services.money import (
    AmountNotUnderstoodError,
    AmountOutOfRangeError,
    Currency,
    CurrencyUnknownError,
    Money,
    currency,
    plain,
    positive,
)

DIGITS_MIN = 2
"""After the point, in an answer: clients sign and compare `1.00`."""

_AMOUNT = re.compile(r"\+?([0-9]{1,30})(?:[.,]([0-9]{0,60}))?")
_PLACES_MAX = 60
"""What a number may have before and behind its point: more is no amount."""


class NotReadError(Exception):
    """Not a `WalletError`: a field of a request that no service gets to see."""


class AmountMissingError(NotReadError):
    """There is no amount where one is needed."""


class AmountZeroError(NotReadError):
    """What is left of the amount after rounding is nothing."""


def rounded_down(value: Any, of: Currency) -> Money:
    """A positive amount; what is finer than the currency's smallest unit is cut off.

    Source of the rounding: QIWI's documents of `amount.value`.

    Raises:
        AmountMissingError: *value* is None or empty.
        AmountZeroError: Nothing is left of it.
        AmountNotUnderstoodError, AmountOutOfRangeError: It is no amount that can be paid.
    """
    match = _AMOUNT.fullmatch(_text(value).strip())
    if match is None:
        raise AmountNotUnderstoodError
    kept = (match[2] or "")[: of.exponent].ljust(of.exponent, "0")
    minor = int(match[1] + kept)
    if minor == 0:
        raise AmountZeroError
    return positive(minor, of)


def currency_of(value: Any) -> Currency:
    """The currency of `RUB`, `rub`, `643` or 643.

    Raises:
        CurrencyUnknownError: There is none such.
    """
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise CurrencyUnknownError(currency="")
    text = str(value).strip().upper()[:8]
    code = CURRENCY_CODES.get(text.zfill(3), "") if text.isdecimal() else text
    return currency(code)


def written(amount: Money) -> str:
    """The amount with two digits after the point at least."""
    text = plain(amount)
    whole, _, rest = text.partition(".")
    return text if len(rest) >= DIGITS_MIN else f"{whole}.{rest.ljust(DIGITS_MIN, '0')}"


def _text(value: Any) -> str:
    """*value* as it was written."""
    if value is None or value == "":
        raise AmountMissingError
    if isinstance(value, Decimal):
        places = value.as_tuple().exponent
        if not isinstance(places, int) or abs(places) > _PLACES_MAX:
            raise AmountOutOfRangeError
        return format(value, "f")
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise AmountNotUnderstoodError
    return str(value)
