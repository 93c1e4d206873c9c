"""Paying for a thing by clicking, in a real Chromium, and who was paid sees it."""

import pytest
from playwright.async_api import expect

from tests.e2e.browser import Played

pytestmark = pytest.mark.browser

JOHN = 1002
LOGIN = "john_42"


async def test_a_game_is_paid_by_taps(played: Played) -> None:
    """From the categories to the receipt and its document; the provider has credited once."""
    await played.at(f"person-{JOHN}").click()
    await played.join()
    await played.top_up("+14155550132")

    await played.write("/pay")
    await played.tap("Games")
    await played.tap("Steam")
    await played.says("Login")
    await played.write(LOGIN)
    await played.says("How much")
    await played.tap("RUB 500.00")
    await played.says("Please check")
    await played.says("RUB 515.00")
    await played.tap("Confirm")
    await played.says("is reserved")
    await played.enter_code()
    await played.says("✅ Paid")

    await played.tap("PDF")
    await expect(played.at("document").last).to_contain_text(".pdf")
    await played.tab("provider")
    credit = played.at("provider-credit")
    await expect(credit).to_have_count(1)
    await expect(credit).to_contain_text(LOGIN)
    await expect(credit).to_contain_text("500.00")
    await played.shot("sandbox")
