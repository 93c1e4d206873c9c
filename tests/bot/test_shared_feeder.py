"""Several bots on one inbox: each update once, a person's in order, whoever dies."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError, TelegramRetryAfter
from aiogram.types import Update

from bot import shared_feeder as shared_feeder_module
from bot.shared_feeder import AWAY_DELAY, AWAY_MAX, SharedFeeder
from bot.texts import Texts
from purser.services import Services
from services.inbox import ATTEMPTS_MAX, LEASE
from tests.bot.conftest import OPERATOR
from tests.bot.test_feeder import METHOD, Scripted, keep, received
from tests.clock import TestClock
from tests.telegram import Phone

Make = Callable[[Any], SharedFeeder]


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def make(bot: Bot, services: Services, texts: Texts) -> Make:
    def made(dispatcher: Any) -> SharedFeeder:
        return SharedFeeder(
            bot=bot,
            dispatcher=dispatcher,
            inbox=services.inbox,
            visitors=services.visitors,
            wallets=services.wallets,
            texts=texts,
            operators=frozenset({OPERATOR}),
        )

    return made


def scripted(act: Callable[[str], Awaitable[None]]) -> Scripted:
    async def on_update(update: Update) -> None:
        assert update.message is not None
        await act(str(update.message.text))

    return Scripted(on_update)


async def test_two_processes_share_the_work_in_order(
    phone: Phone, other: Phone, services: Services, make: Make
) -> None:
    """Whoever takes it: one person's one after the other, and nothing twice."""
    order: list[str] = []

    async def act(text: str) -> None:
        order.append(text)
        await asyncio.sleep(0)

    both = (phone, other)
    updates = [received(who, f"{who.user.id}-{n}") for n in range(6) for who in both]
    await keep(services, *updates)
    feeders = [make(scripted(act)) for _ in range(2)]

    await asyncio.gather(*(feeder.idle() for feeder in feeders))
    await feeders[0].idle()  # what the other had in hand at its last look

    for who in both:
        assert [each for each in order if each.startswith(f"{who.user.id}-")] == [
            f"{who.user.id}-{n}" for n in range(6)
        ]
    assert await services.inbox.due() == []


async def test_update_of_a_killed_process_is_taken_up_when_its_lease_ends(
    phone: Phone, services: Services, clock: TestClock, make: Make
) -> None:
    """And what came after it waits its turn."""
    seen: list[str] = []

    async def act(text: str) -> None:
        seen.append(text)

    await keep(services, received(phone, "first"), received(phone, "second"))
    await services.inbox.claim(limit=10)  # by a process that is no more
    feeder = make(scripted(act))

    await feeder.idle()
    before = list(seen)
    clock.now += LEASE
    await feeder.idle()

    assert before == []
    assert seen == ["first", "second"]


async def test_slow_update_keeps_its_lease(
    phone: Phone,
    services: Services,
    clock: TestClock,
    make: Make,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However long Telegram takes, nobody else begins on it meanwhile."""
    monkeypatch.setattr(shared_feeder_module, "PROLONG_SECONDS", 0)
    begun, gate, prolonged = asyncio.Event(), asyncio.Event(), asyncio.Event()
    postpone = services.inbox.postpone

    async def noted(*, update_id: int, delay: timedelta) -> None:
        await postpone(update_id=update_id, delay=delay)
        if begun.is_set():
            prolonged.set()

    monkeypatch.setattr(type(services.inbox), "postpone", lambda _, **values: noted(**values))

    async def act(_: str) -> None:
        clock.now += LEASE
        begun.set()
        await gate.wait()

    await keep(services, received(phone, "slow"))
    task = asyncio.create_task(make(scripted(act)).idle())
    await asyncio.wait_for(begun.wait(), 10)
    await asyncio.wait_for(prolonged.wait(), 10)

    assert await services.inbox.claim(limit=10) == []
    gate.set()
    await task
    assert await services.inbox.due() == []


@pytest.mark.parametrize(
    ("error", "delay"),
    [
        (TelegramRetryAfter(METHOD, "busy", 7), timedelta(seconds=7)),
        (TelegramNetworkError(METHOD, "away"), AWAY_DELAY),
    ],
    ids=["asked to wait", "away"],
)
async def test_update_that_cannot_be_answered_now_is_given_back(
    phone: Phone,
    services: Services,
    clock: TestClock,
    make: Make,
    error: Exception,
    delay: timedelta,
) -> None:
    """To be claimed by anybody when its time has come; it counts against nobody."""
    failing = [error]

    async def act(_: str) -> None:
        if failing:
            raise failing.pop()

    await keep(services, received(phone, "hello"))
    feeder = make(scripted(act))

    await feeder.idle()
    [waiting] = await services.inbox.due()
    clock.now += delay - timedelta(microseconds=1)
    too_early = await services.inbox.claim(limit=10)
    clock.now += timedelta(microseconds=1)
    await feeder.idle()

    assert (waiting.attempts, too_early) == (0, [])
    assert await services.inbox.due() == []


async def test_telegram_away_for_long_counts_at_last(
    phone: Phone, services: Services, clock: TestClock, make: Make
) -> None:
    """An update that itself makes Telegram fail must not be tried for ever."""

    async def act(_: str) -> None:
        raise TelegramNetworkError(METHOD, "away")

    await keep(services, received(phone, "poison"))
    feeder = make(scripted(act))
    clock.now += AWAY_MAX
    for _ in range(ATTEMPTS_MAX + 1):
        await feeder.idle()
        clock.now += LEASE

    [aside] = await services.inbox.set_aside()
    assert (aside.attempts, aside.error) == (ATTEMPTS_MAX, "TelegramNetworkError")
