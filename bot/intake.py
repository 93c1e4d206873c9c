"""Takes updates in: kept in the inbox first, confirmed to Telegram after that.

aiogram's own polling and webhook helpers confirm an update before it was handled, so one
that is killed or raises in the middle is lost; here nothing is confirmed that is not on disk.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramRetryAfter
from aiogram.methods import TelegramMethod

from bot.feeder import Feeder, Sleep
from services.errors import UnavailableError
from services.inbox import Inbox, Received

logger = structlog.get_logger(__name__)

KINDS = ["message", "callback_query", "my_chat_member"]
"""The updates that the chat answers; Telegram sends no others."""

POLL_SECONDS = 25
POLL_SPARE_SECONDS = 10
UPDATES_MAX = 100
BODY_BYTES_MAX = 1024 * 1024
"""Many times the largest update there is."""

UPDATE_ID_MAX = 2**63 - 1
DELAY_SECONDS_MAX = 32


class GetRawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """`getUpdates`, whose answer is not parsed: one strange update must not hide the others."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    limit: int = UPDATES_MAX
    timeout: int = POLL_SECONDS
    allowed_updates: list[str] = KINDS


class Intake:
    """Long polling and the webhook's other end."""

    def __init__(
        self,
        *,
        bot: Bot,
        inbox: Inbox,
        feeder: Feeder,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._bot = bot
        self._inbox = inbox
        self._feeder = feeder
        self._sleep = sleep

    async def poll(self) -> None:
        """Ask for updates until cancelled."""
        await self._insist(self._bot.delete_webhook)
        offset: int | None = None
        while True:
            raw = await self._insist(lambda: self._ask(offset))  # noqa: B023  # called before it changes
            if not raw:
                continue
            await self._insist(lambda: self._keep(raw))  # noqa: B023  # called before it changes
            offset = raw[-1]["update_id"] + 1  # confirms them, now that they are on disk

    async def use_webhook(self, url: str, secret: str) -> None:
        """Have Telegram post updates to *url* with *secret* in its header."""
        await self._insist(
            lambda: self._bot.set_webhook(url, secret_token=secret, allowed_updates=KINDS)
        )

    async def receive_webhook(self, body: bytes) -> bool:
        """Keep one update that Telegram posted; False where *body* is none.

        Raises:
            UnavailableError: It could not be kept; Telegram shall post it again.
        """
        update = _parse(body)
        if update is None:
            return False
        await self._keep([update])
        return True

    async def _ask(self, offset: int | None) -> list[dict[str, Any]]:
        wait = POLL_SECONDS + POLL_SPARE_SECONDS
        return await self._bot(GetRawUpdates(offset=offset), request_timeout=wait)

    async def _keep(self, raw: list[dict[str, Any]]) -> None:
        # As ASCII: half of a surrogate pair could not be stored, and would come again for ever.
        updates = [Received(each["update_id"], _sender(each), json.dumps(each)) for each in raw]
        self._feeder.put(await self._inbox.receive(updates=updates))

    async def _insist(self, call: Callable[[], Awaitable[Any]]) -> Any:
        """The answer of *call*, however often Telegram or the disk has to be asked."""
        delay = 1
        while True:
            try:
                return await call()
            except TelegramRetryAfter as exc:
                await self._sleep(exc.retry_after)
            except (AiogramError, UnavailableError) as exc:
                logger.warning("asking again", error=type(exc).__name__, after_seconds=delay)
                await self._sleep(delay)
                delay = min(delay * 2, DELAY_SECONDS_MAX)


def _parse(body: bytes) -> dict[str, Any] | None:
    if len(body) > BODY_BYTES_MAX:
        return None
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):  # not JSON, a huge number, or endlessly deep
        return None
    number = update.get("update_id") if isinstance(update, dict) else None
    if not isinstance(number, int) or isinstance(number, bool):
        return None
    return update if 0 <= number <= UPDATE_ID_MAX else None


def _sender(update: dict[str, Any]) -> int:
    """Whose lane it goes in; 0 where it comes from nobody."""
    for kind in KINDS:
        event = update.get(kind)
        person = event.get("from") if isinstance(event, dict) else None
        number = person.get("id") if isinstance(person, dict) else None
        if isinstance(number, int) and 0 <= number <= UPDATE_ID_MAX:
            return number
    return 0
