"""Scheduled payments in the chat: made from a receipt, reminded of, paid, changed and ended."""

from datetime import UTC, datetime, timedelta

import pytest

from purser.services import Services
from services.connections import Answer, Outcome
from services.money import USD
from tests.bot.conftest import Outside
from tests.catalogue import Billing, stock
from tests.conftest import TestClock
from tests.telegram import Phone, names

LINE = "/pay steam mylogin 500"


@pytest.fixture
async def paid(shopper: Phone, outside: Outside) -> Phone:
    """Somebody who looks at the receipt of a payment of 500 roubles to a game."""
    await shopper.say(LINE)
    await shopper.press("Confirm")
    await shopper.say(await outside.code())
    await outside.settle()
    assert "✅ <b>Paid</b>" in shopper.text
    return shopper


async def to_offer(phone: Phone, *labels: str) -> None:
    """From a receipt through the questions."""
    await phone.press("Repeat monthly")
    for label in labels:
        await phone.press(label)


MONTHLY = ("Every month", "25", "RUB 500.00")
REMINDED = (*MONTHLY, "Only remind me", "A day before")
PAID_ITSELF = (*MONTHLY, "Pay by itself", "RUB 515.00", "RUB 515.00")


async def made_to_remind(phone: Phone) -> None:
    await to_offer(phone, *REMINDED)
    await phone.press("Confirm")


async def made_to_pay(phone: Phone, outside: Outside) -> None:
    await to_offer(phone, *PAID_ITSELF)
    await phone.press("Confirm")
    await phone.say(await outside.code())


async def day(clock: TestClock, outside: Outside, text: str) -> None:
    """Eleven in the morning of that day, and all that is due done."""
    clock.now = datetime.fromisoformat(f"{text}T11:00:00").replace(tzinfo=UTC)
    await outside.settle()
    clock.now += timedelta(seconds=1)
    await outside.settle()


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
    assert "lets the wallet pay up to RUB 515.00 at a time to Steam" in outside.sms[-1][1]
    await paid.say("000000" if code != "000000" else "111111")
    assert "Not the right code" in paid.text or "tries" in paid.text
    await paid.say(code)

    assert "✅ <b>Scheduled.</b>" in paid.text


async def test_three_months_are_paid_and_each_tells_once(
    paid: Phone, outside: Outside, clock: TestClock, billing: Billing
) -> None:
    """The payment's own message is the only one."""
    await made_to_pay(paid, outside)
    await outside.credit(paid, 200_000)
    seen = len(paid.shown)

    for month in ("2026-11", "2026-12"):
        await day(clock, outside, f"{month}-25")
    await day(clock, outside, "2027-01-25")

    assert len(billing.credited) == 4
    assert len(paid.shown) == seen + 3
    assert "✅ <b>Paid</b>" in paid.text
    await open_schedule(paid)
    for shown in ("Jan 25, 2027 — paid", "Dec 25, 2026 — paid", "Nov 25, 2026 — paid"):
        assert shown in paid.text


async def open_schedule(phone: Phone) -> None:
    await phone.say("/pay")
    await phone.press("Scheduled")
    await phone.press("Steam")


async def test_the_reminder_has_the_button_in_it(
    paid: Phone, outside: Outside, clock: TestClock, billing: Billing
) -> None:
    """Payee, account, amount, due date; [Pay] leads to the offer, and to its receipt later."""
    await made_to_remind(paid)
    await day(clock, outside, "2026-11-25")
    for stated in ("🔔 <b>Steam</b>: RUB 500.00", "Account: mylogin", "Due: <b>Nov 25, 2026"):
        assert stated in paid.text
    old = paid.data_of("Pay")

    await paid.press("Pay")
    assert "Total: <b>RUB 515.00</b>" in paid.text
    await paid.press("Confirm")
    await paid.say(await outside.code())
    await outside.settle()
    await paid.press_data(*old)

    assert "✅ <b>Paid</b>" in paid.shown[old[1]]
    assert len(billing.credited) == 2


async def test_what_was_just_paid_otherwise_is_asked_about(
    paid: Phone, outside: Outside, clock: TestClock
) -> None:
    """Paid from the catalogue an hour before the reminder: is another meant?"""
    await made_to_remind(paid)
    clock.now = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
    await outside.credit(paid, 200_000)
    await paid.say(LINE)
    await paid.press("Yes, pay again")
    await paid.press("Confirm")
    await paid.say(await outside.code())
    await day(clock, outside, "2026-11-25")

    await paid.press("Pay", message=max(paid.shown))
    assert "You paid this" in paid.text
    await paid.press("Yes, pay again")

    assert "Total: <b>RUB 515.00</b>" in paid.text


