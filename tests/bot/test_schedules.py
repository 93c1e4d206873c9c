"""Scheduled payments in the chat: reminded of, paid, put off, skipped, paused and ended."""

from datetime import UTC, datetime

import pytest

from purser.services import Services
from services.connections import Answer, Outcome
from tests.bot.conftest import Outside
from tests.bot.scheduling import (
    LINE,
    MONTHLY,
    day,
    made_to_pay,
    made_to_remind,
    open_schedule,
    pay_by_line,
    receipt,
    reminder_of,
    to_offer,
)
from tests.catalogue import Billing, stock
from tests.conftest import TestClock
from tests.telegram import Phone, plain


@pytest.fixture
async def paid(shopper: Phone, outside: Outside) -> Phone:
    return await receipt(shopper, outside)


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
    """Paid from the catalogue half an hour before the reminder: is another meant?"""
    await to_offer(paid, *MONTHLY, "Only remind me", "On the day itself")
    await paid.press("Confirm")
    clock.now = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
    await outside.credit(paid, 200_000)
    await pay_by_line(paid, outside)
    await day(clock, outside, "2026-11-25")

    reminder = reminder_of(paid)
    await paid.press("Pay", message=reminder)
    assert "You paid this an hour ago. Again?" in paid.shown[reminder]
    await paid.press("Yes, pay again")

    assert "Total: <b>RUB 515.00</b>" in paid.shown[reminder]


async def test_paid_otherwise_after_the_reminder_is_paid(
    paid: Phone, outside: Outside, clock: TestClock, billing: Billing
) -> None:
    """The reminder's button leads to that receipt."""
    await made_to_remind(paid)
    await day(clock, outside, "2026-11-25")
    reminder = reminder_of(paid)
    await pay_by_line(paid, outside)

    await paid.press("Pay", message=reminder)

    assert "✅ <b>Paid</b>" in paid.shown[reminder]
    assert len(billing.credited) == 2


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
    await outside.settle()
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

    assert "was not paid by itself: the payee does not know this account" in paid.text
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
    assert plain(paid.labels()[0]) == "Steam · RUB 500.00 · Nov 25, 2026"

    await paid.press("Steam")
    await paid.press("Pause")
    await paid.press("Scheduled")

    assert plain(paid.labels()[0]) == "⏸ Steam · RUB 500.00"


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
    await other.press("📅 Каждый месяц")
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
