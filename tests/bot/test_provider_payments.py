"""From the offer to the receipt: sources, the code, the truth on the way, and paying twice."""

from dataclasses import replace
from datetime import timedelta

import pytest

from purser.services import Services
from services.connections import Answer, Outcome
from services.money import RUB, USD, Money
from tests.bot.conftest import Outside
from tests.catalogue import STEAM, Billing, stock
from tests.conftest import TestClock
from tests.telegram import Phone, names, plain

LINE = "/pay steam mylogin 500"
NO_ANSWER = Answer(Outcome.UNKNOWN, "timeout")


async def to_code(phone: Phone, line: str = LINE) -> None:
    """From one line to the question for the code."""
    await phone.say(line)
    await phone.press("Confirm")


async def paid(phone: Phone, outside: Outside, line: str = LINE) -> None:
    """From one line to the provider's answer."""
    await to_code(phone, line)
    await phone.say(await outside.code())
    await outside.settle()


async def dollars(phone: Phone, outside: Outside, minor: int) -> None:
    """An account in dollars, and the price of one."""
    await outside.services.rates.set(pair="USD/RUB", rate="92.50")
    await outside.credit(phone, minor, USD)


async def test_receipt_follows_by_itself(shopper: Phone, outside: Outside) -> None:
    """On its way at first; when the provider has credited, a message is the receipt."""
    await to_code(shopper)
    await shopper.say(await outside.code())
    assert "On its way" in shopper.text
    assert "is being asked to credit it" in shopper.text

    await outside.settle()

    for stated in (
        "✅ <b>Paid</b>",
        "To: 🎮 <b>Steam</b>",
        "Login: <b>mylogin</b>",
        "Commission: RUB 15.00",
        "Total: <b>RUB 515.00</b>",
        "Number at the payee: <code>P",
    ):
        assert stated in shopper.text
    assert shopper.labels() == [
        "🔁 Again",
        "⭐ Save",
        "📅 Repeat monthly",
        "📄 PDF",
        "🕘 History",
        "🏠 Home",
    ]


async def test_refresh_turns_the_screen_into_the_receipt(shopper: Phone, outside: Outside) -> None:
    await to_code(shopper)
    await shopper.say(await outside.code())
    refresh = shopper.data_of("Refresh")
    await outside.settle()

    await shopper.press_data(*refresh)

    assert "✅ <b>Paid</b>" in shopper.shown[refresh[1]]


async def test_refresh_without_news_leaves_the_screen(shopper: Phone, outside: Outside) -> None:
    await to_code(shopper)
    await shopper.say(await outside.code())
    before = shopper.shown

    await shopper.press("Refresh")

    assert shopper.shown == before


async def test_owner_of_the_account_is_shown_masked(shopper: Phone, billing: Billing) -> None:
    """Enough to notice a slip, not to learn a name."""
    billing.payee = "Пётр Иванов"

    await shopper.say(LINE)

    assert "Account's owner: П*** И." in shopper.text


async def test_sms_names_the_payee_and_what_it_costs(shopper: Phone, outside: Outside) -> None:
    await to_code(shopper)
    await outside.settle()

    _, text = outside.sms[-1]
    assert "Steam" in text
    assert "515.00" in text


async def test_unanswered_payment_tells_the_truth(
    shopper: Phone, outside: Outside, billing: Billing, clock: TestClock
) -> None:
    """Not confirmed, nothing lost, asked again at a time; then it is confirmed."""
    billing.pays.append(NO_ANSWER)
    await to_code(shopper)
    await shopper.say(await outside.code())

    await outside.settle()

    assert "has not confirmed yet. Nothing is lost: RUB 515.00 stays reserved" in shopper.text
    assert "we ask again at 9:0" in shopper.text
    assert "Why: no answer in time" in shopper.text
    await shopper.say("/balance")
    assert "RUB 1,485.00</b> available" in shopper.text
    clock.advance(minutes=1)
    await outside.settle()
    assert "✅ <b>Paid</b>" in shopper.text


async def test_unknown_after_a_day_stays_reserved(
    shopper: Phone, outside: Outside, billing: Billing, clock: TestClock
) -> None:
    """Neither paid nor given back: it waits for the provider's list."""
    billing.pays.extend([NO_ANSWER] * 100)
    await to_code(shopper)
    await shopper.say(await outside.code())
    for _ in range(40):
        await outside.settle()
        clock.advance(minutes=61)

    await outside.settle()

    assert "has not said in 24 hours" in shopper.text
    assert "Do not pay a second time" in shopper.text
    await shopper.say("/balance")
    assert "RUB 1,485.00</b> available" in shopper.text
    await shopper.say("/history")
    await shopper.press("Steam")
    assert "the payee has not said yet" in shopper.text
    await shopper.press("Where it is")
    assert "has not said in 24 hours" in shopper.text


