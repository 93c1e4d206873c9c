"""Control API: failures on order, the calls the bot made, and live changes."""

import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from sandbox.control.answers import Body, query_number, read
from sandbox.world import World

_KEEP_ALIVE_SECONDS = 15.0


class NewFault(Body):
    """Body of POST /sandbox/api/faults; `after` loses the answer, not the call."""

    method: str = "*"
    count: int = 1
    code: int = 500
    description: str | None = None
    retry_after: int = 1
    after: bool = False


class SmsFault(Body):
    """Body of POST /sandbox/api/sms/fail."""

    count: int = 1


def routes(world: World) -> list[Route]:
    """Faults, calls, events."""
    faults = world.telegram.faults

    async def show(_: Request) -> Response:
        return JSONResponse({"faults": [asdict(fault) for fault in faults]})

    async def order(request: Request) -> Response:
        asked = await read(request, NewFault)
        fault = faults.order(
            method=asked.method,
            count=asked.count,
            code=asked.code,
            description=asked.description,
            retry_after_seconds=asked.retry_after,
            is_after=asked.after,
        )
        return JSONResponse(asdict(fault), 201)

    async def clear(_: Request) -> Response:
        faults.clear()
        return JSONResponse({"faults": []})

    async def sms(request: Request) -> Response:
        world.sms.fail_next((await read(request, SmsFault)).count)
        return JSONResponse({})

    async def calls(request: Request) -> Response:
        return JSONResponse(_calls(world, query_number(request, "after", 0)))

    async def events(request: Request) -> Response:
        after = query_number(request, "after", world.changes.version)
        return StreamingResponse(
            _events(world, after),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store"},
        )

    return [
        Route("/sandbox/api/faults", show),
        Route("/sandbox/api/faults", order, methods=["POST"]),
        Route("/sandbox/api/faults", clear, methods=["DELETE"]),
        Route("/sandbox/api/sms/fail", sms, methods=["POST"]),
        Route("/sandbox/api/calls", calls),
        Route("/sandbox/api/events", events),
    ]


def _calls(world: World, after: int) -> dict[str, Any]:
    """The calls after the first *after*, as many of them as are kept."""
    api = world.api
    new = max(0, api.calls_total - after)
    listed = [{**asdict(call), "at": call.at.isoformat()} for call in api.calls]
    return {"total": api.calls_total, "calls": listed[len(listed) - min(new, len(listed)) :]}


async def _events(world: World, after: int) -> AsyncIterator[str]:
    """Server-sent events: which topics changed, each with its version."""
    changes = world.changes
    yield _event(changes.version, {})
    while not changes.is_closed:
        if await changes.wait(after, timeout_seconds=_KEEP_ALIVE_SECONDS):
            topics, after = changes.since(after), changes.version
            yield _event(after, topics)
        elif not changes.is_closed:
            yield ": nothing new\n\n"


def _event(version: int, topics: dict[str, int]) -> str:
    said = json.dumps({"version": version, "topics": topics})
    return f"id: {version}\ndata: {said}\n\n"
