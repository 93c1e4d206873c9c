"""Shops of Robokassa's interface: login, passwords, settings, numbers of orders."""

import asyncio
from dataclasses import astuple

import pytest

from purser.services import Services
from services.invoices import Wish
from services.merchants import MerchantNotFoundError
from services.money import RUB, Money
from services.robokassa_shops import (
    FIRST_NUMBER,
    LoginUsedError,
    ShopExistsError,
    ShopSettingsError,
    ShopUnknownError,
)
from services.vault import SealBrokenError
from storage.engines import AnyStore
from tests.cast import Cast


async def test_shop_is_found_by_its_login_in_any_case(services: Services, cast: Cast) -> None:
    merchant = await cast.shop()

    fresh = await services.robokassa_shops.add(
        merchant_id=merchant.id, login="MyShop", algorithm="sha512", result_url="https://a.example"
    )

    shop, passwords = await services.robokassa_shops.by_login(login="mySHOP")
    assert (shop, passwords) == (fresh.shop, fresh.passwords)
    assert await services.robokassa_shops.of_merchant(merchant_id=merchant.id) == (
        fresh.shop,
        fresh.passwords,
    )
    assert (shop.login, shop.algorithm, shop.result_url) == (
        "MyShop",
        "sha512",
        "https://a.example",
    )
    assert len(set(astuple(passwords))) == 5


async def test_login_is_made_where_none_is_named(services: Services, cast: Cast) -> None:
    merchant = await cast.shop()

    fresh = await services.robokassa_shops.add(merchant_id=merchant.id)

    assert fresh.shop.login.startswith("shop-")
    assert fresh.shop.algorithm == "md5"


async def test_one_shop_for_a_merchant_and_for_a_login(services: Services, cast: Cast) -> None:
    shops, first, second = services.robokassa_shops, await cast.shop(), await cast.shop()
    await shops.add(merchant_id=first.id, login="demo")

    with pytest.raises(ShopExistsError):
        await shops.add(merchant_id=first.id, login="other")
    with pytest.raises(LoginUsedError):
        await shops.add(merchant_id=second.id, login="DEMO")
    with pytest.raises(LoginUsedError):
        await shops.check(login="Demo")
    with pytest.raises(MerchantNotFoundError):
        await shops.add(merchant_id="nobody", login="third")

    assert await shops.of_merchant(merchant_id=second.id) is None


@pytest.mark.parametrize(
    "settings",
    [
        {"login": "a"},
        {"login": "a:b"},
        {"login": "магазин"},
        {"algorithm": "crc32"},
        {"result_method": "PUT"},
        {"charge_networks": ("somewhere",)},
    ],
)
async def test_settings_that_no_shop_has(
    services: Services, cast: Cast, settings: dict[str, str]
) -> None:
    merchant = await cast.shop()

    with pytest.raises(ShopSettingsError):
        await services.robokassa_shops.add(merchant_id=merchant.id, **settings)
    with pytest.raises(ShopSettingsError):
        await services.robokassa_shops.check(**settings)


async def test_settings_change_and_passwords_stay(services: Services, cast: Cast) -> None:
    merchant = await cast.shop()
    fresh = await services.robokassa_shops.add(
        merchant_id=merchant.id, fail_url="https://f.example"
    )

    changed = await services.robokassa_shops.change(
        merchant_id=merchant.id,
        algorithm="sha256",
        allows_hold=False,
        charge_networks=("192.0.2.0/24", "2001:db8::1"),
    )

    assert await services.robokassa_shops.by_login(login=fresh.shop.login) == (
        changed,
        fresh.passwords,
    )
    assert (changed.fail_url, changed.allows_hold) == ("https://f.example", False)
    assert changed.may_charge_from("192.0.2.9")
    assert not changed.may_charge_from("198.51.100.9")
    assert not changed.may_charge_from("unknown")


async def test_new_passwords_end_the_old(services: Services, cast: Cast) -> None:
    merchant = await cast.shop()
    first = await services.robokassa_shops.add(merchant_id=merchant.id)

    fresh = await services.robokassa_shops.rotate(merchant_id=merchant.id)

    _, passwords = await services.robokassa_shops.by_login(login=first.shop.login)
    assert passwords == fresh.passwords
    assert not set(astuple(fresh.passwords)) & set(astuple(first.passwords))


@pytest.mark.parametrize("login", ["nobody", "", "a\0b", "x" * 100])
async def test_login_of_nobody(services: Services, login: str) -> None:
    with pytest.raises(ShopUnknownError):
        await services.robokassa_shops.by_login(login=login)


async def test_merchant_without_the_interface(services: Services, cast: Cast) -> None:
    merchant = await cast.shop()

    for refused in (
        services.robokassa_shops.change(merchant_id=merchant.id, algorithm="md5"),
        services.robokassa_shops.rotate(merchant_id=merchant.id),
        services.robokassa_shops.next_number(merchant=merchant),
    ):
        with pytest.raises(ShopUnknownError):
            await refused


async def test_numbers_grow_and_pass_over_used_ones(services: Services, cast: Cast) -> None:
    """Asked for at once they are different, and none is an order's that the shop numbered."""
    merchant = await cast.shop()
    await services.robokassa_shops.add(merchant_id=merchant.id)
    wish = Wish(Money(100, RUB), "", reference=str(FIRST_NUMBER + 1))
    await services.invoices.create(merchant=merchant, wish=wish)

    numbers = await asyncio.gather(
        *(services.robokassa_shops.next_number(merchant=merchant) for _ in range(8))
    )

    assert sorted(numbers) == [FIRST_NUMBER, *range(FIRST_NUMBER + 2, FIRST_NUMBER + 9)]


async def test_passwords_are_sealed_and_stay_where_they_are(
    services: Services, cast: Cast, store: AnyStore
) -> None:
    """Whoever reads the database reads none; moved to another shop they do not open."""
    one, other = await cast.shop(), await cast.shop()
    fresh = await services.robokassa_shops.add(merchant_id=one.id)
    await services.robokassa_shops.add(merchant_id=other.id)
    found = await store.read(lambda book: book.robokassa_shops.of_merchant(one.id))
    assert found is not None
    sealed = found[3]

    await store.write(lambda book: book.robokassa_shops.change_passwords(other.id, sealed))

    assert fresh.passwords.first.encode() not in sealed
    with pytest.raises(SealBrokenError):
        await services.robokassa_shops.of_merchant(merchant_id=other.id)
