"""How often somebody may ask, kept in memory.

A bucket of permits that refills evenly, by the method of one number for each bucket: the
moment at which it will be full again (GCRA, as in ATM switches).
"""

import math
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.clock import Clock

BUCKETS_MAX = 10_000
"""Remembered at once; the one that asked longest ago is forgotten first."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many at once, and one more after each *every*."""

    burst: int
    every: timedelta


@dataclass(frozen=True, slots=True)
class Limits:
    """What the gateway allows."""

    per_key: Rate = Rate(100, timedelta(milliseconds=20))
    """Requests with one merchant's or one terminal's key."""
    failures: Rate = Rate(10, timedelta(seconds=6))
    """Refused keys, passwords and init data from one address."""


class TooManyRequestsError(Exception):
    """Not a `WalletError`: only this edge refuses so."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after
        """Whole seconds."""


class Buckets:
    """One bucket for each name."""

    def __init__(self, rate: Rate, now: Clock) -> None:
        self._rate = rate
        self._now = now
        self._full_at: OrderedDict[str, datetime] = OrderedDict()

    def take(self, name: str) -> None:
        """Take a permit from the bucket of *name*.

        Raises:
            TooManyRequestsError: It is empty.
        """
        at = self._now()
        full_at = max(self._full_at.get(name, at), at) + self._rate.every
        wait = full_at - at - self._rate.burst * self._rate.every
        if wait > timedelta(0):
            raise TooManyRequestsError(math.ceil(wait / timedelta(seconds=1)))
        self._full_at[name] = full_at
        self._full_at.move_to_end(name)
        if len(self._full_at) > BUCKETS_MAX:
            self._full_at.popitem(last=False)
