"""What the gateway counts, in a registry of its own.

Labels hold routes, methods, statuses and kinds of work: never an id, of which there is no
end.
"""

from collections.abc import Awaitable, Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import Response

from gateway.routes import Route

DueCounts = Callable[[], Awaitable[dict[str, int]]]
"""How much work there is, by `kind:state`."""

_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """Counts requests; reads the amount of waiting work when it is asked."""

    def __init__(self, due_counts: DueCounts) -> None:
        self._due_counts = due_counts
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "purser_http_requests",
            "Requests answered.",
            ("route", "method", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "purser_http_request_seconds",
            "Time from the request's first byte to the answer.",
            ("route",),
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._work = Gauge(
            "purser_due_work", "Work that waits.", ("kind", "state"), registry=self._registry
        )
        self._dead = Gauge("purser_dead_work", "Work given up on.", registry=self._registry)

    def request(self, *, route: str, method: str, status: int, seconds: float) -> None:
        """A request was answered; *status* 0 is a client that went away."""
        known = method if method in _METHODS else "OTHER"
        self._requests.labels(route, known, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    async def text(self) -> bytes:
        """Everything in Prometheus' format."""
        counts = await self._due_counts()
        self._work.clear()
        for name, count in counts.items():
            kind, _, state = name.rpartition(":")
            self._work.labels(kind, state).set(count)
        self._dead.set(sum(count for name, count in counts.items() if name.endswith(":dead")))
        return generate_latest(self._registry)


def routes(metrics: Metrics) -> list[Route]:
    """`GET /metrics`."""

    async def show(_: Request) -> Response:
        return Response(await metrics.text(), media_type=CONTENT_TYPE_LATEST)

    return [Route("/metrics", show, methods=["GET"])]
