"""Key pairs as they are kept.

A secret key's keyed hash finds its merchant; the secret key itself is sealed, for it signs
what the merchant is told.
"""

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.vault import DataKeys, Vault

SCOPES = (
    "invoices:read",
    "invoices:write",
    "refunds:write",
    "links:charge",
    "money:read",
    "deliveries:write",
    "settings:write",
)
FIRST_SCOPES = (*SCOPES, "keys:write")
"""Of the pair that comes with the account: a key that is given on cannot make others."""

FIRST_NAME = "first"
"""What the pair is called that a merchant gets with its account."""


_SECRET_DIGITS, _BASE64_BYTES = 64, 3


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A public key, for links, and a secret key, for requests, of one merchant."""

    id: str
    merchant: str
    name: str
    public_key: str
    created_at: datetime
    notify_url: str | None = None
    """Where the merchant is told of bills, signed with this pair's secret key."""
    revoked_at: datetime | None = None

    @property
    def is_revoked(self) -> bool:
        """Whether neither of its keys is good any longer."""
        return self.revoked_at is not None


class StoredKeyPairs(Protocol):
    """What storage keeps of key pairs."""

    def add(self, pair: KeyPair, *, scopes: str, digest: bytes, secret_key: bytes) -> None:
        """Keep a new one, with its secret key's keyed hash and the secret key sealed."""

    def listed(self, merchant_id: str) -> list[KeyPair]:
        """The merchant's, oldest first; also those that were taken back."""

    def change(self, pair: KeyPair) -> None:
        """Keep where it notifies and when it was taken back."""

    def secret_key(self, pair: KeyPair) -> bytes | None:
        """The sealed secret key; None of one that was made before they were kept."""


class Book(Protocol):
    """The part of the book that key pairs need."""

    @property
    def key_pairs(self) -> StoredKeyPairs: ...
    @property
    def data_keys(self) -> DataKeys: ...


def new_secret_key(merchant_id: str, site_id: str) -> str:
    """Base64 of compact JSON, the form that QIWI's clients take apart.

    Made as long as base64 needs no `=` after it: a client puts it in an address as it is.
    """
    before = f'{{"version":"P2P","data":{{"payin_merchant_site_uid":"{site_id}",'
    before += f'"user_id":"{merchant_id}","secret":"'
    after = '"}}'
    odd = (len(before) + _SECRET_DIGITS + len(after)) % _BASE64_BYTES
    digits = _SECRET_DIGITS + (_BASE64_BYTES - odd) % _BASE64_BYTES
    secret = secrets.token_hex(digits)[:digits]
    return base64.b64encode(f"{before}{secret}{after}".encode()).decode()


def new_public_key() -> str:
    """Names a merchant in links; it opens nothing."""
    return secrets.token_urlsafe(32)


def digest(vault: Vault, secret_key: str) -> bytes:
    """The keyed hash by which a secret key is found, so that no comparison can be timed."""
    return vault.digest("merchant key", secret_key)


def keep(
    book: Book,
    vault: Vault,
    pair: KeyPair,
    secret_key: str,
    scopes: tuple[str, ...] = SCOPES,
) -> None:
    """Accept requests with *secret_key* from now on."""
    sealed = vault.seal(
        book.data_keys, secret_key, table="merchant_keys", row=pair.id, field="secret_key"
    )
    book.key_pairs.add(
        pair, scopes=" ".join(scopes), digest=digest(vault, secret_key), secret_key=sealed
    )


def opened(book: Book, vault: Vault, pair: KeyPair) -> str | None:
    """The pair's secret key; None of one that was made before they were kept."""
    sealed = book.key_pairs.secret_key(pair)
    if sealed is None:
        return None
    return vault.open(
        book.data_keys, sealed, table="merchant_keys", row=pair.id, field="secret_key"
    )
