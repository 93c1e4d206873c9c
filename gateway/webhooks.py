"""Webhooks: a shop is told of what became of its invoices, signed.

Delivered at least once and in no order: the event's id tells repeats apart, the object's
version which news is newer.

Source: https://github.com/standard-webhooks/standard-webhooks, version 1.0.0.
"""

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Any

import aiohttp
import structlog

from gateway.pay_urls import pay_url
from gateway.targets import WebhookUrlError, check_webhook_url, open_session
from services.clock import Clock
from services.due import RETRY_FIRST, RETRY_MOST, GiveUpError, TryAgainError, Work
from services.merchants import MerchantNotFoundError, Merchants

__all__ = ["WebhookUrlError", "Webhooks", "check_webhook_url"]

logger = structlog.get_logger(__name__)

CONNECT_SECONDS_MAX = 5
TOTAL_SECONDS_MAX = 10
ANSWER_BYTES_MAX = 64 * 1024
_GONE = 410
_GOOD = range(200, 300)


class Webhooks:
    """The handler of waiting work of the kind `webhook`."""

    def __init__(
        self,
        *,
        merchants: Merchants,
        now: Clock,
        bot_username: str,
        allow_private: bool = False,
        connect_seconds: float = CONNECT_SECONDS_MAX,
        total_seconds: float = TOTAL_SECONDS_MAX,
    ) -> None:
        self._merchants = merchants
        self._now = now
        self._bot_username = bot_username
        self._allow_private = allow_private
        self._connect_seconds = connect_seconds
        self._total_seconds = total_seconds
        self._session: aiohttp.ClientSession | None = None

    async def __call__(self, work: Work) -> None:
        """Tell one shop of one event.

        Raises:
            TryAgainError: It did not take it now.
            GiveUpError: It wants no more, or there is nowhere to send it.
        """
        merchant_id = work.payload["merchant"]
        url, secret = await self._target(merchant_id)
        body = event(work, self._bot_username)
        headers = signed_headers(key=secret, event_id=work.key, body=body, at=self._now())
        status, retry_after = await self._post(url, body, headers)
        if status == _GONE:
            await self._merchants.set_webhook(merchant_id=merchant_id, url=None)
            logger.warning("webhook switched off: the shop answers 410", merchant=merchant_id)
            raise GiveUpError("HTTP 410: the shop wants no more webhooks")
        if status not in _GOOD:
            after = retry_delay(retry_after, self._now())
            raise TryAgainError(f"HTTP {status}", after=after)

    async def close(self) -> None:
        """Close what connections there are."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _target(self, merchant_id: str) -> tuple[str, bytes]:
        try:
            url, secret = await self._merchants.webhook(merchant_id=merchant_id)
        except MerchantNotFoundError:
            raise GiveUpError("there is no such merchant") from None
        if url is None:
            raise GiveUpError("the merchant has no webhook")
        try:
            check_webhook_url(url, allow_private=self._allow_private)
        except WebhookUrlError as exc:
            raise GiveUpError(f"the address is refused: {exc.values['problem']}") from None
        return url, secret

    async def _post(
        self, url: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, str | None]:
        """Status and Retry-After of the answer; its body is read within bounds and dropped."""
        if self._session is None:
            self._session = open_session(
                allow_private=self._allow_private,
                total_seconds=self._total_seconds,
                connect_seconds=self._connect_seconds,
            )
        try:
            async with self._session.post(
                url, data=body, headers=headers, allow_redirects=False
            ) as answer:
                await _drop_body(answer)
                return answer.status, answer.headers.get("Retry-After")
        except TimeoutError:
            raise TryAgainError("no answer in time") from None
        except (aiohttp.ClientError, OSError, ValueError) as exc:
            # The class alone: a message may name what is inside the network.
            raise TryAgainError(f"not delivered: {type(exc).__name__}") from None


def event(work: Work, bot_username: str) -> bytes:
    """The body: the same at every attempt."""
    payload = work.payload
    data: dict[str, Any] = payload["data"]
    if payload["type"].startswith("invoice."):
        data = data | {"pay_url": pay_url(bot_username, data["id"])}
    facts = {"id": work.key, "type": payload["type"], "at": payload["at"], "data": data}
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode()


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


def retry_delay(text: str | None, now: datetime) -> timedelta | None:
    """How long a Retry-After asks to wait, within what is sensible; None if it says nothing.

    Source: RFC 9110, section 10.2.3: seconds, or a date.
    """
    if text is None:
        return None
    wished = text.strip()
    if wished.isascii() and wished.isdigit():
        wait = timedelta(seconds=min(int(wished[:9]), RETRY_MOST // timedelta(seconds=1)))
    else:
        try:
            at = parsedate_to_datetime(wished)
        except ValueError:
            return None
        wait = (at if at.tzinfo else at.replace(tzinfo=UTC)) - now
    return max(RETRY_FIRST, min(wait, RETRY_MOST))


async def _drop_body(answer: aiohttp.ClientResponse) -> None:
    """Read a short body, so that the connection can be used again; close on a long one."""
    left = ANSWER_BYTES_MAX
    while left > 0 and (part := await answer.content.read(left)):
        left -= len(part)
    if left <= 0:
        answer.close()
