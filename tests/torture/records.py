"""What was seen from outside: by people on their screens, by shops and terminals in answers.

An acknowledgement counts from the moment somebody saw it, and from then on it must be true.
"""

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field


@dataclass(slots=True)
class Sale:
    """An invoice of a shop, and what its payer and its shop saw of it."""

    order: str
    shop: int
    amount_minor: int
    phone: str | None
    """Whom it is for; None where several people race for it."""
    invoice: str = ""
    is_tried: bool = False
    """Somebody began to pay."""
    receipts: dict[str, set[str]] = field(default_factory=dict)
    """Numbers of the receipts shown, by the phone of who saw them."""
    is_left: bool = False
    """Its payer goes away when the code is asked for; what is reserved must come back."""
    is_taken_back: bool = False
    """The shop heard that it will not be paid."""
    refunds: dict[str, int] = field(default_factory=dict)
    """Amounts by the refund's id, as the shop heard."""

    @property
    def price(self) -> str:
        """The digits by which it is known on every screen; no two sales cost the same."""
        return f"{self.amount_minor // 100:,}.{self.amount_minor % 100:02d}"


@dataclass(slots=True)
class Cash:
    """Money that somebody put into a terminal."""

    receipt: str
    phone: str
    amount_minor: int
    number: str | None = None
    """The wallet's number of it, once it was answered that it is credited."""


@dataclass(slots=True)
class Records:
    """Everything that was tried and seen, and what was wrong."""

    sales: list[Sale] = field(default_factory=list)
    cash: list[Cash] = field(default_factory=list)
    credits: dict[str, int] = field(default_factory=dict)
    """What the operator gave, in minor units by phone."""
    faults: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)

    _acknowledged: asyncio.Event = field(default_factory=asyncio.Event)

    def acknowledge(self) -> None:
        """Somebody just saw that something is done."""
        self._acknowledged.set()
        self._acknowledged = asyncio.Event()

    async def next_acknowledgement(self, seconds_max: float) -> None:
        """Return at that very moment, or when it takes too long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds_max):
                await self._acknowledged.wait()

    def violation(self, what: str) -> None:
        """Something that must never be."""
        self.violations.append(what)

    def acknowledged(self) -> list[str]:
        """The operation keys of all that was acknowledged so far, as the books name them."""
        paid = [
            f"payment:{number}"
            for sale in self.sales
            for numbers in sale.receipts.values()
            for number in numbers
        ]
        refunded = [f"refund:{number}" for sale in self.sales for number in sale.refunds]
        return paid + refunded

    @property
    def credited_minor(self) -> int:
        """All the money that came in: from the operator, and from terminals that were told so."""
        cash = sum(each.amount_minor for each in self.cash if each.number is not None)
        return sum(self.credits.values()) + cash
