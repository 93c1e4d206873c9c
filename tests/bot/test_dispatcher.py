"""What the chat listens to, and what it does not."""

import io
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramForbiddenError
from aiogram.methods import SendMessage
from aiogram.types import (
    Chat,
    ChatMemberBanned,
    ChatMemberMember,
    ChatMemberUpdated,
    MessageOriginUser,
    User,
)
from PIL import Image

from bot.handlers import all_routes
from bot.routes import Routes
from bot.screens import Screen
from bot.texts import Words
from purser.services import Services
from tests.bot.conftest import Outside
from tests.telegram import _NOW, Phone, names

GROUP = Chat(id=-100, type="group", title="Friends")
SOMEBODY = User(id=55, is_bot=False, first_name="Bob")


async def test_group_gets_one_sentence_and_no_data(phone: Phone, outside: Outside) -> None:
    """Nobody else sees the money."""
    await outside.join(phone)

    [answer] = await phone.say("/balance", chat=GROUP)

    assert "in private only" in str(answer.model_dump()["text"])
    assert "t.me/purser_bot" in str(answer.model_dump()["text"])
    assert answer.model_dump()["chat_id"] == GROUP.id


async def test_group_that_does_not_let_us_write_is_nothing(
    phone: Phone, outside: Outside, services: Services
) -> None:
    """And says nothing about whether the person can be reached."""
    await outside.join(phone)
    fault = TelegramForbiddenError(method=SendMessage(chat_id=1, text="x"), message="kicked")
    phone.telegram.faults.append(("sendMessage", fault))

    await phone.say("/balance", chat=GROUP)

    holder = await services.wallets.find(phone=phone.number)
    assert holder.unreachable_since is None


def test_an_update_meets_one_handler_and_no_filter(phone: Phone) -> None:
    """Filters that run one after the other are the largest cost of an update."""
    for kind in ("message", "callback_query", "my_chat_member"):
        [handler] = phone.dispatcher.observers[kind].handlers
        assert not handler.filters
    assert phone.dispatcher.sub_routers == []


async def test_talk_in_a_group_is_not_ours(phone: Phone) -> None:
    """Only a command is answered there."""
    assert await phone.say("hello", chat=GROUP) == []


async def test_button_in_a_group_is_refused(phone: Phone, outside: Outside) -> None:
    """A forwarded screen keeps no powers."""
    await outside.join(phone)
    await phone.say("/start")
    data, number = phone.data_of("Cards")

    requests = await phone.press_data(data, number, chat=GROUP)

    assert names(requests) == ["answerCallbackQuery"]
    assert "private chat" in phone.alert


@pytest.mark.parametrize(
    "fields",
    [
        {"forward_origin": MessageOriginUser(date=_NOW, sender_user=SOMEBODY)},
        {"via_bot": User(id=9, is_bot=True, first_name="bot")},
        {"sender_chat": Chat(id=-5, type="channel", title="News")},
        {"from_user": User(id=9, is_bot=True, first_name="bot")},
        {"from_user": None},
    ],
)
async def test_what_others_wrote_is_ignored(phone: Phone, fields: dict[str, Any]) -> None:
    """A forwarded command is not this person's word."""
    assert await phone.say("/start", **fields) == []


async def test_edited_messages_and_channels_are_ignored(phone: Phone, outside: Outside) -> None:
    """A command happens once, when it is written."""
    await outside.join(phone)
    message = phone.message(text="/lock")
    seen = len(phone.telegram.requests)

    await phone.feed(edited_message=message)
    await phone.feed(channel_post=phone.message(text="/lock"))

    assert len(phone.telegram.requests) == seen


async def test_picture_is_answered_and_keeps_the_question(phone: Phone, outside: Outside) -> None:
    """One without a code answers nothing, and the next text still does."""
    await outside.join(phone)
    await phone.say("/topup")
    written = io.BytesIO()
    Image.new("L", (40, 40), 255).save(written, "PNG")
    await phone.send_photo(written.getvalue())
    assert "no payment code" in phone.text

    await phone.say("5")

    assert "No receipt of that number" in str(phone.shown)


async def test_blocking_and_coming_back_is_noted(
    phone: Phone, outside: Outside, services: Services
) -> None:
    """So that the operator knows who cannot be reached."""
    await outside.join(phone)
    bot_user = User(id=42, is_bot=True, first_name="Purser")
    here = ChatMemberMember(user=bot_user)
    gone = ChatMemberBanned(user=bot_user, until_date=_NOW)

    for old, new, is_reachable in ((here, gone, False), (gone, here, True)):
        event = ChatMemberUpdated(
            chat=Chat(id=phone.user.id, type="private"),
            from_user=phone.user,
            date=_NOW,
            old_chat_member=old,
            new_chat_member=new,
        )
        assert await phone.feed(my_chat_member=event) == []
        holder = await services.wallets.find(phone=phone.number)
        assert (holder.unreachable_since is None) is is_reachable


async def test_stranger_or_group_that_blocks_is_nothing(phone: Phone) -> None:
    """There is nobody to note it for."""
    bot_user = User(id=42, is_bot=True, first_name="Purser")
    for chat in (GROUP, Chat(id=phone.user.id, type="private")):
        event = ChatMemberUpdated(
            chat=chat,
            from_user=phone.user,
            date=_NOW,
            old_chat_member=ChatMemberMember(user=bot_user),
            new_chat_member=ChatMemberBanned(user=bot_user, until_date=_NOW),
        )
        assert await phone.feed(my_chat_member=event) == []


async def test_old_button_of_somebody_without_a_wallet_leads_into_joining(
    phone: Phone, outside: Outside, bot: Bot
) -> None:
    """A button may outlive the wallet that it was made for."""
    stranger = Phone(phone.telegram, phone.dispatcher, 70)
    await outside.join(phone)
    await stranger.say("/help")

    await stranger.press("Home")

    assert "share your phone number" in stranger.text


async def test_long_refusal_is_an_edit_and_not_an_alert(
    phone: Phone, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Telegram cuts an alert at 200 characters."""
    await outside.join(phone)
    invoice = await outside.invoice(phone)
    await outside.settle()
    await outside.services.invoices.refuse(
        holder=await outside.services.wallets.find(phone=phone.number), invoice_id=invoice.id
    )
    monkeypatch.setattr(Words, "error", lambda *_: "long " * 50)

    await phone.press("Pay")

    assert phone.alert == ""
    assert "long long" in phone.text


def test_every_handler_gets_what_it_names() -> None:
    """A parameter nobody provides would be a TypeError in the chat; here it has a name."""
    routes = Routes()

    async def handler(nobody: int) -> Screen:
        return Screen(str(nobody))

    routes.command("x", handler)

    with pytest.raises(TypeError, match=r"handler\(nobody\)"):
        routes.check(frozenset({"words"}))


def test_nothing_is_registered_twice() -> None:
    """The second would hide the first."""
    routes = all_routes()

    async def handler() -> Screen:
        return Screen("")

    with pytest.raises(ValueError, match="two handlers"):
        routes.command("start", handler)
    with pytest.raises(ValueError, match="asked twice"):
        routes.question("receipt", handler, again=handler)
