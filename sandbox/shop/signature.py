"""Is a notification really the wallet's?  Standard Webhooks, from the receiver's side.

Source: https://www.standardwebhooks.com, "Verifying webhook authenticity".
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

TOLERANCE = timedelta(minutes=5)
_PREFIX = "whsec_"


class SignatureError(Exception):
    """The notification is not signed by the wallet, or not now."""


def verify(*, secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """The id of a genuine notification.

    Raises:
        SignatureError: A header is missing, the time is off by more than five minutes,
            or none of the signatures fits.
    """
    message_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    signatures = headers.get("webhook-signature", "")
    if not message_id or not signatures:
        raise SignatureError("the notification is not signed")
    if not timestamp.isascii() or not timestamp.isdigit():
        raise SignatureError("the timestamp is not a number")
    _check_time(int(timestamp), now)
    signed = b".".join((message_id.encode(), timestamp.encode(), body))
    expected = base64.b64encode(hmac.digest(key_of(secret), signed, hashlib.sha256))
    given = [one.partition(",") for one in signatures.split()]
    if not any(v == "v1" and hmac.compare_digest(s.encode(), expected) for v, _, s in given):
        raise SignatureError("the signature does not fit")
    return message_id


def key_of(secret: str) -> bytes:
    """The key behind a printed secret.

    Raises:
        SignatureError: The secret is not written as `whsec_<base64>`.
    """
    try:
        return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error as exc:
        raise SignatureError("the shop's webhook secret is not whsec_<base64>") from exc


def _check_time(timestamp: int, now: datetime) -> None:
    try:
        at = datetime.fromtimestamp(timestamp, UTC)
    except (OverflowError, OSError, ValueError) as exc:
        raise SignatureError("the timestamp is no time") from exc
    if abs(now - at) > TOLERANCE:
        raise SignatureError("the timestamp is more than five minutes off")
