"""Personal data in the chat: step by step, checked, corrected, looked at by an operator."""

import pytest
from aiogram import Dispatcher

from bot.buttons import Press
from bot.handlers import identity_review as review
from bot.texts import Texts
from purser.services import Services
from services.conversations import Conversation, Visitor
from services.identification_life import IdentificationState
from services.levels import Level
from storage.book import BookTables
from storage.engines import AnyStore
from tests.bot.conftest import OPERATOR, Outside
from tests.telegram import Phone, Telegram, names

SECRETS = ("Doe", "Jane", "1990", "4510", "123456", "Testville")


@pytest.fixture
def operator(telegram: Telegram, dispatcher: Dispatcher) -> Phone:
    """Who runs the wallet, without one of their own."""
    return Phone(telegram, dispatcher, OPERATOR, number="+79161111111")


def seen(phone: Phone) -> str:
    """The newest message as it looks."""
    return phone.text.replace("<b>", "").replace("</b>", "")


async def fill_in(phone: Phone) -> None:
    """Every step, to the review."""
    await phone.say("/limits")
    await phone.press("Give personal data")
    await phone.say("Doe")
    await phone.say("Jane")
    await phone.press("I have none")
    await phone.say("28.02.1990")
    await phone.press("Russian passport")
    await phone.say("45 10 123456")
    await phone.say("1 Test street, Testville")


async def test_it_is_said_step_by_step_and_sent(
    payer: Phone, operator: Phone, outside: Outside, services: Services
) -> None:
    await fill_in(payer)
    reviewed = seen(payer)
    await payer.press("Send for checking")
    sent = seen(payer)
    await outside.settle()
    told = seen(operator)
    await operator.press("Identifications")
    await operator.press("🪪 Nov 24")
    opened = seen(operator)
    await operator.press("Approve")
    await outside.settle()

    assert "Is all of this right?" in reviewed
    for line in (
        "Surname: Doe",
        "Patronymic: —",
        "Date of birth: 28.02.1990",
        "Document: Russian passport",
        "Number: 4510 123456",
        "Address: 1 Test street, Testville",
    ):
        assert line in reviewed
        assert line in opened
    assert "Sent." in sent
    assert "wait to be checked" in told
    assert not any(secret in told for secret in SECRETS)
    assert "No other wallet has this document" in opened
    assert "+7916***4567" in opened.split("\n")[0]
    assert "Your personal data are accepted" in seen(payer)
    assert (await services.wallets.find(phone=payer.number)).level is Level.PERSON


async def test_answers_leave_the_chat(payer: Phone) -> None:
    """What was typed is deleted, and the screens that follow do not repeat it."""
    await payer.say("/limits")
    await payer.press("Give personal data")

    done = await payer.say("Doe")

    assert "deleteMessage" in names(done)
    assert "Doe" not in seen(payer)


async def test_what_cannot_be_is_asked_again_with_the_reason(payer: Phone) -> None:
    await payer.say("/limits")
    await payer.press("Give personal data")

    await payer.say("D0e")

    assert "signs that no name has" in seen(payer)
    assert "Step 1 of 7: surname" in seen(payer)


async def test_back_goes_to_the_step_before(payer: Phone) -> None:
    """And shows what was said there."""
    await payer.say("/limits")
    await payer.press("Give personal data")
    await payer.say("Doe")

    await payer.press("Back")
    before = seen(payer)
    await payer.say("Roe")
    await payer.press("Back")
    changed = seen(payer)
    await payer.press("Back")

    assert "Step 1 of 7: surname" in before
    assert "You have said: Doe" in before
    assert "You have said: Roe" in changed
    assert "Your limits" in seen(payer)


async def test_a_field_is_corrected_from_the_review(payer: Phone) -> None:
    await fill_in(payer)

    await payer.press("Correct")
    await payer.press("Address")
    await payer.say("2 Test street, Testville")
    corrected = seen(payer)
    await payer.press("Correct")
    await payer.press("Back")
    again = seen(payer)
    await payer.press("Correct")
    await payer.press("Surname")
    await payer.press("Back")

    assert "Address: 2 Test street, Testville" in corrected
    assert "Is all of this right?" in again
    assert "Is all of this right?" in seen(payer)


async def test_another_document_is_asked_for_its_number(payer: Phone) -> None:
    await fill_in(payer)
    await payer.press("Correct")
    await payer.press("Document")

    await payer.press("another country")
    asked = seen(payer)
    await payer.say("AB1234567")

    assert "Six to nine letters and digits" in asked
    assert "Number: AB1234567" in seen(payer)


async def test_it_goes_on_where_it_was_left(payer: Phone) -> None:
    await payer.say("/limits")
    await payer.press("Give personal data")
    await payer.say("Doe")

    await payer.say("/limits")
    left = seen(payer)
    await payer.press("Go on with personal data")

    assert "not complete yet" in left
    assert "Step 2 of 7: given name" in seen(payer)


