"""Secrets: sealed so that only their own place opens them, or kept as a keyed hash.

Envelope: every value is sealed under a data key, and the data keys are wrapped by the
master key, which is not in the database.  A sealed value is bound to table, row and field,
so it cannot be moved to another.  A separate key is derived for each purpose.
"""

import base64
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

KEY_BYTES = 32
_NONCE_BYTES = 12
_ID_BYTES = 16


class SealBrokenError(RuntimeError):
    """A sealed value was moved, changed, or sealed under another master key.

    Not a `WalletError`: somebody tampered, or the wrong key file is in use.
    """


@dataclass(frozen=True, slots=True)
class DataKey:
    """A key that seals values, itself wrapped by the master key."""

    id: str
    wrapped: bytes
    created_at: datetime


class DataKeys(Protocol):
    """What storage keeps of data keys."""

    def newest(self) -> DataKey | None:
        """The one that seals now."""

    def find(self, key_id: str) -> DataKey | None:
        """The one of that id, or None."""

    def add(self, key: DataKey) -> None:
        """Keep a new one; it seals from now on."""


class Vault:
    """Seals and opens under the master key; made once, at the start."""

    def __init__(self, master: bytes) -> None:
        if len(master) != KEY_BYTES:
            raise ValueError(f"a master key has {KEY_BYTES} bytes, not {len(master)}")
        self._master = master
        self._purposes: dict[str, bytes] = {}
        self._opened: dict[str, AESGCM] = {}

    def new_data_key(self, key_id: str, at: datetime) -> DataKey:
        """A fresh data key, wrapped; *key_id* is 32 hexadecimal digits."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        secret = secrets.token_bytes(KEY_BYTES)
        wrapped = self._wrapper().encrypt(nonce, secret, _place("data_keys", key_id, "wrapped"))
        return DataKey(key_id, nonce + wrapped, at)

    def holds(self, key: DataKey) -> bool:
        """Whether *key* was wrapped by this master key."""
        try:
            self._open_key(key)
        except SealBrokenError:
            return False
        return True

    def seal(self, keys: DataKeys, secret: str, *, table: str, row: str, field: str) -> bytes:
        """Encrypt *secret* for one place; key id, nonce and ciphertext in one."""
        key = keys.newest()
        if key is None:
            raise RuntimeError("there is no data key yet")
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._open_key(key).encrypt(nonce, secret.encode(), _place(table, row, field))
        return bytes.fromhex(key.id) + nonce + sealed

    def open(self, keys: DataKeys, sealed: bytes, *, table: str, row: str, field: str) -> str:
        """What `seal` was given, for the same place only.

        Raises:
            SealBrokenError: Another place, a changed byte or another master key.
        """
        key_id = sealed[:_ID_BYTES].hex()
        nonce, rest = sealed[_ID_BYTES:][:_NONCE_BYTES], sealed[_ID_BYTES + _NONCE_BYTES :]
        key = keys.find(key_id)
        if key is None:
            raise SealBrokenError(f"{table} {row} {field}: no data key {key_id}")
        try:
            return self._open_key(key).decrypt(nonce, rest, _place(table, row, field)).decode()
        except InvalidTag:
            raise SealBrokenError(f"{table} {row} {field} does not open") from None

    def digest(self, purpose: str, *fields: str) -> bytes:
        """A keyed hash of *fields*: equal for equal fields, useless without the key."""
        parts = [text.encode("utf-8", "surrogatepass") for text in fields]
        message = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
        return hmac.digest(self._purpose(purpose), message, sha256)

    def digits(self, purpose: str, count: int, *fields: str) -> str:
        """*count* decimal digits that follow from *fields* and the key."""
        number = int.from_bytes(self.digest(purpose, *fields), "big")
        return f"{number % 10**count:0{count}d}"

    def sign(self, message: bytes) -> bytes:
        """An Ed25519 signature that anyone can check with `public_key`."""
        return self._signer().sign(message)

    def public_key(self) -> str:
        """What checks `sign`, in base64."""
        raw = self._signer().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return base64.b64encode(raw).decode()

    def _signer(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self._purpose("chain head"))

    def _wrapper(self) -> AESGCM:
        return AESGCM(self._purpose("wrap data keys"))

    def _open_key(self, key: DataKey) -> AESGCM:
        if key.id not in self._opened:
            nonce, wrapped = key.wrapped[:_NONCE_BYTES], key.wrapped[_NONCE_BYTES:]
            try:
                secret = self._wrapper().decrypt(
                    nonce, wrapped, _place("data_keys", key.id, "wrapped")
                )
            except InvalidTag:
                raise SealBrokenError(f"data key {key.id}: another master key?") from None
            self._opened[key.id] = AESGCM(secret)
        return self._opened[key.id]

    def _purpose(self, name: str) -> bytes:
        if name not in self._purposes:
            derive = HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=f"purser {name}".encode())
            self._purposes[name] = derive.derive(self._master)
        return self._purposes[name]


def _place(table: str, row: str, field: str) -> bytes:
    return f"1|{table}|{row}|{field}".encode()
