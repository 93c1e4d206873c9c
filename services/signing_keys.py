"""Keys that the wallet signs with where others' software expects RSA and a certificate.

A key is made when it is first needed and is the same for every process and from then on; it
lies sealed in the database.  Its certificate signs itself: shops take it from the wallet's
own address and keep it.
"""

import asyncio
import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from services.clock import Clock
from services.due import encode
from services.store import Store
from services.vault import DataKeys, Vault

KEY_BITS = 2048
VALID = timedelta(days=3653)
"""Ten years: whoever keeps a certificate is not told of another."""

ROBOKASSA = "robokassa"
"""The key that signs ResultUrl2."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key as it is kept."""

    name: str
    certificate: str
    """X.509 in PEM."""
    secret: bytes
    """PKCS 8 in PEM, sealed."""
    created_at: datetime


class StoredSigningKeys(Protocol):
    """What storage keeps of them."""

    def find(self, name: str) -> SigningKey | None:
        """The one of that name, or None."""

    def keep(self, key: SigningKey) -> SigningKey:
        """Keep it, or return the one that was kept under its name before."""


class Book(Protocol):
    """The part of the book that signing keys need."""

    @property
    def signing_keys(self) -> StoredSigningKeys: ...
    @property
    def data_keys(self) -> DataKeys: ...


class SigningKeys:
    """Signs, and shows the certificates that check it."""

    def __init__(self, *, store: Store[Book], vault: Vault, now: Clock) -> None:
        self._store = store
        self._vault = vault
        self._now = now
        self._opened: dict[str, rsa.RSAPrivateKey] = {}

    async def certificate(self, *, name: str) -> str:
        """The certificate of that key, in PEM."""
        return (await self._key(name)).certificate

    async def jws(self, *, name: str, claims: Mapping[str, Any]) -> str:
        """*claims* signed with that key, the same for the same claims.

        Source: RFC 7515, compact serialisation; RFC 7518, section 3.3, RS256.
        """
        if name not in self._opened:
            self._opened[name] = await self._open(await self._key(name))
        parts = ({"alg": "RS256", "typ": "JWT"}, dict(claims))
        signed = ".".join(_base64url(encode(part).encode()) for part in parts)
        signature = await asyncio.to_thread(
            self._opened[name].sign, signed.encode(), padding.PKCS1v15(), hashes.SHA256()
        )
        return f"{signed}.{_base64url(signature)}"

    async def _key(self, name: str) -> SigningKey:
        found = await self._store.read(lambda book: book.signing_keys.find(name))
        if found is not None:
            return found
        at = self._now()
        secret, certificate = await asyncio.to_thread(_new_pair, name, at)

        def work(book: Book) -> SigningKey:
            sealed = self._vault.seal(
                book.data_keys, secret, table="signing_keys", row=name, field="secret"
            )
            return book.signing_keys.keep(SigningKey(name, certificate, sealed, at))

        return await self._store.write(work)

    async def _open(self, key: SigningKey) -> rsa.RSAPrivateKey:
        unseal = partial(self._vault.open, table="signing_keys", row=key.name, field="secret")
        pem = await self._store.read(lambda book: unseal(book.data_keys, key.secret))
        opened = load_pem_private_key(pem.encode(), password=None)
        if not isinstance(opened, rsa.RSAPrivateKey):
            raise TypeError(f"the key {key.name} is no RSA key")
        return opened


def _new_pair(name: str, at: datetime) -> tuple[str, str]:
    """A new key and its certificate, both in PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Purser {name}")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at)
        .not_valid_after(at + VALID)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return secret.decode(), certificate.public_bytes(Encoding.PEM).decode()


def _base64url(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()
