"""The page, the stream of changes, and what happens when there is no wallet."""

import asyncio
import json
import re

import aiohttp
import pytest
from aiogram import Bot

from sandbox.app import STATIC
from sandbox.client import Person, Sandbox, SandboxError
from sandbox.telegram.faults import Faults
from tests.sandbox.conftest import Served


async def test_page_takes_nothing_from_elsewhere(served: Served) -> None:
    """No network is needed: everything comes from the sandbox itself."""
    async with aiohttp.ClientSession() as http, http.get(f"{served.url}/") as answer:
        page = await answer.text()
        policy = answer.headers["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert not re.search(r'(?:src|href)="(?!/)', page)
    async with aiohttp.ClientSession() as http:
        for path in re.findall(r'(?:src|href)="([^"]+)"', page):
            async with http.get(served.url + path) as answer:
                assert answer.status == 200


def test_foreign_text_is_never_markup() -> None:
    """Messages, names and notifications are other people's words."""
    sources = "".join(path.read_text() for path in STATIC.glob("*.js"))

    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", sources)
    assert not re.search(r"https?://(?!www\.w3\.org|t\.me)[a-z]", sources)


def test_every_data_test_name_is_documented() -> None:
    """Browser tests rely on the list at the top of page.js."""
    documented = (STATIC / "page.js").read_text().partition("import")[0]
    sources = "".join(path.read_text() for path in STATIC.glob("*.js"))

    used = set(re.findall(r'test: "([a-z-]+)"', sources))

    assert {name for name in used if not re.search(rf"\b{name}\b", documented)} == set()


async def test_changes_are_streamed(served: Served, anna: Person) -> None:
    """The page reads again only what has changed."""
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{served.url}/sandbox/api/events?after=0") as stream,
    ):
        hello = await stream.content.readuntil(b"\n\n")
        await anna.say("hello")
        change = await stream.content.readuntil(b"\n\n")

    assert b"data: " in hello
    assert "chat:1001" in json.loads(change.partition(b"data: ")[2])["topics"]


async def test_stream_ends_when_the_sandbox_closes(served: Served) -> None:
    """A browser that is left open must not hold the stop up."""
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{served.url}/sandbox/api/events") as stream,
    ):
        await stream.content.readuntil(b"\n\n")
        await served.world.close()

        assert await stream.content.read() == b""


async def test_everything_opens_without_a_wallet(sandbox: Sandbox) -> None:
    """The page is there before the gateway is; what needs it says so."""
    shown = await sandbox.get("shop")

    assert (shown["orders"], "does not answer" in shown["fault"]) == ([], True)
    with pytest.raises(SandboxError, match="503"):
        await sandbox.ledger()
    with pytest.raises(SandboxError, match="503"):
        await sandbox.shop.sell(100, "Tea")
    assert (await sandbox.terminal.check("79161234501"))["check"]["outcome"] == "unknown"


async def test_unread_until_looked_at(bot: Bot, sandbox: Sandbox, anna: Person) -> None:
    """Badges of the people who are not on the screen."""
    await bot.send_message(1001, "one")
    sent = await bot.send_message(1001, "two")
    before = (await sandbox.person(1001)).facts["unread"]
    await sandbox.post("people/1001/look")
    after = (await sandbox.person(1001)).facts["unread"]
    await bot.edit_message_text("three", chat_id=1001, message_id=sent.message_id)

    assert (before, after) == (2, 0)
    assert (await sandbox.person(1001)).facts["unread"] == 1


async def test_script_waits_for_news_only(bot: Bot, anna: Person) -> None:
    """What the bot said before one's own last action is no answer to it."""
    sent = await bot.send_message(1001, "Balance 5")
    await anna.say("/balance")
    waiting = asyncio.create_task(anna.expect("Balance"))
    await bot.edit_message_text("Balance 6", chat_id=1001, message_id=sent.message_id)

    assert (await waiting).text == "Balance 6"


async def test_calls_are_counted(bot: Bot, sandbox: Sandbox) -> None:
    """A test can say how many calls a payment costs."""
    before, _ = await sandbox.calls()
    await bot.send_chat_action(1001, "typing")
    await bot.send_message(1001, "x")

    after, calls = await sandbox.calls(after=before)

    assert after - before == 2
    assert [(c["method"], c["code"]) for c in calls] == [
        ("sendChatAction", 200),
        ("sendMessage", 200),
    ]


async def test_faults_can_be_seen_and_cleared(bot: Bot, sandbox: Sandbox) -> None:
    """Until they are used up."""
    await sandbox.fail("getMe", count=3, code=400)
    shown = (await sandbox.get("faults"))["faults"]
    async with (
        aiohttp.ClientSession() as http,
        http.delete(f"{sandbox.base_url}/sandbox/api/faults") as answer,
    ):
        assert await answer.json() == {"faults": []}

    assert [(f["method"], f["count"], f["code"]) for f in shown] == [("getMe", 3, 400)]
    assert (await bot.get_me()).is_bot


def test_faults_count_down() -> None:
    """Each failure ordered happens once."""
    faults = Faults()
    faults.order(method="sendMessage", count=2)

    for _ in range(2):
        with pytest.raises(Exception, match="Internal Server Error"):
            faults.raise_ordered("sendmessage", is_after=False)

    faults.raise_ordered("sendmessage", is_after=False)
    assert list(faults) == []
