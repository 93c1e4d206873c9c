"""/history, /refunds and /topup: what happened, what came back, where the cash is."""

import pytest

from bot.handlers.history import Filter, unpack
from purser.services import Services
from services.invoices import Invoice
from services.money import RUB, USD, Money
from services.terminals import Terminal
from tests.bot.conftest import Outside
from tests.conftest import TestClock
from tests.telegram import Phone


@pytest.fixture
async def payer(phone: Phone, outside: Outside) -> Phone:
    await outside.join(phone)
    await outside.credit(phone, 900_000)
    await outside.credit(phone, 50_00, USD)
    await outside.settle()
    return phone


async def refund(services: Services, outside: Outside, invoice: Invoice, minor: int) -> None:
    merchant = await services.merchants.get(merchant_id=invoice.merchant)
    amount = Money(minor, RUB)
    await services.refunds.refund(
        merchant=merchant, invoice_id=invoice.id, amount=amount, reason="one was missing"
    )
    await outside.settle()


async def test_item_opens_with_every_step(
    payer: Phone, outside: Outside, services: Services
) -> None:
    """Reserved, paid, given back in part: each with its time (G1)."""
    invoice = await outside.pay(payer)
    await refund(services, outside, invoice, 25_000)
    await payer.say("/history")
    await payer.press("-RUB 1,250.00")

    for stated in (
        "Payment</b>: <b>-RUB 1,250.00",
        "Corner Shop",
        "State: <b>done</b>",
        "For: Headphones",
        "money reserved, code sent",
        "AM: paid",
        "given back in part — RUB 250.00",
    ):
        assert stated in payer.text
    await payer.press("Receipt")
    assert "✅ <b>Paid</b>" in payer.text


async def test_failed_payment_says_why(payer: Phone, outside: Outside) -> None:
    """The steps end with the reason."""
    await outside.invoice(payer)
    await outside.settle()
    await payer.press("Pay")
    await payer.press("Confirm")
    await payer.press("Cancel")
    await payer.say("/history")

    await payer.press("✖")

    assert "not paid, the money is free again" in payer.text
    assert "you cancelled it" in payer.text


async def test_filters_turn_with_each_tap(
    payer: Phone, outside: Outside, clock: TestClock
) -> None:
    """Kind, currency and period, each in one button."""
    await outside.pay(payer)
    await payer.say("/history")
    assert len([each for each in payer.labels() if "·" in each]) == 3

    await payer.press("All kinds")
    assert [each for each in payer.labels() if "·" in each] == [payer.labels()[0]]
    for _ in range(3):
        await payer.press(["Payments", "Top-ups", "Refunds"][_])
    assert len([each for each in payer.labels() if "·" in each]) == 2
    await payer.press("All currencies")
    await payer.press("RUB")
    assert len([each for each in payer.labels() if "·" in each]) == 1
    clock.advance(days=8)
    await payer.press("Any time")

    assert "Nothing here yet" in payer.text


async def test_pages_keep_the_filter(payer: Phone, outside: Outside) -> None:
    """Older and newest, also back from an opened line."""
    for _ in range(9):
        await outside.credit(payer, 100)
    await payer.say("/history")
    await payer.press("All currencies")
    assert len([each for each in payer.labels() if "·" in each]) == 8

    await payer.press("Older")
    assert len([each for each in payer.labels() if "·" in each]) == 2
    assert any(each == "RUB" for each in payer.labels())
    await payer.press("a gift")
    await payer.press("Back")
    assert any(each == "RUB" for each in payer.labels())
    await payer.press("Older")
    await payer.press("Newest")

    assert len([each for each in payer.labels() if "·" in each]) == 8


async def test_search_finds_by_what_was_bought(payer: Phone, outside: Outside) -> None:
    """In any case of letters; the next message searches again."""
    await outside.pay(payer)
    await payer.say("/history")
    await payer.press("Search")

    await payer.say("HEADPHONES")
    assert len([each for each in payer.labels() if "·" in each]) == 1
    await payer.say("gift")
    assert len([each for each in payer.labels() if "·" in each]) == 2
    await payer.press("All currencies")
    assert "“gift”" in payer.text
    await payer.say("nothing like it")
    assert "Nothing here yet" in payer.text
    await payer.press("Show all")

    assert len([each for each in payer.labels() if "·" in each]) == 3


async def test_search_that_was_forgotten_asks_again(payer: Phone) -> None:
    """Its words are kept with the conversation, which has moved on."""
    await payer.say("/history")
    await payer.press("Search")
    await payer.say("gift")
    old = payer.data_of("All kinds")
    await payer.say("/cancel")

    await payer.press_data(*old)

    assert "What are you looking for?" in str(payer.shown)


