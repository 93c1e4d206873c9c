"""Understanding what a provider answers by OSMP, whatever its front end makes of it.

By tag and not by order; unknown tags, the content type and the declared charset are not
relied on.  What is not understood is unknown: the account may have been credited.
"""

import re
from collections.abc import Mapping
from xml.etree import ElementTree as ET

from services.connections import Answer, Outcome

CODES: Mapping[int, tuple[Outcome, str]] = {
    0: (Outcome.DONE, ""),
    1: (Outcome.LATER, "busy"),
    4: (Outcome.REFUSED, "account_format"),
    5: (Outcome.REFUSED, "account_not_found"),
    7: (Outcome.REFUSED, "forbidden"),
    8: (Outcome.REFUSED, "out_of_order"),
    31: (Outcome.REFUSED, "field_wrong"),
    32: (Outcome.REFUSED, "rate_changed"),
    79: (Outcome.REFUSED, "account_inactive"),
    90: (Outcome.UNKNOWN, "not_finished"),
    241: (Outcome.REFUSED, "amount_too_small"),
    242: (Outcome.REFUSED, "amount_too_large"),
    243: (Outcome.REFUSED, "account_not_checked"),
    300: (Outcome.REFUSED, "provider_error"),
}
"""Source: the OSMP provider protocol's table of result codes, and what providers make of it."""

COMMENT_LENGTH_MAX = 200
NUMBER_LENGTH_MAX = 64
"""Of the provider's transaction number."""

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_DECLARED = re.compile(
    rb"""\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']"""
)
_CHARSETS = {
    name: name
    for name in ("utf-8", "windows-1251", "cp1251", "koi8-r", "cp866", "iso-8859-5", "us-ascii")
}
_LIKELY = ("utf-8", "windows-1251")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_DEFINES = re.compile(r"<!(?!--|\[CDATA\[)")
"""A document type, and with it entities: no provider needs one, and bombs are made of them."""
_RESULT = re.compile(r"[0-9]{1,9}")
_SUM = re.compile(r"([0-9]{1,30})(?:[.,]([0-9]{1,30}))?")


def read(
    body: bytes,
    *,
    txn: int,
    amount: str,
    codes: Mapping[int, tuple[Outcome, str]],
    payee: tuple[str, ...],
) -> Answer:
    """What *body* says of the payment *txn* of that *amount*.

    *codes* are what result codes mean, *payee* the fields that hold the account owner's
    name, the first that is there.
    """
    if not body.strip():
        return Answer(Outcome.UNKNOWN, "empty")
    root = _root(body)
    if root is None:
        return Answer(Outcome.UNKNOWN, "not_understood")
    result = _text(root, "result")
    if not _RESULT.fullmatch(result):
        return Answer(Outcome.UNKNOWN, "no_result", code=_clean(result, NUMBER_LENGTH_MAX))
    answered = _text(root, "osmp_txn_id")
    if answered and answered.lstrip("0") != str(txn):
        return Answer(Outcome.UNKNOWN, "other_payment", code=result)
    outcome, reason = codes.get(int(result), (Outcome.UNKNOWN, "unknown_code"))
    if outcome is Outcome.DONE and _is_other(_text(root, "sum"), amount):
        reason = "echoed_other_sum"  # what it has stored is said by its registry, not by this
    return Answer(
        outcome=outcome,
        reason=reason,
        code=result,
        comment=_clean(_text(root, "comment"), COMMENT_LENGTH_MAX),
        payee=_payee(root, payee) if outcome is Outcome.DONE else "",
        provider_txn=_clean(_text(root, "prv_txn"), NUMBER_LENGTH_MAX),
    )


def _root(body: bytes) -> ET.Element | None:
    text = _decoded(body)
    if text is None or _DEFINES.search(text):
        return None
    try:
        root = ET.fromstring(_DECLARATION.sub("", text).strip())  # noqa: S314  # bounded, no entities
    except ET.ParseError:
        return None
    return root if _name(root) == "response" else None


def _decoded(body: bytes) -> str | None:
    """The text in the charset of its first bytes, its declaration, or else a likely one."""
    for mark, charset in _BOMS:
        if body.startswith(mark):
            return _decoded_as(body[len(mark) :], charset)
    declared = _DECLARED.match(body)
    named = _CHARSETS.get(declared[1].decode().lower(), "") if declared else ""
    for charset in (named, *_LIKELY):
        text = _decoded_as(body, charset) if charset else None
        if text is not None:
            return text
    return None


def _decoded_as(body: bytes, charset: str) -> str | None:
    try:
        return body.decode(charset)
    except UnicodeDecodeError:
        return None


def _name(element: ET.Element) -> str:
    """Its tag without a namespace."""
    return element.tag.rpartition("}")[2].lower()


def _text(root: ET.Element, name: str) -> str:
    """The text of the one child of that name; empty where there is none, or several."""
    found = [each for each in root if _name(each) == name]
    return (found[0].text or "").strip() if len(found) == 1 else ""


def _payee(root: ET.Element, names: tuple[str, ...]) -> str:
    given = {_name(each): each.text or "" for each in root}
    for fields in root:
        if _name(fields) == "fields":
            given |= {each.get("name", _name(each)).lower(): each.text or "" for each in fields}
    found = (_clean(given.get(name.lower(), ""), COMMENT_LENGTH_MAX) for name in names)
    return next(filter(None, found), "")


def _is_other(echoed: str, amount: str) -> bool:
    """Whether the provider echoes a sum, and it is not the one that was sent."""
    match = _SUM.fullmatch(echoed)
    if match is None:
        return bool(echoed)
    return f"{match[1].lstrip('0') or '0'}.{(match[2] or '').rstrip('0')}" != _plain(amount)


def _plain(amount: str) -> str:
    whole, _, fraction = amount.partition(".")
    return f"{whole}.{fraction.rstrip('0')}"


def _clean(text: str, longest: int) -> str:
    """In one line, without what cannot be shown, and not longer than *longest*."""
    line = " ".join(text.split())
    return "".join(each for each in line if each.isprintable())[:longest].strip()
