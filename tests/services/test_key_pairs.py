"""Key pairs: whose they are, which of them signs, and what is left of those taken back."""

import asyncio
import base64
import json

import pytest

from services.key_pair_life import new_secret_key
from services.key_pairs import (
    PAIRS_MAX,
    KeyPairNameError,
    KeyPairNotFoundError,
    KeyPairSecretError,
    KeyPairsMaxError,
)
from services.merchants import KeyRefusedError, MerchantNotFoundError
from services.money import RUB
from services.pull_shops import PullShopNotFoundError
from tests.cast import Cast

URL, OTHER_URL = "https://a.example/told", "https://b.example/told"


async def test_first_pair_comes_with_the_shop(cast: Cast) -> None:
    """Its public key is the shop's; without an address it signs what goes to the webhook."""
    made = await cast.services.merchants.add(name="Shop", currency=RUB, webhook_url=URL)
    pairs, shop = cast.services.key_pairs, made.merchant

    [first] = await pairs.listed(merchant_id=shop.id)

    assert (first.name, first.public_key, first.is_revoked) == ("first", shop.public_key, False)
    assert await pairs.by_public_key(public_key=shop.public_key) == shop
    assert await pairs.notifying(merchant_id=shop.id) == (URL, made.secret_key)


async def test_one_pair_only_has_the_address(cast: Cast) -> None:
    """Given to another it is taken from the first; the newest signs where none has one."""
    shop, pairs = await cast.shop(), cast.services.key_pairs
    cast.clock.advance(minutes=1)
    one = await pairs.create(merchant_id=shop.id, name="One", notify_url=URL)
    cast.clock.advance(minutes=1)
    two = await pairs.create(merchant_id=shop.id, name=" Two\n2 ", notify_url=OTHER_URL)

    by_two = await pairs.notifying(merchant_id=shop.id)
    await pairs.set_notify_url(merchant_id=shop.id, pair_id=one.pair.id, url=URL)
    by_one = await pairs.notifying(merchant_id=shop.id)
    listed = await pairs.listed(merchant_id=shop.id)
    await pairs.set_notify_url(merchant_id=shop.id, pair_id=one.pair.id, url=None)

    assert (by_two, by_one) == ((OTHER_URL, two.secret_key), (URL, one.secret_key))
    assert [each.notify_url for each in listed] == [None, URL, None]
    assert two.pair.name == "Two 2"
    assert await pairs.notifying(merchant_id=shop.id) == (shop.webhook_url, two.secret_key)


async def test_taken_back(cast: Cast) -> None:
    """Requests, links and notifications: nothing of the pair is good, the others are."""
    shop, pairs = await cast.shop(), cast.services.key_pairs
    fresh = await pairs.create(merchant_id=shop.id, name="Site", notify_url=URL)

    revoked = await pairs.revoke(merchant_id=shop.id, pair_id=fresh.pair.id)

    assert await pairs.revoke(merchant_id=shop.id, pair_id=fresh.pair.id) == revoked
    url, key = await pairs.notifying(merchant_id=shop.id)
    assert (url, key == fresh.secret_key) == (shop.webhook_url, False)
    with pytest.raises(KeyRefusedError):
        await cast.services.merchants.authenticate(secret_key=fresh.secret_key)
    with pytest.raises(MerchantNotFoundError):
        await pairs.by_public_key(public_key=fresh.pair.public_key)
    with pytest.raises(KeyPairNotFoundError):
        await pairs.set_notify_url(merchant_id=shop.id, pair_id=fresh.pair.id, url=URL)
    assert await pairs.by_public_key(public_key=shop.public_key) == shop


