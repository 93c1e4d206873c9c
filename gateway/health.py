"""`GET /healthz`: the process answers.  `GET /readyz`: it can also keep what it is told."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway.routes import Route

logger = structlog.get_logger(__name__)

Checks = Mapping[str, Callable[[], Awaitable[None]]]
"""By name: each returns, or raises when that part is not ready."""

CHECK_SECONDS_MAX = 5


def routes(checks: Checks) -> list[Route]:
    """Both routes; neither says more than names and `ok` or `failed`."""

    async def alive(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def ready(_: Request) -> Response:
        outcomes = {name: await _outcome(name, check) for name, check in checks.items()}
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
