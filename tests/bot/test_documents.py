"""Documents: every number is on them, in every script, whatever somebody is called."""

import asyncio
import io
import re
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from bot.code_reading import codes_in
from bot.documents import receipts, spending, statements
from bot.documents.documents import Documents, Format
from bot.documents.receipts import Line, ReceiptSheet, sheet_of
from bot.documents.typesetting import Typesetter
from bot.documents.writing import FAMILIES, FONTS, is_covered, piece, printable
from bot.texts import LOCALES, Texts, Words
from services.exchange import Conversion
from services.ledger import AccountId
from services.money import EUR, RUB, USD, Money
from services.receipt_facts import Detail, Issuer, Receipt
from services.signed_files import Finding, look
from services.spending import Part, Spending
from services.statements import Entry, Period, Statement, StatementTooLongError
from services.vault import Vault
from tests.conftest import MASTER

NOON = datetime(2026, 11, 24, 9, 40, 7, tzinfo=UTC)
ISSUER = Issuer("Lantern Wallet", "Europe/Moscow")
VAULT = Vault(MASTER)
LANGUAGES = ["en", "ru"]
ENGLISH = Texts().words_for("en")


def receipt(**fields: Any) -> Receipt:
    """Of a payment to a provider in dollars, paid in roubles: nothing is missing on it."""
    known: dict[str, Any] = {
        "code": "7K3MQ9ZD4T2XB",
        "holder": "h",
        "operation": "01a20cc88e8070009d0501747b65419e",
        "kind": "provider_payment",
        "subject": "provider_payment/01a20cc88e8070009d0501747b65419e",
        "issuer": ISSUER,
        "begun_at": NOON - timedelta(seconds=31),
        "done_at": NOON,
        "other": {"en": "Dragon Isles", "ru": "Острова драконов"},
        "moved": Money(-2819_12, RUB),
        "amount": Money(30_00, USD),
        "total": Money(30_90, USD),
        "phone": "+7916***4567",
        "commission": Money(90, USD),
        "conversion": Conversion(
            Money(2819_12, RUB), Money(30_90, USD), Money(14_02, RUB), "90.7805", USD, "cbr", NOON
        ),
        "details": (Detail({"en": "Login", "ru": "Логин"}, "my•••in"),),
        "payee": "A*** S.",
        "txn": "1795524007123456789",
        "provider_txn": "98231145",
    }
    return Receipt(**known | fields)


def statement(count: int = 3, **fields: Any) -> Statement:
    entries = [
        Entry(
            at=NOON + timedelta(hours=number),
            kind="payment",
            subject=f"payment/{number}",
            title="Lantern & Co.",
            note="A book",
            amount=Money(-100_00 if number else 9_000_00, RUB),
            balance=Money(9_000_00 - number * 100_00, RUB),
        )
        for number in range(count)
    ]
    known: dict[str, Any] = {
        "issuer": ISSUER,
        "phone": "+7916***4567",
        "account": AccountId("holder/h:main:RUB"),
        "period": Period(date(2026, 11, 1), date(2026, 11, 30)),
        "since": NOON - timedelta(days=24),
        "until": NOON + timedelta(days=6),
        "made_at": NOON + timedelta(days=1),
        "opening": Money(0, RUB),
        "entries": tuple(entries),
        "closing": entries[-1].balance if entries else Money(0, RUB),
    }
    return Statement(**known | fields)


def month(*parts: Part) -> Spending:
    days = [Money(0, RUB)] * 30
    days[3], days[23] = Money(800_00, RUB), Money(515_00, RUB)
    shown = parts or (
        Part("shops", {}, Money(800_00, RUB), 2),
        Part("games", {"en": "Games", "ru": "Игры"}, Money(515_00, RUB), 1),
    )
    return Spending(
        date(2026, 11, 1), Money(1_315_00, RUB), 3, shown, tuple(days), (Money(5_00, USD),), 24
    )


@pytest.fixture(scope="module")
def typesetter() -> Typesetter:
    return Typesetter()


@pytest.fixture
def documents() -> Documents:
    return Documents(vault=VAULT, address="https://wallet.example", wallet="Lantern Wallet")


