"""The shop's plugins: written from the protocols' pages, over a pretend wallet."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import aiohttp
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from sandbox.client import Sandbox, SandboxError
from tests.sandbox.conftest import BILL_KEY, ROBOKASSA, listening

GOODS = {"amount_minor": 1250_00, "description": "Headphones"}
NAMESPACE = "http://merchant.roboxchange.com/WebService/"
STATE = """<?xml version="1.0" encoding="utf-8"?><OperationStateResponse xmlns="{namespace}">
<Result><Code>0</Code></Result><State><Code>{state}</Code></State>
<Info><OpKey>key-1</OpKey></Info></OperationStateResponse>"""


class Gateway:
    """As much of a wallet as the plugins ask."""

    def __init__(self) -> None:
        self.state = 5
        self.asked: list[tuple[str, Any]] = []
        bill = "/partner/bill/v1/bills/{id}"
        self.app = Starlette(
            routes=[
                Route(bill, self.bill, methods=["GET", "PUT"]),
                Route(f"{bill}/reject", self.reject, methods=["POST"]),
                Route(f"{bill}/refunds/{{refund}}", self.refund, methods=["PUT"]),
                Route("/Merchant/WebService/Service.asmx/OpStateExt", self.operation),
                Route("/Merchant/Payment/{what}", self.settle, methods=["POST"]),
                Route("/api/v2/prv/7/bills/{id}", self.pull, methods=["GET", "PUT", "PATCH"]),
                Route(
                    "/api/v2/prv/7/bills/{id}/refund/{refund}", self.pull_refund, methods=["PUT"]
                ),
                Route("/RefundService/Refund/Create", self.give_back, methods=["POST"]),
            ]
        )

    async def bill(self, request: Request) -> Response:
        assert request.headers["authorization"] == f"Bearer {BILL_KEY}"
        if request.method == "PUT":
            asked = await request.json()
            self.asked.append(("bill", asked))
            if asked["amount"]["currency"] == "XXX":
                return JSONResponse({"errorCode": "validation.error", "description": "no"}, 400)
        return JSONResponse(self._bill(request.path_params["id"], "WAITING"))

    async def reject(self, request: Request) -> Response:
        return JSONResponse(self._bill(request.path_params["id"], "REJECTED"))

    async def refund(self, request: Request) -> Response:
        asked = await request.json()
        return JSONResponse({"amount": asked["amount"], "status": "PARTIAL"})

    async def operation(self, request: Request) -> Response:
        given = request.query_params
        expected = _md5(given["MerchantLogin"], given["InvoiceID"], ROBOKASSA.password_2)
        assert given["Signature"] == expected
        return Response(STATE.format(namespace=NAMESPACE, state=self.state))

    async def settle(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        self.asked.append((request.path_params["what"], form))
        self.state = 100 if request.path_params["what"] == "Confirm" else 10
        return PlainTextResponse("true")

    async def give_back(self, request: Request) -> Response:
        token = await request.json()
        signed, _, mac = token.rpartition(".")
        expected = hmac.new(
            ROBOKASSA.password_3.encode(), signed.encode(), hashlib.sha256
        ).digest()
        assert mac == base64.urlsafe_b64encode(expected).rstrip(b"=").decode()
        payload = signed.partition(".")[2]
        self.asked.append(("refund", base64.urlsafe_b64decode(payload + "==").decode()))
        return JSONResponse({"success": True, "requestId": "r-1"})

    async def pull(self, request: Request) -> Response:
        login = base64.b64encode(b"api:api-password").decode()
        assert request.headers["authorization"] == f"Basic {login}"
        form = dict(parse_qsl((await request.body()).decode()))
        self.asked.append(("pull", form))
        if form.get("ccy") == "XXX":
            return JSONResponse({"response": {"result_code": 1001, "description": "no"}})
        status = form.get("status", "waiting")
        return JSONResponse({"response": {"result_code": 0, "bill": {"status": status}}})

    async def pull_refund(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        refund = {"amount": form["amount"], "status": "success"}
        return JSONResponse({"response": {"result_code": 0, "refund": refund}})

    @staticmethod
    def _bill(number: str, status: str) -> dict[str, Any]:
        return {"billId": number, "payUrl": "https://w/form/?uid=1", "status": {"value": status}}


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
async def wallet_url(gateway: Gateway) -> AsyncIterator[str]:
    async with listening(gateway.app) as url:
        yield url


async def test_a_bill_is_made_and_its_customer_comes_back_to_the_shop(
    sandbox: Sandbox, gateway: Gateway
) -> None:
    """As a content management system does it: PUT, then the page with the way back."""
    order = await sandbox.post("plugins/bill/orders", {**GOODS, "phone": "+79161234567"})
    [(_, asked)] = gateway.asked
    assert asked["amount"] == {"currency": "RUB", "value": "1250.00"}
    assert asked["customer"] == {"phone": "79161234567"}
    assert order["page"].startswith("https://w/form/?uid=1&successUrl=http")
    assert order["state"] == "WAITING"


async def test_a_bill_is_asked_about_refunded_and_taken_back(sandbox: Sandbox) -> None:
    """Each by its own request; keys are not shown in what was said."""
    order = await sandbox.post("plugins/bill/orders", GOODS)
    path = f"plugins/bill/orders/{order['number']}"
    assert (await sandbox.post(f"{path}/refresh"))["state"] == "WAITING"
    assert (await sandbox.post(f"{path}/cancel"))["state"] == "REJECTED"
    refunded = await sandbox.post(f"{path}/refund", {"amount_minor": 100})
    said = await sandbox.get("plugins")
    assert refunded["refunded"] == ["1.00 PARTIAL"]
    assert len(said["bill"]["words"]) == 4
    assert BILL_KEY not in json.dumps(said)


async def test_what_the_wallet_refuses_is_said(sandbox: Sandbox) -> None:
    """And an order that is not there, and a plugin that is not there."""
    with pytest.raises(SandboxError, match="no"):
        await sandbox.post("plugins/bill/orders", {**GOODS, "currency": "XXX"})
    with pytest.raises(SandboxError, match="no order"):
        await sandbox.post("plugins/bill/orders/1/refresh")
    with pytest.raises(SandboxError, match="no plugin"):
        await sandbox.post("plugins/paypal/orders", GOODS)
    with pytest.raises(SandboxError, match="not held"):
        await sandbox.post("plugins/bill/orders/1/capture", {"amount_minor": 1})


@pytest.mark.parametrize(("is_genuine", "answer"), [(1, "0"), (0, "151")])
async def test_a_bill_notification_is_believed_by_its_signature(
    sandbox: Sandbox, is_genuine: int, answer: str
) -> None:
    """HMAC of the five values under the secret key as it was issued."""
    order = await sandbox.post("plugins/bill/orders", GOODS)
    bill = {
        "siteId": "s-00",
        "billId": order["number"],
        "amount": {"value": "1250.00", "currency": "RUB"},
        "status": {"value": "PAID"},
    }
    signed = f"RUB|1250.00|{order['number']}|s-00|PAID"
    key = BILL_KEY if is_genuine else "another"
    mac = hmac.new(key.encode(), signed.encode(), hashlib.sha256).hexdigest()
    body = json.dumps({"bill": bill, "version": "1"})
    said = await _send(sandbox, "bill/notify", body.encode(), {"X-Api-Signature-SHA256": mac})
    [shown] = (await sandbox.get("plugins"))["bill"]["orders"]
    assert json.loads(said) == {"error": answer}
    assert (shown["state"], shown["told"]) == (
        ("PAID", True) if is_genuine else ("WAITING", False)
    )


async def test_a_pull_bill_needs_a_number_and_is_asked_for_with_basic(
    sandbox: Sandbox, gateway: Gateway
) -> None:
    """A form goes out, and every answer is read."""
    with pytest.raises(SandboxError, match="phone"):
        await sandbox.post("plugins/pull/orders", GOODS)
    with pytest.raises(SandboxError, match="1001"):
        await sandbox.post("plugins/pull/orders", {**GOODS, "phone": "+7", "currency": "XXX"})
    order = await sandbox.post("plugins/pull/orders", {**GOODS, "phone": "+79161234567"})
    path = f"plugins/pull/orders/{order['number']}"
    states = [order["state"], (await sandbox.post(f"{path}/refresh"))["state"]]
    refunded = await sandbox.post(f"{path}/refund", {"amount_minor": 150})
    states.append((await sandbox.post(f"{path}/cancel"))["state"])
    assert states == ["waiting", "waiting", "rejected"]
    assert refunded["refunded"] == ["1.50 success"]
    assert gateway.asked[1][1]["user"] == "tel:+79161234567"


@pytest.mark.parametrize(("login", "code"), [(b"7:notification-password", 0), (b"7:guess", 150)])
async def test_a_pull_callback_is_believed_by_its_password(
    sandbox: Sandbox, login: bytes, code: int
) -> None:
    """Basic with the shop's number and the notification password."""
    order = await sandbox.post("plugins/pull/orders", {**GOODS, "phone": "+79161234567"})
    body = f"command=bill&bill_id={order['number']}&status=paid".encode()
    headers = {**_FORM, "Authorization": f"Basic {base64.b64encode(login).decode()}"}
    said = await _send(sandbox, "pull/notify", body, headers)
    [shown] = (await sandbox.get("plugins"))["pull"]["orders"]
    assert f"<result_code>{code}</result_code>" in said
    assert shown["told"] is (code == 0)


