"""Payment codes in the chat: photographed, passed on, pasted; and what becomes of them."""

import io
from dataclasses import replace

import pytest
from aiogram.types import Document, MessageOriginUser, User
from PIL import Image

from bench.photos import photo, square
from bot.handlers.payment_codes import KEPT_LENGTH_MAX, OPTIONS_MAX
from bot.pictures import PICTURES
from purser.services import Services
from services import emv_codes, gost_codes
from services.account_fields import Field, Keep
from services.catalogue import Requisite
from tests.bot.conftest import Outside
from tests.catalogue import DRAGONS, LIGHT, stock
from tests.telegram import _NOW, Phone, names

WATER = replace(
    LIGHT,
    id="water",
    names={"en": "River Water", "ru": "Речная вода"},
    fields=(
        Field("account", {"en": "Account"}, keep=Keep.DIGITS, code_keys=("PersAcc",)),
        Field("reading", {"en": "Reading"}, keep=Keep.METER, code_keys=("CounterVal",)),
    ),
    requisites=(Requisite(inn="7700000000", account="4" * 20, bic="044525225"),),
)
GAME = replace(
    DRAGONS,
    requisites=(Requisite(merchant="ru.wallet.example/7"),),
    fields=(replace(DRAGONS.fields[0], code_keys=("CustomerLabel",)),),
)
BILL = {
    "Name": "МУП «Водоканал»",
    "PersonalAcc": "4" * 20,
    "BankName": "ПАО БАНК",
    "BIC": "044525225",
    "CorrespAcc": "30101810400000000225",
    "Sum": "125040",
    "Purpose": "Вода за ноябрь",
    "PayeeINN": "7700000000",
    "PersAcc": "00-77-12",
    "CounterVal": "345",
}


def bill(charset: str = "2", **changed: str) -> bytes:
    return gost_codes.encode(BILL | changed, charset=charset)


def picture(*codes: bytes) -> bytes:
    """The codes one under the other on a sheet."""
    squares = [square(each, scale=4) for each in codes]
    size = (max(each.width for each in squares), sum(each.height + 40 for each in squares))
    sheet, at = Image.new("L", size, 255), 20
    for each in squares:
        sheet.paste(each, (0, at))
        at += each.height + 40
    written = io.BytesIO()
    sheet.save(written, "PNG")
    return written.getvalue()


def link(invoice_id: str) -> bytes:
    return f"https://t.me/purser_bot?start=bill_{invoice_id}".encode()


@pytest.fixture
async def buyer(phone: Phone, outside: Outside, services: Services) -> Phone:
    """Somebody with 2,000 roubles; the catalogue knows the water works."""
    await stock(services, WATER, GAME)
    await outside.join(phone)
    await outside.credit(phone, 200_000)
    return phone


async def test_photographed_invoice_is_opened(buyer: Phone, outside: Outside) -> None:
    """The code of a shop's counter, and the way on to paying it."""
    issued = await outside.invoice(None, description="Coffee")

    await buyer.send_photo(picture(link(issued.id)))

    assert "Invoice from Corner Shop" in buyer.text
    assert "Coffee" in buyer.text
    assert "Pay" in buyer.labels()


async def test_pasted_link_is_opened(buyer: Phone, outside: Outside) -> None:
    """Also in the midst of a question, whose answer it cannot be."""
    issued = await outside.invoice(None)
    await buyer.say("/topup")

    await buyer.say(link(issued.id).decode())

    assert "Invoice from Corner Shop" in buyer.text


async def test_stranger_comes_back_to_the_link(phone: Phone, outside: Outside) -> None:
    """As with a pressed link: the wallet first, then what was wanted."""
    issued = await outside.invoice(None)

    await phone.say(link(issued.id).decode())
    await phone.share_contact()
    await phone.say(await outside.code())

    assert "Invoice from Corner Shop" in "".join(phone.shown.values())


async def test_stranger_s_picture_is_not_looked_at(phone: Phone) -> None:
    """Nor a pasted bill: whoever has no wallet is told how to have one."""
    requests = await phone.send_photo(picture(bill()))
    pasted = await phone.say(bill().decode())

    assert names(requests) == names(pasted) == ["sendMessage"]
    assert "number" in phone.text