def text_of(pdf: bytes) -> str:
    """What a reader can search for and copy; kinds of space are one."""
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    return " ".join("\n".join(pages).translate({0xA0: " ", 0x202F: " "}).split())


ON_PAPER = {
    "en": "Receipt|Dragon Isles|Login my•••in|A*** S.|$30.00|$0.90|$30.90|RUB 2,819.12"
    "|RUB 14.02|1 USD = 90.7805 RUB|Bank of Russia, Nov 24, 2026|RUB account"
    "|+7916***4567|Nov 24, 2026, 12:40:07 PM GMT+03:00|1795524007123456789|98231145"
    "|01a20cc88e8070009d0501747b65419e|7K3M-Q9ZD-4T2X-B|https://wallet.example/receipt",
    "ru": "Чек|Острова драконов|Логин my•••in|30,00 $|0,90 $|30,90 $|2 819,12 ₽|14,02 ₽"
    "|1 USD = 90,7805 RUB|Банк России|счёт RUB|24 нояб. 2026 г., 12:40:07 GMT+03:00",
}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_receipt_has_every_number(documents: Documents, texts: Texts, language: str) -> None:
    """In the reader's language: amounts, rate, numbers of both sides, time with its zone."""
    file = await documents.receipt(texts.words_for(language), receipt())

    text = text_of(file.content)
    assert file.name == "receipt-7K3MQ9ZD4T2XB.pdf"
    assert [fact for fact in ON_PAPER[language].split("|") if fact not in text] == []


@pytest.mark.parametrize(
    ("fields", "facts"),
    [
        ({"kind": "payment", "conversion": None, "purpose": "Tea"}, "Paid to|For Tea|Commission"),
        ({"commission": Money(0, USD)}, "Commission none"),
        ({"borne_by": "provider"}, "$0.90, borne by the payee"),
        ({"card": "4242"}, "card •• 4242"),
        (
            {"kind": "topup", "moved": Money(500_00, RUB), "amount": Money(500_00, RUB)},
            "Top-up|Terminal|Credited RUB 500.00|Came to|Number on the terminal's receipt",
        ),
        (
            {"kind": "refund", "moved": Money(5_00, USD), "purpose": "too large"},
            "Refund|Refunded by|Reason too large",
        ),
        (
            {"kind": "correction", "other": {}, "moved": Money(5_00, USD), "purpose": "gift"},
            "Correction|Reason gift",
        ),
        ({"kind": "exchange", "other": {}, "details": ()}, "Exchange|You gave|You got"),
    ],
)
async def test_receipt_says_what_it_is_of(
    documents: Documents, texts: Texts, fields: dict[str, Any], facts: str
) -> None:
    """Each kind of operation in its own words."""
    file = await documents.receipt(texts.words_for("en"), receipt(**fields))

    text = text_of(file.content)
    assert [fact for fact in facts.split("|") if fact not in text] == []


async def test_code_on_paper_leads_to_the_page(typesetter: Typesetter, texts: Texts) -> None:
    """A phone reads it at the size at which it is printed."""
    sheet = sheet_of(texts.words_for("en"), receipt(), "https://wallet.example/receipt")

    picture = await typesetter.png(receipts.TEMPLATE, receipts.shown(sheet))

    found = codes_in(picture, is_enough=bool, until=time.monotonic() + 10)
    assert found == [b"https://wallet.example/receipt/7K3MQ9ZD4T2XB"]


async def test_receipt_is_the_same_to_the_byte(texts: Texts) -> None:
    """However often and by whichever process it is made: so it can be compared."""
    words = texts.words_for("ru")

    made = [
        await Documents(vault=VAULT, address=None, wallet="W").receipt(words, receipt())
        for _ in range(2)
    ]

    assert made[0] == made[1]
    assert b"D:20261124094007Z" in made[0].content
    assert "оператор" in text_of(made[0].content)  # there is no page to send people to