async def test_refusal_gives_the_money_back_and_says_why(
    shopper: Phone, outside: Outside, billing: Billing
) -> None:
    billing.pays.append(Answer(Outcome.REFUSED, "account_inactive", code="79"))

    await paid(shopper, outside)

    assert "✖ <b>Not paid</b>" in shopper.text
    assert "RUB 515.00 is free again, in full" in shopper.text
    assert "Why: the account is not active" in shopper.text
    await shopper.press("Try again")
    assert "How much" in shopper.text
    await shopper.say("/balance")
    assert "• <b>RUB 2,000.00</b>" in shopper.text


async def test_reason_without_words_shows_the_code(
    shopper: Phone, outside: Outside, billing: Billing
) -> None:
    """A provider's own code is better than nothing: its support knows it."""
    billing.pays.append(Answer(Outcome.REFUSED, "a_new_reason", code="4711"))

    await paid(shopper, outside)

    assert "The payee's code: 4711" in shopper.text


async def test_cancel_frees_the_money(shopper: Phone) -> None:
    """From the offer and from the question for the code, by button and by command."""
    await shopper.say(LINE)
    await shopper.press("Cancel")
    assert "was cancelled" in shopper.text
    await to_code(shopper)
    await shopper.press("Cancel")
    assert "was cancelled" in shopper.text

    await to_code(shopper, "/pay steam mylogin 700")
    await shopper.say("/cancel")
    assert "was cancelled" in shopper.text

    await shopper.say("/balance")
    assert "• <b>RUB 2,000.00</b>" in shopper.text


async def test_wrong_code_asks_again_and_another_can_be_sent(
    shopper: Phone, outside: Outside, clock: TestClock
) -> None:
    await to_code(shopper)
    await shopper.say("000000")
    assert "not the code" in shopper.text
    assert "RUB 515.00 for <b>Steam</b> is reserved" in shopper.text
    clock.advance(minutes=1)
    await shopper.press("Send again")

    await shopper.say(await outside.code())

    assert "On its way" in shopper.text


async def test_redelivered_code_pays_once(
    shopper: Phone, outside: Outside, billing: Billing
) -> None:
    await to_code(shopper)
    await shopper.say(await outside.code())
    await shopper.redeliver()

    await outside.settle()

    assert len(billing.credited) == 1


async def test_sources_say_what_each_costs(shopper: Phone, outside: Outside) -> None:
    """The account first, then cards, then dollars with their rate; what cannot pay says why."""
    await dollars(shopper, outside, 100_00)
    await shopper.say(LINE)

    await shopper.press("Change source")

    assert "RUB 515.00 for Steam." in shopper.text
    assert "• RUB account: RUB 2,000.00 available" in shopper.text
    assert "• USD account: costs <b>$5.57</b>, exchanged. Rate: 1 USD = 92.5 RUB" in shopper.text
    assert plain(shopper.labels()[0]) == "Pay with RUB account"
    await shopper.press("Back")
    assert "✅ Confirm" in shopper.labels()


async def test_paying_roubles_from_dollars(shopper: Phone, outside: Outside) -> None:
    """The offer states what is given, the rate with its date, the fee; so does the receipt."""
    await dollars(shopper, outside, 100_00)
    await shopper.say(LINE)
    await shopper.press("Change source")
    await shopper.press("USD account")
    for stated in (
        "With commission: RUB 515.00",
        "Rate: 1 USD = 92.5 RUB",
        "Nov 24, 2026",
        "Fee: none",
        "You give in all: <b>$5.57</b>",
        "With: USD account",
        "Balance afterwards: $94.43",
    ):
        assert stated in shopper.text

    await shopper.press("Confirm")
    await shopper.say(await outside.code())
    await outside.settle()

    assert "You give in all: <b>$5.57</b>" in shopper.text
    assert "✅ <b>Paid</b>" in shopper.text
    await shopper.say("/balance")
    assert "$94.43" in shopper.text


async def test_dollar_game_from_roubles(shopper: Phone, outside: Outside) -> None:
    """The other way round, and without a step more: roubles are what there is."""
    await outside.services.rates.set(pair="USD/RUB", rate="92.50")

    await shopper.say("/pay dragon isles mylogin 10")

    assert "You give in all: <b>RUB 925.00</b>" in shopper.text
    await shopper.press("Confirm")
    await shopper.say(await outside.code())
    await outside.settle()
    assert "Amount: <b>$10.00</b>" in shopper.text
    assert "✅ <b>Paid</b>" in shopper.text


