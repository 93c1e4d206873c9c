"""The providers' tab in a real browser: put into a mood by a press, and back."""

import os
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import expect

from tests.e2e.browser import open_browser
from tests.sandbox.conftest import Served

pytestmark = pytest.mark.browser

SHOTS = os.environ.get("SHOTS_FOLDER")
PAY = {"command": "pay", "txn_id": "17", "account": "анна", "sum": "500.00"}


async def test_mood_is_set_seen_and_cleared(served: Served) -> None:
    """What a person sees is what the billing system does."""
    complaints: list[str] = []
    async with open_browser() as browser, aiohttp.ClientSession() as http:
        page = await browser.new_page(viewport={"width": 1500, "height": 900})
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(served.url)
        await page.locator("[data-test=tab-provider]").click()
        await page.locator("[data-test=provider-mood]").select_option("refusing")
        await page.locator("[data-test=provider-code]").select_option("241")
        await page.locator("[data-test=provider-order]").click()
        told = page.locator("[data-test=provider-orders]")
        await expect(told).to_have_text("a fatal code (payments, 1×)")

        for _ in range(2):
            async with http.get(f"{served.url}/provider/steam", params=PAY) as answer:
                assert answer.status == 200

        requests = page.locator("[data-test=provider-request]")
        await expect(requests).to_have_count(2)
        await expect(requests.last).to_contain_text("refusing")
        await expect(told).to_have_count(0)
        credit = page.locator("[data-test=provider-credit]")
        await expect(credit).to_contain_text("анна")
        await expect(credit).to_have_count(1)
        await page.locator("[data-test=provider-count]").select_option("0")
        await page.locator("[data-test=provider-order]").click()
        if SHOTS is not None:
            await page.screenshot(path=Path(SHOTS) / "provider.png")
        async with page.expect_download() as awaited:
            await page.locator("[data-test=provider-file-steam]").click()
        assert (await awaited.value).suggested_filename == "QIWI_steam_202611241.csv"
        await page.locator("[data-test=provider-clear]").click()
        await expect(told).to_have_count(0)
    assert complaints == []