async def test_rotation_takes_all_back_and_keeps_where_it_notifies(cast: Cast) -> None:
    """A shop is not left unheard of because its keys leaked, nor are its links dead."""
    shop, pairs = await cast.shop(), cast.services.key_pairs
    await pairs.create(merchant_id=shop.id, name="Site", notify_url=URL)
    cast.clock.advance(minutes=1)

    fresh = await cast.services.merchants.rotate(merchant_id=shop.id)

    listed = await pairs.listed(merchant_id=shop.id)
    assert [each.is_revoked for each in listed] == [True, True, False]
    assert await pairs.notifying(merchant_id=shop.id) == (URL, fresh.secret_key)
    assert await pairs.by_public_key(public_key=shop.public_key) == shop


async def test_what_is_not_possible(cast: Cast) -> None:
    shop, pairs = await cast.shop(), cast.services.key_pairs
    other = await cast.services.merchants.add(name="Other", currency=RUB)
    [theirs] = await pairs.listed(merchant_id=other.merchant.id)

    for name in ("", " \n", "x" * 65, "a\u202eb"):
        with pytest.raises(KeyPairNameError):
            await pairs.create(merchant_id=shop.id, name=name)
    with pytest.raises(MerchantNotFoundError):
        await pairs.create(merchant_id="0" * 32, name="x")
    with pytest.raises(KeyPairNotFoundError):
        await pairs.revoke(merchant_id=shop.id, pair_id=theirs.id)
    await cast.services.merchants.disable(merchant_id=other.merchant.id)
    with pytest.raises(MerchantNotFoundError):
        await pairs.by_public_key(public_key=theirs.public_key)
    with pytest.raises(PullShopNotFoundError):
        await cast.services.pull_shops.of_merchant(merchant_id=shop.id)


async def test_no_more_than_the_most_at_once(cast: Cast) -> None:
    """Not by many requests at one moment either."""
    shop, pairs = await cast.shop(), cast.services.key_pairs
    made = [pairs.create(merchant_id=shop.id, name=f"n{n}") for n in range(PAIRS_MAX + 2)]

    outcomes = await asyncio.gather(*made, return_exceptions=True)

    refused = [each for each in outcomes if isinstance(each, KeyPairsMaxError)]
    assert len(refused) == 3
    assert refused[0].values == {"maximum": PAIRS_MAX}
    assert len(await pairs.listed(merchant_id=shop.id)) == PAIRS_MAX


async def test_pair_of_an_older_version_cannot_sign(cast: Cast) -> None:
    """Its secret key was not kept then; the shop is told so, and takes a new pair."""
    shop, pairs = await cast.shop(), cast.services.key_pairs
    [first] = await pairs.listed(merchant_id=shop.id)
    await cast.store.write(
        lambda book: book.connection.execute("UPDATE merchant_keys SET secret_key = NULL")
    )

    with pytest.raises(KeyPairSecretError):
        await pairs.set_notify_url(merchant_id=shop.id, pair_id=first.id, url=URL)
    assert await pairs.notifying(merchant_id=shop.id) == (shop.webhook_url, None)


async def test_pull_shops_passwords_can_be_read_for_signing(cast: Cast) -> None:
    shop, pull = await cast.shop(), cast.services.pull_shops

    made = await pull.set_up(merchant_id=shop.id, notify_url=URL)

    assert await pull.of_merchant(merchant_id=shop.id) == (made.shop, made.passwords)
    assert await pull.with_number(prv_id=made.shop.prv_id) == shop
    await cast.services.merchants.disable(merchant_id=shop.id)
    with pytest.raises(PullShopNotFoundError):
        await pull.with_number(prv_id=made.shop.prv_id)


def test_secret_key_is_what_clients_take_apart() -> None:
    """And nothing in it has to be written otherwise in an address."""
    for length in range(1, 12):
        key = new_secret_key("7" * 32, "s" * length)

        made = json.loads(base64.b64decode(key, validate=True))
        assert key.isalnum()
        assert made["version"] == "P2P"
        assert made["data"].keys() == {"payin_merchant_site_uid", "user_id", "secret"}
        assert made["data"]["payin_merchant_site_uid"] == "s" * length
        assert len(bytes.fromhex(made["data"]["secret"][:64])) == 32
