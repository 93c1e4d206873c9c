"""Amounts as whole numbers of the smallest unit of a currency.

Nothing outside this module turns text into an amount, so a float or a rounded Decimal has
no way in.  Showing an amount in somebody's language is the edge's business.
"""

import re
from dataclasses import dataclass

from services.errors import InvalidRequestError


@dataclass(frozen=True, slots=True)
class Currency:
    """What is counted, and in how small a unit."""

    code: str
    """ISO 4217."""
    exponent: int
    """Digits after the point: 2 for RUB (kopecks), 0 for JPY, 3 for KWD (fils), 4 for CLF."""


AMOUNT_MINOR_MAX = 10**15
"""The largest single amount, in minor units: a thousandth of what 64 bits count."""

_CODES_BY_EXPONENT = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP"
    " BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB"
    " EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES"
    " KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR"
    " MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD"
    " RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP"
    " TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
"""Source: ISO 4217, list one (SIX, 1 January 2026), column "minor unit"; all that have one.

Nobody's custom counts here: CLDR writes Iraqi dinars or Malagasy ariary without digits.
"""

CURRENCIES = {
    code: Currency(code, exponent)
    for exponent, codes in _CODES_BY_EXPONENT.items()
    for code in codes.split()
}
EUR = CURRENCIES["EUR"]
RUB = CURRENCIES["RUB"]
USD = CURRENCIES["USD"]

DEFAULT_CURRENCIES = (RUB, USD)
"""Each wallet has an account in each, unless the operator names others; the first is the main
one, in which totals are."""


class CurrencyUnknownError(InvalidRequestError):
    """No currency of that code is known here."""

    code = "currency_unknown"


def currency(code: str) -> Currency:
    """The currency of an ISO 4217 code.

    Raises:
        CurrencyUnknownError: It is none of `CURRENCIES`.
    """
    try:
        return CURRENCIES[code]
    except KeyError:
        raise CurrencyUnknownError(currency=code) from None


@dataclass(frozen=True, slots=True)
class Money:
    """A whole number of a currency's smallest units, of either sign."""

    minor: int
    currency: Currency

    def __add__(self, other: "Money") -> "Money":
        if self.currency != other.currency:
            raise TypeError(f"cannot add {other.currency.code} to {self.currency.code}")
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return self + -other

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __str__(self) -> str:
        return f"{plain(self)} {self.currency.code}"


def plain(amount: Money) -> str:
    """The amount as machines write it: digits and a point, no currency."""
    whole, rest = divmod(abs(amount.minor), 10**amount.currency.exponent)
    sign = "-" if amount.minor < 0 else ""
    point = f".{rest:0{amount.currency.exponent}}" if amount.currency.exponent else ""
    return f"{sign}{whole}{point}"


class AmountNotUnderstoodError(InvalidRequestError):
    """The text is not a plain decimal number."""

    code = "amount_not_understood"


class AmountTooPreciseError(InvalidRequestError):
    """The text has more digits after the point than the currency has."""

    code = "amount_too_precise"


class AmountOutOfRangeError(InvalidRequestError):
    """The amount is zero, or more than `AMOUNT_MINOR_MAX`."""

    code = "amount_out_of_range"


_DECIMAL = re.compile(r"([0-9]{1,30})(?:[.,]([0-9]{1,30}))?")
_SPACES = str.maketrans("", "", " \u00a0\u202f")


def parse_amount(text: str, of: Currency) -> Money:
    """Read a positive amount of currency *of*, as a person or a machine writes it.

    Spaces between digits and a decimal comma are accepted; nothing is rounded.

    Raises:
        AmountNotUnderstoodError: *text* is not digits with at most one point.
        AmountTooPreciseError: *text* is finer than the currency's smallest unit.
        AmountOutOfRangeError: *text* is zero or above `AMOUNT_MINOR_MAX`.
    """
    match = _DECIMAL.fullmatch(text.strip().translate(_SPACES))
    if match is None:
        raise AmountNotUnderstoodError
    whole, fraction = match[1], (match[2] or "").rstrip("0")
    if len(fraction) > of.exponent:
        raise AmountTooPreciseError(digits=of.exponent, currency=of.code)
    # Not Decimal: its arithmetic rounds to 28 digits without a word.
    return positive(int(whole + fraction.ljust(of.exponent, "0")), of)


def positive(minor: int, of: Currency) -> Money:
    """An amount that may move.

    Raises:
        AmountOutOfRangeError: *minor* is not between 1 and `AMOUNT_MINOR_MAX`.
    """
    if not 0 < minor <= AMOUNT_MINOR_MAX:
        raise AmountOutOfRangeError(maximum=Money(AMOUNT_MINOR_MAX, of))
    return Money(minor, of)
