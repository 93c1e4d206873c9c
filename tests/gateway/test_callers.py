"""Keys, scopes and how often one may ask."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from gateway.app import create_app
from gateway.limits import Limits
from purser.services import Services
from services.money import RUB
from services.rate_limits import Rate
from storage.engines import AnyStore
from tests.clock import TestClock
from tests.gateway.conftest import INVOICES, Shop, client_of, gateway_settings, wish

FEW = Limits(per_key=Rate(3, timedelta(seconds=1)), failures=Rate(2, timedelta(seconds=30)))


@pytest.fixture
async def client(
    services: Services, store: AnyStore, clock: TestClock
) -> AsyncIterator[httpx.AsyncClient]:
    """A gateway that allows little."""
    app = create_app(**gateway_settings(services, store, clock), limits=FEW)
    async with client_of(app) as opened:
        yield opened


@pytest.mark.parametrize(
    "header",
    [
        None,
        b"",
        b"Bearer",
        b"Bearer ",
        b"Bearer nobody",
        b"Bearer " + b"x" * 9000,
        "Bearer ключ".encode(),
        b"Bearer \xff\xfe",
        b"Basic bm9ib2R5Og==",
        b"tma x",
    ],
)
async def test_no_valid_key(client: httpx.AsyncClient, header: bytes | None) -> None:
    """Whatever stands there, it is 401 and never a fault of ours."""
    headers = {} if header is None else {b"Authorization": header}

    refused = await client.get(INVOICES, headers=headers)

    assert (refused.status_code, refused.json()["code"]) == (401, "key_refused")
    assert refused.headers["www-authenticate"] == "Bearer"


async def test_key_comes_before_the_body(client: httpx.AsyncClient) -> None:
    """A stranger is not told how a body should look."""
    refused = await client.post(INVOICES, json={"wrong": 1})

    assert refused.status_code == 401


async def test_rotated_key(services: Services, shop: Shop) -> None:
    await services.merchants.rotate(merchant_id=shop.merchant.id)

    assert (await shop.get(INVOICES)).status_code == 401


async def test_disabled_merchant(services: Services, shop: Shop) -> None:
    await services.merchants.disable(merchant_id=shop.merchant.id)

    assert (await shop.get(INVOICES)).status_code == 401


@pytest.mark.parametrize(
    ("scopes", "expected"),
    [
        ("invoices:read", [200, 403, 403, 403]),
        ("invoices:write", [403, 201, 404, 403]),
        ("refunds:write", [403, 403, 403, 404]),
        ("", [403, 403, 403, 403]),
    ],
)
async def test_scopes(
    services: Services,
    store: AnyStore,
    clock: TestClock,
    scopes: str,
    expected: list[int],
) -> None:
    """A key that only reads cannot bill, and one that bills cannot pay out."""
    made = await services.merchants.add(name="Shop", currency=RUB)
    narrow = services.merchants._vault.digest("merchant key", "narrow")
    await store.write(
        lambda book: book.merchants.add_key(made.merchant.id, narrow, scopes, clock())
    )
    app = create_app(**gateway_settings(services, store, clock))

    async with client_of(app) as opened:
        shop = Shop(made.merchant, "narrow", "", opened)
        answers = [
            await shop.get(INVOICES),
            await shop.issue(),
            await shop.post(f"{INVOICES}/{'0' * 32}/cancel"),
            await shop.post(f"{INVOICES}/{'0' * 32}/refunds", {"amount": None}, "r"),
        ]

    assert [each.status_code for each in answers] == expected
    assert {each.json()["code"] for each in answers if each.status_code == 403} <= {
        "scope_missing"
    }


async def test_limit_of_a_key(shop: Shop, other_shop: Shop, clock: TestClock) -> None:
    """The fourth of three is told when to come back; others are served; then it is, too."""
    for _ in range(3):
        assert (await shop.get(INVOICES)).status_code == 200

    refused = await shop.get(INVOICES)

    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    assert refused.headers["retry-after"] == "1"
    assert (await other_shop.get(INVOICES)).status_code == 200
    clock.advance(seconds=1)
    assert (await shop.get(INVOICES)).status_code == 200
    assert (await shop.get(INVOICES)).status_code == 429


async def test_guesser_is_slowed_and_locks_nobody_out(
    client: httpx.AsyncClient, shop: Shop, clock: TestClock
) -> None:
    """Refused keys from one address are limited; a right one from there is served."""
    wrong = {"Authorization": "Bearer wrong"}
    statuses = [(await client.get(INVOICES, headers=wrong)).status_code for _ in range(4)]

    assert statuses == [401, 401, 429, 429]
    assert (await shop.get(INVOICES)).status_code == 200
    clock.advance(seconds=30)
    assert (await client.get(INVOICES, headers=wrong)).status_code == 401


async def test_limited_request_makes_nothing(shop: Shop, clock: TestClock) -> None:
    for number in range(5):
        await shop.post(INVOICES, wish(), f"k{number}")

    clock.advance(minutes=1)
    assert len((await shop.get(INVOICES)).json()["items"]) == 3
