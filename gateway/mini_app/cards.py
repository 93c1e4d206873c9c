"""The card's own page: the part of its details that goes by no SMS, shown once.

The page itself holds nothing secret and is the same for everybody; what it shows it asks
for with Telegram's word for who opened it.
"""

import json
import re
from collections.abc import Callable
from html import escape
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles

from gateway.addresses import address_of
from gateway.errors import problem, problem_response, request_id_of
from gateway.limits import Buckets
from gateway.mini_app.init_data import InitDataRefusedError, verify
from gateway.routes import Mount, Route
from services.card_details import CardDetails
from services.clock import Clock

Words = Callable[[str, str], dict[str, str]]
"""The sentences of a language whose keys start with a prefix."""

PREFIX = "card-page-"
STATIC = Path(__file__).parent / "static"
PAGE_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self' https://web.telegram.org https://*.web.telegram.org"
    ),
}
"""No script but ours, nothing sent elsewhere, framed by Telegram's own clients only."""

_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_SCHEME = "tma "


class CardPage:
    """The page and the one question it asks."""

    def __init__(
        self,
        *,
        card_details: CardDetails,
        words: Words,
        bot_token: str,
        now: Clock,
        failures: Buckets,
    ) -> None:
        self._details = card_details
        self._words = words
        self._bot_token = bot_token
        self._now = now
        self._failures = failures
        self._html = (STATIC / "card.html").read_text("utf-8")

    async def show(self, request: Request) -> Response:
        """`GET /app/cards/{reveal_id}`."""
        language = _language(request)
        words = json.dumps(self._words(language, PREFIX), ensure_ascii=True)
        direction = "rtl" if language in _RIGHT_TO_LEFT else "ltr"
        page = (
            self._html.replace("{language}", language)
            .replace("{direction}", direction)
            .replace("{words}", escape(words))
        )
        return Response(page, media_type="text/html", headers=PAGE_HEADERS)

    async def reveal(self, request: Request) -> Response:
        """`POST /app/api/cards/{reveal_id}`: the rest of the details, once."""
        header = request.headers.get("authorization", "")
        try:
            opener = verify(_init_data(header), bot_token=self._bot_token, now=self._now())
        except InitDataRefusedError:
            await self._failures.take(address_of(request))
            body = problem(401, "init_data_refused", request_id=request_id_of(request))
            return problem_response(401, body, {"WWW-Authenticate": "tma"})
        rest = await self._details.see(
            telegram_id=opener.telegram_id, reveal_id=request.path_params["reveal_id"]
        )
        facts = {
            "last_four": rest.last_four,
            "expires": f"{rest.expires[2:]}/{rest.expires[:2]}",
            "code_end": rest.code_end,
        }
        return JSONResponse(facts, headers={"Cache-Control": "no-store"})


def routes(page: CardPage) -> list[Route | Mount]:
    """The page, its question, and its two static files."""
    return [
        Route("/app/cards/{reveal_id}", page.show, methods=["GET"]),
        Route("/app/api/cards/{reveal_id}", page.reveal, methods=["POST"]),
        Mount("/app/static", StaticFiles(directory=STATIC), name="mini-app-static"),
    ]


def _init_data(header: str) -> str:
    if header[: len(_SCHEME)].lower() != _SCHEME:
        raise InitDataRefusedError("scheme")
    return header[len(_SCHEME) :]


def _language(request: Request) -> str:
    """The one that the bot's button names, or else the browser's first."""
    named = request.query_params.get("lang") or request.headers.get("accept-language", "")
    found = _LANGUAGE.match(named.strip().lower())
    return found[0] if found else "en"
