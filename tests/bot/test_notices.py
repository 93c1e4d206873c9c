"""Messages that come by themselves, and what Telegram may answer to them."""

from datetime import timedelta

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
)
from aiogram.methods import SendMessage

from bot.edge import create_notices
from bot.notices import Notices
from bot.texts import Texts
from purser.services import Services
from services.due import GiveUpError, TryAgainError, Work
from services.money import RUB, Money
from services.vault import Vault
from tests.bot.conftest import OPERATOR, Outside
from tests.conftest import TestClock
from tests.telegram import Phone, Telegram, plain

METHOD = SendMessage(chat_id=7, text="x")


@pytest.fixture
def notices(bot: Bot, services: Services, vault: Vault, texts: Texts) -> Notices:
    return create_notices(
        bot=bot, services=services, vault=vault, texts=texts, operators=frozenset({OPERATOR, 100})
    )


def work(clock: TestClock, holder: str, notice: str, subject: str) -> Work:
    payload = {"holder": holder, "notice": notice, "subject": subject}
    return Work("k", "notice", "chat", payload, clock(), clock())


async def test_invoice_that_is_over_is_not_told_of(
    phone: Phone, outside: Outside, services: Services
) -> None:
    """A message that was held up says nothing that is no longer so."""
    await outside.join(phone)
    invoice = await outside.invoice(phone)
    holder = await services.wallets.find(phone=phone.number)
    await services.invoices.refuse(holder=holder, invoice_id=invoice.id)
    seen = len(phone.shown)

    await outside.settle()

    assert len(phone.shown) == seen


async def test_holder_who_never_came_is_not_written_to(
    phone: Phone, outside: Outside, services: Services, telegram: Telegram
) -> None:
    """The wallet was opened at a terminal; its owner has not joined yet."""
    await services.wallets.open(phone=phone.number)
    await services.wallets.correct(phone=phone.number, amount=Money(5, RUB), reason="x")

    await outside.settle()

    assert telegram.requests == []


@pytest.mark.parametrize(
    ("fault", "refusal", "after"),
    [
        (
            TelegramRetryAfter(method=METHOD, message="flood", retry_after=7),
            TryAgainError,
            timedelta(seconds=7),
        ),
        (TelegramNetworkError(method=METHOD, message="down"), TryAgainError, None),
        (AiogramError("an HTML page"), TryAgainError, None),
        (TelegramBadRequest(method=METHOD, message="can't parse"), TryAgainError, None),
    ],
)
async def test_what_may_pass_is_tried_again(
    phone: Phone,
    outside: Outside,
    services: Services,
    notices: Notices,
    clock: TestClock,
    fault: Exception,
    refusal: type[Exception],
    after: timedelta | None,
) -> None:
    """After as long as Telegram said, if it said."""
    await outside.join(phone)
    invoice = await outside.invoice(phone)
    holder = await services.wallets.find(phone=phone.number)
    phone.telegram.faults.append(("sendMessage", fault))

    with pytest.raises(refusal) as raised:
        await notices.tell(work(clock, holder.id, "invoice", f"invoice/{invoice.id}"))

    assert getattr(raised.value, "after", None) == after


@pytest.mark.parametrize(
    "fault",
    [
        TelegramForbiddenError(method=METHOD, message="bot was blocked by the user"),
        TelegramBadRequest(method=METHOD, message="Bad Request: chat not found"),
    ],
)
async def test_who_cannot_be_reached_is_given_up_and_noted(
    phone: Phone,
    outside: Outside,
    services: Services,
    notices: Notices,
    clock: TestClock,
    fault: Exception,
) -> None:
    """The operator sees since when."""
    await outside.join(phone)
    invoice = await outside.invoice(phone)
    holder = await services.wallets.find(phone=phone.number)
    phone.telegram.faults.append(("sendMessage", fault))

    with pytest.raises(GiveUpError):
        await notices.tell(work(clock, holder.id, "invoice", f"invoice/{invoice.id}"))

    holder = await services.wallets.find(phone=phone.number)
    assert holder.unreachable_since == clock()


async def test_card_without_a_page_says_whom_to_ask(
    phone: Phone, outside: Outside, services: Services, notices: Notices, clock: TestClock
) -> None:
    """A wallet that nobody can reach by https has no Mini App."""
    await outside.join(phone)
    holder = await services.wallets.find(phone=phone.number)
    [card] = await services.cards.listed(holder=holder)
    reveal = await services.card_details.send(holder=holder, card_id=card.id, key="x")

    await notices.tell(work(clock, holder.id, "card", f"reveal/{reveal.id}"))

    assert "not set up here" in phone.text
    assert phone.labels() == []


async def test_card_page_that_was_seen_is_not_announced(
    phone: Phone, outside: Outside, services: Services, notices: Notices, clock: TestClock
) -> None:
    """It is shown once; a late message would lead to nothing."""
    await outside.join(phone)
    holder = await services.wallets.find(phone=phone.number)
    [card] = await services.cards.listed(holder=holder)
    reveal = await services.card_details.send(holder=holder, card_id=card.id, key="x")
    await services.card_details.see(telegram_id=7, reveal_id=reveal.id)
    seen = len(phone.shown)

    await notices.tell(work(clock, holder.id, "card", f"reveal/{reveal.id}"))

    assert len(phone.shown) == seen


async def test_head_goes_to_every_operator(
    phone: Phone, outside: Outside, notices: Notices, telegram: Telegram, clock: TestClock
) -> None:
    """One who blocked the bot keeps it from nobody else."""
    await outside.join(phone)
    await outside.credit(phone, 100)
    telegram.faults.append(
        ("sendMessage", TelegramForbiddenError(method=METHOD, message="blocked"))
    )

    with pytest.raises(GiveUpError):
        await notices.tell_head(Work("k", "chain_head", "l", {}, clock(), clock()))

    text = plain(telegram.latest(100).text)
    assert '"position": 1' in text
    assert '"signature"' in text
