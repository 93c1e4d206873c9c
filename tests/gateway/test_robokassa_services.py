"""Robokassa's services over HTTP: invoices, refunds, receipts, SMS, as shops ask for them."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import pytest

from gateway.robokassa_services.invoices import VISITS, decoded_id
from purser.services import Services
from services.holders import Holder
from services.invoices import Capture, InvoiceState
from services.robokassa_shops import FreshShop
from tests.cast import Cast
from tests.clock import TestClock
from tests.gateway.conftest import LINKS, Shop
from tests.gateway.robokassa_tokens import encoded, token

INVOICES = "/InvoiceServiceWebApi/api"
REFUNDS = "/RefundService/Refund"
RECEIPTS = "/RoboFiscal/Receipt"
ITEMS = [{"Name": "Книга", "Quantity": 1, "Cost": 100.10, "Tax": "vat10"}]


@dataclass
class Plugin:
    """A shop's plugin, that nobody adapted."""

    fresh: FreshShop
    client: httpx.AsyncClient

    async def ask(self, what: str, **payload: Any) -> dict[str, Any]:
        """A request of the invoice service, signed as it should be."""
        body = {"MerchantLogin": self.fresh.shop.login} | payload
        key = f"{self.fresh.shop.login}:{self.fresh.passwords.first}"
        answer = await self.client.post(f"{INVOICES}/{what}", json=token(body, key))
        assert answer.status_code == 200
        found: dict[str, Any] = answer.json()
        return found

    async def create(self, **payload: Any) -> dict[str, Any]:
        fields = {"InvoiceType": "OneTime", "OutSum": 100.10, "Description": "Книга"}
        return await self.ask("CreateInvoice", **(fields | payload))

    async def listed(self, **payload: Any) -> list[int]:
        """The numbers of what is listed, in order."""
        found = await self.ask("GetInvoiceInformationList", **payload)
        assert found["isSuccess"], found
        return [each["invId"] for each in found["invoices"]]

    async def refund(self, op_key: str, **payload: Any) -> httpx.Response:
        body = {"OpKey": op_key} | payload
        text = token(body, self.fresh.passwords.third, "HS256")
        return await self.client.post(f"{REFUNDS}/Create", json=text)

    async def receipt(self, what: str, says: Any, base: str = "segment") -> dict[str, Any]:
        text = json.dumps(says)
        head = encoded(text.encode())
        signed = (head if base == "segment" else text) + self.fresh.passwords.first
        signature = hashlib.md5(signed.encode(), usedforsecurity=False).hexdigest()
        body = f"{head}.{encoded(signature.encode())}"
        answer = await self.client.post(f"{RECEIPTS}/{what}", content=body.encode())
        assert answer.status_code == 200
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture
async def plugin(services: Services, shop: Shop, client: httpx.AsyncClient) -> Plugin:
    fresh = await services.robokassa_shops.add(merchant_id=shop.merchant.id, login="Demo")
    return Plugin(fresh, client)


@pytest.fixture
async def paid_key(plugin: Plugin, cast: Cast, ann: Holder) -> str:
    """The operation key of an order of 100.10, number 7, that Ann has paid."""
    made = await plugin.create(InvId=7, InvoiceItems=ITEMS, Sno="osn")
    return await pay(cast, ann, made)


async def pay(cast: Cast, holder: Holder, made: dict[str, Any]) -> str:
    invoice_id = UUID(made["id"]).hex
    invoice = await cast.services.invoices.view(holder=holder, invoice_id=invoice_id)
    return str(UUID(await cast.pay(holder, invoice)))


async def opened(client: httpx.AsyncClient, url: str) -> str:
    """The id of the invoice to which that address leads."""
    answer = await client.get(urlsplit(url).path)
    assert answer.status_code == 303
    location = answer.headers["location"]
    found = UUID(location[-36:]).hex
    assert location == LINKS.page(found)
    return found


