"""Is it alive, is it ready, how much has it done; and the log of it."""

import asyncio
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from structlog.testing import capture_logs

from gateway.app import create_app
from gateway.health import Readiness
from gateway.metrics import Metrics, MetricsPage
from gateway.status import create_status_app
from purser.services import Services
from services.figures import Figures
from services.holders import Holder
from storage.engines import AnyStore
from storage.sqlite.store import SqliteStore
from tests.cast import PHONE
from tests.clock import TestClock
from tests.gateway.conftest import INVOICES, Shop, client_of, gateway_settings

KEY = b"a-key-of-the-metrics"


async def test_alive_and_ready(client: httpx.AsyncClient) -> None:
    alive, ready = await client.get("/healthz"), await client.get("/readyz")

    assert (alive.status_code, alive.json()) == (200, {"status": "ok"})
    assert (ready.status_code, ready.json()) == (
        200,
        {"status": "ok", "checks": {"database": "ok"}},
    )


async def test_not_ready(services: Services, store: AnyStore, clock: TestClock) -> None:
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


async def test_who_asks_often_writes_seldom() -> None:
    """The check commits to the disk: a hundred who ask at once cost one commit."""
    runs, at = [0], [100.0]

    async def check() -> None:
        runs[0] += 1
        await asyncio.sleep(0)

    readiness = Readiness({"database": check}, clock=lambda: at[0])

    await asyncio.gather(*(readiness.outcomes() for _ in range(100)))
    at[0] += 1
    await readiness.outcomes()

    assert runs == [2]


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


async def test_key_of_the_metrics(services: Services, store: AnyStore, clock: TestClock) -> None:
    """Totals of money are not for strangers: with the key, or only from this machine."""
    settings = gateway_settings(services, store, clock) | {"metrics_key": KEY.decode()}
    async with client_of(create_app(**settings)) as client:
        answers = [
            await client.get("/metrics", headers={b"Authorization": given})
            for given in (b"", b"Bearer no", b"Basic " + KEY, b"Bearer \xff", b"bearer " + KEY)
        ]
    settings = gateway_settings(services, store, clock) | {"metrics_are_open": False}
    async with client_of(create_app(**settings)) as client:
        closed = await client.get("/metrics")

    assert [each.status_code for each in answers] == [401, 401, 401, 401, 200]
    assert closed.status_code == 404


async def test_a_process_without_the_gateway(store: AnyStore, clock: TestClock) -> None:
    """A worker can be watched too; it has nothing else to answer."""
    page = MetricsPage(Metrics(about={"parts": "worker"}, now=clock), is_open=True)
    figures = Figures(store=store, now=clock)
    app = create_status_app(checks={"database": figures.prove_writable}, page=page)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://w.test") as client:
        ready, seen = await client.get("/readyz"), await client.get("/metrics")
        other = await client.get(INVOICES)

    assert ready.json()["checks"] == {"database": "ok"}
    assert 'purser_info{parts="worker"} 1.0' in seen.text
    assert other.status_code == 404


@contextmanager
def files_that_do_not_grow(size: int) -> Iterator[None]:
    """No file gets longer than *size*, as on a disk without room."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_full_disk_is_not_ready(
    services: Services, store: AnyStore, clock: TestClock, path: Path
) -> None:
    """A check that only reads would go on saying that all is well; room is all it needs."""
    figures = Figures(store=store, now=clock)
    settings = gateway_settings(services, store, clock)
    settings |= {"checks": {"database": figures.prove_writable}}
    empty = "PRAGMA wal_checkpoint(TRUNCATE)"
    assert isinstance(store, SqliteStore)
    await store._writer.run(lambda raw: raw.execute(empty).fetchall())
    for _ in range(50):  # so that the test's own output is well below what the log has
        await figures.prove_writable()
    log = path.with_name(f"{path.name}-wal")

    async with client_of(create_app(**settings)) as client:
        with files_that_do_not_grow(log.stat().st_size):
            full = await client.get("/readyz")
    async with client_of(create_app(**settings)) as client:
        roomy = await client.get("/readyz")

    assert (full.status_code, full.json()["checks"]) == (503, {"database": "failed"})
    assert roomy.status_code == 200


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