async def test_receipt_changed_at_any_place_is_not_genuine(
    documents: Documents, texts: Texts
) -> None:
    """Every fiftieth byte, all of the signature's line, and each byte's loss or double."""
    file = (await documents.receipt(texts.words_for("en"), receipt())).content
    key, tail = VAULT.public_key(), len(file) - 200
    places = {*range(0, len(file), 50), *range(tail, len(file))}

    found = [
        place
        for place in places
        for forged in (
            file[:place] + bytes([file[place] ^ 1]) + file[place + 1 :],
            file[:place] + file[place + 1 :],
            file[:place] + file[place : place + 1] + file[place:],
        )
        if look(forged, key) is Finding.GENUINE
    ]

    assert look(file, key) is Finding.GENUINE
    assert found == []


ARABIC = ReceiptSheet(
    language="ar",
    wallet="محفظة Lantern",
    title="إيصال",
    state="تم التنفيذ",
    amount="1,250.50 د.إ.",
    other="جزر التنين",
    groups=((Line("المستفيد", "جزر التنين", is_strong=True), Line("المحفظة", "+7916***4567")),),
    code="7K3M-Q9ZD-4T2X-B",
    check=("تحقق على \u2068https://wallet.example/receipt\u2069",),
    date=(2026, 11, 24, 9, 40, 7),
)
SCRIPTS = {
    "ar": ARABIC,
    "hi": ReceiptSheet(
        language="hi",
        wallet="लालटेन वॉलेट",
        title="रसीद",
        state="पूर्ण",
        amount="₹1,25,000.50",
        other="ड्रैगन द्वीप श्री क्षेत्र",
        groups=((Line("प्राप्तकर्ता", "ड्रैगन द्वीप"), Line("संख्या", "17955240")),),
        code="7K3M-Q9ZD-4T2X-B",
        check=("कोई भी जाँच कर सकता है",),
        date=ARABIC.date,
    ),
    "gu": ReceiptSheet(
        language="gu",
        wallet="ફાનસ વૉલેટ",
        title="રસીદ",
        state="પૂર્ણ",
        amount="₹1,25,000.50",
        other="ડ્રેગન ટાપુઓ",
        groups=((Line("પ્રાપ્તકર્તા", "ડ્રેગન ટાપુઓ"), Line("નંબર", "17955240")),),
        code="7K3M-Q9ZD-4T2X-B",
        check=("કોઈપણ ચકાસી શકે છે",),
        date=ARABIC.date,
    ),
}


@pytest.mark.parametrize("language", SCRIPTS)
async def test_layout_holds_every_script(typesetter: Typesetter, language: str) -> None:
    """Numbers stay whole beside letters of any script; nothing is left out as unknown."""
    sheet = SCRIPTS[language]
    shown = receipts.shown(sheet)
    pdf = await receipts.render(typesetter, sheet)

    text = text_of(pdf)
    assert shown["rtl"] is (language == "ar")
    assert "\ufffd" not in str(shown)
    for number in ("7K3M-Q9ZD-4T2X-B", "+7916***4567" if language == "ar" else "17955240"):
        assert number in text
    fonts = {
        str(font["/BaseFont"]).partition("+")[2]
        for page in PdfReader(io.BytesIO(pdf)).pages
        for font in (each.get_object() for each in page["/Resources"]["/Font"].values())  # type: ignore[index]
    }
    script = {"ar": "Arabic", "hi": "Devanagari", "gu": "Gujarati"}[language]
    assert f"NotoSans{script}-Regular" in fonts


@pytest.mark.parametrize(
    ("name", "shown", "rtl"),
    [
        ("Coffee ☕️ & Co. 🇷🇺", "Coffee & Co.", False),
        ("\u202eevil\u202c\u200f shop", "evil shop", False),
        ("ab\u0000c\nd\u2028e", "ab c d e", False),
        ("李 Shop", "\ufffd Shop", False),
        ("RUB → USD", "RUB – USD", False),
        ("جزر 12", "جزر 12", True),
        ("\u200f12 د.إ.", "12 د.إ.", True),
        ("12,50", "12,50", False),
        ("2\u00a0819,12\u00a0₽", "2\u00a0819,12\u00a0₽", False),
        ("👨‍👩‍👧", "", False),
        ("e\u0301", "é", False),
    ],
)
def test_names_are_shown_as_far_as_they_can_be(name: str, shown: str, rtl: bool) -> None:  # noqa: FBT001
    """Marks that turn a line are gone, decoration is left out, unknown letters are marked."""
    assert piece(name) == {"text": shown, "rtl": rtl}


