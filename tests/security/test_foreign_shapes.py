"""Whatever is sent to the interfaces of others is answered in their own shape, and never fails.

Nothing here has a document to be fuzzed by: requests are made of names that clients use, of
what breaks parsers, and of bytes.  On both engines: what one database takes, another may not.
"""

import base64
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote_from_bytes, urlencode
from xml.etree import ElementTree as ET

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from gateway.app import create_app
from gateway.limits import Limits
from gateway.robokassa.webservice import NAMESPACE
from purser.services import Services
from services.rate_limits import Rate
from storage.engines import AnyStore
from tests.clock import TestClock
from tests.gateway.conftest import Shop, client_of, gateway_settings, open_shop
from tests.gateway.plugin import SERVICE, Plugin, open_plugin
from tests.gateway.robokassa_tokens import encoded, token
from tests.security.conftest import UNBOUNDED

TRIED = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class Endless:
    """Permits for everybody."""

    async def take(self, name: str, rate: Rate) -> timedelta:
        return timedelta(0)

    async def hold(self, name: str, until: Any) -> None:
        """Nothing is held."""


@pytest.fixture
async def client(
    services: Services, store: AnyStore, clock: TestClock
) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(
        **gateway_settings(services, store, clock),
        limits=Limits(per_key=UNBOUNDED, failures=UNBOUNDED),
        rate_limits=Endless(),
    )
    async with client_of(app) as opened:
        with capture_logs():
            yield opened


nasty = st.sampled_from(
    [
        "",
        "0",
        "-1",
        "1",
        "100.00",
        "1e999999999",
        "9" * 400,
        "NaN",
        "Infinity",
        "\0",
        "a\0b",
        "\u0661",
        "\u202e",
        "\ud800",
        "%",
        "'",
        "{}",
        "[]",
        '{"items":',
        "[" * 2000,
        "http://[",
        "https://user@shop.example",
        "//evil.example",
        "javascript:1",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2026-11-25T12:00:00",
        "true",
        "tel:+79161234567",
        "RUB",
        "643",
        "x" * 5000,
    ]
)
values = nasty | st.text(max_size=20)
raw = st.binary(max_size=40) | values.map(lambda text: text.encode("utf-8", "surrogatepass"))


def form(names: st.SearchStrategy[str]) -> st.SearchStrategy[bytes]:
    """Fields of those names with any bytes in them, twice or not at all."""
    pairs = st.lists(st.tuples(names, raw), max_size=8)
    return pairs.map(
        lambda found: b"&".join(
            name.encode() + b"=" + quote_from_bytes(value).encode() for name, value in found
        )
    )


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | values,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(values, inner, max_size=3),
    max_leaves=6,
)


def objects(names: tuple[str, ...]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(names), json_values, max_size=8)


def names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


BILL = ("amount", "comment", "customer", "customFields", "expirationDateTime", "keysPairName")
AMOUNTS = st.fixed_dictionaries(
    {"value": json_values | st.just("1.00"), "currency": json_values | st.just("RUB")}
)
bills = st.builds(
    lambda given, amount: given | {"amount": amount}, objects(BILL), AMOUNTS | json_values
)
PULL = st.sampled_from(
    names("user amount ccy comment lifetime pay_source prv_name status refund_id")
)
LINK = st.sampled_from(
    names(
        "publicKey billId amount phone email account comment lifetime successUrl customFields[a]"
        " shop transaction from to summ comm txn_id currency pay_source failUrl invoice_uid lang"
        " invoiceUid success_url allowedPaySources id token code way of number expires csc"
    )
)
ROBOKASSA = st.sampled_from(
    names(
        "MerchantLogin OutSum InvId Description SignatureValue OutSumCurrency UserIp Receipt"
        " StepByStep ResultUrl2 SuccessUrl2 SuccessUrl2Method FailUrl2 Token Culture Email"
        " ExpirationDate IsTest Recurring PreviousInvoiceID Shp_a shp_A Shp_b:c IncSum Language"
        " invoice login phone message signature"
    )
)
OLD_PAGES = ("/create", "/order/external/create.action", "/order/external/main.action")
PAGES = (
    *OLD_PAGES,
    "/form",
    "/form/",
    "/form/start",
    "/form/card",
    "/form/checkout",
    "/form/code",
    "/form/again",
    "/form/test",
    "/form/state",
)
ORDERS = (
    "/Merchant/Index.aspx",
    "/Merchant/Indexjson.aspx",
    "/Merchant/Payment/CoFPayment",
    "/Merchant/Payment/CreateV2",
    "/Merchant/Payment/Confirm",
    "/Merchant/Payment/Cancel",
    "/Merchant/Recurring",
    "/SMS/",
    *(f"{SERVICE}/{name}" for name in ("OpStateExt", "GetCurrencies", "CalcOutSumm")),
)
SIGNED = (
    "/InvoiceServiceWebApi/api/CreateInvoice",
    "/InvoiceServiceWebApi/api/DeactivateInvoice",
    "/InvoiceServiceWebApi/api/GetInvoiceInformationList",
    "/RefundService/Refund/Create",
    "/RoboFiscal/Receipt/Attach",
    "/RoboFiscal/Receipt/Status",
)
TYPES = st.sampled_from(
    [
        "application/x-www-form-urlencoded",
        "application/json",
        "multipart/form-data; boundary=x",
        "",
    ]
)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "Origin": st.sampled_from(["null", "http://[", "http://wallet.test", "x"]),
        "Cookie": st.sampled_from(["purser-checkout=", "__Host-purser=" + "a" * 43, "x"]),
        "Accept": st.sampled_from(["text/xml", "*/*", "\xff"]),
        "Accept-Language": st.sampled_from(["", "xx-\xff;q=9", "ru,en;q=0,5", ";;q=,"]),
        "Sec-Fetch-Site": st.sampled_from(["none", "cross-site"]),
        "Authorization": st.sampled_from(["Basic", "Basic AAAA", "Basic Og==", "Bearer \xff"]),
    },
).map(lambda found: {name.encode(): text.encode("latin-1") for name, text in found.items()})


