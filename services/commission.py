"""What is taken for paying a provider: whole numbers all the way, rounded once.

Rounding is to the nearest minor unit, and from the middle to the even one, as everywhere
in the wallet: over many payments neither the payer nor the provider gains by it.
"""

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from services.money import Money
from services.rates import half_even

WHOLE_MILLIONTHS = 1_000_000
"""A hundred percent; one percent is ten thousand of them."""


class BorneBy(StrEnum):
    """Who pays the commission: the payer above the amount, or the provider out of it."""

    PAYER = "payer"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Tier:
    """A rate for the part of the amount that lies above `above_minor`."""

    above_minor: int
    millionths: int


@dataclass(frozen=True, slots=True)
class Commission:
    """A rate and a fixed part, held between a minimum and a maximum.

    Amounts are minor units of the provider's currency.  A tier's rate is taken of the part
    of the amount above its border alone, as with an income tax: so the commission makes no
    leap at a border, and who pays more never has less to pay in total.
    """

    millionths: int = 0
    """Of the amount up to the first tier."""
    fixed_minor: int = 0
    minimum_minor: int = 0
    maximum_minor: int | None = None
    tiers: tuple[Tier, ...] = ()
    """By growing border."""
    borne_by: BorneBy = BorneBy.PAYER

    def of(self, amount: Money) -> Money:
        """What is taken for paying *amount*: never negative, and never less for more."""
        exact = self.fixed_minor * WHOLE_MILLIONTHS + self._rated(amount.minor)
        taken = max(half_even(exact, WHOLE_MILLIONTHS), self.minimum_minor)
        if self.maximum_minor is not None:
            taken = min(taken, self.maximum_minor)
        return Money(taken, amount.currency)

    def _rated(self, minor: int) -> int:
        """What the rates take of *minor* units, in millionths of one; nothing rounded yet."""
        parts = (Tier(0, self.millionths), *self.tiers)
        ends = [below.above_minor for below in self.tiers]
        taken = 0
        for part, end in zip(parts, [*ends, None], strict=True):
            top = minor if end is None else min(minor, end)
            taken += max(top - part.above_minor, 0) * part.millionths
        return taken

    def obstacle(self, least: Money) -> str | None:
        """Why these numbers cannot be used from *least* on, in a few words; None where they can.

        With no rate above the whole, what holds for the least amount holds for all larger.
        """
        rates = (self.millionths, *(tier.millionths for tier in self.tiers))
        borders = (0, *(tier.above_minor for tier in self.tiers))
        fixed = (self.fixed_minor, self.minimum_minor, self.maximum_minor or 0)
        taken = self.of(least).minor + (self.borne_by is BorneBy.PROVIDER)
        most = self.minimum_minor if self.maximum_minor is None else self.maximum_minor
        obstacles = {
            "a rate is from 0 to 100 percent": not all(
                0 <= rate <= WHOLE_MILLIONTHS for rate in rates
            ),
            "a commission is never negative": min(fixed) < 0,
            "its maximum is below its minimum": most < self.minimum_minor,
            "tiers are in the order of their borders, and begin above 0": any(
                low >= high for low, high in pairwise(borders)
            ),
            f"of the least amount, {least}, it leaves nothing": taken > least.minor,
        }
        return next((what for what, is_so in obstacles.items() if is_so), None)
