"""Updates over getUpdates: kept until confirmed, for one reader at a time."""

import asyncio

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramConflictError,
)

from sandbox.client import Person
from sandbox.telegram.telegram import Telegram
from sandbox.world import World
from tests.sandbox.conftest import TOKEN, Clock, Served
from tests.sandbox.keyboards import PAY


async def test_waiting_poll_gets_a_message_at_once(bot: Bot, anna: Person) -> None:
    """A long poll ends with the first update, not with its timeout."""
    poll = asyncio.create_task(bot.get_updates(timeout=50))
    await anna.say("/start bill_7")

    [update] = await poll

    assert update.message is not None
    assert update.message.text == "/start bill_7"
    assert update.message.from_user is not None
    assert (update.message.from_user.id, update.message.from_user.language_code) == (1001, "ru")


async def test_updates_are_kept_until_confirmed(bot: Bot, anna: Person) -> None:
    """At least once: only a higher offset takes an update away."""
    for text in ("one", "two", "three"):
        await anna.say(text)

    first = await bot.get_updates(limit=2)
    again = await bot.get_updates(limit=2)
    rest = await bot.get_updates(offset=first[-1].update_id + 1)
    last = await bot.get_updates(offset=-1)

    assert first == again
    assert [u.message.text for u in first + rest if u.message] == ["one", "two", "three"]
    assert last == rest
    assert await bot.get_updates(offset=last[-1].update_id + 1) == []


async def test_kinds_not_asked_for_are_not_queued(bot: Bot, anna: Person) -> None:
    """allowed_updates counts from the call on, as at Telegram."""
    await bot.get_updates(allowed_updates=["callback_query"])
    await anna.say("hello")

    assert await bot.get_updates() == []


async def test_second_poll_ends_the_first(bot: Bot, served: Served) -> None:
    """Two running bots notice each other by 409."""
    first = asyncio.create_task(bot.get_updates(timeout=50))
    await served.world.telegram.updates.polled.wait()
    await bot.get_updates(timeout=0)

    with pytest.raises(TelegramConflictError, match="terminated by other getUpdates request"):
        await first


async def test_poll_ends_when_the_sandbox_closes(bot: Bot, served: Served) -> None:
    """Stopping must not wait for a poll to time out."""
    poll = asyncio.create_task(bot.get_updates(timeout=50))
    await served.world.telegram.updates.polled.wait()

    await served.world.close()

    assert await poll == []


async def test_old_updates_are_forgotten(bot: Bot, anna: Person, clock: Clock) -> None:
    """A tap lives 150 seconds and a message a day: what a long outage loses."""
    message = await bot.send_message(1001, "Pay?", reply_markup=PAY)
    await anna.say("hello")
    await anna.press("Pay")

    clock.move(seconds=150)
    [kept] = await bot.get_updates()
    clock.move(hours=24)

    assert kept.message is not None
    assert kept.message.message_id > message.message_id
    assert await bot.get_updates() == []


async def test_ids_never_repeat_after_a_restart(world: World, clock: Clock) -> None:
    """The wallet's database remembers update and message ids."""
    first = world.telegram
    used = (first.updates.add("message", {}), first.new_message_id())
    clock.move(seconds=2)
    second = Telegram(
        token=TOKEN, username="b", people=world.people, now=clock, changes=world.changes
    )

    assert second.updates.add("message", {}) > used[0]
    assert second.new_message_id() > used[1]
