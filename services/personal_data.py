"""What a person says about who they are, field by field: read, checked and masked.

The checks find typing mistakes; whether the data are true an operator decides.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from services.errors import InvalidRequestError

NAME_LENGTH_MAX = 60
ADDRESS_LENGTH_MIN, ADDRESS_LENGTH_MAX = 10, 200
AGE_MIN, AGE_MAX = 14, 120
"""Years. A Russian passport is given at 14: Government decree 828 of 8 July 1997, item 1."""

RUSSIAN, FOREIGN = "passport_ru", "passport"
DOCUMENTS = (RUSSIAN, FOREIGN)
FIELDS = (
    "surname",
    "given_name",
    "patronymic",
    "birth_date",
    "document",
    "number",
    "address",
)
"""In the order in which they are asked."""

OPTIONAL = frozenset({"patronymic"})

_NO_REGIONS = frozenset({0, 2, 6, 9, 13, 16, 31, 39, 48, 51, 55, 59, 62, 72})
"""What no Russian passport's series begins with: no region has it.  Source: the codes of
regions in OKATO (OK 019-95), section 1, which the passport's form uses; decree 828, item 8."""

_FIRST_FORM = 97
"""The series' second half is the year in which the form was printed, from 1997 on."""

_DATES = (
    re.compile(r"(?P<day>\d{1,2})[./ -](?P<month>\d{1,2})[./ -](?P<year>\d{4})"),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})"),
)
_FOREIGN_NUMBER = re.compile(r"[A-Z0-9]{6,9}")
"""Source: ICAO Doc 9303, part 4: a passport's number has up to nine characters."""

_APART = " -'’."  # in names: de la Cruz, Rimsky-Korsakov, O'Hara, J. R.


class PersonalDataError(InvalidRequestError):
    """A field cannot be as it was typed.  Values: field, problem, minimum, maximum."""

    code = "personal_data"


@dataclass(frozen=True, slots=True)
class PersonalData:
    """What was said so far, by field; every value is in its normal form."""

    fields: Mapping[str, str]

    @property
    def missing(self) -> str | None:
        """The first field that nothing was said about; None where all is there."""
        return next((name for name in FIELDS if name not in self.fields), None)

    @property
    def name(self) -> str:
        """All of the name, in the order of a passport."""
        names = ("surname", "given_name", "patronymic")
        return " ".join(self.fields[each] for each in names if self.fields.get(each))

    @property
    def document_name(self) -> str:
        """What names one document in the world, for telling that two wallets have it."""
        return f"{self.fields.get('document')}/{self.fields.get('number')}"

    def masked(self) -> dict[str, str]:
        """Enough for the owner to know what was said, too little for anybody else."""
        return {name: _masked(name, value) for name, value in self.fields.items()}


def read_field(name: str, typed: str, known: Mapping[str, str], at: datetime) -> str:
    """The normal form of what was typed for the field *name*; *known* are those before it.

    Raises:
        PersonalDataError: It cannot be that.
    """
    text = " ".join(unicodedata.normalize("NFC", typed).split())
    if not text and name in OPTIONAL:
        return ""
    match name:
        case "birth_date":
            return _birth_date(text, at)
        case "document" if text in DOCUMENTS:
            return text
        case "number":
            is_russian = known.get("document") == RUSSIAN
            return _russian_number(text, at) if is_russian else _foreign_number(text)
        case "address":
            return _address(text)
        case "surname" | "given_name" | "patronymic":
            return _name(name, text)
    raise PersonalDataError(field=name, problem="unknown", minimum="", maximum="")


def shown_number(document: str, number: str) -> str:
    """A document's number as it is printed: `4510 123456`."""
    return f"{number[:4]} {number[4:]}" if document == RUSSIAN else number


def _wrong(field: str, problem: str, minimum: object = "", maximum: object = "") -> Exception:
    return PersonalDataError(field=field, problem=problem, minimum=minimum, maximum=maximum)


def _name(field: str, text: str) -> str:
    if len(text) > NAME_LENGTH_MAX:
        raise _wrong(field, "long", maximum=NAME_LENGTH_MAX)
    letters = [char for char in text if char not in _APART]
    is_name = letters and all(unicodedata.category(char)[0] in "LM" for char in letters)
    if not is_name or not text[0].isalpha():
        raise _wrong(field, "letters")
    return text


def _birth_date(text: str, at: datetime) -> str:
    found = next((match for form in _DATES if (match := form.fullmatch(text))), None)
    if found is None:
        raise _wrong("birth_date", "form")
    try:
        born = date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        raise _wrong("birth_date", "calendar") from None
    today = at.date()
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if not AGE_MIN <= age <= AGE_MAX:
        raise _wrong("birth_date", "age", AGE_MIN, AGE_MAX)
    return born.isoformat()


def _russian_number(text: str, at: datetime) -> str:
    digits = re.sub(r"[ №N-]", "", text)
    if not re.fullmatch(r"[0-9]{10}", digits):
        raise _wrong("number", "digits")
    if int(digits[:2]) in _NO_REGIONS:
        raise _wrong("number", "region", digits[:2])
    if not (int(digits[2:4]) >= _FIRST_FORM or int(digits[2:4]) <= at.year % 100):
        raise _wrong("number", "form_year", digits[2:4])
    if not int(digits[4:]):
        raise _wrong("number", "digits")
    return digits


def _foreign_number(text: str) -> str:
    number = re.sub(r"[ -]", "", text).upper()
    if not _FOREIGN_NUMBER.fullmatch(number) or not any(each.isdigit() for each in number):
        raise _wrong("number", "foreign")
    return number


def _address(text: str) -> str:
    if not ADDRESS_LENGTH_MIN <= len(text) <= ADDRESS_LENGTH_MAX:
        raise _wrong("address", "length", ADDRESS_LENGTH_MIN, ADDRESS_LENGTH_MAX)
    if not any(char.isalpha() for char in text) or not text.isprintable():
        raise _wrong("address", "letters")
    return text


def _masked(name: str, value: str) -> str:
    match name:
        case "document":
            return value
        case "birth_date":
            return f"••.••.{value[:4]}"
        case "number":
            return f"•••• {value[-2:]}"
        case "address":
            return f"{value[:3]}•••"
        case _:
            return f"{value[0]}•••" if value else ""
