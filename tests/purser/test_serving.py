"""The server as a process: it starts, refuses a second, stops clean, and survives kill -9."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from unittest.mock import Mock

import aiohttp
import pytest

from purser.serving import Edges, pay_links
from purser.settings import load_settings
from purser.web import serving_http
from sandbox.app import create_app
from sandbox.client import Sandbox
from services.clock import system_clock
from tests.purser.conftest import Command
from tests.sandbox.conftest import BILL_KEY, PULL, ROBOKASSA

START_SECONDS = 60
STOP_SECONDS = 15


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


@contextmanager
def started(purser: Command, *words: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """A `purser` process that is ended with the block."""
    child = subprocess.Popen(
        [sys.executable, "-m", "purser", *words],
        cwd=purser.folder,
        env=purser.environment | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield child
    finally:
        child.kill()
        child.wait()
        if child.stdout is not None:
            child.stdout.close()


async def ready(child: subprocess.Popen[str], address: str) -> None:
    """Wait until the server answers, or show why it ended."""
    async with asyncio.timeout(START_SECONDS), aiohttp.ClientSession() as http:
        while True:
            assert child.poll() is None, child.communicate()[0]
            try:
                async with http.get(f"{address}/readyz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                await asyncio.to_thread(_breathe)


def _breathe() -> None:
    """Give the starting process the processor."""
    os.sched_yield()


async def ended(child: subprocess.Popen[str]) -> int:
    """The exit code, once the process is over."""
    await asyncio.to_thread(child.wait, STOP_SECONDS)
    return int(child.returncode)


async def joined(address: str) -> None:
    """Anna opens a wallet through the chat."""
    async with Sandbox(address) as sandbox:
        anna = await sandbox.person("anna_s")
        await anna.say("/start")
        await anna.reply()
        await anna.share_contact()
        await anna.say(await anna.next_code())
        await anna.next_sms()


async def test_sandbox_starts_stops_and_starts_again(purser: Command) -> None:
    """What a stranger does: run it, press Ctrl+C, run it again; the wallet is still there."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    words = ("sandbox", "--port", str(port), "--db", "s.db", "--seed")
    with started(purser, *words) as child:
        await ready(child, address)
        await joined(address)
        second = await asyncio.to_thread(
            purser, "sandbox", "--port", str(free_port()), "--db", "s.db"
        )
        child.send_signal(signal.SIGINT)
        code = await ended(child)
        printed = child.communicate()[0]
    with started(purser, *words) as child:
        await ready(child, address)
        async with Sandbox(address) as sandbox:
            anna = await sandbox.person("anna_s")
            await anna.say("/balance")
            message = await anna.reply()
        child.send_signal(signal.SIGTERM)
        again = await ended(child)

    assert (code, again) == (0, 0)
    assert address in printed
    assert "Traceback" not in printed
    assert second.returncode == 1
    assert "served by another process" in second.stderr
    assert "10" in message.text


async def test_killed_sandbox_goes_on_where_it_was(purser: Command) -> None:
    """Kill -9 and a start: no repair, no lost wallet."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    words = ("sandbox", "--port", str(port), "--db", "s.db")
    with started(purser, *words) as child:
        await ready(child, address)
        await joined(address)
        child.kill()
        await ended(child)
    with started(purser, *words) as child:
        await ready(child, address)
        async with Sandbox(address) as sandbox:
            ledger = await sandbox.ledger()
            anna = await sandbox.person("anna_s")
            await anna.say("/balance")
            await anna.reply()

    assert ledger.get("ledger", ledger)["faults"] == []


@asynccontextmanager
async def outside(gateway: str) -> AsyncIterator[str]:
    """Telegram and an SMS centre at an address of their own."""
    port = free_port()
    app = create_app(
        base_url=gateway,
        bot_token="1000000001:secret-of-the-bot",
        bot_username="club_bot",
        merchant_key="none",
        webhook_secret="whsec_bm9uZQ==",
        bill_key=BILL_KEY,
        robokassa=ROBOKASSA,
        pull=PULL,
        terminal_login="none",
        terminal_password="none",
        operator_key="none",
        now=system_clock,
    )
    async with serving_http(app, host="127.0.0.1", port=port) as address:
        try:
            yield address
        finally:
            await app.state.world.close()


async def test_run_speaks_to_a_bot_api_elsewhere(purser: Command) -> None:
    """`purser run` as an operator runs it: token, Bot API and SMS centre by settings."""
    port = free_port()
    gateway = f"http://127.0.0.1:{port}"
    async with outside(gateway) as telegram:
        environment = {
            "PURSER_BOT_TOKEN": "1000000001:secret-of-the-bot",
            "PURSER_BOT_API_URL": telegram,
            "PURSER_HTTP_PORT": str(port),
            "PURSER_SMS_URL": f"{telegram}/sandbox/sms?phone={{phone}}&text={{text}}",
            "PURSER_RATES_URL": "operator:",
            "PURSER_LOG_FORMAT": "json",
        }
        with started(purser, "run", **environment) as child:
            await ready(child, gateway)
            await joined(telegram)
            shown = await asyncio.to_thread(purser.json, "holder", "show", "+79161234501")
            child.send_signal(signal.SIGTERM)
            code = await ended(child)
            printed = child.communicate()[0]

    assert shown["telegram_id"] == 1001
    assert code == 0
    assert "secret-of-the-bot" not in printed
    assert "Traceback" not in printed


@pytest.mark.parametrize(
    ("host", "pages", "address"),
    [
        ("127.0.0.1", None, "http://127.0.0.1:8080"),
        ("0.0.0.0", None, "http://127.0.0.1:8080"),  # noqa: S104  # a text
        ("::1", None, "http://[::1]:8080"),
        ("10.0.0.7", "https://pay.example.org", "https://pay.example.org"),
    ],
)
def test_invoices_are_paid_at_an_address_that_opens(
    host: str, pages: str | None, address: str
) -> None:
    """The public one; without it this machine's own, also where all of them are listened at."""
    edges = Edges(Mock(), Mock(), Mock(), "club_bot", "", pages)
    links = pay_links(load_settings({}, http_host=host), edges)
    assert links.page("0" * 32).startswith(f"{address}/form/?invoice_uid=0000")


async def test_wrong_token_is_one_line(purser: Command) -> None:
    """The most common mistake of the first hour."""
    async with outside("http://127.0.0.1:9") as telegram:
        done = await asyncio.to_thread(
            purser,
            "run",
            PURSER_BOT_TOKEN="1000000001:wrong",
            PURSER_BOT_API_URL=telegram,
        )

    assert done.returncode == 1
    assert "Telegram does not know this bot" in done.stderr
    assert "wrong" not in done.stderr.replace("wrong_", "")


def test_taken_port_is_one_line(purser: Command) -> None:
    """The second most common."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        done = purser("sandbox", "--port", str(port), "--db", "s.db")

    assert done.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr
    assert "Traceback" not in done.stderr
