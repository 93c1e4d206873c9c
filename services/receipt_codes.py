"""The short code on a receipt: sixty bits that nobody can guess, and a symbol that checks them.

Symbols are Crockford's base 32, which leaves out letters that read like digits.  The check
symbol is a weighted sum in the field of 32 elements, with a weight of its own for each place:
one wrong symbol never passes, and neither do two neighbours that have changed places.

Source: https://www.crockford.com/base32.html (its own check symbols are awkward in links).
"""

from services.vault import Vault

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
"""Without the check symbol."""

_GROUP = 4
_SYMBOL_BITS = 5
_POLYNOMIAL = 0b100101
"""x^5 + x^2 + 1, of which x generates all 31 elements that are not zero."""

_READ_AS = str.maketrans("OIL", "011", " -\u2010\u2011\u2012\u2013\u2014")
"""What people write for what they read, and what they put between."""


def code_of(vault: Vault, holder: str, operation: str) -> str:
    """The code of one operation's receipt: it follows from the operation and the master key."""
    bits = int.from_bytes(vault.digest("receipt code", holder, operation), "big")
    places = range(0, LENGTH * _SYMBOL_BITS, _SYMBOL_BITS)
    body = "".join(SYMBOLS[bits >> place & 31] for place in places)
    return body + _check(body)


def parse_code(text: str) -> str | None:
    """The code that somebody has typed, in any case and grouping; None where it is none."""
    code = text.upper().translate(_READ_AS)
    is_code = len(code) == LENGTH + 1 and all(each in SYMBOLS for each in code)
    return code if is_code and _check(code[:-1]) == code[-1] else None


def grouped(code: str) -> str:
    """The code as it is printed: `7K3M-Q9ZD-4T2X-B`."""
    return "-".join(code[place : place + _GROUP] for place in range(0, len(code), _GROUP))


def _check(body: str) -> str:
    total, weight = 0, 1
    for symbol in body:
        weight = _times_x(weight)
        total ^= _product(SYMBOLS.index(symbol), weight)
    return SYMBOLS[total]


def _times_x(element: int) -> int:
    doubled = element << 1
    return doubled ^ _POLYNOMIAL if doubled >> _SYMBOL_BITS else doubled


def _product(one: int, other: int) -> int:
    result = 0
    while other:
        if other & 1:
            result ^= one
        one, other = _times_x(one), other >> 1
    return result
