"""No secret in any log, whatever the level and whatever goes wrong."""

import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Literal

import httpx
import pytest
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import SendMessage

from purser import logs
from purser.services import Services
from services.card_details import SMS_CODE_DIGITS
from services.money import RUB
from tests.bot.conftest import Outside, bot, dispatcher, outside, phone, telegram, texts
from tests.clock import TestClock
from tests.gateway.conftest import OPERATOR_KEY, TELEGRAM_SECRET, Shop
from tests.gateway.test_mini_app import signed
from tests.telegram import Phone, Telegram

__all__ = ["bot", "dispatcher", "outside", "phone", "telegram", "texts"]

LIKE_A_TOKEN = "7000000001:AAEhBP0av28FrGGGbb8SdfVTvSX9aWTTTTT"
CONFUSING = 4
"""Shorter ones are found by chance."""


@contextmanager
def logging_as(form: Literal["console", "json"], level: int) -> Iterator[StringIO]:
    """As `purser run` sets it up, but into a text."""
    root = logging.getLogger()
    handlers, before = root.handlers[:], root.level
    logs.set_up(form, level=level)
    [handler] = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    written = StringIO()
    handler.setStream(written)
    yield written
    root.handlers[:] = handlers
    root.setLevel(before)


@pytest.fixture(params=["console", "json"])
def logged(request: pytest.FixtureRequest) -> Iterator[StringIO]:
    """Everything at DEBUG, also of libraries that are told to be quiet."""
    with logging_as(request.param, logging.DEBUG) as written:
        known = logging.root.manager.loggerDict.values()
        quiet = [each for each in known if isinstance(each, logging.Logger) and each.level]
        levels = [each.level for each in quiet]
        for each in quiet:
            each.setLevel(logging.DEBUG)
        yield written
        for each, level in zip(quiet, levels, strict=True):
            each.setLevel(level)


async def test_story_at_debug(
    logged: StringIO,
    phone: Phone,
    telegram: Telegram,
    outside: Outside,
    services: Services,
    client: httpx.AsyncClient,
    shop: Shop,
    clock: TestClock,
) -> None:
    """Joining, paying, cards, wrong keys and a Telegram that fails, with all that they hold."""
    away = TelegramNetworkError(SendMessage(chat_id=7, text="x"), f"/bot{LIKE_A_TOKEN}/")
    await outside.join(phone)
    join_code = await outside.code()
    await outside.credit(phone, 500_000)
    await outside.invoice(phone)
    telegram.faults.append(("sendMessage", away))
    await outside.settle()
    clock.advance(minutes=10)
    await outside.settle()
    await outside.to_code(phone)
    payment_code = await outside.code()
    await phone.say(payment_code)
    holder = await services.wallets.find(phone=phone.number)
    [card] = await services.cards.listed(holder=holder)
    reveal = await services.card_details.send(holder=holder, card_id=card.id, key="k")
    await outside.settle()
    launch = signed(clock)
    page = await client.post(
        f"/app/api/cards/{reveal.id}", headers={"Authorization": f"tma {launch}"}
    )
    await client.post("/app/api/cards/x", headers=_key("tma", f"{launch}x"))
    terminal = await services.terminals.add(name="Lobby")
    await client.get("/osmp", auth=(terminal.terminal.login, terminal.password))
    await client.get("/operator/ledger", headers=_key("Bearer", OPERATOR_KEY))
    await client.post(
        "/telegram/webhook",
        content=b"{",
        headers={"X-Telegram-Bot-Api-Secret-Token": TELEGRAM_SECRET},
    )
    other = await services.merchants.add(
        name="Other", currency=RUB, webhook_url="https://a.example"
    )
    await shop.issue(description="canary-in-a-description")
    logging.getLogger("aiogram").error("failed: %s", away)

    printed = logged.getvalue()
    number = next(
        found[0].replace(" ", "")
        for _, text in outside.sms
        if (found := re.search(r"9\d{3} ?\d{4} ?\d{4} ?\d{4}", text))
    )
    secrets = {
        "card number": number,
        "joining code": join_code,
        "payment code": payment_code,
        "end of the card's code": page.json()["code_end"],
        "bot token": LIKE_A_TOKEN.partition(":")[2],
        "launch data": re.search("hash=([0-9a-f]+)", launch)[1],  # type: ignore[index]
        "operator's key": OPERATOR_KEY,
        "webhook's token": TELEGRAM_SECRET,
        "terminal's password": terminal.password,
        "shop's key": shop.key,
        "other shop's key": other.secret_key,
        "webhook's secret": shop.webhook_secret.removeprefix("whsec_"),
        "phone": phone.number,
        "what was bought": "canary-in-a-description",
    }
    assert len(page.json()["code_end"]) + SMS_CODE_DIGITS == 3
    assert "request" in printed
    assert len(printed) > 10_000
    assert [what for what, secret in secrets.items() if _is_in(secret, printed)] == []


@pytest.mark.parametrize("form", ["console", "json"])
def test_traceback_shows_no_variables(form: Literal["console", "json"]) -> None:
    """A pretty one would print the request's headers with the key in them."""
    with logging_as(form, logging.INFO) as written:
        _fail("key-in-a-variable")

    assert "ZeroDivisionError" in written.getvalue()
    assert "key-in-a-variable" not in written.getvalue()


def _fail(secret: str) -> None:
    import structlog  # noqa: PLC0415  # after it was set up

    held = {"authorization": secret}
    try:
        sys.stderr.write(str(len(held) // 0))
    except ZeroDivisionError:
        structlog.get_logger("test").exception("failed")


def _key(scheme: str, key: str) -> dict[str, str]:
    return {"Authorization": f"{scheme} {key}"}


def _is_in(secret: str, printed: str) -> bool:
    """Digits by themselves: six of them are also the end of many a time."""
    if len(secret) < CONFUSING:
        return False
    return re.search(rf"(?<![\d.]){re.escape(secret)}(?!\d)", printed) is not None
