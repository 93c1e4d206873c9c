"""The Bot API over HTTP: /bot{token}/{method} and /file/bot{token}/{path}."""

import hmac
import json

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.bot_api.api import Answer, BotApi
from sandbox.bot_api.multipart import parse_body
from sandbox.telegram.errors import ApiError
from sandbox.telegram.files import SIZE_MAX

BODY_SIZE_MAX = SIZE_MAX + 1024 * 1024


def routes(api: BotApi) -> list[Route]:
    """What a bot's client expects at the Bot API's address."""

    async def call(request: Request) -> Response:
        answer = await _answer(api, request)
        return Response(answer.body, answer.status, media_type=answer.media_type)

    async def download(request: Request) -> Response:
        token, path = request.path_params["token"], request.path_params["path"]
        if not hmac.compare_digest(token.encode(), api.telegram.token.encode()):
            return JSONResponse(ApiError(401, "Unauthorized").as_answer(), 401)
        upload = api.telegram.files.at_path(path)
        if upload is None:
            return JSONResponse(ApiError(404, "Not Found").as_answer(), 404)
        return Response(upload.body, media_type="application/octet-stream")

    return [
        Route("/bot{token}/{method}", call, methods=["GET", "POST"]),
        Route("/file/bot{token}/{path:path}", download),
    ]


async def _answer(api: BotApi, request: Request) -> Answer:
    body = await request.body()
    if len(body) > BODY_SIZE_MAX:
        return _plain(ApiError(413, "Request Entity Too Large"))
    try:
        values, files = parse_body(request.headers.get("content-type", ""), body)
    except ApiError as error:
        return _plain(error)
    path = request.path_params
    everything = {**request.query_params, **values}
    return await api.call(path["token"], path["method"], everything, files)


def _plain(error: ApiError) -> Answer:
    return Answer(error.code, json.dumps(error.as_answer()))
