"""/pay from the categories to a provider, by search, by number and in one line."""

from dataclasses import replace

from purser.services import Services
from services.opening_hours import Hours, Span
from tests.bot.conftest import Outside
from tests.catalogue import (
    STEAM,
    stock,
)
from tests.conftest import TestClock
from tests.telegram import Phone, names


async def test_from_category_to_offer(shopper: Phone) -> None:
    """Category, provider, account, amount: then everything is shown for checking."""
    await shopper.say("/pay")
    assert shopper.labels()[:2] == ["🎮 Games", "📱 Mobile phone"]
    await shopper.press("Games")
    await shopper.press("Steam")
    assert "The name you sign in with" in shopper.text
    await shopper.say("ann_2026")
    assert "From RUB 50.00 to RUB 15,000.00" in shopper.text
    assert "Commission: 3 %, at least RUB 10.00" in shopper.text

    await shopper.press("RUB 500.00")

    for stated in (
        "To: 🎮 Steam",
        "Login: ann_2026",
        "Amount: RUB 500.00",
        "Commission: RUB 15.00",
        "Total: RUB 515.00",
        "With: RUB account",
        "Balance afterwards: RUB 1,485.00",
    ):
        assert stated in shopper.text.replace("<b>", "").replace("</b>", "")
    assert shopper.labels()[:3] == ["✅ Confirm", "Change source", "Cancel"]


async def test_one_screen_is_edited_from_menu_to_code(shopper: Phone, outside: Outside) -> None:
    """Answers are taken out of the chat, and the first message becomes the last."""
    before = len(shopper.telegram.requests)
    await shopper.say("/pay")
    await shopper.press("Games")
    await shopper.press("Steam")
    await shopper.say("ann_2026")
    await shopper.press("RUB 500.00")
    await shopper.press("Confirm")
    await shopper.say(await outside.code())

    called = names(shopper.telegram.requests[before:])
    assert called == [
        "sendMessage",
        *["answerCallbackQuery", "editMessageText"] * 2,
        *["deleteMessage", "editMessageText"],
        *["answerCallbackQuery", "editMessageText"] * 2,
        *["deleteMessage", "editMessageText"],
    ]
    assert "On its way" in shopper.text


async def test_whole_payment_in_one_line(shopper: Phone) -> None:
    """`/pay steam mylogin 500` is the offer at once."""
    await shopper.say("/pay steam mylogin 500")

    assert "Login: <b>mylogin</b>" in shopper.text
    assert "Total: <b>RUB 515.00</b>" in shopper.text
    assert "✅ Confirm" in shopper.labels()


async def test_one_line_forgives_a_slip_and_the_keyboard(shopper: Phone) -> None:
    """A letter too few, and the Russian layout."""
    for line in ("/pay staem mylogin 500", "/pay ыеуфь mylogin 500", "/pay стим mylogin 500"):
        await shopper.say(line)

        assert "Total: <b>RUB 515.00</b>" in shopper.text, line


async def test_one_line_asks_for_what_is_missing(shopper: Phone) -> None:
    """The account without an amount; then only the amount is asked."""
    await shopper.say("/pay steam mylogin")

    assert "Login: <b>mylogin</b>" in shopper.text
    assert "How much, in RUB?" in shopper.text


async def test_one_line_says_what_is_wrong_with_the_account(shopper: Phone) -> None:
    """And asks for it again; the amount that was said is not forgotten."""
    await shopper.say("/pay steam no/login 500")
    assert "not right for “Login”" in shopper.text

    await shopper.say("mylogin")

    assert "Total: <b>RUB 515.00</b>" in shopper.text


async def test_one_line_with_a_number_in_groups(shopper: Phone) -> None:
    """The last group looks like an amount, and is none."""
    await shopper.say("/pay telefon +7 916 123 45 67")
    assert "Phone number: <b>+7 916 123-45-67</b>" in shopper.text
    assert "How much" in shopper.text

    await shopper.say("/pay telefon +7 916 123 45 67 300")

    assert "Total: <b>RUB 300.00</b>" in shopper.text


async def test_one_line_with_an_amount_out_of_range(shopper: Phone) -> None:
    """What the provider does not take is asked again, and the range is named."""
    await shopper.say("/pay steam mylogin 5")

    assert "From RUB 50.00" in shopper.text


async def test_ambiguous_line_lists_who_may_be_meant(shopper: Phone, services: Services) -> None:
    """What was said after the name goes on with the choice."""
    other = replace(STEAM, id="stream", names={"en": "Steam Engine"}, aliases=())
    await stock(services, other)
    await shopper.say("/pay steem mylogin 500")
    assert [label for label in shopper.labels() if "Steam" in label] == [
        "🎮 Steam",
        "🎮 Steam Engine",
    ]

    await shopper.press("Steam Engine")

    assert "Steam Engine" in shopper.text
    assert "Login: <b>mylogin</b>" in shopper.text
    assert "✅ Confirm" in shopper.labels()


