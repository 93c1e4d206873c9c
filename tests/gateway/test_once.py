"""Idempotency: a repeated request gets the first answer, to the byte."""

import asyncio

import pytest

from gateway.api.models import NewInvoice, NewRefund
from tests.clock import TestClock
from tests.gateway.conftest import INVOICES, Shop, rub, wish


async def test_same_key_same_body(shop: Shop) -> None:
    """Spaces and the order of members are not content."""
    first = await shop.issue()
    again = await shop.client.post(
        INVOICES,
        content=b'{"description": "Headphones",\n "amount":{"currency":"RUB","minor":125000},'
        b'"phone": null}',
        headers=shop.bearer | {"Idempotency-Key": "k", "Content-Type": "application/json"},
    )

    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["content-type"] == first.headers["content-type"]
    assert len((await shop.get(INVOICES)).json()["items"]) == 1


async def test_same_key_other_body(shop: Shop) -> None:
    await shop.issue()

    refused = await shop.issue(amount=rub(1))

    assert (refused.status_code, refused.json()["code"]) == (409, "key_reused")


async def test_same_key_other_path(shop: Shop, paid: str) -> None:
    """A key stands for one request of one merchant, wherever it goes."""
    refused = await shop.post(f"{INVOICES}/{paid}/refunds", {"amount": None}, "paid")

    assert (refused.status_code, refused.json()["code"]) == (409, "key_reused")


async def test_other_merchants_key_is_another_key(shop: Shop, other_shop: Shop) -> None:
    mine, theirs = await shop.issue(), await other_shop.issue(amount=rub(1))

    assert (mine.status_code, theirs.status_code) == (201, 201)
    assert mine.json()["id"] != theirs.json()["id"]


async def test_ten_at_once_make_one(shop: Shop) -> None:
    """Retries that overtake each other."""
    answers = await asyncio.gather(*(shop.issue() for _ in range(10)))

    assert {each.content for each in answers} == {answers[0].content}
    assert len((await shop.get(INVOICES)).json()["items"]) == 1


async def test_ten_refunds_at_once_make_one(shop: Shop, paid: str) -> None:
    answers = await asyncio.gather(
        *(shop.post(f"{INVOICES}/{paid}/refunds", {"amount": rub(1)}) for _ in range(10))
    )

    assert {each.status_code for each in answers} == {201}
    assert {each.content for each in answers} == {answers[0].content}
    assert (await shop.get(f"{INVOICES}/{paid}")).json()["refunded"] == rub(1)


async def test_refusal_by_the_rules_is_kept(shop: Shop, paid: str) -> None:
    """What was refused stays refused under its key, even when it would now be possible."""
    path = f"{INVOICES}/{paid}/refunds"
    first = await shop.post(path, {"amount": rub(125001)})

    again = await shop.post(path, {"amount": rub(125001)})
    better = await shop.post(path, {"amount": rub(125000)})

    assert (first.status_code, again.content) == (409, first.content)
    assert again.headers["content-type"] == "application/problem+json"
    assert (better.status_code, better.json()["code"]) == (409, "key_reused")


async def test_mistake_is_not_kept(shop: Shop) -> None:
    """A request that is not valid may be sent again in a better form under its key."""
    refused = await shop.issue(amount=rub(0))
    unknown = await shop.issue(phone="12")

    made = await shop.issue()

    assert [refused.status_code, unknown.status_code, made.status_code] == [422, 422, 201]


async def test_not_found_is_not_kept(shop: Shop, paid: str) -> None:
    missing = await shop.post(f"{INVOICES}/{'0' * 32}/refunds", {"amount": None})

    assert missing.status_code == 404
    assert (await shop.post(f"{INVOICES}/{paid}/refunds", {"amount": None})).status_code == 201


async def test_replay_outlives_the_time_it_names(shop: Shop, clock: TestClock) -> None:
    """A repeat that comes late is answered as the first, though it could not be made now."""
    first = await shop.issue(expires_at="2026-11-24T10:00:00Z")
    clock.advance(hours=2)

    again = await shop.issue(expires_at="2026-11-24T10:00:00Z")

    assert (again.status_code, again.content) == (201, first.content)


async def test_replay_after_the_invoice_has_changed(shop: Shop) -> None:
    """The first answer, not the present state: that is what GET is for."""
    first = await shop.issue()
    await shop.post(f"{INVOICES}/{first.json()['id']}/cancel")

    assert (await shop.issue()).content == first.content


@pytest.mark.parametrize("key", [None, "", "x" * 256, "a\tb"])
async def test_key_is_required(shop: Shop, key: str | None) -> None:
    refused = await shop.post(INVOICES, wish(), key)

    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_request")


@pytest.mark.parametrize("key", ["x", "x" * 255, "order 17/refund: 1"])
async def test_keys_that_are_taken(shop: Shop, key: str) -> None:
    assert (await shop.issue(key)).status_code == 201


def test_members_that_came_later_change_no_request() -> None:
    """A repeat that meets a newer wallet is the request that it was."""
    invoice = NewInvoice.model_validate({"amount": rub(1), "description": "x"})
    refund = NewRefund.model_validate({})

    assert set(invoice.content()) == {
        "amount",
        "description",
        "phone",
        "reference",
        "expires_at",
    }
    assert set(refund.content()) == {"amount", "reason"}
    assert invoice.model_copy(update={"test": True}).content()["test"] is True
