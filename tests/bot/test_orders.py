"""Filling in a payment: each field in turn, the amount, and buttons that are out of date."""

from dataclasses import replace

from bot.handlers.order_screens import ROW_LENGTH_MAX
from purser.services import Services
from services.account_fields import Field
from services.commission import BorneBy, Commission, Tier
from services.levels import Level
from services.limit_rules import ANY, RuleKey, RuleName
from services.money import RUB, Money
from tests.bot.conftest import Outside
from tests.catalogue import (
    STEAM,
    Billing,
    stock,
)
from tests.telegram import Phone, plain


async def test_fields_are_asked_in_turn_and_back_again(shopper: Phone) -> None:
    """The account, a meter, another that may be skipped; [Back] keeps what came before."""
    await shopper.say("/pay city light")
    assert "As in: __________" in shopper.text
    await shopper.say("12345 67890")
    assert "Type now: <b>Meter, by day</b>" in shopper.text
    await shopper.say("1250,4")
    assert "Meter, by day: <b>1250.4</b>" in shopper.text
    await shopper.press("Skip")
    assert "How much" in shopper.text
    assert "by night" not in shopper.text

    await shopper.press("Back")
    assert "Type now: <b>Meter, by night</b>" in shopper.text
    await shopper.press("Back")
    await shopper.say("1300")
    await shopper.say("77")

    assert "Meter, by day: <b>1300</b>" in shopper.text
    assert "Meter, by night: <b>77</b>" in shopper.text


async def test_second_tap_on_back_goes_back_once(shopper: Phone) -> None:
    """Two taps on one button are one."""
    await shopper.say("/pay city light")
    await shopper.say("1234567890")
    await shopper.say("100")
    data, number = shopper.data_of("Back")

    await shopper.press_data(data, number)
    once = shopper.text
    await shopper.press_data(data, number)

    assert shopper.text == once
    assert "Type now: <b>Meter, by day</b>" in shopper.text


async def test_wrong_answers_are_asked_again(shopper: Phone) -> None:
    await shopper.say("/pay city light")
    await shopper.say("12")
    assert "not right for “Account number”. Ten digits, on the bill" in shopper.text
    await shopper.say("1234567890")
    await shopper.say("much")
    assert "not right for “Meter, by day”" in shopper.text
    await shopper.say("1")
    await shopper.press("Skip")

    await shopper.say("a lot")
    assert "not an amount" in shopper.text
    await shopper.say("0.5")
    assert "The least is RUB 1.00" in shopper.text
    await shopper.say("60000")
    assert "The most is RUB 50,000.00" in shopper.text


async def test_answer_that_comes_again_answers_once(shopper: Phone) -> None:
    """Telegram delivers an update twice: a meter's reading is not the other's too."""
    await shopper.say("/pay city light")
    await shopper.say("1234567890")
    await shopper.say("1300")
    asked = shopper.text

    await shopper.redeliver()

    assert shopper.text == asked
    assert "Type now: <b>Meter, by night</b>" in shopper.text


async def test_all_that_there_is_can_be_paid(shopper: Phone) -> None:
    """Commission and all: 2,000 pay 1,941.75 and its 3 %."""
    await shopper.say("/pay steam mylogin")
    await shopper.press("All I have: RUB 1,941.75")

    assert "Total: <b>RUB 2,000.00</b>" in shopper.text
    assert "Balance afterwards: RUB 0.00" in shopper.text


async def test_last_amount_comes_first(shopper: Phone, outside: Outside) -> None:
    """What was paid to that account before is what is most often paid again."""
    await shopper.say("/pay steam mylogin 321")
    await shopper.press("Confirm")
    await shopper.say(await outside.code())
    await outside.settle()

    await shopper.say("/pay steam mylogin")

    assert plain(shopper.labels()[0]) == "RUB 321.00"


async def test_fine_with_its_discount(shopper: Phone) -> None:
    """A quarter less until a day; the person chooses, and sees both amounts."""
    await shopper.say("/pay traffic police")
    await shopper.say("1881 0012 3456 7890 1234")
    await shopper.say("20.11.2026")
    assert "Until Dec 20, 2026 it costs 25 % less" in shopper.text
    await shopper.say("1000")
    assert [plain(each) for each in shopper.labels()[:2]] == [
        "RUB 750.00, with the discount",
        "RUB 1,000.00, in full",
    ]

    await shopper.press("with the discount")

    assert "Date of the decree: <b>Nov 20, 2026</b>" in shopper.text
    assert "Total: <b>RUB 750.00</b>" in shopper.text