async def test_issued_once(plugin: Plugin, services: Services, shop: Shop) -> None:
    """An invoice like any other, that keeps all that its messages need."""
    made = await plugin.create(
        InvId=7,
        Culture="en",
        MerchantComments="for\nstaff",
        UserFields={"Shp_b": "1", "order": 5, "shp_a": "x"},
        InvoiceItems=ITEMS,
        Sno="osn",
        SuccessUrl2Data={"Url": "https://shop.example/ok", "Method": "POST"},
        FailUrl2Data={"Url": "https://shop.example/no"},
        Email="ann@example.com",
    )

    found = await services.invoices.with_reference(merchant=shop.merchant, reference="7")
    assert (made["isSuccess"], made["invId"]) == (True, 7)
    assert UUID(made["id"]).hex == found.id == decoded_id(made["encodedId"])
    assert made["url"] == f"{LINKS.pages}/Merchant/Invoice/{made['encodedId']}"
    assert (found.amount.minor, found.interface, found.capture) == (
        10010,
        "robokassa",
        Capture.AT_ONCE,
    )
    assert found.content == {
        "inv_id": "7",
        "out_sum": "100.10",
        "shp": [["shp_a", "x"], ["Shp_b", "1"], ["Shp_order", "5"]],
        "culture": "en",
        "email": "ann@example.com",
        "merchant_comments": "for staff",
        "success_url2": "https://shop.example/ok",
        "success_method2": "POST",
        "fail_url2": "https://shop.example/no",
        "fail_method2": "GET",
        "receipt": (
            '{"sno": "osn", "items": [{"name": "Книга", "quantity": 1, "cost": 100.1,'
            ' "tax": "vat10"}]}'
        ),
    }
    assert await opened(plugin.client, made["url"]) == found.id


async def test_number_is_given_where_none_came(plugin: Plugin) -> None:
    """And the same order again, by its number, is the same invoice."""
    first = await plugin.create(InvId=0)
    other = await plugin.create()
    again = await plugin.create(InvId=first["invId"], Description="Worded anew")

    assert first["invId"] < other["invId"]
    assert again == first


async def test_number_of_a_paid_order(plugin: Plugin, paid_key: str) -> None:
    """Is not issued again, for whatever sum."""
    assert paid_key
    for minor in (100.10, 5):
        refused = await plugin.create(InvId=7, OutSum=minor)
        assert refused == {
            "isSuccess": False,
            "errorMessage": "The merchant has another invoice of that number.",
        }


async def test_holding_and_recurring(plugin: Plugin, services: Services, shop: Shop) -> None:
    """As the payment page takes them, unless the shop may not."""
    await plugin.create(InvId=1, StepByStep=True, Recurring="true")
    await services.robokassa_shops.change(
        merchant_id=shop.merchant.id, allows_hold=False, allows_recurring=False
    )

    held = await services.invoices.with_reference(merchant=shop.merchant, reference="1")
    answers = [await plugin.create(StepByStep="true"), await plugin.create(Recurring=True)]
    plain = await plugin.create(StepByStep="", Recurring=False)
    assert (held.capture, held.is_recurring) == (Capture.LATER, True)
    assert [each["isSuccess"] for each in answers] == [False, False]
    assert plain["isSuccess"]


@pytest.mark.parametrize(
    "fields",
    [
        {"OutSum": 0},
        {"OutSum": -1},
        {"OutSum": "1,5"},
        {"OutSum": 100.101},
        {"OutSum": 1e30},
        {"OutSum": None},
        {"OutSum": {"minor": 1}},
        {"OutSumCurrency": "ROUBLES"},
        {"InvId": -7},
        {"InvId": 2**63},
        {"InvId": 1.5},
        {"InvId": [7]},
        {"InvoiceType": "Often"},
        {"ExpirationDate": "tomorrow"},
        {"ExpirationDate": "2020-01-01"},
        {"ExpirationDate": "0001-01-01T00:00:00+23:59"},
        {"UserFields": ["a"]},
        {"UserFields": {"a": [1]}},
        {"UserFields": {"a:b": "c"}},
        {"UserFields": {str(number): "x" for number in range(51)}},
        {"InvoiceItems": {"Name": "x"}},
        {"InvoiceItems": ["x"]},
        {"InvoiceItems": [{"Quantity": 1}]},
        {"InvoiceItems": ITEMS * 101},
        {"SuccessUrl2Data": {"Url": "javascript:alert(1)"}},
        {"SuccessUrl2Data": {"Url": "https://shop.example/", "Method": "PUT"}},
        {"FailUrl2Data": "https://shop.example/"},
        {"StepByStep": "perhaps"},
    ],
)
async def test_what_cannot_be_read_is_said(plugin: Plugin, fields: dict[str, Any]) -> None:
    """In the answer's own form, and nothing is issued."""
    refused = await plugin.create(**fields)

    assert refused["isSuccess"] is False
    assert refused["errorMessage"]
    assert await plugin.listed() == []


