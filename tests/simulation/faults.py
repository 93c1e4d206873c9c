"""What goes wrong: which kinds, how often in a run of one seed, and how often it did."""

import random
from collections import Counter

KINDS = {
    # storage
    "refused before it ran": 0.05,
    "run and rolled back": 0.05,
    "run twice": 0.15,
    "outcome unknown": 0.05,
    "killed before the commit": 0.004,
    "killed after the commit": 0.004,
    "read failed": 0.03,
    # between the clients and the wallet
    "asked twice at once": 0.25,
    "gave up waiting": 0.1,
    "hung up": 0.5,
    "came late": 0.12,
    # the receivers
    "SMS busy": 0.1,
    "SMS hangs": 0.03,
    "SMS lost": 0.05,
    "SMS doubled": 0.05,
    "SMS unreachable": 0.01,
    "webhook failed": 0.2,
    "webhook hangs": 0.05,
    "webhook late": 0.1,
    "webhook closed early": 0.1,
    "webhook gone": 0.005,
    "shop answers an error": 0.05,
    "shop goes away": 0.02,
    "Telegram floods": 0.1,
    "Telegram hangs": 0.05,
    "Telegram failed": 0.1,
    "Telegram blocked": 0.01,
    # the providers
    "provider is away": 0.08,
    "provider is busy": 0.08,
    "provider is silent": 0.08,
    "provider hangs": 0.05,
    "provider refuses": 0.05,
    "provider's answer lost": 0.15,
    "provider says duplicate": 0.3,
    # the machine
    "process killed": 0.0,
    "clock set forward": 0.0,
    "clock set back": 0.0,
}
"""By its name, the usual probability at each opportunity; those of 0 come by the step."""

_STRENGTHS = (0.0, 0.3, 1.0, 3.0)


class Faults:
    """Draws whether a fault strikes.

    Each seed has its own mixture, some kinds absent and some frequent: a mixture of all
    kinds at their usual rates would never reach what only one alone leads to.
    """

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._rates = {
            kind: min(rate * chance.choice(_STRENGTHS), 0.6) for kind, rate in KINDS.items()
        }
        self.struck = Counter[str]()
        self.is_quiet = False
        """Nothing goes wrong any more: now everything must come right."""

    def strikes(self, kind: str) -> bool:
        """Whether a fault of that *kind* happens here and now."""
        if self.is_quiet:
            return False
        rate = self._rates[kind]
        if not rate or self._chance.random() >= rate:
            return False
        self.struck[kind] += 1
        return True

    def first_of(self, *kinds: str) -> str:
        """The first of *kinds* that strikes; empty where none does."""
        return next((kind for kind in kinds if self.strikes(kind)), "")
