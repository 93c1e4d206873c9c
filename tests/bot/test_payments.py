"""Invoices from the notice to the receipt, and everything that can come between."""

import pytest
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import EditMessageText

from bot.dispatcher import create_dispatcher
from bot.texts import Texts
from purser.services import Services
from services.money import USD
from services.vault import Vault
from tests.bot.conftest import Outside
from tests.conftest import TestClock
from tests.telegram import Phone, Telegram, names


@pytest.fixture
async def payer(phone: Phone, outside: Outside) -> Phone:
    """Somebody with 2,000 roubles and an unpaid invoice of 1,250."""
    await outside.join(phone)
    await outside.credit(phone, 200_000)
    await outside.settle()
    await outside.invoice(phone)
    await outside.settle()
    return phone


async def to_code(phone: Phone) -> None:
    await phone.press("Pay")
    await phone.press("RUB account")
    await phone.press("Confirm")


async def posted(services: Services, phone: Phone) -> int:
    holder = await services.wallets.find(phone=phone.number)
    return (await services.wallets.show(holder=holder)).balances[0].posted.minor


async def test_from_notice_to_receipt_in_ten_calls(payer: Phone, outside: Outside) -> None:
    """The message that told of the invoice becomes its receipt."""
    before = len(payer.telegram.requests) - 1  # the notice itself counts

    await to_code(payer)
    await payer.say(await outside.code())

    assert names(payer.telegram.requests[before:]) == [
        "sendMessage",
        *["answerCallbackQuery", "editMessageText"] * 3,
        "deleteMessage",
        "editMessageText",
    ]
    assert "✅ <b>Paid</b>" in payer.text


async def test_offer_states_everything(payer: Phone) -> None:
    """Payee, description, amount, what with, commission, total, what stays, how long."""
    await payer.press("Pay")
    await payer.press("RUB account")

    for stated in (
        "To: <b>Corner Shop</b>",
        "For: Headphones",
        "Amount: <b>RUB 1,250.00</b>",
        "With: RUB account",
        "Commission: none",
        "Total: <b>RUB 1,250.00</b>",
        "Balance afterwards: RUB 750.00",
        "Good until Nov 24, 2026, 9:15 AM",
    ):
        assert stated in payer.text


async def test_sms_names_payee_and_amount(payer: Phone, outside: Outside) -> None:
    """A code that is asked for by a stranger says what it would pay."""
    await to_code(payer)
    await outside.settle()

    number, text = outside.sms[-1]
    assert number == payer.number
    assert "Corner Shop" in text
    assert "1,250.00" in text
    assert "never ask" in text
    assert "\u2068" not in text


async def test_second_confirm_reserves_nothing_more(
    payer: Phone, outside: Outside, services: Services
) -> None:
    """Two taps, one payment, one code."""
    await payer.press("Pay")
    await payer.press("RUB account")
    data, number = payer.data_of("Confirm")

    await payer.press_data(data, number)
    first = payer.text
    await payer.press_data(data, number)

    assert payer.text == first
    await outside.settle()
    assert sum("pays" in text for _, text in outside.sms) == 1


async def test_old_confirm_shows_the_receipt(
    payer: Phone, outside: Outside, services: Services
) -> None:
    """A replayed button of money that has moved moves nothing and says what happened."""
    await payer.press("Pay")
    await payer.press("RUB account")
    data, number = payer.data_of("Confirm")
    await payer.press_data(data, number)
    await payer.say(await outside.code())

    await payer.press_data(data, number)

    assert "✅ <b>Paid</b>" in payer.text
    assert await posted(services, payer) == 75_000


async def test_redelivered_code_pays_once(
    payer: Phone, outside: Outside, services: Services
) -> None:
    """The update that paid comes again after a crash: the receipt stands."""
    await to_code(payer)
    await payer.say(await outside.code())

    await payer.redeliver()

    assert "✅ <b>Paid</b>" in payer.text
    assert await posted(services, payer) == 75_000


async def test_code_paid_but_the_screen_failed(
    payer: Phone, outside: Outside, services: Services
) -> None:
    """Telegram broke between the payment and its receipt: again shows the receipt."""
    await to_code(payer)
    code = await outside.code()
    payer.telegram.faults.append(("editMessageText", ConnectionError("gone")))
    with pytest.raises(ConnectionError):
        await payer.say(code)

    await payer.redeliver()

    assert "✅ <b>Paid</b>" in payer.text
    assert await posted(services, payer) == 75_000


async def test_restart_in_mid_payment_goes_on(
    payer: Phone,
    outside: Outside,
    services: Services,
    vault: Vault,
    texts: Texts,
    clock: TestClock,
) -> None:
    """What was asked is in the database, not in the process."""
    await to_code(payer)
    code = await outside.code()
    payer.dispatcher = create_dispatcher(services=services, vault=vault, texts=Texts(), now=clock)

    await payer.say(code)

    assert "✅ <b>Paid</b>" in payer.text


