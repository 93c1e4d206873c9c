"""What an endpoint of the merchant API is, and how a request becomes a call of one.

Endpoints are plain Starlette routes: the same in FastAPI costs more than all that an
invoice needs in the wallet.  What they take and give is declared once, in `Endpoint`;
requests are read by it here, and `documents.py` describes it.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from gateway.addresses import address_of
from gateway.api.bodies import Scope
from gateway.api.callers import MerchantApi, bearer_key
from gateway.routes import Route
from services.answers import KEY_LENGTH_MAX
from services.merchants import Caller, Merchant, ScopeMissingError

PREFIX = "/api/v1"
KEY_HEADER = "Idempotency-Key"
KEY_PATTERN = "^[ -~]+$"
_KEY = re.compile(r"[ -~]+")
_JSON = re.compile(r"application/([a-z0-9.-]+\+)?json", re.IGNORECASE)

Sent = TypeVar("Sent")


@dataclass(frozen=True, slots=True)
class Call(Generic[Sent]):
    """One request, read and found good."""

    request: Request
    api: MerchantApi
    caller: Caller
    sent: Sent
    """The body; of a GET, the query."""
    key: str = ""
    """With which a repeat gets the first answer; empty where the endpoint needs none."""

    @property
    def merchant(self) -> Merchant:
        """Who calls."""
        return self.caller.merchant

    def named(self, name: str) -> str:
        """A part of the address."""
        part: str = self.request.path_params[name]
        return part


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One thing that a merchant's program can ask for."""

    name: str
    """Stable; what clients call it."""
    method: str
    path: str
    """After `/api/v1`."""
    scope: Scope
    run: Callable[[Call[Any]], Awaitable[Response]]
    summary: str
    gives: type[BaseModel]
    takes: type[BaseModel] | None = None
    """The body; of a GET, the query."""
    status: int = 200
    problems: tuple[int, ...] = ()
    """Refusals that not every endpoint has."""
    is_once: bool = False
    """Whether it takes an `Idempotency-Key`."""
    formats: Mapping[str, str] = field(default_factory=dict)
    """Of parts of the address that are not just any text, as JSON Schema names them."""
    gives_file: str | None = None
    """The media type of another form of the answer."""

    @property
    def tag(self) -> str:
        """The group that it is shown in."""
        return self.path.split("/")[1]

    @property
    def takes_query(self) -> bool:
        """Whether what it takes is in the address."""
        return self.method == "GET"


def routes(api: MerchantApi, endpoints: Sequence[Endpoint]) -> list[Route]:
    """A route for each endpoint."""
    return [
        Route(f"{PREFIX}{each.path}", _serving(api, each), methods=[each.method], name=each.name)
        for each in endpoints
    ]


def shown(facts: Any, status: int = 200) -> Response:
    """An answer as JSON."""
    return JSONResponse(facts, status)


def _serving(api: MerchantApi, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    async def serve(request: Request) -> Response:
        caller = await _caller(api, request, endpoint.scope)
        sent, key = await _read(request, endpoint)
        return await endpoint.run(Call(request, api, caller, sent, key))

    return serve


async def _caller(api: MerchantApi, request: Request, scope: Scope) -> Caller:
    """Before anything else is looked at: a stranger is not told how a body should look."""
    key = bearer_key(request.headers.get("authorization", ""))
    caller = await api.authenticate(key, address_of(request))
    request.state.caller = caller.merchant.id
    if scope not in caller.scopes:
        raise ScopeMissingError(scope=scope)
    return caller


async def _read(request: Request, endpoint: Endpoint) -> tuple[BaseModel | None, str]:
    """What was sent, and its key.

    Raises:
        RequestValidationError: Something of it is not valid; it names every place.
    """
    key = request.headers.get(KEY_HEADER, "") if endpoint.is_once else ""
    wrong: list[Any] = [] if not endpoint.is_once or _is_key(key) else [_WRONG_KEY]
    sent = None
    if endpoint.takes is not None:
        place = "query" if endpoint.takes_query else "body"
        try:
            sent = await _sent(request, endpoint, endpoint.takes)
        except ValidationError as exc:
            found = exc.errors(include_url=False, include_context=False, include_input=False)
            wrong += [{"loc": (place, *each["loc"]), "msg": each["msg"]} for each in found]
    if wrong:
        raise RequestValidationError(wrong)
    return sent, key


async def _sent(request: Request, endpoint: Endpoint, model: type[BaseModel]) -> BaseModel:
    if endpoint.takes_query:
        return model.model_validate(dict(request.query_params))
    content = await request.body()
    media_type = request.headers.get("content-type", "").partition(";")[0].strip()
    if content and not _JSON.fullmatch(media_type):
        raise RequestValidationError([{"loc": ("body",), "msg": "Input should be JSON"}])
    return model.model_validate_json(content or _NOTHING)


_NOTHING = b"{}"
"""What an empty body stands for."""

_WRONG_KEY = {
    "loc": ("header", KEY_HEADER),
    "msg": f"Input should be 1 to {KEY_LENGTH_MAX} printable ASCII characters",
}


def _is_key(key: str) -> bool:
    return len(key) <= KEY_LENGTH_MAX and _KEY.fullmatch(key) is not None