async def test_poor_photo_becomes_a_filled_in_payment(buyer: Phone, services: Services) -> None:
    """All that the code says is there, and nothing is asked twice."""
    await buyer.send_photo(photo("all at once", 3, bill("1")))

    assert "The code says: МУП «Водоканал»" in buyer.text.replace("<b>", "").replace("</b>", "")
    assert "River Water" in buyer.text
    assert "1,250.40" in buyer.text
    assert "007712" in buyer.text


async def test_passed_on_picture_is_read(buyer: Phone) -> None:
    """Somebody sends a bill to who will pay it."""
    origin = MessageOriginUser(date=_NOW, sender_user=User(id=55, is_bot=False, first_name="Bob"))

    await buyer.send_photo(picture(bill()), forward_origin=origin)

    assert "River Water" in buyer.text


async def test_what_the_code_lacks_is_asked(buyer: Phone) -> None:
    """The chat goes on where the code ends."""
    lacking = {name: each for name, each in BILL.items() if name not in ("CounterVal", "Sum")}

    await buyer.send_photo(picture(gost_codes.encode(lacking)))
    assert "Reading" in buyer.text
    await buyer.say("345")
    await buyer.say("100")

    assert "RUB 100.00" in buyer.text
    assert "River Water" in buyer.text


async def test_shop_code_in_dollars(buyer: Phone) -> None:
    """An EMVCo code fills in a provider that is paid in its currency."""
    code = emv_codes.encode(
        {"26.00": "ru.wallet.example", "26.01": "7", "53": "840", "54": "4.5", "59": "GAME",
         "60": "MOSCOW", "62.06": "ann_2026"}
    )  # fmt: skip

    await buyer.say(code)

    assert "Town: MOSCOW" in buyer.text
    assert "Dragon Isles" in buyer.text
    assert "$4.50" in buyer.text


async def test_amount_in_another_currency_is_not_taken_over(buyer: Phone) -> None:
    """The code says roubles, the provider takes dollars: the person says how much."""
    code = emv_codes.encode(
        {"26.00": "ru.wallet.example", "26.01": "7", "53": "643", "54": "450", "59": "GAME",
         "62.06": "ann_2026"}
    )  # fmt: skip

    await buyer.say(code)

    assert "Amount: <b>RUB 450.00</b>" in buyer.text
    assert "$450" not in buyer.text


async def test_bill_for_somebody_unknown(buyer: Phone) -> None:
    """For whom it is, and that nothing was paid; and who is called like that."""
    await buyer.send_photo(picture(bill(PersonalAcc="5" * 20, Name="ООО «River Water»")))

    assert "The code says: <b>ООО «River Water»</b>" in buyer.text
    assert "Bank: ПАО БАНК" in buyer.text
    assert "For: Вода за ноябрь" in buyer.text
    assert "no such payee yet" in buyer.text
    assert any("River Water" in each for each in buyer.labels())


async def test_bill_of_nobody_at_all(buyer: Phone) -> None:
    """Without a name there is nothing to look for."""
    await buyer.say(emv_codes.encode({"53": "643"}))

    assert "no such payee yet" in buyer.text
    assert buyer.labels() == ["🏠 Home"] or len(buyer.labels()) == 1


async def test_one_of_several_codes_is_chosen(buyer: Phone, outside: Outside) -> None:
    """By its button; an advertisement beside them is passed over."""
    issued = await outside.invoice(None)
    await buyer.send_photo(
        picture(bill(), link(issued.id), b"https://example.com", bill(PersonalAcc="5" * 20))
    )
    assert "Which one is to be paid?" in buyer.text
    assert len(buyer.labels()) == 4

    await buyer.press("River Water")

    assert "River Water" in buyer.text
    assert "007712" in buyer.text


async def test_code_is_chosen_by_its_number(buyer: Phone, outside: Outside) -> None:
    """A number that is none is asked for again."""
    issued = await outside.invoice(None)
    await buyer.send_photo(picture(link(issued.id), bill()))
    await buyer.say("7")
    assert "no number from the list" in buyer.text
    assert "Which one" in buyer.text

    await buyer.say("1")

    assert "Invoice from Corner Shop" in buyer.text