async def test_wrong_code_keeps_asking(payer: Phone, outside: Outside) -> None:
    """On the same screen, with what is left; the right one still pays."""
    await to_code(payer)
    code = await outside.code()
    wrong = "000000" if code != "000000" else "111111"

    requests = await payer.say(wrong)

    assert names(requests) == ["deleteMessage", "editMessageText"]
    assert "4 tries are left" in payer.text
    assert "is reserved" in payer.text
    await payer.say(code)
    assert "✅ <b>Paid</b>" in payer.text


async def test_exhausted_code_needs_a_new_one(
    payer: Phone, outside: Outside, clock: TestClock
) -> None:
    """Five wrong ones kill the code; another can be sent for the same offer."""
    await to_code(payer)
    code = await outside.code()
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(5):
        await payer.say(wrong)
    assert "wrong 5 times" in payer.text
    await payer.say(code)
    assert "this code is void" in payer.text

    clock.advance(seconds=31)
    await payer.press("Send again")
    await payer.say(await outside.code())

    assert "✅ <b>Paid</b>" in payer.text


async def test_expired_code_and_expired_offer(
    payer: Phone, outside: Outside, clock: TestClock
) -> None:
    """First the code is too old, then the offer is over and the money free."""
    await to_code(payer)
    code = await outside.code()
    clock.advance(minutes=6)
    await payer.say(code)
    assert "This code is too old" in payer.text
    clock.advance(minutes=10)
    await outside.settle()

    await payer.say(code)

    assert "waited too long" in payer.text
    await payer.say("/balance")
    assert "RUB: <b>RUB 2,000.00</b>" in payer.text


async def test_resend_too_soon_is_an_alert(payer: Phone, outside: Outside) -> None:
    """The question stays; the alert says when."""
    await to_code(payer)

    requests = await payer.press("Send again")

    assert names(requests) == ["answerCallbackQuery"]
    assert "You can ask for another one at" in payer.alert


async def test_cancel_before_and_after_the_code(payer: Phone, outside: Outside) -> None:
    """Both ways out free everything, and the button says so when pressed again."""
    await to_code(payer)
    data, number = payer.data_of("Cancel")
    await payer.press_data(data, number)
    assert "Nothing was paid" in payer.text

    await payer.press_data(data, number)

    assert "This was cancelled before" in payer.alert
    await payer.say("/balance")
    assert "reserved" not in payer.text


async def test_late_confirm_loses_its_buttons(
    payer: Phone, outside: Outside, clock: TestClock
) -> None:
    """An offer that is over says so, and nothing is left to press but [Home]."""
    await payer.press("Pay")
    await payer.press("RUB account")
    clock.advance(minutes=16)

    await payer.press("Confirm")

    assert "waited too long" in payer.alert
    assert "waited too long" in payer.text
    assert len(payer.labels()) == 1


async def test_not_enough_money_is_said_before_choosing(phone: Phone, outside: Outside) -> None:
    """Every source says why it cannot pay, and there is a way to top up."""
    await outside.join(phone)
    await outside.invoice(phone)
    await outside.settle()

    await phone.press("Pay")

    assert "RUB account: not possible now. Not enough money" in phone.text
    assert any("Top up" in label for label in phone.labels())
    assert not any("Pay with" in label for label in phone.labels())


async def test_money_gone_between_choice_and_offer(
    payer: Phone, outside: Outside, services: Services
) -> None:
    """The choice on the screen is old: the alert says what is missing."""
    await payer.press("Pay")
    pay_with = payer.data_of("Pay with RUB account")
    await outside.invoice(payer, 190_000, description="Phone")
    await outside.settle()
    await to_code(payer)

    await payer.press_data(*pay_with)

    assert "Not enough money" in payer.alert


async def test_dollar_invoice_has_one_source(phone: Phone, outside: Outside) -> None:
    """Where there is nothing to choose, the offer comes at once."""
    await outside.join(phone)
    await outside.credit(phone, 50_00, USD)
    await outside.settle()
    merchant = (await outside.services.merchants.add(name="US Shop", currency=USD)).merchant
    await outside.invoice(phone, 20_00, merchant=merchant, of=USD)
    await outside.settle()

    await phone.press("Pay")

    assert "With: USD account" in phone.text
    assert "Total: <b>$20.00</b>" in phone.text


async def test_card_pays_and_change_goes_back(payer: Phone, outside: Outside) -> None:
    """A card of the wallet can be chosen instead, also by [Change]."""
    await payer.press("Pay")
    await payer.press("RUB account")
    await payer.press("Change")

    await payer.press("Pay with card")

    assert "With: card ••••" in payer.text
    await payer.press("Confirm")
    await payer.say(await outside.code())
    assert "✅ <b>Paid</b>" in payer.text