@TRIED
@given(
    st.sampled_from(["GET", "POST", "PUT", "PATCH", "HEAD"]),
    st.sampled_from(
        (
            *PAGES,
            *ORDERS,
            *SIGNED,
            "/Merchant/Index/\u0661",
            "/Merchant/Invoice/%00",
            "/api/v2/prv/1",
        )
    ),
    form(LINK | ROBOKASSA),
    form(LINK | ROBOKASSA)
    | st.binary(max_size=60)
    | values.map(lambda each: each.encode("utf-8", "replace")),
    TYPES,
    HEADERS,
)
@example("POST", "/form/start", b"", b"", "", {b"Origin": b"http://["})
async def test_strangers_are_answered(
    client: httpx.AsyncClient,
    method: str,
    path: str,
    query: bytes,
    body: bytes,
    kind: str,
    headers: dict[bytes, bytes],
) -> None:
    """Also with what no client sends."""
    answer = await client.request(
        method,
        f"{path}?{query.decode()}",
        content=body,
        headers=headers | {b"Content-Type": kind.encode()},
    )

    assert answer.status_code < 500, answer.text


@TRIED
@given(
    st.sampled_from(["/1", "/1/reject", "/1/refunds/1", "/a%2Fb", "/\u0661"]),
    st.sampled_from(["PUT", "POST", "GET"]),
    bills.map(lambda found: json.dumps(found).encode()) | st.binary(max_size=60),
)
async def test_shops_of_the_bill_api_are_answered_in_its_words(
    shop: Shop, path: str, method: str, body: bytes
) -> None:
    answer = await shop.client.request(
        method, f"/partner/bill/v1/bills{path}", content=body, headers=shop.bearer
    )

    assert answer.status_code < 500, answer.text
    said = answer.json()
    assert "errorCode" in said or "billId" in said or "refundId" in said


@TRIED
@given(
    st.sampled_from(["1", "1/refund/1", "1%2F2", "\u0661"]),
    st.sampled_from(["PUT", "PATCH", "GET"]),
    form(PULL),
    st.sampled_from(["text/xml", "text/json"]),
)
async def test_shops_of_the_pull_interface_are_answered_in_its_words(
    services: Services, shop: Shop, path: str, method: str, body: bytes, accept: str
) -> None:
    made = await services.pull_shops.set_up(merchant_id=shop.merchant.id)
    login = base64.b64encode(f"{made.shop.api_id}:{made.passwords.api}".encode()).decode()
    answer = await shop.client.request(
        method,
        f"/api/v2/prv/{made.shop.prv_id}/bills/{path}",
        content=body,
        headers={"Accept": accept, "Authorization": f"Basic {login}"},
    )

    assert answer.status_code < 500, answer.text
    if accept == "text/xml":
        assert ET.fromstring(answer.content).find("result_code") is not None  # noqa: S314  # ours
    else:
        assert "result_code" in answer.json()["response"]


