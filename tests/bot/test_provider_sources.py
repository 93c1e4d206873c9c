"""What a provider is paid with: what each source costs, exchange on the way, cards."""

from services.connections import Answer, Outcome
from services.money import USD
from tests.bot.conftest import Outside
from tests.catalogue import Billing
from tests.telegram import Phone, plain

LINE = "/pay steam mylogin 500"
NO_ANSWER = Answer(Outcome.UNKNOWN, "timeout")


async def dollars(phone: Phone, outside: Outside, minor: int) -> None:
    """An account in dollars, and the price of one."""
    await outside.services.rates.set(pair="USD/RUB", rate="92.50")
    await outside.credit(phone, minor, USD)


async def test_sources_say_what_each_costs(shopper: Phone, outside: Outside) -> None:
    """The account first, then cards, then dollars with their rate; what cannot pay says why."""
    await dollars(shopper, outside, 100_00)
    await shopper.say(LINE)

    await shopper.press("Change source")

    assert "RUB 515.00 for Steam." in shopper.text
    assert "• RUB account: RUB 2,000.00 available" in shopper.text
    assert "• USD account: costs <b>$5.57</b>, exchanged. Rate: 1 USD = 92.5 RUB" in shopper.text
    assert plain(shopper.labels()[0]) == "Pay with RUB account"
    await shopper.press("Back")
    assert "✅ Confirm" in shopper.labels()


async def test_paying_roubles_from_dollars(shopper: Phone, outside: Outside) -> None:
    """The offer states what is given, the rate with its date, the fee; so does the receipt."""
    await dollars(shopper, outside, 100_00)
    await shopper.say(LINE)
    await shopper.press("Change source")
    await shopper.press("USD account")
    for stated in (
        "With commission: RUB 515.00",
        "Rate: 1 USD = 92.5 RUB",
        "Nov 24, 2026",
        "Fee: none",
        "You give in all: <b>$5.57</b>",
        "With: USD account",
        "Balance afterwards: $94.43",
    ):
        assert stated in shopper.text

    await shopper.press("Confirm")
    await shopper.say(await outside.code())
    await outside.settle()

    assert "You gave in all: <b>$5.57</b>" in shopper.text
    assert "✅ <b>Paid</b>" in shopper.text
    await shopper.say("/balance")
    assert "$94.43" in shopper.text


async def test_dollar_game_from_roubles(shopper: Phone, outside: Outside) -> None:
    """The other way round, and without a step more: roubles are what there is."""
    await outside.services.rates.set(pair="USD/RUB", rate="92.50")

    await shopper.say("/pay dragon isles mylogin 10")

    assert "You give in all: <b>RUB 925.00</b>" in shopper.text
    await shopper.press("Confirm")
    await shopper.say(await outside.code())
    await outside.settle()
    assert "Amount: <b>$10.00</b>" in shopper.text
    assert "✅ <b>Paid</b>" in shopper.text


async def test_changed_source_leaves_one_offer(
    shopper: Phone, outside: Outside, billing: Billing
) -> None:
    """The button of the offer before is dead: two offers of one payment would be two."""
    await dollars(shopper, outside, 100_00)
    await shopper.say(LINE)
    old_confirm = shopper.data_of("Confirm")
    old_change = shopper.data_of("Change source")
    await shopper.press("Change source")
    await shopper.press("USD account")

    await shopper.press_data(*old_confirm)

    assert "cancelled before" in shopper.alert
    await shopper.press_data(*old_change)
    await shopper.press("Pay with RUB account")
    await shopper.press("Confirm")
    await shopper.say(await outside.code())
    await outside.settle()
    assert len(billing.credited) == 1


async def test_source_is_not_changed_once_confirmed(shopper: Phone, outside: Outside) -> None:
    """Old buttons show what became of the offer."""
    await shopper.say(LINE)
    change = shopper.data_of("Change source")
    await shopper.press("Change source")
    account = shopper.data_of("Pay with RUB account")
    await shopper.press("Back")
    await shopper.press("Confirm")

    await shopper.press_data(*change)
    assert "is reserved" in shopper.text
    await shopper.press_data(*account)

    assert "is reserved" in shopper.text


async def test_card_pays_a_provider(shopper: Phone, outside: Outside) -> None:
    await shopper.say(LINE)
    await shopper.press("Change source")
    await shopper.press("Pay with card")
    assert "With: card ••••" in shopper.text

    await shopper.press("Confirm")
    await shopper.say(await outside.code())
    await outside.settle()

    assert "✅ <b>Paid</b>" in shopper.text


async def test_card_that_is_gone_is_said(shopper: Phone) -> None:
    await shopper.say(LINE)
    await shopper.press("Change source")
    card = shopper.data_of("Pay with card")
    await shopper.say("/cards")
    await shopper.press("••••")
    await shopper.press("Re-issue")
    await shopper.press("Re-issue it")

    await shopper.press_data(*card)

    assert "no such account or card" in shopper.alert
