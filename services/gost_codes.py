"""Payment codes of GOST R 56042-2014: the square on Russian bills, fines and tax notices.

`ST`, version `0001`, a digit for the charset, a separator, and `Name=Value` pairs between
separators.  What decides whom and how much (accounts, bank, sum, tax numbers) is held to the
standard on reading; texts that are only shown may be longer than it says, because the
treasury's own bank names are.  Writing holds to all of it.

Source: GOST R 56042-2014, tables 1-4.
"""

import re
from collections.abc import Iterable, Mapping

from services.payment_code_errors import PaymentCodeError, cleaned

PREFIX = "ST0001"
CHARSETS = {"1": "cp1251", "2": "utf-8", "3": "koi8-r"}
"""By the digit of the header."""

BYTES_MAX = 2953
"""Source: ISO/IEC 18004, version 40 at level L; no code holds more."""
FIELDS_MAX = 100
SUM_DIGITS_MAX = 18

REQUIRED = ("Name", "PersonalAcc", "BankName", "BIC", "CorrespAcc")
LENGTHS = {
    "Name": 160,
    "PersonalAcc": 20,
    "BankName": 45,
    "BIC": 9,
    "CorrespAcc": 20,
    "Sum": SUM_DIGITS_MAX,
    "Purpose": 210,
    "PayeeINN": 12,
    "PayerINN": 12,
    "DrawerStatus": 2,
    "KPP": 9,
    "CBC": 20,
    "OKTMO": 11,
    "PaytReason": 2,
    "TaxPeriod": 10,
    "DocNo": 15,
    "DocDate": 10,
    "TaxPaytKind": 2,
}
"""Characters at most, where the standard says."""

OTHERS = (
    "LastName FirstName MiddleName PayerAddress PersonalAccount DocIdx PensAcc Contract"
    " PersAcc Flat Phone PayerIdType PayerIdNum ChildFio BirthDate PaymTerm PaymPeriod"
    " Category ServiceName CounterId CounterVal QuittId QuittDate InstNum ClassNum SpecFio"
    " AddAmount RuleId ExecId RegType UIN TechCode"
)
"""The names of the standard that have no limit in it."""

_KNOWN = {name.casefold(): name for name in (*LENGTHS, *OTHERS.split())}
_KNOWN["свс"] = "CBC"  # some programs write it with Cyrillic letters

_FORMS = {
    "PersonalAcc": re.compile(r"[0-9]{20}"),
    "BIC": re.compile(r"[0-9]{9}"),
    "CorrespAcc": re.compile(r"[0-9]{20}|0?"),  # the treasury's banks have none
    "Sum": re.compile(r"[0-9]{0,18}"),
    "PayeeINN": re.compile(r"0?|[0-9]{5}|[0-9]{10}|[0-9]{12}"),  # 5: a foreign company
}
"""Of the fields that decide whom and how much."""

_SEPARATORS_NOT = re.compile(r"[0-9A-Za-z=\s]")


def text_of(data: bytes) -> str:
    """The characters of a code's *data*, in the charset that its header names.

    Raises:
        PaymentCodeError: There is no such charset, or the bytes are not of it.
    """
    digit = chr(data[len(PREFIX)]) if len(data) > len(PREFIX) else ""
    if digit not in CHARSETS:
        raise PaymentCodeError(why="charset")
    try:
        return data.decode(CHARSETS[digit])
    except UnicodeDecodeError:
        raise PaymentCodeError(why="charset") from None


def read(text: str) -> dict[str, str]:
    """The fields of a code in its order, known names spelt as the standard spells them.

    The sum is in kopecks.  Unknown names are kept as they are.

    Raises:
        PaymentCodeError: It is not of this standard, or a field is wrong, doubled or missing.
    """
    header = re.match(PREFIX + "[123](.)", text, re.DOTALL)
    if header is None or _SEPARATORS_NOT.match(header[1]):
        raise PaymentCodeError(why="header")
    fields: dict[str, str] = {}
    for name, value in _pairs(text[header.end() :].rstrip("\r\n").split(header[1])):
        if fields.setdefault(name, value) != value:
            raise PaymentCodeError(why="doubled", field=name)
    for name in REQUIRED:
        if name not in fields:
            raise PaymentCodeError(why="missing", field=name)
    for name, form in _FORMS.items():
        if name in fields and not form.fullmatch(fields[name]):
            raise PaymentCodeError(why="field", field=name)
    return fields


def encode(fields: Mapping[str, str], *, charset: str = "2", separator: str = "|") -> bytes:
    """A code that holds *fields*, the required ones first.

    Raises:
        PaymentCodeError: A field is not as the standard has it, or all are too long.
    """
    for name, value in fields.items():
        is_clear = value == cleaned(value) and separator not in name + value and "=" not in name
        if not is_clear or len(value) > LENGTHS.get(name, BYTES_MAX):
            raise PaymentCodeError(why="field", field=name)
    names = [*REQUIRED, *(name for name in fields if name not in REQUIRED)]
    pairs = [f"{name}={fields[name]}" for name in names if name in fields]
    text = separator.join([PREFIX + charset, *pairs])
    read(text)
    try:
        data = text.encode(CHARSETS[charset])
    except UnicodeEncodeError:
        raise PaymentCodeError(why="charset") from None
    if len(data) > BYTES_MAX:
        raise PaymentCodeError(why="long")
    return data


def _pairs(parts: Iterable[str]) -> list[tuple[str, str]]:
    pairs = []
    for part in parts:
        if not part.strip():
            continue
        name, equals, value = part.partition("=")
        name = cleaned(name)
        if not name or not equals:  # a value with the separator in it was cut
            raise PaymentCodeError(why="field", field=name)
        pairs.append((_KNOWN.get(name.casefold(), name), cleaned(value)))
    if len(pairs) > FIELDS_MAX:
        raise PaymentCodeError(why="long")
    return pairs
