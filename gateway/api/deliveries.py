"""`/api/v1/deliveries`: what the shop was told and what it answered; sent again; a test."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict
from starlette.responses import Response

from gateway.api.bodies import ID, Body, PageFilter
from gateway.api.endpoints import Call, Endpoint, shown
from services.deliveries import Delivery as ServiceDelivery
from services.deliveries import Outcome
from services.due import Work
from services.invoices import time_fact

KEY_LENGTH_MAX = 255
_KEY = f"webhook:invoice:{ID}:2"
_DELIVERY: JsonDict = {
    "id": "0190f6a2c3d47e8f9a0b1c2d3e4f5a71",
    "key": _KEY,
    "kind": "webhook",
    "about": f"invoice/{ID}",
    "url": "https://shop.example/hook",
    "attempt": 1,
    "status": 204,
    "outcome": "delivered",
    "detail": "",
    "answer": "",
    "took_ms": 140,
    "at": "2026-11-24T08:05:01Z",
}
_FAILED: JsonDict = {
    "key": _KEY,
    "kind": "webhook",
    "attempts": 40,
    "reason": "HTTP 500",
    "created_at": "2026-11-24T08:05:00Z",
}


class DeliveryFilter(PageFilter):
    """Which attempts to list."""

    key: str = Field(
        "", max_length=KEY_LENGTH_MAX, pattern=r"^[^\x00]*$", description="Those of one message."
    )


class Delivery(BaseModel):
    """One attempt to tell the shop something."""

    id: str
    key: str = Field(description="The message's; all its attempts have it.")
    kind: str
    about: str
    url: str = Field(description="Without its query.")
    attempt: int
    status: int | None = Field(description="Of HTTP; null: no answer.")
    outcome: Outcome
    detail: str
    answer: str = Field(description="Its beginning, secrets masked.")
    took_ms: int
    at: datetime

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_DELIVERY]})


class DeliveryPage(BaseModel):
    """Some attempts, newest first."""

    items: list[Delivery]
    next_cursor: str | None = Field(description="Null on the last page.")

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"items": [_DELIVERY], "next_cursor": None}]},
    )


class DeliveryList(BaseModel):
    """What came of a test, by each way that is set up."""

    items: list[Delivery]

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"items": [_DELIVERY]}]}
    )


class FailedDelivery(BaseModel):
    """A message that nobody tries to deliver any more."""

    key: str
    kind: str
    attempts: int
    reason: str
    created_at: datetime

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_FAILED]})


class FailedDeliveryList(BaseModel):
    """The newest of them, at most a hundred."""

    items: list[FailedDelivery]

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"items": [_FAILED]}]}
    )


class Resending(Body):
    """What failed and is to be tried again."""

    key: str = Field(min_length=1, max_length=KEY_LENGTH_MAX, pattern=r"^[^\x00]*$")

    model_config = ConfigDict(json_schema_extra={"examples": [{"key": _KEY}]})


class Resent(BaseModel):
    """What is tried again from now on."""

    key: str

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"key": _KEY}]})


async def listed(call: Call[DeliveryFilter]) -> Response:
    """Each attempt to tell you something and what you answered, newest first, of 30 days."""
    page = await call.api.deliveries.page(
        merchant=call.merchant,
        work=call.sent.key or None,
        before=call.sent.cursor or None,
        limit=call.sent.limit,
    )
    return shown({"items": [_facts(each) for each in page.deliveries], "next_cursor": page.next})


async def failed(call: Call[None]) -> Response:
    """What you could not be told, and nobody tries any more; newest first."""
    found = await call.api.deliveries.failed(merchant=call.merchant)
    return shown({"items": [_failed_facts(each) for each in found]})


async def resend(call: Call[Resending]) -> Response:
    """Try what failed again from now on, as often as if it were new."""
    key = call.sent.key
    await call.api.deliveries.resend(merchant=call.merchant, key=key)
    return shown({"key": key})


async def test(call: Call[None]) -> Response:
    """Send a test in each way that is set up, and say what you answered; at most every 10 s."""
    made = await call.api.deliveries.test(merchant=call.merchant)
    return shown({"items": [_facts(each) for each in made]})


def _facts(delivery: ServiceDelivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "key": delivery.work,
        "kind": delivery.kind,
        "about": delivery.about,
        "url": delivery.url,
        "attempt": delivery.attempt,
        "status": delivery.status,
        "outcome": delivery.outcome.value,
        "detail": delivery.detail,
        "answer": delivery.answer,
        "took_ms": delivery.millis,
        "at": time_fact(delivery.at),
    }


def _failed_facts(work: Work) -> dict[str, Any]:
    return {
        "key": work.key,
        "kind": work.kind,
        "attempts": work.attempts,
        "reason": work.error,
        "created_at": time_fact(work.created_at),
    }


ENDPOINTS = (
    Endpoint(
        name="list_deliveries",
        method="GET",
        path="/deliveries",
        scope="invoices:read",
        run=listed,
        summary="List deliveries",
        takes=DeliveryFilter,
        gives=DeliveryPage,
    ),
    Endpoint(
        name="list_failed_deliveries",
        method="GET",
        path="/deliveries/failed",
        scope="invoices:read",
        run=failed,
        summary="List what could not be delivered",
        gives=FailedDeliveryList,
    ),
    Endpoint(
        name="test_deliveries",
        method="POST",
        path="/deliveries/test",
        scope="deliveries:write",
        run=test,
        summary="Send a test notification",
        gives=DeliveryList,
        problems=(409,),
    ),
    Endpoint(
        name="resend_delivery",
        method="POST",
        path="/deliveries/resend",
        scope="deliveries:write",
        run=resend,
        summary="Send again what failed",
        takes=Resending,
        gives=Resent,
        problems=(404,),
    ),
)
