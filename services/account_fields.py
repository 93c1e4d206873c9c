"""The fields by which a provider knows an account: what may be typed, and what is kept of it.

The kept form is the same however a person has typed it, so that the same account is found
again among favourites and past payments.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache

from services import check_digits
from services.errors import InvalidRequestError

TYPED_LENGTH_MAX = 200
"""What is longer is not looked at; OSMP takes accounts of up to 200 characters."""

METER_DECIMALS_MAX = 3
BLANK = "_"
"""The place of one character in a mask."""


class Keep(StrEnum):
    """The form in which a field's value is kept."""

    TEXT = "text"
    """As typed, with single spaces."""
    COMPACT = "compact"
    """Without spaces."""
    DIGITS = "digits"
    """Digits only; spaces, points, brackets and dashes between them are dropped."""
    UPPER = "upper"
    """Upper case, without spaces and dashes."""
    LATIN = "latin"
    """The same, with Cyrillic letters that look Latin made Latin."""
    CYRILLIC = "cyrillic"
    """The same the other way round."""
    PHONE = "phone"
    """The ten digits of a number in the zone +7."""
    METER = "meter"
    """A meter's reading: digits, and at most three after a point."""
    DATE = "date"
    """ISO 8601, as in 2026-11-24."""


class AccountFieldError(InvalidRequestError):
    """What was typed is no value of this field.  Values: name, field, hint."""

    code = "account_field"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a provider asks; the first of a provider's fields is the account."""

    name: str
    labels: dict[str, str]
    """What it is called, by language."""
    hints: dict[str, str] = field(default_factory=dict)
    """Where to find it and what it looks like, by language."""
    pattern: str = ""
    """What the kept form must match as a whole, a regular expression; empty is anything."""
    mask: str = ""
    """How the kept form is shown: each blank is a character of it."""
    keep: Keep = Keep.TEXT
    check: str = ""
    """The name of its check digit in `check_digits.CHECKS`, or empty."""
    minimum_length: int = 1
    maximum_length: int = 64
    """Of the kept form."""
    is_optional: bool = False
    """Whether it may be left empty; the first field never is."""
    code_keys: tuple[str, ...] = ()
    """What payment codes call it: `PersAcc`, `UIN`, ..."""

    def label(self, language: str) -> str:
        """What it is called in *language*, else in English."""
        return in_language(self.labels, language)

    def hint(self, language: str) -> str:
        """Its hint in *language*, else in English; empty where it has none."""
        return in_language(self.hints, language)

    def read(self, typed: str) -> str:
        """The kept form of what was *typed*.

        Raises:
            AccountFieldError: It is no value of this field.
        """
        text = unicodedata.normalize("NFKC", typed[: TYPED_LENGTH_MAX + 1]).strip()
        if self.is_optional and not text:
            return ""
        kept = _KEPT[self.keep](text) if len(typed) <= TYPED_LENGTH_MAX else None
        # Again: what was taken out may have stood between a letter and its accent.
        value = unicodedata.normalize("NFKC", kept or "")
        if not self._takes(value):
            raise AccountFieldError(name=self.name, field=self.labels, hint=self.hints)
        return value

    def shown(self, value: str) -> str:
        """A kept *value* in the field's mask; as it is where it does not fit."""
        if self.mask.count(BLANK) != len(value):
            return value
        characters = iter(value)
        return "".join(next(characters) if each == BLANK else each for each in self.mask)

    def _takes(self, value: str) -> bool:
        fits = self.minimum_length <= len(value) <= self.maximum_length
        matches = not self.pattern or (fits and _compiled(self.pattern).fullmatch(value))
        return (
            fits
            and bool(matches)
            and value.isprintable()
            and (not self.check or check_digits.CHECKS[self.check](value))
        )


def in_language(texts: dict[str, str], language: str) -> str:
    """The text in *language*, else in English, else in any; empty where there is none."""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


def national_number(typed: str) -> str | None:
    """The ten digits of a number in the zone +7, however it was typed; None where it is none."""
    text = unicodedata.normalize("NFKC", typed[:TYPED_LENGTH_MAX]).strip()
    digits = _digits(text.removeprefix("+"))
    if digits is None or len(digits) == _PHONE_LENGTH:
        return digits
    is_whole = len(digits) == _PHONE_LENGTH + 1 and digits[0] in "78"
    return digits[1:] if is_whole else None


@lru_cache(maxsize=1000)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


_SEPARATORS = str.maketrans("", "", " .-()/\u2010\u2011\u2012\u2013\u2014\u2212")
_SPACES_AND_DASHES = str.maketrans("", "", " -\u2010\u2011\u2012\u2013\u2014\u2212")
_LOOK_ALIKE = ("АВЕКМНОРСТУХ", "ABEKMHOPCTYX")
"""Letters of both alphabets that are drawn the same: those of Russian number plates.

Source: GOST R 50577-2018, section 4.
"""
_TO_LATIN = str.maketrans(*_LOOK_ALIKE)
_TO_CYRILLIC = str.maketrans(_LOOK_ALIKE[1], _LOOK_ALIKE[0])
_PHONE_LENGTH = 10
_READING = re.compile(rf"0*([0-9]{{1,9}})(?:[.,]([0-9]{{0,{METER_DECIMALS_MAX}}}))?")
_DATES = (
    re.compile(r"(?P<day>[0-9]{1,2})[./-](?P<month>[0-9]{1,2})[./-](?P<year>[0-9]{4})"),
    re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"),
)


def _plain_digits(text: str) -> str:
    """*text* with the digits of all scripts written 0 to 9."""
    return "".join(str(unicodedata.decimal(each)) if each.isdecimal() else each for each in text)


def _text(text: str) -> str:
    return " ".join(text.split())


def _compact(text: str) -> str:
    return "".join(text.split())


def _digits(text: str) -> str | None:
    found = _plain_digits(_compact(text)).translate(_SEPARATORS)
    return found if found.isascii() and found.isdigit() else None


def _upper(text: str) -> str:
    return _plain_digits(_compact(text)).translate(_SPACES_AND_DASHES).upper()


def _latin(text: str) -> str:
    return _upper(text).translate(_TO_LATIN)


def _cyrillic(text: str) -> str:
    return _upper(text).translate(_TO_CYRILLIC)


def _meter(text: str) -> str | None:
    match = _READING.fullmatch(_plain_digits(_compact(text)))
    if match is None:
        return None
    decimals = (match[2] or "").rstrip("0")
    return f"{int(match[1])}{'.' if decimals else ''}{decimals}"


def _date(text: str) -> str | None:
    for form in _DATES:
        match = form.fullmatch(_plain_digits(_compact(text)))
        if match is not None:
            try:
                day = date(int(match["year"]), int(match["month"]), int(match["day"]))
            except ValueError:
                return None
            return day.isoformat()
    return None


_KEPT: dict[Keep, Callable[[str], str | None]] = {
    Keep.TEXT: _text,
    Keep.COMPACT: _compact,
    Keep.DIGITS: _digits,
    Keep.UPPER: _upper,
    Keep.LATIN: _latin,
    Keep.CYRILLIC: _cyrillic,
    Keep.PHONE: national_number,
    Keep.METER: _meter,
    Keep.DATE: _date,
}
