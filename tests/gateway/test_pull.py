"""The pull interface: forms in, codes out, as JSON or XML, and the older pages."""

import base64
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest

from gateway.app import create_app
from gateway.bills.pages import TOLD
from gateway.limits import Limits
from gateway.pull.pages import OldBills
from purser.services import Services
from services.holders import Holder
from services.pull_shops import Signing
from services.rate_limits import Rate
from services.store import NotCommittedError
from storage.engines import AnyStore
from tests.cast import PHONE, Cast
from tests.clock import TestClock
from tests.gateway.conftest import Shop, client_of, gateway_settings

URL = "https://shop.example/paid"


@dataclass(frozen=True)
class PullClient:
    """A shop of the pull interface."""

    number: int
    api_id: str
    password: str
    client: httpx.AsyncClient

    async def ask(
        self, method: str, path: str, accept: str = "text/json", **fields: Any
    ) -> httpx.Response:
        return await self.client.request(
            method,
            f"/api/v2/prv/{self.number}/bills/{path}",
            data=fields or None,
            headers={"Accept": accept, "Authorization": self.basic},
        )

    async def issue(self, bill_id: str = "BILL-1", **fields: Any) -> httpx.Response:
        asked = {"user": f"tel:{PHONE}", "amount": "10.00", "ccy": "RUB", "comment": "test"}
        wish = asked | {"lifetime": "2026-11-25T15:00:00"} | fields
        return await self.ask(
            "PUT", bill_id, **{name: text for name, text in wish.items() if text}
        )

    @property
    def basic(self) -> str:
        return "Basic " + base64.b64encode(f"{self.api_id}:{self.password}".encode()).decode()


@pytest.fixture
async def pull(services: Services, shop: Shop) -> PullClient:
    made = await services.pull_shops.set_up(merchant_id=shop.merchant.id, notify_url=URL)
    return PullClient(made.shop.prv_id, made.shop.api_id, made.passwords.api, shop.client)


def code(answer: httpx.Response) -> tuple[int, int]:
    """HTTP status and result code."""
    response = answer.json()["response"]
    assert "description" in response or not response["result_code"]
    return answer.status_code, response["result_code"]


async def test_bill(pull: PullClient, services: Services, ann: Holder, shop: Shop) -> None:
    """Issued to a phone, whose holder sees it at once; our own API sees it, too."""
    made = await pull.issue(pay_source="qw", prv_name="Books")
    seen = await pull.ask("GET", "BILL-1")

    expected = {
        "bill_id": "BILL-1",
        "amount": "10.00",
        "ccy": "RUB",
        "status": "waiting",
        "error": 0,
        "user": f"tel:{PHONE}",
        "comment": "test",
    }
    assert made.json() == seen.json() == {"response": {"result_code": 0, "bill": expected}}
    assert made.headers["content-type"] == "text/json; charset=utf-8"
    [waiting] = (await services.invoices.waiting(holder=ann)).invoices
    assert waiting.expires_at.isoformat() == "2026-11-25T12:00:00+00:00"
    found = await shop.get("/api/v1/invoices", reference="BILL-1")
    assert found.json()["items"][0]["amount"] == {"minor": 1000, "currency": "RUB"}


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/xml", "text/xml"),
        ("application/xml;q=0.9", "application/xml"),
        ("application/json", "application/json"),
        ("*/*", "text/json"),
    ],
)
async def test_answers_as_is_wished(pull: PullClient, accept: str, kind: str) -> None:
    await pull.issue(comment="<&> \x01")

    seen = await pull.ask("GET", "BILL-1", accept)
    none = await pull.ask("GET", "BILL-2", accept)

    assert seen.headers["content-type"] == none.headers["content-type"] == f"{kind}; charset=utf-8"
    if kind.endswith("xml"):
        tree = ET.fromstring(seen.content)  # noqa: S314  # ours
        assert (tree.tag, tree.findtext("result_code")) == ("response", "0")
        assert tree.findtext("bill/comment") == "<&> "
        assert ET.fromstring(none.content).findtext("result_code") == "210"  # noqa: S314
    else:
        assert seen.json()["response"]["bill"]["comment"] == "<&> \x01"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"user": ""}, (400, 341)),
        ({"user": "tel:"}, (400, 303)),
        ({"user": "tel:Anna"}, (400, 303)),
        ({"amount": ""}, (400, 341)),
        ({"amount": "0.001"}, (400, 241)),
        ({"amount": "1" * 20}, (400, 242)),
        ({"amount": "-5"}, (400, 5)),
        ({"amount": "ten"}, (400, 5)),
        ({"ccy": ""}, (400, 341)),
        ({"ccy": "XXX"}, (400, 1001)),
        ({"lifetime": "2026-11-23T15:00:00"}, (400, 5)),
        ({"lifetime": "soon"}, (400, 5)),
        ({"comment": "x" * 256}, (400, 5)),
        ({"prv_name": "x" * 101}, (400, 5)),
        ({"pay_source": "sovest"}, (400, 5)),
    ],
)
async def test_what_is_not_valid(
    pull: PullClient, fields: dict[str, str], expected: tuple[int, int]
) -> None:
    assert code(await pull.issue(**fields)) == expected
    assert code(await pull.ask("GET", "BILL-1")) == (404, 210)


