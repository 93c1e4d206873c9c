"""The whole product as a stranger starts it: one sandbox, played over the wire."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect

from purser.demo import own_sandbox
from sandbox.client import Person, Sandbox
from tests.e2e.browser import Played, open_browser


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


@pytest.fixture
async def played(address: str) -> AsyncIterator[Played]:
    complaints: list[str] = []
    async with open_browser() as browser:
        page = await browser.new_page(viewport={"width": 1500, "height": 950})
        page.set_default_timeout(15_000)
        expect.set_options(timeout=15_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(address)
        yield Played(page)
    assert complaints == []
