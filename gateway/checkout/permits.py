"""How often somebody may begin to pay on the page: each time may send an SMS."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from gateway.limits import Buckets
from services.rate_limits import Rate, RateLimits

STARTS = Rate(10, timedelta(seconds=30))
"""Payments begun from one address, and for one invoice."""

CARDS = Rate(5, timedelta(minutes=2))
"""Cards typed at one address."""


@dataclass(frozen=True, slots=True)
class Permits:
    """How often it may be tried."""

    address: Buckets
    invoice: Buckets
    cards: Buckets

    @classmethod
    def counted_by(cls, limits: RateLimits) -> Self:
        """Those of this wallet."""
        return cls(
            Buckets(limits, "checkout-addresses", STARTS),
            Buckets(limits, "checkout-invoices", STARTS),
            Buckets(limits, "checkout-cards", CARDS),
        )
