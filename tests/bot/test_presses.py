"""Forged and foreign buttons, and screens that Telegram has lost."""

import pytest
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import EditMessageText

from tests.bot.conftest import Outside
from tests.telegram import Phone, Telegram, names


async def test_anothers_button_does_nothing(payer: Phone, other: Phone, outside: Outside) -> None:
    """A button is bound to the person it was made for."""
    await outside.join(other)
    await payer.press("Pay")
    data, number = payer.data_of("Confirm")

    requests = await other.press_data(data, number)

    assert names(requests) == ["answerCallbackQuery"]
    assert "не ваша кнопка" in other.alert


@pytest.mark.parametrize(
    "data",
    [
        "",
        "x",
        "confirm:1",
        "confirm:" + "0" * 32 + ":1:AAAAAAAAAAAAAAAA",
        ":::",
        "::::",
        "home::0:\ud800",
        "a" * 64,
    ],
)
async def test_forged_data_does_nothing(payer: Phone, data: str) -> None:
    """Whatever did not come from a button of ours is refused with a word."""
    requests = await payer.press_data(data)

    assert names(requests) == ["answerCallbackQuery"]
    assert "not yours, or it is damaged" in payer.alert


async def test_changed_button_does_nothing(payer: Phone) -> None:
    """One digit of a real button changed is a forged one."""
    data, number = payer.data_of("Pay")
    action, thing, version, mac = data.split(":")
    changed = f"{action}:{'0' if thing[0] != '0' else '1'}{thing[1:]}:{version}:{mac}"

    await payer.press_data(changed, number)

    assert "not yours, or it is damaged" in payer.alert


async def test_screen_that_is_gone_is_shown_anew(
    payer: Phone, outside: Outside, telegram: Telegram
) -> None:
    """The person deleted the message: the receipt comes in a new one."""
    await outside.to_code(payer)
    code = await outside.code()
    telegram.shown.clear()

    requests = await payer.say(code)

    assert names(requests) == ["deleteMessage", "editMessageText", "sendMessage"]
    assert "✅ <b>Paid</b>" in payer.text


async def test_typed_code_that_cannot_be_deleted_pays_all_the_same(
    payer: Phone, outside: Outside, telegram: Telegram
) -> None:
    """Taking it out of the chat is tidiness."""
    await outside.to_code(payer)
    code = await outside.code()
    method = EditMessageText(text="x")
    fault = TelegramBadRequest(method=method, message="message can't be deleted")
    telegram.faults.append(("deleteMessage", fault))

    await payer.say(code)

    assert "✅ <b>Paid</b>" in payer.text


async def test_lost_answer_to_a_press_is_harmless(payer: Phone, telegram: Telegram) -> None:
    """It is decoration: the query may be too old."""
    fault = TelegramBadRequest(method=EditMessageText(text="x"), message="query is too old")
    telegram.faults.append(("answerCallbackQuery", fault))

    await payer.press("Pay")

    assert "Please check" in payer.text
