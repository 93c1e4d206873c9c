"""Merchants that use the pull interface: numbers, passwords, and how they are called back."""

import json
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from services import merchants
from services.clock import Clock
from services.errors import NotFoundError, RefusedError
from services.history import Step
from services.merchants import Merchant, MerchantState
from services.store import Store
from services.vault import Vault

PRV_IDS = range(100_000, 1_000_000_000)
"""Shops knew them as numbers of six to nine digits."""

API_IDS = range(10_000_000, 100_000_000)
DRAWN = 8
"""Numbers drawn for a new shop; the first that is free becomes its own."""


class Signing(StrEnum):
    """How a callback proves that it is the wallet's."""

    BASIC = "basic"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class PullShop:
    """A merchant as the pull interface knows it."""

    merchant: str
    prv_id: int
    api_id: str
    created_at: datetime
    notify_url: str | None = None
    signs: Signing = Signing.BASIC


@dataclass(frozen=True, slots=True)
class PullPasswords:
    """What a shop signs in with, and what callbacks to it are signed with."""

    api: str
    notification: str


@dataclass(frozen=True, slots=True)
class FreshPullShop:
    """A shop with its passwords, as they are shown once."""

    shop: PullShop
    passwords: PullPasswords


class PullShopNotFoundError(NotFoundError):
    """The merchant does not use the pull interface."""

    code = "pull_shop_not_found"


class PullRefusedError(RefusedError):
    """Unknown API id, wrong password, another shop's number, or the merchant is disabled."""

    code = "pull_refused"


class StoredPullShops(Protocol):
    """What storage keeps of pull shops."""

    def add(self, shop: PullShop, passwords: bytes) -> None:
        """Keep a new one with its sealed passwords."""

    def change(self, shop: PullShop, passwords: bytes) -> None:
        """Keep how it is called back, and other passwords."""

    def of_merchant(self, merchant_id: str) -> tuple[PullShop, bytes] | None:
        """The merchant's and its sealed passwords, or None."""

    def with_number(self, prv_id: int) -> tuple[PullShop, bytes] | None:
        """The shop of that number and its sealed passwords, or None."""


class Book(merchants.Book, Protocol):
    """The part of the book that pull shops need."""

    @property
    def pull_shops(self) -> StoredPullShops: ...


class PullShops:
    """The operator's side of the pull interface, and the check of its passwords."""

    def __init__(self, *, store: Store[Book], vault: Vault, now: Clock) -> None:
        self._store = store
        self._vault = vault
        self._now = now

    async def set_up(
        self,
        *,
        merchant_id: str,
        notify_url: str | None = None,
        signs: Signing = Signing.BASIC,
    ) -> FreshPullShop:
        """Give the merchant numbers and passwords.

        For one that has them: new passwords, and the address and way of callbacks as
        named here; the numbers stay, the passwords before are good no longer.

        Raises:
            MerchantNotFoundError: There is no such merchant.
        """
        at, passwords = self._now(), PullPasswords(_drawn_password(), _drawn_password())
        drawn = [secrets.choice(PRV_IDS) for _ in range(DRAWN)]
        api_id = str(secrets.choice(API_IDS))

        def work(book: Book) -> FreshPullShop:
            merchant = merchants.to_change(book, merchant_id)
            found = book.pull_shops.of_merchant(merchant.id)
            if found is None:
                prv_id = next(each for each in drawn if not book.pull_shops.with_number(each))
                shop = PullShop(merchant.id, prv_id, api_id, at, notify_url, signs)
                book.pull_shops.add(shop, self._sealed(book, shop, passwords))
            else:
                shop = replace(found[0], notify_url=notify_url, signs=signs)
                book.pull_shops.change(shop, self._sealed(book, shop, passwords))
            step = Step("set_up_pull", merchant.state.value, "operator", at)
            book.steps.add(merchant.owner, step)
            return FreshPullShop(shop, passwords)

        return await self._store.write(work)

    async def of_merchant(self, *, merchant_id: str) -> tuple[PullShop, PullPasswords]:
        """Where the merchant is called back, and with which password.

        Raises:
            PullShopNotFoundError: It does not use the pull interface.
        """

        def view(book: Book) -> tuple[PullShop, PullPasswords]:
            found = book.pull_shops.of_merchant(merchant_id)
            if found is None:
                raise PullShopNotFoundError
            return found[0], self._opened(book, *found)

        return await self._store.read(view)

    async def authenticate(self, *, prv_id: int, api_id: str, password: str) -> Merchant:
        """Whose shop number, API id and password those are.

        Raises:
            PullRefusedError: Nobody's, or of a disabled merchant.
        """

        def view(book: Book) -> Merchant:
            found = book.pull_shops.with_number(prv_id)
            expected = ("", "") if found is None else (found[0].api_id, self._api(book, *found))
            given = (api_id, password)
            pairs = zip(expected, given, strict=True)
            # All are compared, so that a right part takes as long as a wrong one.
            same = [secrets.compare_digest(a.encode(), _bytes(b)) for a, b in pairs]
            if found is None or not all(same):
                raise PullRefusedError
            return _active(book, found[0].merchant)

        return await self._store.glance(view)

    async def with_number(self, *, prv_id: int) -> Merchant:
        """Whose shop number that is, as an address of a page names it.

        Raises:
            PullShopNotFoundError: Nobody's, or of a disabled merchant.
        """

        def view(book: Book) -> Merchant:
            found = book.pull_shops.with_number(prv_id)
            if found is None:
                raise PullShopNotFoundError
            try:
                return _active(book, found[0].merchant)
            except PullRefusedError:
                raise PullShopNotFoundError from None

        return await self._store.glance(view)

    def _api(self, book: Book, shop: PullShop, sealed: bytes) -> str:
        return self._opened(book, shop, sealed).api

    def _sealed(self, book: Book, shop: PullShop, passwords: PullPasswords) -> bytes:
        text = json.dumps({"api": passwords.api, "notification": passwords.notification})
        return self._vault.seal(
            book.data_keys, text, table="pull_shops", row=shop.merchant, field="secrets"
        )

    def _opened(self, book: Book, shop: PullShop, sealed: bytes) -> PullPasswords:
        text = self._vault.open(
            book.data_keys, sealed, table="pull_shops", row=shop.merchant, field="secrets"
        )
        return PullPasswords(**json.loads(text))


def _active(book: Book, merchant_id: str) -> Merchant:
    merchant = merchants.known(book, merchant_id)
    if merchant.state is MerchantState.DISABLED:
        raise PullRefusedError
    return merchant


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _drawn_password() -> str:
    return secrets.token_urlsafe(15)