async def test_numbers_and_fields_that_are_none(pull: PullClient) -> None:
    many = {f"f{number}": "1" for number in range(120)}

    assert code(await pull.issue("x" * 201)) == (400, 5)
    assert code(await pull.issue("a\u200bb")) == (400, 5)
    assert code(await pull.issue(**many)) == (400, 5)
    assert code(await pull.issue("any/text. at all")) == (200, 0)
    assert code(await pull.ask("GET", "any/text. at all")) == (200, 0)


async def test_again(pull: PullClient, clock: TestClock) -> None:
    """The same amount is the same bill, also after its time; another is 215."""
    first = await pull.issue(amount="10.009")
    again = await pull.issue(comment="another")
    other = await pull.issue(amount="11")
    clock.advance(days=2)
    late = await pull.issue()

    assert first.json() == again.json() == late.json()
    assert code(other) == (409, 215)
    assert code(await pull.issue(amount="11")) == (400, 5)


async def test_cancel(pull: PullClient, services: Services, cast: Cast, ann: Holder) -> None:
    """While it waits; again is the same.  A paid one is 1419."""
    await pull.issue()
    await pull.issue("BILL-2")
    waiting = (await services.invoices.waiting(holder=ann)).invoices
    await cast.pay(ann, next(each for each in waiting if each.reference == "BILL-2"))

    gone = await pull.ask("PATCH", "BILL-1", status="rejected")

    assert gone.json()["response"]["bill"]["status"] == "rejected"
    assert (await pull.ask("PATCH", "BILL-1", status="rejected")).json() == gone.json()
    assert code(await pull.ask("PATCH", "BILL-1", status="paid")) == (400, 5)
    assert code(await pull.ask("PATCH", "BILL-2", status="rejected")) == (403, 1419)
    assert (await pull.ask("GET", "BILL-2")).json()["response"]["bill"]["status"] == "paid"


