"""What was seen from outside: by people on their screens, by shops and terminals in answers.

An acknowledgement counts from the moment somebody saw it, and from then on it must be true.
"""

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field

from tests.torture.payees import Payee


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
        return _digits(self.amount_minor)


@dataclass(slots=True)
class Errand:
    """What somebody wants a provider paid, and what the screens said became of it."""

    payee: Payee
    account: str
    """No two errands are for the same one, so a screen that names it is about this one."""
    phone: str
    amount_minor: int
    is_tried: bool = False
    is_left: bool = False
    """Its payer goes away when the code is asked for; what is reserved must come back."""
    is_patient: bool = True
    """Its payer looks again until it is done, and else is content that it is on its way."""
    on_its_way: set[str] = field(default_factory=set)
    """Numbers under which it was said to be asked for."""
    paid: set[str] = field(default_factory=set)
    not_paid: set[str] = field(default_factory=set)

    @property
    def amount(self) -> str:
        """As it is typed."""
        return _digits(self.amount_minor)

    @property
    def total_minor(self) -> int:
        """What it costs the payer."""
        return self.amount_minor + self.payee.payers_fee_minor

    @property
    def total(self) -> str:
        """As screens and messages write it."""
        return _digits(self.total_minor)


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
    errands: list[Errand] = field(default_factory=list)
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
        provided = [
            f"provider_payment:{number}" for errand in self.errands for number in errand.paid
        ]
        return paid + refunded + provided

    @property
    def credited_minor(self) -> int:
        """All the money that came in: from the operator, and from terminals that were told so."""
        cash = sum(each.amount_minor for each in self.cash if each.number is not None)
        return sum(self.credits.values()) + cash


def _digits(minor: int) -> str:
    return f"{minor // 100:,}.{minor % 100:02d}"
