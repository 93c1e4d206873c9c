"""The pretend billing system: every mood of it, and that it credits once in all of them."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any
from xml.etree import ElementTree as ET

import aiohttp
import pytest

from sandbox.client import Sandbox, SandboxError
from sandbox.provider.moods import CREDITS_NOTHING, Mood, Moods, Order
from tests.sandbox.conftest import Clock, Served

PAY = {
    "command": "pay",
    "txn_id": "17",
    "txn_date": "20261124110000",
    "account": "ann_2026",
    "sum": "500.00",
}
CHECK = {"command": "check", "txn_id": "17", "account": "ann_2026", "sum": "500.00"}


class Line:
    """The wallet's line to the provider's front end."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url

    async def ask(self, sent: dict[str, str], service: str = "steam") -> tuple[int, str, bytes]:
        """Status, content type and body."""
        url = f"{self._url}/provider/{service}"
        async with self._session.get(url, params=sent) as answer:
            return answer.status, answer.headers["Content-Type"], await answer.read()

    async def tags(self, sent: dict[str, str], service: str = "steam") -> dict[str, str]:
        """What a good answer says."""
        _, _, body = await self.ask(sent, service)
        return {each.tag: each.text or "" for each in ET.fromstring(body)}  # noqa: S314  # ours


@pytest.fixture
async def line(served: Served) -> AsyncIterator[Line]:
    timeout = aiohttp.ClientTimeout(total=20)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        yield Line(session, served.url)


async def mood(sandbox: Sandbox, name: str, **asked: Any) -> None:
    await sandbox.post("provider/moods", {"mood": name} | asked)


async def credited(sandbox: Sandbox) -> list[tuple[str, str, int]]:
    """Number, sum and how often each was asked for."""
    found = (await sandbox.get("provider"))["credits"]
    return [(each["txn_id"], each["sum"], each["times"]) for each in found]


async def test_check_and_pay(sandbox: Sandbox, line: Line) -> None:
    """By the protocol: a check moves nothing, a payment is credited with a number."""
    checked = await line.tags(CHECK)
    before = await credited(sandbox)
    paid = await line.tags(PAY | {"data1": "00123"})

    assert (checked["result"], checked["osmp_txn_id"]) == ("0", "17")
    assert "fields" in checked
    assert before == []
    assert (paid["result"], paid["sum"], paid["osmp_txn_id"]) == ("0", "500.00", "17")
    assert paid["prv_txn"].isdigit()
    shown = await sandbox.get("provider")
    assert shown["credits"][0]["fields"] == {"data1": "00123"}
    assert [(each["command"], each["result"]) for each in shown["requests"]] == [
        ("pay", 0),
        ("check", 0),
    ]


async def test_same_number_is_credited_once(sandbox: Sandbox, line: Line) -> None:
    """Twelve at once too; with another sum the first one stays; services are apart."""
    answers = await asyncio.gather(*(line.tags(PAY) for _ in range(12)))
    other = await line.tags(PAY | {"sum": "900.00"})
    await line.tags(PAY, service="tele")

    assert len({each["prv_txn"] for each in (*answers, other)}) == 1
    assert sorted(await credited(sandbox)) == [("17", "500.00", 1), ("17", "500.00", 13)]


@pytest.mark.parametrize(
    ("name", "status", "kind", "pattern"),
    [
        ("error", 500, "text/html", "Internal"),
        ("broken", 500, "text/html", "Internal"),
        ("down", 503, "text/plain", "no billing"),
        ("empty", 200, "text/xml", "^$"),
        ("garbage", 200, "text/html", "<h1>"),
        ("html", 200, "text/html", "<result>0</result>"),
        ("slow", 200, "text/xml", "<result>0</result>"),
        ("busy", 200, "text/xml", "<result>1</result>"),
        ("unfinished", 200, "text/xml", "<result>90</result>"),
        ("refusing", 200, "text/xml", "<result>241</result>"),
        ("other_sum", 200, "text/xml", "<sum>9500.00</sum><result>0</result>"),
    ],
)
async def test_moods(
    sandbox: Sandbox, line: Line, name: str, status: int, kind: str, pattern: str
) -> None:
    """Once, as was asked for; after that it answers well, and has credited once in all."""
    await mood(sandbox, name, count=1, code=241, seconds=0.01)

    found = await line.ask(PAY)
    between = await credited(sandbox)
    after = await line.tags(PAY)

    assert found[0] == status
    assert found[1].startswith(kind)
    assert re.search(pattern, found[2].decode("windows-1251"))
    assert len(between) == (Mood(name) not in CREDITS_NOTHING)
    assert after["result"] == "0"
    assert len(await credited(sandbox)) == 1


@pytest.mark.parametrize(("name", "number"), [("silent", 1), ("deaf", 0)])
async def test_no_answer_at_all(
    sandbox: Sandbox, line: Line, served: Served, name: str, number: int
) -> None:
    """Until the other side hangs up, or the world ends."""
    await mood(sandbox, name, command="pay")
    waiting = [asyncio.create_task(line.ask(PAY)) for _ in range(2)]
    while len(served.world.billing.requests) < 2:
        await served.world.changes.wait(served.world.changes.version, timeout_seconds=5)
    checked = await line.tags(CHECK)

    waiting[0].cancel()
    await served.world.close()

    assert (await waiting[1])[0] == 503
    assert checked["result"] == "0"
    assert len(served.world.billing.credits()) == number


