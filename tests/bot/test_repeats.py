"""An update that comes again, after a crash or while Telegram is away, counts once."""

from aiogram import Bot

from bot.edge import create_bot_edge
from bot.texts import Texts
from purser.services import Services
from services.codes import TRIES_MAX
from services.holders import HolderState
from services.vault import Vault
from tests.bot.conftest import Outside
from tests.conftest import TestClock
from tests.telegram import Phone


async def test_wrong_code_delivered_again_is_counted_once(payer: Phone, outside: Outside) -> None:
    """Telegram away at the wrong moment must not use up all tries of a code."""
    await outside.to_code(payer)
    code = await outside.code()
    await payer.say("000000" if code != "000000" else "000001")
    first = payer.text
    for _ in range(TRIES_MAX + 1):
        await payer.redeliver()
        again = payer.text

    await payer.say(code)

    assert f"{TRIES_MAX - 1}" in first
    assert again == first
    assert "Paid" in payer.text


async def test_contact_delivered_again_asks_for_the_same_code(
    phone: Phone, outside: Outside
) -> None:
    """Killed after the SMS was asked for: the question comes, and no second SMS."""
    await phone.say("/start")
    await phone.share_contact()
    question = phone.text
    code = await outside.code()
    await phone.redeliver()
    again = phone.text

    await phone.say(code)

    assert again == question
    assert len([text for _, text in outside.sms if text.startswith(code)]) == 1
    assert "Your wallet is open" in phone.text


async def test_send_again_delivered_again_sends_no_more(
    payer: Phone, outside: Outside, clock: TestClock
) -> None:
    """The code that was just asked for stays good."""
    await outside.to_code(payer)
    clock.advance(seconds=31)
    await payer.press("Send again")
    code = await outside.code()
    clock.advance(seconds=31)
    await payer.redeliver()
    newest = await outside.code()

    await payer.say(code)

    assert newest == code
    assert "Paid" in payer.text


async def test_wrong_code_to_unlock_delivered_again_is_counted_once(
    phone: Phone, outside: Outside, services: Services
) -> None:
    """The lock asks as payments do."""
    await outside.join(phone)
    await phone.say("/lock")
    await phone.press("Unlock")
    code = await outside.code()
    await phone.say("000000" if code != "000000" else "000001")
    for _ in range(TRIES_MAX):
        await phone.redeliver()

    await phone.say(code)

    holder = await services.wallets.find(phone=phone.number)
    assert holder.state is HolderState.ACTIVE


async def test_old_button_of_details_sends_nothing_and_says_so(
    phone: Phone, outside: Outside, clock: TestClock
) -> None:
    """The button of the day before yesterday has sent its SMS; it is no error."""
    await outside.join(phone)
    await phone.say("/cards")
    await phone.press("••••")
    await phone.press("details")
    data, number = phone.data_of("Send")
    await phone.press_data(data, number)
    await outside.settle()
    sent = len(outside.sms)
    clock.advance(days=2)

    await phone.press_data(data, number)
    await outside.settle()

    assert len(outside.sms) == sent
    assert phone.alert


async def test_half_a_character_is_kept_like_any_other(
    phone: Phone,
    bot: Bot,
    services: Services,
    vault: Vault,
    texts: Texts,
    clock: TestClock,
) -> None:
    """An update that could not be stored would come again for ever, and stop all others."""
    edge = create_bot_edge(bot=bot, services=services, vault=vault, texts=texts, now=clock)
    update = phone.make_update(message=phone.message(text="half"))
    body = update.model_dump_json(exclude_none=True, by_alias=True)

    is_kept = await edge.receive_webhook(body.replace("half", r"\ud83d").encode())
    await edge.feeder.idle()

    assert is_kept
    [aside] = await services.inbox.set_aside()
    assert aside.update_id == update.update_id