@settings(max_examples=25, deadline=None)
@given(name=st.text(max_size=60), purpose=st.text(max_size=255))
def test_no_name_breaks_a_receipt(name: str, purpose: str) -> None:
    """Whatever a merchant is called, and whatever it writes: it is text and never markup."""
    sheet = sheet_of(ENGLISH, receipt(other={"en": name}, purpose=purpose), None)

    pdf = asyncio.run(receipts.render(Typesetter(), sheet))

    assert pdf.startswith(b"%PDF-")
    assert all(is_covered(char) for char in printable(name))


async def test_markup_in_a_name_stays_text(documents: Documents, texts: Texts) -> None:
    """Also what is markup to the typesetter itself."""
    name = '#read("/etc/passwd") $x^2$ *b* <i> \\ @x "#panic()'

    file = await documents.receipt(texts.words_for("en"), receipt(other={"en": name}))

    assert name in text_of(file.content)


@pytest.mark.parametrize("language", LANGUAGES)
def test_fonts_cover_every_sentence_of_ours(language: str) -> None:
    """A letter without a glyph would be missing without a word."""
    for name in ("receipts", "statements", "history", "exchange"):
        text = (LOCALES / language / f"{name}.ftl").read_text("utf-8")
        shown = re.sub(r"(?m)^(###? .*|button-.*|history-.*| .*[⏳✖].*)$", "", text)
        assert {char for char in shown if "\ufffd" in printable(char)} == set()


def test_fonts_are_those_that_the_list_describes() -> None:
    """Regular and bold of each family have all that `covered.txt` promises."""
    cuts: dict[str, set[int]] = {}
    families = set()
    for path in sorted(FONTS.glob("*.ttf")):
        font = TTFont(path)
        cuts.setdefault(path.stem.rpartition("-")[2], set()).update(font.getBestCmap())
        families.add(font["name"].getDebugName(1))
        font.close()

    assert families == set(FAMILIES)
    assert set(cuts) == {"Regular", "Bold"}
    everywhere = cuts["Regular"] & cuts["Bold"]
    assert all(is_covered(chr(point)) == (point in everywhere) for point in range(0x10000))
    assert sum(path.stat().st_size for path in FONTS.glob("*.ttf")) < 1_200_000
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text("utf-8")


@pytest.mark.parametrize("template", ["receipt.typ", "statement.typ", "spending.typ", "page.typ"])
def test_templates_take_text_as_data(template: str) -> None:
    """Nothing is evaluated, and nothing is fetched."""
    source = (Path(receipts.__file__).parent / template).read_text("utf-8")

    assert "eval(" not in source
    assert "@preview" not in source


async def test_statement_as_pages(documents: Documents, texts: Texts) -> None:
    """Both balances, every line, and the days that it is of."""
    file = await documents.statement(texts.words_for("en"), statement(60), Format.PDF)

    text = text_of(file.content)
    assert file.name == "statement-RUB-20261101-20261130.pdf"
    for fact in (
        "Opening balance RUB 0.00",
        "Came in RUB 9,000.00",
        "Went out RUB 5,900.00",
        "Closing balance RUB 3,100.00",
        "Nov 1, 2026 – Nov 30, 2026",
        "the period is not over yet",
        "Lantern & Co.",
        "1 / 3",
        "3 / 3",
    ):
        assert fact in re.sub("[\u2068\u2069]", "", text)


async def test_statement_without_entries(documents: Documents, texts: Texts) -> None:
    """It says so, and still has its balances."""
    empty = statement(0, made_at=NOON + timedelta(days=9))
    file = await documents.statement(texts.words_for("ru"), empty, Format.PDF)

    text = text_of(file.content)
    assert "ничего не произошло" in text
    assert "ещё не закончился" not in text


