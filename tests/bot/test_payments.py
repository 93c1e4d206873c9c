"""Invoices from the notice to the receipt, and everything that can come between."""

import pytest

from bot.dispatcher import create_dispatcher
from bot.texts import Texts
from purser.services import Services
from services.money import USD
from services.vault import Vault
from tests.bot.conftest import Outside
from tests.conftest import TestClock
from tests.telegram import Phone, names, plain


async def posted(services: Services, phone: Phone) -> int:
    holder = await services.wallets.find(phone=phone.number)
    return (await services.wallets.show(holder=holder)).balances[0].posted.minor


async def test_from_notice_to_receipt_in_seven_calls(payer: Phone, outside: Outside) -> None:
    """The message that told of the invoice becomes its receipt."""
    before = len(payer.telegram.requests) - 1  # the notice itself counts

    await outside.to_code(payer)
    await payer.say(await outside.code())

    assert names(payer.telegram.requests[before:]) == [
        "sendMessage",
        *["answerCallbackQuery", "editMessageText"] * 2,
        "deleteMessage",
        "editMessageText",
    ]
    assert "✅ <b>Paid</b>" in payer.text


async def test_offer_states_everything(payer: Phone) -> None:
    """Payee, description, amount, what with, commission, total, what stays, how long."""
    await payer.press("Pay")

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
    await outside.to_code(payer)
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
    await outside.to_code(payer)
    await payer.say(await outside.code())

    await payer.redeliver()

    assert "✅ <b>Paid</b>" in payer.text
    assert await posted(services, payer) == 75_000


async def test_code_paid_but_the_screen_failed(
    payer: Phone, outside: Outside, services: Services
) -> None:
    """Telegram broke between the payment and its receipt: again shows the receipt."""
    await outside.to_code(payer)
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
    await outside.to_code(payer)
    code = await outside.code()
    payer.dispatcher = create_dispatcher(services=services, vault=vault, texts=Texts(), now=clock)

    await payer.say(code)

    assert "✅ <b>Paid</b>" in payer.text


async def test_wrong_code_keeps_asking(payer: Phone, outside: Outside) -> None:
    """On the same screen, with what is left; the right one still pays."""
    await outside.to_code(payer)
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
    await outside.to_code(payer)
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
    await outside.to_code(payer)
    code = await outside.code()
    clock.advance(minutes=6)
    await payer.say(code)
    assert "This code is too old" in payer.text
    clock.advance(minutes=10)
    await outside.settle()

    await payer.say(code)

    assert "waited too long" in payer.text
    await payer.say("/balance")
    assert "• <b>RUB 2,000.00</b>" in payer.text


async def test_resend_too_soon_is_an_alert(payer: Phone, outside: Outside) -> None:
    """The question stays; the alert says how long to wait."""
    await outside.to_code(payer)

    requests = await payer.press("Send again")

    assert names(requests) == ["answerCallbackQuery"]
    assert "Wait half a minute, then ask" in payer.alert


async def test_cancel_before_and_after_the_code(payer: Phone, outside: Outside) -> None:
    """Both ways out free everything, and the button says so when pressed again."""
    await outside.to_code(payer)
    data, number = payer.data_of("Cancel")
    await payer.press_data(data, number)
    assert "Nothing was paid" in payer.text

    await payer.press_data(data, number)

    assert "This was cancelled before" in payer.alert
    await payer.say("/balance")
    assert "reserved" not in payer.text


async def test_payment_left_at_its_code_goes_on(payer: Phone, outside: Outside) -> None:
    """From the invoice and from the history, with what is reserved already and no new code."""
    await outside.to_code(payer)
    code = await outside.code()
    await payer.say("/history")
    await payer.press("Headphones" if "Headphones" in payer.labels()[0] else "Corner Shop")
    await payer.press("Enter the code")
    assert "is reserved" in payer.text

    await payer.say("/invoices")
    await payer.press("Headphones")
    await payer.press("Pay")
    assert "is reserved" in payer.text
    await payer.say(code)

    assert "✅ <b>Paid</b>" in payer.text


async def test_invoice_withdrawn_in_mid_payment_is_said(
    payer: Phone, outside: Outside, services: Services
) -> None:
    """Not that the offer is old: the shop took the invoice back."""
    merchant = await outside.merchant()
    invoice = await outside.invoice(payer, merchant=merchant)
    await outside.settle()
    await outside.to_code(payer)
    code = await outside.code()
    await services.invoices.cancel(merchant=merchant, invoice_id=invoice.id)
    await outside.settle()

    await payer.say(code)

    assert "taken back by the shop" in payer.text
    await payer.say("/history")
    await payer.press("Corner Shop")
    assert "the invoice was refused" in payer.text


