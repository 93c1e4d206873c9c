"""Telegram's updates at their worst: each comes at least twice, and out of order."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from random import Random
from typing import Any

import aiohttp

from sandbox.telegram.telegram import Telegram

CONNECTIONS = 6
POST_SECONDS_MAX = 30
PAUSE_SECONDS_MAX = 2
REPEAT_SHARE = 0.5
"""Of the updates that are to come again, as many do with the next batch."""

Update = dict[str, Any]


class Polled:
    """What `getUpdates` gives, shuffled, with updates among it that were given before."""

    def __init__(self, random: Random, faults: Counter[str]) -> None:
        self._random = random
        self._faults = faults
        self._again: dict[int, Update] = {}
        self.given = set[int]()
        """Numbers of all that were given out."""

    def __len__(self) -> int:
        """How many must still come a second time."""
        return len(self._again)

    def batch(self, waiting: list[Update]) -> list[Update]:
        """What is answered where *waiting* is not confirmed yet."""
        repeats = [each for each in self._again.values() if self._random.random() < REPEAT_SHARE]
        for each in repeats:
            del self._again[each["update_id"]]
        for each in waiting:
            number = each["update_id"]
            if number not in self.given:
                self.given.add(number)
                self._again[number] = each
        self._faults["updates: again"] += len(repeats)
        batch = [*waiting, *repeats]
        self._random.shuffle(batch)
        self._faults["updates: out of order"] += batch != sorted(batch, key=_number)
        return batch


class Posted:
    """Posts what waits at Telegram to the webhook, over several connections at once."""

    def __init__(self, telegram: Telegram, random: Random, faults: Counter[str]) -> None:
        self._telegram = telegram
        self._random = random
        self._faults = faults
        self._pool: list[tuple[Update, int]] = []
        self._in_hand = 0
        self.taken = set[int]()
        """Numbers of all that were answered with 200."""
        self._url = ""
        self._headers: dict[str, str] = {}

    def __len__(self) -> int:
        """How many are not posted as often as they must be."""
        return len(self._pool) + self._in_hand + len(self._telegram.updates)

    def use(self, url: str, secret: str) -> None:
        """Post to *url* from now on."""
        self._url = url
        self._headers = {"X-Telegram-Bot-Api-Secret-Token": secret}

    @contextlib.asynccontextmanager
    async def posting(self) -> AsyncIterator[None]:
        """Post while the block runs."""
        timeout = aiohttp.ClientTimeout(total=POST_SECONDS_MAX)
        async with aiohttp.ClientSession(timeout=timeout) as http:
            tasks = [asyncio.create_task(self._post_all(http)) for _ in range(CONNECTIONS)]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def _post_all(self, http: aiohttp.ClientSession) -> None:
        while True:
            found = self._next()
            if found is None:
                await self._telegram.updates.wait(PAUSE_SECONDS_MAX)
                continue
            update, copies = found
            self._in_hand += 1
            try:
                is_taken = await self._is_taken(http, update)
            finally:
                self._in_hand -= 1
            if is_taken:
                self.taken.add(update["update_id"])
            left = copies - 1 if is_taken else copies
            if left:
                self._pool.append((update, left))
            if not is_taken:
                await asyncio.sleep(self._random.uniform(0, PAUSE_SECONDS_MAX))

    def _next(self) -> tuple[Update, int] | None:
        updates = self._telegram.updates
        while self._url and (waiting := updates.first()) is not None:
            updates.confirm(waiting.id)
            self._pool.append((waiting.as_api(), 2))
        if not self._pool:
            return None
        place = self._random.randrange(len(self._pool))
        update, copies = self._pool.pop(place)
        self._faults["updates: out of order"] += place > 0
        self._faults["updates: again"] += copies == 1
        return update, copies

    async def _is_taken(self, http: aiohttp.ClientSession, update: Update) -> bool:
        try:
            async with http.post(self._url, json=update, headers=self._headers) as answer:
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False


def _number(update: Update) -> int:
    number: int = update["update_id"]
    return number
