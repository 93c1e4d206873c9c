"""The Bot API as the wallet meets it in the storm; behind it is the sandbox's Telegram."""

import json
from collections import defaultdict
from random import Random
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from sandbox.bot_api.api import BotApi
from sandbox.bot_api.multipart import parse_body
from sandbox.telegram.telegram import Telegram
from tests.torture.records import Records
from tests.torture.updates import Polled, Posted
from tests.torture.weather import Weather

RETRY_AFTER_SECONDS = (1, 1, 2, 4)
POLL_SECONDS_MAX = 5
"""Shorter than at Telegram, so that a poll is not one hang in itself."""

RECEIPT = "✅ Paid"
"""How a receipt begins in English."""

_HTML = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n</html>"


class BotApiDouble:
    """Answers calls, or does what a bad day does to them."""

    def __init__(
        self, telegram: Telegram, weather: Weather, random: Random, records: Records
    ) -> None:
        self.polled = Polled(random, records.faults)
        self.posted = Posted(telegram, random, records.faults)
        self.gateway = ""
        """Where the webhook's https address really leads, as a proxy in front would."""
        self.shown: dict[int, list[tuple[int, str]]] = defaultdict(list)
        """Every text that was ever on a screen with the version it came with, by person."""
        self._api = BotApi(telegram)
        self._records = records
        self._changes = telegram.changes
        self._weather = weather
        self._random = random

    def routes(self) -> list[web.RouteDef]:
        """What a bot's client expects at the Bot API's address."""
        return [
            web.get("/bot{token}/{method}", self._answer),
            web.post("/bot{token}/{method}", self._answer),
        ]

    async def close(self) -> None:
        """End the polls that are open."""
        await self._api.close()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"].lower()
        match self._weather.mode("telegram"):
            case None:
                return await self._do(request, method)
            case "lost answer":
                await self._do(request, method)
            case "hang":
                await self._weather.hang()
            case "flood" | "error 500" | "bad gateway" | "garbage" as mode:
                return self._refusal(mode)
        return vanish(request)

    async def _do(self, request: web.Request, method: str) -> web.Response:
        values, files = parse_body(request.headers.get("Content-Type", ""), await request.read())
        values = {**request.query, **values}
        if method in ("setwebhook", "deletewebhook"):
            self._use_webhook(values)
            return web.json_response({"ok": True, "result": True})
        if method == "getupdates":
            seconds = 1 if len(self.polled) else POLL_SECONDS_MAX
            values["timeout"] = min(int(values.get("timeout", 0)), seconds)
        answer = await self._api.call(request.match_info["token"], method, values, files)
        body = answer.body
        if answer.status == 200:
            result = json.loads(body)["result"]
            if method == "getupdates":
                body = json.dumps({"ok": True, "result": self.polled.batch(result)})
            elif isinstance(result, dict) and "text" in result:
                self._show(result["chat"]["id"], result["text"])
        return web.Response(text=body, status=answer.status, content_type=answer.media_type)

    def _show(self, person: int, text: str) -> None:
        self.shown[person].append((self._changes.version, text))
        if text.startswith(RECEIPT):
            self._records.acknowledge()

    def _use_webhook(self, values: dict[str, Any]) -> None:
        url = str(values.get("url") or "")
        if url:
            secret = str(values.get("secret_token", ""))
            self.posted.use(self.gateway + urlsplit(url).path, secret)

    def _refusal(self, mode: str) -> web.Response:
        match mode:
            case "flood":
                seconds = self._random.choice(RETRY_AFTER_SECONDS)
                wait = {"parameters": {"retry_after": seconds}}
                return _problem(429, f"Too Many Requests: retry after {seconds}", **wait)
            case "error 500":
                return _problem(500, "Internal Server Error")
            case "bad gateway":
                return web.Response(text=_HTML, status=502, content_type="text/html")
        return web.Response(text=_HTML, content_type="application/json")


def vanish(request: web.Request) -> web.Response:
    """Close the connection without a word."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _problem(code: int, description: str, **more: Any) -> web.Response:
    facts = {"ok": False, "error_code": code, "description": description, **more}
    return web.json_response(facts, status=code)
