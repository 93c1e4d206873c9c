"""The books as the operator and the auditor see them.

The audit names every row that is wrong, and by how much; it never repairs.  The end of the
journal's chain is signed, so that who keeps it outside can tell a shortened or rewritten
journal.
"""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from services.ledger import Balance, Head, Ledger, Posted
from services.money import Currency
from services.store import Store
from services.vault import Vault


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the books that cannot be right."""

    name: str
    row: str
    """Table and key of the row."""
    amount_minor: int
    """By how much it is wrong, in minor units; 0 where that has no meaning."""
    detail: str


@dataclass(frozen=True, slots=True)
class Total:
    """All accounts of one currency, by whose they are; `posted_minor` is always 0."""

    currency: Currency
    posted_minor: int
    held_minor: int
    holders_minor: int
    merchants_minor: int
    terminals_minor: int
    providers_minor: int
    system_minor: int


@dataclass(frozen=True, slots=True)
class SignedHead:
    """The end of the chain and a signature that only the wallet's key makes."""

    position: int
    hash: str
    """Hexadecimal."""
    at: str
    """When the newest transaction was posted, ISO 8601; empty for an empty journal."""
    signature: str
    """Ed25519 over position, hash and time, in base64."""
    public_key: str


@dataclass(frozen=True, slots=True)
class Audit:
    """What `purser verify` found."""

    totals: list[Total]
    transactions: int
    transfers: int
    head: SignedHead
    faults: list[Fault]


@dataclass(frozen=True, slots=True)
class Overview:
    """What the operator's desk shows of the ledger."""

    totals: list[Total]
    balances: list[Balance]
    transactions: list[Posted]
    head: SignedHead


class Journal(Protocol):
    """How storage reads the journal as a whole."""

    def totals(self) -> list[Total]:
        """One for each currency, by its code."""

    def balances(self, limit: int) -> list[Balance]:
        """Some accounts, those of holders first."""

    def newest(self, *, before: int | None, limit: int) -> list[Posted]:
        """Transactions, newest first, from below the position *before*."""

    def counts(self) -> tuple[int, int]:
        """How many transactions and transfers there are."""

    def seeded(self) -> tuple[int, int]:
        """How many wallets a seed made, and how many things are there beside them."""

    def hash_at(self, position: int) -> bytes | None:
        """The link of the chain at that place, or None."""

    def faults(self) -> Iterable[Fault]:
        """Everything that cannot be right."""


class Book(Protocol):
    """The part of the book that its readers need."""

    @property
    def ledger(self) -> Ledger: ...
    @property
    def journal(self) -> Journal: ...


class Books:
    """Reads only."""

    def __init__(self, *, store: Store[Book], vault: Vault) -> None:
        self._store = store
        self._vault = vault

    async def audit(self, *, anchor: SignedHead | None = None) -> Audit:
        """Check every row; with *anchor*, also that the journal still contains it."""

        def view(book: Book) -> Audit:
            faults = [*book.journal.faults(), *_missing(book, anchor)]
            head = sign(book.ledger.head(), self._vault)
            return Audit(book.journal.totals(), *book.journal.counts(), head, faults)

        return await self._store.read(view)

    async def overview(self, *, before: int | None = None, limit: int = 30) -> Overview:
        """Totals, some accounts, the newest transactions and the signed head."""

        def view(book: Book) -> Overview:
            return Overview(
                book.journal.totals(),
                book.journal.balances(100),
                book.journal.newest(before=before, limit=limit),
                sign(book.ledger.head(), self._vault),
            )

        return await self._store.read(view)

    async def head(self) -> SignedHead:
        """The end of the chain, to be kept outside."""
        return await self._store.read(lambda book: sign(book.ledger.head(), self._vault))


def sign(head: Head, vault: Vault) -> SignedHead:
    """*head* with the wallet's signature."""
    at = "" if head.at is None else head.at.isoformat()
    signature = base64.b64encode(vault.sign(_message(head.position, head.hash.hex(), at)))
    return SignedHead(head.position, head.hash.hex(), at, signature.decode(), vault.public_key())


def is_genuine(head: SignedHead) -> bool:
    """Whether the signature is that of the public key named beside it."""
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(head.public_key))
    try:
        key.verify(base64.b64decode(head.signature), _message(head.position, head.hash, head.at))
    except InvalidSignature:
        return False
    return True


def _missing(book: Book, anchor: SignedHead | None) -> list[Fault]:
    if anchor is None or not anchor.position:
        return []
    row = f"transactions {anchor.position}"
    if not is_genuine(anchor):
        return [Fault("anchor_forged", row, 0, "the head's signature does not fit")]
    found = book.journal.hash_at(anchor.position)
    if found is None:
        return [Fault("journal_cut", row, 0, "a transaction that was there is gone")]
    if found.hex() != anchor.hash:
        return [Fault("journal_rewritten", row, 0, "the chain was made anew")]
    return []


def _message(position: int, digest: str, at: str) -> bytes:
    return f"purser chain head|{position}|{digest}|{at}".encode()
