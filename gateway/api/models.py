"""Bodies of invoices and refunds: what a shop sends, and what it gets."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from gateway.api.bodies import (
    AMOUNT,
    ID,
    URL_LENGTH_MAX,
    Amount,
    AmountShown,
    Body,
    Metadata,
    PageFilter,
    ReceiptObject,
    Time,
)
from services.invoices import (
    DESCRIPTION_LENGTH_MAX,
    REFERENCE_LENGTH_MAX,
    Capture,
    InvoiceState,
)
from services.refunds import REASON_LENGTH_MAX, RefundState

EMAIL_LENGTH_MAX = 254
_INVOICE: JsonDict = {
    "id": ID,
    "reference": "order-17",
    "amount": AMOUNT,
    "refunded": {"minor": 0, "currency": "RUB"},
    "phone": "+7916***4567",
    "description": "Headphones",
    "state": "paid",
    "version": 2,
    "created_at": "2026-11-24T08:00:00Z",
    "expires_at": "2026-11-27T08:00:00Z",
    "paid_at": "2026-11-24T08:05:00Z",
    "changed_at": "2026-11-24T08:05:00Z",
    "capture": "at_once",
    "test": False,
    "recurring": False,
    "interface": "api",
    "metadata": {"basket": "4711"},
    "pay_url": f"https://t.me/purser_bot?start=bill_{ID}",
    "page_url": f"https://wallet.example/form/?invoice_uid={UUID(ID)}",
}
_REFUND: JsonDict = {
    "id": "0190f6a2c3d47e8f9a0b1c2d3e4f5a6c",
    "invoice_id": ID,
    "amount": {"minor": 25000, "currency": "RUB"},
    "state": "paid",
    "reason": "Returned goods",
    "reference": "return-17-1",
    "created_at": "2026-11-24T09:00:00Z",
}


class Customer(Body):
    """Who pays, as the shop knows them; the wallet only keeps it."""

    email: str | None = Field(None, max_length=EMAIL_LENGTH_MAX)
    account: str | None = Field(None, max_length=REFERENCE_LENGTH_MAX)


class NewInvoice(Body):
    """What a person is to pay."""

    ADDED = frozenset(
        ("capture", "test", "recurring", "success_url", "fail_url", "customer", "metadata")
    ) | {"receipt"}

    amount: Amount
    description: str = Field(
        max_length=DESCRIPTION_LENGTH_MAX, description="What for; the payer reads it."
    )
    phone: str | None = Field(
        None, max_length=32, description="Whom it is for, E.164; null: whoever has the link."
    )
    reference: str | None = Field(
        None, max_length=REFERENCE_LENGTH_MAX, description="Your own number of it, used once."
    )
    expires_at: Time | None = Field(
        None, description="In three days when null, in 45 days at the latest."
    )
    capture: Literal["at_once", "later"] = Field(
        "at_once", description="`later`: the payment is held, for you to capture or release."
    )
    test: bool = Field(default=False, description="No money moves, ever.")
    recurring: bool = Field(
        default=False, description="Who pays it agrees to be charged again, until they end it."
    )
    success_url: str | None = Field(
        None, max_length=URL_LENGTH_MAX, description="Where the page leads back when it is paid."
    )
    fail_url: str | None = Field(
        None, max_length=URL_LENGTH_MAX, description="And when it is not."
    )
    customer: Customer | None = None
    metadata: Metadata = Field({}, description="Yours; given back as it is.")
    receipt: ReceiptObject | None = Field(None, description="A fiscal receipt, kept as it is.")

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "amount": AMOUNT,
                    "phone": "+79161234567",
                    "description": "Headphones",
                    "reference": "order-17",
                    "expires_at": None,
                    "metadata": {"basket": "4711"},
                }
            ]
        }
    )


class NewCapture(Body):
    """What is taken of a payment that is held."""

    amount: Amount | None = Field(None, description="All of it when null; the rest is free again.")

    model_config = ConfigDict(json_schema_extra={"examples": [{"amount": AMOUNT}]})


class NewCharge(Body):
    """What is charged again of who agreed to it."""

    amount: Amount
    description: str = Field(
        max_length=DESCRIPTION_LENGTH_MAX, description="What for; the payer reads it."
    )
    reference: str = Field(
        min_length=1,
        max_length=REFERENCE_LENGTH_MAX,
        description="Your own number of it: a repeat with it charges nothing.",
    )
    metadata: Metadata = Field({}, description="Yours; given back as it is.")
    receipt: ReceiptObject | None = Field(None, description="A fiscal receipt, kept as it is.")

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"amount": AMOUNT, "description": "December", "reference": "order-17-december"}
            ]
        }
    )


class TestOutcome(Body):
    """What becomes of a test invoice."""

    __test__ = False  # pytest takes it for tests of its own

    pays: bool = Field(description="Paid, or refused.")

    model_config = ConfigDict(json_schema_extra={"examples": [{"pays": True}]})


class NewRefund(Body):
    """What is given back of a paid invoice."""

    ADDED = frozenset(("reference",))

    amount: Amount | None = Field(None, description="All that is left of it when null.")
    reason: str = Field("", max_length=REASON_LENGTH_MAX, description="Why; the payer reads it.")
    reference: str | None = Field(
        None, max_length=REFERENCE_LENGTH_MAX, description="Your own number of it, used once."
    )

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"amount": _REFUND["amount"], "reason": "Returned goods"}]}
    )


class InvoiceFilter(PageFilter):
    """Which invoices to list."""

    state: InvoiceState | None = None
    reference: str = Field("", max_length=REFERENCE_LENGTH_MAX, pattern=r"^[^\x00]*$")


class Invoice(BaseModel):
    """An invoice."""

    id: str
    reference: str | None
    amount: AmountShown
    refunded: AmountShown
    phone: str | None = Field(description="Masked.")
    description: str
    state: InvoiceState
    version: int = Field(description="Grows with every change; notifications may come late.")
    created_at: datetime
    expires_at: datetime
    paid_at: datetime | None
    changed_at: datetime = Field(description="When it came to its state.")
    capture: Capture
    test: bool = Field(description="No money has moved or will.")
    recurring: bool
    interface: str = Field(description="By which it was issued.")
    metadata: dict[str, str]
    pay_url: str = Field(description="Opens the chat at it.")
    page_url: str = Field(description="The wallet's own page for it.")

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_INVOICE]})


class InvoicePage(BaseModel):
    """Some invoices, newest first."""

    items: list[Invoice]
    next_cursor: str | None = Field(description="Null on the last page.")

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"items": [_INVOICE], "next_cursor": ID}]},
    )


class Refund(BaseModel):
    """Money given back."""

    id: str
    invoice_id: str
    amount: AmountShown
    state: RefundState
    reason: str
    reference: str | None
    created_at: datetime

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_REFUND]})


class RefundList(BaseModel):
    """The refunds of one invoice, oldest first."""

    items: list[Refund]

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"items": [_REFUND]}]}
    )
