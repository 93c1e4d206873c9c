"""The chat's edges: links, groups, and messages that are nobody's word."""

from typing import Any

import pytest
from aiogram.types import CallbackQuery, Chat, WebAppData
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.handlers import all_routes
from purser.services import Services
from services.history import Wanted
from tests.bot.conftest import (
    Outside,
    bot,
    dispatcher,
    other,
    outside,
    payer,
    phone,
    telegram,
    texts,
)
from tests.cast import Cast
from tests.telegram import Phone, Telegram, names

__all__ = ["bot", "dispatcher", "other", "outside", "payer", "phone", "telegram", "texts"]

MONEY = 200_000
PHONES = st.sampled_from(["bill_", "pay_", "cheque_", "confirm_", "send_7_100", "lock", "cancel"])
payloads = st.builds("{}{}".format, PHONES, st.from_regex(r"\A[A-Za-z0-9_-]{0,64}\Z"))
GROUPS = [
    Chat(id=-100, type="group", title="Friends"),
    Chat(id=-1001, type="supergroup", title="Friends"),
    Chat(id=-1002, type="channel", title="News"),
]


async def state(services: Services, phone: Phone) -> tuple[Any, ...]:
    """Everything of a wallet that a message could have changed."""
    holder = await services.wallets.find(phone=phone.number)
    wallet = await services.wallets.show(holder=holder)
    history = await services.history.page(holder=holder.id, wanted=Wanted())
    waiting = await services.invoices.waiting(holder=holder)
    return holder, wallet.balances, history.operations, waiting.invoices


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(payloads)
@example("bill_INVOICE")
@example("bill_INVOICE ")
@example("bill_INVOICE&confirm=1")
async def test_link_opens_and_does_nothing_more(
    payer: Phone, services: Services, payload: str
) -> None:
    """Anybody can send anybody a link; whoever opens it has agreed to nothing."""
    before = await state(services, payer)
    invoice = before[3][0].id

    await payer.say(f"/start {payload.replace('INVOICE', invoice)}")

    assert await state(services, payer) == before


@pytest.mark.parametrize("group", GROUPS, ids=lambda chat: chat.type)
async def test_no_command_says_anything_private_in_a_group(
    payer: Phone, services: Services, telegram: Telegram, group: Chat
) -> None:
    """Not a balance, a number, a card, a shop or a name; and it does nothing there."""
    holder = await services.wallets.find(phone=payer.number)
    [card] = await services.cards.listed(holder=holder)
    private = ["2,000", "1,250", "RUB", "₽", "7916", card.last_four, "Corner", "Headphones", "Ann"]
    before = await state(services, payer)

    for name in all_routes().commands:
        for text in (f"/{name}", f"/{name} 1", f"/{name}@purser_bot"):
            for request in await payer.say(text, chat=group):
                said = str(request.model_dump().get("text"))
                assert [each for each in private if each in said] == []

    assert await state(services, payer) == before


@pytest.mark.parametrize("group", GROUPS, ids=lambda chat: chat.type)
async def test_no_button_works_in_a_group(
    payer: Phone, other: Phone, outside: Outside, services: Services, group: Chat
) -> None:
    """Neither the owner's nor anybody else's press of a screen that was passed on."""
    await outside.join(other)
    before = await state(services, payer)
    data = [payer.data_of(label)[0] for label in ("Pay", "Refuse")]

    alerts = []
    for each in data:
        for who in (payer, other):
            assert names(await who.press_data(each, 5, chat=group)) == ["answerCallbackQuery"]
            alerts.append(who.alert)

    assert all(alerts)
    assert not [alert for alert in alerts if "1,250" in alert or "Corner" in alert]
    assert await state(services, payer) == before


async def test_button_of_an_inline_message_does_nothing(payer: Phone, services: Services) -> None:
    """The wallet sends no such messages, so nobody has been shown what it would confirm."""
    before = await state(services, payer)
    query = CallbackQuery(
        id="q",
        from_user=payer.user,
        chat_instance="c",
        inline_message_id="AAE",
        data=payer.data_of("Refuse")[0],
    )

    requests = await payer.feed(callback_query=query)

    assert names(requests) == ["answerCallbackQuery"]
    assert await state(services, payer) == before


async def test_data_of_a_page_is_only_text(payer: Phone, services: Services) -> None:
    """`web_app_data` comes from a script in the person's hands and not from Telegram."""
    before = await state(services, payer)
    sent = WebAppData(data='{"confirm": true, "amount": 1}', button_text="Pay")

    await payer.feed(message=payer.message(web_app_data=sent))

    assert "I did not understand" in payer.text
    assert await state(services, payer) == before


async def test_stand_in_identities_open_nothing(
    phone: Phone, outside: Outside, services: Services, cast: Cast
) -> None:
    """Many people can speak as one channel or as one anonymous administrator."""
    channel = Chat(id=-5, type="channel", title="News")
    for fields in ({"sender_chat": channel}, {"sender_chat": channel, "chat": channel}):
        await phone.say("/start", **fields)
        await phone.feed(message=phone.message(sender_chat=channel, contact=None, text="1"))
    await outside.settle()

    assert phone.telegram.shown == {}
    assert outside.sms == []