async def test_changed_source_leaves_one_offer(
    shopper: Phone, outside: Outside, billing: Billing
) -> None:
    """The button of the offer before is dead: two offers of one payment would be two."""
    await dollars(shopper, outside, 100_00)
    await shopper.say(LINE)
    old_confirm = shopper.data_of("Confirm")
    old_change = shopper.data_of("Change source")
    await shopper.press("Change source")
    await shopper.press("USD account")

    await shopper.press_data(*old_confirm)

    assert "cancelled before" in shopper.alert
    await shopper.press_data(*old_change)
    await shopper.press("Pay with RUB account")
    await shopper.press("Confirm")
    await shopper.say(await outside.code())
    await outside.settle()
    assert len(billing.credited) == 1


async def test_source_is_not_changed_once_confirmed(shopper: Phone, outside: Outside) -> None:
    """Old buttons show what became of the offer."""
    await shopper.say(LINE)
    change = shopper.data_of("Change source")
    await shopper.press("Change source")
    account = shopper.data_of("Pay with RUB account")
    await shopper.press("Back")
    await shopper.press("Confirm")

    await shopper.press_data(*change)
    assert "is reserved" in shopper.text
    await shopper.press_data(*account)

    assert "is reserved" in shopper.text


async def test_card_pays_a_provider(shopper: Phone, outside: Outside) -> None:
    await shopper.say(LINE)
    await shopper.press("Change source")
    await shopper.press("Pay with card")
    assert "With: card ••••" in shopper.text

    await shopper.press("Confirm")
    await shopper.say(await outside.code())
    await outside.settle()

    assert "✅ <b>Paid</b>" in shopper.text


async def test_card_that_is_gone_is_said(shopper: Phone) -> None:
    await shopper.say(LINE)
    await shopper.press("Change source")
    card = shopper.data_of("Pay with card")
    await shopper.say("/cards")
    await shopper.press("••••")
    await shopper.press("Re-issue")
    await shopper.press("Re-issue it")

    await shopper.press_data(*card)

    assert "no such account or card" in shopper.alert


async def test_same_again_is_asked_about_first(
    shopper: Phone, outside: Outside, billing: Billing, clock: TestClock
) -> None:
    """Before any offer: when and how much; and only the button that says so goes on."""
    await paid(shopper, outside)
    clock.advance(hours=1)

    await shopper.say(LINE)

    assert "You paid this an hour ago. Again?" in shopper.text
    assert "RUB 500.00" in shopper.text
    assert shopper.labels() == [
        "Open that payment",
        "Yes, pay again",
        "Cancel",
        "🏠 Home",
    ]
    await shopper.press("Yes, pay again")
    assert "✅ Confirm" in shopper.labels()
    await shopper.press("Confirm")
    await shopper.say(await outside.code())
    await outside.settle()
    assert len(billing.credited) == 2


async def test_impatient_taps_do_not_pass_the_warning(
    shopper: Phone, outside: Outside, clock: TestClock
) -> None:
    """The amount's button pressed twice, and the amount typed once more: the warning stays."""
    await paid(shopper, outside)
    clock.advance(minutes=5)
    await shopper.say("/pay steam mylogin")
    data, number = shopper.data_of("RUB 500.00")

    for _ in range(2):
        await shopper.press_data(data, number)
        assert "You paid this 5 minutes ago" in shopper.text
    await shopper.say("500")

    assert "You paid this 5 minutes ago" in shopper.text
    await shopper.press("Cancel")
    assert "Nothing was paid" in shopper.text


async def test_warning_leads_to_that_payment(
    shopper: Phone, outside: Outside, billing: Billing
) -> None:
    """One that is still on its way says so."""
    billing.pays.append(NO_ANSWER)
    await paid(shopper, outside)
    await shopper.say(LINE)
    assert "it is still on its way. Again?" in shopper.text

    await shopper.press("Open that payment")

    assert "has not confirmed yet" in shopper.text


async def test_warning_of_one_payment_is_no_leave_for_another(
    shopper: Phone, outside: Outside, billing: Billing
) -> None:
    """An old [Yes, pay again] says nothing about what is filled in now."""
    await paid(shopper, outside)
    await shopper.say(LINE)
    yes = shopper.data_of("Yes, pay again")
    await shopper.say("/pay steam mylogin")

    await shopper.press_data(*yes)

    assert "do not know any more" in shopper.alert
    assert len(billing.credited) == 1


async def test_other_amount_or_account_is_no_twin(shopper: Phone, outside: Outside) -> None:
    await paid(shopper, outside)

    await shopper.say("/pay steam mylogin 900")
    assert "✅ Confirm" in shopper.labels()
    await shopper.say("/pay steam other 500")

    assert "✅ Confirm" in shopper.labels()