async def test_later_and_skip(paid: Phone, outside: Outside, clock: TestClock) -> None:
    """Tomorrow it is said again; skipped it is not."""
    await made_to_remind(paid)
    await day(clock, outside, "2026-11-25")

    await paid.press("Tomorrow")
    assert "I will say it again Nov 26, 2026, 10:00 AM" in paid.text
    await day(clock, outside, "2026-11-26")
    assert "🔔 <b>Steam</b>" in paid.text
    await paid.press("Skip this time")

    assert "Skipped. Nothing is paid for this time" in paid.text
    await paid.press("To the schedule")
    assert "Nov 25, 2026 — skipped" in paid.text
    assert "Next: <b>Dec 25, 2026" in paid.text


async def test_too_little_money_is_told_with_the_button(
    paid: Phone, outside: Outside, clock: TestClock, services: Services, billing: Billing
) -> None:
    """And when it is tried again; topped up and pressed, it is paid once."""
    await made_to_pay(paid, outside)
    await spend_all(paid, outside)
    await day(clock, outside, "2026-11-25")
    assert "could not be paid yet: there is not enough money" in paid.text
    assert "I will try again Nov 26, 2026, 10:00 AM" in paid.text
    before = len(billing.credited)
    await outside.credit(paid, 100_000)

    await paid.press("Pay")
    await paid.press("Confirm")
    await paid.say(await outside.code())
    await day(clock, outside, "2026-11-27")

    assert len(billing.credited) == before + 1


async def spend_all(phone: Phone, outside: Outside) -> None:
    """Nearly everything goes to somebody else's account at the game."""
    await phone.say("/pay steam another 1400")
    await phone.press("Confirm")
    await phone.say(await outside.code())
    await outside.settle()


async def test_what_is_dearer_than_allowed_is_asked(
    paid: Phone, outside: Outside, clock: TestClock, billing: Billing
) -> None:
    await made_to_pay(paid, outside)
    billing.checks.append(Answer(Outcome.REFUSED, "account_not_found"))

    await day(clock, outside, "2026-11-25")

    assert "was not paid by itself: the provider does not know this account" in paid.text
    assert [label for label in paid.labels() if label in ("Tomorrow", "Skip this time", "Stop")]


async def test_locked_wallet_is_told(
    paid: Phone, outside: Outside, clock: TestClock, services: Services
) -> None:
    await made_to_pay(paid, outside)
    holder = await services.wallets.find(phone=paid.number)
    await services.wallets.lock(holder=holder)

    await day(clock, outside, "2026-11-25")

    assert "was skipped: the wallet is locked" in paid.text


async def test_what_was_missed_is_one_message_with_buttons(
    paid: Phone, outside: Outside, clock: TestClock
) -> None:
    await made_to_pay(paid, outside)
    seen = set(paid.shown)

    await day(clock, outside, "2027-01-26")

    [missed] = [
        text for number, text in paid.shown.items() if number not in seen and "stood still" in text
    ]
    assert "It fell due: Nov 25, 2026, Dec 25, 2026" in missed
    await paid.press("Pay for Nov 25, 2026")
    assert "You paid this" in paid.text or "Total: <b>RUB 515.00</b>" in paid.text


async def test_pause_resume_and_end(paid: Phone, outside: Outside) -> None:
    """Old buttons say that it has changed; the end is asked for twice."""
    await made_to_remind(paid)
    await open_schedule(paid)
    old = paid.data_of("Pause")

    await paid.press("Pause")
    assert "⏸ Paused" in paid.text
    await paid.press_data(*old)
    assert "has changed since the button was made" in paid.alert
    await paid.press("Resume")
    assert "Next: <b>Nov 25, 2026" in paid.text
    await paid.press("End")
    assert "End this schedule for good?" in paid.text
    await paid.press("End it")

    assert "It has ended" in paid.text
    await paid.press("Scheduled")
    assert "Nothing is scheduled" in paid.text


async def test_list_names_each_with_its_next_day(paid: Phone, outside: Outside) -> None:
    await made_to_remind(paid)
    await paid.say("/pay")
    await paid.press("Scheduled")
    assert paid.labels()[0] == "Steam · RUB 500.00 · Nov 25, 2026"

    await paid.press("Steam")
    await paid.press("Pause")
    await paid.press("Scheduled")

    assert paid.labels()[0] == "⏸ Steam · RUB 500.00"


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


