"""Is it alive, is it ready, how much has it done; and the log of it."""

import httpx
from structlog.testing import capture_logs

from gateway.app import create_app
from purser.services import Services
from services.holders import Holder
from storage.sqlite.store import SqliteStore
from tests.cast import PHONE
from tests.clock import TestClock
from tests.gateway.conftest import INVOICES, Shop, client_of, gateway_settings


async def test_alive_and_ready(client: httpx.AsyncClient) -> None:
    alive, ready = await client.get("/healthz"), await client.get("/readyz")

    assert (alive.status_code, alive.json()) == (200, {"status": "ok"})
    assert (ready.status_code, ready.json()) == (
        200,
        {"status": "ok", "checks": {"database": "ok"}},
    )


async def test_not_ready(services: Services, store: SqliteStore, clock: TestClock) -> None:
    """Alive, but no traffic should come; why is in the log and not in the answer."""

    async def broken() -> None:
        raise OSError("disk full at /var/secret")

    settings = gateway_settings(services, store, clock)
    settings["checks"] = settings["checks"] | {"schema": broken}
    async with client_of(create_app(**settings)) as client:
        ready, alive = await client.get("/readyz"), await client.get("/healthz")

    assert (ready.status_code, ready.json()["checks"]) == (
        503,
        {"database": "ok", "schema": "failed"},
    )
    assert "secret" not in ready.text
    assert alive.status_code == 200


async def test_metrics(client: httpx.AsyncClient, shop: Shop, ann: Holder) -> None:
    """By route and status, and the work that waits; no id and no number in any label."""
    invoice_id = (await shop.issue(phone=ann.phone)).json()["id"]
    await shop.get(f"{INVOICES}/{invoice_id}")
    await client.get(f"/nowhere/{invoice_id}")
    await client.request("BREW", "/healthz")

    text = (await client.get("/metrics")).text

    counted = 'purser_http_requests_total{method="GET",route="/api/v1/invoices/{invoice_id}"'
    assert f'{counted},status="200"}} 1.0' in text
    assert 'route="unmatched",status="404"} 1.0' in text
    assert 'method="OTHER",route="/healthz",status="405"} 1.0' in text
    assert 'purser_http_request_seconds_count{route="/api/v1/invoices"} 1.0' in text
    assert 'purser_due_work{kind="notice",state="due"}' in text
    assert "purser_dead_work 0.0" in text
    assert invoice_id not in text
    assert shop.merchant.id not in text


async def test_access_log(client: httpx.AsyncClient, shop: Shop) -> None:
    """The route and not the path, who called, and nothing that was sent."""
    with capture_logs() as logged:
        await shop.issue("secret-key", phone=PHONE, description="Private matter")
        await client.get("/api/v1/refunds/some-secret-path?token=secret", headers=shop.bearer)

    assert [(each["route"], each["status"], each["caller"]) for each in logged] == [
        ("/api/v1/invoices", 201, shop.merchant.id),
        ("/api/v1/refunds/{refund_id}", 404, shop.merchant.id),
    ]
    for secret in (shop.key, "secret", PHONE, "Private"):
        assert secret not in str(logged)
