"""/exchange: from either side of the amount to the receipt, and every way it can be refused."""

from datetime import timedelta

import pytest

from bot.dispatcher import create_dispatcher
from bot.texts import Texts
from purser.services import Services, create_services
from services.ids import new_id
from services.money import EUR, RUB, USD, Money
from services.rates import Quote
from services.treasury import Change
from services.vault import Vault
from storage.engines import AnyStore
from tests.bot.conftest import OPERATOR, Outside
from tests.conftest import TestClock
from tests.telegram import Phone, Telegram


@pytest.fixture
async def ann(phone: Phone, outside: Outside, services: Services, clock: TestClock) -> Phone:
    """Somebody with 2,000 roubles, at 92.50 for a dollar by the bank of yesterday."""
    yesterday = clock().date() - timedelta(days=1)
    await services.rates.keep(quotes=[Quote("USD", "RUB", "92.50", "cbr", yesterday)])
    await outside.join(phone)
    await outside.credit(phone, 2000_00)
    return phone


async def test_step_by_step_to_the_receipt(ann: Phone, outside: Outside) -> None:
    """From what, how much, the offer, the code: one message that becomes the receipt."""
    await ann.say("/start")
    await ann.press("Exchange")
    assert "Which money do you give?" in ann.text
    await ann.press("From RUB 2,000.00")
    for stated in (
        "RUB → USD",
        "How many RUB do you give?",
        "Available: RUB 2,000.00",
        "Rate: 1 USD = 92.5 RUB",
        "Of Nov 23, 2026, from: Bank of Russia",
    ):
        assert stated in ann.text
    await ann.say("925")
    for stated in (
        "You give: <b>RUB 925.00</b>",
        "You get: <b>$10.00</b>",
        "Rate: 1 USD = 92.5 RUB",
        "Fee: none",
        "Balance afterwards: RUB 1,075.00",
        "Good until Nov 24, 2026, 9:10 AM",
    ):
        assert stated in ann.text
    await ann.press("Confirm")
    assert "A code was sent to" in ann.text
    number, sms = "", ""
    await outside.settle()
    number, sms = outside.sms[-1]
    await ann.say(await outside.code())

    assert number == ann.number
    assert "exchanges RUB 925.00 for $10.00" in sms.replace("\u00a0", " ")
    assert "✅ <b>Exchanged</b>" in ann.text
    await ann.say("/balance")
    assert "<b>$10.00</b>" in ann.text
    assert "<b>RUB 1,075.00</b>" in ann.text


async def test_amount_may_be_what_arrives(
    ann: Phone, services: Services, outside: Outside
) -> None:
    """Twenty dollars, whatever they cost; spread and fee are said before."""
    await services.treasury.state(
        pair="*", change=Change(spread_points=100, fee_points=50, fee_fixed=Money(5_00, RUB))
    )
    await ann.say("/exchange")
    await ann.press("From RUB")
    await ann.press("I say how much I get")
    assert "How many USD do you want to get?" in ann.text
    await ann.say("20")

    assert "You give: <b>RUB 1,882.91</b>" in ann.text
    assert "You get: <b>$20.00</b>" in ann.text
    assert "Rate: 1 USD = 93.425 RUB" in ann.text
    assert "Fee: RUB 14.41, part of what you give" in ann.text
    await ann.press("Change")
    assert "How many RUB do you give?" in ann.text


@pytest.mark.parametrize(
    ("line", "gives", "gets"),
    [
        ("1000 rub usd", "RUB 1,000.00", "$10.81"),
        ("1 000,00 RUB to USD", "RUB 1,000.00", "$10.81"),
        ("rub 20 usd", "RUB 1,850.00", "$20.00"),
        ("1000 rub в usd", "RUB 1,000.00", "$10.81"),
    ],
)
async def test_one_line(ann: Phone, line: str, gives: str, gets: str) -> None:
    """For who knows what he wants."""
    await ann.say(f"/exchange {line}")

    assert f"You give: <b>{gives}</b>" in ann.text
    assert f"You get: <b>{gets}</b>" in ann.text


@pytest.mark.parametrize("line", ["lots", "1000 rub", "rub usd", "10 rub usd eur", "1000"])
async def test_line_that_is_not_understood(ann: Phone, line: str) -> None:
    """Examples, and the choice by buttons under them."""
    await ann.say(f"/exchange {line}")

    assert "/exchange 1000 rub usd" in ann.text
    assert await ann.press("From RUB")


async def test_refusals_say_what_is_possible(
    ann: Phone, services: Services, clock: TestClock
) -> None:
    """Each names the rule, and what would do."""
    said = []
    for line in ("5 usd rub", "1000 rub rub", "1000 rub eur", "1000 rub xyz", "0.01 rub usd"):
        await ann.say(f"/exchange {line}")
        said.append(ann.text)
    await services.treasury.limit(of=USD, short=Money(3_00, USD))
    await ann.say("/exchange rub 5 usd")
    said.append(ann.text)
    await services.treasury.limit(of=USD, short=Money(0, USD))
    await ann.say("/exchange rub 5 usd")
    said.append(ann.text)
    clock.advance(days=10)
    await ann.say("/exchange rub 5 usd")
    said.append(ann.text)

    for text, stated in zip(
        said,
        (
            "Not enough money: $5.00 are needed, $0.00 are available",
            "RUB/RUB is not exchanged here",
            "RUB/EUR is not exchanged here",
            "I do not know the currency XYZ",
            "The least is RUB 0.92",
            "You could get $3.00 at most",
            "has nothing left to exchange RUB/USD with",
            "of Nov 23, 2026, 12:00 PM; none older than Nov 28, 2026",
        ),
        strict=True,
    ):
        assert stated in text


