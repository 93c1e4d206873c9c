"""From an error to an HTTP status and to problem details (RFC 9457).

Statuses are looked up along an error's ancestors, so a new error of a known family needs
nothing here.  What is not a `WalletError` becomes a bare 500; its text is in the log only.
"""

import json
from datetime import datetime
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Match, Mount

from gateway.limits import TooManyRequestsError
from services import errors
from services.invoices import amount_facts, time_fact
from services.merchants import KeyRefusedError, ScopeMissingError
from services.money import Money
from services.terminals import TerminalRefusedError

logger = structlog.get_logger(__name__)

STATUS: dict[type[errors.WalletError], int] = {
    errors.NotFoundError: 404,
    errors.InvalidRequestError: 422,
    errors.RefusedError: 409,
    errors.ConflictError: 409,
    errors.UnavailableError: 503,
    KeyRefusedError: 401,
    TerminalRefusedError: 401,
    ScopeMissingError: 403,
}
PROBLEM_JSON = "application/problem+json"
PROBLEMS_SHOWN_MAX = 20
"""Of a request with more mistakes than that, the first ones are named."""

CODES = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    408: "request_timeout",
    413: "body_too_large",
    422: "invalid_request",
    429: "too_many_requests",
    500: "internal_error",
    503: "unavailable",
}
"""Of refusals that no service makes."""

METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
_READING = ("GET", "HEAD")

_DETAILS = {
    400: "The body is not JSON that can be read.",
    401: "No key, or one that is not valid here.",
    404: "There is nothing at this address.",
    405: "This address does not take that method.",
    408: "The body did not arrive in time.",
    413: "The body is larger than this address takes.",
    422: "The request is not valid as written.",
    429: "Too many requests; come back after the time in Retry-After.",
    500: "Something went wrong here; the log names it by this request id.",
    503: "It cannot be done at the moment; try again with the same key.",
}


def status_of(error: type[errors.WalletError]) -> int:
    """The status of the nearest ancestor that has one."""
    return next(STATUS[ancestor] for ancestor in error.__mro__ if ancestor in STATUS)


def problem(status: int, code: str | None = None, *, request_id: str, **more: Any) -> bytes:
    """Problem details as they are sent; *more* may hold `detail` and further members."""
    code = code or CODES.get(status) or f"http_{status}"
    facts: dict[str, Any] = {
        "type": f"urn:purser:problem:{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": status,
        "detail": _DETAILS.get(status, HTTPStatus(status).phrase),
        "code": code,
        "instance": request_id,
    }
    named = {name: value for name, value in more.items() if name not in facts}
    facts["detail"] = more.get("detail", facts["detail"])
    return json.dumps(facts | named, ensure_ascii=False).encode()


def refusal(error: errors.WalletError, request_id: str) -> tuple[int, bytes]:
    """Status and problem details of what a service refused."""
    status = status_of(type(error))
    values = {name: shown(value) for name, value in error.values.items() if name != "detail"}
    detail = sentence_of(error)
    return status, problem(status, error.code, request_id=request_id, detail=detail, **values)


def shown(value: object) -> Any:
    """A value of a refusal as our API writes it."""
    if isinstance(value, Money):
        return amount_facts(value)
    if isinstance(value, datetime):
        return time_fact(value)
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, list | tuple | frozenset):
        return [shown(each) for each in value]
    if isinstance(value, dict):  # a name by language
        return {name: shown(each) for name, each in value.items()}
    return str(value)


def problem_response(status: int, body: bytes, headers: dict[str, str] | None = None) -> Response:
    """An answer of problem details."""
    return Response(body, status, headers, PROBLEM_JSON)


def request_id_of(request: Request) -> str:
    """The id that the edge gave the request."""
    request_id: str = request.scope["state"]["request_id"]
    return request_id


def sentence_of(error: errors.WalletError) -> str:
    """The sentence that describes the error's class, less what it says of values."""
    text = " ".join((type(error).__doc__ or error.code).split())
    return text.partition("Values:")[0].strip()


async def _on_refusal(request: Request, exc: Exception) -> Response:
    if not isinstance(exc, errors.WalletError):
        raise exc
    status, body = refusal(exc, request_id_of(request))
    headers = {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else None
    return problem_response(status, body, headers)


async def _on_http(request: Request, exc: Exception) -> Response:
    if not isinstance(exc, HTTPException):
        raise exc
    body = problem(exc.status_code, request_id=request_id_of(request))
    headers = dict(exc.headers or {})
    if exc.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = _allowed(request)
    return problem_response(exc.status_code, body, headers)


def _allowed(request: Request) -> str:
    """Every method of the address: a router names those of one route only."""
    path, routes = request.scope["path"], request.app.routes
    scopes = {name: {"type": "http", "method": name, "path": path} for name in METHODS}
    allowed = [
        name
        for name, scope in scopes.items()
        for route in routes
        if not isinstance(route, Mount) and route.matches(scope)[0] is Match.FULL
    ]
    return ", ".join(allowed or _READING)  # a mount holds files


async def _on_invalid(request: Request, exc: Exception) -> Response:
    """Where and why, but not what was sent: it may hold what must not be echoed."""
    if not isinstance(exc, RequestValidationError):
        raise exc
    problems = [
        {"where": [str(part)[:64] for part in each["loc"]], "why": each["msg"][:200]}
        for each in exc.errors()[:PROBLEMS_SHOWN_MAX]
    ]
    body = problem(422, request_id=request_id_of(request), problems=problems)
    return problem_response(422, body)


async def _on_too_many(request: Request, exc: Exception) -> Response:
    if not isinstance(exc, TooManyRequestsError):
        raise exc
    body = problem(429, request_id=request_id_of(request), retry_after=exc.retry_after)
    return problem_response(429, body, {"Retry-After": str(exc.retry_after)})


def add_handlers(app: FastAPI) -> None:
    """Have *app* answer every refusal with problem details."""
    app.add_exception_handler(errors.WalletError, _on_refusal)
    app.add_exception_handler(TooManyRequestsError, _on_too_many)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(RequestValidationError, _on_invalid)
