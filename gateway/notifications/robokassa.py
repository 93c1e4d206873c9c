"""Robokassa's ResultURL: the result of a payment, by GET or POST, signed with password #2.

Accepted is an answer of 2xx that is `OK` and the order's number, in any case of letters.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

from gateway.notifications.sending import Answer, Message, any_success
from gateway.robokassa.signatures import result_signature
from gateway.robokassa.values import sum_text
from services.due import Work
from services.merchants import Merchant
from services.money import CURRENCIES, Money
from services.robokassa_shops import Passwords, RobokassaShop, RobokassaShops

PAYMENT_METHOD = "EWallet"
INC_CURR_LABEL = "PurserEWallet"
"""What a shop is told to have been paid with: there is one method, the wallet."""

FEE = "0.00"
"""What the payer paid on top: nothing."""

TEST_INV_ID = "0"
"""No order has it."""


class ResultUrl:
    """How shops of Robokassa's interface are told of a payment."""

    kind = "robokassa_result"

    def __init__(self, *, robokassa_shops: RobokassaShops) -> None:
        self._shops = robokassa_shops

    async def message(self, work: Work) -> Message | None:
        """The payment, to the shop's ResultURL."""
        return await self._signed(work.payload["merchant"], work.payload["data"])

    async def test(self, merchant: Merchant, at: datetime) -> Message | None:  # noqa: ARG002
        """A test payment of an order that does not exist, signed with the test password."""
        data = {
            "reference": TEST_INV_ID,
            "minor": 100,
            "currency": merchant.currency.code,
            "content": {},
            "is_test": True,
        }
        return await self._signed(merchant.id, data)

    async def _signed(self, merchant_id: str, data: Mapping[str, Any]) -> Message | None:
        found = await self._shops.of_merchant(merchant_id=merchant_id)
        if found is None:
            return None
        shop, passwords = found
        if shop.result_url is None:
            return None
        fields = result_fields(shop, passwords, data)
        message = partial(
            Message,
            shop.result_url,
            refusal=partial(refusal, inv_id(data)),
            secrets=(passwords.first, passwords.second, passwords.test_second),
        )
        if shop.result_method == "GET":
            return message(query=tuple(fields))
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        return message(body=urlencode(fields).encode(), headers=headers)


def result_fields(
    shop: RobokassaShop, passwords: Passwords, data: Mapping[str, Any]
) -> list[tuple[str, str]]:
    """What is sent, in order; the older names of three fields come again at the end."""
    content, is_test, number = data["content"], data["is_test"], inv_id(data)
    amount = Money(data["minor"], CURRENCIES[data["currency"]])
    out_sum = sum_text(amount, is_test=is_test)  # what is signed is the text that is sent
    shp = [(name, value) for name, value in content.get("shp") or ()]
    password = passwords.test_second if is_test else passwords.second
    signature = result_signature(out_sum, number, password, shp, shop.algorithm)
    return [
        ("OutSum", out_sum),
        ("InvId", number),
        ("Fee", FEE),
        *([] if is_test else [("EMail", content.get("email") or "")]),
        ("SignatureValue", signature),
        ("PaymentMethod", PAYMENT_METHOD),
        ("IncCurrLabel", INC_CURR_LABEL),
        *shp,
        ("out_summ", out_sum),
        ("inv_id", number),
        ("crc", signature),
        *([("IsTest", "1")] if is_test else []),
    ]


def inv_id(data: Mapping[str, Any]) -> str:
    """The order's number as the shop wrote it; ours where it wrote none."""
    written: str = data["content"].get("inv_id") or ""
    number: str = written if written.strip("0") else data["reference"]
    return number


def refusal(number: str, answer: Answer) -> str | None:
    """Why that is no acceptance of the order *number*."""
    problem = any_success(answer)
    if problem is not None:
        return problem
    is_ok = answer.text.strip().casefold() == f"ok{number}".casefold()
    return None if is_ok else f"the answer is not OK{number}"
