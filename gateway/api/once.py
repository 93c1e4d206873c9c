"""A request with an `Idempotency-Key` is done once, and answered the same ever after."""

import hashlib
import json
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import Header, Request, Response
from pydantic import BaseModel

from gateway.api.callers import MerchantApi
from gateway.errors import PROBLEM_JSON, refusal, request_id_of
from services import answers
from services.answers import KEY_LENGTH_MAX, Answer
from services.errors import InvalidRequestError, RefusedError
from services.merchants import Caller

T = TypeVar("T")

_CREATED = 201
_FIRST_REFUSAL = 400

IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=KEY_LENGTH_MAX,
        pattern="^[ -~]+$",
        description="Any text of yours; with it, a repeat gets the first answer again.",
    ),
]


async def answer_once(
    *,
    api: MerchantApi,
    caller: Caller,
    request: Request,
    key: str,
    body: BaseModel,
    prepare: Callable[[], Callable[..., T]],
    facts: Callable[[T], dict[str, Any]],
) -> Response:
    """Do what *prepare* makes and answer 201 with its *facts*, or answer as the first time.

    A refusal by the rules is kept like a success, so that a repeat cannot change it; a
    request that is not valid is not kept, and may be sent again in a better form.
    """
    asked = answers.Request(f"merchant/{caller.merchant.id}", key, fingerprint(request, body))
    try:
        given = await api.answers.once(
            request=asked,
            work=_or_raise_later(prepare),
            answer=lambda made: Answer(_CREATED, json.dumps(facts(made), ensure_ascii=False)),
        )
    except RefusedError as exc:
        status, problem = refusal(exc, request_id_of(request))
        given = await api.answers.refuse(request=asked, refusal=Answer(status, problem.decode()))
    is_problem = given.status >= _FIRST_REFUSAL
    media_type = PROBLEM_JSON if is_problem else "application/json"
    return Response(given.body, given.status, media_type=media_type)


def fingerprint(request: Request, body: BaseModel) -> bytes:
    """What must be the same when a key is used again, whatever the spaces and the order."""
    content = json.dumps(body.model_dump(mode="json"), sort_keys=True)
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
