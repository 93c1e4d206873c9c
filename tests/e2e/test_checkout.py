"""A shop's customer pays on the wallet's page, in a real Chromium, by every way there is."""

import re
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.async_api import Browser, Page, expect

from sandbox.client import Person, Sandbox
from tests.e2e.browser import SHOTS, Played, open_browser
from tests.e2e.test_story import joined

pytestmark = pytest.mark.browser

PHONE_SIZE, DESK_SIZE = {"width": 360, "height": 740}, {"width": 1100, "height": 800}


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with open_browser() as browser:
        yield browser


@pytest.fixture
async def payer(sandbox: Sandbox, john: Person) -> Person:
    """John, with a wallet and three thousand roubles."""
    await joined(john)
    await sandbox.terminal.top_up(john.phone, [1000, 1000, 1000])
    await john.expect("3,000")
    return john


async def opened(browser: Browser, size: dict[str, int], **options: Any) -> Page:
    """A page of its own, as somebody else's browser."""
    context = await browser.new_context(
        viewport={"width": size["width"], "height": size["height"]}, locale="en-US", **options
    )
    page = await context.new_page()
    page.set_default_timeout(15_000)
    return page


async def bill(sandbox: Sandbox, minor: int = 100_00, **more: str) -> str:
    """The address of a new open invoice."""
    order = await sandbox.shop.sell(minor, "A lamp", **more)
    return str(order["invoice"]["page_url"])


async def type_number(page: Page, person: Person, way: str = "code") -> None:
    await page.fill("#phone", person.phone)
    await page.check(f"[name=way][value={way}]")
    await page.click("[data-test=continue]")


async def type_code(page: Page, code: str) -> None:
    await page.fill("#code", code)
    await page.click("[data-test=pay]")


async def ends(page: Page, state: str) -> None:
    """Wait until the page says *state*."""
    await expect(page.locator(f"[data-state={state}]")).to_be_visible(timeout=15_000)


async def shot(page: Page, name: str) -> None:
    if SHOTS is not None:
        await page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