async def test_in_another_currency(plugin: Plugin, services: Services, shop: Shop) -> None:
    """The payer exchanges; the shop gets what it asked for."""
    await plugin.create(InvId=1, OutSum="5.00", OutSumCurrency="usd")

    found = await services.invoices.with_reference(merchant=shop.merchant, reference="1")
    assert (found.amount.minor, found.amount.currency.code) == (500, "USD")


async def test_only_the_shop_itself(plugin: Plugin, client: httpx.AsyncClient) -> None:
    """Another password, another login, no token; a guesser is stopped."""
    passwords = plugin.fresh.passwords
    answers = []
    for login, key in (
        ("Demo", f"Demo:{passwords.test_first}"),
        ("Demo", passwords.first),
        ("Demo", f"Demo:{passwords.second}"),
        ("nobody", f"nobody:{passwords.first}"),
        ("'; --", ""),
    ):
        text = token({"MerchantLogin": login, "OutSum": 1}, key)
        answers.append((await client.post(f"{INVOICES}/CreateInvoice", json=text)).json())
    malformed = await client.post(f"{INVOICES}/CreateInvoice", content=b"\xff")
    guesses = [
        (await client.post(f"{INVOICES}/DeactivateInvoice", json=text)).status_code
        for _ in range(6)
    ]

    assert [each["isSuccess"] for each in answers] == [False] * 5
    assert malformed.json() == {"isSuccess": False, "errorMessage": "The body is not a text"}
    assert guesses[-1] == 429


async def test_login_in_another_case(plugin: Plugin, client: httpx.AsyncClient) -> None:
    """It is signed as it is written."""
    key = f"DEMO:{plugin.fresh.passwords.first}"
    text = token({"MerchantLogin": "DEMO", "OutSum": "1"}, key, "SHA512")

    assert (await client.post(f"{INVOICES}/CreateInvoice", json=text)).json()["isSuccess"]


async def test_taken_back(plugin: Plugin, services: Services, shop: Shop) -> None:
    """By any of its names, and again; whoever opens it finds it refused."""
    made = [await plugin.create(InvId=number) for number in (1, 2, 3)]
    answers = [
        await plugin.ask("DeactivateInvoice", InvId=1),
        await plugin.ask("DeactivateInvoice", Id=made[1]["id"]),
        await plugin.ask("DeactivateInvoice", EncodedId=made[2]["encodedId"]),
        await plugin.ask("DeactivateInvoice", InvId=1),
    ]

    states = {
        (await services.invoices.with_reference(merchant=shop.merchant, reference=str(n))).state
        for n in (1, 2, 3)
    }
    assert answers == [{"isSuccess": True}] * 4
    assert states == {InvoiceState.REJECTED}


