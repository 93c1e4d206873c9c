"""Bodies of the merchant API: strict, so that nothing is taken for what it is not.

An amount is a whole number of minor units; 1.0, "1" and true are not numbers here.
"""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic.config import JsonDict

from services.invoices import (
    DESCRIPTION_LENGTH_MAX,
    PAGE_MAX,
    REFERENCE_LENGTH_MAX,
    InvoiceState,
)
from services.money import AMOUNT_MINOR_MAX, CURRENCIES, Money, currency, positive
from services.refunds import REASON_LENGTH_MAX, RefundState

_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_ID = "0190f6a2c3d47e8f9a0b1c2d3e4f5a6b"
_AMOUNT: JsonDict = {"minor": 125000, "currency": "RUB"}
_INVOICE: JsonDict = {
    "id": _ID,
    "reference": "order-17",
    "amount": _AMOUNT,
    "refunded": {"minor": 0, "currency": "RUB"},
    "phone": "+7916***4567",
    "description": "Headphones",
    "state": "paid",
    "version": 2,
    "created_at": "2026-11-24T08:00:00Z",
    "expires_at": "2026-11-27T08:00:00Z",
    "paid_at": "2026-11-24T08:05:00Z",
    "pay_url": f"https://t.me/purser_bot?start=bill_{_ID}",
}
_REFUND: JsonDict = {
    "id": "0190f6a2c3d47e8f9a0b1c2d3e4f5a6c",
    "invoice_id": _ID,
    "amount": {"minor": 25000, "currency": "RUB"},
    "state": "paid",
    "reason": "Returned goods",
    "created_at": "2026-11-24T09:00:00Z",
}


def _time(value: Any) -> datetime:
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise ValueError("a time with its zone, as in 2026-11-24T08:00:00Z (RFC 3339)")
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except OverflowError:
        raise ValueError("a time that the calendar has") from None


Time = Annotated[
    datetime, BeforeValidator(_time), WithJsonSchema({"type": "string", "format": "date-time"})
]


class Body(BaseModel):
    """What a merchant sends: exactly these members, of exactly these types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Amount(Body):
    """Whole minor units (kopecks, cents, fils) of an ISO 4217 currency."""

    # The bounds and the list are the schema's; the service's refusal names them with a code.
    minor: int = Field(json_schema_extra={"minimum": 1, "maximum": AMOUNT_MINOR_MAX})
    currency: str = Field(max_length=3, json_schema_extra={"enum": [*sorted(CURRENCIES)]})

    model_config = ConfigDict(json_schema_extra={"examples": [_AMOUNT]})

    def money(self) -> Money:
        """The amount as the services know it.

        Raises:
            CurrencyUnknownError, AmountOutOfRangeError: It is none.
        """
        return positive(self.minor, currency(self.currency))


class NewInvoice(Body):
    """What a person is to pay."""

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

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "amount": _AMOUNT,
                    "phone": "+79161234567",
                    "description": "Headphones",
                    "reference": "order-17",
                    "expires_at": None,
                }
            ]
        }
    )


class NewRefund(Body):
    """What is given back of a paid invoice."""

    amount: Amount | None = Field(None, description="All that is left of it when null.")
    reason: str = Field("", max_length=REASON_LENGTH_MAX, description="Why; the payer reads it.")

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"amount": _REFUND["amount"], "reason": "Returned goods"}]}
    )


class InvoiceFilter(BaseModel):
    """Which invoices to list."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cursor: str = Field(
        "", pattern="^([0-9a-f]{32})?$", description="`next_cursor` of the page before."
    )
    limit: int = Field(20, ge=1, le=PAGE_MAX)
    state: InvoiceState | None = None
    reference: str = Field("", max_length=REFERENCE_LENGTH_MAX, pattern=r"^[^\x00]*$")


class AmountShown(BaseModel):
    """Whole minor units of an ISO 4217 currency."""

    minor: int
    currency: str


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
    pay_url: str

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_INVOICE]})


class InvoicePage(BaseModel):
    """Some invoices, newest first."""

    items: list[Invoice]
    next_cursor: str | None = Field(description="Null on the last page.")

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"items": [_INVOICE], "next_cursor": _ID}]},
    )


class Refund(BaseModel):
    """Money given back."""

    id: str
    invoice_id: str
    amount: AmountShown
    state: RefundState
    reason: str
    created_at: datetime

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_REFUND]})


class RefundList(BaseModel):
    """The refunds of one invoice, oldest first."""

    items: list[Refund]

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"items": [_REFUND]}]}
    )


class ProblemPlace(BaseModel):
    """One thing that is wrong with a request."""

    where: list[str]
    why: str


class Problem(BaseModel):
    """Why not (RFC 9457); further members are the values that the refusal names."""

    type: str
    title: str
    status: int
    detail: str
    code: str = Field(description="Stable; what programs should look at.")
    instance: str = Field(description="The request's id, to be found in the wallet's log.")
    problems: list[ProblemPlace] | None = None

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:purser:problem:refund_too_large",
                    "title": "Refund too large",
                    "status": 409,
                    "detail": "More than what is left of the payment.",
                    "code": "refund_too_large",
                    "instance": "0190f6a2c3d47e8f9a0b1c2d3e4f5a6d",
                    "left": {"minor": 25000, "currency": "RUB"},
                }
            ]
        },
    )


Scope = Literal["invoices:read", "invoices:write", "refunds:write"]
