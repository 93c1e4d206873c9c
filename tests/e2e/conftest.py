"""The whole product as a stranger starts it: one sandbox, played over the wire."""

from collections.abc import AsyncIterator

import pytest

from purser.demo import own_sandbox
from sandbox.client import Person, Sandbox


@pytest.fixture
async def address() -> AsyncIterator[str]:
    async with own_sandbox() as running:
        yield running


@pytest.fixture
async def sandbox(address: str) -> AsyncIterator[Sandbox]:
    async with Sandbox(address) as connected:
        yield connected


@pytest.fixture
async def john(sandbox: Sandbox) -> Person:
    return await sandbox.person("john_m")


@pytest.fixture
async def anna(sandbox: Sandbox) -> Person:
    return await sandbox.person("anna_s")
