"""What is sent to the wallet, and what it answers.

A class for each schema of its OpenAPI document, with the same members.  Amounts are whole
minor units (kopecks, cents); times have their zone: a `datetime` without one is refused.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

InvoiceState = Literal[
    "waiting", "authorised", "paid", "rejected", "expired", "refunded_in_part", "refunded"
]
RefundState = Literal["requested", "approved", "paid", "declined"]
LinkState = Literal["active", "ended"]
Outcome = Literal["delivered", "again", "given_up"]
Capture = Literal["at_once", "later"]


@dataclass(frozen=True, slots=True)
class Amount:
    """Whole minor units of an ISO 4217 currency."""

    minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Customer:
    """Who pays, as the shop knows them."""

    email: str | None = None
    account: str | None = None


@dataclass(frozen=True, slots=True)
class NewInvoice:
    """What a person is to pay."""

    amount: Amount
    description: str
    phone: str | None = None
    reference: str | None = None
    expires_at: datetime | None = None
    capture: Capture = "at_once"
    test: bool = False
    recurring: bool = False
    success_url: str | None = None
    fail_url: str | None = None
    customer: Customer | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    receipt: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class NewCapture:
    """What is taken of a payment that is held; all of it without an amount."""

    amount: Amount | None = None


@dataclass(frozen=True, slots=True)
class NewCharge:
    """What is charged again of who agreed to it."""

    amount: Amount
    description: str
    reference: str
    metadata: dict[str, str] = field(default_factory=dict)
    receipt: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class TestOutcome:
    """What becomes of a test invoice."""

    pays: bool


TestOutcome.__test__ = False  # type: ignore[attr-defined]  # pytest takes it for tests


@dataclass(frozen=True, slots=True)
class NewRefund:
    """What is given back; all that is left without an amount."""

    amount: Amount | None = None
    reason: str = ""
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice."""

    id: str
    reference: str | None
    amount: Amount
    refunded: Amount
    phone: str | None
    description: str
    state: InvoiceState
    version: int
    created_at: datetime
    expires_at: datetime
    paid_at: datetime | None
    changed_at: datetime
    capture: Capture
    test: bool
    recurring: bool
    interface: str
    metadata: dict[str, str]
    pay_url: str
    page_url: str


@dataclass(frozen=True, slots=True)
class InvoicePage:
    """Some invoices, newest first."""

    items: list[Invoice]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Refund:
    """Money given back."""

    id: str
    invoice_id: str
    amount: Amount
    state: RefundState
    reason: str
    reference: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class RefundList:
    """The refunds of one invoice, oldest first."""

    items: list[Refund]


@dataclass(frozen=True, slots=True)
class Link:
    """A payer's consent to be charged again."""

    id: str
    invoice_id: str
    state: LinkState
    created_at: datetime
    used_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class LinkPage:
    """Some links, newest first."""

    items: list[Link]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt to tell the shop something."""

    id: str
    key: str
    kind: str
    about: str
    url: str
    attempt: int
    status: int | None
    outcome: Outcome
    detail: str
    answer: str
    took_ms: int
    at: datetime


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """Some attempts, newest first."""

    items: list[Delivery]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class DeliveryList:
    """What came of a test."""

    items: list[Delivery]


@dataclass(frozen=True, slots=True)
class FailedDelivery:
    """A message that nobody tries to deliver any more."""

    key: str
    kind: str
    attempts: int
    reason: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class FailedDeliveryList:
    """The newest of them."""

    items: list[FailedDelivery]


@dataclass(frozen=True, slots=True)
class Resending:
    """What failed and is to be tried again."""

    key: str


@dataclass(frozen=True, slots=True)
class Resent:
    """What is tried again from now on."""

    key: str


@dataclass(frozen=True, slots=True)
class NewKeyPair:
    """A pair that is to be made."""

    name: str
    notify_url: str | None = None


@dataclass(frozen=True, slots=True)
class NotifyUrl:
    """Where bills' notifications go; None is nowhere."""

    url: str | None


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A key pair, without its secret key."""

    id: str
    name: str
    public_key: str
    notify_url: str | None
    created_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class FreshKeyPair(KeyPair):
    """A key pair as it is shown once."""

    secret_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeyPairList:
    """All pairs, oldest first."""

    items: list[KeyPair]


@dataclass(frozen=True, slots=True)
class Shop:
    """Who calls, and what the key is good for."""

    id: str
    name: str
    site_id: str
    currency: str
    webhook_url: str | None
    scopes: list[str]


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where the shop is told of what happens; None is nowhere."""

    url: str | None


@dataclass(frozen=True, slots=True)
class ReturnAddressList:
    """Origins that payers may be sent back to."""

    items: list[str]