async def test_fine_in_full_and_after_its_discount(shopper: Phone) -> None:
    await shopper.say("/pay traffic police")
    await shopper.say("18810012345678901234")
    await shopper.say("20.11.2026")
    await shopper.say("1000")
    await shopper.press("in full")
    assert "Total: <b>RUB 1,000.00</b>" in shopper.text

    await shopper.say("/pay traffic police")
    await shopper.say("18810012345678901234")
    await shopper.say("2026-09-01")
    assert "less" not in shopper.text
    await shopper.say("1000")

    assert "Total: <b>RUB 1,000.00</b>" in shopper.text


async def test_commission_is_said_beforehand(shopper: Phone, services: Services) -> None:
    """In words, whatever it is made of."""
    await shopper.say("/pay good deeds 9161234567")

    assert "Commission: none" in shopper.text
    assert "In whole steps of RUB 10.00" in shopper.text
    await shopper.say("15")
    assert "multiple" in shopper.text


async def test_closed_in_the_midst_is_said(shopper: Phone, services: Services) -> None:
    """The provider was withdrawn while the account was looked for."""
    await shopper.say("/pay steam")
    await services.catalogue_imports.close(provider_id="steam", reason="a quarrel")

    await shopper.say("mylogin")

    assert "not in the catalogue now" in shopper.text


async def test_changed_terms_begin_anew(shopper: Phone, services: Services) -> None:
    """The commission was raised meanwhile: nothing goes on under terms nobody has seen."""
    await shopper.say("/pay steam mylogin")
    await stock(services, replace(STEAM, minimum=Money(100_00, RUB)))

    await shopper.say("500")

    assert "terms of this payee have changed" in shopper.text
    assert "Type now: <b>Login</b>" in shopper.text


async def test_changed_terms_end_a_pressed_screen(shopper: Phone, services: Services) -> None:
    await shopper.say("/pay steam mylogin")
    await stock(services, replace(STEAM, minimum=Money(100_00, RUB)))

    await shopper.press("RUB 500.00")

    assert "terms of this payee have changed" in shopper.alert
    assert len(shopper.labels()) == 1


async def test_old_buttons_of_a_draft_that_is_gone(shopper: Phone) -> None:
    """Something else was asked since: the button says so and nothing happens."""
    await shopper.say("/pay steam mylogin")
    old = shopper.data_of("RUB 500.00")
    await shopper.say("/topup")

    await shopper.press_data(*old)

    assert "do not know any more" in shopper.alert


async def test_buttons_of_another_payee_are_not_taken(shopper: Phone) -> None:
    """An old [My number] does not answer what is asked now."""
    await shopper.say("/pay telefon")
    mine = shopper.data_of("My number")
    await shopper.say("/pay steam")

    await shopper.press_data(*mine)

    assert "do not know any more" in shopper.alert
    assert "Type now: <b>Login</b>" in shopper.text


async def test_amount_of_an_old_screen_is_not_taken(shopper: Phone) -> None:
    """The button said one amount, and its place is another's now."""
    await shopper.say("/pay steam mylogin")
    old = shopper.data_of("RUB 100.00")
    await shopper.say("/pay steam other")

    await shopper.press_data(*old)

    assert "do not know any more" in shopper.alert


async def test_share_of_an_old_screen_is_not_taken(shopper: Phone) -> None:
    """The discount of one decree is not another's."""
    for amount in ("1000", "2000"):
        await shopper.say("/pay traffic police 18810012345678901234")
        await shopper.say("20.11.2026")
        await shopper.say(amount)
    old = shopper.data_of("RUB 750.00, with the discount")

    await shopper.press_data(*old)

    assert "do not know any more" in shopper.alert


async def test_amount_typed_at_the_offer_makes_another(shopper: Phone) -> None:
    """Second thoughts need no button."""
    await shopper.say("/pay steam mylogin 500")

    await shopper.say("700")

    assert "Amount: <b>RUB 700.00</b>" in shopper.text
    assert "✅ Confirm" in shopper.labels()