async def test_cannot_be_taken_back(
    plugin: Plugin, paid_key: str, services: Services, other_shop: Shop
) -> None:
    """Paid, unknown, unnamed, or another shop's."""
    await services.robokassa_shops.add(merchant_id=other_shop.merchant.id, login="other")
    other = Plugin(
        await services.robokassa_shops.rotate(merchant_id=other_shop.merchant.id), plugin.client
    )
    foreign = await other.create(InvId=9)

    answers = [
        await plugin.ask("DeactivateInvoice", InvId=7),
        await plugin.ask("DeactivateInvoice", InvId=8),
        await plugin.ask("DeactivateInvoice"),
        await plugin.ask("DeactivateInvoice", Id="x"),
        await plugin.ask("DeactivateInvoice", Id=foreign["id"]),
        await plugin.ask("DeactivateInvoice", EncodedId=foreign["encodedId"]),
    ]
    assert paid_key
    assert [each["isSuccess"] for each in answers] == [False] * 6


async def test_many_may_pay(
    plugin: Plugin, services: Services, shop: Shop, cast: Cast, ann: Holder
) -> None:
    """Each who opens it gets an invoice of their own, until the shop takes it back."""
    made = await plugin.create(InvoiceType="Reusable", InvId=5, UserFields={"a": "b"})
    again = await plugin.create(InvoiceType="Reusable", InvId=5)
    looked = await plugin.client.head(urlsplit(made["url"]).path)
    ids = [await opened(plugin.client, made["url"]) for _ in range(2)]
    await pay(cast, ann, {"id": str(UUID(ids[0]))})
    ended = await plugin.ask("DeactivateInvoice", InvId=5)
    closed = await plugin.client.get(urlsplit(made["url"]).path)

    visits = [await services.invoices.get(merchant=shop.merchant, invoice_id=each) for each in ids]
    assert again == made
    assert looked.status_code == 200
    assert [each.state for each in visits] == [InvoiceState.PAID, InvoiceState.WAITING]
    assert visits[0].reference != visits[1].reference
    assert {each.content["shp"][0][0] for each in visits} == {"Shp_a"}
    assert visits[0].content["inv_id"] == visits[0].reference
    assert visits[0].content["reusable"] == UUID(made["id"]).hex
    assert (ended, closed.status_code) == ({"isSuccess": True}, 400)
    assert await plugin.listed(InvoiceStatuses=["expired"]) == [5]


async def test_another_sum_of_what_many_may_pay(plugin: Plugin) -> None:
    """Its number names one of them at a time."""
    await plugin.create(InvoiceType="Reusable", InvId=5)

    refused = await plugin.create(InvoiceType="Reusable", InvId=5, OutSum=1)
    await plugin.ask("DeactivateInvoice", InvId=5)
    anew = await plugin.create(InvoiceType="Reusable", InvId=5, OutSum=1)

    assert (refused["isSuccess"], anew["isSuccess"]) == (False, True)


async def test_what_many_may_pay_ends_with_its_time_and_its_shop(
    plugin: Plugin, clock: TestClock, services: Services, shop: Shop
) -> None:
    """And says why."""
    until = clock().isoformat()[:10]
    made = await plugin.create(InvoiceType="Reusable", ExpirationDate=until)
    clock.advance(days=2)
    expired = await plugin.client.get(urlsplit(made["url"]).path)
    endless = await plugin.create(InvoiceType="Reusable")
    await services.merchants.disable(merchant_id=shop.merchant.id)
    disabled = await plugin.client.get(urlsplit(endless["url"]).path)
    refused = await plugin.create(InvoiceType="Reusable")

    assert (expired.status_code, disabled.status_code) == (400, 400)
    assert "(33)" in expired.text
    assert "(25)" in disabled.text
    assert not refused["isSuccess"]


@pytest.mark.parametrize("name", ["x", "A" * 22, "0" * 32, "%00" * 22])
async def test_nothing_is_there_to_open(client: httpx.AsyncClient, name: str) -> None:
    """A page that says so, in either spelling of the address."""
    for start in ("/Merchant", "/merchant"):
        assert (await client.get(f"{start}/Invoice/{name}")).status_code in (400, 404)


async def test_opening_is_counted(plugin: Plugin) -> None:
    """Each time is an invoice more, so it is not done without end."""
    made = await plugin.create(InvoiceType="Reusable")
    path = urlsplit(made["url"]).path
    answers = [(await plugin.client.get(path)).status_code for _ in range(VISITS.burst + 1)]

    assert set(answers[:-1]) == {303}
    assert answers[-1] == 429