async def test_two_services_of_one_payee(buyer: Phone, services: Services) -> None:
    """One code, and the person says which of the company's services it is for."""
    sewer = replace(WATER, id="sewer", names={"en": "Sewer", "ru": "Канализация"})
    await stock(services, WATER, sewer)

    await buyer.say(bill().decode())
    assert "1. River Water" in buyer.text
    await buyer.press("Sewer")

    assert "Sewer" in buyer.text
    assert "1,250.40" in buyer.text


async def test_list_of_an_earlier_picture_is_over(buyer: Phone, outside: Outside) -> None:
    """Its buttons never choose from the newer one, nor after the question."""
    issued = await outside.invoice(None)
    await buyer.send_photo(picture(link(issued.id), bill()))
    data, number = buyer.data_of("Invoice by link")
    await buyer.send_photo(picture(bill(), bill(PersonalAcc="5" * 20)))

    await buyer.press_data(data, number)
    assert "earlier picture" in buyer.alert
    await buyer.say("/balance")
    await buyer.say("/cancel")
    await buyer.press_data(data, number)

    assert "earlier picture" in buyer.alert


async def test_list_is_as_long_as_a_screen(buyer: Phone, services: Services) -> None:
    """And what is kept of it fits into a conversation."""
    services_of_one = [replace(WATER, id=f"water{number}") for number in range(OPTIONS_MAX + 3)]
    await stock(services, *services_of_one)
    await buyer.say(bill().decode())
    assert len(buyer.labels()) == OPTIONS_MAX + 1

    long = [bill(PersonalAcc=f"{number}" * 20, ChildFio="x" * 1900) for number in (5, 6, 7, 8)]
    assert sum(map(len, long)) > KEPT_LENGTH_MAX
    await buyer.send_photo(picture(*long))

    assert "2. " in buyer.text
    assert "3. " not in buyer.text


async def test_no_code_on_the_picture(buyer: Phone) -> None:
    """How to take a better one."""
    blank = io.BytesIO()
    Image.new("L", (300, 200), 180).save(blank, "JPEG")

    await buyer.send_photo(blank.getvalue())

    assert "no payment code" in buyer.text
    assert "straight above" in buyer.text


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (b"https://example.com/pay", "a web address and no bill"),
        (b"+79161234567", "a phone number"),
        (b"hello", "no bill in it"),
        (link("0" * 32).replace(b"purser", b"other"), "another wallet (@other_bot)"),
        (link("0" * 32), "There is no invoice"),
        (bill().replace(b"125040", b"1250.4"), "“Sum” in this code is not as it should be"),
    ],
)
async def test_codes_that_are_refused(buyer: Phone, code: bytes, said: str) -> None:
    """Each says what it is instead."""
    await buyer.send_photo(picture(code))

    assert said in buyer.text or "not for you" in buyer.text


async def test_the_refusal_of_a_bill_counts_more(buyer: Phone) -> None:
    """Beside an address, what is wrong with the bill is said."""
    await buyer.send_photo(picture(b"https://example.com", bill().replace(b"125040", b"x")))

    assert "“Sum”" in buyer.text


async def test_files_that_are_no_pictures(buyer: Phone) -> None:
    """A document of any kind is opened as a picture, and refused as none."""
    buyer.telegram.files["pdf"] = b"%PDF-1.7"
    document = Document(file_id="pdf", file_unique_id="u", mime_type="application/pdf")

    await buyer.feed(message=buyer.message(document=document))

    assert "JPEG, PNG or WEBP" in buyer.text


async def test_too_many_pictures(buyer: Phone) -> None:
    """The chat says when the next one is looked at."""
    for _ in range(PICTURES.burst):
        await buyer.send_photo(picture(b"hello"))

    await buyer.send_photo(picture(b"hello"))

    assert "in 11 seconds" in buyer.text or "in 10 seconds" in buyer.text


async def test_hostile_words_of_a_code_are_shown_as_words(buyer: Phone) -> None:
    """Whatever is printed there is escaped, and hides nothing."""
    name = "<b>Bank</b>\u202e & <a href='https://x'>Co</a>"

    await buyer.say(bill(Name=name, PersonalAcc="5" * 20).decode())

    assert "&lt;b&gt;Bank&lt;/b&gt; &amp; &lt;a" in buyer.text
    assert "\u202e" not in buyer.text
