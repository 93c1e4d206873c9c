"""Shops in the operators' chat: who acts for them, and a new key pair."""

import pytest
from aiogram import Dispatcher

from bot.buttons import Buttons, Press
from purser.services import Services
from services.merchant_people import Role
from services.vault import Vault
from tests.bot.conftest import OPERATOR, Outside
from tests.conftest import MASTER
from tests.telegram import Phone, Telegram, plain


@pytest.fixture
def operator(telegram: Telegram, dispatcher: Dispatcher) -> Phone:
    return Phone(telegram, dispatcher, OPERATOR, number="+79990000099", name="Op")


async def test_operator_makes_a_key_pair_for_a_shop(
    operator: Phone, outside: Outside, services: Services, telegram: Telegram
) -> None:
    """Shown once, in a message that cannot be forwarded, and hidden with one tap."""
    shop = await outside.merchant(name="Tea & Co")
    await services.merchant_people.add(merchant_id=shop.id, telegram_id=501, role=Role.OWNER)
    await operator.say("/operator")
    await operator.press("Shops")
    await operator.press("Tea & Co")
    assert "• 501, owner" in operator.text
    assert shop.id in operator.text

    await operator.press("New pair")
    await operator.say("x" * 65)
    assert "What shall the pair be called" in operator.text
    await operator.say("Plugin")

    fresh = telegram.latest(OPERATOR)
    secret = plain(fresh.text).split("Secret key: <code>")[1].split("<")[0]
    assert fresh.is_protected
    assert (await services.merchants.authenticate(secret_key=secret)).merchant.id == shop.id
    await operator.press("Hide")
    assert all(secret not in each for each in operator.shown.values())


async def test_list_in_pages(operator: Phone, outside: Outside) -> None:
    await operator.say("/operator")
    await operator.press("Shops")
    assert "There are no shops" in operator.text
    for number in range(21):
        await outside.merchant(name=f"Shop {number:02}")

    await operator.say("/operator")
    await operator.press("Shops")
    assert "Shop 00" in operator.labels()[0]
    await operator.press("Next")
    assert "Shop 20" in operator.labels()[0]
    await operator.press("First")

    assert "Shop 00" in operator.labels()[0]


async def test_whoever_is_no_operator_learns_nothing(
    operator: Phone, phone: Phone, outside: Outside, services: Services
) -> None:
    """Buttons are for the person they were made for, so here they are made again."""
    shop = await outside.merchant(name="Tea")
    await outside.join(phone)
    for action in ("opshops", "opshop", "opkeynew"):
        data = phone_data(phone, action, shop.id)
        await phone.press_data(data)
        assert "did not understand" in phone.text
        assert "Tea" not in phone.text

    assert len(await services.key_pairs.listed(merchant_id=shop.id)) == 1


def phone_data(phone: Phone, action: str, thing: str) -> str:
    """What a button of ours carries for that person."""
    return Buttons(Vault(MASTER)).data(phone.user.id, Press(action, thing, 0))