async def test_refused_amount_is_asked_again(ann: Phone) -> None:
    """The question stays, with what was wrong above it."""
    await ann.say("/exchange")
    await ann.press("From RUB")

    await ann.say("2000.01")

    assert "Not enough money" in ann.text
    assert "How many RUB do you give?" in ann.text
    await ann.say("10")
    assert "You give: <b>RUB 10.00</b>" in ann.text


async def test_wrong_code_then_another(ann: Phone, outside: Outside, clock: TestClock) -> None:
    """As everywhere: tries are counted, and a new code may be asked for."""
    await ann.say("/exchange 925 rub usd")
    await ann.press("Confirm")
    await ann.say("000000")
    assert "That is not the code" in ann.text
    assert "Type it here to exchange" in ann.text
    clock.advance(seconds=31)
    await ann.press("Send again")

    await ann.say(await outside.code())

    assert "✅ <b>Exchanged</b>" in ann.text


@pytest.mark.parametrize("leave", ["button", "command"])
async def test_cancel_frees_the_money(ann: Phone, leave: str) -> None:
    """By the button, or by /cancel while the code is awaited."""
    await ann.say("/exchange 925 rub usd")
    await ann.press("Confirm")

    if leave == "button":
        await ann.press("Cancel")
    else:
        await ann.say("/cancel")

    assert "This exchange was cancelled" in ann.text
    await ann.say("/balance")
    assert "<b>RUB 2,000.00</b>" in ann.text
    assert "reserved" not in ann.text


async def test_history_leads_back_to_it(ann: Phone, outside: Outside) -> None:
    """While the code is awaited, and afterwards to the receipt."""
    await ann.say("/exchange 925 rub usd")
    await ann.press("Confirm")
    await outside.settle()
    await ann.say("/history")
    await ann.press("RUB → USD")
    assert "Exchange</b>: <b>-RUB 925.00</b>" in ann.text
    assert "You get: $10.00" in ann.text
    assert "reserved, not exchanged yet" in ann.text
    await ann.press("Enter the code")
    await ann.say(await outside.code())
    await ann.say("/history")
    await ann.press("RUB → USD")
    assert "money reserved, rate kept" in ann.text

    await ann.press("Receipt")

    assert "✅ <b>Exchanged</b>" in ann.text


async def test_empty_wallet_is_told_to_top_up(phone: Phone, outside: Outside) -> None:
    """There is nothing to choose from."""
    await outside.join(phone)

    await phone.say("/exchange")

    assert "There is nothing to exchange" in phone.text
    assert "➕ Top up" in phone.labels()


async def test_operator_sees_the_positions(
    ann: Phone,
    outside: Outside,
    services: Services,
    telegram: Telegram,
    vault: Vault,
    texts: Texts,
    clock: TestClock,
) -> None:
    """What was bought, what was sold, and how far it may go."""
    await services.treasury.limit(of=USD, short=Money(100_00, USD))
    await ann.say("/exchange 925 rub usd")
    await ann.press("Confirm")
    await ann.say(await outside.code())
    operators = frozenset({OPERATOR})
    dispatcher = create_dispatcher(
        services=services, vault=vault, texts=texts, now=clock, operators=operators
    )
    operator = Phone(telegram, dispatcher, OPERATOR)

    await operator.say("/operator")

    assert "<b>RUB 925.00</b>" in operator.text
    assert "<b>-$10.00</b>, may go down to -$100.00" in operator.text
    assert "no limit is set" in operator.text


async def test_more_currencies_are_asked_for(
    store: AnyStore, vault: Vault, clock: TestClock, texts: Texts, telegram: Telegram, ann: Phone
) -> None:
    """With three, into which; and the way back by one button."""
    services = create_services(
        store=store, vault=vault, now=clock, new_id=new_id, currencies=(RUB, USD, EUR)
    )
    await services.rates.set(pair="EUR/USD", rate="1.25")
    dispatcher = create_dispatcher(services=services, vault=vault, texts=texts, now=clock)
    wider = Phone(telegram, dispatcher)
    await wider.say("/exchange")
    await wider.press("From RUB")
    assert "What do you want to get?" in wider.text
    await wider.press("EUR")
    assert "Rate: 1 EUR = 115.625 RUB" in wider.text
    assert "from: Bank of Russia + this wallet's operator" in wider.text

    await wider.press("⇄ EUR → RUB")

    assert "How many EUR do you give?" in wider.text
    assert "Available: €0.00" in wider.text


async def test_in_russian(
    other: Phone, outside: Outside, services: Services, clock: TestClock
) -> None:
    """The rate has a comma, the bank its name."""
    yesterday = clock().date() - timedelta(days=1)
    await services.rates.keep(quotes=[Quote("USD", "RUB", "92.50", "cbr", yesterday)])
    await outside.join(other)
    await outside.credit(other, 2000_00)

    await other.say("/exchange rub 20 usd")

    text = other.text.replace("\u00a0", " ")
    assert "Получаете: <b>20,00 $</b>" in text
    assert "Курс: 1 USD = 92,5 RUB" in text
    assert "источник: Банк России" in text
