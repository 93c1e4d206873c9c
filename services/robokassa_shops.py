"""Shops that speak Robokassa's interface: login, passwords, and where they are told and return.

What they speak is the edge's business; here is what a merchant has to have for it.
"""

import json
import re
import secrets
import string
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from ipaddress import ip_address, ip_network
from typing import Any, Protocol

from services import merchants
from services.clock import Clock
from services.errors import ConflictError, InvalidRequestError, NotFoundError
from services.history import Step
from services.invoices import StoredInvoices
from services.merchants import Merchant
from services.store import Store
from services.vault import Vault

ALGORITHMS = ("md5", "ripemd160", "sha1", "sha256", "sha384", "sha512")
"""With which a shop may sign; the first is the one of old plugins."""

METHODS = ("GET", "POST")
FIRST_NUMBER = 1_000_000_000
"""Of orders that come without one: above what shops count themselves, within 31 bits."""

PASSWORD_LENGTH = 24
_PASSWORD_SYMBOLS = string.ascii_letters + string.digits
_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{2,63}")


@dataclass(frozen=True, slots=True)
class RobokassaShop:
    """A merchant as Robokassa's interface knows it."""

    merchant: Merchant
    login: str
    algorithm: str = ALGORITHMS[0]
    result_url: str | None = None
    result_method: str = "POST"
    success_url: str | None = None
    success_method: str = "GET"
    fail_url: str | None = None
    fail_method: str = "GET"
    result_url2: str | None = None
    allows_hold: bool = True
    allows_recurring: bool = True
    charge_networks: tuple[str, ...] = ()
    """From where a saved wallet may be charged; empty: from anywhere."""

    def may_charge_from(self, address: str) -> bool:
        """Whether the shop charges saved wallets from *address*."""
        if not self.charge_networks:
            return True
        try:
            caller = ip_address(address)
        except ValueError:
            return False
        return any(caller in ip_network(each) for each in self.charge_networks)


SETTINGS = tuple(
    each.name for each in fields(RobokassaShop) if each.name not in ("merchant", "login")
)
"""What may be changed of a shop."""


@dataclass(frozen=True, slots=True)
class Passwords:
    """What both sides sign with; the test pair is good for tests and nothing else."""

    first: str
    second: str
    third: str
    test_first: str
    test_second: str


@dataclass(frozen=True, slots=True)
class FreshShop:
    """A shop with its passwords, as they are shown once."""

    shop: RobokassaShop
    passwords: Passwords


class ShopUnknownError(NotFoundError):
    """No shop has that login, or the merchant does not speak Robokassa's interface."""

    code = "shop_unknown"


class ShopExistsError(ConflictError):
    """The merchant speaks Robokassa's interface already.  Values: login."""

    code = "shop_exists"


class LoginUsedError(ConflictError):
    """Another shop has that login.  Values: login."""

    code = "login_used"


class ShopSettingsError(InvalidRequestError):
    """A setting of the shop is none that it may have.  Values: setting, allowed."""

    code = "shop_settings"


class StoredShops(Protocol):
    """What storage keeps of shops; their settings as JSON."""

    def add(
        self, shop: RobokassaShop, *, settings: str, passwords: bytes, first: int, at: datetime
    ) -> None:
        """Keep a new one with its sealed passwords; its orders are counted from *first*."""

    def with_login(self, login: str) -> tuple[str, str, str, bytes] | None:
        """Merchant's id, login, settings and passwords by a login in any case, or None."""

    def of_merchant(self, merchant_id: str) -> tuple[str, str, str, bytes] | None:
        """The same, by the merchant."""

    def change(self, merchant_id: str, *, settings: str, algorithm: str) -> None:
        """Keep other settings."""

    def change_passwords(self, merchant_id: str, sealed: bytes) -> None:
        """Keep other passwords."""

    def next_number(self, merchant_id: str) -> int | None:
        """A number that this gave nobody before; None where the merchant has no shop."""


class Book(merchants.Book, Protocol):
    """The part of the book that shops need."""

    @property
    def robokassa_shops(self) -> StoredShops: ...
    @property
    def invoices(self) -> StoredInvoices: ...


