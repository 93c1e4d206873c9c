"""All of it by clicking, in a real Chromium: join, top up, pay, card, re-issue, refund."""

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests.e2e.browser import open_browser

pytestmark = pytest.mark.browser

SHOTS = os.environ.get("PURSER_SHOTS_FOLDER")
"""Where to leave pictures for the documents; nowhere unless asked for."""

JOHN = 1002


class Played:
    """The page with its parts by their data-test names."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def at(self, name: str) -> Locator:
        return self.page.locator(f"[data-test={name}]")

    async def tap(self, text: str) -> None:
        """Press the newest inline button with *text*."""
        await self.at("inline-button").filter(has_text=text).last.click()

    async def says(self, text: str) -> None:
        """Wait until the chat shows *text*."""
        await expect(self.at("message").filter(has_text=text).last).to_be_visible()

    async def write(self, text: str) -> None:
        await self.at("composer").fill(text)
        await self.at("send").click()

    async def tab(self, name: str) -> None:
        await self.at(f"tab-{name}").click()

    async def enter_code(self) -> None:
        """Take the code from the newest SMS, as the keyboard of a phone offers it."""
        await self.at("autofill").click()

    async def shot(self, name: str) -> None:
        if SHOTS is not None:
            await self.page.evaluate("Promise.all(document.getAnimations().map(a => a.finished))")
            await self.page.screenshot(path=Path(SHOTS) / f"{name}.png")


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


async def test_everything_by_clicking(played: Played) -> None:
    """A stranger's first quarter of an hour, as the README promises it."""
    await played.at(f"person-{JOHN}").click()
    await _join(played)
    await _top_up(played)
    await _pay_an_invoice(played)
    await _see_card_details(played)
    await _reissue(played)
    await _refund(played)
    await played.tab("desk")
    await played.at("desk-refresh").click()
    await expect(played.at("desk-transaction").filter(has_text="refund").first).to_be_visible()
    await expect(played.at("desk-faults")).not_to_contain_text("wrong")
    await played.shot("desk")


async def _join(played: Played) -> None:
    await played.at("start").click()
    await played.at("reply-button").click()
    await played.says("A code was sent")
    await played.enter_code()
    await played.says("Your wallet")
    await played.says("Card ••••")
    await played.shot("joined")


async def _top_up(played: Played) -> None:
    await played.tab("terminal")
    await played.at("terminal-number").fill("+14155550132")
    await played.at("terminal-check").click()
    await played.at("terminal-note-1000").click()
    await played.at("terminal-note-1000").click()
    await played.at("terminal-pay").click()
    await expect(played.at("receipt")).to_be_visible()
    await played.says("2,000")


async def _pay_an_invoice(played: Played) -> None:
    await played.tab("shop")
    await played.at("shop-description").fill("Wireless headphones")
    await played.at("shop-amount").fill("1250")
    await played.at("shop-issue").click()
    await played.says("asks you to pay")
    await played.tap("Pay")
    await played.says("Please check")
    await played.tap("Confirm")
    await played.says("Type it here to pay")
    await played.enter_code()
    await played.says("✅ Paid")
    await expect(played.at("order-state").first).to_contain_text("paid")
    await played.shot("sandbox")


async def _see_card_details(played: Played) -> None:
    await played.write("/cards")
    await played.tap("••••")
    await played.tap("Send details")
    await played.tap("Send")
    await played.tap("Show the rest")
    frame = played.page.frame_locator("[data-test=mini-app-frame]")
    await expect(frame.locator("[data-test=card-code]")).to_have_text(re.compile("^•[0-9]{2}$"))
    await played.shot("card-page")
    await played.at("mini-app-close").click()


async def _reissue(played: Played) -> None:
    await played.write("/cards")
    await played.tap("••••")
    await played.tap("Re-issue")
    await played.tap("Re-issue it")
    await played.says("The old one is gone")


async def _refund(played: Played) -> None:
    await played.tab("shop")
    await played.at("order-refund-amount").first.fill("250")
    await played.at("order-refund").first.click()
    await played.says("gave back")
    await played.write("/refunds")
    await played.says("250")
