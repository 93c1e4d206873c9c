"""Updates from Telegram: sent more than once, kept in the inbox, handled by any process.

What an update does here is the plainest thing of which it shows how often and in which order
it was done: it credits its sender.
"""

import asyncio
from collections import defaultdict
from datetime import timedelta

from purser.services import Services
from services.errors import UnavailableError
from services.inbox import Received
from services.money import RUB, Money
from storage.sqlite.book import SqliteBook
from tests.simulation.claims import Claims, Moved
from tests.simulation.clients import Client, Town

POLL_SECONDS = 150
CLAIMED_MAX = 4
AGAIN = timedelta(seconds=5)
SENT_AGAIN_SHARE = 0.3


def key_of(update_id: int) -> str:
    """The operation key of what an update does."""
    return f"update-{update_id}"


class Telegram(Client):
    """Sends each person's updates in order, and some of them again, whenever it likes."""

    def __init__(self, town: Town, phones: list[str]) -> None:
        super().__init__(town, "Telegram")
        self._phones = phones
        self._newest = 0
        self.kept: defaultdict[str, list[int]] = defaultdict(list)
        """By phone, what the wallet says it has, in the order of sending."""

    async def send(self, count: int) -> None:
        """Send *count* updates of each person, side by side."""
        await asyncio.gather(*(self._send_of(phone, count) for phone in self._phones))

    def broken(self, book: SqliteBook) -> list[str]:
        """Updates that were lost, or that overtook another of the same person."""
        wrong = []
        for phone, updates in self.kept.items():
            done = [book.ledger.posted(f"correction:{key_of(each)}") for each in updates]
            positions = [each.position for each in done if each is not None]
            if len(positions) < len(updates):
                wrong.append(f"of the updates {updates} of {phone} some were lost")
            if positions != sorted(positions):
                wrong.append(f"the updates {updates} of {phone} were done as {positions}")
        return wrong

    async def _send_of(self, phone: str, count: int) -> None:
        for _ in range(count):
            await self.rest()
            self._newest += 1
            update = Received(self._newest, self._phones.index(phone) + 1, phone)
            await self._send(update)
            self.kept[phone].append(update.update_id)
            if self.chance.random() < SENT_AGAIN_SHARE:
                await self.rest()
                await self._send(update)

    async def _send(self, update: Received) -> None:
        await self.ask(
            f"sends update {update.update_id}", lambda s: s.inbox.receive(updates=[update])
        )


class Feeder:
    """Handles what is in the inbox, by the calls that the bot's own feeder makes."""

    def __init__(self, services: Services, claims: Claims, owners: dict[str, str]) -> None:
        self._services = services
        self._claims = claims
        self._owners = owners
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """There may be an update."""
        self._woken.set()

    async def run(self) -> None:
        """Handle updates for ever."""
        while True:
            self._woken.clear()
            if not await self.take():
                await self._rest()

    async def take(self) -> int:
        """Handle what may be handled now; how many those were."""
        try:
            claimed = await self._services.inbox.claim(limit=CLAIMED_MAX)
        except UnavailableError:
            return 0
        await asyncio.gather(*(self._handle(update) for update in claimed))
        return len(claimed)

    async def _handle(self, update: Received) -> None:
        try:
            await self._do(update)
            await self._services.inbox.finish(update_id=update.update_id)
        except UnavailableError:
            await self._let_be(update)

    async def _do(self, update: Received) -> None:
        key, amount = key_of(update.update_id), Money(update.update_id, RUB)
        await self._services.wallets.correct(
            phone=update.body, amount=amount, reason="update", key=key
        )
        moved = Moved("system:suspense:RUB", f"{self._owners[update.body]}:main:RUB", amount.minor)
        self._claims.money("updates", f"correction:{key}", moved)

    async def _let_be(self, update: Received) -> None:
        try:
            await self._services.inbox.postpone(update_id=update.update_id, delay=AGAIN)
        except UnavailableError:
            return  # its lease ends by itself

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self._woken.wait()
        except TimeoutError:
            return
