"""Feeds the dispatcher from the inbox: one person's updates in order, people in parallel.

An update leaves the inbox when it was handled; one whose handler raised is tried again and
at last set aside where the operators see it.  Whatever is killed in the middle is handled
again after the next start, and the services know it by its number.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

import structlog
from aiogram import Bot, Dispatcher
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.types import Update

from bot.sending import is_gone
from bot.texts import Texts, Words
from services.conversations import Visitors
from services.holders import Wallets
from services.inbox import Inbox, Received

logger = structlog.get_logger(__name__)

PARALLEL_MAX = 32
"""People whose updates are handled at the same moment."""

FORGET_EVERY = 1000
"""After how many updates old ones are forgotten."""

FIRST_DELAY_SECONDS = 1
DELAY_SECONDS_MAX = 60
AWAY_MAX = 20
"""How often Telegram may be away (some 15 minutes) before it counts against an update."""

AWAY = (TelegramNetworkError, TelegramServerError, ClientDecodeError)
STOP_SECONDS = 10
SAY_TRIES = 5
"""How often a word about a failure is sent again when Telegram wants a pause."""

Sleep = Callable[[float], Awaitable[None]]


class Feeder:
    """Takes updates out of the inbox, in order for each sender."""

    def __init__(
        self,
        *,
        bot: Bot,
        dispatcher: Dispatcher,
        inbox: Inbox,
        visitors: Visitors,
        wallets: Wallets,
        texts: Texts,
        operators: frozenset[int],
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._bot = bot
        self._dispatcher = dispatcher
        self._inbox = inbox
        self._visitors = visitors
        self._wallets = wallets
        self._texts = texts
        self._operators = operators
        self._sleep = sleep
        self._waiting: dict[int, deque[Received]] = {}
        self._tasks = set[asyncio.Task[None]]()
        self._room = asyncio.Semaphore(PARALLEL_MAX)
        self._handled = 0
        self._before_start: set[int] | None = set()
        """Came by the webhook while the start was reading what had been left."""

    async def start(self) -> None:
        """Take up what a restart has left, and forget what is old."""
        await self._inbox.forget()
        left = await self._inbox.due()
        known, self._before_start = self._before_start or set(), None
        self.put([each for each in left if each.update_id not in known])

    def wake(self) -> None:
        """Another process has kept an update; here it takes care of it itself."""

    def put(self, updates: list[Received]) -> None:
        """Have *updates* handled; they are in the inbox already."""
        for update in updates:
            if self._before_start is not None:
                self._before_start.add(update.update_id)
            queue = self._waiting.get(update.sender)
            if queue is None:
                self._waiting[update.sender] = deque([update])
                task = asyncio.create_task(self._serve(update.sender))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            else:
                queue.append(update)

    async def idle(self) -> None:
        """Wait until nothing is in hand."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def close(self) -> None:
        """Finish what is in hand, for a while; what is left stays in the inbox."""
        for queue in self._waiting.values():
            queue.clear()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _serve(self, sender: int) -> None:
        queue = self._waiting[sender]
        while queue:
            async with self._room:
                await self._see_through(queue.popleft())
        del self._waiting[sender]

    async def _see_through(self, received: Received) -> None:
        """Handle one update until it is done or set aside; never raises."""
        delay, away = FIRST_DELAY_SECONDS, 0
        while True:
            try:
                if await self._try(received, may_wait=away < AWAY_MAX):
                    return
            except TelegramRetryAfter as exc:
                await self._sleep(exc.retry_after)
                continue
            except AWAY as exc:
                away += 1
                logger.warning("Telegram is away", error=type(exc).__name__)
            except Exception:
                # Not even the failure could be kept: storage is away; the update is not lost.
                logger.exception("the inbox does not answer", update=received.update_id)
            await self._sleep(delay)
            delay = min(delay * 2, DELAY_SECONDS_MAX)

    async def _try(self, received: Received, *, may_wait: bool) -> bool:
        """True when the update needs nothing more.

        Raises:
            TelegramRetryAfter: Telegram wants a pause, which is no fault of the update.
            AWAY: Telegram does not answer, and *may_wait*.
        """
        number = received.update_id
        try:
            update = Update.model_validate_json(received.body, context={"bot": self._bot})
            await self._dispatcher.feed_update(self._bot, update)
        except Exception as exc:
            if isinstance(exc, AiogramError) and is_gone(exc):
                return await self._done(received, gone=True)
            if isinstance(exc, TelegramRetryAfter) or (may_wait and isinstance(exc, AWAY)):
                raise
            logger.exception("an update failed", update=number)
            if not await self._inbox.fail(update_id=number, error=type(exc).__name__):
                return False
            await self._tell_set_aside(received, type(exc).__name__)
            return True
        return await self._done(received)

    async def _done(self, received: Received, *, gone: bool = False) -> bool:
        """The update needs nothing more; *gone* is who will never get an answer."""
        if gone:
            await self._note_unreachable(received.sender)
        await self._inbox.finish(update_id=received.update_id)
        self._handled += 1
        if self._handled % FORGET_EVERY == 0:
            await self._inbox.forget()
        return True

    async def _note_unreachable(self, sender: int) -> None:
        holder = (await self._visitors.find(telegram_id=sender)).holder
        if holder is not None:
            await self._wallets.set_reachable(holder=holder, reachable=False)

    async def _tell_set_aside(self, received: Received, error: str) -> None:
        logger.error("an update was set aside", update=received.update_id, error=error)
        number = str(received.update_id)
        for operator in self._operators:
            words = await self._words_of(operator)
            await self._say(operator, words("operator-aside-notice", number=number, error=error))
        if received.sender:
            words = await self._words_of(received.sender)
            await self._say(received.sender, words("went-wrong", number=number))

    async def _words_of(self, person: int) -> Words:
        visitor = await self._visitors.find(telegram_id=person)
        chosen = visitor.conversation.language or "en"
        return self._texts.words_for(visitor.holder.language if visitor.holder else chosen)

    async def _say(self, person: int, text: str) -> None:
        for _ in range(SAY_TRIES):
            try:
                await self._bot.send_message(person, text, parse_mode="HTML")
            except TelegramRetryAfter as exc:
                await self._sleep(exc.retry_after)
            except AiogramError as exc:
                logger.warning("could not tell of it", error=type(exc).__name__)
                return
            else:
                return
