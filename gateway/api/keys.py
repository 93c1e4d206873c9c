"""`/api/v1/keys`: key pairs, made and taken back by the shop itself."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict
from starlette.responses import Response

from gateway.api.bodies import URL_LENGTH_MAX, Body
from gateway.api.endpoints import Call, Endpoint, shown
from services.invoices import time_fact
from services.key_pair_life import KeyPair as ServiceKeyPair
from services.key_pairs import NAME_LENGTH_MAX

_PAIR: JsonDict = {
    "id": "0190f6a2c3d47e8f9a0b1c2d3e4f5a72",
    "name": "web shop",
    "public_key": "2tbp1WQvsgQeziGY9vTLe9vDZNg7tmCymb4Lh6STQokqKrpCC6qrUUKEDZAJ7mvF",
    "notify_url": None,
    "created_at": "2026-11-24T08:00:00Z",
    "revoked_at": None,
}
_FRESH: JsonDict = {**_PAIR, "secret_key": "eyJ2ZXJzaW9uIjoiUDJQIn0="}


class NewKeyPair(Body):
    """A pair that is to be made."""

    name: str = Field(max_length=NAME_LENGTH_MAX, description="What it is for; you read it.")
    notify_url: str | None = Field(
        None,
        max_length=URL_LENGTH_MAX,
        description="Where bills' notifications go from now on, signed with this pair.",
    )

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "web shop"}]})


class NotifyUrl(Body):
    """Where bills' notifications go."""

    url: str | None = Field(max_length=URL_LENGTH_MAX, description="Null: nowhere by this pair.")

    model_config = ConfigDict(json_schema_extra={"examples": [{"url": None}]})


class KeyPair(BaseModel):
    """A key pair, without its secret key."""

    id: str
    name: str
    public_key: str = Field(description="For links and forms; it opens nothing.")
    notify_url: str | None
    created_at: datetime
    revoked_at: datetime | None

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_PAIR]})


class FreshKeyPair(KeyPair):
    """A key pair as it is shown once."""

    secret_key: str = Field(description="Bearer key; it cannot be read again.")

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_FRESH]})


class KeyPairList(BaseModel):
    """All pairs, oldest first; also those that were taken back."""

    items: list[KeyPair]

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"items": [_PAIR]}]})


async def listed(call: Call[None]) -> Response:
    """All pairs that you have or had, without their secret keys."""
    found = await call.api.key_pairs.listed(merchant_id=call.merchant.id)
    return shown({"items": [_facts(each) for each in found]})


async def create(call: Call[NewKeyPair]) -> Response:
    """A new pair, its secret key shown this once: it is good for all but making keys.

    There is no `Idempotency-Key` here, for nothing secret is kept to be shown again: if the
    answer is lost, revoke that pair and make another.
    """
    sent = call.sent
    call.api.check_url(sent.notify_url)
    fresh = await call.api.key_pairs.create(
        merchant_id=call.merchant.id, name=sent.name, notify_url=sent.notify_url
    )
    return shown({**_facts(fresh.pair), "secret_key": fresh.secret_key}, 201)


async def set_notify_url(call: Call[NotifyUrl]) -> Response:
    """Have bills' notifications sent there, signed with this pair; one pair only does."""
    call.api.check_url(call.sent.url)
    changed = await call.api.key_pairs.set_notify_url(
        merchant_id=call.merchant.id, pair_id=call.named("key_id"), url=call.sent.url
    )
    return shown(_facts(changed))


async def revoke(call: Call[None]) -> Response:
    """Neither of its keys is good any longer; again is the same."""
    revoked = await call.api.key_pairs.revoke(
        merchant_id=call.merchant.id, pair_id=call.named("key_id")
    )
    return shown(_facts(revoked))


def _facts(pair: ServiceKeyPair) -> dict[str, Any]:
    return {
        "id": pair.id,
        "name": pair.name,
        "public_key": pair.public_key,
        "notify_url": pair.notify_url,
        "created_at": time_fact(pair.created_at),
        "revoked_at": None if pair.revoked_at is None else time_fact(pair.revoked_at),
    }


ENDPOINTS = (
    Endpoint(
        name="list_keys",
        method="GET",
        path="/keys",
        scope="keys:write",
        run=listed,
        summary="List key pairs",
        gives=KeyPairList,
    ),
    Endpoint(
        name="create_key",
        method="POST",
        path="/keys",
        scope="keys:write",
        run=create,
        summary="Make a key pair",
        takes=NewKeyPair,
        gives=FreshKeyPair,
        status=201,
        problems=(409,),
    ),
    Endpoint(
        name="set_notify_url",
        method="PUT",
        path="/keys/{key_id}/notify-url",
        scope="keys:write",
        run=set_notify_url,
        summary="Say where bills' notifications go",
        takes=NotifyUrl,
        gives=KeyPair,
        problems=(404, 409),
    ),
    Endpoint(
        name="revoke_key",
        method="DELETE",
        path="/keys/{key_id}",
        scope="keys:write",
        run=revoke,
        summary="Revoke a key pair",
        gives=KeyPair,
        problems=(404,),
    ),
)
