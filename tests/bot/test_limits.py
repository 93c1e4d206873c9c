"""/limits: bars, what is left and until when, and how to be allowed more."""

import pytest
from aiogram import Dispatcher
from hypothesis import given
from hypothesis import strategies as st

from bot.dispatcher import create_dispatcher
from bot.handlers.limits import bar
from bot.texts import Texts
from purser.services import Services
from services.levels import Level
from services.limit_rules import ANY, RuleKey, RuleName
from services.money import RUB, USD, Currency
from services.vault import Vault
from tests.bot.conftest import APP_URL, OPERATOR, Outside
from tests.clock import TestClock
from tests.telegram import Phone


@pytest.fixture
def dispatcher(services: Services, vault: Vault, texts: Texts, clock: TestClock) -> Dispatcher:
    """A wallet whose pages can be reached."""
    return create_dispatcher(
        services=services,
        vault=vault,
        texts=texts,
        now=clock,
        operators=frozenset({OPERATOR}),
        username="purser_bot",
        app_url=APP_URL,
    )


def seen(phone: Phone) -> str:
    """The newest message as it looks."""
    return phone.text.replace("<b>", "").replace("</b>", "")


def key(name: RuleName, kind: str = ANY, of: Currency = RUB) -> RuleKey:
    return RuleKey(Level.PHONE, of, kind, name)


async def test_every_limit_is_shown_with_its_bar(payer: Phone, outside: Outside) -> None:
    """What was paid fills it, and it says when it is empty again."""
    await outside.pay(payer)

    await payer.say("/limits")

    assert "Your limits, RUB" in seen(payer)
    assert "One payment\nat most RUB 15,000.00" in seen(payer)
    today = "Today\n▓░░░░░░░░░ RUB 1,250.00 of RUB 15,000.00\nRUB 13,750.00 left until Nov 25"
    assert today in seen(payer)
    assert "Payments today\n▓░░░░░░░░░ 1 of 50\n49 left until" in seen(payer)
    assert "This month\n▓░░░░░░░░░ RUB 1,250.00 of RUB 40,000.00" in seen(payer)
    balance = "Balance\n▓░░░░░░░░░ RUB 750.00 of RUB 15,000.00\nroom for RUB 14,250.00 more"
    assert balance in seen(payer)
    assert "We know your phone number" in seen(payer)


async def test_other_currencies_are_one_tap_away(payer: Phone) -> None:
    await payer.say("/limits")

    await payer.press("USD")
    dollars = seen(payer)
    await payer.press("RUB")

    assert "Your limits, USD" in dollars
    assert "at most $200.00" in dollars
    assert "Your limits, RUB" in seen(payer)


async def test_a_button_with_an_unknown_currency_shows_the_main_one(
    payer: Phone, services: Services
) -> None:
    """A currency that the operator has taken away since."""
    await services.limits.set(key=key(RuleName.PAYMENT, of=USD), value=None)
    await payer.say("/start")
    await payer.press("Limits")

    assert "Your limits, RUB" in seen(payer)


async def test_a_kind_of_its_own_is_named(payer: Phone, services: Services) -> None:
    await services.limits.set(key=key(RuleName.DAY, "exchange"), value=500_00)

    await payer.say("/limits")

    assert "Today, exchange\n░░░░░░░░░░ RUB 0.00 of RUB 500.00" in seen(payer)


async def test_nothing_limited_is_said(payer: Phone, services: Services) -> None:
    for name in RuleName:
        await services.limits.set(key=key(name), value=None)

    await payer.say("/limits")

    assert "Nothing is limited in this currency." in seen(payer)


async def test_a_refused_payment_says_what_is_left_and_how_to_raise_it(
    payer: Phone, outside: Outside, services: Services
) -> None:
    await services.limits.set(key=key(RuleName.DAY), value=1_000_00)
    await outside.settle()
    await payer.press("Pay")

    refused = f"{seen(payer)}\n{payer.alert}"

    assert "limit for a day (RUB 1,000.00): RUB 1,000.00 are left until Nov 25" in refused
    assert "A confirmed e-mail address raises it: /limits" in refused


async def test_an_address_is_confirmed_by_the_mailed_link(
    payer: Phone, outside: Outside, services: Services
) -> None:
    """From the button to the higher limit; the typed address leaves the chat."""
    await payer.say("/limits")
    await payer.press("Confirm e-mail")
    await payer.say("ann at example")
    refused = seen(payer)
    done = await payer.say("Ann@Example.com")
    asked = seen(payer)
    await outside.settle()
    await payer.say("/limits")
    waiting = seen(payer)
    await services.emails.confirm(token=outside.letters[-1].token)
    await outside.settle()
    told = seen(payer)
    await payer.press("To the limits")

    assert "That is no e-mail address" in refused
    assert "Your e-mail address" in refused
    assert "deleteMessage" in [each.__api_method__ for each in done]
    assert "A mail is on its way to Ann@example.com" in asked
    assert outside.letters[-1].language == "en"
    assert "A link was sent to Ann@example.com" in waiting
    assert "Your address is confirmed" in told
    assert "Your e-mail address is confirmed" in seen(payer)
    assert "E-mail: A•••@example.com" in seen(payer)
    assert "at most RUB 60,000.00" in seen(payer)


async def test_without_a_public_address_no_mail_is_offered(
    services: Services, vault: Vault, texts: Texts, clock: TestClock, payer: Phone
) -> None:
    """Nobody could follow the link."""
    payer.dispatcher = create_dispatcher(
        services=services, vault=vault, texts=texts, now=clock, username="purser_bot"
    )

    await payer.say("/limits")

    assert not any("e-mail" in label for label in payer.labels())
    assert any("personal data" in label for label in payer.labels())


async def test_the_address_is_deleted_on_request(
    payer: Phone, outside: Outside, services: Services
) -> None:
    """After one more question, and the limits fall."""
    await payer.say("/limits")
    assert not any("Delete" in label for label in payer.labels())
    await payer.press("Confirm e-mail")
    await payer.say("ann@example.com")
    await outside.settle()
    await services.emails.confirm(token=outside.letters[-1].token)
    await payer.say("/limits")

    await payer.press("Delete my data")
    question = seen(payer)
    await payer.press("Delete")
    answer = seen(payer)
    await payer.press("To the limits")

    assert "Your limits will fall" in question
    assert "Deleted." in answer
    assert "We know your phone number" in seen(payer)
    assert "at most RUB 15,000.00" in seen(payer)


@given(used=st.integers(0, 10**6), limit=st.integers(0, 10**6))
def test_a_bar_is_empty_or_full_only_when_it_is(used: int, limit: int) -> None:
    """Nobody is told that there is nothing left while there is, nor the other way round."""
    drawn = bar(used, limit)

    assert len(drawn) == 10
    assert ("░" not in drawn) == (used >= limit)
    if limit:
        assert ("▓" not in drawn) == (used == 0)
