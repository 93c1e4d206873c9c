"""What a process tells who watches it: what it counts, and whether it is ready."""

import contextlib
import ipaddress
from collections.abc import AsyncIterator
from importlib.metadata import version

import structlog

from gateway.health import Checks
from gateway.metrics import Metrics, MetricsPage
from gateway.places import Places
from gateway.status import create_status_app
from purser.settings import Settings
from purser.wallet import Wallet
from purser.web import serving_http
from services.figures import Figures

logger = structlog.get_logger(__name__)


def create_metrics(wallet: Wallet, parts: frozenset[str]) -> Metrics:
    """Of this process; who has the gateway shows the figures of the whole wallet too."""
    settings = wallet.settings
    figures = Figures(store=wallet.store, now=wallet.now)
    return Metrics(
        figures=figures if "gateway" in parts else None,
        commits=wallet.store.commit_counts,
        places=_places(settings) if "gateway" in parts else None,
        about={
            "version": version("purser"),
            "engine": "postgresql" if settings.has_postgres else "sqlite",
            "parts": ",".join(sorted(parts)),
        },
        now=wallet.now,
    )


def checks(wallet: Wallet) -> Checks:
    """What must work for this process to be of use."""
    figures = Figures(store=wallet.store, now=wallet.now)
    return {"database": figures.prove_writable, "schema": wallet.check_schema}


@contextlib.asynccontextmanager
async def serving_status(wallet: Wallet, metrics: Metrics) -> AsyncIterator[None]:
    """Health and metrics of a process without the gateway, where a port is set for them.

    Raises:
        SettingsError: The address is taken or not ours.
    """
    settings = wallet.settings
    if settings.status_port is None:
        yield
        return
    page = MetricsPage(metrics, key=metrics_key(settings), is_open=is_local(settings.http_host))
    app = create_status_app(checks=checks(wallet), page=page)
    async with serving_http(app, host=settings.http_host, port=settings.status_port) as address:
        logger.info("status", address=address)
        yield


def metrics_key(settings: Settings) -> str | None:
    """The key of `/metrics`, if one is set."""
    return None if settings.metrics_key is None else settings.metrics_key.get_secret_value()


def is_local(host: str) -> bool:
    """Whether only this machine can connect to what listens on *host*."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _places(settings: Settings) -> Places:
    database = None if settings.has_postgres else settings.database_path
    return Places(database=database, backups=settings.backups)
