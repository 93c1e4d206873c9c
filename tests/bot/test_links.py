"""Links in the chat: what a shop may charge is told, listed and ended."""

import pytest

from purser.services import Services
from services.holders import Holder
from services.invoices import Invoice, Wish
from services.merchants import Merchant
from services.money import RUB, Money
from services.payment_links import LinkEndedError
from tests.bot.conftest import Outside
from tests.telegram import Phone, plain


@pytest.fixture
async def shop(outside: Outside) -> Merchant:
    return await outside.merchant(name="Films & Co")


@pytest.fixture
async def parent(phone: Phone, outside: Outside, services: Services, shop: Merchant) -> Invoice:
    """Somebody has paid what agrees to more, and has 1,900 roubles left."""
    await outside.join(phone)
    await outside.credit(phone, 200_000)
    wish = Wish(Money(100_00, RUB), "A month", phone=phone.number, content={"recurring": True})
    issued = await services.invoices.create(merchant=shop, wish=wish)
    await outside.settle()
    await outside.to_code(phone)
    await phone.say(await outside.code())
    return issued


async def charge(services: Services, shop: Merchant, parent: Invoice, minor: int) -> Invoice:
    wish = Wish(Money(minor, RUB), "Next month", reference=f"next {minor}")
    return await services.payment_links.charge(merchant=shop, parent=parent, wish=wish)


async def test_who_agreed_to_nothing_is_told_so(phone: Phone, outside: Outside) -> None:
    await outside.join(phone)

    await phone.say("/links")

    assert "No shop may charge" in phone.text


async def test_charge_is_told_and_can_be_ended_from_there(
    phone: Phone, outside: Outside, services: Services, shop: Merchant, parent: Invoice
) -> None:
    """From the message to the end in three taps; then nothing is charged."""
    await charge(services, shop, parent, 300_00)
    await outside.settle()
    assert "Films &amp; Co</b> charged <b>RUB 300.00" in phone.text
    assert "For: Next month" in phone.text

    await phone.press("What it may")
    assert "From: RUB account" in phone.text
    await phone.press("charge no more")
    assert "End it for Films &amp; Co?" in phone.text
    await phone.press("Yes, end it")

    assert "charges no more" in phone.text
    assert "charge no more" not in " ".join(phone.labels())
    with pytest.raises(LinkEndedError):
        await charge(services, shop, parent, 400_00)
    await phone.say("/links")
    assert "No shop may charge" in phone.text


async def test_charge_has_its_receipt(
    phone: Phone, outside: Outside, services: Services, shop: Merchant, parent: Invoice
) -> None:
    await charge(services, shop, parent, 300_00)
    await outside.settle()

    await phone.press("Receipt")

    assert "Paid" in phone.text
    assert "RUB 300.00" in phone.text


async def test_list_says_since_when_and_keeps_what_is_left_alone(
    phone: Phone, parent: Invoice
) -> None:
    await phone.say("/links")
    assert plain(phone.labels()[0]).startswith("Films & Co · since ")

    await phone.press("Films")
    assert "Charged last: never yet" in phone.text
    await phone.press("charge no more")
    await phone.press("Leave it so")

    assert "may charge your wallet without asking" in phone.text
    await phone.press("All of them")
    assert len(phone.labels()) == 2


async def test_ended_twice_is_ended_once(phone: Phone, parent: Invoice) -> None:
    """A second tap on the same button says the same."""
    await phone.say("/links")
    await phone.press("Films")
    await phone.press("charge no more")
    data, number = phone.data_of("Yes, end it")

    await phone.press_data(data, number)
    await phone.press_data(data, number)

    assert "charges no more" in phone.text


async def test_card_is_named_by_its_last_four(
    phone: Phone, outside: Outside, services: Services, shop: Merchant
) -> None:
    """And where it is closed, the screen says why nothing can be charged."""
    await outside.join(phone)
    await outside.credit(phone, 200_000)
    holder = await services.wallets.find(phone=phone.number)
    [card] = await services.cards.listed(holder=holder)
    await paid_with(services, outside, holder, shop, f"card/{card.id}")

    await phone.say("/links")
    await phone.press("Films")
    assert f"card •••• {card.last_four}" in phone.text
    offer = await services.cards.offer(holder=holder, card_id=card.id, kind="close", key="close")
    await services.cards.close(holder=holder, offer_id=offer.id)
    await phone.say("/links")
    await phone.press("Films")

    assert "a card that is closed" in phone.text


async def paid_with(
    services: Services, outside: Outside, holder: Holder, shop: Merchant, source: str
) -> None:
    wish = Wish(Money(100_00, RUB), "A month", content={"recurring": True})
    issued = await services.invoices.create(merchant=shop, wish=wish)
    payments = services.payments
    offer = await payments.offer(holder=holder, invoice_id=issued.id, source=source, key="pay")
    await payments.confirm(holder=holder, offer_id=offer.offer.id)
    await payments.prove(holder=holder, offer_id=offer.offer.id, typed=await outside.code())
