"""Updates posted to the bot's webhook."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramConflictError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.bot_api import webhook
from sandbox.client import Person
from tests.sandbox.conftest import Served, listening


class Receiver:
    """A bot's webhook that answers as it is told."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.came: asyncio.Queue[tuple[str | None, Any]] = asyncio.Queue()
        self.app = Starlette(routes=[Route("/hook", self.take, methods=["POST"])])

    async def take(self, request: Request) -> Response:
        secret = request.headers.get("x-telegram-bot-api-secret-token")
        self.came.put_nowait((secret, await request.json()))
        return Response(status_code=self.statuses.pop(0) if self.statuses else 200)


@pytest.fixture
async def receiver(monkeypatch: pytest.MonkeyPatch) -> Receiver:
    monkeypatch.setattr(webhook, "PAUSE_SECONDS", 0.001)
    return Receiver()


@pytest.fixture
async def hook(receiver: Receiver) -> AsyncIterator[str]:
    async with listening(receiver.app) as url:
        yield f"{url}/hook"


async def test_updates_arrive_in_order_with_the_secret(
    bot: Bot, anna: Person, receiver: Receiver, hook: str
) -> None:
    """Also those that waited before the webhook was set."""
    await anna.say("before")
    await bot.set_webhook(hook, secret_token="s3cret_-")
    await anna.say("after")

    came = [await receiver.came.get() for _ in range(2)]

    assert [secret for secret, _ in came] == ["s3cret_-", "s3cret_-"]
    assert [update["message"]["text"] for _, update in came] == ["before", "after"]


async def test_refused_update_comes_again_before_the_next(
    bot: Bot, anna: Person, receiver: Receiver, hook: str
) -> None:
    """Any answer but 2xx repeats the update; a redirect is not followed."""
    receiver.statuses = [500, 302]
    await anna.say("one")
    await anna.say("two")
    await bot.set_webhook(hook)

    came = [(await receiver.came.get())[1] for _ in range(4)]

    assert [update["message"]["text"] for update in came] == ["one", "one", "one", "two"]
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 302"


async def test_unreachable_webhook_is_told(bot: Bot, anna: Person, served: Served) -> None:
    """The update is kept meanwhile."""
    await anna.say("hello")
    await bot.set_webhook("http://127.0.0.1:9/hook", allowed_updates=["message"])
    while (info := await bot.get_webhook_info()).last_error_message is None:
        await served.world.changes.wait(served.world.changes.version, timeout_seconds=0.01)

    assert info.pending_update_count == 1
    assert info.allowed_updates == ["message"]


async def test_no_polling_beside_a_webhook(bot: Bot, hook: str, served: Served) -> None:
    """Setting one ends the poll that waits, and refuses the next, until it is deleted."""
    poll = asyncio.create_task(bot.get_updates(timeout=50))
    await served.world.telegram.updates.polled.wait()
    await bot.set_webhook(hook)

    with pytest.raises(TelegramConflictError, match="setWebhook"):
        await poll
    with pytest.raises(TelegramConflictError, match="webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == []
    assert (await bot.get_webhook_info()).url == ""


@pytest.mark.parametrize(
    ("url", "secret"),
    [("http://example.org/hook", "s"), ("https://example.org/hook", "bad secret")],
)
async def test_bad_webhooks_are_refused(bot: Bot, url: str, secret: str) -> None:
    """Telegram posts to https only, and puts the secret into a header."""
    with pytest.raises(TelegramBadRequest):
        await bot.set_webhook(url, secret_token=secret)