class RobokassaShops:
    """The operator's side of shops, and what the edge has to know of one."""

    def __init__(self, *, store: Store[Book], vault: Vault, now: Clock) -> None:
        self._store = store
        self._vault = vault
        self._now = now

    async def add(
        self, *, merchant_id: str, login: str | None = None, **settings: Any
    ) -> FreshShop:
        """Let a merchant speak the interface; *settings* are those named in `SETTINGS`.

        Raises:
            MerchantNotFoundError: There is none.
            ShopExistsError: It does already.
            LoginUsedError: Another shop has the login.
            ShopSettingsError: The login or a setting is none that it may have.
        """
        at = self._now()
        named = _login(f"shop-{secrets.token_hex(4)}" if login is None else login)
        fresh = _passwords()

        def work(book: Book) -> FreshShop:
            shop = checked(RobokassaShop(merchants.known(book, merchant_id), named, **settings))
            first = book.robokassa_shops.of_merchant(merchant_id)
            if first is not None:
                raise ShopExistsError(login=first[1])
            if book.robokassa_shops.with_login(named) is not None:
                raise LoginUsedError(login=named)
            sealed = self._sealed(book, merchant_id, fresh)
            book.robokassa_shops.add(
                shop, settings=_written(shop), passwords=sealed, first=FIRST_NUMBER, at=at
            )
            book.steps.add(shop.merchant.owner, _step("speak_robokassa", shop.merchant, at))
            return FreshShop(shop, fresh)

        return await self._store.write(work)

    async def check(self, *, login: str | None = None, **settings: Any) -> None:
        """Whether a new merchant could be added so.  Raises as `add` does."""
        if login is not None:
            _login(login)
        for name, value in settings.items():
            check_setting(name, value)

        def view(book: Book) -> None:
            if login is not None and book.robokassa_shops.with_login(login) is not None:
                raise LoginUsedError(login=login)

        await self._store.read(view)

    async def change(self, *, merchant_id: str, **settings: Any) -> RobokassaShop:
        """Other settings, as `SETTINGS` names them; what is not given stays.

        Raises:
            MerchantNotFoundError: There is none.
            ShopUnknownError: It does not speak the interface.
            ShopSettingsError: A setting is none that it may have.
        """
        at = self._now()

        def work(book: Book) -> RobokassaShop:
            shop, _ = self._found(book, book.robokassa_shops.of_merchant(merchant_id))
            changed = checked(replace(shop, **settings))
            book.robokassa_shops.change(
                merchant_id, settings=_written(changed), algorithm=changed.algorithm
            )
            book.steps.add(shop.merchant.owner, _step("change_robokassa", shop.merchant, at))
            return changed

        return await self._store.write(work)

    async def rotate(self, *, merchant_id: str) -> FreshShop:
        """Other passwords; the ones before are good no longer.

        Raises:
            MerchantNotFoundError: There is none.
            ShopUnknownError: It does not speak the interface.
        """
        at = self._now()
        fresh = _passwords()

        def work(book: Book) -> FreshShop:
            shop, _ = self._found(book, book.robokassa_shops.of_merchant(merchant_id))
            sealed = self._sealed(book, merchant_id, fresh)
            book.robokassa_shops.change_passwords(merchant_id, sealed)
            book.steps.add(shop.merchant.owner, _step("rotate_robokassa", shop.merchant, at))
            return FreshShop(shop, fresh)

        return await self._store.write(work)

    async def by_login(self, *, login: str) -> tuple[RobokassaShop, Passwords]:
        """Whose login that is, in any case; a disabled merchant's too.

        Raises:
            ShopUnknownError: Nobody's.
        """
        if not _LOGIN.fullmatch(login):
            raise ShopUnknownError
        return await self._store.read(
            lambda book: self._found(book, book.robokassa_shops.with_login(login))
        )

    async def of_merchant(self, *, merchant_id: str) -> tuple[RobokassaShop, Passwords] | None:
        """The merchant's shop, or None where it does not speak the interface."""

        def view(book: Book) -> tuple[RobokassaShop, Passwords] | None:
            found = book.robokassa_shops.of_merchant(merchant_id)
            return None if found is None else self._found(book, found)

        return await self._store.read(view)

    async def next_number(self, *, merchant: Merchant) -> int:
        """A number for an order that came without one; see `next_inv_id`."""
        return await self._store.write(lambda book: next_inv_id(book, merchant))

    def _found(
        self, book: Book, row: tuple[str, str, str, bytes] | None
    ) -> tuple[RobokassaShop, Passwords]:
        if row is None:
            raise ShopUnknownError
        merchant_id, login, settings, sealed = row
        kept = json.loads(settings)
        kept["charge_networks"] = tuple(kept["charge_networks"])
        shop = RobokassaShop(merchants.known(book, merchant_id), login, **kept)
        text = self._vault.open(
            book.data_keys, sealed, table="robokassa_shops", row=merchant_id, field="passwords"
        )
        return shop, Passwords(**json.loads(text))

    def _sealed(self, book: Book, merchant_id: str, passwords: Passwords) -> bytes:
        text = json.dumps(asdict(passwords))
        return self._vault.seal(
            book.data_keys, text, table="robokassa_shops", row=merchant_id, field="passwords"
        )


def next_inv_id(book: Book, merchant: Merchant) -> int:
    """A number that no invoice of the merchant has; higher than all that this gave before.

    Raises:
        ShopUnknownError: The merchant does not speak the interface.
    """
    while True:
        number = book.robokassa_shops.next_number(merchant.id)
        if number is None:
            raise ShopUnknownError
        if book.invoices.with_reference(merchant.id, str(number)) is None:
            return number


def checked(shop: RobokassaShop) -> RobokassaShop:
    """*shop*, if its settings are such as a shop may have.

    Raises:
        ShopSettingsError: One of them is not.
    """
    for name in SETTINGS:
        check_setting(name, getattr(shop, name))
    return shop


def check_setting(name: str, value: Any) -> None:
    """Refuse a value that the setting may not have.

    Raises:
        ShopSettingsError: It may not.
    """
    if name == "algorithm" and value not in ALGORITHMS:
        raise ShopSettingsError(setting=name, allowed=", ".join(ALGORITHMS))
    if name.endswith("_method") and value not in METHODS:
        raise ShopSettingsError(setting=name, allowed=", ".join(METHODS))
    if name == "charge_networks":
        try:
            for each in value:
                ip_network(each)
        except ValueError:
            allowed = "an address or a network, as 192.0.2.0/24"
            raise ShopSettingsError(setting=name, allowed=allowed) from None


def _login(login: str) -> str:
    if not _LOGIN.fullmatch(login):
        allowed = "3 to 64 of A-Z, a-z, 0-9, '.', '_', '-'"
        raise ShopSettingsError(setting="login", allowed=allowed)
    return login


def _written(shop: RobokassaShop) -> str:
    return json.dumps({name: getattr(shop, name) for name in SETTINGS})


def _step(event: str, merchant: Merchant, at: datetime) -> Step:
    return Step(event, merchant.state.value, "operator", at)


def _passwords() -> Passwords:
    return Passwords(*(_password() for _ in fields(Passwords)))


def _password() -> str:
    """Letters and digits alone: it goes into plugins' forms and base strings."""
    return "".join(secrets.choice(_PASSWORD_SYMBOLS) for _ in range(PASSWORD_LENGTH))
