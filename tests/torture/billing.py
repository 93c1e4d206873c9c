"""The providers' billing system: it credits each number once, and says so or not.

It outlives every process of the wallet.  Whatever it was asked that it must never be asked
is a violation; what it credited, and what it refused for good, stays so.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from random import Random

from aiohttp import web

from tests.torture.bot_api import vanish
from tests.torture.payees import PAYEES, Payee
from tests.torture.records import Records
from tests.torture.weather import Weather

ANSWER_SECONDS = 0.02
"""How long it takes from a credit to its answer: whoever waits for a credit may strike then."""

SLOW_SECONDS = 1.5
MUTE_SHARE, MUTE_CREDITS_SHARE = 0.1, 0.5
DONE, BUSY, NO_SUCH_ACCOUNT, UNFINISHED, DUPLICATE = 0, 1, 5, 90, 300

_FORGETFUL = {each.id for each in PAYEES if each.is_forgetful}
_NOTHING_DONE = {"busy": BUSY, "unfinished": UNFINISHED}
_CHECKS = {"busy": BUSY, "refusal": NO_SUCH_ACCOUNT}
_PAGE = "<html><body><h1>It works!</h1></body></html>"


@dataclass(frozen=True, slots=True)
class Credit:
    """What a number stands for, as it came with the first request that named it."""

    payee: str
    account: str
    sum: str
    date: str
    """`txn_date`: when the wallet made it, in Moscow."""

    @property
    def minor(self) -> int:
        """The sum in minor units."""
        return int(self.sum.replace(".", ""))

    def line(self, txn: int) -> str:
        """As the registry of the payee lists it."""
        year, month, day = self.date[:4], self.date[4:6], self.date[6:8]
        clock = f"{self.date[8:10]}:{self.date[10:12]}:{self.date[12:14]}"
        return f"{txn}\t{day}.{month}.{year}\t{clock}\t{self.account}\t{self.sum}\r\n"


class Billing:
    """One for all payees."""

    def __init__(self, weather: Weather, random: Random, records: Records) -> None:
        self.credited: dict[int, Credit] = {}
        self.is_mute_at_times = False
        """Whether there are numbers that it never says a word about, whatever the weather."""
        self._weather = weather
        self._random = random
        self._records = records
        self._checked = set[int]()
        self._known: dict[int, Credit] = {}
        self._refused = set[int]()
        self._mute: dict[int, bool] = {}
        """Whether it credits them."""
        self._call = asyncio.Event()

    def routes(self) -> list[web.RouteDef]:
        """`GET /billing/PAYEE`, as OSMP asks."""
        return [web.get("/billing/{payee}", self._take)]

    async def next_call(self, seconds_max: float) -> None:
        """Return when something is credited and nobody knows yet, or when it takes too long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds_max):
                await self._call.wait()

    def registry(self, payee: Payee) -> str:
        """All that it ever credited to *payee*, as a file; empty where there is nothing."""
        found = {txn: each for txn, each in self.credited.items() if each.payee == payee.id}
        total = sum(each.minor for each in found.values())
        lines = [each.line(txn) for txn, each in found.items()]
        lines.append(f"Total:\t{len(found)}\t{total // 100}.{total % 100:02d}\r\n")
        return "".join(lines) if found else ""

    async def _take(self, request: web.Request) -> web.StreamResponse:
        sent = request.query
        txn = int(sent["txn_id"])
        if sent["command"] == "check":
            self._checked.add(txn)
            mode = self._weather.mode("checks")
            result = _CHECKS.get(mode or "", DONE)
            return await self._answer(request, result, txn, mode)
        credit = Credit(
            request.match_info["payee"], sent["account"], sent["sum"], sent["txn_date"]
        )
        self._look_at(txn, credit)
        mode = self._weather.mode("providers")
        if txn in self._mute:
            if self._mute[txn]:
                await self._credit(txn, credit)
            return vanish(request)
        return await self._pay(request, txn, credit, mode)

    async def _pay(
        self, request: web.Request, txn: int, credit: Credit, mode: str | None
    ) -> web.StreamResponse:
        if mode in _NOTHING_DONE:
            return _xml(_NOTHING_DONE[mode], txn)
        if mode == "refusal" and txn not in self.credited:
            self._refused.add(txn)
        if txn in self._refused:
            return _xml(NO_SUCH_ACCOUNT, txn)
        if mode is not None and mode.startswith("nothing done, "):
            return await self._answer(request, DONE, txn, mode)
        is_duplicate = mode in ("duplicate", "refusal") or credit.payee in _FORGETFUL
        if is_duplicate and txn in self.credited:
            return _xml(DUPLICATE, txn)
        await self._credit(txn, credit)
        return await self._answer(request, DONE, txn, mode, echo=credit.sum)

    async def _answer(
        self, request: web.Request, result: int, txn: int, mode: str | None, echo: str = ""
    ) -> web.StreamResponse:
        """Say it, if the weather lets it."""
        match (mode or "").removeprefix("nothing done, "):
            case "hang":
                await self._weather.hang()
                return vanish(request)
            case "silence":
                return vanish(request)
            case "error 500":
                return web.Response(status=500, text=_PAGE, content_type="text/html")
            case "empty":
                return web.Response(content_type="text/xml")
            case "garbage":
                return web.Response(text=_PAGE, content_type="text/html")
            case "slow":
                await self._weather.hold(SLOW_SECONDS)
            case "other sum" if echo:
                echo = f"9{echo}"
        return _xml(result, txn, echo)

    async def _credit(self, txn: int, credit: Credit) -> None:
        """Once, whatever a repeat says."""
        if txn not in self.credited:
            self.credited[txn] = credit
            self._call.set()
            self._call = asyncio.Event()
            await self._weather.hold(ANSWER_SECONDS)

    def _look_at(self, txn: int, credit: Credit) -> None:
        if txn not in self._checked:
            self._records.violation(f"{txn} is to be paid and was never checked")
        may_be_mute = self.is_mute_at_times and txn not in self._known
        if may_be_mute and self._random.random() < MUTE_SHARE:
            self._mute[txn] = self._random.random() < MUTE_CREDITS_SHARE
            self._records.faults["providers: never an answer"] += 1
        first = self._known.setdefault(txn, credit)
        if first != credit:
            self._records.violation(f"{txn} was {first}, and then {credit}")


def _xml(result: int, txn: int, echo: str = "") -> web.Response:
    echoed = f"<sum>{echo}</sum>" if echo else ""
    text = f"<osmp_txn_id>{txn}</osmp_txn_id><prv_txn>{txn % 10**6}</prv_txn>{echoed}"
    body = f'<?xml version="1.0"?><response>{text}<result>{result}</result></response>'
    return web.Response(text=body, content_type="text/xml")
