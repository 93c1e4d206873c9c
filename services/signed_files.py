"""Files that prove by themselves who made them: signed over every byte, in a line at the end.

The line is a comment to a PDF reader.  It names the public key, and its last part signs all
that stands before that part; nothing may follow it.  So a file is genuine as a whole or not
at all, and whoever has the public key can tell, without asking anybody.
"""

import base64
import binascii
import re
from enum import StrEnum
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from services.errors import InvalidRequestError
from services.vault import Vault

MARK = "%purser-receipt 1"
"""How the line begins; the number is of its layout."""

_DOMAIN = b"purser signed file\0"
"""Before what is signed, so that no other signature of the wallet passes for this one."""

_KEY_ID_DIGITS = 16
_SIGNATURE_DIGITS = 128
_TAIL = re.compile(rb"\n%purser-receipt 1 (?P<key>[0-9a-f]{16}) (?P<signature>[0-9a-f]{128})\n\Z")
_TAIL_BYTES = len(f"\n{MARK}  \n") + _KEY_ID_DIGITS + _SIGNATURE_DIGITS


class PublicKeyError(InvalidRequestError):
    """That is no public key of a wallet."""

    code = "public_key"


class Finding(StrEnum):
    """What a file's signature says of it."""

    GENUINE = "genuine"
    CHANGED = "changed"
    """It bears this key's name, and is not what was signed."""
    OTHER_KEY = "other_key"
    UNSIGNED = "unsigned"


def sign(body: bytes, vault: Vault) -> bytes:
    """*body* with the line that proves it; the same body gives the same bytes."""
    head = body + f"\n{MARK} {key_id(vault.public_key())} ".encode()
    return head + vault.sign(_DOMAIN + head).hex().encode() + b"\n"


def look(file: bytes, public_key: str) -> Finding:
    """What *file* is to somebody who trusts *public_key*, in base64.

    Raises:
        PublicKeyError: *public_key* is none.
    """
    key = _key(public_key)
    tail = _TAIL.search(file, max(0, len(file) - _TAIL_BYTES))
    if tail is None:
        return Finding.UNSIGNED
    if tail["key"].decode() != key_id(public_key):
        return Finding.OTHER_KEY
    head, signature = file[: tail.start("signature")], bytes.fromhex(tail["signature"].decode())
    try:
        key.verify(signature, _DOMAIN + head)
    except InvalidSignature:
        return Finding.CHANGED
    return Finding.GENUINE


def key_id(public_key: str) -> str:
    """A short name of a public key in base64.

    Raises:
        PublicKeyError: It is none.
    """
    return sha256(_raw(public_key)).hexdigest()[:_KEY_ID_DIGITS]


def _key(public_key: str) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(_raw(public_key))
    except ValueError:
        raise PublicKeyError from None


def _raw(public_key: str) -> bytes:
    try:
        return base64.b64decode(public_key.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise PublicKeyError from None
