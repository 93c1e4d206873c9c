"""Saved accounts in the chat: kept from a receipt, named, paid in two taps, forgotten."""

import pytest

from purser.services import Services
from tests.bot.conftest import Outside
from tests.catalogue import STEAM, stock
from tests.conftest import TestClock
from tests.telegram import Phone, names, plain


@pytest.fixture
async def saver(shopper: Phone, outside: Outside) -> Phone:
    """Somebody who has paid a game and looks at the receipt."""
    await shopper.say("/pay steam mylogin 500")
    await shopper.press("Confirm")
    await shopper.say(await outside.code())
    await outside.settle()
    return shopper


async def test_saved_from_the_receipt_with_a_name(saver: Phone) -> None:
    await saver.press("Save")
    assert "Saved." in saver.text
    await saver.say("My game")
    assert "⭐ 🎮 <b>My game</b>" in saver.text
    assert "Login: <b>mylogin</b>" in saver.text

    await saver.say("/pay")
    await saver.press("Favourites")

    assert saver.labels()[0] == "🎮 My game · mylogin"


async def test_saved_without_a_name_goes_by_the_payees(saver: Phone) -> None:
    await saver.press("Save")
    await saver.press("Leave it so")
    await saver.press("Favourites")

    assert saver.labels()[0] == "🎮 Steam · mylogin"


async def test_saving_twice_saves_once(saver: Phone) -> None:
    data, number = saver.data_of("Save")
    await saver.press_data(data, number)
    await saver.press_data(data, number)
    await saver.press("Leave it so")
    await saver.press("Favourites")

    assert [label for label in saver.labels() if "mylogin" in label] == ["🎮 Steam · mylogin"]


async def test_paid_in_a_few_taps(saver: Phone, clock: TestClock) -> None:
    """Favourites, the account, [Pay], the amount of last time: the offer."""
    await saver.press("Save")
    await saver.say("My game")
    clock.advance(hours=30)
    await saver.press("Favourites")
    await saver.press("My game")

    await saver.press("Pay")
    assert plain(saver.labels()[0]) == "RUB 500.00"
    await saver.press("RUB 500.00")

    assert "Login: <b>mylogin</b>" in saver.text
    assert "✅ Confirm" in saver.labels()


async def test_offered_where_its_account_is_asked(saver: Phone) -> None:
    """Nobody types an account a second time."""
    await saver.press("Save")
    await saver.say("My game")
    await saver.say("/pay steam")
    assert saver.labels()[0] == "⭐ My game · mylogin"

    await saver.press("My game")

    assert "How much" in saver.text


async def test_name_that_cannot_be_is_asked_again(saver: Phone) -> None:
    await saver.press("Save")
    await saver.say("x" * 41)
    assert "from 1 to 40 characters" in saver.text

    await saver.say("<b>Mine</b> & hers")

    assert "&lt;b&gt;Mine&lt;/b&gt; &amp; hers" in saver.text


async def test_renamed_and_deleted(saver: Phone) -> None:
    await saver.press("Save")
    await saver.say("My game")
    await saver.press("Rename")
    await saver.say("Old game")
    assert "<b>Old game</b>" in saver.text
    await saver.press("Delete")
    assert "Past payments stay" in saver.text
    await saver.press("Back")
    old = saver.data_of("Pay")
    await saver.press("Delete")
    await saver.press("Delete it")
    assert "Deleted." in saver.text

    await saver.press("Favourites")
    assert "saved no account yet" in saver.text
    await saver.press_data(*old)

    assert "saved account is gone" in saver.alert


async def test_pages_of_many(shopper: Phone, services: Services) -> None:
    """Paging edits in place."""
    holder = await services.wallets.find(phone=shopper.number)
    for number in range(10):
        await services.favourites.save(
            holder=holder, provider_id=STEAM.id, fields={"login": f"login{number}"}
        )
    await shopper.say("/pay")
    before = len(shopper.telegram.requests)
    await shopper.press("Favourites")
    first = shopper.labels()
    assert len([label for label in first if "login" in label]) == 8

    await shopper.press("Next")
    assert len([label for label in shopper.labels() if "login" in label]) == 2
    await shopper.press("First")

    assert shopper.labels() == first
    assert "sendMessage" not in names(shopper.telegram.requests[before:])


async def test_account_of_a_payee_that_was_withdrawn(saver: Phone, services: Services) -> None:
    """It is still there to be looked at and deleted, and not to be paid."""
    await saver.press("Save")
    await saver.say("My game")
    pay = saver.data_of("Pay")
    await services.catalogue_imports.close(provider_id="steam")
    await saver.press("Favourites")

    await saver.press("My game")

    assert "cannot be paid" in saver.text
    assert "Pay" not in saver.labels()
    await saver.press_data(*pay)
    assert "not in the catalogue now" in saver.alert


async def test_same_buttons_in_russian(other: Phone, outside: Outside, services: Services) -> None:
    await stock(services)
    await outside.join(other)
    await outside.credit(other, 200_000)
    await other.say("/pay стим mylogin 500")
    await other.press("Подтвердить")
    await other.say(await outside.code())
    await outside.settle()

    await other.press("Сохранить")
    await other.say("Мама")

    assert "⭐ 🎮 <b>Мама</b>" in other.text
    assert "Стим" in other.text
