"""Receipts, statements and the month's picture, as they come into the chat."""

from dataclasses import replace

import pytest
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import SendDocument, SendPhoto

from bot.screens import Attachment, Screen
from purser.services import Services
from services.signed_files import Finding, look
from services.vault import Vault
from tests.bot.conftest import Outside
from tests.clock import TestClock
from tests.telegram import Phone, Shown, Telegram, names, plain


@pytest.fixture
async def ann(payer: Phone, outside: Outside) -> Phone:
    """Somebody who has paid an invoice of 1,250 roubles, after a credit of 2,000."""
    await outside.to_code(payer)
    await payer.say(await outside.code())
    await outside.settle()
    return payer


def handed(phone: Phone) -> Shown:
    """The newest message with a file."""
    mine = [each for each in phone.telegram.shown.values() if each.chat == phone.user.id]
    return [each for each in mine if each.file is not None][-1]


def name_of(phone: Phone) -> str:
    """What the newest file is called."""
    file = handed(phone).file
    return "" if file is None else file.filename or ""


async def test_command_lists_what_is_finished(ann: Phone, vault: Vault) -> None:
    """A tap, and the signed PDF is there with a short caption."""
    await ann.say("/receipt")
    labels = ann.labels()
    sent = await ann.press("Corner Shop")

    file = handed(ann).file
    assert file is not None
    assert any("1,250.00" in plain(label) for label in labels)
    assert names(sent) == ["answerCallbackQuery", "sendDocument"]
    assert plain(handed(ann).text) == "Corner Shop: RUB 1,250.00"
    assert name_of(ann).startswith("receipt-")
    assert look(file.data, vault.public_key()) is Finding.GENUINE


async def test_command_takes_a_number(ann: Phone) -> None:
    """The operation's, as the history shows it, or the code of the paper."""
    await ann.say("/history")
    await ann.press("Corner Shop")
    data, _ = ann.data_of("PDF receipt")
    await ann.say(f"/receipt {data.split(':')[1].upper()}")
    code = name_of(ann).removeprefix("receipt-").removesuffix(".pdf")

    sent = await ann.say(f"/receipt {code.lower()}")
    await ann.say("/receipt 0123")

    assert names(sent) == ["sendDocument"]
    assert "no operation of that number" in ann.text


async def test_without_anything_finished(phone: Phone, outside: Outside) -> None:
    """It says so, instead of an empty list."""
    await outside.join(phone)

    await phone.say("/receipt")

    assert "nothing to have a receipt of" in phone.text


async def test_document_from_the_history(ann: Phone) -> None:
    """The message with the steps stays; what waits for its code has no document."""
    await ann.say("/history")
    await ann.press("Corner Shop")
    steps = ann.text

    await ann.press("PDF receipt")

    assert steps in ann.shown.values()
    await ann.press("Other receipts")
    assert "Choose an operation" in ann.text


async def test_reserved_payment_has_no_document(payer: Phone, outside: Outside) -> None:
    """Nothing was paid yet."""
    await outside.to_code(payer)
    await payer.say("/history")
    await payer.press("Corner Shop")

    assert "PDF receipt" not in " ".join(payer.labels())


async def test_document_comes_once_for_one_tap(ann: Phone, telegram: Telegram) -> None:
    """The update may come again after a crash, when the file was on its way already."""
    await ann.say("/receipt")
    await ann.press("Corner Shop")

    again = await ann.redeliver()
    await ann.press("Corner Shop")

    assert "sendDocument" not in names(again)
    assert len([each for each in telegram.requests if isinstance(each, SendDocument)]) == 2


async def test_document_that_did_not_go_out_comes_again(ann: Phone, telegram: Telegram) -> None:
    """Nothing is noted before Telegram has taken it."""
    await ann.say("/receipt")
    fault = TelegramNetworkError(SendDocument(chat_id=1, document="x"), "away")
    telegram.faults.append(("sendDocument", fault))
    with pytest.raises(TelegramNetworkError):
        await ann.press("Corner Shop")

    sent = await ann.redeliver()

    assert "sendDocument" in names(sent)


