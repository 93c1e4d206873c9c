"""Keys that sign in others' ways: one for all processes, sealed, checked by its certificate."""

import asyncio
import base64
import json

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from services.signing_keys import ROBOKASSA, VALID, SigningKey, SigningKeys
from services.vault import Vault
from storage.book import BookTables
from storage.engines import AnyStore
from tests.clock import TestClock


def check(certificate: str, jws: str) -> None:
    """As a shop does it that keeps the certificate."""
    key = x509.load_pem_x509_certificate(certificate.encode()).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    signed, _, signature = jws.rpartition(".")
    padded = base64.urlsafe_b64decode(signature + "==")
    key.verify(padded, signed.encode(), padding.PKCS1v15(), hashes.SHA256())


async def test_two_processes_sign_with_one_key(
    store: AnyStore, vault: Vault, clock: TestClock
) -> None:
    """Both need it first at one moment; the shop has one certificate."""
    one = SigningKeys(store=store, vault=vault, now=clock)
    other = SigningKeys(store=store, vault=vault, now=clock)

    signed = await asyncio.gather(
        one.jws(name=ROBOKASSA, claims={"a": 1}), other.jws(name=ROBOKASSA, claims={"a": 1})
    )

    assert signed[0] == signed[1]
    certificate = await one.certificate(name=ROBOKASSA)
    assert certificate == await other.certificate(name=ROBOKASSA)
    check(certificate, signed[0])
    header, claims, _ = signed[0].split(".")
    assert json.loads(base64.urlsafe_b64decode(header + "==")) == {"alg": "RS256", "typ": "JWT"}
    assert json.loads(base64.urlsafe_b64decode(claims + "==")) == {"a": 1}
    with pytest.raises(InvalidSignature):
        check(certificate, signed[0].replace(f".{claims}.", ".eyJhIjoyfQ."))


async def test_key_is_sealed_and_valid_for_ten_years(
    store: AnyStore, vault: Vault, clock: TestClock
) -> None:
    keys = SigningKeys(store=store, vault=vault, now=clock)
    pem = await keys.certificate(name=ROBOKASSA)

    kept = await store.read(lambda book: book.signing_keys.find(ROBOKASSA))

    assert kept is not None
    assert b"PRIVATE" not in kept.secret
    certificate = x509.load_pem_x509_certificate(pem.encode())
    assert certificate.not_valid_after_utc == clock() + VALID


async def test_key_of_another_kind_is_refused(
    store: AnyStore, vault: Vault, clock: TestClock
) -> None:
    """Whoever put it there would have messages signed that no shop can check."""
    pem = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )

    def plant(book: BookTables) -> None:
        sealed = vault.seal(
            book.data_keys, pem.decode(), table="signing_keys", row="x", field="secret"
        )
        book.signing_keys.keep(SigningKey("x", "", sealed, clock()))

    await store.write(plant)

    with pytest.raises(TypeError, match="no RSA key"):
        await SigningKeys(store=store, vault=vault, now=clock).jws(name="x", claims={})
