"""Keys, scopes and how often one may ask."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from gateway.api.endpoints import PREFIX, Endpoint
from gateway.api.version1 import ENDPOINTS
from gateway.app import create_app
from gateway.limits import Limits
from purser.services import Services
from services.key_pair_life import FIRST_SCOPES, KeyPair, keep
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


async def narrow_shop(
    services: Services, store: AnyStore, client: httpx.AsyncClient, scopes: tuple[str, ...]
) -> Shop:
    """A shop whose key is good for *scopes* only."""
    made = await services.merchants.add(name="Shop", currency=RUB)
    vault, of = services.merchants._vault, made.merchant
    pair = KeyPair("narrow", of.id, "narrow", "public", of.created_at)
    await store.write(lambda book: keep(book, vault, pair, "narrow", scopes))
    return Shop(of, "narrow", "", client)


@pytest.mark.parametrize("scope", FIRST_SCOPES)
async def test_key_is_good_for_its_scope_only(
    services: Services, store: AnyStore, clock: TestClock, scope: str
) -> None:
    """A key that only reads cannot bill, and one that bills cannot pay out or make keys."""
    app = create_app(**gateway_settings(services, store, clock))
    wanted = {each.name for each in ENDPOINTS if each.scope == scope}

    async with client_of(app) as opened:
        shop = await narrow_shop(services, store, opened, (scope,))
        served = {each.name for each in ENDPOINTS if await is_let_in(shop, each)}

    assert served == wanted


async def is_let_in(shop: Shop, endpoint: Endpoint) -> bool:
    """Whatever becomes of the call: the key was good for it."""
    path = PREFIX + endpoint.path.format(
        invoice_id="x", refund_id="x", key="x", key_id="x", day="x"
    )
    answer = await shop.client.request(endpoint.method, path, headers=shop.bearer)
    return bool(answer.json().get("code") != "scope_missing")


async def test_key_that_is_given_on_makes_no_others(services: Services, shop: Shop) -> None:
    """The first one makes it: all that it may, but for making keys."""
    pair = await shop.post("/api/v1/keys", {"name": "web"}, None)
    web = Shop(shop.merchant, pair.json()["secret_key"], "", shop.client)

    refused = await web.post("/api/v1/keys", {"name": "more"}, None)

    assert (refused.status_code, refused.json()["scope"]) == (403, "keys:write")
    assert (await web.issue()).status_code == 201


async def test_key_of_no_scope(services: Services, store: AnyStore, clock: TestClock) -> None:
    app = create_app(**gateway_settings(services, store, clock))

    async with client_of(app) as opened:
        shop = await narrow_shop(services, store, opened, ())

        assert not [each.name for each in ENDPOINTS if await is_let_in(shop, each)]


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