async def test_refunds(pull: PullClient, services: Services, cast: Cast, ann: Holder) -> None:
    """In parts, each under its number, never more than was paid."""
    await pull.issue()
    assert code(await pull.ask("PUT", "BILL-1/refund/R1", amount="5")) == (403, 78)
    await cast.pay(ann, (await services.invoices.waiting(holder=ann)).invoices[0])

    made = await pull.ask("PUT", "BILL-1/refund/R1", amount="5.009")
    again = await pull.ask("PUT", "BILL-1/refund/R1", amount="5.00")

    expected = {"refund_id": "R1", "amount": "5.00", "status": "success", "error": 0}
    assert made.json() == again.json() == {"response": {"result_code": 0, "refund": expected}}
    assert (await pull.ask("GET", "BILL-1/refund/R1")).json() == made.json()
    assert code(await pull.ask("PUT", "BILL-1/refund/R1", amount="4")) == (409, 215)
    assert code(await pull.ask("PUT", "BILL-1/refund/R2", amount="5.01")) == (400, 242)
    assert code(await pull.ask("PUT", "BILL-1/refund/R2", amount="0")) == (400, 241)
    assert code(await pull.ask("PUT", "BILL-1/refund/R2")) == (400, 341)
    assert code(await pull.ask("PUT", "BILL-1/refund/TOOLONG999", amount="1")) == (400, 5)
    assert code(await pull.ask("GET", "BILL-1/refund/R9")) == (404, 210)
    assert await cast.available(ann) == 499_500


async def test_strangers(pull: PullClient, services: Services, other_shop: Shop) -> None:
    """A wrong password, another's number, no number: all alike."""
    other = await services.pull_shops.set_up(merchant_id=other_shop.merchant.id)
    wrong = PullClient(pull.number, pull.api_id, "wrong", pull.client)
    beside = PullClient(other.shop.prv_id, pull.api_id, pull.password, pull.client)
    nobody = PullClient(1, pull.api_id, pull.password, pull.client)
    bad = await pull.client.get(
        "/api/v2/prv/x/bills/1", headers={"Accept": "text/json", "Authorization": pull.basic}
    )
    bare = await pull.client.get(f"/api/v2/prv/{pull.number}/bills/1")

    for answer in (*[await each.ask("GET", "1") for each in (wrong, beside, nobody)], bad, bare):
        assert code(answer) == (401, 150)
        assert answer.headers["www-authenticate"].startswith("Basic ")


async def test_addresses_and_methods_that_are_none(pull: PullClient) -> None:
    deleted = await pull.ask("DELETE", "BILL-1")

    assert code(deleted) == (405, 5)
    assert deleted.headers["allow"] == "PUT, GET, PATCH"
    assert code(await pull.client.get("/api/v2/prv/1/orders")) == (404, 5)


