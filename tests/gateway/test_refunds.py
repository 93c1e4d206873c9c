"""Refunds over the merchant API: never more than was paid."""

import asyncio
from typing import Any

import pytest

from gateway.api.models import Refund
from services.holders import Holder
from tests.cast import Cast
from tests.clock import TestClock
from tests.gateway.conftest import INVOICES, Shop, rub


async def refund(shop: Shop, invoice_id: str, amount: Any, key: str) -> Any:
    body = {"amount": amount, "reason": "Returned goods"}
    return await shop.post(f"{INVOICES}/{invoice_id}/refunds", body, key)


async def test_in_parts_then_the_rest(
    shop: Shop, paid: str, cast: Cast, ann: Holder, clock: TestClock
) -> None:
    """Null is all that is left; the invoice and the list say what was given back."""
    part = await refund(shop, paid, rub(25000), "part")
    clock.advance(seconds=1)
    rest = await refund(shop, paid, None, "rest")

    listed = (await shop.get(f"{INVOICES}/{paid}/refunds")).json()["items"]
    invoice = (await shop.get(f"{INVOICES}/{paid}")).json()
    assert part.status_code == 201
    Refund.model_validate(part.json())
    assert rest.json()["amount"] == rub(100000)
    assert listed == [part.json(), rest.json()]
    assert (invoice["state"], invoice["refunded"]) == ("refunded", rub(125000))
    assert await cast.available(ann) == 500_000
    assert (await shop.get(f"/api/v1/refunds/{part.json()['id']}")).json() == part.json()


async def test_more_than_is_left(shop: Shop, paid: str) -> None:
    await refund(shop, paid, rub(100000), "part")

    refused = await refund(shop, paid, rub(25001), "more")

    assert (refused.status_code, refused.json()["code"]) == (409, "refund_too_large")
    assert refused.json()["left"] == rub(25000)


async def test_of_what_was_never_paid(shop: Shop) -> None:
    invoice_id = (await shop.issue()).json()["id"]

    refused = await refund(shop, invoice_id, None, "r")

    assert (refused.status_code, refused.json()["code"]) == (409, "not_paid")
    assert refused.json()["state"] == "waiting"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"amount": {"minor": 1, "currency": "USD"}}, "refund_too_large"),
        ({"amount": rub(0)}, "amount_out_of_range"),
        ({"amount": rub(1.0)}, "invalid_request"),
        ({"amount": rub(1), "reason": "x" * 256}, "invalid_request"),
        ({"amount": rub(1), "reason": "a\u200bb"}, "refund_reason"),
        ({"amount": rub(1), "to": "me"}, "invalid_request"),
        ([], "invalid_request"),
    ],
)
async def test_refusals(shop: Shop, paid: str, body: Any, code: str) -> None:
    refused = await shop.post(f"{INVOICES}/{paid}/refunds", body)

    assert refused.json()["code"] == code
    assert (await shop.get(f"{INVOICES}/{paid}/refunds")).json()["items"] == []


async def test_parallel_refunds_stay_within_the_payment(
    shop: Shop, paid: str, cast: Cast, ann: Holder
) -> None:
    """Twenty at once of a tenth each: ten are done, the books stay right."""
    answers = await asyncio.gather(
        *(refund(shop, paid, rub(12500), f"r{number}") for number in range(20))
    )

    assert sorted(each.status_code for each in answers) == [201] * 10 + [409] * 10
    assert await cast.available(ann) == 500_000
    assert await cast.faults() == []
