"""Key pairs of a merchant: made, listed, taken back, and which of them signs notifications."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from services import merchants
from services.clock import Clock
from services.errors import InvalidRequestError, NotFoundError, RefusedError
from services.history import Step
from services.ids import NewId
from services.key_pair_life import KeyPair, keep, new_public_key, new_secret_key, opened
from services.merchants import Merchant, MerchantNotFoundError
from services.store import Store
from services.vault import Vault

NAME_LENGTH_MAX = 64
PAIRS_MAX = 20
"""Good at once, of one merchant."""


class KeyPairNotFoundError(NotFoundError):
    """The merchant has no such key pair, or it was taken back."""

    code = "key_pair_not_found"


class KeyPairNameError(InvalidRequestError):
    """The name is empty, too long or cannot be shown.  Values: maximum."""

    code = "key_pair_name"


class KeyPairsMaxError(RefusedError):
    """The merchant has as many key pairs as it may have.  Values: maximum."""

    code = "key_pairs_max"


class KeyPairSecretError(RefusedError):
    """The pair was made before secret keys were kept, so it cannot sign notifications."""

    code = "key_pair_secret"


@dataclass(frozen=True, slots=True)
class FreshPair:
    """A pair with its secret key, as it is shown once."""

    pair: KeyPair
    secret_key: str


class Book(merchants.Book, Protocol):
    """The part of the book that key pairs need."""


class KeyPairs:
    """What a merchant's people and the operator do with its keys."""

    def __init__(self, *, store: Store[Book], vault: Vault, now: Clock, new_id: NewId) -> None:
        self._store = store
        self._vault = vault
        self._now = now
        self._new_id = new_id

    async def create(
        self, *, merchant_id: str, name: str, notify_url: str | None = None
    ) -> FreshPair:
        """A new pair; one with a *notify_url* takes notifications over from any other.

        Raises:
            MerchantNotFoundError: There is no such merchant.
            KeyPairNameError: *name* cannot be shown.
            KeyPairsMaxError: It has `PAIRS_MAX`.
        """
        at, called = self._now(), _shown(name)
        pair_id, public_key = self._new_id(at), new_public_key()

        def work(book: Book) -> FreshPair:
            merchant = merchants.to_change(book, merchant_id)
            if len(_good(book, merchant.id)) >= PAIRS_MAX:
                raise KeyPairsMaxError(maximum=PAIRS_MAX)
            secret_key = new_secret_key(merchant.id, merchant.site_id)
            pair = KeyPair(pair_id, merchant.id, called, public_key, at, notify_url)
            if notify_url is not None:
                _take_url(book, merchant.id)
            keep(book, self._vault, pair, secret_key)
            _note(book, merchant, "add_keys", called, at)
            return FreshPair(pair, secret_key)

        return await self._store.write(work)

    async def listed(self, *, merchant_id: str) -> list[KeyPair]:
        """All that the merchant has or had, oldest first.

        Raises:
            MerchantNotFoundError: There is no such merchant.
        """
        return await self._store.read(
            lambda book: book.key_pairs.listed(merchants.known(book, merchant_id).id)
        )

    async def revoke(self, *, merchant_id: str, pair_id: str) -> KeyPair:
        """Neither key is good any longer; again is the same.

        Raises:
            MerchantNotFoundError, KeyPairNotFoundError: There is none such.
        """
        at = self._now()

        def work(book: Book) -> KeyPair:
            merchant = merchants.to_change(book, merchant_id)
            pair = _found(book.key_pairs.listed(merchant.id), pair_id)
            if pair.is_revoked:
                return pair
            revoked = replace(pair, revoked_at=at, notify_url=None)
            book.key_pairs.change(revoked)
            _note(book, merchant, "revoke_keys", pair.name, at)
            return revoked

        return await self._store.write(work)

    async def set_notify_url(self, *, merchant_id: str, pair_id: str, url: str | None) -> KeyPair:
        """Tell the merchant of bills at *url*, signed with this pair; one pair only has one.

        Raises:
            MerchantNotFoundError, KeyPairNotFoundError: There is none such.
            KeyPairSecretError: The pair cannot sign.
        """

        def work(book: Book) -> KeyPair:
            merchant = merchants.to_change(book, merchant_id)
            pair = _found(_good(book, merchant.id), pair_id)
            if url is not None and book.key_pairs.secret_key(pair) is None:
                raise KeyPairSecretError
            if url is not None:
                _take_url(book, merchant.id)
            changed = replace(pair, notify_url=url)
            book.key_pairs.change(changed)
            return changed

        return await self._store.write(work)

    async def notifying(self, *, merchant_id: str) -> tuple[str | None, str | None]:
        """Where the merchant is told of bills, and the secret key that signs it.

        That is the pair with an address of its own; without one, the merchant's webhook
        address and its newest pair.  None for what there is not.

        Raises:
            MerchantNotFoundError: There is no such merchant.
        """

        def view(book: Book) -> tuple[str | None, str | None]:
            merchant = merchants.known(book, merchant_id)
            pairs = _good(book, merchant.id)
            for pair in pairs:
                if pair.notify_url is not None:
                    return pair.notify_url, opened(book, self._vault, pair)
            keys = (opened(book, self._vault, pair) for pair in reversed(pairs))
            return merchant.webhook_url, next((key for key in keys if key is not None), None)

        return await self._store.read(view)

    async def by_public_key(self, *, public_key: str) -> Merchant:
        """Whose link a public key makes.

        Raises:
            MerchantNotFoundError: Nobody's, taken back, or of a disabled merchant.
        """

        def view(book: Book) -> Merchant:
            merchant = book.merchants.with_public_key(public_key)
            if merchant is None or merchant.state is merchants.MerchantState.DISABLED:
                raise MerchantNotFoundError
            return merchant

        return await self._store.glance(view)


def _good(book: Book, merchant_id: str) -> list[KeyPair]:
    return [each for each in book.key_pairs.listed(merchant_id) if not each.is_revoked]


def _found(pairs: list[KeyPair], pair_id: str) -> KeyPair:
    found = next((each for each in pairs if each.id == pair_id), None)
    if found is None:
        raise KeyPairNotFoundError
    return found


def _take_url(book: Book, merchant_id: str) -> None:
    """No other pair has an address for notifications."""
    for pair in _good(book, merchant_id):
        if pair.notify_url is not None:
            book.key_pairs.change(replace(pair, notify_url=None))


def _note(book: Book, merchant: Merchant, event: str, name: str, at: datetime) -> None:
    book.steps.add(merchant.owner, Step(event, merchant.state.value, "merchant", at, name))


def _shown(name: str) -> str:
    cleaned = " ".join(name.split())
    if not 0 < len(cleaned) <= NAME_LENGTH_MAX or not cleaned.isprintable():
        raise KeyPairNameError(maximum=NAME_LENGTH_MAX)
    return cleaned
