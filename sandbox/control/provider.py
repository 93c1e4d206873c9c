"""Control API: the providers' billing system, its moods and its books."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.control.answers import Body, NotFoundError, read, wait
from sandbox.provider.moods import ANY, CODE_OF_REFUSAL, SECONDS_SLOW, Mood, Order
from sandbox.provider.registry import Flaw, day_of, written
from sandbox.world import World

CREDITS_SHOWN = 100


class NewMood(Body):
    """Body of POST …/provider/moods; without a count it stays until another is asked for."""

    mood: Mood
    service: str = ANY
    command: str = Field(ANY, pattern=r"\*|check|pay")
    count: int | None = Field(None, ge=1, le=1000, strict=True)
    code: int = Field(CODE_OF_REFUSAL, ge=1, le=9999, strict=True)
    seconds: float = Field(SECONDS_SLOW, ge=0, le=120)


class UnknownAccount(Body):
    """Body of POST …/provider/unknown: an account that nobody has from now on."""

    account: str


def routes(world: World) -> list[Route]:
    """Moods, accounts, payments, and the file of a day."""
    provider = _Provider(world)
    path = "/sandbox/api/provider"
    return [
        Route(path, provider.show),
        Route(f"{path}/moods", provider.order, methods=["POST"]),
        Route(f"{path}/moods", provider.clear, methods=["DELETE"]),
        Route(f"{path}/unknown", provider.forget, methods=["POST"]),
        Route(f"{path}/registry/{{service}}", provider.registry),
    ]


class _Provider:
    """Each method is one route."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._billing = world.billing

    async def show(self, request: Request) -> Response:
        await wait(self._world, request, "provider")
        return JSONResponse(self._shown())

    async def order(self, request: Request) -> Response:
        asked = await read(request, NewMood)
        self._billing.moods.order(Order(**asked.model_dump()))
        self._world.changes.touch("provider")
        return JSONResponse(self._shown(), 201)

    async def clear(self, _: Request) -> Response:
        self._billing.moods.clear()
        self._world.changes.touch("provider")
        return JSONResponse(self._shown())

    async def forget(self, request: Request) -> Response:
        self._billing.unknown.add((await read(request, UnknownAccount)).account)
        self._world.changes.touch("provider")
        return JSONResponse(self._shown())

    async def registry(self, request: Request) -> Response:
        """What the billing system says of `?day=YYYY-MM-DD` (today), with a `?flaw=`."""
        service = request.path_params["service"]
        text = request.query_params.get("day", "")
        try:
            day = datetime.fromisoformat(text).date() if text else day_of(self._world.now())
            flaw = Flaw(request.query_params.get("flaw", ""))
        except ValueError as exc:
            raise NotFoundError("a day as in 2026-11-24, and a flaw that there is") from exc
        name = f"QIWI_{service}_{day:%Y%m%d}1.csv"
        return Response(
            written(self._billing.credits(service), day, flaw),
            media_type="text/csv",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def _shown(self) -> dict[str, Any]:
        billing = self._billing
        credited = billing.credits()
        return {
            "version": self._world.changes.of("provider"),
            "moods": [mood.value for mood in Mood],
            "orders": [asdict(order) for order in billing.moods],
            "unknown": sorted(billing.unknown),
            "services": sorted({each.service for each in billing.requests}),
            "requests": [
                {**asdict(each), "at": each.at.isoformat()} for each in reversed(billing.requests)
            ],
            "credits": [each.as_json() for each in reversed(credited[-CREDITS_SHOWN:])],
            "credited": len(credited),
        }
