"""Posting updates to the bot's webhook, in order, each until it is taken."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from sandbox.telegram.chats import unix
from sandbox.telegram.errors import BadRequestError, ConflictError
from sandbox.telegram.telegram import Telegram
from sandbox.telegram.updates import Waiting

ANSWER_WITHIN_SECONDS = 30
PAUSE_SECONDS = 0.2
"""After the first failure; doubled each time, up to the next."""
PAUSE_SECONDS_MAX = 5.0
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_SECRET_LENGTH_MAX = 256


@dataclass(slots=True, kw_only=True)
class Webhook:
    """Where updates go, and what happened last."""

    url: str
    secret_token: str | None
    last_error: str | None = None
    last_error_at: datetime | None = None


class Webhooks:
    """The bot's webhook, if it has set one."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram
        self._set: Webhook | None = None
        self._task: asyncio.Task[None] | None = None

    def check_polling(self) -> None:
        """Refuse to be polled while a webhook is set.

        Raises:
            ConflictError: One is.
        """
        if self._set is not None:
            raise ConflictError(
                "can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first"
            )

    async def set(self, url: str, *, secret_token: str | None) -> None:
        """Post updates to *url* from now on; an empty one removes the webhook.

        Raises:
            BadRequestError: It is not https (http is let through on this machine), or
                the secret has characters that a header cannot carry.
        """
        if url:
            _check(url, secret_token)
        await self.close()
        self._telegram.updates.interrupt("terminated by setWebhook request")
        if url:
            self._set = Webhook(url=url, secret_token=secret_token)
            self._task = asyncio.create_task(self._post_all(self._set))

    def info(self) -> dict[str, Any]:
        """The answer to getWebhookInfo."""
        info = {
            "url": self._set.url if self._set else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._telegram.updates),
        }
        if self._telegram.updates.allowed:
            info["allowed_updates"] = self._telegram.updates.allowed
        if self._set and self._set.last_error and self._set.last_error_at:
            info["last_error_date"] = unix(self._set.last_error_at)
            info["last_error_message"] = self._set.last_error
        return info

    async def close(self) -> None:
        """Stop posting; the webhook is forgotten."""
        self._set = None
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _post_all(self, webhook: Webhook) -> None:
        timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN_SECONDS)
        pause = PAUSE_SECONDS
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while True:
                update = self._telegram.updates.first()
                if update is None:
                    await self._telegram.updates.wait()
                elif await self._is_taken(session, webhook, update):
                    self._telegram.updates.confirm(update.id)
                    pause = PAUSE_SECONDS
                else:
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, PAUSE_SECONDS_MAX)

    async def _is_taken(
        self, session: aiohttp.ClientSession, webhook: Webhook, update: Waiting
    ) -> bool:
        secret = webhook.secret_token
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
        try:
            async with session.post(
                webhook.url, json=update.as_api(), headers=headers, allow_redirects=False
            ) as answer:
                await answer.read()
        except (aiohttp.ClientError, TimeoutError) as exc:
            return self._note(webhook, f"Connection failed: {type(exc).__name__}")
        if answer.ok and answer.status < 300:  # noqa: PLR2004  # redirects are not followed
            return True
        return self._note(webhook, f"Wrong response from the webhook: {answer.status}")

    def _note(self, webhook: Webhook, error: str) -> bool:
        webhook.last_error = error
        webhook.last_error_at = self._telegram.now()
        return False


def _check(url: str, secret_token: str | None) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        raise BadRequestError("bad webhook: An HTTPS URL must be provided for webhook")
    if secret_token is None:
        return
    plain = secret_token.replace("-", "").replace("_", "")
    is_short = 0 < len(secret_token) <= _SECRET_LENGTH_MAX
    if not is_short or not plain.isascii() or not (plain.isalnum() or not plain):
        raise BadRequestError("secret token contains unallowed characters")
