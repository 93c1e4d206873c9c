"""The home screen, /balance, /help, /cancel and what is not understood."""

from collections.abc import Callable
from typing import Any

import pytest

from purser.services import Services
from services.money import USD
from storage.engines import AnyStore
from tests.bot.conftest import Outside
from tests.telegram import Phone, names


@pytest.fixture
def hops(store: AnyStore, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every way to storage, as it is taken."""
    taken: list[str] = []

    def counted(name: str) -> Callable[[Any], Any]:
        way = getattr(store, name)

        def go(work: Callable[[Any], Any]) -> Any:
            taken.append(name)
            return way(work)

        return go

    for name in ("glance", "read", "write"):
        monkeypatch.setattr(store, name, counted(name))
    return taken


async def test_balance_costs_two_reads_and_one_message(
    phone: Phone, outside: Outside, hops: list[str]
) -> None:
    """The most frequent question: who is it, what is there, and nothing written."""
    await outside.join(phone)
    hops.clear()

    requests = await phone.say("/balance")

    assert names(requests) == ["sendMessage"]
    assert hops == ["glance", "glance"]


async def test_balance_names_what_is_reserved(phone: Phone, outside: Outside) -> None:
    """Posted, reserved and available, where they differ."""
    await outside.join(phone)
    await outside.credit(phone, 200_000)
    await outside.invoice(phone)
    await outside.settle()
    await phone.press("Pay")
    await phone.press("Confirm")

    await phone.say("/balance")

    assert "RUB 750.00</b> available (RUB 2,000.00 in all, RUB 1,250.00 reserved)" in phone.text


async def test_balance_sums_up_where_rates_are_known(
    phone: Phone, outside: Outside, services: Services
) -> None:
    """The total is in the main currency, and appears when it says something new."""
    await outside.join(phone)
    await outside.credit(phone, 100_000)
    await outside.credit(phone, 10_00, USD)
    await phone.say("/balance")
    assert "In all" not in phone.text

    await services.rates.set(pair="USD/RUB", rate="92.50")
    await phone.say("/balance")

    assert "In all, about <b>RUB 1,925.00</b>" in phone.text


async def test_home_says_what_needs_attention(phone: Phone, outside: Outside) -> None:
    """Unpaid invoices, the lock, and messages that are off."""
    await outside.join(phone)
    await outside.invoice(phone)
    await outside.invoice(phone, 500, description="Tea")
    await phone.say("/settings")
    await phone.press("Turn messages off")
    await phone.say("/lock")

    await phone.say("/start")

    assert "2 invoices</b> wait to be paid" in phone.text
    assert "The wallet is locked" in phone.text
    assert "Messages about new invoices are off" in phone.text
    assert any("Invoices (" in label for label in phone.labels())


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("Invoices", "no unpaid invoices"),
        ("Cards", "Your cards"),
        ("Top up", "Top up with cash"),
        ("History", "newest first"),
        ("Refunds", "Nothing was given back"),
        ("Settings", "Settings"),
        ("Help", "What this wallet does"),
        ("Lock the wallet", "are locked"),
    ],
)
async def test_home_leads_everywhere_and_back(
    phone: Phone, outside: Outside, label: str, text: str
) -> None:
    """Every button changes the same message, and [Home] comes back to it."""
    await outside.join(phone)
    await phone.say("/start")

    there = await phone.press(label)
    assert text in phone.text
    back = await phone.press("Home")

    assert names(there) == names(back) == ["answerCallbackQuery", "editMessageText"]
    assert "Your wallet" in phone.text


async def test_cancel_without_a_question(phone: Phone, outside: Outside) -> None:
    """It says that there was nothing."""
    await outside.join(phone)

    await phone.say("/cancel")

    assert "nothing to cancel" in phone.text


async def test_cancel_leaves_a_question(phone: Phone, outside: Outside) -> None:
    """The next message is an ordinary one again."""
    await outside.join(phone)
    await phone.say("/topup")
    await phone.say("/cancel")
    assert "Cancelled" in phone.text

    await phone.say("123456")

    assert "I did not understand" in phone.text


async def test_cancel_frees_what_is_reserved(
    phone: Phone, outside: Outside, services: Services
) -> None:
    """Leaving a payment is the same as its [Cancel]."""
    await outside.join(phone)
    await outside.credit(phone, 200_000)
    await outside.invoice(phone)
    await outside.settle()
    await phone.press("Pay")
    await phone.press("Confirm")

    await phone.say("/cancel")

    assert "Nothing was paid" in phone.text
    holder = await services.wallets.find(phone=phone.number)
    wallet = await services.wallets.show(holder=holder)
    assert [each.held.minor for each in wallet.balances] == [0, 0]


async def test_stranger_may_cancel_and_ask_for_help(phone: Phone) -> None:
    """Both work before there is a wallet."""
    await phone.say("/help")
    assert "What this wallet does" in phone.text

    await phone.say("/cancel")

    assert "nothing to cancel" in phone.text


@pytest.mark.parametrize("text", ["what?", "/nothing", "/", "/ ", "🙂"])
async def test_what_is_not_understood_gets_help(phone: Phone, outside: Outside, text: str) -> None:
    """Never silence, never an error."""
    await outside.join(phone)

    await phone.say(text)

    assert "I did not understand" in phone.text


@pytest.mark.parametrize("text", ["/send 5", "/support"])
async def test_what_is_not_there_yet_is_said_honestly(
    phone: Phone, outside: Outside, text: str
) -> None:
    """People know these commands from other wallets."""
    await outside.join(phone)

    await phone.say(text)

    assert "cannot do that yet" in phone.text


async def test_broken_link_is_said(phone: Phone, outside: Outside) -> None:
    """A link that leads nowhere still ends on the home screen."""
    await outside.join(phone)

    await phone.say("/start bill_nonsense")

    assert "leads to nothing" in phone.text
    assert "RUB" in phone.text


async def test_command_may_name_the_bot(phone: Phone, outside: Outside) -> None:
    """Telegram's menu writes it so in some places."""
    await outside.join(phone)

    await phone.say("/BALANCE@purser_bot")

    assert "Balance" in phone.text
