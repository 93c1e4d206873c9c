"""Each process can be watched: by what, depends on what runs in it and where it listens."""

from pathlib import Path

import httpx
import pytest

from purser.settings import load_settings
from purser.wallet import open_wallet
from purser.watching import checks, create_metrics, is_local, serving_status
from tests.purser.test_serving import free_port

KEY = "a-key-for-prometheus"


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),  # noqa: S104  # nothing listens here
        ("::", False),
        ("192.0.2.7", False),
        ("purser.example", False),
    ],
)
def test_who_can_connect(host: str, local: bool) -> None:  # noqa: FBT001
    """A name may be anybody's: totals of money are open on this machine alone."""
    assert is_local(host) is local


async def test_a_worker_tells_of_itself(tmp_path: Path) -> None:
    """On a port of its own: ready, with what it has committed, and no figures of money."""
    port = free_port()
    settings = load_settings(
        {
            "PURSER_DATABASE_URL": f"sqlite:///{tmp_path}/w.db",
            "PURSER_STATUS_PORT": str(port),
            "PURSER_METRICS_KEY": KEY,
        }
    )

    async with open_wallet(settings, may_make=True) as wallet:
        metrics = create_metrics(wallet, frozenset({"worker"}))
        address = f"http://127.0.0.1:{port}"
        async with serving_status(wallet, metrics), httpx.AsyncClient(base_url=address) as http:
            ready = await http.get("/readyz")
            refused = await http.get("/metrics")
            told = await http.get("/metrics", headers={"Authorization": f"Bearer {KEY}"})

    assert ready.json() == {"status": "ok", "checks": {"database": "ok", "schema": "ok"}}
    assert refused.status_code == 401
    assert 'engine="sqlite"' in told.text
    assert 'parts="worker"' in told.text
    assert 'purser_commits_total{outcome="done"} ' in told.text
    assert "purser_imbalance_minor" not in told.text


async def test_without_a_port_nothing_listens(tmp_path: Path) -> None:
    """Two workers on one machine do not fight for an address nobody asked for."""
    settings = load_settings({"PURSER_DATABASE_URL": f"sqlite:///{tmp_path}/w.db"})

    async with open_wallet(settings, may_make=True) as wallet:
        metrics = create_metrics(wallet, frozenset({"worker"}))
        async with (
            serving_status(wallet, metrics),
            serving_status(wallet, metrics),
        ):
            assert set(checks(wallet)) == {"database", "schema"}


async def test_the_gateway_tells_of_the_whole_wallet(tmp_path: Path) -> None:
    """Money, room on the disk, and the newest copy."""
    settings = load_settings(
        {"PURSER_DATABASE_URL": f"sqlite:///{tmp_path}/w.db", "PURSER_BACKUPS": str(tmp_path)}
    )

    async with open_wallet(settings, may_make=True) as wallet:
        told = (await create_metrics(wallet, frozenset({"gateway"})).text()).decode()

    for name in ("database_up 1.0", "open_holds 0.0", "disk_free_bytes ", "last_backup_bytes "):
        assert f"\npurser_{name}" in told