async def test_search_that_is_too_long_is_refused(payer: Phone) -> None:
    """And asked again."""
    await payer.say("/history")
    await payer.press("Search")

    await payer.say("x" * 65)

    assert "at most 64 characters" in payer.text
    assert "What are you looking for?" in payer.text


@pytest.mark.parametrize("chosen", [Filter(), Filter(4, 2, 3, 1), Filter(1, 0, 2, 0)])
def test_filter_survives_its_button(chosen: Filter) -> None:
    """It is one number there."""
    assert unpack(chosen.packed) == chosen


def test_unknown_filter_is_none() -> None:
    """A button of another version lists everything and breaks nothing."""
    assert unpack(9999) == Filter()


async def test_refunds_stand_beside_both_balances(
    payer: Phone, outside: Outside, services: Services
) -> None:
    """What, when, in which currency, to which account, and what is there now (F1)."""
    invoice = await outside.pay(payer)
    await refund(services, outside, invoice, 25_000)
    assert "gave back <b>RUB 250.00</b>" in payer.text

    await payer.press("Refunds")

    for stated in (
        "↩️ <b>RUB 250.00</b> from Corner Shop",
        "Nov 24, 2026",
        "to the RUB account",
        "Why: one was missing",
        "• <b>RUB 8,000.00</b>",
        "• <b>$50.00</b>",
    ):
        assert stated in payer.text
    await payer.press("RUB 250.00")
    assert "credited to the account that had paid" in payer.text


async def test_refunds_come_by_pages(payer: Phone, outside: Outside, services: Services) -> None:
    """Five at a time."""
    invoice = await outside.pay(payer)
    for _ in range(6):
        await refund(services, outside, invoice, 100)
    await payer.say("/refunds")

    await payer.press("Older")
    assert payer.text.count("↩️") == 1
    await payer.press("Newest")

    assert payer.text.count("↩️") == 5


async def test_no_refunds_yet(payer: Phone) -> None:
    """It says what will happen when there is one."""
    await payer.say("/refunds")

    assert "Nothing was given back" in payer.text


@pytest.fixture
async def terminal(services: Services) -> Terminal:
    return (await services.terminals.add(name="Kiosk 5", currency=RUB)).terminal


async def test_topup_is_told_of_and_found(
    payer: Phone, outside: Outside, services: Services, terminal: Terminal
) -> None:
    """Announced, then credited, by the number on the receipt (H3)."""
    amount = Money(50_000, RUB)
    await services.topups.check(
        terminal=terminal, receipt="1234567", phone=payer.number, amount=amount
    )
    await payer.say("/topup")
    assert "has not confirmed the cash yet" in payer.text
    await services.topups.pay(
        terminal=terminal, receipt="1234567", phone=payer.number, amount=amount
    )
    await outside.settle()
    assert "<b>RUB 500.00</b> came to your wallet" in payer.text

    await payer.say("1234567")

    assert "No. 1234567 · <b>RUB 500.00</b>" in str(payer.shown)
    assert "Kiosk 5: credited" in str(payer.shown)


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [("999", "No receipt of that number"), ("abc", "digits only, at most 20")],
)
async def test_receipt_that_is_none_is_asked_again(payer: Phone, typed: str, wrong: str) -> None:
    """With what to check, and the question once more."""
    await payer.say("/topup")

    await payer.say(typed)

    assert wrong in payer.text
    assert "Type the number of the receipt" in payer.text


async def test_receipt_of_another_is_not_found(
    payer: Phone, other: Phone, outside: Outside, services: Services, terminal: Terminal
) -> None:
    """A number guessed tells nothing."""
    await outside.join(other)
    await services.topups.pay(
        terminal=terminal, receipt="77", phone=other.number, amount=Money(50_000, RUB)
    )
    await payer.say("/topup")

    await payer.say("77")

    assert "No receipt of that number" in payer.text


async def test_history_of_all_kinds_in_steps(
    payer: Phone, outside: Outside, services: Services, terminal: Terminal
) -> None:
    """Top-up and correction open too."""
    await services.topups.pay(
        terminal=terminal, receipt="5", phone=payer.number, amount=Money(50_000, RUB)
    )
    await payer.say("/history")
    await payer.press("Kiosk 5")
    assert "the terminal took the cash" in payer.text
    assert "credited to the wallet" in payer.text
    await payer.press("Back")

    await payer.press("a gift")

    assert "credited by the operator" in payer.text
