"""All of it by clicking, in a real Chromium: join, top up, pay, card, re-issue, refund."""

import re

import pytest
from playwright.async_api import expect

from tests.e2e.browser import Played

pytestmark = pytest.mark.browser

JOHN = 1002


async def test_everything_by_clicking(played: Played) -> None:
    """A stranger's first quarter of an hour, as the README promises it."""
    await played.at(f"person-{JOHN}").click()
    await played.join()
    await played.shot("joined")
    await played.top_up("+14155550132")
    await _pay_an_invoice(played)
    await _see_card_details(played)
    await _reissue(played)
    await _refund(played)
    await played.tab("desk")
    await played.at("desk-refresh").click()
    await expect(played.at("desk-transaction").filter(has_text="refund").first).to_be_visible()
    await expect(played.at("desk-faults")).not_to_contain_text("wrong")
    await played.shot("desk")


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
    await played.shot("shop")


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