async def test_list_with_every_filter(
    plugin: Plugin, clock: TestClock, cast: Cast, ann: Holder
) -> None:
    """Sums to the kopeck, words in any case and alphabet, days as Moscow has them."""
    clock.advance(days=1)
    day = clock().date().isoformat()
    issued: dict[int, dict[str, Any]] = {
        1: {"OutSum": 100.10, "Description": "Книга 100%"},
        2: {"OutSum": 100.11, "MerchantComments": "СКИДКА_5"},
        3: {"OutSum": 5000, "InvoiceType": "Reusable"},
        4: {"OutSum": 100.10},
        5: {"OutSum": 7},
    }
    for number, fields in issued.items():
        made = await plugin.create(InvId=number, **fields)
        clock.advance(days=10 if number == 3 else 0, seconds=1)
        if number == 1:
            await pay(cast, ann, made)
    await plugin.ask("DeactivateInvoice", InvId=5)

    assert await plugin.listed() == [1, 2, 3, 4, 5]
    assert await plugin.listed(IsAscending=False, PageSize=2) == [5, 4]
    assert await plugin.listed(PageSize=2, CurrentPage=3) == [5]
    assert await plugin.listed(CurrentPage=99) == []
    assert await plugin.listed(InvoiceStatuses=["Paid"]) == [1]
    assert await plugin.listed(InvoiceStatuses=["expired"]) == [2, 5]
    assert await plugin.listed(InvoiceStatuses=["notpaid", "paid"]) == [1, 3, 4]
    assert await plugin.listed(InvoiceTypes=["Reusable"]) == [3]
    assert await plugin.listed(SumFrom=100.11, SumTo="5000.00") == [2, 3]
    assert await plugin.listed(SumFrom=0, SumTo=100.10) == [1, 4, 5]
    assert await plugin.listed(Keywords="КНИГА 100%") == [1]
    assert await plugin.listed(Keywords="скидка_") == [2]
    assert await plugin.listed(Keywords="%") == [1]
    assert await plugin.listed(DateFrom=day, DateTo=day) == [1, 2, 3]
    assert await plugin.listed(DateFrom=f"{day}T23:59:59.9999999+03:00") == [4, 5]
    whole = await plugin.ask("GetInvoiceInformationList", PageSize=2, InvoiceTypes=["onetime"])
    first = whole["invoices"][0]
    assert (whole["totalCount"], whole["totalPages"], whole["currentPage"]) == (4, 2, 1)
    assert (first["status"], first["outSum"]) == ("paid", 100.10)
    assert first["createdAt"] < first["paidAt"] < first["expiredAt"]


@pytest.mark.parametrize(
    "fields",
    [
        {"PageSize": "many"},
        {"CurrentPage": -1},
        {"InvoiceStatuses": ["lost"]},
        {"InvoiceTypes": "Reusable"},
        {"DateFrom": "31.12.2026"},
        {"SumFrom": "1e3"},
    ],
)
async def test_filters_that_cannot_be_read(plugin: Plugin, fields: dict[str, Any]) -> None:
    """Are refused, and not taken for no filter."""
    assert not (await plugin.ask("GetInvoiceInformationList", **fields))["isSuccess"]


async def test_refund_in_part_then_the_rest(
    plugin: Plugin, paid_key: str, cast: Cast, ann: Holder, client: httpx.AsyncClient
) -> None:
    """By the operation's key; its state is exact."""
    part = await plugin.refund(paid_key, RefundSum=40.05, InvoiceItems=ITEMS)
    rest = await plugin.refund(paid_key.replace("-", ""))

    ids = [each.json()["requestId"] for each in (part, rest)]
    states = [(await client.get(f"{REFUNDS}/GetState", params={"id": each})).text for each in ids]
    assert part.json() == {"success": True, "message": None, "requestId": ids[0]}
    assert states == [
        f'{{"requestId": "{ids[0]}", "amount": 40.05, "label": "finished"}}',
        f'{{"requestId": "{ids[1]}", "amount": 60.05, "label": "finished"}}',
    ]
    assert await cast.available(ann) == 500_000
    assert await cast.faults() == []