@pytest.fixture
async def plugin(services: Services, client: httpx.AsyncClient) -> Plugin:
    return await open_plugin(services, client)


@pytest.fixture
async def links(services: Services, client: httpx.AsyncClient) -> Shop:
    """A shop whose public key is in links."""
    return await open_shop(services, client, "Links")


orders = st.dictionaries(
    ROBOKASSA, values.map(lambda text: text.replace("\ud800", "")), max_size=8
)


@TRIED
@given(st.sampled_from(ORDERS), orders)
async def test_signed_orders_are_answered(
    plugin: Plugin, path: str, fields: dict[str, str]
) -> None:
    """The signature is right for what an order has without modifiers."""
    out_sum, inv_id = fields.get("OutSum", "1"), fields.get("InvId", "")
    sent = fields | {"MerchantLogin": plugin.shop.login, "OutSum": out_sum, "InvId": inv_id}
    slots = {
        "/Merchant/Payment/Cancel": (plugin.shop.login, "", inv_id, plugin.passwords.first),
        f"{SERVICE}/OpStateExt": (plugin.shop.login, inv_id, plugin.passwords.second),
    }
    usual = (plugin.shop.login, out_sum, inv_id, plugin.passwords.first)
    sent["SignatureValue"] = plugin.hash(*slots.get(path, usual))
    answer = await plugin.client.request(
        "GET" if path == "/SMS/" else "POST",
        path,
        **({"params": sent} if path == "/SMS/" else {"content": urlencode(sent)}),
    )

    assert answer.status_code < 500, answer.text
    if path.startswith(SERVICE):
        root = ET.fromstring(answer.content)  # noqa: S314  # ours
        assert root.find(f"{{{NAMESPACE}}}Result/{{{NAMESPACE}}}Code") is not None


TOKENS = names(
    "InvoiceType OutSum OutSumCurrency InvId Description MerchantComments StepByStep Culture"
    " Email ExpirationDate SuccessUrl2Data FailUrl2Data InvoiceItems Sno Recurring UserFields"
    " AdditionalParameters Id EncodedId PageSize CurrentPage InvoiceStatuses InvoiceTypes"
    " Keywords DateFrom DateTo SumFrom SumTo IsAscending id originId total operation items"
)


@TRIED
@given(st.sampled_from(SIGNED), objects(TOKENS))
async def test_signed_tokens_are_answered(
    plugin: Plugin, path: str, payload: dict[str, Any]
) -> None:
    login, first = plugin.shop.login, plugin.passwords.first
    if "Receipt" in path:
        content = encoded(json.dumps(payload | {"merchantId": login}).encode())
        body = f"{content}.{encoded(plugin.hash(content + first).encode())}"
    else:
        body = token(json.dumps(payload | {"MerchantLogin": login}), f"{login}:{first}")
    answer = await plugin.client.post(path, content=body.encode())

    assert answer.status_code < 500, answer.text
    assert {"isSuccess", "success", "ResultCode", "Code"} & answer.json().keys()


@TRIED
@given(st.dictionaries(LINK, values.map(lambda text: text.replace("\ud800", "")), max_size=8))
async def test_links_with_a_public_key_are_answered(links: Shop, fields: dict[str, str]) -> None:
    public = {"publicKey": links.merchant.public_key}
    answer = await links.client.get("/create", params=fields | public)

    assert answer.status_code < 500, answer.text


BROWSER = "b" * 43
FORM_COOKIE = {"Cookie": f"__Host-purser={BROWSER}"}


@TRIED
@given(
    st.sampled_from(["start", "card", "code", "again", "test"]),
    st.dictionaries(
        st.sampled_from(names("id code way of phone number expires csc agrees pays lang")),
        values.map(lambda text: text.replace("\ud800", "")),
        max_size=8,
    ),
)
@example("start", {"id": "x", "phone": "1"})
async def test_forms_of_our_own_pages_are_answered(
    services: Services, links: Shop, page: str, fields: dict[str, str]
) -> None:
    """The form is that of a page, and says anything."""
    invoice_id = (await links.issue(key="page")).json()["id"]
    token_of_form = services.checkouts.form_token(browser=BROWSER, invoice_id=invoice_id)
    answer = await links.client.post(
        f"/form/{page}",
        content=urlencode(fields | {"invoice_uid": invoice_id, "token": token_of_form}),
        headers=FORM_COOKIE,
    )

    assert answer.status_code < 500, answer.text
    assert answer.status_code != 403  # the form was taken for one of ours