async def fits(page: Page) -> bool:
    """Whether nothing reaches over the side of the screen."""
    return bool(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


async def square_of(page: Page) -> str:
    """What a phone's camera reads from the page."""
    seen = Image.open(BytesIO(await page.locator(".qr").screenshot()))
    return str(zxingcpp.read_barcodes(seen)[0].text)


async def test_every_way_to_pay(sandbox: Sandbox, payer: Person, chromium: Browser) -> None:
    """Code, chat, exchange, card; another browser at the same invoice sees it paid by itself."""
    page = await opened(chromium, PHONE_SIZE)
    address = await bill(sandbox)
    watching = await opened(chromium, DESK_SIZE, color_scheme="dark")
    await watching.goto(address)
    await page.goto(address)
    assert await fits(page)
    assert await square_of(page) == await page.get_attribute("[data-test=telegram]", "href")
    await shot(page, "checkout-phone")
    await type_number(page, payer)
    await type_code(page, await payer.next_code())
    await ends(page, "paid")
    await ends(watching, "paid")
    await shot(watching, "checkout-paid-dark")

    await page.goto(await bill(sandbox))
    await type_number(page, payer, "chat")
    await payer.expect("on the page of")
    await payer.press("Pay")
    await payer.press("Confirm")
    await payer.say(await payer.next_code())
    await ends(page, "paid")

    await _pays_in_dollars(sandbox, payer, page)
    await _pays_by_card(sandbox, payer, page)
    ledger = await sandbox.ledger()
    assert ledger.get("ledger", ledger)["faults"] == []


async def _pays_in_dollars(sandbox: Sandbox, payer: Person, page: Page) -> None:
    await payer.say("/exchange 1000 RUB USD")
    await payer.press("Confirm")
    await payer.say(await payer.next_code())
    await payer.expect("10.81")
    await page.goto(await bill(sandbox, 92_50))
    await page.check("[name=of][value=USD]")
    await type_number(page, payer)
    await expect(page.locator("[data-test=cost]")).to_contain_text("$1.00")
    await type_code(page, await payer.next_code())
    await ends(page, "paid")


async def _pays_by_card(sandbox: Sandbox, payer: Person, page: Page) -> None:
    """With what the SMS and the card's page have told its owner."""
    await payer.say("/cards")
    await payer.press("••••")
    await payer.press("Send details")
    await payer.expect("by SMS")
    await payer.press("Send")
    sms = await payer.next_sms()
    found = re.search(r"(9900[\d ]{12,}).*?(\d)\b", sms.replace("\u00a0", " "))
    assert found is not None, sms
    await page.goto(await payer.open_app("Show the rest"))
    code = page.locator("[data-test=card-code]")
    await expect(code).to_have_text(re.compile("^•[0-9]{2}$"))
    end = (await code.inner_text())[1:]
    expires = await page.locator("[data-test=card-expires]").inner_text()

    await page.goto(f"{await bill(sandbox)}&paySource=card")
    await page.fill("#number", found[1])
    await page.fill("#expires", expires)
    await page.fill("#csc", found[2] + end)
    await shot(page, "checkout-card")
    await page.click("[data-test=continue-card]")
    await type_code(page, await payer.next_code())
    await ends(page, "paid")


async def test_without_javascript_and_from_right_to_left(
    sandbox: Sandbox, payer: Person, chromium: Browser
) -> None:
    """Five wrong codes end it and hold nothing; it begins anew; what is late says so."""
    page = await opened(chromium, PHONE_SIZE, java_script_enabled=False)
    address = f"{await bill(sandbox)}&lang=ar"
    late = f"{await bill(sandbox)}&lang=ar"
    await page.goto(address)
    assert await page.locator("html").get_attribute("dir") == "rtl"
    await type_number(page, payer)
    code = await payer.next_code()
    wrong = "000000" if code != "000000" else "000001"
    for _ in range(5):
        await type_code(page, wrong)
        await expect(page.locator("[data-test=error]")).to_be_visible()
    await expect(page.locator("#code")).to_have_count(0)
    await shot(page, "checkout-exhausted-ar")

    await type_number(page, payer)
    await type_code(page, await payer.next_code())
    await ends(page, "paid")
    await page.goto(f"{await bill(sandbox)}&lang=ar")
    await type_number(page, payer, "chat")
    await payer.expect("on the page of")
    await payer.press("Pay")
    await payer.press("Confirm")
    await payer.say(await payer.next_code())
    await ends(page, "paid")  # by the page's own refreshing
    await sandbox.leap(days=4)
    await page.goto(late)
    await ends(page, "expired")
    await shot(page, "checkout-expired-ar")


async def test_keyboard_alone(sandbox: Sandbox, payer: Person, chromium: Browser) -> None:
    """Every field is reached in order and named to who cannot see it."""
    page = await opened(chromium, DESK_SIZE)
    await page.goto(await bill(sandbox))
    unnamed = await page.evaluate(
        "[...document.querySelectorAll('input:not([type=hidden])')]"
        ".filter(each => !each.labels.length).length"
    )
    await page.focus("#phone")
    await page.keyboard.type(payer.phone)
    await page.keyboard.press("Enter")
    await expect(page.locator("#code")).to_be_focused()
    await page.keyboard.type(await payer.next_code())
    await page.keyboard.press("Enter")
    await ends(page, "paid")

    assert unnamed == 0


async def test_paid_with_banknotes_by_a_stranger(
    sandbox: Sandbox, played: Played, chromium: Browser
) -> None:
    """The page's eight digits, typed at the terminal, which takes the exact sum and no more."""
    page = await opened(chromium, PHONE_SIZE)
    await page.goto(await bill(sandbox, 180_00))
    await page.click("#terminal summary")
    await page.click("[data-test=cash-show]")
    number = await page.locator("[data-test=cash-number]").inner_text()
    await shot(page, "checkout-cash")

    await played.tab("terminal")
    await played.at("terminal-number").fill(number)
    await played.at("terminal-check").click()
    await expect(played.at("terminal-screen")).to_contain_text("180")
    await expect(played.at("terminal-note-200")).to_be_disabled()
    for note in (100, 50, 10, 10, 10):
        await expect(played.at("terminal-pay")).to_be_disabled()
        await played.at(f"terminal-note-{note}").click()
    await played.at("terminal-pay").click()
    await expect(played.at("receipt").first).to_contain_text("180.00")
    await ends(page, "paid")


async def test_the_shop_switches_its_plugin(sandbox: Sandbox, played: Played) -> None:
    """A person sells through each interface with the same few taps, and pays on the page."""
    for plugin in ("bill", "pull", "robokassa"):
        await played.at(f"plugin-{plugin}").focus()
        await played.page.keyboard.press("Space")
        await expect(played.at(f"plugin-{plugin}")).to_be_checked()
        await played.at("shop-item").first.click()
        if plugin == "robokassa":
            await expect(played.at("shop-phone")).to_have_count(0)
            await played.at("plugin-test").check(force=True)
        await played.at("shop-issue").click()
        await expect(played.at("plugin-order")).to_have_count(1)
        await played.shot(f"shop-{plugin}")

    async with played.page.expect_popup() as opening:
        await played.at("plugin-order-pay").click()
    page = await opening.value
    await page.click("[data-test=test-pay]")
    await ends(page, "paid")
    await expect(played.at("plugin-order-state")).to_have_text("paid")
    await expect(played.at("plugin-word").first).to_be_attached()
