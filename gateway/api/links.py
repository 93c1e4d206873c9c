"""`/api/v1/links`: which payers let the shop charge them again."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict
from starlette.responses import Response

from gateway.api.bodies import ID, PageFilter
from gateway.api.endpoints import Call, Endpoint, shown
from services.invoices import time_fact
from services.payment_links import Link as ServiceLink
from services.payment_links import LinkState

_LINK: JsonDict = {
    "id": "0190f6a2c3d47e8f9a0b1c2d3e4f5a70",
    "invoice_id": ID,
    "state": "active",
    "created_at": "2026-11-24T08:05:00Z",
    "used_at": None,
    "ended_at": None,
}


class Link(BaseModel):
    """A payer's consent to be charged again; who it is, is theirs to say."""

    id: str
    invoice_id: str = Field(description="Whose payment agreed to it; charges name it.")
    state: LinkState
    created_at: datetime
    used_at: datetime | None = Field(description="When it was charged last.")
    ended_at: datetime | None

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_LINK]})


class LinkPage(BaseModel):
    """Some links, newest first."""

    items: list[Link]
    next_cursor: str | None = Field(description="Null on the last page.")

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"items": [_LINK], "next_cursor": None}]}
    )


async def listed(call: Call[PageFilter]) -> Response:
    """Who lets you charge them again, and who does no longer; newest first."""
    page = await call.api.payment_links.page(
        merchant=call.merchant, before=call.sent.cursor or None, limit=call.sent.limit
    )
    return shown({"items": [_facts(each) for each in page.links], "next_cursor": page.next})


def _facts(link: ServiceLink) -> dict[str, Any]:
    return {
        "id": link.id,
        "invoice_id": link.invoice,
        "state": link.state.value,
        "created_at": time_fact(link.created_at),
        "used_at": None if link.used_at is None else time_fact(link.used_at),
        "ended_at": None if link.ended_at is None else time_fact(link.ended_at),
    }


ENDPOINTS = (
    Endpoint(
        name="list_links",
        method="GET",
        path="/links",
        scope="links:charge",
        run=listed,
        summary="List consents to be charged again",
        takes=PageFilter,
        gives=LinkPage,
    ),
)
