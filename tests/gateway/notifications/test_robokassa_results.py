"""ResultURL and ResultUrl2, as Robokassa's plugins read them."""

import base64
import json
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette

from gateway.notifications import robokassa
from gateway.notifications.certificates import Certificates, routes
from gateway.notifications.sending import Answer
from gateway.robokassa.signatures import result_signature
from purser.services import Services
from services.due import Handler
from services.invoices import Capture
from services.merchants import Merchant
from services.money import RUB, Money
from services.robokassa_shops import Passwords, RobokassaShop
from tests.cast import Cast
from tests.gateway.notifications.telling import ORDER, issue, news, paid, robo_shop
from tests.gateway.receiver import Receiver
from tests.services.test_signing_keys import check

SHP = [("shp_label", "Вася & co"), ("Shp_merchant_id", "1")]


def test_vector_of_result_url() -> None:
    """Password #2, the shop's own fields in the order in which they were signed."""
    assert result_signature(
        "100.26", "450009", "password_2", [("Shp_login", "Vasya"), ("Shp_oplata", "1")], "md5"
    ) == ("A8D97B566F6F44E4429649F5ED7D11E4")


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_result_url(
    cast: Cast, shop: Merchant, receiver: Receiver, handlers: dict[str, Handler], method: str
) -> None:
    """Six digits after the point, old names too, an upper-case hash over the text sent."""
    _, passwords = await robo_shop(
        cast, shop, result_url=f"{receiver.url}/result?a=1", result_method=method
    )
    receiver.will(200, b"ok450009\n")
    works = await paid(cast, shop, "robokassa", content=ORDER)
    work = next(each for each in works if each.kind == "robokassa_result")

    await handlers[work.kind](work)

    [request] = receiver.received
    fields = request.query if method == "GET" else _form(request.body)
    assert request.query["a"] == "1"
    base = f"100.260000:450009:{passwords.second}:shp_label=Вася & co:Shp_merchant_id=1"
    signature = result_signature("100.260000", "450009", passwords.second, SHP, "sha256")
    assert fields | {"a": "1"} == {
        "a": "1",
        "OutSum": "100.260000",
        "InvId": "450009",
        "Fee": "0.00",
        "EMail": "ann@example.org",
        "SignatureValue": signature,
        "PaymentMethod": robokassa.PAYMENT_METHOD,
        "IncCurrLabel": robokassa.INC_CURR_LABEL,
        "shp_label": "Вася & co",
        "Shp_merchant_id": "1",
        "out_summ": "100.260000",
        "inv_id": "450009",
        "crc": signature,
    }
    assert signature == _sha256(base)


async def test_test_payment_is_told_with_the_test_password(
    cast: Cast, shop: Merchant, receiver: Receiver, handlers: dict[str, Handler]
) -> None:
    """The only message of a test; two digits, no e-mail, and it says what it is."""
    _, passwords = await robo_shop(
        cast, shop, result_url=receiver.url, result_url2=f"{receiver.url}/2"
    )
    receiver.will(200, b"OK7")
    invoice = await issue(cast, shop, "robokassa", content=ORDER | {"inv_id": "7"}, is_test=True)
    await cast.services.invoices.play_test(invoice_id=invoice.id, pays=True)
    [work] = await news(cast)

    await handlers[work.kind](work)

    fields = _form(receiver.received[0].body)
    assert (fields["OutSum"], fields["IsTest"], "EMail" in fields) == ("100.26", "1", False)
    base = f"100.26:7:{passwords.test_second}:shp_label=Вася & co:Shp_merchant_id=1"
    assert fields["SignatureValue"] == _sha256(base)


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("OK5", None),
        ("  ok5\r\n", None),
        ("OK", "the answer is not OK5"),
        ("OK55", "the answer is not OK5"),
        ("bad sign", "the answer is not OK5"),
    ],
)
def test_what_accepts_a_result(said: str, problem: str | None) -> None:
    assert robokassa.refusal("5", Answer(200, said)) == problem
    assert robokassa.refusal("5", Answer(404, said)) == "HTTP 404"


