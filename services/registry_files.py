"""Reading a provider's own list of payments, in the layout of the daily registry.

Providers' accountants make them with whatever is at hand: any of the usual separators,
charsets, line ends and dates are taken, a heading and a missing total too.  A line that
cannot be read is kept as such, for it may be a payment.
"""

import csv
import re
from dataclasses import dataclass
from datetime import date, datetime

from services.errors import InvalidRequestError
from services.money import Currency, parse_amount

FILE_BYTES_MAX = 64 * 1024 * 1024
UNREAD_LENGTH_MAX = 80
"""Of a line that could not be read, so much is shown."""

_CELLS = 5
_SEPARATORS = ("\t", ";", ",")
_DATES = ("%d.%m.%Y", "%Y-%m-%d", "%Y%m%d", "%d/%m/%Y", "%d.%m.%y")
_TOTAL = re.compile(r"(?:total|итого|всего)\W*(.*)", re.IGNORECASE | re.DOTALL)
_TOTAL_NUMBERS = re.compile(r"([0-9]{1,12})[\s;,]+([0-9]{1,30}(?:[.,][0-9]{1,4})?)\W*")
_NUMBER = re.compile(r"[0-9]{1,20}")
_NOTHING = re.compile(r"0+(?:[.,]0*)?")
_MOMENT = re.compile(r"[0-9./-]{6,10}[ T][0-9: ]{4,}.*")
_NEWLINE = re.compile(r"\r\n|\r|\n")


class RegistryFileError(InvalidRequestError):
    """The file cannot be read as a registry.  Values: problem."""

    code = "registry_file"


@dataclass(frozen=True, slots=True)
class Line:
    """A payment as the provider lists it."""

    number: int
    """Of the line in the file, from 1."""
    txn: int
    day: date | None
    """None where it cannot be read."""
    account: str
    minor: int


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that is none."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Control:
    """What the file says it holds."""

    payments: int
    minor: int


@dataclass(frozen=True, slots=True)
class RegistryFile:
    """All of it, in its order."""

    lines: tuple[Line, ...]
    control: Control | None = None
    unread: tuple[Unread, ...] = ()


def read(content: bytes, of: Currency) -> RegistryFile:
    """What a file lists, its sums in currency *of*.

    Raises:
        RegistryFileError: It is no text, or too long.
    """
    lines: list[Line] = []
    unread: list[Unread] = []
    control = None
    is_first = True
    for number, text in enumerate(_NEWLINE.split(_decoded(content)), start=1):
        if not text.strip():
            continue
        total = _TOTAL.match(text.strip().strip('"'))
        line = None if total else _line(number, text, of)
        if total:
            control = _control(total[1], of)
        if line is not None:
            lines.append(line)
        elif (total and control is None) or not (total or _is_heading(text, is_first=is_first)):
            unread.append(Unread(number, text.strip()[:UNREAD_LENGTH_MAX]))
        is_first = False
    return RegistryFile(tuple(lines), control, tuple(unread))


def _decoded(content: bytes) -> str:
    if len(content) > FILE_BYTES_MAX:
        raise RegistryFileError(problem="it is too long")
    for charset in ("utf-8-sig", "windows-1251"):
        try:
            text = content.decode(charset)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise RegistryFileError(problem="it is no text")


def _line(number: int, text: str, of: Currency) -> Line | None:
    separator = next((each for each in _SEPARATORS if each in text), "\t")
    cells = [cell.strip() for cell in next(csv.reader([text], delimiter=separator))]
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) == _CELLS - 1 and _MOMENT.fullmatch(cells[1]):  # date and time in one
        cells[1:2] = re.split("[ T]", cells[1], maxsplit=1)
    if len(cells) != _CELLS or not _NUMBER.fullmatch(cells[0]):
        return None
    minor = _minor(cells[4], of)
    if minor is None:
        return None
    return Line(number, int(cells[0]), _day(cells[1]), cells[3], minor)


def _control(text: str, of: Currency) -> Control | None:
    match = _TOTAL_NUMBERS.fullmatch(text.strip())
    minor = None if match is None else _minor(match[2], of)
    return None if match is None or minor is None else Control(int(match[1]), minor)


def _minor(text: str, of: Currency) -> int | None:
    if _NOTHING.fullmatch(text):
        return 0
    try:
        return parse_amount(text, of).minor
    except InvalidRequestError:
        return None


def _day(text: str) -> date | None:
    for form in _DATES:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
    return None


def _is_heading(text: str, *, is_first: bool) -> bool:
    return is_first and not any(character.isdigit() for character in text)
