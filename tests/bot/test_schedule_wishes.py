"""Making and changing a schedule in the chat, question by question, up to its code."""

import pytest

from services.money import USD
from tests.bot.conftest import Outside
from tests.bot.scheduling import (
    LINE,
    MONTHLY,
    PAID_ITSELF,
    REMINDED,
    made_to_pay,
    open_schedule,
    receipt,
    to_offer,
)
from tests.conftest import TestClock
from tests.telegram import Phone, names, plain


@pytest.fixture
async def paid(shopper: Phone, outside: Outside) -> Phone:
    return await receipt(shopper, outside)


async def test_a_reminder_is_made_with_a_few_taps(paid: Phone, outside: Outside) -> None:
    """The offer states everything; Confirm is enough, for nothing is paid without its owner."""
    await to_offer(paid, *REMINDED)
    for stated in (
        "Please check",
        "🔁 <b>Steam</b>",
        "Account: mylogin",
        "Amount: <b>RUB 500.00</b>",
        "every month on day 25",
        "reminded a day before. Nothing is paid without you",
        "It costs RUB 515.00 today",
    ):
        assert stated in paid.text

    await paid.press("Confirm")

    assert "✅ <b>Scheduled.</b>" in paid.text
    assert "Next: <b>Nov 25, 2026, 10:00 AM</b>" in paid.text


async def test_paying_by_itself_asks_for_a_code(paid: Phone, outside: Outside) -> None:
    """The SMS names who may be paid and how much at a time."""
    await to_offer(paid, *PAID_ITSELF)
    assert "at most <b>RUB 515.00</b> at a time and <b>RUB 515.00</b> in a month" in paid.text

    await paid.press("Confirm")
    assert "A code was sent to <b>+7" in paid.text
    code = await outside.code()
    assert "lets the wallet pay up to RUB 515.00 at a time to Steam" in plain(outside.sms[-1][1])
    await paid.say("000000" if code != "000000" else "111111")
    assert "Not the right code" in paid.text or "tries" in paid.text
    await paid.say(code)

    assert "✅ <b>Scheduled.</b>" in paid.text


async def test_day_is_changed_without_a_code_and_a_higher_limit_with_one(
    paid: Phone, outside: Outside
) -> None:
    """What widens the leave to pay needs another code; a day does not."""
    await made_to_pay(paid, outside)
    await open_schedule(paid)
    await paid.press("Change")
    await paid.press("When")
    await paid.press("Every month")
    await paid.say("28")
    assert "every month on day 28" in paid.text
    await paid.press("Confirm")
    assert "✅ <b>Changed.</b>" in paid.text
    assert "Next: <b>Nov 28, 2026" in paid.text

    await paid.press("Change")
    await paid.press("Remind or pay")
    await paid.press("Pay by itself")
    await paid.say("600")
    await paid.say("1200")
    assert "at most <b>RUB 600.00</b> at a time and <b>RUB 1,200.00</b> in a month" in paid.text
    await paid.press("Confirm")
    await paid.say(await outside.code())

    assert "✅ <b>Changed.</b>" in paid.text


@pytest.mark.parametrize(
    ("labels", "typed", "wrong", "shown"),
    [
        (("Every month",), "31", "32", "every month on its last day"),
        (("Every month",), "30", "0", "or on its last day where it is shorter"),
        (("Every so many days",), "10", "ten", "every 10 days"),
        (("Once, on a date",), "24.12.2026", "31.02", "once, on Dec 24, 2026"),
    ],
)
async def test_days_may_be_typed(
    paid: Phone, labels: tuple[str, ...], typed: str, wrong: str, shown: str
) -> None:
    """What is none is asked again, with what is wrong above the question."""
    await to_offer(paid, *labels)
    await paid.say(wrong)
    assert "no such day" in paid.text or "no day that is still to come" in paid.text

    await paid.say(typed)
    await paid.press("RUB 500.00")
    await paid.press("Only remind me")
    await paid.press("On the day itself")

    assert shown in paid.text


