"""Other people's words, everywhere they are shown: they stay words.

Whatever a shop, a terminal's owner or a person with a strange name writes is neither markup
nor a turn of the line, in the chat, in an SMS, in a webhook, on paper or on a page.
"""

import json
import re
from collections.abc import Iterator
from html import unescape
from xml.etree import ElementTree as ET

import pytest
from aiogram import Dispatcher
from aiogram.types import User

from gateway.osmp import Reply, rendered
from gateway.pay_urls import Links
from gateway.webhooks import event
from purser.services import Services
from sandbox.telegram.entities import parse_html
from services.due import Work
from services.merchants import MerchantNameError
from services.money import RUB
from tests.bot.conftest import Outside, bot, dispatcher, outside, phone, telegram, texts
from tests.gateway.conftest import Shop, rub
from tests.telegram import Phone, Telegram, plain

__all__ = ["bot", "dispatcher", "outside", "phone", "telegram", "texts"]

TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
HIDING = "\u200b\u200d\u2060\ufeff\u00ad\u0000\n\r\u2028\u2029\x1b"
SHOWN = [
    "<b>Bank</b>",
    "<a href='https://evil.test'>refund</a>",
    "<tg-spoiler>x</tg-spoiler>",
    "&lt;b&gt;",
    "&amp;amp;",
    "&#x202e;",
    "]]>",
    "{ $amount }",
    '{"a"}',
    "`code` *bold* _it_ [x](tg://user?id=1)",
    "%s %(a)s {0}",
    "\u05e9\u05dc\u05d5\u05dd 100",
    "١٢٣",
    "'; DROP TABLE invoices; --",
]
"""Strange, and allowed: shown letter for letter."""


def buttons_of(telegram: Telegram) -> Iterator[str]:
    """What is written on the bot's buttons: plain text."""
    for shown in telegram.shown.values():
        for row in getattr(shown.markup, "inline_keyboard", []):
            yield from (button.text for button in row)


@pytest.mark.parametrize("text", SHOWN)
async def test_shops_words_in_the_chat(
    outside: Outside, phone: Phone, telegram: Telegram, text: str
) -> None:
    """From the invoice to the receipt, and in the history after it."""
    await outside.join(phone)
    await outside.credit(phone, 500_000)
    shop = await outside.merchant(name=text)
    await outside.invoice(phone, description=text, merchant=shop)
    await outside.settle()
    shown = [phone.text]
    for button in ("Pay", "Confirm"):
        await phone.press(button)
        shown.append(phone.text)
    await phone.say(await outside.code())
    shown.append(phone.text)
    await phone.say("/history")

    for html in shown:
        assert text in plain(parse_html(html)[0])
    for html in (each.text for each in telegram.shown.values()):
        kinds = {each["type"] for each in parse_html(html)[1]}
        assert kinds <= {"bold", "italic", "code", "bot_command", "mention", "url"}
    for written in (*shown, *buttons_of(telegram)):
        assert not set(written) & (set(TURNING + HIDING) - set("\u2068\u2069\n"))


@pytest.mark.parametrize("char", [*TURNING, *HIDING])
async def test_what_turns_or_hides_is_refused(shop: Shop, services: Services, char: str) -> None:
    """Where a shop writes it: name, description, number and reason."""
    text = f"a{char}b"
    refused = [
        await shop.issue("k1", description=text),
        await shop.issue("k2", reference=text),
        await shop.post(
            f"/api/v1/invoices/{'0' * 32}/refunds", {"amount": rub(1), "reason": text}, "k3"
        ),
    ]

    assert [each.status_code for each in refused] == [422] * 3
    if not char.isspace():
        with pytest.raises(MerchantNameError):
            await services.merchants.add(name=text, currency=RUB)


@pytest.mark.parametrize(
    "name",
    [
        "\u041eZON",  # a Cyrillic O
        "Purs\u0435r",  # a Cyrillic e
        "\u0391mazon",  # a Greek Alpha
        "\uff2f\uff3a\uff2f\uff2e",  # full width
        "\U0001d40e\U0001d419\U0001d40e\U0001d40d",  # mathematical bold
        "\u212aiwi",  # a Kelvin sign
    ],
)
async def test_disguised_shops_are_refused(services: Services, name: str) -> None:
    """A name that is read as another shop's."""
    with pytest.raises(MerchantNameError):
        await services.merchants.add(name=name, currency=RUB)


@pytest.mark.parametrize(
    "name",
    ["Магазин №5", "Кофе-Shop", "ВкусВилл", "7-Eleven", "Ёлки & Ко", "Café", "東京 Store", "Α Β"],
)
async def test_honest_shops_are_taken(services: Services, name: str) -> None:
    assert (await services.merchants.add(name=name, currency=RUB)).merchant.name == name


@pytest.mark.parametrize("text", SHOWN)
async def test_sms_names_the_payee_as_it_is(outside: Outside, phone: Phone, text: str) -> None:
    """Plain text: no markup to escape, and nothing hidden."""
    await outside.join(phone)
    await outside.credit(phone, 500_000)
    await outside.invoice(phone, merchant=await outside.merchant(name=text))
    await outside.settle()
    await outside.to_code(phone)
    await outside.settle()
    _, sms = outside.sms[-1]

    assert text in sms
    assert not set(sms) & set(TURNING)


@pytest.mark.parametrize("text", [*SHOWN, "\u202eann", "\ud83d", "a" * 4000])
async def test_persons_name_changes_nothing(
    telegram: Telegram, dispatcher: Dispatcher, outside: Outside, text: str
) -> None:
    """Telegram lets people call themselves anything; the wallet calls nobody by it."""
    phone = Phone(telegram, dispatcher)
    phone.user = User(id=7, is_bot=False, first_name=text, last_name=text, username="x")
    await outside.join(phone)
    await phone.say("/balance")

    for written in (*(each.text for each in telegram.shown.values()), *buttons_of(telegram)):
        assert text not in unescape(written)


@pytest.mark.parametrize("text", [*SHOWN, TURNING + HIDING])
def test_webhook_is_one_json_object(text: str) -> None:
    """Members of a shop's own words add none."""
    payload = {"type": "invoice.paid", "at": "x", "data": {"id": "a" * 32, "description": text}}
    work = Work("k", "webhook", "l", payload, None, None)  # type: ignore[arg-type]

    body = event(work, Links("purser_bot", "https://wallet.example"))

    assert json.loads(body)["data"]["description"] == text
    assert set(json.loads(body)) == {"id", "type", "at", "data"}


@pytest.mark.parametrize("text", [*SHOWN, TURNING + HIDING, "</response>", "<!ENTITY x 'y'>"])
def test_terminals_answer_is_xml(text: str) -> None:
    xml = ET.fromstring(rendered(Reply(0, text), text))  # noqa: S314  # our own

    assert [each.tag for each in xml] == ["osmp_txn_id", "result", "comment"]
    kept = re.sub("[\x00\x1b]", "", text)
    assert (xml.findtext("comment") or "").splitlines() == kept.splitlines()