async def test_a_robokassa_order_is_a_signed_link(sandbox: Sandbox) -> None:
    """Nothing is asked of the wallet: the browser carries it all."""
    order = await sandbox.post("plugins/robokassa/orders", {**GOODS, "hold": True})
    address = urlsplit(order["page"])
    fields = {name: values[0] for name, values in parse_qs(address.query).items()}
    signed = _md5(
        ROBOKASSA.login,
        "1250.00",
        order["number"],
        "true",
        ROBOKASSA.password_1,
        "Shp_cms=lantern",
    )
    assert address.path == "/Merchant/Index.aspx"
    assert fields["SignatureValue"] == signed
    assert fields["StepByStep"] == "true"


@pytest.mark.parametrize("is_test", [0, 1])
async def test_the_result_url_checks_the_second_password(sandbox: Sandbox, is_test: int) -> None:
    """In upper case, of the test pair for a test; the answer is OK and the number."""
    order = await sandbox.post("plugins/robokassa/orders", {**GOODS, "test": bool(is_test)})
    password = ROBOKASSA.test_password_2 if is_test else ROBOKASSA.password_2
    number = order["number"]
    good = _md5("1250.000000", number, password, "Shp_cms=lantern").upper()
    said = []
    for signature in ("FALSE", good):
        fields = f"OutSum=1250.000000&InvId={number}&SignatureValue={signature}&Shp_cms=lantern"
        said.append(await _send(sandbox, "robokassa/result", fields.encode(), _FORM))
    [shown] = (await sandbox.get("plugins"))["robokassa"]["orders"]
    assert said == ["bad sign", f"OK{number}"]
    assert (shown["state"], shown["told"]) == ("paid", True)


