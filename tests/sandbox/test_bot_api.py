"""The Bot API as a real aiogram bot meets it, over a real socket."""

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
)

from sandbox.client import Person, Sandbox
from tests.sandbox.conftest import TOKEN, Served, hang_up


async def test_me(bot: Bot) -> None:
    """The bot's id is in its token, as at Telegram."""
    me = await bot.me()

    assert (me.id, me.username, me.is_bot) == (42, "purser_bot", True)


async def test_blocked_bot(bot: Bot, anna: Person) -> None:
    """403 until the person comes back; both moments are told."""
    await anna.block()
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await bot.send_message(1001, "Hello?")
    await anna.start()

    updates = await bot.get_updates()

    states = [u.my_chat_member.new_chat_member.status for u in updates if u.my_chat_member]
    assert states == ["kicked", "member"]
    assert (await bot.send_message(1001, "Welcome back")).text == "Welcome back"


@pytest.mark.parametrize("chat_id", [5, "@nobody"])
async def test_unknown_chat(bot: Bot, chat_id: int | str) -> None:
    """A wrong id is the bot's mistake: 400."""
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.send_message(chat_id, "x")


async def test_wrong_token(served: Served) -> None:
    """401 in Telegram's shape."""
    bot = served.bot("42:WRONG")

    with pytest.raises(TelegramUnauthorizedError, match="Unauthorized"):
        await bot.get_me()
    await hang_up(bot)


async def test_unknown_method(bot: Bot) -> None:
    """404 for what the sandbox does not play."""
    with pytest.raises(TelegramNotFound, match="Not Found"):
        await bot.send_dice(1001)


async def test_ordered_flood_wait(bot: Bot, sandbox: Sandbox) -> None:
    """429 with its parameter, once, and only for the method named."""
    await sandbox.fail("sendMessage", code=429, retry_after=7)
    await bot.get_me()

    with pytest.raises(TelegramRetryAfter) as refused:
        await bot.send_message(1001, "x")

    assert refused.value.retry_after == 7
    assert (await bot.send_message(1001, "x")).text == "x"


async def test_ordered_server_errors(bot: Bot, sandbox: Sandbox) -> None:
    """500 is JSON; 502 is a page of the web server in front, which is not."""
    await sandbox.fail(code=500)
    with pytest.raises(TelegramServerError):
        await bot.get_me()

    await sandbox.fail(code=502)
    with pytest.raises(ClientDecodeError):
        await bot.get_me()


async def test_lost_answer(bot: Bot, sandbox: Sandbox, anna: Person) -> None:
    """The message is there although the call failed: a retry doubles it."""
    await sandbox.fail("sendMessage", code=500, after=True)

    with pytest.raises(TelegramServerError):
        await bot.send_message(1001, "x")

    assert [m.text for m in (await anna.chat()).messages] == ["x"]


async def test_chat_actions_and_facts(bot: Bot) -> None:
    """What a bot may ask about a person, and about what it said of itself."""
    await bot.set_my_name("Club wallet")
    await bot.delete_my_commands()

    assert (await bot.get_chat(1001)).username == "anna_s"
    assert (await bot.get_my_name()).name == "Club wallet"
    assert (await bot.get_chat_menu_button(1001)).type == "commands"
    assert (await bot.get_me()).first_name == "Club wallet"
    with pytest.raises(TelegramBadRequest, match="description is too long"):
        await bot.set_my_description("x" * 513)


async def test_commands_are_shown_in_the_persons_language(bot: Bot, anna: Person) -> None:
    """The narrowest scope and the person's own language win."""
    await bot.set_my_commands([BotCommand(command="start", description="Start")])
    await bot.set_my_commands(
        [BotCommand(command="start", description="Начать")],
        scope=BotCommandScopeAllPrivateChats(),
        language_code="ru",
    )

    assert [c.description for c in await bot.get_my_commands()] == ["Start"]
    assert [c["description"] for c in (await anna.chat()).raw["commands"]] == ["Начать"]
    with pytest.raises(TelegramBadRequest, match="BOT_COMMAND_INVALID"):
        await bot.set_my_commands([BotCommand(command="Старт", description="x")])


async def test_profile_texts(bot: Bot) -> None:
    """Descriptions are kept per language."""
    await bot.set_my_description("A wallet")
    await bot.set_my_short_description("Кошелёк", language_code="ru")
    await bot.set_chat_menu_button()

    assert (await bot.get_my_description(language_code="tr")).description == "A wallet"
    assert (await bot.get_my_short_description(language_code="ru")).short_description == "Кошелёк"


async def test_every_kind_of_body_is_read(served: Served, anna: Person) -> None:
    """JSON, form, query: all are allowed by the Bot API."""
    url = f"{served.url}/bot{TOKEN}/sendMessage"
    async with aiohttp.ClientSession() as http:
        for request in (
            http.post(url, json={"chat_id": 1001, "text": "json"}),
            http.post(url, data={"chat_id": "1001", "text": "form"}),
            http.get(url, params={"chat_id": "1001", "text": "query"}),
        ):
            async with request as answer:
                assert answer.status == 200
        async with http.post(url, data=b"{", headers={"Content-Type": "application/json"}) as bad:
            assert bad.status == 400

    assert [m.text for m in (await anna.chat()).messages] == ["json", "form", "query"]
