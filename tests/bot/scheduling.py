"""The way through the chat from a receipt to a schedule, and on to the days it falls due."""

from datetime import UTC, datetime, timedelta

from tests.bot.conftest import Outside
from tests.conftest import TestClock
from tests.telegram import Phone

LINE = "/pay steam mylogin 500"


async def receipt(phone: Phone, outside: Outside) -> Phone:
    """Somebody who looks at the receipt of a payment of 500 roubles to a game."""
    await pay_by_line(phone, outside)
    assert "✅ <b>Paid</b>" in phone.text
    return phone


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


async def open_schedule(phone: Phone) -> None:
    await phone.say("/pay")
    await phone.press("Scheduled")
    await phone.press("Steam")


async def pay_by_line(phone: Phone, outside: Outside) -> None:
    await phone.say(LINE)
    await phone.press("Confirm")
    await phone.say(await outside.code())
    await outside.settle()


def reminder_of(phone: Phone) -> int:
    """The message with the newest reminder."""
    return [number for number, text in phone.shown.items() if text.startswith("🔔")][-1]
