"""Several processes on one PostgreSQL: bot, gateway and workers apart, as a company runs them."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import pytest

from bench.servers import PostgresServer, RedisServer, redis
from purser.settings import load_settings
from purser.wallet import open_wallet
from sandbox.client import Sandbox
from services.clock import system_clock
from tests.purser.conftest import Command
from tests.purser.test_serving import ended, free_port, joined, outside, ready, started

TOKEN = "1000000001:secret-of-the-bot"
SECRET_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


@pytest.fixture
def engine() -> str:
    return "postgres"


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    with redis() as server:
        yield server


@pytest.fixture
def purser_on_postgres(purser: Command, database: str) -> Command:
    """`purser` with a database of its own on the server, migrated as an operator does."""
    purser.environment["PURSER_DATABASE_URL"] = database
    purser.environment["PURSER_SECRET_KEY"] = SECRET_KEY
    purser.ok("migrate")
    return purser


@pytest.fixture
async def telegram() -> AsyncIterator[tuple[str, str]]:
    """Where Telegram and the SMS centre are, and where the gateway will be."""
    gateway = f"http://127.0.0.1:{free_port()}"
    async with outside(gateway) as address:
        yield address, gateway


def environment(telegram: str, gateway: str, redis_url: str | None) -> dict[str, str]:
    values = {
        "PURSER_BOT_TOKEN": TOKEN,
        "PURSER_BOT_API_URL": telegram,
        "PURSER_HTTP_PORT": gateway.rpartition(":")[2],
        "PURSER_SMS_URL": f"{telegram}/sandbox/sms?phone={{phone}}&text={{text}}",
        "PURSER_RATES_URL": "operator:",
        "PURSER_LOG_FORMAT": "json",
    }
    return values if redis_url is None else values | {"PURSER_REDIS_URL": redis_url}


@pytest.mark.parametrize("keeper", ["database", "redis"])
async def test_parts_run_apart(
    purser_on_postgres: Command,
    telegram: tuple[str, str],
    redis_server: RedisServer,
    keeper: str,
) -> None:
    """A person joins through the bot's process; the SMS is sent by a worker's."""
    purser, (world, gateway) = purser_on_postgres, telegram
    settings = environment(world, gateway, redis_server.url if keeper == "redis" else None)
    async with AsyncExitStack() as stack:
        parts: list[Any] = [
            stack.enter_context(started(purser, "run", "--only", part, **settings))
            for part in ("gateway", "bot", "worker", "worker")
        ]
        await ready(parts[0], gateway)
        await joined(world)
        async with Sandbox(world) as sandbox:
            anna = await sandbox.person("anna_s")
            await anna.say("/balance")
            message = await anna.reply()
        shown = await asyncio.to_thread(purser.json, "holder", "show", "+79161234501")
        for child in parts:
            child.send_signal(signal.SIGTERM)
        codes = [await ended(child) for child in parts]
        printed = "".join(child.communicate()[0] for child in parts)
    books = purser.json("verify")

    assert shown["telegram_id"] == 1001
    assert "0" in message.text
    assert codes == [0, 0, 0, 0]
    assert "Traceback" not in printed
    assert books["faults"] == []


def test_run_refuses_an_empty_database(purser: Command, postgres_server: PostgresServer) -> None:
    """Whoever mistypes the address must not be served by a new, empty wallet."""
    url = postgres_server.create("empty_one")
    try:
        done = purser(
            "run",
            PURSER_BOT_TOKEN=TOKEN,
            PURSER_DATABASE_URL=url,
            PURSER_SECRET_KEY=SECRET_KEY,
        )
    finally:
        postgres_server.drop("empty_one")

    assert done.returncode == 1
    assert "purser migrate" in done.stderr
    assert "Traceback" not in done.stderr


def test_server_that_is_away_is_one_line(purser: Command) -> None:
    """And not a page of Python."""
    url = f"postgresql://nobody:secret@127.0.0.1:{free_port()}/none"
    done = purser("verify", PURSER_DATABASE_URL=url, PURSER_SECRET_KEY=SECRET_KEY)

    assert done.returncode == 1
    assert "database_away" in done.stderr
    assert "secret" not in done.stderr
    assert "Traceback" not in done.stderr


def _settings_of(purser: Command) -> dict[str, str]:
    return {
        name: value for name, value in purser.environment.items() if name.startswith("PURSER_")
    }


async def test_processes_go_by_the_servers_clock(
    purser_on_postgres: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine three hours ahead would end everybody's offers at once."""
    monkeypatch.setattr("purser.wallet.system_clock", lambda: system_clock() + timedelta(hours=3))
    settings = load_settings(_settings_of(purser_on_postgres))

    async with open_wallet(settings) as wallet:
        ahead = wallet.now() - system_clock()

    assert abs(ahead) < timedelta(minutes=1)
