"""Everything that the bot sends, within what Telegram allows.

All messages and edits queue here for the bot's next slot, the most urgent first, and those
of one chat also for a slot of the chat.  When Telegram asks for a pause, nothing goes out
until it is over, whichever process was told.  Nothing is dropped: what would have to wait
too long is refused to its caller as Telegram would, with the time to come back, and both
due work and updates are tried again then.
"""

import asyncio
import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeGuard

import structlog
from aiogram import Bot
from aiogram.client.session.middlewares.base import (
    BaseRequestMiddleware,
    NextRequestMiddlewareType,
)
from aiogram.exceptions import (
    AiogramError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramRetryAfter,
)
from aiogram.methods import TelegramMethod
from aiogram.methods.base import Response, TelegramType

from bot.slots import ANSWER, NOW, WAIT_MAX, Sleep, Slots
from services.clock import Clock
from services.rate_limits import Rate, RateLimits

logger = structlog.get_logger(__name__)

ALL = Rate(1, timedelta(milliseconds=40))
"""25 a second, evenly: never more in any second.

Source: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this (30
a second; one a second in a chat, short bursts aside; 20 a minute in a group).
"""

PERSON = Rate(5, timedelta(seconds=1))
NOTICE = Rate(2, timedelta(seconds=1))
"""From the bucket of `PERSON`: what is left in it is for answers to what the person does."""

GROUP = Rate(6, timedelta(seconds=4))
"""6 at once and 14 more are the 20 of any minute."""

_ONE_SECOND = timedelta(seconds=1)
_SHOWN = ("send", "edit", "copy", "forward")
"""How the names of methods start that put something into a chat."""

_SET_UP = ("get", "set", "deleteWebhook", "logOut", "close")
"""And of those that go to no chat: not limited, not held up by a pause."""

_GONE = ("chat not found", "user is deactivated", "bot was blocked")

_priority = ContextVar("priority", default=ANSWER)


@contextmanager
def priority(number: int) -> Iterator[None]:
    """Whatever is sent within goes out before what has a higher *number*."""
    token = _priority.set(number)
    try:
        yield
    finally:
        _priority.reset(token)


def is_gone(exc: AiogramError) -> TypeGuard[TelegramAPIError]:
    """Whether Telegram says that this person will never get it."""
    if isinstance(exc, TelegramForbiddenError):
        return True
    return isinstance(exc, TelegramBadRequest) and any(each in exc.message for each in _GONE)


@dataclass(frozen=True, slots=True)
class SendRates:
    """How fast the bot may send."""

    all: Rate = ALL
    person: Rate = PERSON
    notice: Rate = NOTICE
    group: Rate = GROUP


RATES = SendRates()


class Sending(BaseRequestMiddleware):
    """Goes around every request of the bot: `bot.session.middleware(Sending(...))`."""

    def __init__(
        self,
        *,
        limits: RateLimits,
        now: Clock,
        sleep: Sleep = asyncio.sleep,
        rates: SendRates = RATES,
    ) -> None:
        self._limits = limits
        self._now = now
        self._sleep = sleep
        self._rates = rates
        self._slots = Slots(limits=limits, now=now, sleep=sleep, rate=rates.all)

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        """Make the request at its time.

        Raises:
            TelegramRetryAfter: Telegram wants a pause, or its time is too far away.
        """
        name = method.__api_method__
        if name.startswith(_SET_UP):
            return await make_request(bot, method)
        if name.startswith(_SHOWN):
            wait = await self._chat_slot(method) or await self._slots.slot(_priority.get())
        else:  # decoration: needs no slot, but must not go out in a pause
            wait = self._slots.pause()
        if wait:
            raise TelegramRetryAfter(method, "not now", math.ceil(wait / _ONE_SECOND))
        try:
            return await make_request(bot, method)
        except TelegramRetryAfter as exc:
            logger.warning("Telegram wants a pause", method=name, seconds=exc.retry_after)
            await self._slots.hold(timedelta(seconds=exc.retry_after))
            raise

    async def _chat_slot(self, method: TelegramMethod[Any]) -> timedelta:
        """Wait for a slot of the chat; more than 0 when that would be too long."""
        chat = getattr(method, "chat_id", None)
        if chat is None:  # an inline message
            return NOW
        rate = self._rates.person if _priority.get() <= ANSWER else self._rates.notice
        if str(chat).startswith(("-", "@")):
            rate = self._rates.group
        until = self._now() + WAIT_MAX
        while wait := await self._limits.take(f"telegram-chat:{chat}", rate):
            if self._now() + wait > until:
                return wait
            await self._sleep(wait.total_seconds())
        return NOW
