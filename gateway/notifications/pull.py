"""Callbacks of QIWI's pull API v2: a form, with a password or signed with it.

Accepted is an answer whose XML says `result_code` 0.
"""

import base64
import hmac
import re
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha1
from typing import Any
from urllib.parse import urlencode

from gateway.notifications.amounts import decimal
from gateway.notifications.sending import Answer, Message, any_success
from services.due import Work
from services.merchants import Merchant, Merchants
from services.pull_shops import PullPasswords, PullShop, PullShopNotFoundError, PullShops, Signing

_CODE = re.compile(r"<result_code>\s*(-?[0-9]{1,9})\s*</result_code>")
"""Found and not parsed: an answer of a stranger's XML may be built to be expanded."""


class PullCallbacks:
    """How shops of the pull API are told."""

    kind = "pull_notification"

    def __init__(self, *, merchants: Merchants, pull_shops: PullShops) -> None:
        self._merchants = merchants
        self._pull_shops = pull_shops

    async def message(self, work: Work) -> Message | None:
        """The bill as it was, to the address of the shop's settings."""
        merchant = await self._merchants.get(merchant_id=work.payload["merchant"])
        return await self._proved(merchant, work.payload["data"])

    async def test(self, merchant: Merchant, at: datetime) -> Message | None:
        """A bill that waits: no shop takes it for paid, whatever its number."""
        data = {
            "reference": f"test-{at:%Y%m%d%H%M%S}",
            "minor": 100,
            "currency": merchant.currency.code,
            "state": "waiting",
            "content": {"comment": "Test notification"},
            "phone": None,
        }
        return await self._proved(merchant, data)

    async def _proved(self, merchant: Merchant, data: Mapping[str, Any]) -> Message | None:
        try:
            shop, passwords = await self._pull_shops.of_merchant(merchant_id=merchant.id)
        except PullShopNotFoundError:
            return None
        if shop.notify_url is None:
            return None
        form = callback_form(merchant, data)
        proof = _proof(shop, passwords, form)
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"} | proof
        return Message(
            shop.notify_url,
            body=urlencode(form).encode(),
            headers=headers,
            refusal=refusal,
            secrets=(passwords.notification, passwords.api, *proof.values()),
        )


def callback_form(merchant: Merchant, data: Mapping[str, Any]) -> dict[str, str]:
    """The fields of a callback."""
    content = data["content"]
    return {
        "command": "bill",
        "bill_id": data["reference"],
        "status": data["state"],
        "amount": decimal(data),
        "user": content.get("user") or f"tel:{data['phone'] or ''}",
        "prv_name": content.get("prv_name") or merchant.name,
        "ccy": data["currency"],
        "comment": content.get("comment") or "",
        "error": "0",
    }


def form_signature(password: str, form: Mapping[str, str]) -> str:
    """HMAC-SHA1 over the values in the order of their names, in base64.

    Source: QIWI's pull-payments documentation.
    """
    signed = "|".join(form[name] for name in sorted(form))
    return base64.b64encode(hmac.digest(password.encode(), signed.encode(), sha1)).decode()


def refusal(answer: Answer) -> str | None:
    """Why that is no acceptance."""
    problem = any_success(answer)
    if problem is not None:
        return problem
    code = _CODE.search(answer.text)
    if code is None:
        return "the answer has no result_code"
    return None if int(code[1]) == 0 else f"result_code {int(code[1])}"


def _proof(shop: PullShop, passwords: PullPasswords, form: Mapping[str, str]) -> dict[str, str]:
    """The header by which the shop knows that the callback is the wallet's."""
    if shop.signs is Signing.SIGNATURE:
        return {"X-Api-Signature": form_signature(passwords.notification, form)}
    login = f"{shop.prv_id}:{passwords.notification}".encode()
    return {"Authorization": f"Basic {base64.b64encode(login).decode()}"}