async def test_second_tap_on_an_amount_is_the_same_offer_again(shopper: Phone) -> None:
    await shopper.say("/pay steam mylogin")
    data, number = shopper.data_of("RUB 500.00")
    await shopper.press_data(data, number)
    once = shopper.text

    await shopper.press_data(data, number)

    assert shopper.text == once
    assert shopper.alert == ""


async def test_commission_of_every_kind_in_words(shopper: Phone, services: Services) -> None:
    """Tiers, a fixed part, limits; and one that the payee bears."""
    tiers = Commission(
        millionths=15_000,
        tiers=(Tier(1_000_00, 5_000),),
        fixed_minor=3_00,
        minimum_minor=5_00,
        maximum_minor=100_00,
    )
    await stock(services, replace(STEAM, commission=tiers))
    await shopper.say("/pay steam mylogin")
    assert (
        "Commission: 1.5 %, 0.5 % of what is above RUB 1,000.00, plus RUB 3.00,"
        " at least RUB 5.00, at most RUB 100.00" in shopper.text
    )

    theirs = Commission(millionths=20_000, borne_by=BorneBy.PROVIDER)
    await stock(services, replace(STEAM, commission=theirs))
    await shopper.say("/pay steam mylogin")
    assert "Commission: none for you" in shopper.text
    await shopper.say("500")

    assert "Commission: none for you" in shopper.text
    assert "Total: <b>RUB 500.00</b>" in shopper.text


async def test_account_the_provider_does_not_know(shopper: Phone, billing: Billing) -> None:
    """Said at once, and nothing was held; [Back] leads to the account."""
    billing.refuse_checks("account_not_found")
    await shopper.say("/pay steam mylogin")

    await shopper.say("500")

    assert "Steam has no such account" in shopper.text
    await shopper.press("Back")
    assert "Type now: <b>Login</b>" in shopper.text


async def test_silent_provider_takes_no_money(
    shopper: Phone, billing: Billing, outside: Outside
) -> None:
    billing.is_silent = True
    await shopper.say("/pay steam mylogin")

    await shopper.press("RUB 500.00")

    assert "does not answer just now" in shopper.alert
    await shopper.say("/balance")
    assert "RUB 2,000.00" in shopper.text


async def test_not_enough_money_says_why_and_what_to_do(shopper: Phone) -> None:
    """Each source with its reason, a top-up, and [Back] to another amount."""
    await shopper.say("/pay steam mylogin 3000")
    assert "cannot be paid now" in shopper.text
    assert "Not enough money" in shopper.text
    assert "➕ Top up" in shopper.labels()

    await shopper.say("100")

    assert "Total: <b>RUB 110.00</b>" in shopper.text


async def test_refusal_by_a_limit_leads_to_the_limits(shopper: Phone, services: Services) -> None:
    """Where money is there, a top-up would change nothing."""
    rule = RuleKey(Level.PHONE, RUB, ANY, RuleName.DAY)
    await services.limits.set(key=rule, value=100_00)

    await shopper.say("/pay steam mylogin 500")

    assert "cannot be paid now" in shopper.text
    assert "📊 To the limits" in shopper.labels()
    assert "➕ Top up" not in shopper.labels()


async def test_usual_amounts_break_no_button(shopper: Phone) -> None:
    """As many in a row as a phone shows whole."""
    await shopper.say("/pay steam mylogin")

    amounts = [row for row in shopper.rows() if row[0].startswith("RUB")]
    assert amounts
    for row in amounts:
        assert len(row) * max(map(len, row)) <= ROW_LENGTH_MAX


async def test_locked_wallet_offers_to_unlock(shopper: Phone) -> None:
    await shopper.say("/lock")
    await shopper.say("/pay steam mylogin 500")

    assert any("Unlock" in label for label in shopper.labels())


async def test_too_much_for_one_conversation(shopper: Phone, services: Services) -> None:
    """What a provider could ask for in all is bounded, whatever its terms say."""
    notes = tuple(Field(f"note{n}", {"en": f"Note {n}"}, maximum_length=200) for n in range(20))
    await stock(services, replace(STEAM, fields=notes))
    await shopper.say("/pay steam")
    for _ in range(14):
        await shopper.say("я" * 190)

    assert "more than I can remember" in shopper.text
