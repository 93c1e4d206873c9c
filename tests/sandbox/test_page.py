"""The page in a real browser: what a person sees and presses."""

import re
from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest
from aiogram import Bot
from aiogram.types import (
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    WebAppInfo,
)
from playwright.async_api import Locator, Page, async_playwright, expect

from tests.sandbox.conftest import Served

pytestmark = pytest.mark.browser
ARGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
CHROMIUM = "/usr/bin/chromium"


@pytest.fixture
async def page(served: Served) -> AsyncIterator[Page]:
    """The sandbox's page; anything it complains about fails the test."""
    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        page = await browser.new_page(viewport={"width": 1500, "height": 900})
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(served.url)
        yield page
        await browser.close()
    assert complaints == []


def named(page: Page) -> Callable[[str], Locator]:
    return lambda name: page.locator(f"[data-test={name}]")


async def test_playing_a_chat(page: Page, bot: Bot, served: Served) -> None:
    """Start, share the number, get a code by SMS, press, and see the answer."""
    at = named(page)
    share = KeyboardButton(text="Share my number", request_contact=True)

    await at("start").click()
    [start] = await bot.get_updates(timeout=10)
    await bot.send_message(
        1001, "Your number?", reply_markup=ReplyKeyboardMarkup(keyboard=[[share]])
    )
    await at("reply-button").click()
    [contact] = await bot.get_updates(offset=start.update_id + 1, timeout=10)
    params = {"phone": "+79161234501", "text": "Purser: code 48213"}
    url = f"{served.url}/sandbox/sms"
    async with aiohttp.ClientSession() as http, http.get(url, params=params) as answer:
        assert answer.status == 200
    await at("autofill").click()
    [code] = await bot.get_updates(offset=contact.update_id + 1, timeout=10)

    assert code.message is not None
    assert code.message.text == "48213"


async def test_buttons_of_every_kind(page: Page, bot: Bot) -> None:
    """A tap spins until answered; an alert waits to be closed; an edit happens in place."""
    at = named(page)
    rows = [
        [InlineKeyboardButton(text="Pay", callback_data="pay")],
        [InlineKeyboardButton(text="Card", web_app=WebAppInfo(url="http://127.0.0.1:9/app"))],
        [InlineKeyboardButton(text="Copy", copy_text=CopyTextButton(text="4000 1234"))],
    ]
    sent = await bot.send_message(
        1001, "Choose", reply_markup=InlineKeyboardMarkup(inline_keyboard=rows)
    )
    button = at("inline-button").filter(has_text="Pay")

    await button.click()
    await expect(button).to_contain_class("busy")
    [update] = await bot.get_updates(timeout=10)
    assert update.callback_query is not None
    await bot.answer_callback_query(update.callback_query.id, "Not enough", show_alert=True)
    await expect(at("alert")).to_contain_text("Not enough")
    await at("alert-close").click()
    await at("inline-button").filter(has_text="Copy").click()
    await expect(at("toast")).to_contain_text("4000 1234")
    await at("inline-button").filter(has_text="Card").click()
    await expect(at("mini-app-frame")).to_have_attribute(
        "src", re.compile("tgWebAppData=query_id")
    )
    await at("mini-app-close").click()
    await bot.edit_message_text("<b>Paid</b>", chat_id=1001, message_id=sent.message_id)

    await expect(at("message")).to_contain_text("Paid")
    await expect(at("inline-button")).to_have_count(0)


async def test_foreign_words_stay_words(page: Page, bot: Bot) -> None:
    """Markup in a name or a message is shown, not obeyed; entities nest."""
    at = named(page)
    evil = "&lt;img src=x onerror=alert(1)&gt;"

    await bot.send_message(1001, f"<b>bold <i>both</i></b> {evil} <tg-spoiler>9</tg-spoiler>")

    bubble = at("message")
    await expect(bubble).to_contain_text("<img src=x onerror=alert(1)>")
    await expect(bubble.locator("b i")).to_have_text("both")
    await expect(bubble.locator("img")).to_have_count(0)
    await bubble.locator(".spoiler").click()


async def test_another_person_and_a_narrow_screen(page: Page, bot: Bot) -> None:
    """Each phone has its own chat; unread messages of the others are counted."""
    at = named(page)
    await bot.send_message(1004, "مرحبا")

    await expect(at("person-1004").locator("[data-test=unread]")).to_have_text("1")
    await at("person-1004").click()
    await expect(at("message")).to_contain_text("مرحبا")
    await page.set_viewport_size({"width": 390, "height": 780})
    await at("tab-terminal").click()
    await expect(at("terminal-screen")).to_be_visible()
    await at("tab-chat").click()
    await expect(at("message")).to_be_visible()