async def test_amount_is_changed_to_be_asked(
    paid: Phone, outside: Outside, clock: TestClock, billing: Billing
) -> None:
    """Then it can only be reminded of, and the amount is typed at each payment."""
    await made_to_remind(paid)
    await open_schedule(paid)
    await paid.press("Change")
    await paid.press("Amount")
    await paid.press("Ask me each time")
    await paid.press("A day before")
    await paid.press("Confirm")
    assert "Amount: <b>asked each time</b>" in paid.text
    await day(clock, outside, "2026-11-25")

    await paid.press("Pay")
    assert "<b>how much</b> this time?" in paid.text
    await paid.say("ten")
    assert "That is not an amount" in paid.text
    await paid.say("1")
    assert "how much" in paid.text
    await paid.say("700")
    await paid.press("Confirm")
    await paid.say(await outside.code())
    await outside.settle()

    assert [each.amount.minor for each in billing.credited.values()] == [500_00, 700_00]


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


async def test_limits_that_are_too_low_are_asked_again(paid: Phone) -> None:
    """With what it costs today."""
    await to_offer(paid, *MONTHLY, "Pay by itself")
    await paid.say("100")

    await paid.press("RUB 100.00")

    assert "It costs RUB 515.00 today, and with these limits" in paid.alert + paid.text


async def test_old_question_after_another_begins_anew(paid: Phone) -> None:
    """The answers travel in the conversation: another question has taken their place."""
    await to_offer(paid, *MONTHLY)
    old = paid.data_of("Only remind me")
    await paid.say("/history")
    await paid.press("Search")

    await paid.press_data(*old)

    assert "how often?" in paid.text


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


async def test_fine_offers_a_reminder_of_its_discount(
    shopper: Phone, outside: Outside, clock: TestClock
) -> None:
    """On the offer of the bill; nothing else is asked."""
    await shopper.say("/pay traffic 11111111111111111111")
    await shopper.say("10.11.2026")
    await shopper.say("500")
    await shopper.press("375.00")
    assert "🔔 Remind me of the discount" in shopper.labels()

    await shopper.press("Remind me of the discount")
    assert "You are reminded 2 days before the discount ends" in shopper.text
    assert "Change" not in shopper.labels()
    await day(clock, outside, "2026-12-08")

    assert "the discount ends <b>Dec 10, 2026</b>" in shopper.text
    assert "Until then: RUB 375.00" in shopper.text
    assert shopper.labels() == ["Pay", "Tomorrow", "Skip this time", "🏠 Home"] or (
        "Pay" in shopper.labels()[0]
    )


async def test_meters_are_asked_at_each_payment(
    shopper: Phone, outside: Outside, clock: TestClock, billing: Billing
) -> None:
    """The account is known; the readings and the amount are not."""
    await shopper.say("/pay light 1234567890")
    await shopper.say("100")
    await shopper.press("Skip")
    await shopper.say("300")
    await shopper.press("Confirm")
    await shopper.say(await outside.code())
    await outside.settle()
    await to_offer(shopper, "Every month", "25", "On the day itself")
    await shopper.press("Confirm")
    await day(clock, outside, "2026-11-25")

    await shopper.press("Pay")
    assert "Meter, by day? Type what it shows" in shopper.text
    await shopper.say("a lot")
    assert "Meter, by day" in shopper.text
    await shopper.say("140,5")
    assert "Meter, by night? Type what it shows, or “-”" in shopper.text
    await shopper.say("-")
    await shopper.say("310")
    assert "Meter, by day: <b>140.5</b>" in shopper.text
    await shopper.press("Confirm")
    await shopper.say(await outside.code())
    await outside.settle()

    fields = [each.fields["day"] for each in billing.credited.values()]
    assert fields == ["100", "140.5"]


async def test_others_buttons_do_nothing(
    paid: Phone, other: Phone, outside: Outside, clock: TestClock
) -> None:
    """A reminder's buttons are of one person, as all are."""
    await made_to_remind(paid)
    await day(clock, outside, "2026-11-25")
    data, _ = paid.data_of("Pay")
    await outside.join(other)
    seen = other.shown

    await other.press_data(data)

    assert other.shown == seen


async def test_russian_has_it_all(
    other: Phone, outside: Outside, clock: TestClock, services: Services
) -> None:
    """Months, limits, reminder and what was missed in good Russian."""
    await stock(services)
    await outside.join(other)
    await outside.credit(other, 200_000)
    await other.say(LINE)
    await other.press("Подтвердить")
    await other.say(await outside.code())
    await outside.settle()
    await other.press("Повторять")
    await other.press("Каждый месяц")
    await other.press("25")
    await other.press("500,00")
    await other.press("Платить автоматически")
    await other.press("515,00")
    await other.press("515,00")
    assert "не больше <b>515,00 ₽</b> за раз и <b>515,00 ₽</b> за месяц" in other.text
    await other.press("Подтвердить")
    await other.say(await outside.code())
    assert "✅ <b>Запланировано.</b>" in other.text

    await day(clock, outside, "2027-01-05")

    assert "не оплачено, пока кошелёк не работал" in other.text
    assert "Сроки: 25 нояб. 2026" in other.text


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
