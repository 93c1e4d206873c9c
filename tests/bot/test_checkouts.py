"""Being asked in the chat by a shop's page, and what an invoice says of consent and holds."""

import pytest

from purser.services import Services
from services.checkout_life import Opening, Way
from services.invoices import Capture, Invoice, Wish
from services.money import RUB, Money
from tests.bot.conftest import Outside
from tests.telegram import Phone


async def asked(services: Services, phone: Phone, invoice: Invoice) -> None:
    """Somebody types the number on the shop's page."""
    opening = Opening(invoice.id, "browser")
    await services.checkouts.by_phone(opening=opening, phone=phone.number, way=Way.CHAT)


async def test_paying_from_the_question(
    phone: Phone, outside: Outside, services: Services
) -> None:
    """The chat asks at once, and goes on as with any invoice."""
    await outside.join(phone)
    await outside.credit(phone, 200_000)
    invoice = await outside.invoice(None)
    await asked(services, phone, invoice)
    await outside.settle()
    question = phone.text
    await outside.to_code(phone)
    await phone.say(await outside.code())

    assert "on the page of <b>Corner Shop</b>" in question
    assert "Paid" in phone.text
    assert await services.checkouts.state(invoice_id=invoice.id) == "paid"


async def test_it_was_not_me(phone: Phone, outside: Outside, services: Services) -> None:
    """One tap, and a stranger cannot ask again that day."""
    await outside.join(phone)
    invoice = await outside.invoice(None)
    await asked(services, phone, invoice)
    await outside.settle()
    await phone.press("It was not me")
    said = phone.text
    seen = len(phone.shown)
    await asked(services, phone, invoice)
    await outside.settle()

    assert "Nothing was paid" in said
    assert len(phone.shown) == seen


async def test_question_about_what_is_over_is_not_asked(
    phone: Phone, outside: Outside, services: Services
) -> None:
    await outside.join(phone)
    shop = await outside.merchant(name="Other Shop")
    invoice = await outside.invoice(None, merchant=shop)
    await asked(services, phone, invoice)
    await services.invoices.cancel(merchant=shop, invoice_id=invoice.id)
    seen = len(phone.shown)
    await outside.settle()

    assert len(phone.shown) == seen


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"content": {"recurring": True}}, "charge you again without asking"),
        ({"capture": Capture.LATER}, "held for up to"),
        ({}, ""),
    ],
)
async def test_consent_and_hold_are_said_before_paying(
    phone: Phone,
    outside: Outside,
    services: Services,
    more: dict[str, object],
    says: str,
) -> None:
    """On the invoice and on the offer: nobody finds out afterwards."""
    await outside.join(phone)
    await outside.credit(phone, 200_000)
    shop = await outside.merchant()
    wish = Wish(Money(100_00, RUB), "A book", phone=phone.number, **more)  # type: ignore[arg-type]  # a wish's
    await services.invoices.create(merchant=shop, wish=wish)
    await outside.settle()
    await phone.press("View")
    viewed = phone.text
    await phone.press("Pay")

    for text in (viewed, phone.text):
        assert says in text
        assert ("🔁" in text or "⏳" in text) is bool(says)


async def test_hold_is_no_receipt_yet(phone: Phone, outside: Outside, services: Services) -> None:
    """Paying what the shop takes later says until when it is held; then it is a receipt."""
    await outside.join(phone)
    await outside.credit(phone, 200_000)
    shop = await outside.merchant()
    wish = Wish(Money(100_00, RUB), "A book", phone=phone.number, capture=Capture.LATER)
    invoice = await services.invoices.create(merchant=shop, wish=wish)
    await outside.settle()
    await outside.to_code(phone)
    await phone.say(await outside.code())

    assert "Paid, held for the shop" in phone.text
    assert "Held: <b>RUB 100.00</b>" in phone.text.replace("\u00a0", " ")
    assert await services.checkouts.state(invoice_id=invoice.id) == "authorised"
