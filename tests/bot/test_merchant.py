"""/merchant: a shop's people see its money and act for it, each as far as the role reaches."""

from uuid import UUID

import pytest
from aiogram import Dispatcher

from bot.handlers.merchant_invoices import invoice_page
from bot.texts import Texts
from purser.services import Services
from services.invoices import Invoice, InvoiceState, Wish
from services.merchant_people import Employment, Role
from services.merchant_terms import TermsChange
from services.merchants import Merchant
from services.money import RUB, Money
from tests.bot.conftest import Outside
from tests.conftest import TestClock
from tests.telegram import Phone, Telegram, plain

OLGA = 501


@pytest.fixture
async def shop(outside: Outside) -> Merchant:
    return await outside.merchant(name="Tea & Co")


@pytest.fixture
def olga(telegram: Telegram, dispatcher: Dispatcher) -> Phone:
    """Somebody without a wallet."""
    return Phone(telegram, dispatcher, OLGA, number="+79990000501", name="Olga")


async def employ(services: Services, shop: Merchant, role: Role, who: Phone) -> None:
    await services.merchant_people.add(merchant_id=shop.id, telegram_id=who.user.id, role=role)


async def paid(outside: Outside, phone: Phone, shop: Merchant, minor: int = 500_00) -> Invoice:
    """An invoice of the shop that *phone* has paid."""
    await outside.join(phone)
    await outside.credit(phone, 200_000)
    issued = await outside.invoice(phone, minor, merchant=shop, description="Green tea")
    await outside.settle()
    await outside.to_code(phone)
    await phone.say(await outside.code())
    return issued


async def test_stranger_learns_their_number_and_nothing_else(olga: Phone) -> None:
    """The operator needs the number to add somebody."""
    await olga.say("/merchant")

    assert "not among the people of any shop" in olga.text
    assert str(OLGA) in olga.text
    assert olga.labels() == []


async def test_shop_without_a_wallet_of_ones_own(
    olga: Phone, phone: Phone, outside: Outside, services: Services, shop: Merchant
) -> None:
    """Balance and today, for whoever the operator has named."""
    await employ(services, shop, Role.VIEWER, olga)
    await paid(outside, phone, shop)

    await olga.say("/merchant")

    text = olga.text
    assert "Tea &amp; Co</b> · you may look" in text
    assert "<b>RUB 500.00</b> available" in text
    assert "One payment, <b>RUB 500.00</b>" in text
    assert olga.labels() == ["🧾 Invoices", "📨 Notifications"]


async def test_person_of_several_shops_chooses(
    olga: Phone, outside: Outside, services: Services, shop: Merchant
) -> None:
    other = await outside.merchant(name="Books")
    for each in (shop, other):
        await employ(services, each, Role.OWNER, olga)

    await olga.say("/merchant")
    assert olga.labels() == ["Books", "Tea & Co"]
    await olga.press("Books")
    assert "Nothing was paid yet" in olga.text
    await olga.press("Other shops")

    assert olga.labels() == ["Books", "Tea & Co"]


async def test_refund_in_part_shows_the_exact_amount_first(
    olga: Phone, phone: Phone, outside: Outside, services: Services, shop: Merchant
) -> None:
    await employ(services, shop, Role.MANAGER, olga)
    issued = await paid(outside, phone, shop)
    await olga.say("/merchant")
    await olga.press("Invoices")
    await olga.press("Green tea")
    assert "4567" in olga.text  # the payer's number, masked
    assert phone.number not in olga.text

    await olga.press("Give back")
    await olga.say("700")
    assert "RUB 500.00" in olga.text  # more than there is: asked again
    await olga.say("120.50")
    assert "Give back RUB 120.50?" in olga.text
    assert "Afterwards RUB 379.50" in olga.text
    data, number = olga.data_of("Yes, give it back")
    await olga.press_data(data, number)
    assert "RUB 120.50</b> was given back" in olga.text
    await olga.press_data(data, number)

    assert "is over" in olga.text
    found = await services.invoices.get(merchant=shop, invoice_id=issued.id)
    assert (found.state, found.refunded_minor) == (InvoiceState.REFUNDED_IN_PART, 120_50)


async def test_update_that_comes_again_gives_back_once(
    olga: Phone, phone: Phone, outside: Outside, services: Services, shop: Merchant
) -> None:
    """A crash between the refund and its screen brings the press a second time."""
    await employ(services, shop, Role.OWNER, olga)
    issued = await paid(outside, phone, shop)
    await olga.say("/merchant")
    await olga.press("Invoices")
    await olga.press("Green tea")
    await olga.press("Give back")
    await olga.press("All of it")
    before = await services.visitors.find(telegram_id=OLGA)

    await olga.press("Yes, give it back")
    await services.visitors.expect(telegram_id=OLGA, conversation=before.conversation)
    await olga.redeliver()

    assert "was given back" in olga.text
    found = await services.invoices.get(merchant=shop, invoice_id=issued.id)
    assert (found.state, found.refunded_minor) == (InvoiceState.REFUNDED, 500_00)
    assert len(await services.refunds.of_invoice(merchant=shop, invoice_id=issued.id)) == 1


