"""What the process counts, in a registry of its own, and `GET /metrics`, which shows it.

Labels hold routes, methods, statuses and kinds of work: never an id, of which there is no
end.
"""

import hmac
from collections.abc import Callable, Iterable, Mapping

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from gateway.figures import FigureGauges
from gateway.places import PlaceGauges, Places
from gateway.routes import Route
from services.clock import Clock, system_clock
from services.figures import Figures

CommitCounts = Callable[[], Mapping[str, int]]
"""How many commits there were in this process, by outcome: `done`, `failed`, `repeated`."""

COMMIT_OUTCOMES = ("done", "failed", "repeated")
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

# When each series began: as many lines again, that nobody reads
disable_created_metrics()  # type: ignore[no-untyped-call]


class Metrics:
    """Counts what this process does; reads the rest when it is asked."""

    def __init__(
        self,
        *,
        figures: Figures | None = None,
        commits: CommitCounts = dict,
        places: Places | None = None,
        about: Mapping[str, str] | None = None,
        now: Clock = system_clock,
    ) -> None:
        """*figures* are the same in every process: those with the gateway show them.

        *about* says which program this is: version, engine, parts.
        """
        self._registry = CollectorRegistry()
        self._gauges = (
            None if figures is None else FigureGauges(figures, now=now, registry=self._registry)
        )
        self._places = PlaceGauges(places or Places(), registry=self._registry)
        self._registry.register(_Commits(commits))
        ProcessCollector(namespace="purser", registry=self._registry)
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
        self._calls = Counter(
            "purser_telegram_calls",
            "Calls of the Bot API, by how they ended.",
            ("method", "outcome"),
            registry=self._registry,
        )
        self._call_seconds = Histogram(
            "purser_telegram_call_seconds",
            "Time that Telegram took to answer.",
            ("method",),
            buckets=_BUCKETS,
            registry=self._registry,
        )
        if about:
            info = Gauge(
                "purser_info", "Which program this is.", tuple(about), registry=self._registry
            )
            info.labels(*about.values()).set(1)

    def request(self, *, route: str, method: str, status: int, seconds: float) -> None:
        """A request was answered; *status* 0 is a client that went away."""
        known = method if method in _METHODS else "OTHER"
        self._requests.labels(route, known, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def telegram_call(self, *, method: str, outcome: str, seconds: float) -> None:
        """A call of the Bot API ended; *outcome* as `bot.calls` names it."""
        self._calls.labels(method, outcome).inc()
        self._call_seconds.labels(method).observe(seconds)

    async def text(self) -> bytes:
        """Everything in Prometheus' format."""
        if self._gauges is not None:
            await self._gauges.refresh()
        self._places.refresh()
        return generate_latest(self._registry)


class _Commits(Collector):
    """What the store has counted, asked for at each look."""

    def __init__(self, counts: CommitCounts) -> None:
        self._counts = counts

    def collect(self) -> Iterable[Metric]:
        family = CounterMetricFamily(
            "purser_commits",
            "Commits that were made, failed, or were repeated since others were in the way.",
            labels=("outcome",),
        )
        counts = self._counts()
        for outcome in COMMIT_OUTCOMES:
            family.add_metric((outcome,), counts.get(outcome, 0))
        yield family


class MetricsPage:
    """`GET /metrics`, for who has the key; without one, where only this machine can ask."""

    def __init__(self, metrics: Metrics, *, key: str | None = None, is_open: bool = False) -> None:
        self._metrics = metrics
        self._key = None if key is None else key.encode()
        self._is_open = is_open

    async def show(self, request: Request) -> Response:
        """Everything, or a refusal; 404 where nobody may ask."""
        if self._key is None and not self._is_open:
            raise HTTPException(404)
        if self._key is not None and not self._has_key(request, self._key):
            raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
        headers = {"Cache-Control": "no-store"}
        return Response(await self._metrics.text(), 200, headers, CONTENT_TYPE_LATEST)

    def _has_key(self, request: Request, key: bytes) -> bool:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        is_right = hmac.compare_digest(given.strip().encode(), key)
        return is_right and scheme.lower() == "bearer"


def routes(page: MetricsPage) -> list[Route]:
    """The one route."""
    return [Route("/metrics", page.show, methods=["GET"])]
