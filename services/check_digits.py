"""Check digits: whether a number can have been issued, or holds a mistake in writing."""

from collections.abc import Callable

_INN_LENGTHS = (10, 12)
_INN_WEIGHTS = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_UIN_LENGTHS = (20, 25)
_SNILS_LENGTH, _SNILS_CHECKED_ABOVE = 11, 1_001_998
_IBAN_LENGTH_MIN, _IBAN_LENGTH_MAX = 5, 34


def luhn(value: str) -> bool:
    """Cards, IMEI and many account numbers.  Source: ISO/IEC 7812-1, annex B."""
    if not _is_number(value):
        return False
    total = 0
    for place, digit in enumerate(reversed(value)):
        number = int(digit) * (1 + place % 2)
        total += number - 9 * (number > 9)  # noqa: PLR2004  # the sum of its two digits
    return total % 10 == 0


def uin(value: str) -> bool:
    """A bill of the Russian state, of 20 or 25 digits: fines, taxes, duties.

    The weights are 1 to 10 over and over; where that leaves 10 they begin with 3, and where
    that leaves 10 too the digit is 0.  Source: the format of GIS GMP, rules for the УИН.
    """
    if not (_is_number(value) and len(value) in _UIN_LENGTHS):
        return False
    return int(value[-1]) == _rest_of_11(value[:-1])


def inn(value: str) -> bool:
    """A Russian taxpayer: 10 digits of an organisation, 12 of a person.

    Source: order ED-7-14/559@ of the Federal Tax Service, 26 June 2020, annex.
    """
    if not (_is_number(value) and len(value) in _INN_LENGTHS):
        return False
    checks = 1 if len(value) == _INN_LENGTHS[0] else 2
    return all(_inn_digit(value[:place]) == value[place] for place in _last_places(value, checks))


def snils(value: str) -> bool:
    """A Russian insurance number, of 11 digits; the oldest ones have no check digits.

    Source: order 192p of the Pension Fund's board, 31 July 2006, annex on the number.
    """
    if not (_is_number(value) and len(value) == _SNILS_LENGTH):
        return False
    number, check = value[:9], int(value[9:])
    if int(number) <= _SNILS_CHECKED_ABOVE:
        return True
    total = sum(int(digit) * (9 - place) for place, digit in enumerate(number))
    return check == total % 101 % 100


def mod97(value: str) -> bool:
    """An IBAN, or what is made like one.  Source: ISO 13616-1, ISO 7064 MOD 97-10."""
    is_written_well = value.isascii() and value.isalnum() and value == value.upper()
    if not is_written_well or not _IBAN_LENGTH_MIN <= len(value) <= _IBAN_LENGTH_MAX:
        return False
    turned = value[4:] + value[:4]
    return int("".join(str(int(each, 36)) for each in turned)) % 97 == 1


CHECKS: dict[str, Callable[[str], bool]] = {
    "inn": inn,
    "luhn": luhn,
    "mod97": mod97,
    "snils": snils,
    "uin": uin,
}
"""By the names that the catalogue's file calls them."""


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit()


def _rest_of_11(number: str) -> int:
    for first in (1, 3):
        weighted = (
            int(digit) * ((place + first - 1) % 10 + 1) for place, digit in enumerate(number)
        )
        rest = sum(weighted) % 11
        if rest < 10:  # noqa: PLR2004  # fits one digit
            return rest
    return 0


def _last_places(value: str, count: int) -> range:
    return range(len(value) - count, len(value))


def _inn_digit(before: str) -> str:
    weights = _INN_WEIGHTS[-len(before) :]
    total = sum(int(digit) * weight for digit, weight in zip(before, weights, strict=True))
    return str(total % 11 % 10)
