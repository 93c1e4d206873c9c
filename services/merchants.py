"""Merchants: shops that issue invoices, their keys and where they are told of payments."""

import base64
import re
import secrets
import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from services import key_pair_life
from services.clock import Clock
from services.due import DueWork
from services.errors import InvalidRequestError, NotFoundError, RefusedError
from services.history import Step, Steps
from services.ids import NewId
from services.key_pair_life import KeyPair
from services.ledger import Account, Ledger, account_id
from services.money import Currency
from services.store import Store
from services.vault import Vault

NAME_LENGTH_MAX = 64
_ALIKE = frozenset({"ARMENIAN", "CHEROKEE", "CYRILLIC", "GREEK", "LATIN"})
"""Alphabets with letters that are drawn the same."""


class MerchantState(StrEnum):
    """A disabled merchant's keys are refused and its invoices cannot be paid."""

    ACTIVE = "active"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class Merchant:
    """A shop."""

    id: str
    name: str
    site_id: str
    public_key: str
    currency: Currency
    created_at: datetime
    webhook_url: str | None = None
    state: MerchantState = MerchantState.ACTIVE

    @property
    def owner(self) -> str:
        """The name that the merchant's accounts go by."""
        return f"merchant/{self.id}"


@dataclass(frozen=True, slots=True)
class Credentials:
    """A merchant with its secrets, as they are shown once."""

    merchant: Merchant
    secret_key: str
    """Bearer key of our API, in the form QIWI's clients expect."""
    webhook_secret: str
    """`whsec_` and the key bytes in base64, as Standard Webhooks writes it."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who holds the key of a request, and what the key is good for."""

    merchant: Merchant
    scopes: frozenset[str]


class MerchantNotFoundError(NotFoundError):
    """There is no such merchant."""

    code = "merchant_not_found"


class MerchantDisabledError(RefusedError):
    """The merchant takes no payments at present."""

    code = "merchant_disabled"


class MerchantNameError(InvalidRequestError):
    """The name is empty, too long, or hides something.  Values: maximum."""

    code = "merchant_name"


class KeyRefusedError(RefusedError):
    """No key, an unknown one, or one that was taken back."""

    code = "key_refused"


class ScopeMissingError(RefusedError):
    """The key is not good for this.  Values: scope."""

    code = "scope_missing"


class StoredMerchants(Protocol):
    """What storage keeps of merchants."""

    def add(self, merchant: Merchant, *, webhook_secret: bytes) -> None:
        """Keep a new one with its sealed webhook secret."""

    def find(self, merchant_id: str) -> Merchant | None:
        """The merchant of that id, or None."""

    def find_to_change(self, merchant_id: str) -> Merchant | None:
        """The same; nobody else changes it meanwhile."""

    def listed(self) -> list[Merchant]:
        """All, by name."""

    def change(self, merchant: Merchant) -> None:
        """Keep all that may change of it."""

    def webhook_secret(self, merchant_id: str) -> bytes:
        """The sealed secret."""

    def change_webhook_secret(self, merchant_id: str, sealed: bytes) -> None:
        """Keep a new one."""

    def with_key(self, digest: bytes) -> tuple[Merchant, str] | None:
        """Whose valid key that is and its scopes, or None."""

    def with_public_key(self, public_key: str) -> Merchant | None:
        """Whose that is, of a pair that was not taken back, or None."""


class Book(key_pair_life.Book, Protocol):
    """The part of the book that merchants need."""

    @property
    def merchants(self) -> StoredMerchants: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def steps(self) -> Steps: ...
    @property
    def due(self) -> DueWork: ...


