"""Invoices: the list, one of them, refusing it, and what strangers write in it."""

from tests.bot.conftest import Outside
from tests.conftest import TestClock
from tests.telegram import Phone


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

    assert len([label for label in phone.labels() if "No " in label]) == 2
    await phone.press("Newest")
    assert len([label for label in phone.labels() if "No " in label]) == 5
    await phone.press("No 6")
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
