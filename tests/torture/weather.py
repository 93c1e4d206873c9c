"""How the outside answers at the moment: Telegram, shops' receivers, the SMS centre, providers.

There is always a drizzle, and a fault may order a storm of one kind for a while.
"""

import asyncio
from collections import Counter
from random import Random

MODES = {
    "telegram": ("flood", "error 500", "bad gateway", "garbage", "hang", "silence", "lost answer"),
    "shops": ("error 503", "hang", "late answer", "early close", "silence"),
    "sms": ("error 503", "hang", "lost answer"),
    "checks": ("hang", "silence", "error 500", "empty", "garbage", "slow", "busy", "refusal"),
    "providers": (
        "nothing done, silence",
        "nothing done, error 500",
        "hang",
        "silence",
        "error 500",
        "empty",
        "garbage",
        "other sum",
        "slow",
        "busy",
        "unfinished",
        "refusal",
        "duplicate",
    ),
}
DRIZZLE, DRIZZLE_OF_PROVIDERS = 0.03, 0.25
STORM = 0.8
"""Shares of calls that go wrong; in a storm some still pass."""

HANG_SECONDS = (2, 5, 15, 70)
"""The last is longer than any client waits."""

LATE_SECONDS = 11
"""Longer than the wallet waits for a shop."""


class Weather:
    """One for the whole outside; what it spoils is counted."""

    def __init__(self, random: Random, faults: Counter[str]) -> None:
        self._random = random
        self._faults = faults
        self._storms: dict[str, tuple[str, ...]] = {}
        self._calm = asyncio.Event()

    def mode(self, place: str) -> str | None:
        """What happens to the call that just came to *place*; None where it goes well."""
        if self._calm.is_set():
            return None
        modes = self._storms.get(place)
        drizzle = DRIZZLE_OF_PROVIDERS if place == "providers" else DRIZZLE
        if self._random.random() > (drizzle if modes is None else STORM):
            return None
        mode = self._random.choice(modes or MODES[place])
        self._faults[f"{place}: {mode}"] += 1
        return mode

    async def storm(self, place: str, modes: tuple[str, ...], seconds: float) -> None:
        """Let most calls to *place* go wrong for a while."""
        self._storms[place] = modes
        await self.hold(seconds)
        self._storms.pop(place, None)

    async def hang(self) -> None:
        """As long as something that hangs does, at most until it is calm."""
        await self.hold(self._random.choice(HANG_SECONDS))

    async def hold(self, seconds: float) -> None:
        """Return after *seconds*, or at once when it is calm."""
        try:
            async with asyncio.timeout(seconds):
                await self._calm.wait()
        except TimeoutError:
            return

    def calm(self) -> None:
        """Nothing goes wrong any more."""
        self._storms.clear()
        self._calm.set()

    @property
    def is_calm(self) -> bool:
        """Whether it was told to be."""
        return self._calm.is_set()