class Merchants:
    """The operator's side of merchants, and the check of their keys."""

    def __init__(self, *, store: Store[Book], vault: Vault, now: Clock, new_id: NewId) -> None:
        self._store = store
        self._vault = vault
        self._now = now
        self._new_id = new_id

    async def add(
        self, *, name: str, currency: Currency, webhook_url: str | None = None
    ) -> Credentials:
        """A new shop with an account, a key and a webhook secret.

        Raises:
            MerchantNameError: The name cannot be shown.
        """
        at = self._now()
        merchant = Merchant(
            id=self._new_id(at),
            name=_shown(name),
            site_id=f"{secrets.token_hex(3)}-00",
            public_key=key_pair_life.new_public_key(),
            currency=currency,
            created_at=at,
            webhook_url=webhook_url,
        )
        fresh, pair_id = _fresh(merchant), self._new_id(at)

        def work(book: Book) -> Credentials:
            book.merchants.add(merchant, webhook_secret=self._sealed(book, fresh))
            account = account_id(merchant.owner, currency)
            book.ledger.open(Account(account, merchant.owner, currency, at))
            self._accept(book, fresh, pair_id, at)
            book.steps.add(merchant.owner, Step("add", merchant.state.value, "operator", at))
            return fresh

        return await self._store.write(work)

    async def rotate(self, *, merchant_id: str) -> Credentials:
        """New key and webhook secret; all the ones before are good no longer.

        The public key stays, so links with it do; so does the address for notifications.

        Raises:
            MerchantNotFoundError: There is none.
        """
        at = self._now()
        pair_id = self._new_id(at)

        def work(book: Book) -> Credentials:
            merchant = to_change(book, merchant_id)
            fresh = _fresh(merchant)
            notify_url = _revoke_all(book, merchant, at)
            book.merchants.change_webhook_secret(merchant.id, self._sealed(book, fresh))
            self._accept(book, fresh, pair_id, at, notify_url)
            book.steps.add(merchant.owner, Step("rotate", merchant.state.value, "operator", at))
            return fresh

        return await self._store.write(work)

    async def disable(self, *, merchant_id: str) -> Merchant:
        """Refuse its keys and payments to it; again is the same.

        Raises:
            MerchantNotFoundError: There is none.
        """
        at = self._now()

        def work(book: Book) -> Merchant:
            disabled = replace(to_change(book, merchant_id), state=MerchantState.DISABLED)
            book.merchants.change(disabled)
            book.steps.add(disabled.owner, Step("disable", disabled.state.value, "operator", at))
            return disabled

        return await self._store.write(work)

    async def set_webhook(self, *, merchant_id: str, url: str | None) -> Merchant:
        """Tell the shop of its payments at *url* from now on.

        Raises:
            MerchantNotFoundError: There is none.
        """

        def work(book: Book) -> Merchant:
            changed = replace(to_change(book, merchant_id), webhook_url=url)
            book.merchants.change(changed)
            return changed

        return await self._store.write(work)

    async def listed(self) -> list[Merchant]:
        """All, by name."""
        return await self._store.read(lambda book: book.merchants.listed())

    async def get(self, *, merchant_id: str) -> Merchant:
        """One merchant.

        Raises:
            MerchantNotFoundError: There is none.
        """
        return await self._store.read(lambda book: known(book, merchant_id))

    async def authenticate(self, *, secret_key: str) -> Caller:
        """Whose key that is; found by its keyed hash, so no comparison can be timed.

        Raises:
            KeyRefusedError: Nobody's, taken back, or of a disabled merchant.
        """
        digest = key_pair_life.digest(self._vault, secret_key)

        def view(book: Book) -> Caller:
            found = book.merchants.with_key(digest)
            if found is None or found[0].state is MerchantState.DISABLED:
                raise KeyRefusedError
            return Caller(found[0], frozenset(found[1].split()))

        return await self._store.glance(view)

    async def webhook(self, *, merchant_id: str) -> tuple[str | None, bytes]:
        """Where the merchant is told of events, and the key bytes that sign them.

        Raises:
            MerchantNotFoundError: There is none.
        """

        def view(book: Book) -> tuple[str | None, bytes]:
            merchant = known(book, merchant_id)
            text = self._vault.open(
                book.data_keys,
                book.merchants.webhook_secret(merchant.id),
                table="merchants",
                row=merchant.id,
                field="webhook_secret",
            )
            return merchant.webhook_url, base64.b64decode(text.removeprefix("whsec_"))

        return await self._store.read(view)

    def _sealed(self, book: Book, fresh: Credentials) -> bytes:
        return self._vault.seal(
            book.data_keys,
            fresh.webhook_secret,
            table="merchants",
            row=fresh.merchant.id,
            field="webhook_secret",
        )

    def _accept(
        self,
        book: Book,
        fresh: Credentials,
        pair_id: str,
        at: datetime,
        notify_url: str | None = None,
    ) -> None:
        merchant = fresh.merchant
        name = key_pair_life.FIRST_NAME
        pair = KeyPair(pair_id, merchant.id, name, merchant.public_key, at, notify_url)
        scopes = key_pair_life.FIRST_SCOPES
        key_pair_life.keep(book, self._vault, pair, fresh.secret_key, scopes)


def known(book: Book, merchant_id: str) -> Merchant:
    """The merchant of that id.

    Raises:
        MerchantNotFoundError: There is none.
    """
    return _found(book.merchants.find(merchant_id))


def to_change(book: Book, merchant_id: str) -> Merchant:
    """The merchant of that id; nobody else changes it, or its keys, meanwhile.

    Raises:
        MerchantNotFoundError: There is none.
    """
    return _found(book.merchants.find_to_change(merchant_id))


def _found(merchant: Merchant | None) -> Merchant:
    if merchant is None:
        raise MerchantNotFoundError
    return merchant


def _shown(name: str) -> str:
    """*name*, if people will see what it says."""
    cleaned = " ".join(name.split())
    if not 0 < len(cleaned) <= NAME_LENGTH_MAX or not cleaned.isprintable():
        raise MerchantNameError(maximum=NAME_LENGTH_MAX)
    if any(_is_disguised(word) for word in re.findall(r"[^\W\d_]+", cleaned)):
        raise MerchantNameError(maximum=NAME_LENGTH_MAX)
    return cleaned


def _is_disguised(word: str) -> bool:
    """Written with letters of two alphabets that look alike, or with styled ones."""
    alphabets = {unicodedata.name(letter, "").partition(" ")[0] for letter in word}
    styled = any(unicodedata.normalize("NFKC", letter) != letter for letter in word)
    return styled or len(alphabets & _ALIKE) > 1


def _fresh(merchant: Merchant) -> Credentials:
    secret_key = key_pair_life.new_secret_key(merchant.id, merchant.site_id)
    return Credentials(merchant, secret_key, _webhook_secret())


def _revoke_all(book: Book, merchant: Merchant, at: datetime) -> str | None:
    """Take all its key pairs back; returns where one of them notified."""
    notify_url = None
    for pair in book.key_pairs.listed(merchant.id):
        notify_url = notify_url or pair.notify_url
        if not pair.is_revoked:
            book.key_pairs.change(replace(pair, revoked_at=at, notify_url=None))
    return notify_url


def _webhook_secret() -> str:
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"
