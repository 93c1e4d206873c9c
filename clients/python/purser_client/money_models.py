"""What the wallet answers of a shop's money: balance, payouts, closings."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from purser_client.models import Amount

PayoutState = Literal["prepared", "paid", "returned"]


@dataclass(frozen=True, slots=True)
class CurrencyBalance:
    """What the shop has in one currency."""

    available: Amount
    reserved: Amount
    in_payout: Amount


@dataclass(frozen=True, slots=True)
class Balance:
    """What the shop has, its own currency first."""

    items: list[CurrencyBalance]
    settlement_currency: str
    reserve_days: int


@dataclass(frozen=True, slots=True)
class Payout:
    """Money on its way to the shop's bank, or there."""

    id: str
    batch: str
    amount: Amount
    taken: Amount
    state: PayoutState
    reason: str
    created_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class PayoutList:
    """Payouts, newest first."""

    items: list[Payout]


@dataclass(frozen=True, slots=True)
class Purse:
    """What is on the shop's three accounts of a currency, or what moved on them."""

    balance_minor: int
    reserve_minor: int
    in_payout_minor: int


@dataclass(frozen=True, slots=True)
class ClosingEntry:
    """What one transaction did."""

    at: datetime
    kind: str
    subject: str
    invoice_id: str | None
    reference: str | None
    gross_minor: int
    fee_minor: int
    moved: Purse


@dataclass(frozen=True, slots=True)
class ControlTotal:
    """All entries of one kind, added up."""

    kind: str
    count: int
    gross_minor: int
    fee_minor: int
    moved: Purse


@dataclass(frozen=True, slots=True)
class Closing:
    """One currency of a day: from one balance to the next."""

    day: date
    time_zone: str
    currency: str
    opening: Purse
    entries: list[ClosingEntry]
    totals: list[ControlTotal]
    closing: Purse


@dataclass(frozen=True, slots=True)
class ClosingList:
    """A day's closings, one for each currency."""

    items: list[Closing]
