"""Two shops with good keys: neither sees, changes or learns of what is the other's."""

import httpx
import pytest
from fastapi import FastAPI

from gateway.api.version1 import ENDPOINTS
from purser.services import Services
from services.holders import Holder
from tests.cast import Cast
from tests.gateway.conftest import INVOICES, Shop, open_shop, paid, wish

__all__ = ["paid"]

BODIES = {
    each.name: each.takes.model_json_schema()["examples"][0]
    for each in ENDPOINTS
    if each.takes and not each.takes_query
}


@pytest.fixture
async def other_shop(services: Services, client: httpx.AsyncClient) -> Shop:
    return await open_shop(services, client, "Other")


@pytest.fixture
async def ids(shop: Shop, paid: str) -> dict[str, list[str]]:
    """What the first shop has: a waiting and a paid invoice, a refund, and keys."""
    waiting = (await shop.issue("waiting", reference="mine")).json()["id"]
    refund = await shop.post(f"{INVOICES}/{paid}/refunds", {"reason": "r"}, "refund")
    [pair] = (await shop.get("/api/v1/keys")).json()["items"]
    return {
        "invoice_id": [waiting, paid],
        "refund_id": [refund.json()["id"], paid, waiting],
        "key_id": [pair["id"]],
    }


async def everything(shop: Shop, ids: dict[str, list[str]]) -> list[str]:
    """All that the first shop can see of its own."""
    paths = [f"{INVOICES}/{each}" for each in ids["invoice_id"]]
    paths += [INVOICES, f"{INVOICES}/{ids['invoice_id'][1]}/refunds"]
    paths += [f"/api/v1/{each}" for each in ("keys", "balance", "shop", "links", "deliveries")]
    return [(await shop.get(path)).text for path in paths]


async def test_every_operation_with_every_id(
    app: FastAPI, shop: Shop, other_shop: Shop, ids: dict[str, list[str]], cast: Cast
) -> None:
    """404 and not 403: that a thing exists is somebody's business too."""
    before = await everything(shop, ids)
    asked = 0
    for path, endpoints in app.openapi()["paths"].items():
        for method, endpoint in endpoints.items():
            names = [each["name"] for each in endpoint["parameters"] if each["in"] == "path"]
            for value in ids.get(names[0], []) if names else []:
                asked += 1
                answer = await other_shop.client.request(
                    method,
                    path.format(**{names[0]: value}),
                    json=BODIES.get(endpoint["operationId"]),
                    headers=other_shop.bearer | {"Idempotency-Key": f"{asked}"},
                )
                strange = await other_shop.client.request(
                    method,
                    path.format(**{names[0]: "0" * 32}),
                    json=BODIES.get(endpoint["operationId"]),
                    headers=other_shop.bearer | {"Idempotency-Key": f"x{asked}"},
                )
                assert answer.status_code == strange.status_code == 404
                assert answer.json() | {"instance": ""} == strange.json() | {"instance": ""}

    assert asked == 21
    assert await everything(shop, ids) == before
    assert await cast.faults() == []


async def test_lists_cursors_and_numbers_are_ones_own(
    shop: Shop, other_shop: Shop, ids: dict[str, list[str]]
) -> None:
    """A cursor is an id, and may be guessed or stolen."""
    cursors: tuple[dict[str, str], ...] = (
        {},
        {"cursor": "f" * 32},
        {"cursor": ids["invoice_id"][1]},
    )
    for params in (*cursors, {"reference": "mine"}):
        assert (await other_shop.get(INVOICES, **params)).json()["items"] == []

    same = await other_shop.post(INVOICES, wish(reference="mine"), "waiting")
    assert same.status_code == 201
    assert same.json()["id"] not in ids["invoice_id"]


async def test_merchants_key_opens_no_other_door(
    shop: Shop, client: httpx.AsyncClient, ann: Holder
) -> None:
    """Nor is a terminal's password a shop's key."""
    doors = (("GET", "/operator/ledger"), ("GET", "/osmp"), ("POST", "/app/api/cards/x"))
    for method, path in doors:
        assert (await client.request(method, path, headers=shop.bearer)).status_code == 401
