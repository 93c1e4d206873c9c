"""What the wallet calls besides Telegram: the shops' webhooks and the SMS centre."""

import json
from collections import Counter, defaultdict
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from sandbox.shop.signature import SignatureError, verify
from sandbox.sms import SmsCentre, UnreachableError
from tests.torture.bot_api import vanish
from tests.torture.records import Records
from tests.torture.weather import LATE_SECONDS, Weather


class Receivers:
    """One webhook for each shop, by its number; every event taken is remembered."""

    def __init__(self, weather: Weather, records: Records) -> None:
        self.secrets: dict[int, str] = {}
        """What each shop checks signatures with."""
        self.taken: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
        """How often each shop answered 2xx, by the event's type and the id of its thing."""
        self.attempts = 0
        self._weather = weather
        self._records = records
        self._bodies: dict[str, bytes] = {}

    def routes(self) -> list[web.RouteDef]:
        """`POST /shops/N`."""
        return [web.post("/shops/{number}", self._take)]

    async def _take(self, request: web.Request) -> web.StreamResponse:
        mode = self._weather.mode("shops")
        self.attempts += 1
        if mode == "silence":
            return vanish(request)
        event = self._read(request, await request.read())
        match mode:
            case "error 503":
                return web.Response(status=503, headers={"Retry-After": "3"})
            case "hang":
                await self._weather.hang()
                return vanish(request)
            case "early close":
                return vanish(request)
            case "late answer":
                await self._weather.hold(LATE_SECONDS)
        if event is not None:
            self.taken[event["type"], event["data"]["id"]][self._shop(request)] += 1
        return web.Response()

    def _read(self, request: web.Request, body: bytes) -> dict[str, Any] | None:
        """The event, if its signature holds and it says what it said before."""
        shop = self._shop(request)
        stamp = request.headers.get("webhook-timestamp", "0")
        at = datetime.fromtimestamp(int(stamp), UTC)  # clocks jump here: any time will do
        try:
            number = verify(secret=self.secrets[shop], headers=request.headers, body=body, now=at)
        except SignatureError as exc:
            self._records.violation(f"a webhook to shop {shop}: {exc}")
            return None
        if self._bodies.setdefault(number, body) != body:
            self._records.violation(f"webhook {number} said something else the second time")
        event: dict[str, Any] = json.loads(body)
        return event

    @staticmethod
    def _shop(request: web.Request) -> int:
        return int(request.match_info["number"])


class SmsReceiver:
    """The SMS centre's side towards the wallet."""

    def __init__(self, centre: SmsCentre, weather: Weather) -> None:
        self._centre = centre
        self._weather = weather

    def routes(self) -> list[web.RouteDef]:
        """`GET /sms`."""
        return [web.get("/sms", self._take)]

    async def _take(self, request: web.Request) -> web.StreamResponse:
        mode = self._weather.mode("sms")
        if mode == "error 503":
            return web.Response(status=503)
        if mode == "hang":
            await self._weather.hang()
            return vanish(request)
        try:
            self._centre.deliver(phone=request.query["phone"], text=request.query["text"])
        except UnreachableError:
            return web.Response(status=404)
        return vanish(request) if mode == "lost answer" else web.Response(text="1")
