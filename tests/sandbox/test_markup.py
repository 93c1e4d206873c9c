"""Buttons: inline ones, those in place of the letters, and taps."""

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
)
from aiogram.types import (
    CopyTextButton,
    InlineKeyboardButton,
    KeyboardButton,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    WebAppInfo,
)

from sandbox.client import Person, SandboxError
from tests.sandbox.conftest import Clock
from tests.sandbox.keyboards import PAY, keyboard


async def test_tap_and_its_answer(bot: Bot, anna: Person) -> None:
    """A tap carries the message as it is, and is answered once."""
    await bot.send_message(1001, "Pay?", reply_markup=PAY)
    query_id = await anna.press("Pay")
    [update] = await bot.get_updates()
    query = update.callback_query
    assert query is not None
    assert (query.data, query.from_user.id) == ("pay:1", 1001)
    assert isinstance(query.message, Message)
    assert query.message.reply_markup is not None
    assert query.message.reply_markup.model_dump() == PAY.model_dump()

    await bot.answer_callback_query(query.id, "Not enough money", show_alert=True)

    assert await anna.toast(query_id) == "Not enough money"
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_callback_query(query.id)


async def test_tap_cannot_be_answered_late(bot: Bot, anna: Person, clock: Clock) -> None:
    """150 seconds, and nothing is known of a query that never was."""
    await bot.send_message(1001, "Pay?", reply_markup=PAY)
    query_id = await anna.press("Pay")
    clock.move(seconds=150)

    for unanswerable in (query_id, "777"):
        with pytest.raises(TelegramBadRequest, match="query ID is invalid"):
            await bot.answer_callback_query(unanswerable)


@pytest.mark.parametrize(
    ("button", "complaint"),
    [
        (InlineKeyboardButton(text="x", callback_data="я" * 33), "BUTTON_DATA_INVALID"),
        (InlineKeyboardButton(text="x"), "Text buttons are unallowed"),
        (InlineKeyboardButton(text="x", url="ftp://a.b"), "Wrong HTTP URL"),
        (InlineKeyboardButton(text="x", web_app=WebAppInfo(url="http://a.b")), "Only HTTPS"),
        (InlineKeyboardButton(text="x", callback_data="a", url="https://a.b"), "only one action"),
        (InlineKeyboardButton(text=" ", callback_data="a"), "must be non-empty"),
        (InlineKeyboardButton(text="x", copy_text=CopyTextButton(text="y" * 257)), "COPY_TEXT"),
    ],
)
async def test_bad_buttons_are_refused(
    bot: Bot, button: InlineKeyboardButton, complaint: str
) -> None:
    """A button that Telegram would refuse must not work here."""
    with pytest.raises(TelegramBadRequest, match=complaint):
        await bot.send_message(1001, "x", reply_markup=keyboard(button))


async def test_web_app_on_this_machine_needs_no_https(bot: Bot) -> None:
    """The sandbox has no certificate; everywhere else https is asked for."""
    local = WebAppInfo(url="http://127.0.0.1:8080/app/cards/1")
    button = InlineKeyboardButton(text="Card", web_app=local)

    sent = await bot.send_message(1001, "x", reply_markup=keyboard(button))

    assert sent.reply_markup is not None


async def test_reply_keyboard_shares_the_number(bot: Bot, anna: Person) -> None:
    """The share button sends one's own contact, and a one-time keyboard goes away."""
    button = KeyboardButton(text="Share my number", request_contact=True)
    markup = ReplyKeyboardMarkup(keyboard=[[button]], one_time_keyboard=True)
    await bot.send_message(1001, "Your number, please", reply_markup=markup)

    await anna.choose("Share")

    [update] = await bot.get_updates()
    assert update.message is not None
    assert update.message.contact is not None
    assert update.message.contact.phone_number == "79161234501"
    assert update.message.contact.user_id == 1001
    assert (await anna.chat()).reply_buttons == []


async def test_reply_keyboard_is_removed(bot: Bot, anna: Person) -> None:
    """And a button that is not there cannot be chosen."""
    markup = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="Yes")]])
    await bot.send_message(1001, "?", reply_markup=markup)
    shown = (await anna.chat()).reply_buttons
    await bot.send_message(1001, "!", reply_markup=ReplyKeyboardRemove())

    assert shown == ["Yes"]
    assert (await anna.chat()).reply_buttons == []


async def test_others_contact_carries_its_owners_id(bot: Bot, anna: Person) -> None:
    """Which is how a bot knows that the number is not the sender's."""
    await anna.share_other_contact("+14155550132", "John")

    [update] = await bot.get_updates()

    assert update.message is not None
    assert update.message.contact is not None
    assert update.message.contact.user_id == 1002


async def test_forged_tap_reaches_the_bot(bot: Bot, anna: Person) -> None:
    """A custom client can send data no button held; the wallet must cope."""
    sent = await bot.send_message(1001, "No buttons here")

    await anna.forge(sent.message_id, "confirm:somebody-elses")

    [update] = await bot.get_updates()
    assert update.callback_query is not None
    assert update.callback_query.data == "confirm:somebody-elses"
    with pytest.raises(SandboxError):
        await anna.forge(5, "x")