async def test_the_same_refund_asked_twice_is_one(
    plugin: Plugin, paid_key: str, clock: TestClock, cast: Cast, ann: Holder
) -> None:
    """A broken line pays nobody twice; after a while it is a second wish."""
    first = await plugin.refund(paid_key, RefundSum="10.00")
    clock.advance(minutes=9)
    again = await plugin.refund(paid_key, RefundSum="10.00")
    other = await plugin.refund(paid_key, RefundSum="10.01")
    clock.advance(minutes=2)
    second = await plugin.refund(paid_key, RefundSum="10.00")
    whole = await plugin.refund(paid_key)
    clock.advance(days=1)
    whole_again = await plugin.refund(paid_key)

    ids = [each.json()["requestId"] for each in (first, again, other, second)]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3
    assert whole.json() == whole_again.json()
    assert whole.json()["success"]
    assert await cast.available(ann) == 500_000


async def test_refunds_that_are_refused(
    plugin: Plugin, paid_key: str, services: Services, client: httpx.AsyncClient, shop: Shop
) -> None:
    """By a message that says why; nothing moves."""
    third = plugin.fresh.passwords.third
    unsigned = await client.post(
        f"{REFUNDS}/Create",
        content=token({"OpKey": paid_key}, plugin.fresh.passwords.first, "HS256").encode(),
    )
    answers = {
        "unknown": await plugin.refund("0" * 32),
        "no key": await plugin.refund("Anything-0VOisWikFF"),
        "more": await plugin.refund(paid_key, RefundSum=100.11),
        "no sum": await plugin.refund(paid_key, RefundSum="-1"),
        "no items": await plugin.refund(paid_key, InvoiceItems="x"),
        "no token": await client.post(f"{REFUNDS}/Create", json={"OpKey": paid_key}),
        "third": await client.post(f"{REFUNDS}/Create", json=token({"OpKey": [1]}, third)),
    }
    wanted = {
        "unknown": (200, "OperationNotFound"),
        "no key": (200, "OperationNotFound"),
        "more": (200, "NotEnoughOperationFunds"),
        "no sum": (400, "BadRequest"),
        "no items": (400, "BadRequest"),
        "no token": (400, "BadRequest"),
        "third": (400, "BadRequest"),
    }

    assert (unsigned.status_code, unsigned.json()["message"]) == (401, "InvalidSignature")
    assert {
        name: (each.status_code, each.json()["message"]) for name, each in answers.items()
    } == wanted
    invoice = await services.invoices.with_reference(merchant=shop.merchant, reference="7")
    assert invoice.refunded_minor == 0


async def test_refund_of_what_others_interfaces_sold(
    plugin: Plugin, paid: str, services: Services, shop: Shop
) -> None:
    """The same shop's payment by our own API can be given back here, too."""
    invoice = await services.invoices.get(merchant=shop.merchant, invoice_id=paid)

    assert (await plugin.refund(invoice.payment or "")).json()["success"]


async def test_no_shop_of_robokassa_no_refund(
    shop: Shop, paid: str, services: Services, client: httpx.AsyncClient
) -> None:
    """A merchant without the interface has no password #3."""
    invoice = await services.invoices.get(merchant=shop.merchant, invoice_id=paid)
    text = token({"OpKey": invoice.payment}, "", "HS256")

    answer = await client.post(f"{REFUNDS}/Create", json=text)

    assert answer.json()["message"] == "OperationNotFound"


async def test_state_of_no_refund(client: httpx.AsyncClient) -> None:
    """In the words that are documented; who tries many is stopped."""
    asked = [
        await client.get(f"{REFUNDS}/GetState", params={"id": each})
        for each in ("", "x", *["0" * 32] * 9)
    ]

    assert asked[0].json() == {"message": "Id is invalid or request id does not exist"}
    assert asked[0].json() == asked[2].json()
    assert asked[-1].status_code == 429