async def test_who_is_declined_reads_why_and_corrects_it(
    payer: Phone, operator: Phone, outside: Outside
) -> None:
    await fill_in(payer)
    await payer.press("Send for checking")
    await outside.settle()
    await operator.say("/operator")
    await operator.press("Identifications")
    await operator.press("🪪 Nov 24")
    await operator.press("Decline")
    await operator.say("x" * 300)
    refused = seen(operator)
    await operator.say("The address is not complete")
    await outside.settle()
    told = seen(payer)
    await payer.say("/limits")
    shown = seen(payer)
    await payer.press("Go on with personal data")

    assert "Say why, in at most 200 characters" in refused
    assert "Why is it declined?" in refused
    assert "Declined. The holder is told why." in seen(operator)
    assert "were not accepted\nWhy: The address is not complete" in told
    assert "were not accepted: The address is not complete" in shown
    assert "Is all of this right?" in seen(payer)


async def test_the_operator_is_warned_of_a_document_seen_before(
    payer: Phone, other: Phone, operator: Phone, outside: Outside, services: Services
) -> None:
    await outside.join(other)
    bob = await services.wallets.find(phone=other.number)
    await services.wallets.set_language(holder=bob, language="en")
    for phone in (payer, other):
        await fill_in(phone)
        await phone.press("Send for checking")
        await outside.settle()

    await operator.press("Identifications")
    listed = seen(operator)
    await operator.press("🪪 Nov 24")

    assert "2 identifications wait" in listed
    assert "Another wallet has the same document" in seen(operator)


async def test_nobody_but_an_operator_looks_or_decides(
    payer: Phone, operator: Phone, outside: Outside, services: Services
) -> None:
    """Buttons are bound to who they were made for; and who is no operator any more is nobody."""
    await fill_in(payer)
    await payer.press("Send for checking")
    await outside.settle()
    await operator.press("Identifications")
    await operator.press("🪪 Nov 24")
    data, number = operator.data_of("Approve")

    await payer.press_data(data, number)

    assert "button is not yours" in payer.alert
    [waiting] = await services.identity_review.waiting()
    assert waiting.state is IdentificationState.SUBMITTED


async def test_who_is_no_operator_any_more_learns_nothing(
    payer: Phone, outside: Outside, services: Services, texts: Texts
) -> None:
    await fill_in(payer)
    await payer.press("Send for checking")
    await outside.settle()
    [waiting] = await services.identity_review.waiting()
    words = texts.words_for("en")
    dismissed = Visitor(
        OPERATOR, None, Conversation(data={"id": waiting.id, "version": str(waiting.version)})
    )
    press = Press("opident", waiting.id, waiting.version)
    nobody: frozenset[int] = frozenset()
    desk = services.identity_review

    screens = [
        await review.listed(dismissed, words, nobody, desk),
        await review.view(dismissed, words, press, nobody, desk),
        await review.approve(dismissed, words, press, nobody, desk),
        await review.ask_reason(dismissed, words, press, nobody),
        await review.decline(dismissed, words, "no", nobody, desk),
    ]

    assert {each.text for each in screens} == {words("not-understood")}
    assert await services.identity_review.waiting() == [waiting]


async def test_a_press_on_what_was_decided_says_so(
    payer: Phone, operator: Phone, outside: Outside, services: Services
) -> None:
    await fill_in(payer)
    await payer.press("Send for checking")
    await outside.settle()
    await operator.press("Identifications")
    await operator.press("🪪 Nov 24")
    holder = await services.wallets.find(phone=payer.number)
    await services.identifications.delete(holder=holder)

    await operator.press("Approve")

    assert "no such personal data" in seen(operator) + operator.alert


async def test_deleted_data_that_the_law_keeps_are_announced_so(
    payer: Phone, operator: Phone, outside: Outside
) -> None:
    """The holder learns until when, and the data are shown to nobody."""
    await fill_in(payer)
    await payer.press("Send for checking")
    await outside.settle()
    await operator.press("Identifications")
    await operator.press("🪪 Nov 24")
    await operator.press("Approve")
    await outside.credit(payer, 100_00)
    await payer.say("/limits")
    approved = seen(payer)

    await payer.press("Delete my data")
    await payer.press("Delete")

    assert "were checked and are kept encrypted" in approved
    assert "until Nov 25, 2031" in seen(payer)


async def test_nothing_typed_is_kept_in_clear(payer: Phone, store: AnyStore) -> None:
    """Neither in what the bot remembers of the conversation, nor anywhere else in the file."""
    await fill_in(payer)

    def everything(book: BookTables) -> str:
        tables = ("conversations", "identifications", "history", "due_work", "offers")
        return repr(
            [
                list(row)
                for name in tables
                for row in book.steps._connection.execute(f"SELECT * FROM {name}")
            ]
        )

    stored = await store.read(everything)
    assert not any(secret in stored for secret in ("Doe", "Jane", "4510123456", "Testville"))