async def test_what_is_our_fault(pull: PullClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Temporary where a repeat helps, so that the shop sends it again."""
    for error, expected in ((NotCommittedError(), (503, 13)), (RuntimeError("x"), (500, 300))):

        async def fail(*_: object, error: Exception = error, **__: object) -> None:
            raise error

        monkeypatch.setattr("services.invoices.Invoices.create", fail)
        assert code(await pull.issue()) == expected


async def test_too_many(
    pull: PullClient, services: Services, store: AnyStore, clock: TestClock
) -> None:
    """Temporary: the shop asks again."""
    rate = Rate(1, timedelta(seconds=10))
    settings = gateway_settings(services, store, clock) | {"limits": Limits(rate, rate)}
    async with client_of(create_app(**settings)) as client:
        busy = PullClient(pull.number, pull.api_id, pull.password, client)
        answers = [await busy.ask("GET", "BILL-1") for _ in range(2)]

    assert [code(each) for each in answers] == [(404, 210), (429, 13)]
    assert answers[1].headers["retry-after"] == "10"


async def test_old_page_of_a_bill(
    pull: PullClient, services: Services, shop: Shop, client: httpx.AsyncClient
) -> None:
    """By shop and number, to our page; bills of other interfaces are not shown to who guesses."""
    await pull.issue()
    await shop.issue(reference="own")
    page = "/order/external/main.action"
    found = await client.get(
        page,
        params={
            "shop": pull.number,
            "transaction": "BILL-1",
            "successUrl": URL,
            "pay_source": "qw",
        },
    )

    old = OldBills(invoices=services.invoices, pull_shops=services.pull_shops)
    invoice = await services.invoices.with_reference(merchant=shop.merchant, reference="BILL-1")
    assert found.status_code == 303
    assert found.headers["location"].startswith("https://wallet.example/form/?invoice_uid=")
    assert found.headers["location"].endswith(
        "&successUrl=https%3A%2F%2Fshop.example%2Fpaid&paySource=qw"
    )
    assert await old.find({"shop": str(pull.number), "transaction": "BILL-1"}) == invoice.id
    for params in (
        {"shop": str(pull.number), "transaction": "own"},
        {"shop": str(pull.number), "transaction": "BILL-2"},
        {"shop": "1", "transaction": "BILL-1"},
        {"shop": "x"},
        {},
    ):
        assert await old.find(params) is None
        missing = await client.get(page, params=params)
        assert missing.status_code == 404
        assert "text/html" in missing.headers["content-type"]


async def test_order_by_link(
    pull: PullClient, services: Services, shop: Shop, client: httpx.AsyncClient
) -> None:
    """`create.action`: a bill without signing in; again is the same one."""
    params = {"from": str(pull.number), "to": PHONE, "summ": "10.50", "txn_id": "7"}
    params |= {"comm": "A book", "lifetime": "24", "successUrl": URL, "failUrl": f"{URL}?no"}
    page = "/order/external/create.action"

    first = await client.get(page, params=params)
    again = await client.post(page, data=params)
    nameless = await client.get(page, params=params | {"txn_id": "", "to": "", "lifetime": ""})

    invoice = await services.invoices.with_reference(merchant=shop.merchant, reference="7")
    assert first.status_code == again.status_code == nameless.status_code == 303
    assert first.headers["location"] == again.headers["location"] != nameless.headers["location"]
    assert (str(invoice.amount), invoice.phone) == ("10.50 RUB", PHONE)
    assert (invoice.expires_at - invoice.created_at).days == 1
    assert invoice.content == {"comment": "A book", "success_url": URL, "fail_url": f"{URL}?no"}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"from": "1"}, 404),
        ({"summ": ""}, 400),
        ({"summ": "0"}, 400),
        ({"currency": "XXX"}, 400),
        ({"lifetime": "soon"}, 400),
        ({"to": "tel:"}, 400),
        ({"comm": "x" * 256}, 400),
    ],
)
async def test_orders_that_are_none(
    pull: PullClient, client: httpx.AsyncClient, changes: dict[str, str], status: int
) -> None:
    """A page in words, and no bill."""
    params = {"from": str(pull.number), "summ": "10.50", "txn_id": "7"} | changes

    answer = await client.get("/order/external/create.action", params=params)

    assert answer.status_code == status
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert code(await pull.ask("GET", "7")) == (404, 210)


async def test_phone_is_told_of_few_links(
    pull: PullClient, services: Services, client: httpx.AsyncClient, ann: Holder
) -> None:
    """Anybody can make them up: after some they are open, and told to nobody."""
    for number in range(TOLD.burst + 2):
        params = {"from": str(pull.number), "to": PHONE, "summ": "1", "txn_id": f"n{number}"}
        await client.get("/order/external/create.action", params=params)

    assert await services.invoices.count_waiting(holder=ann) == TOLD.burst


async def test_passwords_change(pull: PullClient, services: Services, shop: Shop) -> None:
    """The numbers stay; nothing of the old passwords is good."""
    fresh = await services.pull_shops.set_up(merchant_id=shop.merchant.id, signs=Signing.SIGNATURE)

    again = PullClient(pull.number, pull.api_id, fresh.passwords.api, pull.client)
    assert (fresh.shop.prv_id, fresh.shop.api_id) == (pull.number, pull.api_id)
    assert (fresh.shop.notify_url, fresh.shop.signs) == (None, Signing.SIGNATURE)
    assert code(await pull.ask("GET", "1")) == (401, 150)
    assert code(await again.ask("GET", "1")) == (404, 210)
    await services.merchants.disable(merchant_id=shop.merchant.id)
    assert code(await again.ask("GET", "1")) == (401, 150)
