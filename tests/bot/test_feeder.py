"""The inbox's other end: nothing lost, nothing twice, one person's updates in order."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramForbiddenError, TelegramNetworkError, TelegramRetryAfter
from aiogram.methods import SendMessage
from aiogram.types import Update

from bot import feeder as feeder_module
from bot.feeder import AWAY_MAX, Feeder
from bot.texts import Texts
from purser.services import Services
from services.errors import WalletError
from services.inbox import ATTEMPTS_MAX, Received
from services.store import NotCommittedError
from tests.bot.conftest import OPERATOR, Outside
from tests.telegram import Phone, Telegram

METHOD = SendMessage(chat_id=7, text="x")


class Naps:
    """Sleeps that take no time and are remembered."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await asyncio.sleep(0)


class Scripted:
    """A dispatcher that does what a test says."""

    def __init__(self, act: Callable[[Update], Awaitable[None]]) -> None:
        self.seen: list[int] = []
        self._act = act

    async def feed_update(self, bot: Bot, update: Update) -> None:
        self.seen.append(update.update_id)
        await self._act(update)


@pytest.fixture
def naps() -> Naps:
    return Naps()


@pytest.fixture
def make(bot: Bot, services: Services, texts: Texts, naps: Naps) -> Callable[[Any], Feeder]:
    def made(dispatcher: Any) -> Feeder:
        return Feeder(
            bot=bot,
            dispatcher=dispatcher,
            inbox=services.inbox,
            visitors=services.visitors,
            wallets=services.wallets,
            texts=texts,
            operators=frozenset({OPERATOR}),
            sleep=naps,
        )

    return made


def received(phone: Phone, text: str) -> Received:
    update = phone.make_update(message=phone.message(text=text))
    body = update.model_dump_json(exclude_none=True, by_alias=True)
    return Received(update.update_id, phone.user.id, body)


async def keep(services: Services, *updates: Received) -> list[Received]:
    return await services.inbox.receive(updates=list(updates))


async def test_what_a_restart_left_is_handled(
    phone: Phone, services: Services, make: Callable[[Any], Feeder]
) -> None:
    """Kept, then killed before it was handled: the next start does it, once."""
    await keep(services, received(phone, "/start"))
    feeder = make(phone.dispatcher)

    await feeder.start()
    await feeder.idle()

    assert "Welcome" in phone.text
    assert await services.inbox.due() == []


async def test_one_persons_updates_are_handled_in_order(
    phone: Phone, other: Phone, services: Services, make: Callable[[Any], Feeder]
) -> None:
    """While the first is slow the second waits; another person does not."""
    gate, others_done = asyncio.Event(), asyncio.Event()
    order: list[str] = []

    async def act(update: Update) -> None:
        assert update.message is not None
        text = str(update.message.text)
        if text == "slow":
            await gate.wait()
        order.append(text)
        if text == "other":
            others_done.set()

    feeder = make(Scripted(act))
    feeder.put(
        await keep(
            services,
            received(phone, "slow"),
            received(phone, "next"),
            received(other, "other"),
        )
    )
    await others_done.wait()
    gate.set()
    await feeder.idle()

    assert order == ["other", "slow", "next"]


