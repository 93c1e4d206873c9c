"""The fields of a request as Robokassa's clients send them.

Names come in any case and under several aliases, values in UTF-8 or windows-1251, in the
address, in a form, or in both.  The shop's own fields (`Shp_...`) keep name and order.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from starlette.requests import Request

FIELDS_MAX = 100
ALIASES = {
    "mrchlogin": "merchantlogin",
    "invoiceid": "invid",
    "desc": "description",
    "signature": "signaturevalue",
}
"""Names in lower case that mean another one."""

OWN_PREFIX = "shp"
"""Of the shop's own fields, in any case; old clients write no underscore after it."""

_BOUNDARY = re.compile(r'boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))', re.IGNORECASE)
_PART_NAME = re.compile(rb'[;\s]name="([^"]*)"', re.IGNORECASE)


class FieldsError(Exception):
    """The request cannot be read: too many fields, or two values for one of them."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field as it came."""

    name: str
    value: str
    raw: str
    """The value as it was on the wire, percent signs and all."""


class Fields:
    """Fields by name, whatever its case; an absent one is empty."""

    def __init__(self, found: list[Field]) -> None:
        """Raises FieldsError where two values are given for one name."""
        self._known: dict[str, Field] = {}
        self._own: dict[str, Field] = {}
        for field in found:
            lower = field.name.lower()
            if lower.startswith(OWN_PREFIX):
                _keep(self._own, field.name, field)
            else:
                _keep(self._known, ALIASES.get(lower, lower), field)

    def __getitem__(self, name: str) -> str:
        found = self._known.get(_canonical(name))
        return "" if found is None else found.value

    def __contains__(self, name: str) -> bool:
        return _canonical(name) in self._known

    def raw(self, name: str) -> str:
        """The value of that name as it was on the wire."""
        found = self._known.get(_canonical(name))
        return "" if found is None else found.raw

    @property
    def shp(self) -> list[tuple[str, str]]:
        """The shop's own fields in the order in which they came."""
        return [(each.name, each.value) for each in self._own.values()]

    @property
    def raw_shp(self) -> list[tuple[str, str]]:
        """The same, with values as they were on the wire."""
        return [(each.name, each.raw) for each in self._own.values()]


async def read_fields(request: Request) -> Fields:
    """The fields of the address and of the body together.

    Raises:
        FieldsError: They cannot be read.
    """
    query: bytes = request.scope["query_string"]
    found = list(_form(query))
    if request.method == "POST":
        body = await request.body()
        content_type = request.headers.get("content-type", "")
        is_multipart = content_type.lower().startswith("multipart/")
        found += _multipart(content_type, body) if is_multipart else _form(body)
    if len(found) > FIELDS_MAX:
        raise FieldsError("too many fields")
    if any("\0" in each.name or "\0" in each.value for each in found):
        raise FieldsError("a field holds a NUL")
    return Fields(found)


def text_of(value: bytes) -> str:
    """UTF-8, or what old pages sent instead of it.

    Russian words in windows-1251 are no valid UTF-8, so what they say of themselves in
    `Encoding`, often wrongly, is not needed.
    """
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("cp1251", "replace")


def _form(content: bytes) -> Iterator[Field]:
    """Percent-encoded pairs; PHP's arrays and bare names are fields like any."""
    for count, part in enumerate(filter(None, content.split(b"&"))):
        if count >= FIELDS_MAX:
            raise FieldsError("too many fields")
        name, _, value = part.partition(b"=")
        decoded = unquote_to_bytes(value.replace(b"+", b" "))
        yield Field(
            text_of(unquote_to_bytes(name.replace(b"+", b" "))),
            text_of(decoded),
            value.decode("latin-1"),
        )


def _multipart(content_type: str, body: bytes) -> Iterator[Field]:
    """What PHP's curl makes of an array; files are fields like any.

    Source: RFC 7578; a part's own headers other than its name are not looked at.
    """
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        raise FieldsError("a multipart body without a boundary")
    parts = (b"\r\n" + body).split(b"\r\n--" + (boundary[1] or boundary[2]).encode("latin-1"))
    for part in parts[1:]:
        head, end, content = part.partition(b"\r\n\r\n")
        name = _PART_NAME.search(head)
        if end and name is not None:
            value = text_of(content)
            yield Field(text_of(name[1]), value, value)


def _canonical(name: str) -> str:
    lower = name.lower()
    return ALIASES.get(lower, lower)


def _keep(kept: dict[str, Field], name: str, field: Field) -> None:
    first = kept.setdefault(name, field)
    if first.value != field.value:
        raise FieldsError(f"two values for {field.name[:32]}")
