"""How each call of the Bot API ended, told to whoever counts.

It stands next to the wire, inside of what limits and repeats: every attempt is one call.
"""

import time
from typing import Protocol

from aiogram import Bot
from aiogram.client.session.middlewares.base import (
    BaseRequestMiddleware,
    NextRequestMiddlewareType,
)
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import TelegramMethod
from aiogram.methods.base import Response, TelegramType

_OUTCOMES: dict[type[Exception], str] = {
    TelegramRetryAfter: "retry_after",
    TelegramForbiddenError: "forbidden",
    TelegramBadRequest: "refused",
    TelegramServerError: "server_error",
    TelegramNetworkError: "network",
    ClientDecodeError: "garbage",
    TelegramAPIError: "other",
    AiogramError: "other",
}


class Note(Protocol):
    """Counts a call that ended."""

    def __call__(self, *, method: str, outcome: str, seconds: float) -> None: ...


class Calls(BaseRequestMiddleware):
    """Goes on the bot's session after all others: `bot.session.middleware(Calls(...))`."""

    def __init__(self, note: Note) -> None:
        self._note = note

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        """Make the call, and say how it ended."""
        started, outcome = time.perf_counter(), "cancelled"
        try:
            answer = await make_request(bot, method)
            outcome = "done"
        except AiogramError as exc:
            outcome = outcome_of(exc)
            raise
        finally:
            seconds = time.perf_counter() - started
            self._note(method=method.__api_method__, outcome=outcome, seconds=seconds)
        return answer


def outcome_of(exc: AiogramError) -> str:
    """What to call it, by the nearest of its ancestors that has a name."""
    return next(_OUTCOMES[each] for each in type(exc).__mro__ if each in _OUTCOMES)