@pytest.mark.parametrize("written", ["", "0"])
def test_number_that_was_assigned(written: str) -> None:
    assert robokassa.inv_id({"content": {"inv_id": written}, "reference": "31"}) == "31"


async def test_hold_and_its_capture_are_told_by_jws(
    cast: Cast,
    shop: Merchant,
    receiver: Receiver,
    handlers: dict[str, Handler],
    services: Services,
) -> None:
    """Checked with the certificate that everybody can fetch; a shop learns of a hold only so."""
    await robo_shop(cast, shop, result_url2=f"{receiver.url}/ours")
    content = ORDER | {"result_url2": f"{receiver.url}/theirs"}
    [held] = await paid(cast, shop, "robokassa", content=content, capture=Capture.LATER)
    invoice = await services.invoices.with_reference(merchant=shop, reference="450009")
    await services.authorisations.capture(
        merchant=shop, invoice_id=invoice.id, amount=Money(90_00, RUB)
    )
    works = [each for each in await news(cast) if each.kind == "robokassa_result2"]
    captured = next(each for each in works if each.key != held.key)

    await handlers[held.kind](held)
    await handlers[captured.kind](captured)

    certificates = Starlette(routes=routes(Certificates(signing_keys=services.signing_keys)))
    transport = httpx.ASGITransport(app=certificates)
    async with httpx.AsyncClient(transport=transport, base_url="http://wallet.test") as client:
        answer = await client.get("/robokassa/certificate")
    assert answer.headers["content-type"].startswith("application/x-pem-file")
    told = []
    for request in receiver.received:
        check(answer.text, request.body.decode())
        assert (request.path, request.headers["content-type"]) == ("/theirs", "application/json")
        claims = request.body.decode().split(".")[1]
        told.append(json.loads(base64.urlsafe_b64decode(claims + "==")))
    assert [(each["data"]["state"], each["data"]["incSum"]) for each in told] == [
        ("HOLD", "100.26"),
        ("OK", "90.00"),
    ]
    assert told[0] == {
        "header": {
            "type": "PaymentStateNotification",
            "version": "1.0.0",
            "timestamp": "1795510800",
        },
        "data": {
            "shop": "demo",
            "opKey": held.payload["data"]["payment"],
            "invId": "450009",
            "paymentMethod": robokassa.PAYMENT_METHOD,
            "incSum": "100.26",
            "state": "HOLD",
        },
    }


@pytest.mark.parametrize("has_shop", [False, True])
async def test_robokassa_without_addresses(
    cast: Cast, shop: Merchant, handlers: dict[str, Handler], *, has_shop: bool
) -> None:
    if has_shop:
        await robo_shop(cast, shop)
    works = await paid(cast, shop, "robokassa", content=ORDER)

    for work in works:
        await handlers[work.kind](work)

    assert {work.kind for work in works} == {"robokassa_result", "robokassa_result2"}
    assert (await cast.services.deliveries.page(merchant=shop)).deliveries == []


@given(
    minor=st.integers(1, 10**15),
    shp=st.lists(st.tuples(st.from_regex(r"Shp_[a-z]{1,5}", fullmatch=True), st.text(max_size=9))),
    is_test=st.booleans(),
)
def test_what_is_signed_is_what_is_sent(
    minor: int, shp: list[tuple[str, str]], *, is_test: bool
) -> None:
    """A plugin hashes the texts that it got, whatever they look like."""
    data = {
        "content": {"inv_id": "5", "shp": shp},
        "minor": minor,
        "currency": "RUB",
        "is_test": is_test,
    }
    merchant: Any = None
    passwords = Passwords("1", "2", "3", "t1", "t2")

    fields = robokassa.result_fields(RobokassaShop(merchant, "demo"), passwords, data)

    sent = dict(fields)
    again = result_signature(
        sent["out_summ"], sent["inv_id"], "t2" if is_test else "2", shp, "md5"
    )
    assert (sent["crc"], sent["SignatureValue"]) == (again, again)
    assert sent["OutSum"].partition(".")[0] == str(minor // 100)


def _form(body: bytes) -> dict[str, str]:
    return dict(parse_qsl(body.decode(), keep_blank_values=True))


def _sha256(base: str) -> str:
    return sha256(base.encode()).hexdigest().upper()