async def test_statement_too_long_for_paper(documents: Documents, texts: Texts) -> None:
    """As a table for a spreadsheet it still comes."""
    many, words = statement(3001), texts.words_for("en")

    with pytest.raises(StatementTooLongError):
        await documents.statement(words, many, Format.PDF)
    file = await documents.statement(words, many, Format.CSV)
    assert file.content.count(b"\r\n") == 3001 + 3


def test_spreadsheet_calculates_nothing() -> None:
    """A shop that calls itself a formula is a name; amounts are numbers."""
    entry = statement().entries[0]
    evil = Entry(entry.at, "payment", "payment/1", '=HYPERLINK("x","y")', "@a", *_moved(-1))

    lines = statements.as_csv(statement(0, entries=(evil,))).decode("utf-8-sig").split("\r\n")

    assert lines[0].startswith("time,kind,subject")
    assert lines[2].endswith(',"\'=HYPERLINK(""x"",""y"")",\'@a,,0.01,8.00,RUB')
    assert lines[-1] == ""


def _moved(minor: int) -> tuple[Money, Money]:
    return Money(minor, RUB), Money(8_00, RUB)


def test_json_has_all_facts() -> None:
    """Whole minor units and UTC, as our API writes them."""
    facts = statements.as_json(statement()).decode()

    assert '"closing_minor": 880000' in facts
    assert '"at": "2026-11-24T09:40:07.000Z"' in facts
    assert '"account": "holder/h:main:RUB"' in facts


@pytest.mark.parametrize("language", LANGUAGES)
async def test_picture_of_a_month(documents: Documents, texts: Texts, language: str) -> None:
    """A picture that Telegram shows: not too large, not too long."""
    file = await documents.spending(texts.words_for(language), month())

    width, height = (int.from_bytes(file.content[at : at + 4], "big") for at in (16, 20))
    assert file.name == "spending-2026-11.png"
    assert file.content.startswith(b"\x89PNG\r\n")
    assert width == 1080
    assert 600 < height < 2000
    assert len(file.content) < 300_000


async def test_picture_in_the_words_of_its_reader(typesetter: Typesetter, texts: Texts) -> None:
    """The catalogue's names, our own for the rest, days and amounts."""
    shown = spending.shown(texts.words_for("ru"), month(), "W")
    pdf = await typesetter.pdf("spending.typ", shown)

    text = text_of(pdf)
    for fact in ("ноябрь 2026", "1 315,00 ₽", "Магазины", "Игры", "61%", "39%", "и 5,00 $"):
        assert fact in re.sub("[\u2068\u2069]", "", text)


async def test_picture_from_right_to_left(typesetter: Typesetter, texts: Texts) -> None:
    """The same layout, mirrored."""
    words = texts.words_for("en")
    part = Part("home", {"en": "مرافق"}, Money(1_315_00, RUB), 1)
    shown = spending.shown(words, month(part), "محفظة") | {"language": "ar", "rtl": True}

    assert (await typesetter.png("spending.typ", shown)).startswith(b"\x89PNG")


@given(st.integers(1, 10**15))
def test_scale_has_few_lines_and_holds_the_largest(largest: int) -> None:
    """At most four above zero, and none far above what is there."""
    step, top = spending.scale(largest)

    assert top >= largest
    assert top - largest < step
    assert top % step == 0
    assert top // step <= 4


@given(st.integers(1, 10**9), st.integers(0, 10**9))
def test_shares_are_never_nothing_and_never_more_than_all(part: int, rest: int) -> None:
    """A hundredth of a percent is still something."""
    said = spending.share(Money(part, EUR), Money(part + rest, EUR))

    assert said == "<1%" or 1 <= int(said.rstrip("%")) <= 100


def test_words_are_checked(texts: Texts) -> None:
    """Every sentence that the documents name is there."""
    for language in LANGUAGES:
        words: Words = texts.words_for(language)
        for kind in ("payment", "provider-payment", "exchange", "topup", "refund", "correction"):
            assert words.has(f"kind-{kind}")
