"""Every call of the Bot API is counted once, by how it ended."""

from collections.abc import Callable
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import GetMe, SendMessage, TelegramMethod
from aiogram.types import Message, User

from bot.calls import Calls, outcome_of

METHOD = SendMessage(chat_id=7, text="a secret")
Noted = list[tuple[str, str]]


@pytest.fixture
def noted() -> Noted:
    return []


@pytest.fixture
def calls(noted: Noted) -> Calls:
    def note(*, method: str, outcome: str, seconds: float) -> None:
        assert seconds >= 0
        noted.append((method, outcome))

    return Calls(note)


async def test_answered(calls: Calls, noted: Noted, bot: Bot) -> None:
    """What was answered passes through as it is."""
    me: Any = "me"

    async def answer(bot: Bot, method: TelegramMethod[User]) -> Any:
        return me

    assert await calls(answer, bot, GetMe()) is me
    assert noted == [("getMe", "done")]


@pytest.mark.parametrize(
    ("make", "outcome"),
    [
        (lambda: TelegramRetryAfter(METHOD, "x", 7), "retry_after"),
        (lambda: TelegramForbiddenError(METHOD, "x"), "forbidden"),
        (lambda: TelegramBadRequest(METHOD, "x"), "refused"),
        (lambda: TelegramServerError(METHOD, "x"), "server_error"),
        (lambda: TelegramNetworkError(METHOD, "x"), "network"),
        (lambda: ClientDecodeError("x", ValueError(), {}), "garbage"),
        (lambda: TelegramNotFound(METHOD, "x"), "other"),
    ],
)
async def test_failed(
    calls: Calls, noted: Noted, bot: Bot, make: Callable[[], AiogramError], outcome: str
) -> None:
    """The error goes on to its caller."""
    error = make()

    async def fail(bot: Bot, method: TelegramMethod[Message]) -> Any:
        raise error

    with pytest.raises(type(error)):
        await calls(fail, bot, METHOD)

    assert noted == [("sendMessage", outcome)]


def test_an_error_of_a_new_kind_has_a_name() -> None:
    """A later aiogram may raise what this table does not know."""

    class NewError(AiogramError):
        pass

    assert outcome_of(NewError("x")) == "other"
