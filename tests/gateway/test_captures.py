"""Money that is held for the shop, over the merchant API: captured, in part, or released."""

import pytest

from purser.services import Services
from services.holders import Holder
from tests.cast import Cast
from tests.gateway.conftest import INVOICES, Shop, rub


@pytest.fixture
async def held(shop: Shop, cast: Cast, ann: Holder, services: Services) -> str:
    """The address of an invoice of 1 250.00 roubles that Ann has agreed to."""
    issued = (await shop.issue("held", capture="later")).json()
    invoice = await services.invoices.view(holder=ann, invoice_id=issued["id"])
    await cast.pay(ann, invoice)
    return f"{INVOICES}/{issued['id']}"


async def test_captured_in_part(shop: Shop, held: str, cast: Cast) -> None:
    """The invoice is paid with what was taken; asked for again it is the same."""
    before = (await shop.get(held)).json()
    taken = await shop.post(f"{held}/capture", {"amount": rub(100_000)}, None)
    again = await shop.post(f"{held}/capture", {"amount": rub(100_000)}, None)

    assert (before["state"], before["capture"], before["paid_at"]) == ("authorised", "later", None)
    assert (taken.status_code, taken.json()["state"]) == (200, "paid")
    assert taken.json()["amount"] == rub(100_000)
    assert again.json() == taken.json() == (await shop.get(held)).json()
    assert await cast.faults() == []


async def test_captured_wholly_without_a_word(shop: Shop, held: str) -> None:
    """No body says the same as an empty one."""
    taken = await shop.client.post(f"{held}/capture", headers=shop.bearer)

    assert (taken.status_code, taken.json()["amount"]) == (200, rub(125_000))


async def test_released(shop: Shop, held: str, ann: Holder, cast: Cast) -> None:
    released = await shop.post(f"{held}/release", key=None)
    again = await shop.post(f"{held}/release", key=None)
    late = await shop.post(f"{held}/capture", {}, None)

    assert (released.json()["state"], again.json()) == ("rejected", released.json())
    assert (late.status_code, late.json()["code"]) == (409, "not_authorised")
    assert await cast.available(ann) == 500_000


async def test_no_more_than_is_held(shop: Shop, held: str) -> None:
    refused = await shop.post(f"{held}/capture", {"amount": rub(125_001)}, None)

    assert (refused.status_code, refused.json()["code"]) == (422, "capture_amount")
    assert refused.json()["held"] == rub(125_000)


async def test_held_ones_are_listed(shop: Shop, held: str) -> None:
    found = (await shop.get(INVOICES, state="authorised")).json()["items"]

    assert [f"{INVOICES}/{each['id']}" for each in found] == [held]