async def test_card_that_is_gone_is_said(payer: Phone, outside: Outside) -> None:
    """An old choice names a card that was re-issued meanwhile."""
    await payer.press("Pay")
    old_choice = payer.data_of("Pay with card")
    await payer.say("/cards")
    await payer.press("••••")
    await payer.press("Re-issue")
    await payer.press("Re-issue it")

    await payer.press_data(*old_choice)

    assert "no such account or card" in payer.alert


async def test_lock_in_mid_payment_frees_the_money(payer: Phone, outside: Outside) -> None:
    """The right code after /lock pays nothing and says why."""
    await to_code(payer)
    code = await outside.code()
    await payer.say("/lock")

    await payer.say(code)

    assert "Unlock it with /lock" in str(payer.shown)
    await payer.say("/balance")
    assert "RUB: <b>RUB 2,000.00</b>" in payer.text


async def test_invoice_is_paid_once(payer: Phone, outside: Outside) -> None:
    """From two screens of one person: the second says that it is paid."""
    old_pay = payer.data_of("Pay")
    await to_code(payer)
    await payer.say(await outside.code())

    await payer.press_data(*old_pay)

    assert "paid already" in payer.alert


async def test_anothers_button_does_nothing(payer: Phone, other: Phone, outside: Outside) -> None:
    """A button is bound to the person it was made for."""
    await outside.join(other)
    await payer.press("Pay")
    await payer.press("RUB account")
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


async def test_invoices_are_listed_by_pages(
    phone: Phone, outside: Outside, clock: TestClock
) -> None:
    """Newest first, five at a time, both ways."""
    await outside.join(phone)
    for place in range(7):
        clock.advance(seconds=1)
        await outside.invoice(phone, 100 + place, description=f"No {place}")
    await outside.settle()
    await phone.say("/invoices")
    assert "RUB 1.06" in phone.labels()[0].replace("\u00a0", " ")

    await phone.press("Older")

    assert len([label for label in phone.labels() if "Corner Shop" in label]) == 2
    await phone.press("Newest")
    assert len([label for label in phone.labels() if "Corner Shop" in label]) == 5
    await phone.press("Corner Shop")
    assert "Invoice from Corner Shop" in phone.text


async def test_refusing_tells_the_shop_and_cannot_be_undone(
    payer: Phone, outside: Outside
) -> None:
    """Refused is final; paying afterwards says so."""
    pay = payer.data_of("Pay")
    await payer.press("Refuse")
    assert "State: <b>refused</b>" in payer.text

    await payer.press_data(*pay)

    assert "was refused" in payer.alert


async def test_expired_invoice_says_so(payer: Phone, outside: Outside, clock: TestClock) -> None:
    """With the day it ended."""
    clock.advance(days=4)

    await payer.press("Pay")

    assert "This invoice expired on Nov 27, 2026" in payer.alert


async def test_invoice_of_another_is_not_shown(
    payer: Phone, other: Phone, outside: Outside
) -> None:
    """Not by link either."""
    await outside.join(other)
    invoice = await outside.invoice(payer, description="Private")

    await other.say(f"/start bill_{invoice.id}")

    assert "не для вас" in other.text
    assert "Private" not in str(other.shown)


async def test_open_invoice_cannot_be_refused(phone: Phone, outside: Outside) -> None:
    """Nobody refuses it for the others."""
    await outside.join(phone)
    invoice = await outside.invoice(None)

    await phone.say(f"/start bill_{invoice.id}")

    assert any("Pay" in label for label in phone.labels())
    assert not any("Refuse" in label for label in phone.labels())


async def test_hostile_names_are_shown_and_harmless(phone: Phone, outside: Outside) -> None:
    """No markup of theirs, and no characters that turn the line."""
    await outside.join(phone)
    merchant = await outside.merchant(name="<b>A & Co</b>")
    await outside.invoice(phone, merchant=merchant, description="<a href='x'>free</a>")

    await outside.settle()

    assert "&lt;b&gt;A &amp; Co&lt;/b&gt;" in phone.text
    assert "<a " not in phone.text


async def test_screen_that_is_gone_is_shown_anew(
    payer: Phone, outside: Outside, telegram: Telegram
) -> None:
    """The person deleted the message: the receipt comes in a new one."""
    await to_code(payer)
    code = await outside.code()
    telegram.shown.clear()

    requests = await payer.say(code)

    assert names(requests) == ["deleteMessage", "editMessageText", "sendMessage"]
    assert "✅ <b>Paid</b>" in payer.text


async def test_typed_code_that_cannot_be_deleted_pays_all_the_same(
    payer: Phone, outside: Outside, telegram: Telegram
) -> None:
    """Taking it out of the chat is tidiness."""
    await to_code(payer)
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

    assert "What would you like to pay with?" in payer.text


async def test_code_is_asked_only_where_it_is_on_the_screen(
    payer: Phone, outside: Outside
) -> None:
    """Looking at something else keeps the question; leaving its screen ends it."""
    await to_code(payer)
    code = await outside.code()
    await payer.say("/balance")

    await payer.say(code)

    assert "✅ <b>Paid</b>" in str(payer.shown)