async def test_duplicate_is_called_an_error(sandbox: Sandbox, line: Line) -> None:
    """As one real billing does, though the first was credited."""
    await mood(sandbox, "forgetful")

    first, second = await line.tags(PAY), await line.tags(PAY)

    assert (first["result"], second["result"]) == ("0", "300")
    assert await credited(sandbox) == [("17", "500.00", 2)]


async def test_moods_of_one_service_and_command(sandbox: Sandbox, line: Line) -> None:
    """The newest order that fits counts; clearing makes all good again."""
    await mood(sandbox, "busy")
    await mood(sandbox, "refusing", service="steam", command="pay", code=7)
    await mood(sandbox, "unfinished", service="steam", command="pay", count=1)

    results = [
        (await line.tags(PAY))["result"],
        (await line.tags(PAY))["result"],
        (await line.tags(CHECK))["result"],
        (await line.tags(PAY, service="tele"))["result"],
    ]
    async with (
        aiohttp.ClientSession() as http,
        http.delete(f"{sandbox.base_url}/sandbox/api/provider/moods") as answer,
    ):
        cleared = (await answer.json())["orders"]

    assert results == ["90", "7", "1", "1"]
    assert cleared == []
    assert (await line.tags(PAY))["result"] == "0"


def test_standing_mood_is_replaced_by_the_next() -> None:
    """A list of moods that all stand would say nothing."""
    moods = Moods()
    moods.order(Order(Mood.BUSY))
    moods.order(Order(Mood.ERROR))

    assert [each.mood for each in moods] == [Mood.ERROR]


def test_chance_is_the_same_at_every_start_and_never_itself() -> None:
    """So that what went wrong can be played again."""
    played = []
    for _ in range(2):
        moods = Moods()
        moods.order(Order(Mood.RANDOM))
        played.append([moods.next("steam", "pay").mood for _ in range(200)])

    assert played[0] == played[1]
    assert Mood.RANDOM not in played[0]
    assert len(set(played[0])) > 10


async def test_unknown_account_and_bad_requests(sandbox: Sandbox, line: Line) -> None:
    """A check without a sum is refused by two real billings."""
    await sandbox.post("provider/unknown", {"account": "nobody"})

    results = [
        (await line.tags(CHECK | {"account": "nobody"}))["result"],
        (await line.tags({"command": "check", "txn_id": "1", "account": "x"}))["result"],
        (await line.tags(PAY | {"command": "cancel"}))["result"],
    ]

    assert results == ["5", "300", "300"]
    assert await credited(sandbox) == []


@pytest.mark.parametrize(
    ("flaw", "lines"),
    [
        ("", ["17\tann_2026\t500.00", "18\tann_2026\t1.50", "Total:\t2\t501.50"]),
        ("missing", ["17\tann_2026\t500.00", "Total:\t1\t500.00"]),
        (
            "doubled",
            [
                "17\tann_2026\t500.00",
                "18\tann_2026\t1.50",
                "17\tann_2026\t500.00",
                "Total:\t3\t1001.50",
            ],
        ),
        (
            "strange",
            [
                "17\tann_2026\t500.00",
                "18\tann_2026\t1.50",
                "4242424242\tnobody\t1.00",
                "Total:\t3\t502.50",
            ],
        ),
        ("sum", ["17\tann_2026\t501.00", "18\tann_2026\t1.50", "Total:\t2\t502.50"]),
        ("total", ["17\tann_2026\t500.00", "18\tann_2026\t1.50", "Total:\t3\t501.50"]),
    ],
)
async def test_file_of_the_day(
    sandbox: Sandbox, line: Line, clock: Clock, flaw: str, lines: list[str]
) -> None:
    """What was credited in Moscow's day, with a flaw where one is asked for."""
    await line.tags(PAY)
    await line.tags(PAY | {"txn_id": "18", "sum": "1.50"})
    await line.tags(PAY | {"txn_id": "19"}, service="tele")
    clock.move(hours=14)  # Moscow's next day
    await line.tags(PAY | {"txn_id": "20"})

    name, text = await _file(sandbox, f"steam?day=2026-11-24&flaw={flaw}")

    found = [row.replace("\t24.11.2026\t11:00:00", "") for row in text.split("\r\n")]
    assert name == "QIWI_steam_202611241.csv"
    assert [row.replace("\t24.11.2026\t12:00:00", "") for row in found] == [*lines, ""]


async def test_file_of_a_day_without_payments(sandbox: Sandbox) -> None:
    """It has a total all the same; what is no day is refused."""
    name, text = await _file(sandbox, "steam?flaw=missing")

    assert (name, text) == ("QIWI_steam_202611241.csv", "Total:\t0\t0.00\r\n")
    with pytest.raises(SandboxError, match="404"):
        await sandbox.get("provider/registry/steam?day=soon")


async def _file(sandbox: Sandbox, asked: str) -> tuple[str, str]:
    url = f"{sandbox.base_url}/sandbox/api/provider/registry/{asked}"
    async with aiohttp.ClientSession() as http, http.get(url) as answer:
        assert answer.content_disposition is not None
        return answer.content_disposition.filename or "", await answer.text()
