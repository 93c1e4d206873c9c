"""Invoices over the merchant API: bodies in, bodies out."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from gateway.api.models import Invoice, InvoicePage
from services.holders import Holder
from tests.cast import OTHER_PHONE, PHONE, Cast
from tests.clock import TestClock
from tests.gateway.conftest import INVOICES, Shop, rub, wish

ABSENT = "0" * 32


async def test_issue_and_get(shop: Shop) -> None:
    """The answer is the whole invoice; asked for again, it is the same."""
    body = wish(
        phone=PHONE,
        reference="order-17",
        expires_at="2026-11-25T12:00:00+03:00",
        metadata={"basket": "4711"},
    )

    issued = await shop.post(INVOICES, body)
    found = await shop.get(f"{INVOICES}/{issued.json()['id']}")

    assert issued.status_code == 201
    assert found.json() == issued.json()
    assert issued.json() == {
        "id": issued.json()["id"],
        "reference": "order-17",
        "amount": rub(125000),
        "refunded": rub(0),
        "phone": "+7916***4567",
        "description": "Headphones",
        "state": "waiting",
        "version": 1,
        "created_at": "2026-11-24T09:00:00Z",
        "expires_at": "2026-11-25T09:00:00Z",
        "paid_at": None,
        "changed_at": "2026-11-24T09:00:00Z",
        "capture": "at_once",
        "test": False,
        "recurring": False,
        "interface": "api",
        "metadata": {"basket": "4711"},
        "pay_url": f"https://t.me/purser_bot?start=bill_{issued.json()['id']}",
        "page_url": f"https://wallet.example/form/?invoice_uid={UUID(issued.json()['id'])}",
    }
    Invoice.model_validate(issued.json())


async def test_defaults(shop: Shop) -> None:
    """Open to whoever has the link, for three days."""
    issued = (await shop.issue()).json()

    assert (issued["phone"], issued["reference"]) == (None, None)
    assert issued["expires_at"] == "2026-11-27T09:00:00Z"


@pytest.mark.parametrize(
    ("minor", "code"),
    [
        (0, "amount_out_of_range"),
        (-1, "amount_out_of_range"),
        (10**15 + 1, "amount_out_of_range"),
        (2**63, "amount_out_of_range"),
        (10**400, "amount_out_of_range"),
        (1.0, "invalid_request"),
        (1.5, "invalid_request"),
        (1e300, "invalid_request"),
        ("1", "invalid_request"),
        ("١٢", "invalid_request"),
        ("0x1", "invalid_request"),
        ("1_0", "invalid_request"),
        ("", "invalid_request"),
        (True, "invalid_request"),
        (None, "invalid_request"),
        ([1], "invalid_request"),
        ({"minor": 1}, "invalid_request"),
    ],
)
async def test_only_whole_amounts_pass(shop: Shop, minor: Any, code: str) -> None:
    """Nothing that is not an integer is taken for one, and money needs bounds."""
    refused = await shop.issue(amount=rub(minor))

    assert (refused.status_code, refused.json()["code"]) == (422, code)


@pytest.mark.parametrize("minor", [1, 99, 10**15])
async def test_whole_amounts_pass(shop: Shop, minor: int) -> None:
    assert (await shop.issue(amount=rub(minor))).json()["amount"] == rub(minor)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"amount": {"minor": 1, "currency": "XXX"}}, "currency_unknown"),
        ({"amount": {"minor": 1, "currency": "rub"}}, "currency_unknown"),
        ({"amount": {"minor": 1, "currency": "ROUBLE"}}, "invalid_request"),
        ({"amount": {"minor": 1, "currency": "RUB", "scale": 2}}, "invalid_request"),
        ({"amount": 1}, "invalid_request"),
        ({"amount": None}, "invalid_request"),
        ({"description": None}, "invalid_request"),
        ({"description": "x" * 256}, "invalid_request"),
        ({"description": "a\u202eb"}, "invoice_text"),
        ({"description": "a\x00b"}, "invoice_text"),
        ({"reference": "x" * 201}, "invalid_request"),
        ({"reference": 17}, "invalid_request"),
        ({"phone": "12"}, "phone_not_understood"),
        ({"phone": "call me"}, "phone_not_understood"),
        ({"phone": 79161234567}, "invalid_request"),
        ({"expires_at": "2026-11-24T08:59:59Z"}, "invoice_times"),
        ({"expires_at": "2027-01-09T00:00:00Z"}, "invoice_times"),
        ({"expires_at": "2026-11-25"}, "invalid_request"),
        ({"expires_at": "2026-11-25T10:00:00"}, "invalid_request"),
        ({"expires_at": "2026-02-30T10:00:00Z"}, "invalid_request"),
        ({"expires_at": "0001-01-01T00:00:00+14:00"}, "invalid_request"),
        ({"expires_at": 1795600000}, "invalid_request"),
        ({"currency": "RUB"}, "invalid_request"),
    ],
)
async def test_what_is_not_valid_is_refused(shop: Shop, fields: dict[str, Any], code: str) -> None:
    """Every mistake has its code, and none makes an invoice."""
    refused = await shop.issue(**fields)

    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert (await shop.get(INVOICES)).json()["items"] == []


async def test_times_error_names_the_latest(shop: Shop) -> None:
    refused = (await shop.issue(expires_at="2030-01-01T00:00:00Z")).json()

    assert refused["latest"] == "2027-01-08T09:00:00Z"


async def test_reference_stands_for_one_invoice(shop: Shop) -> None:
    """A shop that lost its key still does not bill an order twice."""
    first = await shop.issue("a", reference="order-17")

    same = await shop.issue("b", reference="order-17")
    other = await shop.issue("c", reference="order-17", amount=rub(1))

    assert same.json()["id"] == first.json()["id"]
    assert (other.status_code, other.json()["code"]) == (409, "reference_used")


async def test_pages_follow_the_cursor(shop: Shop, clock: TestClock) -> None:
    """Newest first, each once, until there is no cursor."""
    issued = []
    for number in range(5):
        clock.advance(seconds=1)
        issued.append((await shop.issue(f"k{number}")).json()["id"])

    seen, cursor = [], ""
    while True:
        page = (await shop.get(INVOICES, limit=2, cursor=cursor)).json()
        InvoicePage.model_validate(page)
        seen += [each["id"] for each in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert seen == issued[::-1]


async def test_filters(shop: Shop) -> None:
    one = (await shop.issue("a", reference="one")).json()["id"]
    two = (await shop.issue("b", reference="two")).json()["id"]
    await shop.post(f"{INVOICES}/{one}/cancel")

    async def ids(**params: Any) -> list[str]:
        return [each["id"] for each in (await shop.get(INVOICES, **params)).json()["items"]]

    assert await ids(state="rejected") == [one]
    assert await ids(state="waiting") == [two]
    assert await ids(reference="one") == [one]
    assert await ids(reference="one", state="waiting") == []
    assert await ids(reference="none") == []


@pytest.mark.parametrize(
    "params",
    [
        {"limit": 0},
        {"limit": 101},
        {"limit": "ten"},
        {"state": "lost"},
        {"cursor": "'; DROP TABLE invoices"},
        {"status": "paid"},
    ],
)
async def test_bad_filters_are_refused(shop: Shop, params: dict[str, Any]) -> None:
    """A filter that is not understood must not list everything."""
    refused = await shop.get(INVOICES, **params)

    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_request")


async def test_cancel_twice(shop: Shop) -> None:
    """Taking back is safe to repeat, and needs no key."""
    invoice_id = (await shop.issue()).json()["id"]

    first = await shop.post(f"{INVOICES}/{invoice_id}/cancel", key=None)
    again = await shop.post(f"{INVOICES}/{invoice_id}/cancel", key=None)

    assert first.json()["state"] == "rejected"
    assert again.json() == first.json()


async def test_paid_is_not_cancelled(shop: Shop, paid: str) -> None:
    refused = await shop.post(f"{INVOICES}/{paid}/cancel")

    assert (refused.status_code, refused.json()["code"]) == (409, "invoice_paid")
    assert (await shop.get(f"{INVOICES}/{paid}")).json()["paid_at"] == "2026-11-24T09:00:00Z"


async def test_expired_is_not_cancelled(shop: Shop, clock: TestClock) -> None:
    invoice_id = (await shop.issue()).json()["id"]
    clock.advance(days=4)

    refused = await shop.post(f"{INVOICES}/{invoice_id}/cancel")

    assert (refused.status_code, refused.json()["code"]) == (409, "invoice_expired")
    assert refused.json()["expired_at"] == "2026-11-27T09:00:00Z"


async def test_person_is_told_of_an_invoice(shop: Shop, cast: Cast, ann: Holder) -> None:
    """An invoice to a number leads to a notice, one to another's does not."""
    await cast.deliver()
    cast.sent.clear()

    await shop.issue("a", phone=ann.phone)
    await shop.issue("b", phone=OTHER_PHONE)
    await cast.deliver()

    assert [(work.kind, work.payload["holder"]) for work in cast.sent] == [("notice", ann.id)]