async def test_a_hold_is_told_taken_and_given_back(sandbox: Sandbox, gateway: Gateway) -> None:
    """ResultUrl2 tells of it; Confirm, OpStateExt and the refund service do the rest."""
    order = await sandbox.post("plugins/robokassa/orders", {**GOODS, "hold": True})
    number, path = order["number"], f"plugins/robokassa/orders/{order['number']}"
    data = json.dumps({"data": {"invId": int(number), "state": "HOLD"}}).encode()
    body = b".".join((b"e30", base64.urlsafe_b64encode(data).rstrip(b"="), b"sig"))
    await _send(sandbox, "robokassa/result2", body, {})
    [held] = (await sandbox.get("plugins"))["robokassa"]["orders"]
    taken = await sandbox.post(f"{path}/capture", {"amount_minor": 1000_00})
    refunded = await sandbox.post(f"{path}/refund", {"amount_minor": 1_50})
    cancelled = await sandbox.post(f"{path}/cancel")

    assert (held["state"], taken["state"], cancelled["state"]) == ("held", "paid", "cancelled")
    assert refunded["refunded"] == ["1.50 r-1"]
    assert gateway.asked[0][1]["OutSum"] == "1000.00"
    assert gateway.asked[1] == ("refund", '{"OpKey":"key-1","RefundSum":1.50}')


@pytest.mark.parametrize("body", [b"", b"nonsense", b"a.b.c", b"e30.e30.e30"])
async def test_a_body_that_is_no_token_is_refused(sandbox: Sandbox, body: bytes) -> None:
    """And nothing changes."""
    await sandbox.post("plugins/robokassa/orders", GOODS)
    await _send(sandbox, "robokassa/result2", body, {}, status=400)
    [shown] = (await sandbox.get("plugins"))["robokassa"]["orders"]
    assert shown["state"] == "new"


async def test_the_shops_pages_show_what_the_browser_brings(sandbox: Sandbox) -> None:
    """By GET and by POST; as text, whatever it is."""
    for name in ("thanks", "sorry"):
        said = await _send(sandbox, f"{name}?InvId=7", b"OutSum=%3Cb%3E1", _FORM)
        assert "<dd>7</dd>" in said
        assert "&lt;b&gt;1" in said


_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def _send(
    sandbox: Sandbox, path: str, body: bytes, headers: dict[str, str], status: int | None = None
) -> str:
    """What the shop answers to a notification."""
    address = f"{sandbox.base_url}/sandbox/plugins/{path}"
    async with (
        aiohttp.ClientSession() as session,
        session.post(address, data=body, headers=headers) as answer,
    ):
        assert status in (None, answer.status)
        return str(await answer.text())


def _md5(*parts: str) -> str:
    return hashlib.md5(":".join(parts).encode(), usedforsecurity=False).hexdigest()
