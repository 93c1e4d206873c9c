"""Notifications of QIWI's bill API: JSON, signed with the key pair's secret key.

Accepted is a status of 2xx, unless the body is JSON whose `error` is something else than 0.
"""

import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from gateway.notifications.amounts import decimal, moscow
from gateway.notifications.sending import Answer, Message, any_success
from services.due import GiveUpError, Work
from services.key_pairs import KeyPairs
from services.merchants import Merchant, Merchants

STATUSES = {
    "waiting": "WAITING",
    "paid": "PAID",
    "rejected": "REJECTED",
    "expired": "EXPIRED",
}
_NO_ERROR = (None, False, 0, "", "0")
_ECHOED = (("customer", "customer"), ("custom_fields", "customFields"), ("comment", "comment"))


class BillNotifications:
    """How shops of the bill API are told."""

    kind = "bill_notification"

    def __init__(self, *, merchants: Merchants, key_pairs: KeyPairs) -> None:
        self._merchants = merchants
        self._key_pairs = key_pairs

    async def message(self, work: Work) -> Message | None:
        """The bill as it was, to the address of the key pair or else of the merchant.

        Raises:
            GiveUpError: No key of the merchant can sign.
        """
        merchant = await self._merchants.get(merchant_id=work.payload["merchant"])
        return await self._signed(merchant, work.payload["data"])

    async def test(self, merchant: Merchant, at: datetime) -> Message | None:
        """A bill that waits: no shop takes it for paid, whatever its number."""
        time, over = at.isoformat(), (at + timedelta(days=1)).isoformat()
        data = {
            "reference": f"test-{at:%Y%m%d%H%M%S}",
            "minor": 100,
            "currency": merchant.currency.code,
            "state": "waiting",
            "content": {"comment": "Test notification", "custom_fields": {"test": "true"}},
            "created_at": time,
            "changed_at": time,
            "expires_at": over,
        }
        return await self._signed(merchant, data)

    async def _signed(self, merchant: Merchant, data: Mapping[str, Any]) -> Message | None:
        url, secret = await self._key_pairs.notifying(merchant_id=merchant.id)
        if url is None:
            return None
        if secret is None:
            raise GiveUpError("no key that can sign: make a key pair for notifications")
        bill = bill_facts(merchant.site_id, data)
        body = json.dumps(
            {"bill": bill, "version": "1"}, ensure_ascii=False, separators=(",", ":")
        )
        signature = bill_signature(secret, bill)
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "X-Api-Signature-SHA256": signature,
        }
        return Message(
            url,
            body=body.encode(),
            headers=headers,
            refusal=refusal,
            secrets=(secret, signature),
        )


def bill_facts(site_id: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The bill of a snapshot; what the shop did not send is not there."""
    content = data["content"]
    return {
        "siteId": site_id,
        "billId": data["reference"],
        "amount": {"currency": data["currency"], "value": decimal(data)},
        "status": {
            "value": STATUSES[data["state"]],
            "changedDateTime": moscow(data["changed_at"]),
        },
        **{name: content[key] for key, name in _ECHOED if content.get(key)},
        "creationDateTime": moscow(data["created_at"]),
        "expirationDateTime": moscow(data["expires_at"]),
    }


def bill_signature(secret: str, bill: Mapping[str, Any]) -> str:
    """HMAC-SHA256 with the secret key as it was issued, in lower-case hexadecimal digits.

    Source: QIWI's bill-payments documentation: five values by the names of their fields.
    """
    amount = bill["amount"]
    values = (amount["currency"], amount["value"], bill["billId"], bill["siteId"])
    signed = "|".join((*values, bill["status"]["value"]))
    return hmac.digest(secret.encode(), signed.encode(), sha256).hex()


def refusal(answer: Answer) -> str | None:
    """Why that is no acceptance: not 2xx, or JSON with another `error` than 0."""
    problem = any_success(answer)
    if problem is not None:
        return problem
    try:
        said = json.loads(answer.text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or said.get("error") in _NO_ERROR:
        return None
    return "the answer names an error"
