"""The session for a bot in the same process: the same Telegram without a socket."""

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramBadRequest, TelegramRetryAfter
from aiogram.types import BufferedInputFile

from sandbox.bot_api.session import SandboxSession
from sandbox.telegram.phone import Phone
from sandbox.world import World
from tests.sandbox.conftest import TOKEN


@pytest.fixture
async def inner(world: World) -> AsyncIterator[Bot]:
    bot = Bot(TOKEN, session=SandboxSession(world.api))
    yield bot
    await bot.session.close()


def anna(world: World) -> Phone:
    person = world.people.find(1001)
    assert person is not None
    return Phone(world.telegram, person)


async def test_the_same_answers(inner: Bot, world: World) -> None:
    """Messages, updates and files are what the wire would bring."""
    anna(world).say("hello")
    [update] = await inner.get_updates(timeout=50)
    sent = await inner.send_document(1001, BufferedInputFile(b"%PDF", "a.pdf"))
    assert sent.document is not None
    downloaded = await inner.download(sent.document.file_id)

    assert update.message is not None
    assert update.message.text == "hello"
    assert downloaded is not None
    assert downloaded.read() == b"%PDF"
    with pytest.raises(FileNotFoundError):
        await inner.download_file("documents/none")


async def test_the_same_errors(inner: Bot, world: World) -> None:
    """Down to the flood wait and the page of a broken front end."""
    world.telegram.faults.order(method="getMe", code=429, retry_after_seconds=3)
    world.telegram.faults.order(method="sendMessage", code=502)

    with pytest.raises(TelegramRetryAfter):
        await inner.get_me()
    with pytest.raises(ClientDecodeError):
        await inner.send_message(1001, "x")
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await inner.send_message(5, "x")
