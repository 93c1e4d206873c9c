"""The same paid twice: asked about first, and not passed by accident."""

from datetime import timedelta

import pytest

from services.connections import Answer, Outcome
from tests.bot.conftest import Outside
from tests.catalogue import Billing
from tests.conftest import TestClock
from tests.telegram import Phone

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


@pytest.mark.parametrize("later", [timedelta(hours=25), timedelta(days=40)])
async def test_next_month_is_no_twin(
    shopper: Phone, outside: Outside, clock: TestClock, later: timedelta
) -> None:
    await paid(shopper, outside)
    clock.advance(hours=int(later.total_seconds() // 3600))

    await shopper.say(LINE)

    assert "✅ Confirm" in shopper.labels()
