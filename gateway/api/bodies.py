"""What all bodies of the merchant API are made of.

They are strict, so that nothing is taken for what it is not: an amount is a whole number of
minor units; 1.0, "1" and true are not numbers here.
"""

import json
import re
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)
from pydantic.config import JsonDict

from services.invoices import PAGE_MAX
from services.money import AMOUNT_MINOR_MAX, CURRENCIES, Money, currency, positive

METADATA_MAX = 20
METADATA_NAME_LENGTH_MAX = 40
METADATA_VALUE_LENGTH_MAX = 255
RECEIPT_LENGTH_MAX = 8192
URL_LENGTH_MAX = 2000
ID = "0190f6a2c3d47e8f9a0b1c2d3e4f5a6b"
"""An invoice's, in examples."""

AMOUNT: JsonDict = {"minor": 125000, "currency": "RUB"}

_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})"
)


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


def _receipt(value: dict[str, Any]) -> dict[str, Any]:
    """A fiscal receipt is the shop's; only its size is looked at, and that it is JSON."""
    if len(json.dumps(value, allow_nan=False)) > RECEIPT_LENGTH_MAX:
        raise ValueError(f"at most {RECEIPT_LENGTH_MAX} characters")
    return value


Metadata = Annotated[
    dict[
        Annotated[str, StringConstraints(min_length=1, max_length=METADATA_NAME_LENGTH_MAX)],
        Annotated[str, StringConstraints(max_length=METADATA_VALUE_LENGTH_MAX)],
    ],
    Field(max_length=METADATA_MAX),
]
ReceiptObject = Annotated[dict[str, Any], AfterValidator(_receipt)]


class Body(BaseModel):
    """What a merchant sends: exactly these members, of exactly these types."""

    ADDED: ClassVar[frozenset[str]] = frozenset()
    """Members that came later: a request without them is what it was before."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    def content(self) -> dict[str, Any]:
        """What is said, however it was written."""
        unsaid = {
            name
            for name in self.ADDED
            if name not in self.model_fields_set
            or getattr(self, name) == type(self).model_fields[name].get_default()
        }
        return self.model_dump(mode="json", exclude=unsaid)


class Amount(Body):
    """Whole minor units (kopecks, cents, fils) of an ISO 4217 currency."""

    # The bounds and the list are the schema's; the service's refusal names them with a code.
    minor: int = Field(json_schema_extra={"minimum": 1, "maximum": AMOUNT_MINOR_MAX})
    currency: str = Field(max_length=3, json_schema_extra={"enum": [*sorted(CURRENCIES)]})

    model_config = ConfigDict(json_schema_extra={"examples": [AMOUNT]})

    def money(self) -> Money:
        """The amount as the services know it.

        Raises:
            CurrencyUnknownError, AmountOutOfRangeError: It is none.
        """
        return positive(self.minor, currency(self.currency))


class PageFilter(BaseModel):
    """Which page of a list."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cursor: str = Field(
        "", pattern="^([0-9a-f]{32})?$", description="`next_cursor` of the page before."
    )
    limit: int = Field(20, ge=1, le=PAGE_MAX)


class AmountShown(BaseModel):
    """Whole minor units of an ISO 4217 currency."""

    minor: int
    currency: str


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


Scope = Literal[
    "invoices:read",
    "invoices:write",
    "refunds:write",
    "links:charge",
    "money:read",
    "deliveries:write",
    "keys:write",
    "settings:write",
]
