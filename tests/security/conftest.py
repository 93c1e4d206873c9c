"""What attackers of the tests stand in front of: the gateway, also on a real socket."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from fastapi import FastAPI

from gateway.app import create_app
from gateway.limits import Limits
from purser.services import Services
from purser.web import serving_http
from services.rate_limits import Rate
from storage.engines import AnyStore
from tests.clock import TestClock
from tests.gateway.conftest import (
    TELEGRAM_SECRET,
    ann,
    client,
    gateway_settings,
    shop,
)

__all__ = ["ann", "client", "shop"]

BODY_SECONDS = 0.3
HEAD_SECONDS = 0.3
UNBOUNDED = Rate(10**9, timedelta(microseconds=1))
"""Where a test asks more often than anybody may."""


class Updates:
    """Stands for the inbox behind the webhook's route."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    async def receive(self, body: bytes) -> bool:
        self.bodies.append(body)
        return True


@pytest.fixture
def updates() -> Updates:
    return Updates()


@pytest.fixture
def app(services: Services, store: AnyStore, clock: TestClock, updates: Updates) -> FastAPI:
    """Everything switched on, and no limit but those of time and size."""
    return create_app(
        **gateway_settings(services, store, clock),
        telegram_secret=TELEGRAM_SECRET,
        receive=updates.receive,
        limits=Limits(per_key=UNBOUNDED, failures=UNBOUNDED),
        body_seconds=BODY_SECONDS,
    )


@pytest.fixture
async def address(app: FastAPI) -> AsyncIterator[str]:
    """The gateway as `purser run` serves it, with less patience."""
    async with serving_http(app, host="127.0.0.1", port=0, head_seconds=HEAD_SECONDS) as opened:
        yield opened


class Wire:
    """One connection on which anything can be sent."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def to(cls, address: str) -> "Wire":
        host, _, port = address.removeprefix("http://").partition(":")
        return cls(*await asyncio.open_connection(host, int(port)))

    async def send(self, *parts: bytes) -> None:
        """Send, whether or not anybody still reads."""
        for part in parts:
            self._writer.write(part)
        try:
            await self._writer.drain()
        except ConnectionError:
            return

    async def rest(self) -> bytes:
        """Everything until the other side closes."""
        try:
            return await self._reader.read(-1)
        except ConnectionError:
            return b""

    async def some(self) -> bytes:
        """What has come, or comes next."""
        return await self._reader.read(65536)

    async def close(self) -> None:
        self._writer.close()
        try:
            await self._writer.wait_closed()
        except ConnectionError:
            return


@pytest.fixture
async def wire(address: str) -> AsyncIterator[Wire]:
    opened = await Wire.to(address)
    yield opened
    await opened.close()
