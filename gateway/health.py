"""`GET /healthz`: the process answers.  `GET /readyz`: it can also keep what it is told.

The second writes to the disk, so its outcome is kept for a moment: nobody can keep the
disk busy by asking.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway.routes import Route

logger = structlog.get_logger(__name__)

Checks = Mapping[str, Callable[[], Awaitable[None]]]
"""By name: each returns, or raises when that part is not ready."""

CHECK_SECONDS_MAX = 5
KEPT_SECONDS = 1
"""How long an outcome is good for others who ask."""


class Readiness:
    """Runs the checks, one asker for all."""

    def __init__(self, checks: Checks, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._checks = checks
        self._clock = clock
        self._running = asyncio.Lock()
        self._outcomes: dict[str, str] = {}
        self._good_until: float | None = None

    async def outcomes(self) -> dict[str, str]:
        """`ok` or `failed`, by the check's name."""
        async with self._running:
            if self._good_until is None or self._clock() >= self._good_until:
                found = await asyncio.gather(
                    *(_outcome(name, check) for name, check in self._checks.items())
                )
                self._outcomes = dict(zip(self._checks, found, strict=True))
                self._good_until = self._clock() + KEPT_SECONDS
            return self._outcomes


def routes(checks: Checks) -> list[Route]:
    """Both routes; neither says more than names and `ok` or `failed`."""
    readiness = Readiness(checks)

    async def alive(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def ready(_: Request) -> Response:
        outcomes = await readiness.outcomes()
        is_ready = all(outcome == "ok" for outcome in outcomes.values())
        facts = {"status": "ok" if is_ready else "failed", "checks": outcomes}
        return JSONResponse(facts, 200 if is_ready else 503, {"Cache-Control": "no-store"})

    return [
        Route("/healthz", alive, methods=["GET"]),
        Route("/readyz", ready, methods=["GET"]),
    ]


async def _outcome(name: str, check: Callable[[], Awaitable[None]]) -> str:
    try:
        async with asyncio.timeout(CHECK_SECONDS_MAX):
            await check()
    except Exception:
        logger.exception("not ready", check=name)
        return "failed"
    return "ok"