async def test_weekdays_have_names(paid: Phone) -> None:
    await to_offer(paid, "Every week", "Thu", "RUB 500.00", "Only remind me", "3 days before")

    assert "every Thursday" in paid.text
    assert "reminded 3 days before" in paid.text


async def test_typed_amounts_go_by_the_providers_terms(paid: Phone) -> None:
    await to_offer(paid, "Every month", "Last day")
    await paid.say("1")
    assert "how much" in paid.text.lower()
    await paid.say("300")
    await paid.press("Pay by itself")
    await paid.say("310")
    await paid.press("RUB 310.00")

    assert "every month on its last day" in paid.text
    assert "at most <b>RUB 310.00</b> at a time" in paid.text


async def test_a_limit_below_the_cost_is_refused_where_it_is_typed(paid: Phone) -> None:
    """Later it could only be said that nothing will ever be paid, with no way back."""
    await to_offer(paid, *MONTHLY, "Pay by itself")

    await paid.say("514.99")

    assert "It costs RUB 515.00 today, and with these limits it would never be paid" in paid.text
    assert "at one time" in paid.text
    await paid.say("600")
    assert "<b>in one month</b>" in paid.text


async def test_old_question_after_another_begins_anew(paid: Phone) -> None:
    """The answers travel in the conversation: another question has taken their place."""
    await to_offer(paid, *MONTHLY)
    old = paid.data_of("Only remind me")
    await paid.say("/history")
    await paid.press("Search")

    await paid.press_data(*old)

    assert "how often?" in paid.shown[old[1]]


async def test_cancel(paid: Phone, outside: Outside) -> None:
    """By the button, by /cancel at the code, and of a change."""
    await to_offer(paid, *REMINDED)
    await paid.press("Cancel")
    assert "Nothing was scheduled" in paid.text

    await paid.say(LINE)  # a fresh screen with the receipt's buttons is further up
    await paid.press("Open that payment")
    await to_offer(paid, *PAID_ITSELF)
    await paid.press("Confirm")
    await paid.press("Send again")
    await paid.say("/cancel")
    assert "Nothing was scheduled" in paid.text

    await paid.press("Home")
    await paid.say("/pay")
    await paid.press("Scheduled")
    assert "Nothing is scheduled" in paid.text


async def test_code_may_be_sent_again(paid: Phone, outside: Outside, clock: TestClock) -> None:
    await to_offer(paid, *PAID_ITSELF)
    await paid.press("Confirm")
    first = await outside.code()
    clock.advance(minutes=1)
    await paid.press("Send again")
    second = await outside.code()

    await paid.say(second)

    assert first != second
    assert "✅ <b>Scheduled.</b>" in paid.text


async def test_repeat_of_the_last_answer_offers_the_same(paid: Phone) -> None:
    """A redelivered press makes no second offer, and edits nothing."""
    await to_offer(paid, *REMINDED[:-1])
    requests = await paid.press("A day before")
    text = paid.text

    again = await paid.redeliver()

    assert "editMessageText" in names(requests)
    assert paid.text == text
    assert names(again) == ["answerCallbackQuery", "editMessageText"]


async def test_dollars_from_roubles_are_limited_in_roubles(
    shopper: Phone, outside: Outside
) -> None:
    """The limits are of what leaves."""
    await outside.services.rates.set(pair="USD/RUB", rate="90")
    await shopper.say("/pay dragons mylogin 10")
    await shopper.press("Confirm")
    await shopper.say(await outside.code())
    await outside.settle()
    await to_offer(shopper, "Every month", "25", "$10.00", "Pay by itself")
    assert "It costs RUB 900.00 today" in shopper.text

    await shopper.press("RUB 900.00")
    await shopper.press("RUB 900.00")

    assert "from your RUB account" in shopper.text
    assert USD.code not in shopper.text
