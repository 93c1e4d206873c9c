"""Text as documents can show it: in characters that the fonts have, each in its direction.

typst draws nothing for a character without a glyph and says nothing about it, so those are
replaced here.  A number or a name has a direction of its own, told by its first letter, and
keeps it in a line of the other direction.
"""

import re
import unicodedata
from bisect import bisect_right
from datetime import date, datetime, tzinfo
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, get_timezone_gmt
from babel.numbers import format_compact_decimal

from bot.formats import clean

FONTS = Path(__file__).parent / "fonts"
FAMILIES = ("Noto Sans", "Noto Sans Arabic", "Noto Sans Devanagari", "Noto Sans Gujarati")

_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
_RTL = ("R", "AL")
_DECORATION = ("So", "Sk", "Cn", "Co", "Mn", "Me", "Cf")
"""Emoji, their parts and signs: of no meaning in a name, and left out where not covered."""

_SPACES = re.compile(" {2,}")
_JOINERS_ALONE = re.compile("(^|[^\u0600-\u06ff\u0750-\u077f\u0900-\u0aff])[\u200c\u200d]+")
"""Joiners are for letters of these scripts; elsewhere an emoji has left them behind."""

_UNKNOWN = "\ufffd"
_SAID_OTHERWISE = str.maketrans({"→": "–", "⇄": "–", "\u2011": "-", "\u00ad": None})


def is_rtl(language: str) -> bool:
    """Whether the language is written from right to left."""
    return language in _RIGHT_TO_LEFT


def piece(text: str) -> dict[str, Any]:
    """*text* as a template takes it, with the direction that it is read in."""
    shown = printable(text)
    return {"text": shown, "rtl": _starts_rtl(text)}


def printable(text: str) -> str:
    """*text* on one line, in characters that the fonts have."""
    composed = unicodedata.normalize("NFC", clean(text).translate(_SAID_OTHERWISE))
    shown = _JOINERS_ALONE.sub(r"\1", "".join(_shown(char) for char in composed))
    return _SPACES.sub(" ", shown).strip()


def sentence(text: str) -> str:
    """A sentence of ours: the marks that set its values apart stay in it."""
    return "".join(char if char in "\u2068\u2069" else _shown(char) for char in text)


def moment(at: datetime, zone: tzinfo, language: str) -> str:
    """Day and time to the second, and how far the zone is from Greenwich."""
    locale, local = Locale.parse(language), at.astimezone(zone)
    clock = format_time(local, "medium", locale=locale)
    zone_name = get_timezone_gmt(local, "long", locale=locale)
    return f"{format_date(local, 'medium', locale)}, {clock} {zone_name}"


def short_moment(at: datetime, zone: tzinfo, language: str) -> tuple[str, str]:
    """Day and time to the minute, for a table."""
    locale, local = Locale.parse(language), at.astimezone(zone)
    return format_date(local, "short", locale), format_time(local, "short", locale=locale)


def day(of: date, language: str) -> str:
    """A day, as it is written."""
    return format_date(of, "medium", Locale.parse(language))


def month(of: date, language: str) -> str:
    """A month and its year."""
    return format_skeleton("yMMMM", of, locale=Locale.parse(language))


def compact(number: int, language: str) -> str:
    """A whole number, shortened: for the scale of a picture."""
    return format_compact_decimal(number, locale=Locale.parse(language))


@cache
def covered() -> tuple[list[int], list[int]]:
    """First and last characters of the ranges that the fonts have glyphs for."""
    lines = (FONTS / "covered.txt").read_text("utf-8").split()
    points = [int(each, 16) for each in lines]
    return points[::2], points[1::2]


def is_covered(char: str) -> bool:
    """Whether the fonts can show it."""
    firsts, lasts = covered()
    place = bisect_right(firsts, ord(char)) - 1
    return place >= 0 and ord(char) <= lasts[place]


def _shown(char: str) -> str:
    if is_covered(char):
        return char
    if char.isspace():
        return " "
    return "" if unicodedata.category(char) in _DECORATION else _UNKNOWN


def _starts_rtl(text: str) -> bool:
    for char in text:
        direction = unicodedata.bidirectional(char)
        if direction in ("L", *_RTL):
            return direction in _RTL
    return False
