"""Charging again who agreed to it, over the merchant API; and invoices that are tests."""

from typing import Any

import pytest

from purser.services import Services
from services.holders import Holder
from tests.cast import Cast
from tests.gateway.conftest import INVOICES, Shop, rub


@pytest.fixture
async def agreed(shop: Shop, cast: Cast, ann: Holder, services: Services) -> str:
    """The id of an invoice by paying which Ann agreed to be charged again."""
    issued = (await shop.issue("agreed", recurring=True)).json()
    invoice = await services.invoices.view(holder=ann, invoice_id=issued["id"])
    await cast.pay(ann, invoice)
    return str(issued["id"])


def december(**fields: Any) -> dict[str, Any]:
    return {"amount": rub(50_000), "description": "December", "reference": "december"} | fields


async def test_charged_once_for_each_reference(
    shop: Shop, agreed: str, ann: Holder, cast: Cast
) -> None:
    """A repeat charges nothing; another number charges again."""
    charges = f"{INVOICES}/{agreed}/charges"

    first = await shop.post(charges, december(metadata={"month": "12"}), None)
    again = await shop.post(charges, december(metadata={"month": "12"}), None)
    other = await shop.post(charges, december(reference="january"), None)

    assert (first.status_code, first.json()["state"]) == (201, "paid")
    assert first.json()["metadata"] == {"month": "12"}
    assert again.json() == first.json()
    assert other.json()["id"] != first.json()["id"]
    assert await cast.available(ann) == 500_000 - 125_000 - 2 * 50_000
    assert await cast.faults() == []


async def test_same_reference_for_something_else(shop: Shop, agreed: str) -> None:
    charges = f"{INVOICES}/{agreed}/charges"
    await shop.post(charges, december(), None)

    refused = await shop.post(charges, december(amount=rub(1)), None)

    assert (refused.status_code, refused.json()["code"]) == (409, "reference_used")


async def test_consents_are_listed_until_they_end(
    shop: Shop, agreed: str, ann: Holder, services: Services
) -> None:
    """The shop sees that it may, and that it may no longer; never whose wallet it is."""
    [link] = (await shop.get("/api/v1/links")).json()["items"]
    await services.payment_links.end(holder=ann, link_id=link["id"])
    [ended] = (await shop.get("/api/v1/links")).json()["items"]
    refused = await shop.post(f"{INVOICES}/{agreed}/charges", december(), None)

    assert (link["invoice_id"], link["state"], link["used_at"]) == (agreed, "active", None)
    assert (ended["state"], ended["ended_at"]) == ("ended", "2026-11-24T09:00:00Z")
    assert (refused.status_code, refused.json()["code"]) == (409, "link_ended")
    assert (await shop.get(INVOICES, reference="december")).json()["items"] == []


async def test_nobody_agreed(shop: Shop, paid: str) -> None:
    refused = await shop.post(f"{INVOICES}/{paid}/charges", december(), None)

    assert (refused.status_code, refused.json()["code"]) == (404, "link_not_found")


@pytest.mark.parametrize(("pays", "state"), [(True, "paid"), (False, "rejected")])
async def test_tests_move_no_money(shop: Shop, cast: Cast, *, pays: bool, state: str) -> None:
    """The shop sees all that it would, and the books see nothing."""
    issued = (await shop.issue(test=True)).json()

    played = await shop.post(f"{INVOICES}/{issued['id']}/test", {"pays": pays}, None)

    assert (issued["test"], played.json()["state"]) == (True, state)
    balance = (await shop.get("/api/v1/balance")).json()["items"]
    assert balance[0]["available"] == rub(0)
    assert await cast.faults() == []


async def test_real_ones_are_not_played_with(shop: Shop, other_shop: Shop) -> None:
    """Nor those of another shop."""
    real = (await shop.issue()).json()["id"]
    theirs = (await other_shop.issue(test=True)).json()["id"]

    for each in (real, theirs):
        refused = await shop.post(f"{INVOICES}/{each}/test", {"pays": True}, None)
        assert (refused.status_code, refused.json()["code"]) == (404, "invoice_not_found")


async def test_payers_come_back_to_registered_places_only(shop: Shop) -> None:
    """A page that leads anywhere would lend its good name to anybody."""
    urls = {
        "success_url": "https://shop.example/thanks?order=17",
        "fail_url": "https://shop.example",
    }

    refused = await shop.issue("a", **urls)
    await shop.client.put(
        "/api/v1/shop/return-addresses",
        json={"items": ["https://shop.example"]},
        headers=shop.bearer,
    )
    issued = await shop.issue("a", **urls)
    elsewhere = await shop.issue("b", success_url="https://evil.example/")

    assert (refused.status_code, refused.json()["code"]) == (422, "return_address_refused")
    assert issued.status_code == 201
    assert elsewhere.json()["url"] == "https://evil.example/"
