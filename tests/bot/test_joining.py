"""Joining, from /start to the home screen."""

from purser.services import Services
from tests.bot.conftest import APP_URL, Outside
from tests.conftest import TestClock
from tests.telegram import Phone, names


async def test_start_asks_a_stranger_for_the_contact(phone: Phone) -> None:
    """Telegram's own button is the only way in: a typed number proves nothing."""
    [greeting] = await phone.say("/start")

    assert "share your phone number" in phone.text
    keyboard = greeting.model_dump()["reply_markup"]["keyboard"]
    assert keyboard[0][0]["request_contact"] is True


async def test_joining_ends_on_the_home_screen(phone: Phone, outside: Outside) -> None:
    """A wallet in both currencies, and nothing secret left in the chat."""
    await phone.say("/start")
    await phone.share_contact()
    code = await outside.code()

    requests = await phone.say(code)

    assert names(requests) == ["deleteMessage", "editMessageText"]
    assert "Your wallet is open" in phone.text
    assert "• <b>RUB 0.00</b>" in phone.text
    assert "• <b>$0.00</b>" in phone.text


async def test_joining_costs_five_calls(phone: Phone, outside: Outside) -> None:
    """Greeting, thanks, question, and the two that turn the code into the home screen."""
    await phone.say("/start")
    await phone.share_contact()
    code = await outside.code()
    await phone.say(code)

    assert names(phone.telegram.requests) == [
        "sendMessage",
        "sendMessage",
        "sendMessage",
        "deleteMessage",
        "editMessageText",
    ]


async def test_card_details_come_by_themselves(phone: Phone, outside: Outside) -> None:
    """Half by SMS, half on the card's page, which only its owner can open (B2, B4)."""
    await outside.join(phone)

    [_, card] = outside.sms
    assert "Card 990010" in card[1]
    notice = phone.telegram.latest(7)
    assert notice.is_protected
    page = notice.markup.inline_keyboard[0][0].web_app.url
    assert page.startswith(f"{APP_URL}/app/cards/")
    assert "990010" not in str(phone.shown)


async def test_contact_of_another_is_refused(phone: Phone) -> None:
    """A wallet is for the own number only."""
    await phone.say("/start")

    await phone.share_contact(owner=12345)

    assert "somebody else's number" in phone.text


async def test_contact_without_an_owner_is_refused(phone: Phone) -> None:
    """A typed-in contact card has no Telegram account behind it."""
    await phone.say("/start")

    await phone.share_contact(owner=0)

    assert "somebody else's number" in phone.text


async def test_wrong_code_keeps_the_question_and_counts(phone: Phone, outside: Outside) -> None:
    """The person sees how many tries are left, and the next message is the next try."""
    await phone.say("/start")
    await phone.share_contact()
    right = await outside.code()
    wrong = "000000" if right != "000000" else "111111"

    await phone.say(wrong)
    assert "That is not the code. 4 tries are left." in phone.text
    await phone.say(wrong)
    await phone.say(wrong)
    await phone.say(wrong)
    assert "One try is left" in phone.text
    await phone.say(wrong)
    assert "wrong 5 times" in phone.text
    await phone.say(right)

    assert "this code is void" in phone.text


async def test_code_that_is_too_old_is_refused(
    phone: Phone, outside: Outside, clock: TestClock
) -> None:
    """Five minutes, and then another one has to be asked for."""
    await phone.say("/start")
    await phone.share_contact()
    code = await outside.code()
    clock.advance(minutes=5)

    await phone.say(code)

    assert "This code is too old" in phone.text


async def test_another_code_can_be_sent(phone: Phone, outside: Outside, clock: TestClock) -> None:
    """At first too soon, then it comes, and the old one is void."""
    await phone.say("/start")
    await phone.share_contact()
    first = await outside.code()

    await phone.press("Send again")
    assert "A code was sent just now" in phone.alert
    clock.advance(seconds=31)
    await phone.press("Send again")
    second = await outside.code()
    await phone.say(first)
    assert "not the code" in phone.text
    await phone.say(second)

    assert "Your wallet is open" in phone.text


