"""Health and metrics alone, for a process without the gateway: the bot's, a worker's."""

from starlette.applications import Starlette

from gateway import health, metrics
from gateway.health import Checks
from gateway.metrics import MetricsPage


def create_status_app(*, checks: Checks, page: MetricsPage) -> Starlette:
    """What a supervisor and Prometheus ask; nothing else is there."""
    return Starlette(routes=[*health.routes(checks), *metrics.routes(page)])
