"""What goes out to Telegram: not too fast, the most urgent first, and nothing lost."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
)
from aiogram.methods import AnswerCallbackQuery, SendMessage, TelegramMethod
from aiogram.methods.base import TelegramType

from bot.edge import create_notices
from bot.sending import RATES, Sending, SendRates, is_gone, priority
from bot.slots import WAIT_MAX
from bot.texts import Texts
from purser.services import Services
from services.due import Worker
from services.rate_limits import MemoryRateLimits, Rate, RateLimits
from services.vault import Vault
from storage.engines import AnyStore
from tests.bot.conftest import Outside
from tests.clock import TestClock
from tests.telegram import TOKEN, Phone, Telegram

METHOD = SendMessage(chat_id=7, text="x")
ONE_SECOND = timedelta(seconds=1)
MONEY, REST = 2, 5


class Hours:
    """Time that passes only when everybody sleeps."""

    def __init__(self, clock: TestClock) -> None:
        self.clock = clock
        self._sleepers: list[tuple[datetime, asyncio.Future[None]]] = []

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.clock.now + timedelta(seconds=seconds), woken))
        await woken

    async def see(self, *acts: Coroutine[Any, Any, None]) -> None:
        """Run *acts* side by side to their ends."""
        tasks = [asyncio.create_task(each) for each in acts]
        while True:
            for _ in range(20):
                await asyncio.sleep(0)
            if all(each.done() for each in tasks):
                break
            await self._pass()
        await asyncio.gather(*tasks)

    async def _pass(self) -> None:
        if not self._sleepers:  # somebody waits for another thread
            await asyncio.to_thread(lambda: None)
            return
        until = min(at for at, _ in self._sleepers)
        self.clock.now = max(self.clock.now, until)
        for at, woken in self._sleepers:
            if at <= until and not woken.done():
                woken.set_result(None)
        self._sleepers = [each for each in self._sleepers if each[0] > until]


class Line(Telegram):
    """Telegram that notes when each call came, and may ask for a pause."""

    def __init__(self, clock: TestClock) -> None:
        super().__init__()
        self.clock = clock
        self.calls: list[tuple[datetime, str]] = []
        self.floods: list[int] = []
        """Seconds of the pauses that the next calls are answered with."""

    async def make_request(
        self, bot: Bot, method: TelegramMethod[TelegramType], timeout: int | None = None
    ) -> TelegramType:
        self.calls.append((self.clock.now, str(getattr(method, "text", None))))
        if self.floods:
            raise TelegramRetryAfter(method, "flood", self.floods.pop())
        return await super().make_request(bot, method, timeout)

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.calls]

    def most_in(self, span: timedelta) -> int:
        """The largest number of calls in any *span*."""
        times = [at for at, _ in self.calls]
        return max(sum(begin <= at < begin + span for at in times) for begin in times)


@pytest.fixture
def hours(clock: TestClock) -> Hours:
    return Hours(clock)


@pytest.fixture
def line(clock: TestClock) -> Line:
    return Line(clock)


@pytest.fixture
def limits(clock: TestClock) -> RateLimits:
    return MemoryRateLimits(clock)


@pytest.fixture
def make(hours: Hours, line: Line, limits: RateLimits) -> Callable[..., Bot]:
    def made(rates: SendRates = RATES, limits: RateLimits = limits) -> Bot:
        bot = Bot(TOKEN, session=line)
        line.middleware(Sending(limits=limits, now=hours.clock, sleep=hours.sleep, rates=rates))
        return bot

    return made


async def say(bot: Bot, chat: int, text: str, *, at: int = 1) -> None:
    """Send, and again whenever we are told to come back, as due work and the feeder do."""
    with priority(at):
        await bot.send_message(chat, text, parse_mode="HTML")


async def insist(hours: Hours, bot: Bot, chat: int, text: str, *, at: int = 1) -> None:
    while True:
        try:
            await say(bot, chat, text, at=at)
        except TelegramRetryAfter as exc:
            await hours.sleep(exc.retry_after)
        else:
            return


async def test_never_more_than_telegram_takes_in_any_second(
    hours: Hours, line: Line, make: Callable[..., Bot]
) -> None:
    """Telegram forgives 30; a rate that is only right on average is not right."""
    bot = make()

    await hours.see(*(say(bot, chat, "x", at=MONEY) for chat in range(1, 201)))

    assert len(line.calls) == 200
    assert line.most_in(ONE_SECOND) == 25
    assert line.calls[-1][0] - line.calls[0][0] == 199 * timedelta(milliseconds=40)


async def test_money_goes_ahead_and_an_answer_waits_one_slot(
    hours: Hours, line: Line, make: Callable[..., Bot]
) -> None:
    """Whoever pressed a button does not wait for two hundred messages to others."""
    bot, pressed = make(), []

    async def press() -> None:
        await hours.sleep(2.01)
        pressed.append(hours.clock.now)
        await say(bot, 1000, "answer")

    rest = (say(bot, chat, "rest", at=REST) for chat in range(1, 101))
    money = (say(bot, chat, "money", at=MONEY) for chat in range(101, 201))
    await hours.see(*rest, *money, press())

    answered = next(at for at, text in line.calls if text == "answer")
    assert answered - pressed[0] <= timedelta(milliseconds=40)
    order = [text for text in line.texts if text != "answer"]
    assert order == ["rest"] + ["money"] * 100 + ["rest"] * 99


@pytest.mark.parametrize("chat", [7, 8])
async def test_pause_is_kept_by_all_and_nothing_is_lost(
    hours: Hours, line: Line, make: Callable[..., Bot], clock: TestClock, chat: int
) -> None:
    """A call in the pause makes it longer; a message that is dropped is never missed."""
    bot = make()
    began = clock.now
    line.floods = [7]

    await hours.see(
        *(insist(hours, bot, each, f"notice {each}", at=MONEY) for each in range(100, 150)),
        insist(hours, bot, chat, "answer"),
    )

    told, *later = [at for at, _ in line.calls]
    assert told == began
    assert min(later) == began + timedelta(seconds=7)
    expected = {f"notice {each}" for each in range(100, 150)} | {"answer"}
    assert {each.text for each in line.shown.values()} == expected
    assert len(line.shown) == len(expected)


async def test_pause_reaches_other_processes(
    hours: Hours, line: Line, make: Callable[..., Bot], limits: RateLimits, clock: TestClock
) -> None:
    """They share the limits, so they share the pause: one of them was told for all."""
    first = make()
    line.floods = [7]
    with pytest.raises(TelegramRetryAfter):
        await first.send_message(1, "x", parse_mode="HTML")
    other_line = Line(clock)
    other = Bot(TOKEN, session=other_line)
    other_line.middleware(Sending(limits=limits, now=clock, sleep=hours.sleep))
    began = clock.now

    await hours.see(say(other, 2, "x"))

    assert [at for at, _ in other_line.calls] == [began + timedelta(seconds=7)]


async def test_long_pause_is_told_at_once(
    hours: Hours, line: Line, make: Callable[..., Bot], clock: TestClock
) -> None:
    """Nobody's handler hangs for minutes; who asks later is told what is left."""
    bot = make()
    line.floods = [300]
    with pytest.raises(TelegramRetryAfter):
        await bot.send_message(1, "x", parse_mode="HTML")

    with pytest.raises(TelegramRetryAfter) as refused:
        await bot.send_message(2, "x", parse_mode="HTML")

    assert refused.value.retry_after == 300
    clock.advance(seconds=300)
    await bot.send_message(2, "x", parse_mode="HTML")
    assert len(line.calls) == 2


