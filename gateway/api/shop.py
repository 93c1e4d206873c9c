"""`/api/v1/shop`: who calls, and the addresses that a shop sets itself."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict
from starlette.responses import Response

from gateway.api.bodies import URL_LENGTH_MAX, Body
from gateway.api.endpoints import Call, Endpoint, shown
from services.merchants import Merchant
from services.return_addresses import ORIGINS_MAX

_SHOP: JsonDict = {
    "id": "0190f6a2c3d47e8f9a0b1c2d3e4f5a73",
    "name": "Shop",
    "site_id": "a1b2c3-00",
    "currency": "RUB",
    "webhook_url": "https://shop.example/hook",
    "scopes": ["invoices:read", "invoices:write"],
}


class Shop(BaseModel):
    """Who calls, and what the key is good for."""

    id: str
    name: str = Field(description="As payers see it.")
    site_id: str
    currency: str
    webhook_url: str | None
    scopes: list[str]

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_SHOP]})


class Webhook(Body):
    """Where the shop is told of what happens."""

    url: str | None = Field(max_length=URL_LENGTH_MAX, description="Null: nowhere.")

    model_config = ConfigDict(json_schema_extra={"examples": [{"url": None}]})


class ReturnAddressList(Body):
    """Origins that payers may be sent back to."""

    items: list[str] = Field(
        max_length=ORIGINS_MAX, description="Scheme, host and port; the rest of each is left out."
    )

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"items": ["https://shop.example"]}]}
    )


async def get(call: Call[None]) -> Response:
    """Your shop, and what the key is good for."""
    return shown(_facts(call, call.merchant))


async def set_webhook(call: Call[Webhook]) -> Response:
    """Be told at that address from now on."""
    call.api.check_url(call.sent.url)
    changed = await call.api.merchants.set_webhook(merchant_id=call.merchant.id, url=call.sent.url)
    return shown(_facts(call, changed))


async def return_addresses(call: Call[None]) -> Response:
    """The origins that payers may be sent back to, beside those at which you are told."""
    found = await call.api.return_addresses.listed(merchant_id=call.merchant.id)
    return shown({"items": found})


async def set_return_addresses(call: Call[ReturnAddressList]) -> Response:
    """Let payers be sent back to these origins and no others."""
    addresses, merchant_id = call.api.return_addresses, call.merchant.id
    return shown({"items": await addresses.replace(merchant_id=merchant_id, urls=call.sent.items)})


def _facts(call: Call[Any], merchant: Merchant) -> dict[str, Any]:
    return {
        "id": merchant.id,
        "name": merchant.name,
        "site_id": merchant.site_id,
        "currency": merchant.currency.code,
        "webhook_url": merchant.webhook_url,
        "scopes": sorted(call.caller.scopes),
    }


ENDPOINTS = (
    Endpoint(
        name="get_shop",
        method="GET",
        path="/shop",
        scope="invoices:read",
        run=get,
        summary="Get your shop",
        gives=Shop,
    ),
    Endpoint(
        name="set_webhook",
        method="PUT",
        path="/shop/webhook",
        scope="settings:write",
        run=set_webhook,
        summary="Set the webhook",
        takes=Webhook,
        gives=Shop,
    ),
    Endpoint(
        name="list_return_addresses",
        method="GET",
        path="/shop/return-addresses",
        scope="settings:write",
        run=return_addresses,
        summary="List return addresses",
        gives=ReturnAddressList,
    ),
    Endpoint(
        name="set_return_addresses",
        method="PUT",
        path="/shop/return-addresses",
        scope="settings:write",
        run=set_return_addresses,
        summary="Set return addresses",
        takes=ReturnAddressList,
        gives=ReturnAddressList,
        problems=(409,),
    ),
)
