"""Return addresses: a page leads back to the shop's own and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from purser.services import Services
from services.merchants import Merchant, MerchantNotFoundError
from services.return_addresses import (
    ORIGINS_MAX,
    ReturnAddressError,
    ReturnAddressesFullError,
    ReturnAddressUnknownError,
    may_return,
    origin_of,
    plainly_written,
)
from tests.cast import Cast


@pytest.fixture
async def shop(cast: Cast) -> Merchant:
    return await cast.shop()


async def is_allowed(cast: Cast, shop: Merchant, url: str) -> bool:
    """Whether the shop's payers may be sent there."""
    return await cast.store.read(lambda book: may_return(book, shop, url))


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://shop.example", "https://shop.example"),
        ("https://Shop.Example:443/a?b=c#d", "https://shop.example"),
        ("http://shop.example:80/", "http://shop.example"),
        ("http://127.0.0.1:3000/x", "http://127.0.0.1:3000"),
        ("https://[::1]:8443/x", "https://[::1]:8443"),
        ("https://shop.example:8443/", "https://shop.example:8443"),
        ("https://shop.example/заказ?имя=Аня", "https://shop.example"),
    ],
)
def test_what_an_origin_is(url: str, origin: str) -> None:
    assert origin_of(url) == origin
    written = plainly_written(url)
    assert written is not None
    assert written.isascii()
    assert origin_of(written) == origin


@pytest.mark.parametrize(
    "url",
    [
        "",
        "shop.example",
        "//shop.example",
        "/path",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://shop.example",
        "https:shop.example",
        "https:/shop.example",
        "https:///shop.example",
        "https://",
        "https://user@shop.example",
        "https://shop.example@evil.example",
        "https://shop.example\\@evil.example",
        "https://shop.example\\.evil.example",
        "https://shop.example\t.evil.example",
        "https://shop.example\n",
        " https://shop.example",
        "https://shop.example:x/",
        "https://shop.example:99999/",
        "https://[::1",
        "https://магазин.рф/",
        "https://shop%2eexample/",
        'https://shop.example/"><script>',
        "https://shop.example/" + "a" * 2000,
    ],
)
def test_what_is_no_origin(url: str) -> None:
    """Whatever browsers might read as another address than this does."""
    assert origin_of(url) is None
    assert plainly_written(url) is None


@given(st.text(max_size=60))
def test_any_text_has_an_origin_or_none(text: str) -> None:
    """Typed by anybody: an origin that reads as itself, or none."""
    for url in (text, f"https://{text}", f"https://shop.example{text}"):
        origin = origin_of(url)
        assert origin is None or origin_of(origin) == origin


async def test_registered_origins(services: Services, cast: Cast, shop: Merchant) -> None:
    """A whole site is registered, in one scheme and at one port."""
    addresses = services.return_addresses
    await addresses.add(merchant_id=shop.id, url="https://one.example/some/page")
    await addresses.add(merchant_id=shop.id, url="https://one.example")
    await addresses.add(merchant_id=shop.id, url="http://localhost:3000/")

    listed = await addresses.listed(merchant_id=shop.id)
    allowed = [
        await is_allowed(cast, shop, url)
        for url in (
            "https://one.example/thanks?order=1",
            "http://localhost:3000/x",
            "https://shop.example/back",  # its webhook's
            "http://one.example/",
            "https://one.example:8443/",
            "https://two.example/",
            "https://one.example.evil.example/",
        )
    ]
    await addresses.remove(merchant_id=shop.id, url="https://one.example/")

    assert listed == ["http://localhost:3000", "https://one.example"]
    assert allowed == [True, True, True, False, False, False, False]
    assert await addresses.listed(merchant_id=shop.id) == ["http://localhost:3000"]


async def test_addresses_at_which_the_shop_is_told(
    services: Services, cast: Cast, shop: Merchant
) -> None:
    """They are the shop's: nobody registers them twice."""
    await services.key_pairs.create(
        merchant_id=shop.id, name="bills", notify_url="https://bills.example/told"
    )
    await services.robokassa_shops.add(
        merchant_id=shop.id, success_url="https://robo.example/thanks"
    )

    for url in ("https://bills.example/", "https://robo.example/other"):
        assert await is_allowed(cast, shop, url)


async def test_refusals(services: Services, shop: Merchant) -> None:
    addresses = services.return_addresses
    with pytest.raises(ReturnAddressError):
        await addresses.add(merchant_id=shop.id, url="javascript:alert(1)")
    with pytest.raises(ReturnAddressUnknownError):
        await addresses.remove(merchant_id=shop.id, url="https://one.example")
    with pytest.raises(MerchantNotFoundError):
        await addresses.listed(merchant_id="nobody")
    for number in range(ORIGINS_MAX):
        await addresses.add(merchant_id=shop.id, url=f"https://shop{number}.example")
    with pytest.raises(ReturnAddressesFullError):
        await addresses.add(merchant_id=shop.id, url="https://one.more.example")


async def test_all_at_once(services: Services, shop: Merchant) -> None:
    """What is not named any more is gone; a list that cannot be kept changes nothing."""
    addresses, kept = services.return_addresses, ["https://b.example", "https://c.example:8443"]
    await addresses.add(merchant_id=shop.id, url="https://a.example")
    urls = ["https://c.example:8443/x", "https://b.example/y", "https://b.example"]
    many = [f"https://{number}.example" for number in range(ORIGINS_MAX + 1)]

    assert await addresses.replace(merchant_id=shop.id, urls=urls) == kept
    for wrong, error in ((many, ReturnAddressesFullError), (["b.example"], ReturnAddressError)):
        with pytest.raises(error):
            await addresses.replace(merchant_id=shop.id, urls=wrong)
    assert await addresses.listed(merchant_id=shop.id) == kept
    assert await addresses.replace(merchant_id=shop.id, urls=[]) == []
