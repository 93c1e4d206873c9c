"""Cards: list, page, details, freezing, limits, adding, re-issuing, closing."""

import pytest

from purser.services import Services
from tests.bot.conftest import Outside
from tests.conftest import TestClock
from tests.telegram import Phone, names


@pytest.fixture
async def owner(phone: Phone, outside: Outside) -> Phone:
    """Somebody who looks at the card that came with the wallet."""
    await outside.join(phone)
    await phone.say("/cards")
    await phone.press("••••")
    return phone


async def test_page_states_the_facts(
    owner: Phone, outside: Outside, services: Services, clock: TestClock
) -> None:
    """Masked number, expiry, state, limits, what was spent, and the rate when known."""
    await services.rates.set(pair="USD/RUB", rate="92.50")
    await owner.say("/cards")
    await owner.press("••••")

    for stated in (
        "Card ••••",
        "virtual",
        "Good until the end of 11/29",
        "State: <b>active</b>",
        "Currency: RUB",
        "Per payment: no limit",
        "Today: RUB 0.00, no limit",
        "This month: RUB 0.00, no limit",
        "4 more of 5 times",
        "1 USD = 92.50 RUB",
    ):
        assert stated in owner.text
    assert "990010" not in owner.text


async def test_details_are_sent_after_saying_how_often(owner: Phone, outside: Outside) -> None:
    """'n of m left until ...' comes first, then the SMS and the page (B3)."""
    await owner.press("Send details")
    assert "4 more of 5 times until Nov 25, 2026, 9:00 AM" in owner.text

    await owner.press("Send")
    await outside.settle()

    assert sum("Card 990010" in text for _, text in outside.sms) == 2
    assert owner.telegram.latest(7).is_protected


async def test_second_tap_sends_nothing_more(owner: Phone, outside: Outside) -> None:
    """One press, one SMS, one of the day's sendings."""
    await owner.press("Send details")
    data, number = owner.data_of("Send")

    await owner.press_data(data, number)
    await owner.press_data(data, number)
    await outside.settle()

    assert sum("Card 990010" in text for _, text in outside.sms) == 2


async def test_details_are_sent_five_times_a_day(
    owner: Phone, outside: Outside, clock: TestClock
) -> None:
    """Then the button is gone, and an old one says when it is possible again."""
    for _ in range(4):
        await owner.press("Send details")
        old = owner.data_of("Send")
        await owner.press_data(*old)
        await owner.press("To the card")

    await owner.press("Send details")

    assert "sent as often as a day allows (5)" in owner.text
    assert len(owner.labels()) == 1


async def test_old_send_button_past_the_limit_is_refused(owner: Phone, outside: Outside) -> None:
    """A button drawn while there was one left meets the limit as an alert."""
    kept = []
    for _ in range(5):
        await owner.press("Send details")
        kept.append(owner.data_of("Send"))
        await owner.press("Back")
    for data in kept:
        await owner.press_data(*data)

    assert "sent 5 times in 24 hours" in owner.alert


async def test_freeze_and_unfreeze(owner: Phone) -> None:
    """At once, and old buttons of either say that the card has changed."""
    old = owner.data_of("Freeze")
    await owner.press("Freeze")
    assert "is frozen" in owner.text
    await owner.press_data(*old)
    assert "The card has changed" in owner.alert

    await owner.press("To the card")
    assert "State: <b>frozen</b>" in owner.text
    await owner.press("Unfreeze")

    assert "active again" in owner.text


async def test_frozen_card_is_shown_in_the_list_and_cannot_pay(
    owner: Phone, outside: Outside
) -> None:
    """The choice of what to pay with says why."""
    await owner.press("Freeze")
    await owner.press("All cards")
    assert "frozen" in owner.labels()[0]
    await outside.credit(owner, 200_000)
    await outside.invoice(owner)
    await outside.settle()

    await owner.press("Pay")
    await owner.press("Change")

    assert "not possible now. This card is frozen" in owner.text


@pytest.mark.parametrize("name", ["payment", "day", "month"])
async def test_limit_is_set_by_typing(owner: Phone, outside: Outside, name: str) -> None:
    """An amount is typed, the screen changes, the typed message goes."""
    await owner.press("Limits")
    await owner.press(f"Per {name}")
    assert "Type an amount" in owner.text

    requests = await owner.say("1 000,50")

    assert names(requests) == ["deleteMessage", "editMessageText"]
    assert f"Per {name}: " in owner.text
    assert "RUB 1,000.50" in owner.text


async def test_limit_holds_and_says_what_is_left(owner: Phone, outside: Outside) -> None:
    """The refusal names the limit and when it is possible again."""
    await owner.press("Limits")
    await owner.press("Per day")
    await owner.say("500")
    await outside.credit(owner, 200_000)
    await outside.invoice(owner)
    await outside.settle()

    await owner.press("Pay")
    await owner.press("Change")

    assert "Over this card's limit for a day (RUB 500.00): RUB 500.00 are left" in owner.text


