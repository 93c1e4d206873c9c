"""What single fields of an order may say, and what they mean.

Base strings are joined with colons and do not say where a field ends.  So a field is taken
only in the form that it has to have: else whoever holds a signed link could move the text
of one field into another, under the same signature.
"""

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from ipaddress import ip_address

from gateway.robokassa.errors import (
    BAD_HOLD,
    BAD_PARAMETER,
    BAD_RECURRING,
    BAD_SUM,
    TIME_OVER,
    OrderRefusedError,
    refuse,
)
from gateway.robokassa.signatures import encodings
from gateway.targets import malformed
from services.errors import WalletError
from services.invoices import LIFETIME_MAX
from services.money import CURRENCIES, Currency, Money, parse_amount, plain

INV_ID_MAX = 2**63 - 1
PRODUCTION_DIGITS = 6
"""After the point, in what shops are told of money that moved; tests have as many as the money."""

MOSCOW = timezone(timedelta(hours=3))
"""Of times without an offset, as Robokassa keeps them."""

_SUM = re.compile(r"[0-9]{1,16}(?:\.[0-9]{1,12})?")
_INV_ID = re.compile(r"[0-9]{1,19}")
_OPERATION = re.compile(r"[A-Za-z0-9-]{1,64}")
_SWALLOWS = re.compile(r"[a-z+]:.*(?::https?:|:(?:GET|POST)\Z|:shp)", re.IGNORECASE | re.DOTALL)
"""An address that another field, or its method, is joined to."""

_SPACED_OFFSET = re.compile(r"(.*[0-9]) ([0-9]{2}:?[0-9]{2})")
"""A plus that a form's decoding has made a space of."""

_TRUE, _FALSE = frozenset({"true", "1"}), frozenset({"", "false", "0"})


def read_sum(text: str, of: Currency) -> Money:
    """The sum as it is written: digits, and after a point no more of them than *of* has.

    Zeros at the end do not count.  Nothing is rounded.

    Raises:
        OrderRefusedError: 31.
    """
    if not _SUM.fullmatch(text):
        refuse(BAD_SUM, "OutSum")
    try:
        return parse_amount(text, of)
    except WalletError:
        refuse(BAD_SUM, "OutSum")


def sum_text(amount: Money, *, is_test: bool) -> str:
    """*amount* as shops are told it: six digits after the point, in tests as many as it has."""
    text = plain(amount)
    if is_test:
        return text
    whole, _, fraction = text.partition(".")
    return f"{whole}.{fraction.ljust(PRODUCTION_DIGITS, '0')}"


def read_number(text: str) -> int | None:
    """The shop's number of its order; None has one assigned: empty, or zero.

    Raises:
        OrderRefusedError: 30.
    """
    if not text:
        return None
    if not _INV_ID.fullmatch(text) or int(text) > INV_ID_MAX:
        refuse(BAD_PARAMETER, "InvId")
    return int(text) or None


def read_currency(text: str) -> Currency:
    """The currency that the sum is in.

    Raises:
        OrderRefusedError: 30.
    """
    found = CURRENCIES.get(text.upper())
    if found is None:
        refuse(BAD_PARAMETER, "OutSumCurrency")
    return found


def read_expiration(text: str, now: datetime) -> datetime | None:
    """Until when it can be paid; later than 45 days from *now* is 45 days.

    Raises:
        OrderRefusedError: 30, or 33 where it is over.
    """
    if not text:
        return None
    spaced = _SPACED_OFFSET.fullmatch(text.strip())
    iso = f"{spaced[1]}+{spaced[2]}" if spaced else text.strip()
    try:
        found = datetime.fromisoformat(iso)
        at = (found if found.tzinfo else found.replace(tzinfo=MOSCOW)).astimezone(UTC)
    except (ValueError, OverflowError):
        refuse(BAD_PARAMETER, "ExpirationDate")
    if at <= now:
        refuse(TIME_OVER)
    return min(at, now + LIFETIME_MAX)


def read_receipt(value: str) -> str:
    """The receipt as JSON text, whatever was encoded once more.

    Raises:
        OrderRefusedError: 30.
    """
    for text in encodings(value, value):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict):
            return text
    raise OrderRefusedError(BAD_PARAMETER, "Receipt")


def read_url(value: str, name: str) -> str:
    """An address of the shop's, whatever was encoded once more.

    Raises:
        OrderRefusedError: 30.
    """
    for text in encodings(value, value):
        if malformed(text) is None and not _SWALLOWS.search(text):
            return text
    raise OrderRefusedError(BAD_PARAMETER, name)


def read_method(text: str, name: str) -> str:
    """GET or POST; GET where it is not said.

    Raises:
        OrderRefusedError: 30.
    """
    if text not in ("", "GET", "POST"):
        refuse(BAD_PARAMETER, name)
    return text or "GET"


def check_address(text: str) -> None:
    """Refuse a payer's address that is none.

    It is not compared with where the payer comes from: phones change networks on the way.
    """
    try:
        ip_address(text)
    except ValueError:
        refuse(BAD_PARAMETER, "UserIp")


def read_operation(text: str, name: str = "Token") -> str:
    """Our number of an earlier operation.

    Raises:
        OrderRefusedError: 30.
    """
    if not _OPERATION.fullmatch(text):
        refuse(BAD_PARAMETER, name)
    return text.replace("-", "").lower()


def is_held(text: str) -> bool:
    """What StepByStep says.

    Raises:
        OrderRefusedError: 65.
    """
    return _flag(text, BAD_HOLD)


def is_recurring(text: str) -> bool:
    """What Recurring says; clients send an empty text or `False` for no.

    Raises:
        OrderRefusedError: 35.
    """
    return _flag(text, BAD_RECURRING)


def is_test(text: str) -> bool:
    """What IsTest says; anything but a plain yes or no is refused.

    Raises:
        OrderRefusedError: 30.
    """
    return _flag(text, BAD_PARAMETER)


def check_shp(shp: list[tuple[str, str]]) -> None:
    """Refuse fields of the shop's that could be read as others.

    Raises:
        OrderRefusedError: 30.
    """
    for name, value in shp:
        if ":" in name or "=" in name or ":shp" in value.lower():
            refuse(BAD_PARAMETER, "Shp_")


def shown(text: str, length_max: int) -> str:
    """*text* on one line, cut to what fits; what cannot be shown is a space."""
    line = "".join(each if each.isprintable() else " " for each in text)
    return " ".join(line.split())[:length_max]


def _flag(text: str, number: int) -> bool:
    lower = text.strip().lower()
    if lower in _TRUE:
        return True
    if lower not in _FALSE:
        refuse(number)
    return False