ROUTES = [
    ("GET", f"{INVOICES}/{{invoice}}"),
    ("POST", f"{INVOICES}/{{invoice}}/cancel"),
    ("GET", f"{INVOICES}/{{invoice}}/refunds"),
    ("POST", f"{INVOICES}/{{invoice}}/refunds"),
    ("GET", "/api/v1/refunds/{refund}"),
]


@pytest.mark.parametrize(("method", "template"), ROUTES)
async def test_somebody_elses_is_not_found(
    shop: Shop, other_shop: Shop, paid: str, method: str, template: str
) -> None:
    """Not 403: whether it exists is no other merchant's business."""
    refund = await shop.post(f"{INVOICES}/{paid}/refunds", {"amount": rub(1)}, "r")
    theirs = template.format(invoice=paid, refund=refund.json()["id"])
    nobodys = template.format(invoice=ABSENT, refund=ABSENT)

    async def ask(where: str) -> httpx.Response:
        body = {"amount": rub(1)}
        return await (
            other_shop.get(where) if method == "GET" else other_shop.post(where, body, where)
        )

    answers = [await ask(theirs), await ask(nobodys)]

    assert [each.status_code for each in answers] == [404, 404]
    assert answers[0].json()["code"] == answers[1].json()["code"]


async def test_lists_are_ones_own(shop: Shop, other_shop: Shop) -> None:
    await shop.issue(reference="order-17")

    assert (await other_shop.get(INVOICES)).json()["items"] == []
    assert (await other_shop.get(INVOICES, reference="order-17")).json()["items"] == []
