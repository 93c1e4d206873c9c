"""The life of a payout: prepared, then paid by the bank, or returned."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from services.errors import InvalidRequestError, NotFoundError
from services.exchange import Conversion
from services.money import Money


class PayoutState(StrEnum):
    """On its way until the bank has paid it, or it came back; what was paid may come back."""

    PREPARED = "prepared"
    PAID = "paid"
    RETURNED = "returned"


TRANSITIONS = {
    (PayoutState.PREPARED, "pay"): PayoutState.PAID,
    (PayoutState.PREPARED, "return"): PayoutState.RETURNED,
    (PayoutState.PAID, "return"): PayoutState.RETURNED,
}


@dataclass(frozen=True, slots=True)
class Payout:
    """Money on its way to a merchant's bank."""

    id: str
    merchant: str
    merchant_name: str
    batch: str
    amount: Money
    """What the bank is to pay."""
    taken: Money
    """What left the merchant's balance: of another currency where it was exchanged."""
    payee: dict[str, str]
    """The requisites as they were then."""
    created_at: datetime
    state: PayoutState = PayoutState.PREPARED
    conversion: Conversion | None = None
    reason: str = ""
    settled_at: datetime | None = None


class PayoutNotFoundError(NotFoundError):
    """There is no such payout, or no such batch."""

    code = "payout_not_found"


class PayoutReasonError(InvalidRequestError):
    """The reason is missing, too long or cannot be shown.  Values: maximum."""

    code = "payout_reason"


class StoredPayouts(Protocol):
    """What storage keeps of payouts."""

    def add(self, payout: Payout) -> None:
        """Keep a new one."""

    def find(self, payout_id: str) -> Payout | None:
        """The payout of that id, or None; nobody else changes it meanwhile."""

    def of_batch(self, batch: str) -> list[Payout]:
        """Those of a batch, by the names of the merchants."""

    def listed(self, merchant_id: str | None, limit: int) -> list[Payout]:
        """Those of a merchant, or of all, newest first."""

    def change(self, payout: Payout) -> None:
        """Keep its state, its reason and when it was settled."""
