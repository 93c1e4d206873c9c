"""Webhooks: a shop is told of what became of its invoices, signed.

Delivered at least once and in no order: the event's id tells repeats apart, the object's
version which news is newer.

Source: https://github.com/standard-webhooks/standard-webhooks, version 1.0.0.
"""

import base64
import hmac
import json
from datetime import datetime
from hashlib import sha256
from typing import Any

import structlog

from gateway.notifications.sending import Answer, Message, Sending, any_success
from gateway.pay_urls import Links
from gateway.targets import WebhookUrlError, check_webhook_url
from services.clock import Clock
from services.due import GiveUpError, Work
from services.merchants import Merchant, MerchantNotFoundError, Merchants

__all__ = ["WebhookUrlError", "Webhooks", "check_webhook_url"]

logger = structlog.get_logger(__name__)

_GONE = 410


class GoneError(GiveUpError):
    """The shop wants no more webhooks."""


class Webhooks:
    """How shops of our own API are told; the handler of waiting work of the kind `webhook`."""

    kind = "webhook"

    def __init__(
        self, *, merchants: Merchants, now: Clock, links: Links, sending: Sending
    ) -> None:
        self._merchants = merchants
        self._now = now
        self._links = links
        self._sending = sending

    async def __call__(self, work: Work) -> None:
        """Tell one shop of one event.

        Raises:
            TryAgainError: It did not take it now.
            GiveUpError: It wants no more, or there is nowhere to send it.
        """
        message = await self.message(work)
        try:
            await self._sending.send(work, message)
        except GoneError:
            merchant_id = work.payload["merchant"]
            await self._merchants.set_webhook(merchant_id=merchant_id, url=None)
            logger.warning("webhook switched off: the shop answers 410", merchant=merchant_id)
            raise

    async def message(self, work: Work) -> Message:
        """The event, signed for now.

        Raises:
            GiveUpError: There is nowhere to send it.
        """
        try:
            url, secret = await self._merchants.webhook(merchant_id=work.payload["merchant"])
        except MerchantNotFoundError:
            raise GiveUpError("there is no such merchant") from None
        if url is None:
            raise GiveUpError("the merchant has no webhook")
        return _signed(url, secret, work.key, event(work, self._links), self._now())


class WebhookTests:
    """How a shop of our own API is sent a test."""

    kind = Webhooks.kind

    def __init__(self, *, merchants: Merchants) -> None:
        self._merchants = merchants

    async def test(self, merchant: Merchant, at: datetime) -> Message | None:
        """An event of a type that tells of nothing."""
        url, secret = await self._merchants.webhook(merchant_id=merchant.id)
        if url is None:
            return None
        event_id = f"webhook:test:{merchant.id}:{at:%Y%m%d%H%M%S}"
        data = {"merchant": merchant.id, "text": "Test notification"}
        body = _body(event_id, "notification.test", f"{at:%Y-%m-%dT%H:%M:%SZ}", data)
        return _signed(url, secret, event_id, body, at)


def event(work: Work, links: Links) -> bytes:
    """The body: the same at every attempt."""
    payload = work.payload
    data: dict[str, Any] = payload["data"]
    if payload["type"].startswith("invoice."):
        addresses = {"pay_url": links.chat(data["id"]), "page_url": links.page(data["id"])}
        data = data | addresses
    return _body(work.key, payload["type"], payload["at"], data)


def signed_headers(*, key: bytes, event_id: str, body: bytes, at: datetime) -> dict[str, str]:
    """What a receiver checks: HMAC-SHA256 over id, time and body."""
    timestamp = str(int(at.timestamp()))
    signed = b".".join((event_id.encode(), timestamp.encode(), body))
    signature = base64.b64encode(hmac.digest(key, signed, sha256)).decode()
    return {
        "Content-Type": "application/json",
        "webhook-id": event_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{signature}",
    }


def _body(event_id: str, kind: str, at: str, data: dict[str, Any]) -> bytes:
    facts = {"id": event_id, "type": kind, "at": at, "data": data}
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode()


def _signed(url: str, secret: bytes, event_id: str, body: bytes, at: datetime) -> Message:
    headers = signed_headers(key=secret, event_id=event_id, body=body, at=at)
    secrets = (base64.b64encode(secret).decode(), headers["webhook-signature"])
    return Message(url, body=body, headers=headers, refusal=_refusal, secrets=secrets)


def _refusal(answer: Answer) -> str | None:
    if answer.status == _GONE:
        raise GoneError("HTTP 410: the shop wants no more webhooks")
    return any_success(answer)
