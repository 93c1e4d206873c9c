"""Tries out every way in which a merchant is told, and says what the shop answered."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from gateway.notifications.sending import Message, Sending
from services.clock import Clock
from services.deliveries import Delivery, key_of_tests
from services.due import GiveUpError, Work
from services.merchants import Merchant
from services.notifications import lane


class Testable(Protocol):
    """A way of telling merchants that can be tried out."""

    kind: str
    """Of its due work."""

    async def test(self, merchant: Merchant, at: datetime) -> Message | None:
        """What tries the way out and is taken for no payment; None: it is not set up.

        Raises:
            GiveUpError: It is set up, but nothing can be sent.
        """


class Probe:
    """`services.deliveries.Probe` over the wire."""

    def __init__(self, *, ways: Sequence[Testable], sending: Sending, now: Clock) -> None:
        self._ways = ways
        self._sending = sending
        self._now = now

    async def __call__(self, merchant: Merchant) -> list[Delivery]:
        """All ways that are set up, side by side, in the order of the ways."""
        at = self._now()
        tried = await asyncio.gather(*(self._one(way, merchant, at) for way in self._ways))
        return [each for each in tried if each is not None]

    async def _one(self, way: Testable, merchant: Merchant, at: datetime) -> Delivery | None:
        try:
            message = await way.test(merchant, at)
        except GiveUpError:  # nothing can sign, as its first real message will say
            return None
        if message is None:
            return None
        key = key_of_tests(merchant)
        payload = {"merchant": merchant.id, "type": "test", "data": {"id": merchant.id}}
        work = Work(key, way.kind, lane(merchant), payload, at, at, attempts=1)
        return await self._sending.try_out(work, message)