async def test_document_leaves_a_question_open(ann: Phone, outside: Outside) -> None:
    """Who looks at a receipt while a code is awaited can still type the code."""
    await outside.invoice(ann)
    await ann.say("/history")
    await outside.settle()
    await outside.credit(ann, 200_000)
    await ann.press("Pay")
    await ann.press("Confirm")
    await ann.say("/receipt")
    await ann.press("Corner Shop")

    await ann.say(await outside.code())

    assert any("Paid" in text for text in ann.shown.values())


async def test_statement_of_a_month(ann: Phone) -> None:
    """From the history: period, account and format; then the file, with its closing balance."""
    await ann.say("/history")
    await ann.press("Statement")
    await ann.press("This month")
    assert "Nov 1, 2026 – Nov 24, 2026" in ann.text
    labels = [plain(each) for each in ann.labels()]

    for name, start in (("PDF", b"%PDF"), ("CSV", b"\xef\xbb\xbftime"), ("JSON", b"{")):
        await ann.press(f"RUB · {name}")
        file = handed(ann).file
        assert file is not None
        assert file.filename == f"statement-RUB-20261101-20261124.{name.lower()}"
        assert file.data.startswith(start)
        assert "750.00" in plain(handed(ann).text)

    assert [f"USD · {name}" in labels for name in ("PDF", "CSV", "JSON")] == [True] * 3


async def test_statement_of_typed_dates(ann: Phone) -> None:
    """What cannot be read is asked again; last month has its own button."""
    await ann.say("/history")
    await ann.press("Statement")
    await ann.press("Last month")
    assert "Oct 1, 2026 – Oct 31, 2026" in ann.text
    await ann.press("Back")
    await ann.press("Other dates")
    await ann.say("the other day")
    assert "could not read these dates" in ann.text

    await ann.say("20.11.2026 - 24.11.2026")
    await ann.press("USD · JSON")

    file = handed(ann).file
    assert file is not None
    assert b'"closing_minor": 0' in file.data
    assert b'"first_day": "2026-11-20"' in file.data


async def test_picture_of_the_month(ann: Phone, telegram: Telegram, clock: TestClock) -> None:
    """A photo with what was spent; the months before and after are a tap away."""
    await ann.say("/history")
    await ann.press("Picture of the month")
    shown = handed(ann)
    assert isinstance(telegram.requests[-1], SendPhoto)
    assert shown.file is not None
    assert shown.file.data.startswith(b"\x89PNG")
    assert "RUB 1,250.00 spent" in plain(shown.text)
    assert "One payment" in plain(shown.text)

    await ann.press("The month before")
    assert "Nothing was paid in that month" in ann.alert
    clock.advance(days=30)
    await ann.press("Picture of the month")
    assert "Nothing was paid in that month" in ann.alert
    await ann.press("The month before")
    assert "November 2026" in plain(handed(ann).text)
    assert "The month after ›" in ann.labels()


async def test_in_the_holders_language(other: Phone, outside: Outside, services: Services) -> None:
    """Documents are in the language of the chat."""
    await outside.join(other)
    await outside.credit(other, 200_000)

    await other.say("/receipt")
    await other.press("a gift")

    assert "Исправление" in plain(handed(other).text)


async def test_is_not_for_strangers(other: Phone, ann: Phone, outside: Outside) -> None:
    """Somebody else's number is no number."""
    await outside.join(other)
    await ann.say("/receipt")
    data, _ = ann.data_of("Corner Shop")

    await other.say(f"/receipt {data.split(':')[1]}")

    assert "нет операции" in other.text
    assert all(each.file is None for each in other.telegram.shown.values() if each.chat == 8)


def test_a_screen_can_carry_both() -> None:
    """The caption is the screen's text, so `under` works on it too."""
    screen = Screen("caption", attachment=Attachment("a.pdf", b"x"))

    assert screen.under("above") == replace(screen, text="above\n\ncaption")