async def test_no_more_than_the_bound_at_once(
    phone: Phone,
    other: Phone,
    services: Services,
    make: Callable[[Any], Feeder],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A crowd does not take the whole machine."""
    monkeypatch.setattr(feeder_module, "PARALLEL_MAX", 1)
    running = 0
    most = 0

    async def act(_: Update) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1

    feeder = make(Scripted(act))
    feeder.put(await keep(services, received(phone, "a"), received(other, "b")))
    await feeder.idle()

    assert most == 1


async def test_failure_is_tried_again_and_then_done(
    phone: Phone, services: Services, make: Callable[[Any], Feeder], naps: Naps
) -> None:
    """With growing pauses; the same update, the same number."""
    failures = [RuntimeError("one"), RuntimeError("two")]

    async def act(_: Update) -> None:
        if failures:
            raise failures.pop()

    scripted = Scripted(act)
    feeder = make(scripted)
    [update] = await keep(services, received(phone, "x"))
    feeder.put([update])
    await feeder.idle()

    assert scripted.seen == [update.update_id] * 3
    assert naps.seconds == [1, 2]
    assert await services.inbox.due() == []


async def test_hopeless_update_is_set_aside_and_told_of(
    phone: Phone,
    telegram: Telegram,
    services: Services,
    make: Callable[[Any], Feeder],
) -> None:
    """The operators learn which, the person that it was not their fault."""

    async def act(_: Update) -> None:
        raise ZeroDivisionError("secret detail")

    scripted = Scripted(act)
    feeder = make(scripted)
    [update] = await keep(services, received(phone, "x"))
    feeder.put([update])
    await feeder.idle()

    assert len(scripted.seen) == ATTEMPTS_MAX
    [aside] = await services.inbox.set_aside()
    assert aside.error == "ZeroDivisionError"
    assert str(update.update_id) in phone.text
    assert "Something went wrong on our side" in phone.text
    assert "ZeroDivisionError" in telegram.latest(OPERATOR).text
    assert "secret detail" not in str(telegram.shown)


async def test_set_aside_update_does_not_stop_the_next(
    phone: Phone, services: Services, make: Callable[[Any], Feeder], telegram: Telegram
) -> None:
    """Even where nobody can be told of it."""
    telegram.faults += [
        ("sendMessage", TelegramForbiddenError(method=METHOD, message="blocked")),
        ("sendMessage", TelegramForbiddenError(method=METHOD, message="blocked")),
    ]
    done: list[str] = []

    async def act(update: Update) -> None:
        assert update.message is not None
        if update.message.text == "bad":
            raise ZeroDivisionError
        done.append(str(update.message.text))

    feeder = make(Scripted(act))
    feeder.put(await keep(services, received(phone, "bad"), received(phone, "good")))
    await feeder.idle()

    assert done == ["good"]


async def test_strange_update_is_set_aside(
    services: Services, make: Callable[[Any], Feeder], phone: Phone
) -> None:
    """One that aiogram cannot read: everybody else goes on."""
    feeder = make(phone.dispatcher)
    feeder.put(await keep(services, Received(5, 0, '{"update_id": "?", "message": 5}')))
    await feeder.idle()

    [aside] = await services.inbox.set_aside()
    assert aside.error == "ValidationError"


async def test_telegrams_pause_is_kept(
    phone: Phone, services: Services, make: Callable[[Any], Feeder], naps: Naps
) -> None:
    """429 is no failure of the update."""
    faults = [TelegramRetryAfter(method=METHOD, message="flood", retry_after=17)]

    async def act(_: Update) -> None:
        if faults:
            raise faults.pop()

    feeder = make(Scripted(act))
    feeder.put(await keep(services, received(phone, "x")))
    await feeder.idle()

    assert naps.seconds == [17]
    assert await services.inbox.set_aside() == []


async def test_telegram_that_is_away_is_waited_for(
    phone: Phone, services: Services, make: Callable[[Any], Feeder], naps: Naps
) -> None:
    """Minutes without a network set no update aside; one that never works is at last."""

    async def act(_: Update) -> None:
        raise TelegramNetworkError(method=METHOD, message="down")

    feeder = make(Scripted(act))
    feeder.put(await keep(services, received(phone, "x")))
    await feeder.idle()

    assert len(naps.seconds) == AWAY_MAX + ATTEMPTS_MAX - 1
    assert max(naps.seconds) == 60
    assert len(await services.inbox.set_aside()) == 1


async def test_blocked_bot_is_done_and_noted(
    phone: Phone,
    outside: Outside,
    services: Services,
    telegram: Telegram,
    make: Callable[[Any], Feeder],
) -> None:
    """There is nobody to answer; trying again would be no use."""
    await outside.join(phone)
    telegram.faults.append(
        ("sendMessage", TelegramForbiddenError(method=METHOD, message="blocked"))
    )
    feeder = make(phone.dispatcher)
    feeder.put(await keep(services, received(phone, "/balance")))
    await feeder.idle()

    holder = await services.wallets.find(phone=phone.number)
    assert holder.unreachable_since is not None
    assert await services.inbox.due() == []


async def test_stranger_who_blocks_is_nothing(
    phone: Phone, services: Services, telegram: Telegram, make: Callable[[Any], Feeder]
) -> None:
    """No wallet to note it at."""
    telegram.faults.append(
        ("sendMessage", TelegramForbiddenError(method=METHOD, message="blocked"))
    )
    feeder = make(phone.dispatcher)
    feeder.put(await keep(services, received(phone, "/start")))
    await feeder.idle()

    assert await services.inbox.due() == []


async def test_disk_that_is_away_loses_nothing(
    phone: Phone,
    services: Services,
    make: Callable[[Any], Feeder],
    naps: Naps,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither done nor failed can be written: it goes on trying."""
    finish = services.inbox.finish
    failures: list[WalletError] = [NotCommittedError(), NotCommittedError()]

    async def unsure(*, update_id: int) -> None:
        if failures:
            raise failures.pop()
        await finish(update_id=update_id)

    monkeypatch.setattr(services.inbox, "finish", unsure)
    feeder = make(phone.dispatcher)
    feeder.put(await keep(services, received(phone, "/start")))
    await feeder.idle()

    assert naps.seconds == [1, 2]
    assert await services.inbox.due() == []


async def test_closing_leaves_the_rest_for_the_next_start(
    phone: Phone, services: Services, make: Callable[[Any], Feeder]
) -> None:
    """What is in hand is finished, what waits stays in the inbox."""
    started, gate = asyncio.Event(), asyncio.Event()

    async def act(_: Update) -> None:
        started.set()
        await gate.wait()

    feeder = make(Scripted(act))
    first, second = await keep(services, received(phone, "a"), received(phone, "b"))
    feeder.put([first, second])
    await started.wait()
    closing = asyncio.create_task(feeder.close())
    await asyncio.sleep(0)
    gate.set()
    await closing

    assert await services.inbox.due() == [second]


async def test_closing_does_not_wait_for_ever(
    phone: Phone,
    services: Services,
    make: Callable[[Any], Feeder],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A handler that hangs is cut off, and its update comes again."""
    monkeypatch.setattr(feeder_module, "STOP_SECONDS", 0)
    started = asyncio.Event()

    async def act(_: Update) -> None:
        started.set()
        await asyncio.Event().wait()

    feeder = make(Scripted(act))
    [update] = await keep(services, received(phone, "a"))
    feeder.put([update])
    await started.wait()

    await feeder.close()

    assert await services.inbox.due() == [update]


async def test_old_updates_are_forgotten_now_and_then(
    phone: Phone,
    services: Services,
    make: Callable[[Any], Feeder],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """So that the inbox does not grow for ever."""
    monkeypatch.setattr(feeder_module, "FORGET_EVERY", 2)
    forgotten: list[int] = []

    async def forget() -> None:
        forgotten.append(1)

    async def act(_: Update) -> None:
        await asyncio.sleep(0)

    monkeypatch.setattr(services.inbox, "forget", forget)
    feeder = make(Scripted(act))
    feeder.put(await keep(services, *(received(phone, "x") for _ in range(4))))
    await feeder.idle()

    assert len(forgotten) == 2
