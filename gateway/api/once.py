"""A request with an `Idempotency-Key` is done once, and answered the same ever after."""

import hashlib
import json
from collections.abc import Callable
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from gateway.api.bodies import Body
from gateway.api.endpoints import Call
from gateway.errors import PROBLEM_JSON, refusal, request_id_of
from services import answers
from services.answers import Answer
from services.errors import InvalidRequestError, RefusedError

T = TypeVar("T")
AnyBody = TypeVar("AnyBody", bound=Body)

_CREATED = 201
_FIRST_REFUSAL = 400


async def answer_once(
    call: Call[AnyBody],
    *,
    prepare: Callable[[], Callable[..., T]],
    facts: Callable[[T], dict[str, Any]],
) -> Response:
    """Do what *prepare* makes and answer 201 with its *facts*, or answer as the first time.

    A refusal by the rules is kept like a success, so that a repeat cannot change it; a
    request that is not valid is not kept, and may be sent again in a better form.
    """
    kept = call.api.answers
    scope = f"merchant/{call.merchant.id}"
    asked = answers.Request(scope, call.key, fingerprint(call.request, call.sent))
    try:
        given = await kept.once(
            request=asked,
            work=_or_raise_later(prepare),
            answer=lambda made: Answer(_CREATED, json.dumps(facts(made), ensure_ascii=False)),
        )
    except RefusedError as exc:
        status, problem = refusal(exc, request_id_of(call.request))
        given = await kept.refuse(request=asked, refusal=Answer(status, problem.decode()))
    is_problem = given.status >= _FIRST_REFUSAL
    media_type = PROBLEM_JSON if is_problem else "application/json"
    return Response(given.body, given.status, media_type=media_type)


def fingerprint(request: Request, body: Body) -> bytes:
    """What must be the same when a key is used again, whatever the spaces and the order."""
    content = json.dumps(body.content(), sort_keys=True)
    return hashlib.sha256(f"{request.method}\n{request.url.path}\n{content}".encode()).digest()


def _or_raise_later(prepare: Callable[[], Callable[..., T]]) -> Callable[..., T]:
    """What is not valid any more (a time that has passed) may still have a first answer."""
    try:
        return prepare()
    except InvalidRequestError as exc:
        invalid = exc

    def refuse(_: object) -> T:
        raise invalid

    return refuse
