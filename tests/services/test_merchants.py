"""Shops: their keys and secrets are shown once, changed whole, and taken back at once."""

import base64

import pytest

from services.key_pair_life import FIRST_SCOPES
from services.ledger import account_id
from services.merchants import (
    KeyRefusedError,
    MerchantDisabledError,
    MerchantNotFoundError,
    MerchantState,
)
from services.money import RUB, USD, Money
from tests.cast import Cast


async def test_rotation_changes_key_and_webhook_secret_together(cast: Cast) -> None:
    """After a leak nothing of the old is good, and the new works at once."""
    merchants = cast.services.merchants
    made = await merchants.add(name="Shop", currency=RUB, webhook_url="https://a.example/h")
    before = await merchants.webhook(merchant_id=made.merchant.id)

    fresh = await merchants.rotate(merchant_id=made.merchant.id)

    after = await merchants.webhook(merchant_id=made.merchant.id)
    caller = await merchants.authenticate(secret_key=fresh.secret_key)
    assert caller.merchant == made.merchant
    assert caller.scopes == set(FIRST_SCOPES)
    assert before == ("https://a.example/h", _key(made.webhook_secret))
    assert after == ("https://a.example/h", _key(fresh.webhook_secret))
    assert before != after
    with pytest.raises(KeyRefusedError):
        await merchants.authenticate(secret_key=made.secret_key)


async def test_webhook_moves_and_ends(cast: Cast) -> None:
    """Events that were due go to the new address; without one nobody is told."""
    merchants, shop = cast.services.merchants, await cast.shop()

    moved = await merchants.set_webhook(merchant_id=shop.id, url="https://b.example/h")
    target, _ = await merchants.webhook(merchant_id=shop.id)
    ended = await merchants.set_webhook(merchant_id=shop.id, url=None)
    invoice = await cast.invoice(ended, 1_00)
    await cast.services.invoices.cancel(merchant=ended, invoice_id=invoice.id)
    await cast.deliver()

    assert (moved.webhook_url, target) == ("https://b.example/h", "https://b.example/h")
    assert await merchants.get(merchant_id=shop.id) == ended
    assert [w for w in cast.sent if w.kind == "webhook"] == []


async def test_account_is_there_from_the_first_day(cast: Cast) -> None:
    """In the shop's own currency; another is opened when it is first paid in it."""
    made = await cast.services.merchants.add(name="Shop", currency=RUB)
    ann = await cast.join()
    await cast.fund(ann, 5_00, of=USD)
    owner = made.merchant.owner

    first = await cast.store.read(lambda book: book.ledger.balances(owner))
    await cast.pay(ann, await cast.invoice(made.merchant, 5_00, of=USD))
    later = await cast.store.read(lambda book: book.ledger.balances(owner))

    assert [each.account for each in first] == [account_id(owner, RUB)]
    assert [each.posted for each in later] == [Money(0, RUB), Money(5_00, USD)]


async def test_what_the_operator_did_is_kept(cast: Cast) -> None:
    """And disabling again changes nothing."""
    merchants, shop = cast.services.merchants, await cast.shop()
    await merchants.rotate(merchant_id=shop.id)
    disabled = [await merchants.disable(merchant_id=shop.id) for _ in range(2)]

    steps = await cast.store.read(lambda book: book.steps.of(shop.owner))
    assert {each.state for each in disabled} == {MerchantState.DISABLED}
    assert [(each.event, each.actor) for each in steps][:3] == [
        ("add", "operator"),
        ("rotate", "operator"),
        ("disable", "operator"),
    ]
    ann = await cast.join()
    await cast.fund(ann, 5_00)
    invoice = await cast.invoice(shop, 5_00)
    with pytest.raises(MerchantDisabledError):
        await cast.services.payments.offer(holder=ann, invoice_id=invoice.id, key="u1")


async def test_unknown_shop_is_said(cast: Cast) -> None:
    """By every command alike."""
    merchants = cast.services.merchants

    for refused in (
        merchants.get(merchant_id="x"),
        merchants.rotate(merchant_id="x"),
        merchants.disable(merchant_id="x"),
        merchants.webhook(merchant_id="x"),
        merchants.set_webhook(merchant_id="x", url=None),
    ):
        with pytest.raises(MerchantNotFoundError):
            await refused


def _key(webhook_secret: str) -> bytes:
    return base64.b64decode(webhook_secret.removeprefix("whsec_"))