def second(**fields: Any) -> dict[str, Any]:
    """A second receipt of the order 7, but for *fields*."""
    return {
        "merchantId": "Demo",
        "id": "14",
        "originId": "7",
        "operation": "sell",
        "total": 100.10,
        "items": [{"name": "Книга", "quantity": 1, "sum": 100.10}],
    } | fields


async def test_receipts_are_kept_and_given_back(plugin: Plugin, paid_key: str) -> None:
    """The one that came with the order, and the second; neither is said to be registered."""
    attached = await plugin.receipt("Attach", second())
    again = await plugin.receipt("Attach", second(), base="json")
    first = await plugin.receipt("Status", {"merchantId": "Demo", "id": 7})
    other = await plugin.receipt("Status", {"merchantId": "Demo", "id": "14"})

    assert attached == again
    assert (attached["ResultCode"], attached["OpKey"]) == ("0", paid_key)
    assert (first["Code"], first["OpKey"]) == ("1", paid_key)
    assert first["Receipt"] == {
        "sno": "osn",
        "items": [{"name": "Книга", "quantity": 1, "cost": 100.10, "tax": "vat10"}],
    }
    assert other["Receipt"] == second()


async def test_receipts_that_are_refused(plugin: Plugin, paid_key: str) -> None:
    """No more than two of a payment, none of another, none that says more."""
    await plugin.create(InvId=8)
    await plugin.receipt("Attach", second())
    refused = [
        await plugin.receipt("Attach", second(total=1)),
        await plugin.receipt("Attach", second(id="15")),
        await plugin.receipt("Attach", second(id="15", total=100.11)),
        await plugin.receipt("Attach", second(id="15", originId="8")),
        await plugin.receipt("Attach", second(id="15", originId="99")),
        await plugin.receipt("Attach", second(id="")),
        await plugin.receipt("Attach", second(total="x")),
    ]
    unknown = await plugin.receipt("Status", {"merchantId": "Demo", "id": "8"})

    assert paid_key
    assert {each["ResultCode"] for each in refused} == {"1000"}
    assert unknown == {
        "Code": "1000",
        "Description": "The shop gave no receipt of that number.",
    }


async def test_receipts_of_others(plugin: Plugin, client: httpx.AsyncClient) -> None:
    """Signed by nobody, or no receipt at all."""
    unknown = await plugin.receipt("Status", {"merchantId": "nobody", "id": "7"})
    forged = f"{encoded(json.dumps(second()).encode())}.{encoded(b'0' * 32)}"
    answers = [
        (await client.post(f"{RECEIPTS}/Attach", content=body)).json()["ResultCode"]
        for body in (forged.encode(), b"x", b"\xff", b"a.b.c", b"!.!", b"W10.W10")
    ]

    assert unknown["Code"] == "1001"
    assert answers == ["1001", *["1000"] * 5]


async def test_no_sms_is_sent(plugin: Plugin, cast: Cast, client: httpx.AsyncClient) -> None:
    """A shop's words never come under the wallet's name, however well they are signed."""
    text = f"Demo:79161234567:Ваш код 1234:{plugin.fresh.passwords.first}"
    signature = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
    fields = {
        "login": "Demo",
        "phone": "79161234567",
        "message": "Ваш код 1234",
        "signature": signature,
    }

    answers = [
        (await client.get("/SMS/", params=fields)).json(),
        (await client.get("/SMS/", params=fields | {"phone": "79260000000"})).json(),
        (await client.get("/SMS", params={})).json(),
        (await client.get("/SMS?login=a&login=b")).json(),
    ]

    assert [(each["result"], each["errorCode"]) for each in answers] == [
        (0, 3),
        (0, 2),
        (0, 2),
        (0, 1),
    ]
    assert "no SMS was sent" in answers[0]["errorMessage"]
    await cast.deliver()
    assert cast.sms == []