async def test_what_is_no_amount_is_asked_again(owner: Phone) -> None:
    """With what is wrong above the question."""
    await owner.press("Limits")
    await owner.press("Per day")

    for typed, wrong in (
        ("much", "That is not an amount"),
        ("1.234", "at most 2 digits"),
        ("99999999999999999", "or too much"),
    ):
        await owner.say(typed)
        assert wrong in owner.text
        assert "in a day" in owner.text
    await owner.say("100")

    assert "was changed" in owner.text


@pytest.mark.parametrize("way", ["off", "No limit"])
async def test_limit_is_taken_away(owner: Phone, way: str) -> None:
    """By a word or by a button."""
    await owner.press("Limits")
    await owner.press("Per month")
    await owner.say("100")
    await owner.press("To the card")
    await owner.press("Limits")
    assert "Per month: RUB 100.00" in owner.text
    await owner.press("Per month")

    await (owner.press(way) if way == "No limit" else owner.say(way))

    assert "Per month: no limit" in owner.text


async def test_limit_of_a_changed_card_is_refused(owner: Phone) -> None:
    """Frozen on another screen meanwhile: nothing is set on what was not seen."""
    freeze = owner.data_of("Freeze")
    await owner.press("Limits")
    await owner.press("Per day")
    await owner.press_data(freeze[0], 1)

    await owner.say("100")

    assert "The card has changed" in str(owner.shown)


async def test_added_card_is_one_however_often_it_is_pressed(
    owner: Phone, services: Services
) -> None:
    """A double tap makes one card; another screen makes another."""
    await owner.press("All cards")
    await owner.press("Add a card")
    data, number = owner.data_of("For one purchase")
    await owner.press_data(data, number)
    assert "for one purchase) is ready" in owner.text
    await owner.press_data(data, number)

    holder = await services.wallets.find(phone=owner.number)
    assert len(await services.cards.listed(holder=holder)) == 2


async def test_too_many_cards_are_refused(owner: Phone) -> None:
    """With the number that is allowed."""
    for _ in range(5):
        await owner.press("All cards") if _ else await owner.say("/cards")
        await owner.press("Add a card")
        await owner.press("Virtual")

    assert "as many cards as you may (5)" in owner.alert


async def test_single_use_card_closes_with_its_payment(owner: Phone, outside: Outside) -> None:
    """It is gone from the list after the receipt."""
    await outside.credit(owner, 500_000)
    await owner.say("/cards")
    await owner.press("Add a card")
    await owner.press("For one purchase")
    last_four = owner.text.partition("•••• ")[2][:4]
    await outside.invoice(owner)
    await outside.settle()
    await owner.press("Pay")
    await owner.press("Change")
    await owner.press(f"Pay with card •••• {last_four}")
    await owner.press("Confirm")
    await owner.say(await outside.code())
    assert "✅ <b>Paid</b>" in owner.text

    await owner.say("/cards")

    assert not any(last_four in label for label in owner.labels())


async def test_reissue_tells_first_and_the_old_card_is_gone(
    owner: Phone, outside: Outside
) -> None:
    """A notice, a confirmation, a new number by SMS; the old page opens no more (B5)."""
    old_page = owner.data_of("Send details")
    await owner.press("Re-issue")
    assert "the old card is gone" in owner.text
    confirm = owner.data_of("Re-issue it")

    await owner.press_data(*confirm)
    await outside.settle()

    assert "The old one is gone" in str(owner.shown)
    numbers = {text.split()[1] for _, text in outside.sms if text.startswith("Card")}
    assert len(numbers) == 2
    await owner.press_data(*old_page)
    assert "This card is gone" in owner.alert
    await owner.press_data(*confirm)
    assert "The new card is" in str(owner.shown)
    assert sum(text.startswith("Card") for _, text in outside.sms) == 2


async def test_close_is_for_good(owner: Phone) -> None:
    """A notice first; pressed again, it says the same."""
    await owner.press("Close")
    confirm = owner.data_of("Close it for good")
    await owner.press_data(*confirm)
    assert "closed for good" in owner.text
    await owner.press_data(*confirm)
    assert "closed for good" in owner.text

    await owner.press("All cards")

    assert "You have no cards" in owner.text


async def test_late_confirmation_of_a_reissue_is_over(owner: Phone, clock: TestClock) -> None:
    """The offer has its time too."""
    await owner.press("Re-issue")
    clock.advance(minutes=16)

    await owner.press("Re-issue it")

    assert "waited too long" in owner.text


async def test_card_of_another_is_not_shown(owner: Phone, other: Phone, outside: Outside) -> None:
    """Not even by a button that was copied."""
    await outside.join(other)
    data, number = owner.data_of("Limits")

    await other.press_data(data, number)

    assert "не ваша кнопка" in other.alert
