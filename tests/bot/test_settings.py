"""/settings, /lock and /operator."""

import pytest

from purser.services import Services
from tests.bot.conftest import OPERATOR, Outside
from tests.conftest import TestClock
from tests.telegram import Phone, names


@pytest.fixture
async def owner(phone: Phone, outside: Outside) -> Phone:
    await outside.join(phone)
    return phone


async def test_language_changes_at_once(owner: Phone, outside: Outside) -> None:
    """The screen, and everything after it, SMS too."""
    await owner.say("/settings")
    assert "+7916***4567" in owner.text

    await owner.press("Русский")
    assert "Настройки" in owner.text
    await owner.say("/lock")
    await owner.press("Разблокировать")
    await outside.settle()

    assert "код разблокировки" in outside.sms[-1][1]


async def test_notices_are_switched(owner: Phone, outside: Outside) -> None:
    """No message about a new invoice while they are off; the list has it all the same."""
    await owner.say("/settings")
    await owner.press("Turn messages off")
    await outside.invoice(owner)
    await outside.settle()
    assert "Corner Shop" not in str(owner.shown)

    await owner.press("Turn messages on")
    await outside.invoice(owner, description="Tea")
    await outside.settle()

    assert "Tea" in owner.text


async def test_lock_stops_everything_and_a_code_unlocks(owner: Phone, outside: Outside) -> None:
    """At once, without a question; back only with the phone."""
    await outside.credit(owner, 200_000)
    await owner.say("/lock")
    assert "are locked" in owner.text
    await outside.invoice(owner)
    await outside.settle()
    await owner.press("Pay")
    assert "The wallet is locked" in owner.text

    await owner.press("Unlock the wallet")
    await owner.press("Unlock")
    code = await outside.code()
    wrong = "000000" if code != "000000" else "111111"
    await owner.say(wrong)
    assert "4 tries are left" in str(owner.shown)
    await owner.say(code)

    assert "is unlocked" in str(owner.shown)
    await owner.say("/start")
    assert "locked" not in owner.text


async def test_unlock_is_sent_once_for_each_button(
    owner: Phone, outside: Outside, clock: TestClock
) -> None:
    """A double tap sends one SMS; [Send again] another."""
    await owner.say("/lock")
    data, number = owner.data_of("Unlock")
    await owner.press_data(data, number)
    await owner.press_data(data, number)
    await outside.settle()
    assert sum("unlocks" in text for _, text in outside.sms) == 1

    clock.advance(seconds=31)
    await owner.press("Send again")
    await owner.say(await outside.code())

    assert sum("unlocks" in text for _, text in outside.sms) == 2
    assert "is unlocked" in owner.text


async def test_unlocking_again_after_a_crash(
    owner: Phone, outside: Outside, services: Services
) -> None:
    """The screen failed after the wallet was unlocked: again says the same."""
    await owner.say("/lock")
    await owner.press("Unlock")
    code = await outside.code()
    owner.telegram.faults.append(("editMessageText", ConnectionError("gone")))
    with pytest.raises(ConnectionError):
        await owner.say(code)

    await owner.redeliver()

    assert "is unlocked" in owner.text


async def test_lock_again_is_the_same(owner: Phone) -> None:
    """Also from the home screen."""
    await owner.say("/lock")
    await owner.say("/lock")
    assert "are locked" in owner.text
    await owner.say("/start")

    await owner.press("Unlock the wallet")

    assert "are locked" in owner.text


async def test_operator_sees_the_books(owner: Phone, outside: Outside, services: Services) -> None:
    """Totals, the audit, and what could not be done; nobody else sees the command."""
    operator = Phone(owner.telegram, owner.dispatcher, OPERATOR)
    await outside.credit(owner, 200_000)

    [answer] = await operator.say("/operator")

    assert names([answer]) == ["sendMessage"]
    for stated in (
        "RUB</b>: holders RUB 2,000.00",
        "The books are right: 1 transactions",
        "Chain: position 1",
        "No deliveries were given up",
        "No updates were set aside",
    ):
        assert stated in operator.text


async def test_operator_command_is_unknown_to_others(owner: Phone, outside: Outside) -> None:
    """It does not even say that it exists."""
    stranger = Phone(owner.telegram, owner.dispatcher, 1234)
    await stranger.say("/operator")
    assert "I did not understand" in stranger.text

    await owner.say("/operator")

    assert "I did not understand" in owner.text
    assert "holders" not in owner.text
