"""What a shop sets itself over the merchant API: where it is told, and its keys."""

from pathlib import Path

import httpx
import pytest

from tests.gateway.conftest import Shop

WEBHOOK, KEYS = "/api/v1/shop/webhook", "/api/v1/keys"
INSIDE = [
    "http://shop.example/hook",
    "https://127.0.0.1/hook",
    "https://metadata.google.internal/",
]


async def put(shop: Shop, path: str, url: str | None) -> httpx.Response:
    return await shop.client.put(path, json={"url": url}, headers=shop.bearer)


@pytest.mark.parametrize("url", INSIDE)
async def test_no_address_leads_inside(shop: Shop, url: str) -> None:
    """Whoever has the key cannot have the wallet call what only it can reach."""
    [pair] = (await shop.get(KEYS)).json()["items"]

    refused = [
        await put(shop, WEBHOOK, url),
        await put(shop, f"{KEYS}/{pair['id']}/notify-url", url),
        await shop.post(KEYS, {"name": "web", "notify_url": url}, None),
    ]

    assert {(each.status_code, each.json()["code"]) for each in refused} == {(422, "webhook_url")}
    assert (await shop.get("/api/v1/shop")).json()["webhook_url"] is None
    assert len((await shop.get(KEYS)).json()["items"]) == 1


async def test_webhook_is_set_and_taken_away(shop: Shop) -> None:
    told = await put(shop, WEBHOOK, "https://shop.example/hook")
    silent = await put(shop, WEBHOOK, None)

    assert told.json()["webhook_url"] == "https://shop.example/hook"
    assert silent.json()["webhook_url"] is None


async def test_one_pair_only_signs_notifications(shop: Shop) -> None:
    """The newest that was given an address takes it over."""
    url = "https://shop.example/bills"
    first = (await shop.post(KEYS, {"name": "a", "notify_url": url}, None)).json()
    second = (await shop.post(KEYS, {"name": "b", "notify_url": url}, None)).json()
    listed = {each["id"]: each for each in (await shop.get(KEYS)).json()["items"]}

    assert listed[first["id"]]["notify_url"] is None
    assert listed[second["id"]]["notify_url"] == url


async def test_new_secret_key_is_kept_nowhere(shop: Shop, path: Path) -> None:
    """An answer that is kept for a repeat would keep the key with it."""
    fresh = (await shop.post(KEYS, {"name": "web"}, None)).json()

    kept = b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))
    assert fresh["public_key"].encode() in kept
    assert fresh["secret_key"].encode() not in kept