async def test_late_confirm_loses_its_buttons(
    payer: Phone, outside: Outside, clock: TestClock
) -> None:
    """An offer that is over says so, and nothing is left to press but [Home]."""
    await payer.press("Pay")
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
    await payer.press("Change")
    pay_with = payer.data_of("Pay with RUB account")
    await outside.invoice(payer, 190_000, description="Phone")
    await outside.settle()
    await outside.to_code(payer)

    await payer.press_data(*pay_with)

    assert "Not enough money" in payer.alert


async def test_dollar_invoice_is_offered_from_dollars(phone: Phone, outside: Outside) -> None:
    """From the account in its currency."""
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
    await payer.press("Change")

    await payer.press("Pay with card")

    assert "With: card ••••" in payer.text
    await payer.press("Confirm")
    await payer.say(await outside.code())
    assert "✅ <b>Paid</b>" in payer.text


async def test_card_that_is_gone_is_said(payer: Phone, outside: Outside) -> None:
    """An old choice names a card that was re-issued meanwhile."""
    await payer.press("Pay")
    await payer.press("Change")
    old_choice = payer.data_of("Pay with card")
    await payer.say("/cards")
    await payer.press("••••")
    await payer.press("Re-issue")
    await payer.press("Re-issue it")

    await payer.press_data(*old_choice)

    assert "no such account or card" in payer.alert


async def test_lock_in_mid_payment_frees_the_money(payer: Phone, outside: Outside) -> None:
    """The right code after /lock pays nothing and says why."""
    await outside.to_code(payer)
    code = await outside.code()
    await payer.say("/lock")

    await payer.say(code)

    assert "Unlock it with /lock" in str(payer.shown)
    await payer.say("/balance")
    assert "• <b>RUB 2,000.00</b>" in payer.text


async def test_invoice_is_paid_once(payer: Phone, outside: Outside) -> None:
    """A tap that comes late, on a screen that is the receipt by now, leaves the receipt."""
    old_pay = payer.data_of("Pay")
    await outside.to_code(payer)
    old_again = payer.data_of("Send again")
    await payer.say(await outside.code())
    receipt = payer.text

    await payer.press_data(*old_pay)
    after_pay = payer.text
    await payer.press_data(*old_again)

    assert receipt == after_pay == payer.text
    assert "Paid" in receipt


async def test_code_is_asked_only_where_it_is_on_the_screen(
    payer: Phone, outside: Outside
) -> None:
    """Looking at something else keeps the question; leaving its screen ends it."""
    await outside.to_code(payer)
    code = await outside.code()
    await payer.say("/balance")

    await payer.say(code)

    assert "✅ <b>Paid</b>" in str(payer.shown)


async def test_rouble_invoice_from_dollars(payer: Phone, outside: Outside) -> None:
    """What each source costs is said, best first; offer and receipt state the exchange."""
    await outside.services.rates.set(pair="USD/RUB", rate="92.50")
    await outside.credit(payer, 100_00, USD)
    await payer.say("/invoices")
    await payer.press("Headphones")
    await payer.press("Pay")
    await payer.press("Change")
    assert plain(payer.labels()[0]) == "Pay with RUB account"
    assert "USD account: costs <b>$13.51</b>, exchanged. Rate: 1 USD = 92.5 RUB" in payer.text

    await payer.press("USD account")
    for stated in (
        "Amount: <b>RUB 1,250.00</b>",
        "With: USD account",
        "Rate: 1 USD = 92.5 RUB",
        "Nov 24, 2026",
        "Fee: none",
        "You give in all: <b>$13.51</b>",
        "Balance afterwards: $86.49",
        "the rate is kept until then",
    ):
        assert stated in payer.text
    await payer.press("Confirm")
    await payer.say(await outside.code())

    assert "✅ <b>Paid</b>" in payer.text
    assert "You gave in all: <b>$13.51</b>" in payer.text
    await payer.say("/balance")
    assert "$86.49" in payer.text


async def test_dollar_invoice_without_dollars(payer: Phone, outside: Outside) -> None:
    """Roubles pay it, and the first offer says so: nothing else could."""
    await outside.services.rates.set(pair="USD/RUB", rate="92.50")
    merchant = (await outside.services.merchants.add(name="US Shop", currency=USD)).merchant
    await outside.invoice(payer, 10_00, merchant=merchant, of=USD, description="Game")
    await outside.settle()

    await payer.press("Pay")

    assert "Amount: <b>$10.00</b>" in payer.text
    assert "You give in all: <b>RUB 925.00</b>" in payer.text


async def test_source_that_cannot_be_exchanged_says_why(payer: Phone, outside: Outside) -> None:
    """Without a rate the dollars are there and of no use."""
    await outside.credit(payer, 100_00, USD)
    await payer.say("/invoices")
    await payer.press("Headphones")
    await payer.press("Pay")

    await payer.press("Change")

    assert "USD account: not possible now. There is no rate" in payer.text