async def test_search_finds_and_says_when_it_does_not(shopper: Phone) -> None:
    await shopper.say("/pay")
    await shopper.press("Search")
    await shopper.say("electrisity")
    assert "💡 City Light" in shopper.labels()

    await shopper.say("qqqqqq")

    assert "nobody called “qqqqqq”" in shopper.text
    assert "🎮 Games" in shopper.labels()
    await shopper.say("drag isl")
    await shopper.press("Dragon Isles")
    assert "Type now: <b>Login</b>" in shopper.text


async def test_words_after_pay_search(shopper: Phone) -> None:
    """Where they name one for certain, that one is opened."""
    await shopper.say("/pay city light")
    assert "Account number" in shopper.text

    await shopper.say("/pay xyzzy")

    assert "nobody called “xyzzy”" in shopper.text


async def test_mobile_number_finds_its_operator(shopper: Phone) -> None:
    """The longest prefix wins; nobody has to know who serves a number."""
    await shopper.say("/pay")
    await shopper.press("Mobile phone")
    await shopper.say("8 (916) 123-45-67")
    assert "Bell" in shopper.text
    assert "Phone number: <b>+7 916 123-45-67</b>" in shopper.text

    await shopper.say("/pay")
    await shopper.press("Mobile phone")
    await shopper.say("9172345678")
    assert "Telefon One" in shopper.text


async def test_mobile_number_of_nobody_known(shopper: Phone) -> None:
    await shopper.say("/pay")
    await shopper.press("Mobile phone")
    await shopper.say("+7 999 123 45 67")
    assert "do not know whose number" in shopper.text
    assert "📱 Telefon One" in shopper.labels()

    await shopper.say("12")

    assert "not right for “Phone number”" in shopper.text
    await shopper.say("9172345678")
    assert "Telefon One" in shopper.text


async def test_own_number_is_a_button(shopper: Phone) -> None:
    await shopper.say("/pay")
    await shopper.press("Mobile phone")
    await shopper.press("My number")
    assert "Bell" in shopper.text
    assert "How much" in shopper.text

    await shopper.say("/pay telefon")
    await shopper.press("My number")
    assert "Telefon One" in shopper.text
    assert "Phone number: <b>+7 916 123-45-67</b>" in shopper.text


async def test_more_providers_than_a_page_holds(shopper: Phone, services: Services) -> None:
    """Paging edits in place, by the last one shown."""
    many = [
        replace(STEAM, id=f"game{n:02}", names={"en": f"Game {n:02}"}, aliases=())
        for n in range(12)
    ]
    await stock(services, *many)
    await shopper.say("/pay")
    before = len(shopper.telegram.requests)
    await shopper.press("Games")
    first = shopper.labels()

    await shopper.press("Next")
    assert "🎮 Game 11" in shopper.labels()
    assert "🎮 Steam" not in shopper.labels()
    await shopper.press("First")

    assert shopper.labels() == first
    assert "sendMessage" not in names(shopper.telegram.requests[before:])


async def test_outside_its_hours(shopper: Phone, services: Services, clock: TestClock) -> None:
    """It is said before anything is filled in, and when it opens."""
    hours = Hours("UTC", (Span((0, 1, 2, 3, 4, 5, 6), 20 * 60, 22 * 60),))
    await stock(services, replace(STEAM, hours=hours))
    await shopper.say("/pay")
    await shopper.press("Games")

    await shopper.press("Steam")

    assert "takes no payments at this hour" in shopper.alert
    assert "8:00 PM" in shopper.alert


async def test_empty_catalogue_says_so(phone: Phone, outside: Outside) -> None:
    await outside.join(phone)

    await phone.say("/pay")

    assert "nobody to pay here yet" in phone.text
    assert "All invoices" in phone.labels()


async def test_category_that_was_emptied(shopper: Phone, services: Services) -> None:
    """Its button leads back to the others."""
    await shopper.say("/pay")
    button = shopper.data_of("Utilities")
    await services.catalogue_imports.close(provider_id="light")

    await shopper.press_data(*button)

    assert "What would you like to pay?" in shopper.text
    assert "💡 Utilities" not in shopper.labels()


async def test_russian_names_and_sentences(
    other: Phone, outside: Outside, services: Services
) -> None:
    await stock(services)
    await outside.join(other)
    await outside.credit(other, 200_000)

    await other.say("/pay")
    await other.press("Игры")
    await other.press("Стим")
    await other.say("mylogin")
    await other.say("500")

    assert "Кому: 🎮 <b>Стим</b>" in other.text
    assert "Комиссия: 15,00 ₽" in other.text


async def test_home_leads_to_paying(shopper: Phone) -> None:
    await shopper.say("/start")
    await shopper.press("💸 Pay")

    assert "What would you like to pay?" in shopper.text
