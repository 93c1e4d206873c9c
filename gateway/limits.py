"""How often somebody may ask."""

import math
from dataclasses import dataclass
from datetime import timedelta

from services.rate_limits import Rate, RateLimits

PER_KEY = Rate(100, timedelta(milliseconds=20))
FAILURES = Rate(10, timedelta(seconds=6))


@dataclass(frozen=True, slots=True)
class Limits:
    """What the gateway allows."""

    per_key: Rate = PER_KEY
    """Requests with one merchant's or one terminal's key."""
    failures: Rate = FAILURES
    """Refused keys, passwords and init data from one address."""


class TooManyRequestsError(Exception):
    """Not a `WalletError`: only this edge refuses so."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after
        """Whole seconds."""


class Buckets:
    """The buckets of one family, all of one rate."""

    def __init__(self, limits: RateLimits, family: str, rate: Rate) -> None:
        self._limits = limits
        self._family = family
        self._rate = rate

    async def take(self, name: str) -> None:
        """Take a permit from the bucket of *name*.

        Raises:
            TooManyRequestsError: It is empty.
        """
        wait = await self._limits.take(f"{self._family}:{name}", self._rate)
        if wait > timedelta(0):
            raise TooManyRequestsError(math.ceil(wait / timedelta(seconds=1)))
