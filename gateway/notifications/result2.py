"""Robokassa's ResultUrl2: the state of a payment as a JWS, signed with the wallet's key.

It is the only news of a hold.  Accepted is any 2xx.
"""

from datetime import datetime
from typing import Any

from gateway.notifications.amounts import decimal
from gateway.notifications.robokassa import PAYMENT_METHOD, TEST_INV_ID, inv_id
from gateway.notifications.sending import Message
from services.due import Work
from services.merchants import Merchant
from services.robokassa_shops import RobokassaShops
from services.signing_keys import ROBOKASSA, SigningKeys

STATES = {"authorised": "HOLD", "paid": "OK"}


class ResultUrl2:
    """How shops of Robokassa's interface are told of a payment or a hold, without a password."""

    kind = "robokassa_result2"

    def __init__(self, *, robokassa_shops: RobokassaShops, signing_keys: SigningKeys) -> None:
        self._shops = robokassa_shops
        self._signing_keys = signing_keys

    async def message(self, work: Work) -> Message | None:
        """The state, to the address that the payment's page was given, or else the shop's."""
        payload = work.payload
        data = payload["data"]
        facts = {
            "opKey": data["payment"],
            "invId": inv_id(data),
            "incSum": decimal(data),
            "state": STATES[payload["event"]],
        }
        at = datetime.fromisoformat(payload["at"])
        url = data["content"].get("result_url2")
        return await self._signed(payload["merchant"], url, "PaymentStateNotification", facts, at)

    async def test(self, merchant: Merchant, at: datetime) -> Message | None:
        """A message of another type and without a payment, so that nothing takes it for one."""
        facts = {"opKey": "", "invId": TEST_INV_ID, "incSum": "1.00", "state": "TEST"}
        return await self._signed(merchant.id, None, "TestNotification", facts, at)

    async def _signed(
        self, merchant_id: str, url: str | None, kind: str, facts: dict[str, Any], at: datetime
    ) -> Message | None:
        found = await self._shops.of_merchant(merchant_id=merchant_id)
        to = url or (None if found is None else found[0].result_url2)
        if found is None or to is None:
            return None
        header = {"type": kind, "version": "1.0.0", "timestamp": str(int(at.timestamp()))}
        data = {"shop": found[0].login, "paymentMethod": PAYMENT_METHOD} | facts
        jws = await self._signing_keys.jws(name=ROBOKASSA, claims={"header": header, "data": data})
        return Message(to, body=jws.encode(), headers={"Content-Type": "application/json"})
