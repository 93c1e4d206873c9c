"""Merchant codes of EMVCo: nested elements of id, length and value under a checksum.

Elements are named by their path: `54` the amount, `62.01` the bill number in the template
62.  All elements are kept, also those nobody knows.

Source: EMV QR Code Specification for Payment Systems, Merchant-Presented Mode, 1.1.
"""

import re
from collections.abc import Iterator, Mapping

from services.payment_code_errors import PaymentCodeError, cleaned

PREFIX = "000201"
"""Payload format indicator: always the first element."""

CHECKSUM = "6304"
"""Id and length of the last element; its value is over everything before, these included."""

LENGTH_MAX = 99
MERCHANT_TEMPLATES = range(26, 52)
TEMPLATES = frozenset({*MERCHANT_TEMPLATES, 62, 64, *range(80, 100)})
ADDITIONAL = {
    "01": "BillNumber",
    "02": "MobileNumber",
    "03": "StoreLabel",
    "04": "LoyaltyNumber",
    "05": "ReferenceLabel",
    "06": "CustomerLabel",
    "07": "TerminalLabel",
    "08": "Purpose",
}
"""What the parts of the template 62 are called."""

ASKED = "***"
"""Stands for a value that the payer is to be asked for."""

_ID_AND_LENGTH = re.compile(r"[0-9]{4}")
_PATH = re.compile(r"[0-9]{2}(\.[0-9]{2})?")
_TEXT_SIZE_MAX = 1024


def checksum(data: bytes) -> str:
    """CRC-16 with polynomial 1021 and start FFFF, as four digits: `123456789` gives 29B1."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return f"{crc:04X}"


def read(text: str) -> dict[str, str]:
    """The elements of a code by path, in its order, without the checksum.

    Raises:
        PaymentCodeError: The checksum is wrong, or an element is cut, doubled or missing.
    """
    text = text.strip()
    if not text.startswith(PREFIX) or len(text) > _TEXT_SIZE_MAX:
        raise PaymentCodeError(why="header" if len(text) <= _TEXT_SIZE_MAX else "long")
    stated, given = text[:-4], text[-4:]
    signed = stated.encode("utf-8", "surrogatepass")
    if not stated.endswith(CHECKSUM) or checksum(signed) != given.upper():
        raise PaymentCodeError(why="checksum")
    elements: dict[str, str] = {}
    for number, value in _counted(stated.removesuffix(CHECKSUM)):
        parts = _counted(value) if int(number) in TEMPLATES else [("", value)]
        for part, inner in parts:
            path = f"{number}.{part}" if part else number
            if path in elements or number == CHECKSUM[:2]:
                raise PaymentCodeError(why="doubled", field=path)
            elements[path] = cleaned(inner)
    return elements


def encode(elements: Mapping[str, str]) -> str:
    """A code that holds *elements*; the first is the format, the checksum is added.

    Raises:
        PaymentCodeError: A path, or the length of a value, is none that can be written.
    """
    written: dict[str, str] = {PREFIX[:2]: PREFIX[-2:]}
    for path, value in elements.items():
        if not _PATH.fullmatch(path) or (int(path[:2]) in TEMPLATES) != ("." in path):
            raise PaymentCodeError(why="field", field=path)
        number, _, part = path.partition(".")
        inner = _element(part, value) if part else value
        written[number] = written.get(number, "") + inner if part else inner
    stated = "".join(_element(*each) for each in written.items()) + CHECKSUM
    text = stated + checksum(stated.encode())
    read(text)
    return text


def _element(number: str, value: str) -> str:
    if not 0 < len(value) <= LENGTH_MAX or value != cleaned(value):
        raise PaymentCodeError(why="field", field=number)
    return f"{number}{len(value):02}{value}"


def _counted(text: str) -> Iterator[tuple[str, str]]:
    """The elements of *text*, counted in characters, or in bytes where that does not fit.

    The specification counts characters; writers who count bytes of UTF-8 are met with.
    """
    try:
        return iter(_split(text))
    except PaymentCodeError:
        if text.isascii():
            raise
    pairs = _split(text.encode("utf-8", "surrogatepass").decode("latin-1"))
    try:
        return iter([(number, value.encode("latin-1").decode()) for number, value in pairs])
    except UnicodeDecodeError:
        raise PaymentCodeError(why="cut") from None


def _split(text: str) -> list[tuple[str, str]]:
    at, pairs = 0, []
    while at < len(text):
        head = text[at : at + 4]
        end = at + 4 + (int(head[2:]) if _ID_AND_LENGTH.fullmatch(head) else len(text))
        if end > len(text):
            raise PaymentCodeError(why="cut", field=cleaned(head[:2]))
        pairs.append((head[:2], text[at + 4 : end]))
        at = end
    return pairs
