"""How the control API reads bodies and says no."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import HTTPExceptionHandler

from sandbox.desk import DeskError
from sandbox.people import PersonError
from sandbox.plugins.orders import PluginError
from sandbox.shop.shop import OrderNotFoundError, ShopError
from sandbox.telegram.phone import PhoneError
from sandbox.terminal.terminal import TerminalError
from sandbox.wallet import WalletUnreachableError
from sandbox.world import World

WAIT_SECONDS_MAX = 60.0


class Body(BaseModel):
    """What a body of the control API has in common: no surprises."""

    model_config = ConfigDict(extra="forbid", frozen=True)


BodyType = TypeVar("BodyType", bound=Body)


class NotFoundError(Exception):
    """There is no such person or thing."""


async def read(request: Request, kind: type[BodyType]) -> BodyType:
    """The body of *request*; an empty one stands for `{}`.

    Raises:
        ValidationError: It is not what was asked for.
    """
    return kind.model_validate_json(await request.body() or b"{}")


def query_number(request: Request, name: str, default: int) -> int:
    """A whole number from the query, *default* where there is none."""
    value = request.query_params.get(name, "")
    return int(value) if value.isascii() and value.isdigit() else default


async def wait(world: World, request: Request, topic: str) -> None:
    """Hold the answer until *topic* is newer than `?after=`, or `?timeout=` seconds long."""
    await world.changes.wait(
        query_number(request, "after", -1),
        timeout_seconds=min(query_number(request, "timeout", 0), WAIT_SECONDS_MAX),
        topics=[topic],
    )


_STATUS: Mapping[type[Exception], int] = {
    ValidationError: 400,
    PersonError: 400,
    NotFoundError: 404,
    OrderNotFoundError: 404,
    PhoneError: 409,
    PluginError: 422,
    TerminalError: 409,
    DeskError: 502,
    WalletUnreachableError: 503,
}


def error_handlers() -> dict[Any, HTTPExceptionHandler]:
    """One handler for each kind of refusal, all of the same shape."""
    handlers: dict[Any, HTTPExceptionHandler] = dict.fromkeys(_STATUS, _refuse)
    return {**handlers, ShopError: _shop_refused}


async def _refuse(_: Request, exc: Exception) -> Response:
    said = _first_fault(exc) if isinstance(exc, ValidationError) else str(exc)
    return JSONResponse({"error": said}, _STATUS[type(exc)])


async def _shop_refused(_: Request, exc: Exception) -> Response:
    """The wallet's own words go through, with its status inside."""
    problem = {"status": exc.status, **exc.problem} if isinstance(exc, ShopError) else {}
    return JSONResponse({"error": str(exc), "problem": problem}, 422)


def _first_fault(exc: ValidationError) -> str:
    fault = exc.errors()[0]
    place = ".".join(map(str, fault["loc"]))
    return f"{place}: {fault['msg']}" if place else str(fault["msg"])
