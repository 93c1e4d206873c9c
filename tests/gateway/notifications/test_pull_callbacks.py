"""Callbacks of the pull API."""

import base64
import hmac
from urllib.parse import parse_qsl

import pytest

from gateway.notifications import pull
from gateway.notifications.sending import Answer
from services.due import Handler
from services.merchants import Merchant
from services.pull_shops import Signing
from tests.cast import PHONE, Cast
from tests.gateway.notifications.telling import paid
from tests.gateway.receiver import Receiver

PULL_OK = b'<?xml version="1.0"?><result><result_code>0</result_code></result>'


@pytest.mark.parametrize("signs", Signing)
async def test_pull_callback(
    cast: Cast, shop: Merchant, receiver: Receiver, handlers: dict[str, Handler], signs: Signing
) -> None:
    """A form; it proves itself by the shop's number and password, or is signed with it."""
    fresh = await cast.services.pull_shops.set_up(
        merchant_id=shop.id, notify_url=f"{receiver.url}/pull", signs=signs
    )
    receiver.will(200, PULL_OK)
    content = {"user": f"tel:{PHONE}", "comment": "Книга", "prv_name": "Books & Co"}
    [work] = await paid(cast, shop, "pull", content=content)

    await handlers[work.kind](work)

    [request] = receiver.received
    form = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
    assert form == {
        "command": "bill",
        "bill_id": "450009",
        "status": "paid",
        "amount": "100.26",
        "user": f"tel:{PHONE}",
        "prv_name": "Books & Co",
        "ccy": "RUB",
        "comment": "Книга",
        "error": "0",
    }
    password = fresh.passwords.notification
    if signs is Signing.BASIC:
        login = base64.b64encode(f"{fresh.shop.prv_id}:{password}".encode()).decode()
        assert request.headers["authorization"] == f"Basic {login}"
    else:
        values = f"100.26|450009|RUB|bill|Книга|0|Books & Co|paid|tel:{PHONE}"
        mac = hmac.digest(password.encode(), values.encode(), "sha1")
        assert request.headers["x-api-signature"] == base64.b64encode(mac).decode()


@pytest.mark.parametrize("notify_url", ["no shop", None])
async def test_pull_shop_without_an_address(
    cast: Cast, shop: Merchant, handlers: dict[str, Handler], notify_url: str | None
) -> None:
    if notify_url is None:
        await cast.services.pull_shops.set_up(merchant_id=shop.id)
    [work] = await paid(cast, shop, "pull")

    await handlers[work.kind](work)

    assert (await cast.services.deliveries.page(merchant=shop)).deliveries == []


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (PULL_OK.decode(), None),
        ("<result>\n <result_code> 0 </result_code></result>", None),
        ("<result><result_code>300</result_code></result>", "result_code 300"),
        ("OK", "the answer has no result_code"),
    ],
)
def test_what_accepts_a_pull_callback(said: str, problem: str | None) -> None:
    assert pull.refusal(Answer(200, said)) == problem
    assert pull.refusal(Answer(401, said)) == "HTTP 401"