async def test_another_number_can_be_shared(phone: Phone) -> None:
    """A mistyped or dead number is no dead end."""
    await phone.say("/start")
    await phone.share_contact()

    [_, again] = await phone.press("Other number")

    assert again.model_dump()["reply_markup"]["keyboard"][0][0]["request_contact"]


async def test_unreachable_number_leaves_nothing(
    phone: Phone, outside: Outside, services: Services
) -> None:
    """Joining starts again, and no wallet exists (A3)."""
    outside.unreachable.add(phone.number)
    await phone.say("/start")
    await phone.share_contact()
    await outside.settle()

    assert "could not be delivered" in phone.text
    visitor = await services.visitors.find(telegram_id=7)
    assert visitor.holder is None
    await phone.say("123456")
    assert "Welcome" in phone.text


async def test_invoice_link_leads_through_joining_and_back(phone: Phone, outside: Outside) -> None:
    """Who came to pay ends where the payment is (A5)."""
    invoice = await outside.invoice(None, description="Coffee")
    await phone.say(f"/start bill_{invoice.id}")
    assert "You came to pay an invoice" in phone.text
    await phone.share_contact()

    await phone.say(await outside.code())

    assert "Coffee" in phone.text
    assert any("Pay" in label for label in phone.labels())


async def test_unreachable_number_keeps_the_invoice(phone: Phone, outside: Outside) -> None:
    """The second attempt still leads back to what the person came for."""
    invoice = await outside.invoice(None, description="Coffee")
    outside.unreachable.add(phone.number)
    await phone.say(f"/start bill_{invoice.id}")
    await phone.share_contact()
    await outside.settle()
    outside.unreachable.clear()

    await phone.share_contact(number="+79160000001")
    await phone.say(await outside.code())

    assert "Coffee" in phone.text


async def test_link_of_anothers_invoice_still_opens_the_wallet(
    phone: Phone, other: Phone, outside: Outside
) -> None:
    """The link was passed on: the wallet is open, the invoice stays private."""
    invoice = await outside.invoice(other, description="Secret")
    await phone.say(f"/start bill_{invoice.id}")
    await phone.share_contact()

    await phone.say(await outside.code())

    assert "Your wallet is open" in phone.text
    assert "This invoice is not for you" in phone.text
    assert "Secret" not in phone.text


async def test_number_of_a_used_wallet_is_refused(
    phone: Phone, other: Phone, outside: Outside
) -> None:
    """Two Telegram accounts never share a wallet."""
    await outside.join(phone)
    await other.say("/start")

    await other.share_contact(number=phone.number)

    assert "другого аккаунта" in other.text


async def test_joining_again_says_so(phone: Phone, outside: Outside) -> None:
    """A second contact opens no second wallet."""
    await outside.join(phone)

    await phone.share_contact()

    assert "You have a wallet already" in phone.text


async def test_telegrams_language_is_spoken(other: Phone, outside: Outside) -> None:
    """Before joining, after it, and in the SMS."""
    await other.say("/start")
    assert "Здравствуйте" in other.text
    await other.share_contact()

    await other.say(await outside.code())

    assert "Ваш кошелёк открыт" in other.text
    assert "0,00 ₽" in other.text
    assert "чтобы открыть кошелёк" in outside.sms[0][1]


async def test_code_is_redelivered_after_a_crash(phone: Phone, outside: Outside) -> None:
    """The wallet is not opened twice, and the same screen is shown."""
    await phone.say("/start")
    await phone.share_contact()
    await phone.say(await outside.code())

    assert await phone.redeliver() == []

    assert "Your wallet is open" in phone.text


async def test_whatever_a_stranger_writes_leads_into_joining(phone: Phone) -> None:
    """No command works without a wallet, and each says what to do first."""
    for text in ("/balance", "/cards", "/invoices", "/history", "/lock", "hello", "/unknown"):
        await phone.say(text)
        assert "share your phone number" in phone.text, text
