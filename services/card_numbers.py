"""Card numbers of our own: how they are drawn, checked and found again."""

import secrets

from services.vault import Vault

BIN = "990010"
"""First digits of our numbers: 9 is for national use, so no card network has them.

Source: ISO/IEC 7812-1, major industry identifier 9.
"""

NUMBER_LENGTH = 16

_CANDIDATES = 8


def draw_numbers() -> list[str]:
    """Some random numbers of ours, so that one that is taken can be passed over."""
    length = NUMBER_LENGTH - len(BIN) - 1
    return [
        with_check_digit(f"{BIN}{secrets.randbelow(10**length):0{length}d}")
        for _ in range(_CANDIDATES)
    ]


def with_check_digit(digits: str) -> str:
    """*digits* and the digit that makes them a card number.

    Source: Luhn formula, ISO/IEC 7812-1 annex B.
    """
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += sum(divmod(value, 10))
    return f"{digits}{-total % 10}"


def number_index(vault: Vault, number: str) -> bytes:
    """The keyed hash that finds a card by its number."""
    return vault.digest("card number index", number)