async def test_something_typed_where_a_button_is_to_be_pressed(
    olga: Phone, phone: Phone, outside: Outside, services: Services, shop: Merchant
) -> None:
    await employ(services, shop, Role.OWNER, olga)
    await paid(outside, phone, shop)
    await olga.say("/merchant")
    await olga.press("Invoices")
    await olga.press("Green tea")
    await olga.press("Give back")
    await olga.press("All of it")

    await olga.say("yes")

    assert "Give back RUB 500.00?" in olga.text
    await olga.press("Yes, give it back")
    assert "was given back" in olga.text


async def test_new_invoice_is_open_and_has_its_links(
    olga: Phone, outside: Outside, services: Services, shop: Merchant
) -> None:
    await employ(services, shop, Role.MANAGER, olga)
    await olga.say("/merchant")
    await olga.press("New invoice")

    await olga.say("tea please")
    assert "not an amount" in olga.text
    await olga.say("1 500,50 usd Green tea")

    page = await services.invoices.page(merchant=shop)
    [made] = page.invoices
    assert (str(made.amount), made.description, made.phone) == ("1500.50 USD", "Green tea", None)
    assert f"https://t.me/purser_bot?start=bill_{made.id}" in olga.text
    await olga.redeliver()
    assert len((await services.invoices.page(merchant=shop)).invoices) == 1


@pytest.mark.parametrize(
    ("typed", "amount", "description"),
    [
        ("1500", "1500.00 RUB", ""),
        ("1500 new tea", "1500.00 RUB", "new tea"),
        ("99.90 EUR", "99.90 EUR", ""),
        ("1500 Чай и мёд", "1500.00 RUB", "Чай и мёд"),
    ],
)
async def test_amount_and_purpose_in_one_line(
    olga: Phone,
    outside: Outside,
    services: Services,
    shop: Merchant,
    typed: str,
    amount: str,
    description: str,
) -> None:
    await employ(services, shop, Role.OWNER, olga)
    await olga.say("/merchant")
    await olga.press("New invoice")

    await olga.say(typed)

    [made] = (await services.invoices.page(merchant=shop)).invoices
    assert (str(made.amount), made.description) == (amount, description)


async def test_key_pair_is_shown_once_and_hidden(
    olga: Phone, services: Services, shop: Merchant, telegram: Telegram
) -> None:
    """In a message that nobody can forward; afterwards it is gone from the chat."""
    await employ(services, shop, Role.OWNER, olga)
    await olga.say("/merchant")
    await olga.press("Keys")
    await olga.press("New pair")
    await olga.say("x" * 65)
    assert "What shall the pair be called" in olga.text
    await olga.say("Plugin")
    fresh = telegram.latest(OLGA)
    secret = plain(fresh.text).split("Secret key: <code>")[1].split("<")[0]
    assert fresh.is_protected
    assert (await services.merchants.authenticate(secret_key=secret)).merchant.id == shop.id

    await olga.press("Hide")

    assert "hidden" in olga.text
    assert all(secret not in each for each in olga.shown.values())


async def test_key_pair_is_taken_back(olga: Phone, services: Services, shop: Merchant) -> None:
    await employ(services, shop, Role.OWNER, olga)
    made = await services.key_pairs.create(
        merchant_id=shop.id, name="Plugin", notify_url="https://shop.example/n"
    )
    await olga.say("/merchant")
    await olga.press("Keys")
    await olga.press("Plugin")
    assert made.pair.public_key in olga.text
    assert "https://shop.example/n" in olga.text
    await olga.press("Take it back")
    data, number = olga.data_of("Yes, take it back")
    await olga.press_data(data, number)
    assert "was taken back" in olga.text

    await olga.press_data(data, number)  # there is no such pair any more

    assert olga.alert
    pairs = await services.key_pairs.listed(merchant_id=shop.id)
    assert {each.name: each.is_revoked for each in pairs}["Plugin"]


async def test_role_is_asked_again_at_each_press(
    olga: Phone, phone: Phone, outside: Outside, services: Services, shop: Merchant
) -> None:
    """Whoever was removed, or has a smaller role now, has buttons that do nothing."""
    await employ(services, shop, Role.OWNER, olga)
    await paid(outside, phone, shop)
    await olga.say("/merchant")
    first = {label: olga.data_of(label) for label in ("Invoices", "Notifications", "Keys")}
    await olga.press("Invoices")
    await olga.press("Green tea")
    await olga.press("Give back")
    await olga.press("All of it")
    give_back = olga.data_of("Yes, give it back")

    await employ(services, shop, Role.VIEWER, olga)
    for data in (give_back, first["Keys"]):
        await olga.press_data(*data)
        assert "Your role in this shop is to look" in olga.alert
    await services.merchant_people.remove(merchant_id=shop.id, telegram_id=OLGA)
    for data in (give_back, *first.values()):
        await olga.press_data(*data)
        assert "not among this shop's people" in olga.alert

    [issued] = (await services.invoices.page(merchant=shop)).invoices
    assert issued.refunded_minor == 0