async def test_button_is_not_answered_in_a_pause(
    line: Line, make: Callable[..., Bot], clock: TestClock
) -> None:
    """It is decoration: it takes no slot, but in a pause it would make the pause longer."""
    bot = make()
    for _ in range(60):
        await bot.answer_callback_query("q")
    line.floods = [7]
    with pytest.raises(TelegramRetryAfter):
        await bot.send_message(1, "x", parse_mode="HTML")

    with pytest.raises(TelegramRetryAfter):
        await bot.answer_callback_query("q")

    clock.advance(seconds=7)
    await bot.answer_callback_query("q")
    assert [type(each) for each in line.requests] == [AnswerCallbackQuery] * 61


async def test_person_who_presses_is_not_slowed(
    hours: Hours, line: Line, make: Callable[..., Bot], clock: TestClock
) -> None:
    """Five at once, as a quick hand does; a machine that presses on gets one a second."""
    bot = make(SendRates(all=Rate(100, timedelta(milliseconds=1))))
    began = clock.now

    await hours.see(*(say(bot, 7, str(each)) for each in range(8)))

    passed = [(at - began) // ONE_SECOND for at, _ in line.calls]
    assert passed == [0, 0, 0, 0, 0, 1, 2, 3]


async def test_notices_leave_room_for_answers(
    hours: Hours, line: Line, make: Callable[..., Bot], clock: TestClock
) -> None:
    """Ten messages that come by themselves do not delay the answer to a press."""
    bot = make()
    began = clock.now

    async def press() -> None:
        await hours.sleep(1.5)
        await say(bot, 7, "answer")

    await hours.see(*(say(bot, 7, "notice", at=MONEY) for _ in range(10)), press())

    answered = next(at for at, text in line.calls if text == "answer")
    assert answered == began + timedelta(seconds=1.5)


async def test_group_gets_twenty_a_minute(
    hours: Hours, line: Line, make: Callable[..., Bot]
) -> None:
    """Telegram's limit of a group; more is waited for, or told when."""
    bot = make()

    await hours.see(*(insist(hours, bot, -100, str(each)) for each in range(40)))

    assert len(line.shown) == 40
    assert line.most_in(timedelta(minutes=1)) == 20


async def test_flood_of_notices_comes_back_in_turn(
    hours: Hours, line: Line, make: Callable[..., Bot], clock: TestClock
) -> None:
    """What does not fit is told a time at which it will: not all of them the same one."""
    bot, told = make(), list[int]()

    async def notice(chat: int) -> None:
        try:
            await say(bot, chat, "x", at=MONEY)
        except TelegramRetryAfter as exc:
            told.append(exc.retry_after)

    await hours.see(*(notice(chat) for chat in range(1, 801)))

    assert len(line.calls) + len(told) == 800
    assert len(line.calls) > 450
    assert min(told) >= WAIT_MAX // ONE_SECOND
    assert max(map(told.count, told)) <= 30


async def test_cancelled_caller_leaves_its_slot_to_the_next(
    hours: Hours, line: Line, make: Callable[..., Bot]
) -> None:
    """A worker that is stopped takes nothing with it."""
    bot = make()
    await say(bot, 1, "first")
    given_up = asyncio.create_task(say(bot, 2, "given up"))
    await asyncio.sleep(0)
    given_up.cancel()

    await hours.see(say(bot, 3, "last"))

    assert line.texts == ["first", "last"]


async def test_limits_that_fail_fail_their_callers(
    hours: Hours, make: Callable[..., Bot], clock: TestClock
) -> None:
    """Nobody waits for ever for a slot that nobody hands out."""

    class Broken(MemoryRateLimits):
        takes = 0

        async def take(self, name: str, rate: Rate) -> timedelta:
            self.takes += 1
            if self.takes > 4:
                raise OSError("gone")
            return timedelta(0) if name.startswith("telegram-chat:") else ONE_SECOND

    bot = make(limits=Broken(clock))

    with pytest.raises(OSError, match="gone"):
        await hours.see(say(bot, 1, "x"))


async def test_setting_up_is_let_through(line: Line, make: Callable[..., Bot]) -> None:
    """Polling has its own pauses; it puts nothing into a chat."""
    bot = make()
    line.floods = [7]
    with pytest.raises(TelegramRetryAfter):
        await bot.send_message(1, "x", parse_mode="HTML")

    await bot.delete_webhook()

    assert line.requests[-1].__api_method__ == "deleteWebhook"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (TelegramForbiddenError(METHOD, "Forbidden: bot was blocked by the user"), True),
        (TelegramForbiddenError(METHOD, "Forbidden: user is deactivated"), True),
        (TelegramBadRequest(METHOD, "Bad Request: chat not found"), True),
        (TelegramBadRequest(METHOD, "Bad Request: user is deactivated"), True),
        (TelegramBadRequest(METHOD, "Bad Request: can't parse entities"), False),
        (TelegramNetworkError(METHOD, "down"), False),
    ],
)
def test_who_will_never_get_it(answer: Exception, *, expected: bool) -> None:
    """Trying again would only use up slots."""
    assert is_gone(answer) is expected  # type: ignore[arg-type]


