"""Amounts, times and other people's words, as they are shown in one language.

Amounts are exact: digits go from whole minor units to text without a float.  What people
typed is stripped of invisible characters that turn the direction of a line or hide in it.
"""

import copy
import unicodedata
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache
from html import escape

from babel import Locale
from babel.dates import format_date, format_time, get_timezone_gmt
from babel.numbers import NumberPattern, get_currency_symbol, get_decimal_symbol

from services.money import Currency, Money, plain

AMOUNTS_KEPT = 4096
"""Amounts whose text is remembered: prices and zeros come again and again."""

NO_BREAK_SPACE = "\u00a0"
LEFT_TO_RIGHT_MARK, RIGHT_TO_LEFT_MARK = "\u200e", "\u200f"
_JOINERS = "\u200c\u200d"
"""Invisible, and needed: Indic scripts and emoji are written with them."""

_HIDDEN = ("Cc", "Cf", "Zl", "Zp", "Cs")


class Markup(str):
    """HTML that is ready to be shown: not escaped again."""

    __slots__ = ()


class Formats:
    """How one language writes amounts and times, in the operator's time zone."""

    def __init__(self, language: str, zone: tzinfo) -> None:
        self._locale = Locale.parse(language)
        self._zone = zone
        self._patterns: dict[Currency, NumberPattern] = {}
        self.money = lru_cache(AMOUNTS_KEPT)(self._money)
        """`1 250,00 ₽`: all digits of the currency, grouped as the language groups them."""

    def _money(self, amount: Money) -> str:
        digits = Decimal(plain(amount))  # exact: from text, and nothing is calculated with it
        text: str = self._pattern(amount.currency).apply(
            digits, self._locale, currency=amount.currency.code, currency_digits=False
        )
        return text

    def decimal(self, text: str) -> str:
        """A decimal text with the point that the language has: digit for digit."""
        return text.replace(".", get_decimal_symbol(self._locale))

    def moment(self, at: datetime) -> str:
        """Day and time of *at*, in the operator's zone."""
        return f"{self.day(at)}, {self.time(at)}"

    def when(self, at: date) -> str:
        """A moment, or a day of the calendar."""
        return self.moment(at) if isinstance(at, datetime) else self.calendar_day(at)

    def day(self, at: datetime) -> str:
        """The day of *at*, in the operator's zone."""
        return self.calendar_day(at.astimezone(self._zone))

    def calendar_day(self, on: date) -> str:
        """A day of the calendar."""
        return format_date(on, "medium", locale=self._locale)

    def time(self, at: datetime) -> str:
        """The time of day of *at*, in the operator's zone."""
        return format_time(at.astimezone(self._zone), "short", locale=self._locale)

    def zone(self, at: datetime) -> str:
        """The operator's zone at *at*, by its distance from Greenwich."""
        return get_timezone_gmt(at.astimezone(self._zone), "long", locale=self._locale)

    def _pattern(self, of: Currency) -> NumberPattern:
        known = self._patterns.get(of)
        if known is None:
            known = self._patterns[of] = self._spaced(of)
        return known

    def _spaced(self, of: Currency) -> NumberPattern:
        """The language's pattern, with our number of digits and a space after letters.

        Source: CLDR, currencySpacing: a code before digits is set apart from them.
        """
        pattern: NumberPattern = copy.copy(self._locale.currency_formats["standard"])
        pattern.frac_prec = (of.exponent, of.exponent)
        symbol = get_currency_symbol(of.code, self._locale)
        if symbol[-1].isalpha():
            plus, minus = (_set_apart(each) for each in pattern.prefix)
            pattern.prefix = (plus, minus)
        elif symbol[0].isalpha() and pattern.prefix[0].startswith(RIGHT_TO_LEFT_MARK):
            # Between letters and the end of a line of the other direction, the sign of
            # `US$` would be shown before them.
            plus, minus = (f"{each}{LEFT_TO_RIGHT_MARK}" for each in pattern.suffix)
            pattern.suffix = (plus, minus)
        return pattern


def _set_apart(prefix: str) -> str:
    return f"{prefix}{NO_BREAK_SPACE}" if prefix.endswith("¤") else prefix


def clean(text: str) -> str:
    """*text* on one line, without characters that hide or turn what stands beside them."""
    shown = [
        char if char in _JOINERS or unicodedata.category(char) not in _HIDDEN else " "
        for char in text
        if char not in "\u2066\u2067\u2068\u2069\u202a\u202b\u202c\u202d\u202e\u200e\u200f\u061c"
    ]
    return "".join(shown).strip()


def escaped(text: str) -> str:
    """*text* as HTML, unless it is `Markup` already."""
    return text if isinstance(text, Markup) else escape(clean(text), quote=False)
