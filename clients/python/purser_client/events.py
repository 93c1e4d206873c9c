"""What the wallet tells the shop: checked before a word of it is believed."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from purser_client.errors import SignatureError
from purser_client.models import Invoice, Refund
from purser_client.reading import read

AGE_SECONDS_MAX = 300
"""Source: Standard Webhooks leaves it to the receiver; its own libraries take 5 minutes."""


Told = Invoice | Refund | Mapping[str, Any]
"""What happened to what; of types that are neither an invoice's nor a refund's, as it came."""


@dataclass(frozen=True, slots=True)
class Event:
    """One notification; the same may come twice, so look at `id` and at `data.version`."""

    id: str
    type: str
    at: datetime
    data: Told


def read_event(
    secret: str, headers: Mapping[str, str], body: bytes, *, now: float | None = None
) -> Event:
    """The event in *body*, the bytes as they came, signed with the shop's `whsec_...`.

    Raises:
        SignatureError: It is not the wallet's, or older than five minutes.
    """
    given = {name.lower(): value for name, value in headers.items()}
    event_id, timestamp = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    moment = time.time() if now is None else now
    if not timestamp.isdecimal() or abs(moment - int(timestamp)) > AGE_SECONDS_MAX:
        raise SignatureError("too old")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{event_id}.{timestamp}.".encode() + body
    expected = base64.b64encode(hmac.digest(key, signed, hashlib.sha256))
    signatures = [each.partition(",")[2] for each in given.get("webhook-signature", "").split()]
    if not any(hmac.compare_digest(expected, each.encode()) for each in signatures):
        raise SignatureError("not the wallet's")
    facts = json.loads(body)
    kind, data = facts["type"], facts["data"]
    told: Told = data
    if kind.startswith("invoice."):
        told = read(Invoice, data)
    elif kind.startswith("refund."):
        told = read(Refund, data)
    return Event(facts["id"], kind, datetime.fromisoformat(facts["at"]), told)