async def test_holder_who_blocked_the_bot_is_tried_once(
    phone: Phone, outside: Outside, services: Services, clock: TestClock
) -> None:
    """Noted, set aside with the reason, and not asked again with every round."""
    await outside.join(phone)
    blocked = TelegramForbiddenError(METHOD, "Forbidden: bot was blocked by the user")
    phone.telegram.faults += [("sendMessage", blocked)] * 3
    await outside.invoice(phone)

    await outside.settle()
    for _ in range(5):
        clock.advance(hours=6)
        await outside.settle()

    assert len(phone.telegram.faults) == 2
    holder = await services.wallets.find(phone=phone.number)
    assert holder.unreachable_since is not None
    [dead] = await services.dead_work.listed()
    assert (dead.kind, dead.error) == ("notice", "Forbidden: bot was blocked by the user")


async def test_notices_of_a_worker_arrive_through_a_pause(
    phone: Phone,
    outside: Outside,
    store: AnyStore,
    services: Services,
    vault: Vault,
    texts: Texts,
    hours: Hours,
    line: Line,
    make: Callable[..., Bot],
) -> None:
    """From due work to the chat: told to wait, tried again then, each shown once."""
    await outside.join(phone)
    for minor in range(1, 8):
        await outside.invoice(phone, minor * 100)
    notices = create_notices(bot=make(), services=services, vault=vault, texts=texts)

    async def nothing(_: Any) -> None:
        return

    handlers = dict.fromkeys(("webhook", "expire_invoice"), nothing) | notices.handlers()
    worker = Worker(store=store, now=hours.clock, handlers=handlers, lifetimes={})
    line.floods = [7]
    began = hours.clock.now

    async def work() -> None:
        while len(line.shown) < 7:
            await worker.drain()
            await hours.sleep(1)

    await hours.see(work())

    assert len(line.shown) == 7
    told, *later = [at for at, _ in line.calls]
    assert min(later) - told >= timedelta(seconds=7)
    assert told == began
