"""Messages as the bot sends, edits and deletes them."""

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
)
from aiogram.types import (
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
    WebAppInfo,
)

from sandbox.client import Person
from tests.sandbox.conftest import Clock
from tests.sandbox.keyboards import PAY


async def test_message_with_everything(bot: Bot, anna: Person) -> None:
    """Optional parameters are taken, and what Telegram gives back of them is given back."""
    question = await bot.send_message(1001, "Which?")
    sent = await bot.send_message(
        "@anna_s",
        "<b>5 &lt; 6</b>",
        protect_content=True,
        message_effect_id="5104841245755180586",
        disable_notification=True,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        reply_parameters=ReplyParameters(message_id=question.message_id),
        reply_markup=InlineKeyboardMarkup(
            inline_keyboard=[
                [
                    InlineKeyboardButton(text="Call", callback_data="x" * 64, style="primary"),
                    InlineKeyboardButton(text="Site", url="https://example.org"),
                ],
                [
                    InlineKeyboardButton(text="App", web_app=WebAppInfo(url="https://a.b/c")),
                    InlineKeyboardButton(text="Copy", copy_text=CopyTextButton(text="4000")),
                ],
            ]
        ),
    )

    assert sent.html_text == "<b>5 &lt; 6</b>"
    assert sent.has_protected_content
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.message_id == question.message_id
    shown = (await anna.chat()).last
    assert shown is not None
    assert [button.text for button in shown.buttons] == ["Call", "Site", "App", "Copy"]


async def test_edit_in_place(bot: Bot, anna: Person) -> None:
    """An edit without a keyboard takes the keyboard away."""
    sent = await bot.send_message(1001, "Pay?", reply_markup=PAY)
    edited = await bot.edit_message_text("Paid", chat_id=1001, message_id=sent.message_id)
    assert isinstance(edited, Message)
    again = await bot.edit_message_reply_markup(
        chat_id=1001, message_id=sent.message_id, reply_markup=PAY
    )

    assert (edited.text, edited.reply_markup) == ("Paid", None)
    assert edited.edit_date is not None
    assert isinstance(again, Message)
    assert again.reply_markup is not None
    assert again.reply_markup.model_dump() == PAY.model_dump()
    assert len((await anna.chat()).messages) == 1


@pytest.mark.parametrize("text", ["Pay?", "<b></b>Pay?", " Pay? "])
async def test_edit_that_changes_nothing_is_refused(bot: Bot, text: str) -> None:
    """Compared after parsing, as Telegram compares."""
    sent = await bot.send_message(1001, "Pay?", reply_markup=PAY)

    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await bot.edit_message_text(
            text, chat_id=1001, message_id=sent.message_id, reply_markup=PAY
        )


async def test_edit_of_a_message_that_is_not_there(bot: Bot, anna: Person) -> None:
    """Neither a deleted one nor a person's own can be edited."""
    sent = await bot.send_message(1001, "Gone soon")
    own = await anna.say("mine")
    await bot.delete_message(1001, sent.message_id)

    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await bot.edit_message_text("x", chat_id=1001, message_id=sent.message_id)
    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await bot.edit_message_text("x", chat_id=1001, message_id=own)


async def test_deleting(bot: Bot, anna: Person, clock: Clock) -> None:
    """Codes that people type can be deleted; nothing can after 48 hours."""
    code = await anna.say("12345")
    sent = await bot.send_message(1001, "old")
    await bot.delete_messages(1001, [code, 5])

    assert [m.id for m in (await anna.chat()).messages] == [sent.message_id]
    with pytest.raises(TelegramBadRequest, match="message to delete not found"):
        await bot.delete_message(1001, code)
    clock.move(hours=48, seconds=1)
    with pytest.raises(TelegramBadRequest, match="message can't be deleted for everyone"):
        await bot.delete_message(1001, sent.message_id)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "message text is empty"),
        ("<i> </i>", "message text is empty"),
        ("x" * 4097, "message is too long"),
        ("😀" * 2049, "message is too long"),
        ("<b>x", "can't parse entities"),
    ],
)
async def test_bad_texts_are_refused(bot: Bot, text: str, complaint: str) -> None:
    """The limits count what is shown, not the markup."""
    with pytest.raises(TelegramBadRequest, match=complaint):
        await bot.send_message(1001, text)


async def test_longest_text_is_taken(bot: Bot) -> None:
    """Markup does not count."""
    sent = await bot.send_message(1001, f"<b>{'x' * 4096}</b>")

    assert len(sent.text or "") == 4096


async def test_typing_lasts_until_the_next_message(bot: Bot, anna: Person, clock: Clock) -> None:
    """Or five seconds."""
    await bot.send_chat_action(1001, "typing")
    busy = (await anna.chat()).raw["typing"]
    clock.move(seconds=5)
    late = (await anna.chat()).raw["typing"]

    assert (busy, late) == ("typing", None)
