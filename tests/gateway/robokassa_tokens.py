"""Tokens as Robokassa's clients make them, in all the ways they differ."""

import base64
import hmac
import json
from typing import Any

HASHES = {
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


def encoded(content: bytes, *, is_padded: bool = False, is_plain: bool = False) -> str:
    """Base64 for addresses without padding, unless told otherwise."""
    text = (base64.b64encode if is_plain else base64.urlsafe_b64encode)(content).decode()
    return text if is_padded else text.rstrip("=")


def token(
    payload: Any,
    key: str,
    alg: str | None = "MD5",
    *,
    signs_with: str = "md5",
    is_padded: bool = False,
    is_plain: bool = False,
) -> str:
    """A token of *payload*; *signs_with* is the hash where *alg* is None."""
    head = {"typ": "JWT"} if alg is None else {"typ": "JWT", "alg": alg}
    shape = {"is_padded": is_padded, "is_plain": is_plain}
    text = payload if isinstance(payload, str) else json.dumps(payload, ensure_ascii=False)
    signed = ".".join(encoded(part.encode(), **shape) for part in (json.dumps(head), text))
    name = signs_with if alg is None else HASHES[alg]
    return f"{signed}.{encoded(hmac.digest(key.encode(), signed.encode(), name), **shape)}"
