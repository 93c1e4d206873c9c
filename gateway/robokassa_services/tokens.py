"""JWT as Robokassa's services take them: signed with a password of the shop, and read leniently.

Clients send a token as a JSON string or bare, in either alphabet of base64, padded or not,
with the algorithm by two names or none at all.  What is signed is the text as it came.
"""

import base64
import binascii
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TOKEN_LENGTH_MAX = 48 * 1024
DEPTH_MAX = 8
"""How deep a payload may be nested; none that is known goes deeper than four."""

SEGMENTS = 3
ALGORITHMS = {
    "MD5": "md5",
    "RIPEMD160": "ripemd160",
    "SHA1": "sha1",
    "HS1": "sha1",
    "SHA256": "sha256",
    "HS256": "sha256",
    "SHA384": "sha384",
    "HS384": "sha384",
    "SHA512": "sha512",
    "HS512": "sha512",
}
"""Source: docs.robokassa.ru, invoice API; `none` is not one of them."""

_STANDARD = str.maketrans("-_", "+/")


class TokenNotUnderstoodError(Exception):
    """It is no token, or its content is not what any client sends."""


class Number(str):
    """A JSON number as it was written: nothing of it is rounded."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Token:
    """A token that was read; whether it is genuine is asked of it with a key."""

    algorithm: str | None
    """As hashlib names it; None: the shop's."""
    payload: "Fields"
    signed: str
    signature: bytes

    def is_signed(self, key: str, shops: str) -> bool:
        """Whether *key* signed it, by its own algorithm or else by the shop's."""
        algorithm = self.algorithm or shops
        expected = hmac.digest(key.encode(), self.signed.encode(), algorithm)
        return hmac.compare_digest(expected, self.signature)


class Fields:
    """A JSON object whose members are found whatever the case of their names."""

    def __init__(self, members: Mapping[str, Any]) -> None:
        self._given = members
        self._members = {name.lower(): value for name, value in members.items()}

    def members(self) -> dict[str, Any]:
        """All of them under the names that they came with."""
        return dict(self._given)

    def value(self, name: str) -> Any:
        """The member of that name; None where there is none."""
        return self._members.get(name.lower())

    def text(self, name: str) -> str:
        """A text, number or truth value as it was written; empty where there is none.

        Raises:
            TokenNotUnderstoodError: It is something else.
        """
        value = self.value(name)
        if isinstance(value, bool):
            return str(value).lower()
        if value is None or isinstance(value, str):
            return str(value or "").strip()
        raise TokenNotUnderstoodError(f"{name} is not a text")

    def texts(self, name: str) -> list[str]:
        """A list of texts; empty where there is none.

        Raises:
            TokenNotUnderstoodError: It is something else.
        """
        value = self.value(name)
        if value is None:
            return []
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return value
        raise TokenNotUnderstoodError(f"{name} is not a list of texts")

    def fields(self, name: str) -> "Fields":
        """A nested object; an empty one where there is none.

        Raises:
            TokenNotUnderstoodError: It is something else.
        """
        value = self.value(name)
        if value is None or isinstance(value, dict):
            return Fields(value or {})
        raise TokenNotUnderstoodError(f"{name} is not an object")


def read_token(body: bytes) -> Token:
    """The token in *body*, whatever the form that it came in.

    Raises:
        TokenNotUnderstoodError: There is none, or its content is not an object.
    """
    text = _unquoted(body)
    segments = text.split(".")
    if len(segments) != SEGMENTS:
        raise TokenNotUnderstoodError("The body is not a token")
    head, content, signature = segments
    algorithm = Fields(read_object(decoded(head))).text("alg")
    if algorithm and algorithm.upper() not in ALGORITHMS:
        raise TokenNotUnderstoodError("The algorithm is not one of those that are known")
    return Token(
        algorithm=ALGORITHMS[algorithm.upper()] if algorithm else None,
        payload=Fields(read_object(decoded(content))),
        signed=f"{head}.{content}",
        signature=decoded(signature),
    )


def read_body(body: bytes) -> str:
    """*body* as a text without what surrounds it.

    Raises:
        TokenNotUnderstoodError: It is too long, or not of this charset.
    """
    if len(body) > TOKEN_LENGTH_MAX:
        raise TokenNotUnderstoodError("The token is too long")
    try:
        return body.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise TokenNotUnderstoodError("The body is not a text") from None


def read_object(content: bytes) -> dict[str, Any]:
    """A JSON object, its numbers as they were written.

    Raises:
        TokenNotUnderstoodError: It is none, or holds what no client sends.
    """
    try:
        value = json.loads(
            content, parse_float=Number, parse_int=Number, parse_constant=_refuse_constant
        )
    except (ValueError, RecursionError):
        raise TokenNotUnderstoodError("The content is not JSON") from None
    if not isinstance(value, dict) or not _is_clean(value, DEPTH_MAX):
        raise TokenNotUnderstoodError("The content is not an object of texts and numbers")
    return value


def written(value: Any) -> str:
    """A value of `read_object` as JSON again, its numbers as they came."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        members = ", ".join(f"{written(name)}: {written(each)}" for name, each in value.items())
        return f"{{{members}}}"
    if isinstance(value, list):
        return f"[{', '.join(written(each) for each in value)}]"
    return json.dumps(value, ensure_ascii=False)


def decoded(segment: str) -> bytes:
    """What *segment* says in base64, of either alphabet and with or without padding.

    Raises:
        TokenNotUnderstoodError: It is not base64.
    """
    bare = segment.strip().rstrip("=").translate(_STANDARD)
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise TokenNotUnderstoodError("The token is not base64") from None


def _unquoted(body: bytes) -> str:
    text = read_body(body)
    if not text.startswith('"'):
        return text
    try:
        inner = json.loads(text)
    except ValueError:
        raise TokenNotUnderstoodError("The body is not JSON") from None
    if not isinstance(inner, str):
        raise TokenNotUnderstoodError("The body is not a token")
    return inner.strip()


def _is_clean(value: Any, depth: int) -> bool:
    """Nested no deeper, and only of texts that can be kept: no half of a pair, no NUL."""
    if depth == 0:
        return False
    if isinstance(value, dict):
        texts = all(_is_clean(name, 1) for name in value)
        return texts and all(_is_clean(each, depth - 1) for each in value.values())
    if isinstance(value, list):
        return all(_is_clean(each, depth - 1) for each in value)
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
    return True


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)
