"""A real Chromium on the sandbox's page."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Locator, Page, async_playwright, expect

SHOTS = os.environ.get("SHOTS_FOLDER")
"""Where to leave pictures for the documents; nowhere unless asked for."""

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    """Chromium as Debian installs it; it asks nobody on the network."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()


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

    async def join(self) -> None:
        """Open a wallet for who is selected; its card has come too."""
        await self.at("start").click()
        await self.at("reply-button").click()
        await self.says("A code was sent")
        await self.enter_code()
        await self.says("Your wallet")
        await self.says("Card ••••")

    async def top_up(self, phone: str) -> None:
        """Put two notes of a thousand into the terminal."""
        await self.tab("terminal")
        await self.at("terminal-number").fill(phone)
        await self.at("terminal-check").click()
        await self.at("terminal-note-1000").click()
        await self.at("terminal-note-1000").click()
        await self.at("terminal-pay").click()
        await expect(self.at("receipt")).to_be_visible()
        await self.says("2,000")

    async def shot(self, name: str) -> None:
        """A picture for the documents, where they are asked for."""
        if SHOTS is not None:
            await self.page.evaluate("Promise.all(document.getAnimations().map(a => a.finished))")
            await self.page.screenshot(path=Path(SHOTS) / f"{name}.png")