async def test_manager_has_no_keys(olga: Phone, services: Services, shop: Merchant) -> None:
    await employ(services, shop, Role.OWNER, olga)
    await olga.say("/merchant")
    keys = olga.data_of("Keys")
    await employ(services, shop, Role.MANAGER, olga)
    await olga.say("/merchant")
    assert "🔑 Keys" not in olga.labels()

    await olga.press_data(*keys)

    assert "for the shop's owner" in olga.alert


async def test_reserve_payout_fees_and_refunds_have_lines_of_their_own(
    olga: Phone,
    phone: Phone,
    outside: Outside,
    services: Services,
    shop: Merchant,
    clock: TestClock,
) -> None:
    """What is promised is not mixed up with what can be spent."""
    await employ(services, shop, Role.OWNER, olga)
    payee = {"name": "Tea Ltd", "account": "40702810000000000001"}
    agreed = TermsChange(millionths=20_000, reserve_days=7, payee=payee)
    await services.merchant_agreements.state(merchant_id=shop.id, change=agreed)
    first = await paid(outside, phone, shop, 500_00)
    clock.advance(days=8)
    await services.reserves.release()
    await services.payouts.prepare()
    await outside.pay(phone)  # another shop's, which changes nothing here
    second = await outside.invoice(phone, 100_00, merchant=shop)
    await outside.settle()
    await outside.to_code(phone)
    await phone.say(await outside.code())
    await services.refunds.refund(
        merchant=shop, invoice_id=second.id, amount=Money(10_00, RUB), reason=""
    )

    await olga.say("/merchant")

    text = olga.text
    assert first.id != second.id
    assert "RUB 490.00 on its way to your bank" in text
    assert "in reserve" in text
    assert "Fees: RUB 2.00" in text
    assert "One refund, RUB 10.00" in text


async def test_invoice_says_whose_it_is_and_what_it_is_not(
    services: Services, shop: Merchant, texts: Texts
) -> None:
    """A test is called one and cannot be given back; the wallet's page has its link."""
    wish = Wish(Money(100_00, RUB), "Tea", reference="order 7", is_test=True)
    made = await services.invoices.create(merchant=shop, wish=wish)
    owner = Employment(shop, Role.OWNER)

    waiting = invoice_page(texts.words_for("en"), made, owner, "purser_bot", "https://w.example")
    played = await services.invoices.play_test(invoice_id=made.id, pays=True)
    over = invoice_page(texts.words_for("en"), played, owner, "purser_bot", "https://w.example")

    assert "no money moves" in waiting.text
    assert "order 7" in waiting.text
    assert f"https://w.example/form/?invoice_uid={UUID(made.id)}" in waiting.text
    assert [[button.action for button in row] for row in over.rows if row] == [["minvs", "mshop"]]


async def test_what_is_given_back_whole_is_not_given_back_again(
    olga: Phone, phone: Phone, outside: Outside, services: Services, shop: Merchant
) -> None:
    """An old button finds that nothing is left."""
    await employ(services, shop, Role.OWNER, olga)
    issued = await paid(outside, phone, shop)
    await olga.say("/merchant")
    await olga.press("Invoices")
    await olga.press("Green tea")
    data, number = olga.data_of("Give back")
    await services.refunds.refund(merchant=shop, invoice_id=issued.id, amount=None)

    await olga.press_data(data, number)

    assert "more than what is left" in olga.alert


async def test_pages_of_invoices(
    olga: Phone, services: Services, shop: Merchant, outside: Outside, clock: TestClock
) -> None:
    """Newest first, eight at a time."""
    await employ(services, shop, Role.VIEWER, olga)
    await olga.say("/merchant")
    await olga.press("Invoices")
    assert "no invoices here" in olga.text
    for number in range(9):
        clock.advance(seconds=1)
        await outside.invoice(None, 100 + number, merchant=shop, description=f"Tea {number}")

    await olga.say("/merchant")
    await olga.press("Invoices")
    assert "Tea 8" in plain(olga.labels()[0])
    await olga.press("Older")
    assert "Tea 0" in plain(olga.labels()[0])
    await olga.press("Newest")

    assert "Tea 8" in plain(olga.labels()[0])


async def test_invoice_of_another_shop_is_nobodys_business(
    olga: Phone, outside: Outside, services: Services, shop: Merchant
) -> None:
    """A button made for this person names it, and the role is another shop's."""
    await employ(services, shop, Role.OWNER, olga)
    await outside.invoice(None, 100, merchant=shop, description="Tea")
    await olga.say("/merchant")
    await olga.press("Invoices")
    data, number = olga.data_of("Tea")
    other = await outside.merchant(name="Other")
    await services.merchant_people.remove(merchant_id=shop.id, telegram_id=OLGA)
    await employ(services, other, Role.OWNER, olga)

    await olga.press_data(data, number)

    assert "not among this shop's people" in olga.alert


async def test_disabled_shop_says_so(olga: Phone, services: Services, shop: Merchant) -> None:
    await employ(services, shop, Role.OWNER, olga)
    await services.merchants.disable(merchant_id=shop.id)

    await olga.say("/merchant")

    assert "has disabled this shop" in olga.text