async def test_two_offers_of_the_same_warn_at_confirm(
    shopper: Phone, outside: Outside, billing: Billing
) -> None:
    """The line was sent twice; after the first was paid the second asks whether it is meant."""
    await shopper.say(LINE)
    await shopper.say(LINE)
    second = shopper.data_of("Confirm")
    await shopper.press("Confirm", message=second[1] - 1)
    await shopper.say(await outside.code())
    await outside.settle()

    await shopper.press_data(*second)

    warned = shopper.shown[second[1]]
    assert "You paid this just now. Again?" in warned
    assert len(billing.credited) == 1
    await shopper.press("Yes, pay again", message=second[1])
    assert "is reserved" in shopper.shown[second[1]]


async def test_again_from_the_receipt_and_the_history(
    shopper: Phone, outside: Outside, clock: TestClock
) -> None:
    """The account is filled in; the amount of last time is the first button."""
    await paid(shopper, outside)
    clock.advance(hours=30)
    await shopper.press("Again")
    assert "Login: <b>mylogin</b>" in shopper.text
    await shopper.press("RUB 500.00")
    assert "✅ Confirm" in shopper.labels()

    await shopper.say("/history")
    await shopper.press("Steam")
    assert "the payee credited it" in shopper.text
    await shopper.press("Receipt")
    await shopper.press("Again")

    assert "How much" in shopper.text


async def test_again_asks_for_the_meter_anew(shopper: Phone, outside: Outside) -> None:
    """A reading of last month would be a lie."""
    await shopper.say("/pay city light 1234567890 300")
    await shopper.say("100")
    await shopper.press("Skip")
    await shopper.press("Confirm")
    await shopper.say(await outside.code())
    await outside.settle()

    await shopper.press("Again")

    assert "Type now: <b>Meter, by day</b>" in shopper.text


async def test_history_names_every_answer(
    shopper: Phone, outside: Outside, billing: Billing, clock: TestClock
) -> None:
    billing.pays.append(Answer(Outcome.LATER, "busy", code="1"))
    await paid(shopper, outside)
    clock.advance(minutes=1)
    await outside.settle()

    await shopper.say("/history")
    await shopper.press("Steam")

    for stated in (
        "money reserved, code sent",
        "confirmed; the payee is asked",
        "the payee was asked — the payee is busy",
        "the payee credited it",
    ):
        assert stated in shopper.text


async def test_history_lists_by_kind(shopper: Phone, outside: Outside) -> None:
    """Payments to services have a filter of their own."""
    await paid(shopper, outside)
    await shopper.say("/history")
    for kind in ("All kinds", "Payments", "Top-ups", "Refunds", "Corrections", "Exchanges"):
        await shopper.press(kind)

    assert "Services" in shopper.labels()
    assert "Steam" in shopper.text
    assert "gift" not in shopper.text


async def test_expired_offer_says_so(shopper: Phone, clock: TestClock) -> None:
    await shopper.say(LINE)
    clock.advance(minutes=16)

    await shopper.press("Confirm")

    assert "waited too long" in shopper.alert


async def test_terms_changed_before_confirm(shopper: Phone, services: Services) -> None:
    """Nothing is paid under terms that the offer did not state."""
    await shopper.say(LINE)
    await stock(services, replace(STEAM, minimum=Money(60_00, RUB)))

    await shopper.press("Confirm")

    assert "terms of this payee have changed" in shopper.alert
    assert len(shopper.labels()) == 1


async def test_provider_down_between_offer_and_confirm(
    shopper: Phone, outside: Outside, billing: Billing
) -> None:
    """Said before money is held, and when to try again."""
    await shopper.say(LINE)
    confirm = shopper.data_of("Confirm")
    billing.is_silent = True
    for number in range(6):
        await shopper.say(f"/pay steam other{number} 500")

    await shopper.press_data(*confirm)

    assert "does not answer at the moment" in shopper.alert
    await shopper.say("/balance")
    assert "• <b>RUB 2,000.00</b>" in shopper.text


async def test_lock_in_mid_payment(shopper: Phone, outside: Outside) -> None:
    """The right code after /lock pays nothing and says why."""
    await to_code(shopper)
    code = await outside.code()
    await shopper.say("/lock")

    await shopper.say(code)

    assert "Unlock it with /lock" in str(shopper.shown)


async def test_every_step_costs_two_calls(shopper: Phone, outside: Outside) -> None:
    """From one line to the receipt: one screen, and the message that tells of the end."""
    before = len(shopper.telegram.requests)

    await paid(shopper, outside)

    assert names(shopper.telegram.requests[before:]) == [
        "sendMessage",
        "answerCallbackQuery",
        "editMessageText",
        "deleteMessage",
        "editMessageText",
        "sendMessage",
    ]


@pytest.mark.parametrize("later", [timedelta(hours=25), timedelta(days=40)])
async def test_next_month_is_no_twin(
    shopper: Phone, outside: Outside, clock: TestClock, later: timedelta
) -> None:
    await paid(shopper, outside)
    clock.advance(hours=int(later.total_seconds() // 3600))

    await shopper.say(LINE)

    assert "✅ Confirm" in shopper.labels()
