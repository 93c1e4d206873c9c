"""Payment codes: what they say, what is refused, and that nothing a stranger prints breaks us."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services import emv_codes, gost_codes
from services.currency_numbers import CURRENCY_CODES
from services.money import CURRENCIES, RUB, USD, Money
from services.payment_code_errors import PaymentCodeError
from services.payment_codes import Bill, InvoiceLink, Wanted, is_code, read

INVOICE = "0123456789abcdef0123456789abcdef"
LIGHT = {
    "Name": "АО «Горсвет»",
    "PersonalAcc": "40702810900000012345",
    "BankName": "ПАО БАНК",
    "BIC": "044525225",
    "CorrespAcc": "30101810400000000225",
    "Sum": "123450",
    "Purpose": "За свет; ноябрь 2026, л/с=77",
    "PayeeINN": "7701234567",
    "PersAcc": "00771234",
}
SHOP = (
    "00020101021226360017ru.wallet.example01117900123456752045411530364354071234.50"
    "5802RU5907SHOP N16006MOSCOW62080104INV763045A08"
)
SHOP_ELEMENTS = {
    "01": "12",
    "26.00": "ru.wallet.example",
    "26.01": "79001234567",
    "52": "5411",
    "53": "643",
    "54": "1234.50",
    "58": "RU",
    "59": "SHOP N1",
    "60": "MOSCOW",
    "62.01": "INV7",
}


def said(data: bytes | str) -> Wanted:
    return read(data, bot_username="purser_bot")


def bill(data: bytes | str) -> Bill:
    wanted = said(data)
    assert isinstance(wanted, Bill)
    return wanted


def refusal(data: bytes | str) -> tuple[str, object]:
    with pytest.raises(PaymentCodeError) as caught:
        said(data)
    return caught.value.why, caught.value.values["field"]


def gost(**changed: str) -> str:
    fields = LIGHT | changed
    return "|".join(["ST00012", *(f"{name}={value}" for name, value in fields.items())])


# GOST R 56042


@pytest.mark.parametrize("charset", ["1", "2", "3"])
def test_bill_is_read_in_each_charset(charset: str) -> None:
    """The header says which; the sum is in kopecks; a value may hold `=`."""
    plain = {**LIGHT, "Name": "АО Горсвет", "Purpose": "За свет, л/с=77"}

    read_bill = bill(gost_codes.encode(plain, charset=charset))

    assert read_bill == Bill(
        "gost",
        "АО Горсвет",
        bank="ПАО БАНК",
        purpose="За свет, л/с=77",
        amount=Money(123450, RUB),
        inn="7701234567",
        account="40702810900000012345",
        bic="044525225",
        fields=plain,
    )


def test_bytes_in_windows_charset_are_what_the_standard_prints() -> None:
    """Not only our own writer's: these bytes are written out."""
    data = (
        b"ST00011|Name=\xce\xce\xce|PersonalAcc=40702810900000012345|BankName=\xc1|"
        b"BIC=044525225|CorrespAcc=30101810400000000225|"
    )

    assert (bill(data).payee, bill(data).bank, bill(data).amount) == ("ООО", "Б", None)


def test_separator_is_whatever_follows_the_header() -> None:
    """So a value may hold a bar where another character separates."""
    text = gost(Purpose="a|b").replace("|", "~").replace("a~b", "a|b")

    assert bill(text).purpose == "a|b"
    assert bill(gost_codes.encode(LIGHT | {"Purpose": "a|b"}, separator="^")).purpose == "a|b"


@pytest.mark.parametrize("separator", ["N", "=", " ", "7"])
def test_separators_that_occur_in_names_are_none(separator: str) -> None:
    """With them nothing could be told apart."""
    assert refusal(gost().replace("|", separator)) == ("header", "")


def test_names_are_known_however_they_are_spelt() -> None:
    """Programs of utilities write `persAcc`, and CBC with Cyrillic letters."""
    read_bill = bill(gost() + "|persacc=00771234|СВС=18210102010011000110|Новое=1")

    assert read_bill.fields["PersAcc"] == "00771234"
    assert read_bill.fields["CBC"] == "18210102010011000110"
    assert read_bill.fields["Новое"] == "1"
    assert "persacc" not in read_bill.fields


def test_two_sums_are_no_sum() -> None:
    """A second field of the same name must say the same."""
    assert bill(gost() + "|Sum=123450").amount == Money(123450, RUB)
    assert refusal(gost() + "|sum=1") == ("doubled", "Sum")


@pytest.mark.parametrize("name", ["Name", "PersonalAcc", "BankName", "BIC", "CorrespAcc"])
def test_required_fields(name: str) -> None:
    """Without them it is not known whom to pay."""
    assert refusal(gost().replace(f"|{name}=", "|X=", 1)) == ("missing", name)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PersonalAcc", "4070281090000001234"),
        ("PersonalAcc", "4070281090000001234O"),
        ("PersonalAcc", "٤٠٧٠٢٨١٠٩٠٠٠٠٠٠١٢٣٤٥"),
        ("BIC", "04452522"),
        ("CorrespAcc", "3010181040000000022"),
        ("PayeeINN", "77012345678"),
        ("Sum", "1234.50"),
        ("Sum", "-5"),
        ("Sum", "1" * 19),
    ],
)
def test_fields_that_decide_have_their_form(name: str, value: str) -> None:
    """Whom and how much is exact or refused; nothing is guessed."""
    assert refusal(gost(**{name: value})) == ("field", name)


def test_field_that_was_cut_by_its_own_separator() -> None:
    """What follows has no `=`: the purpose would be lost without a word."""
    assert refusal(gost(Purpose="Apples|pears")) == ("field", "pears")
    assert refusal(gost() + "|=5") == ("field", "")


def test_sums_of_nothing_and_of_too_much() -> None:
    """Nought means that the payer says how much."""
    assert bill(gost(Sum="0")).amount is None
    assert bill(gost(Sum="")).amount is None
    assert bill(gost(Sum="1" + "0" * 15)).amount == Money(10**15, RUB)
    assert refusal(gost(Sum="9" * 18)) == ("sum", "")


def test_treasury_has_no_correspondent_account_and_a_long_name() -> None:
    """Real fines are printed so, whatever the standard says of 45 characters."""
    bank = "ГУ БАНКА РОССИИ ПО ЦФО//УФК ПО Г. МОСКВЕ, г. Москва"

    assert bill(gost(CorrespAcc="0", BankName=bank)).bank == bank


@pytest.mark.parametrize("data", [b"ST00014|Name=x", b"ST0001", b"ST00012|\xff", b"ST00011|\x98"])
def test_charsets_that_are_none(data: bytes) -> None:
    """A wrong letter in a name is refused rather than shown."""
    assert refusal(data) == ("charset", "")


def test_control_characters_do_not_pass() -> None:
    """Not every database takes them, and a chat would show something else."""
    assert bill(gost(Purpose="a\0b\nc\ud800")).purpose == "a b c"
    assert bill("\ufeff" + gost() + "\r\n").amount == Money(123450, RUB)
    assert bill(b"\xef\xbb\xbf" + gost().encode()).payee == "АО «Горсвет»"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Name", "x" * 161),
        ("Purpose", "a|b"),
        ("Purpose", " a"),
        ("a=b", "c"),
        ("BIC", "1"),
    ],
)
def test_writing_keeps_to_the_standard(name: str, value: str) -> None:
    """Others' readers are stricter than ours."""
    with pytest.raises(PaymentCodeError) as caught:
        gost_codes.encode(LIGHT | {name: value})

    assert caught.value.values["field"] == name


def test_writing_what_does_not_fit() -> None:
    """Into the charset, or into the largest square."""
    for fields, charset, why in (
        (LIGHT | {"Name": "李"}, "1", "charset"),
        (LIGHT | {"ChildFio": "x" * 2953}, "2", "long"),
        (LIGHT | {f"x{number}": "1" for number in range(100)}, "2", "long"),
    ):
        with pytest.raises(PaymentCodeError) as caught:
            gost_codes.encode(fields, charset=charset)
        assert caught.value.why == why


WORD = st.text(
    st.characters(codec="cp1251", categories=("L", "N", "P", "S"), exclude_characters="|="),
    min_size=1,
    max_size=40,
)


@given(
    st.dictionaries(st.sampled_from(["Purpose", "PersAcc", "Contract", "LastName"]), WORD),
    st.integers(1, 10**15),
    st.sampled_from("12"),
)
def test_what_is_written_is_read(fields: dict[str, str], minor: int, charset: str) -> None:
    """In both charsets of living programs."""
    written = LIGHT | fields | {"Sum": str(minor)}

    read_bill = bill(gost_codes.encode(written, charset=charset))

    assert read_bill.fields == written
    assert read_bill.amount == Money(minor, RUB)


# EMVCo


def test_checksum_of_the_standard() -> None:
    """CRC-16/CCITT-FALSE, by its published check value."""
    assert emv_codes.checksum(b"123456789") == "29B1"


def test_shop_code_is_read() -> None:
    """The amount is decimal here: 1,234.50 roubles and not kopecks."""
    read_bill = bill(SHOP.encode())

    assert (read_bill.standard, read_bill.payee, read_bill.bank) == ("emv", "SHOP N1", "MOSCOW")
    assert read_bill.amount == Money(123450, RUB)
    assert read_bill.purpose == "INV7"
    assert read_bill.merchants == ("ru.wallet.example/79001234567",)
    assert read_bill.fields["BillNumber"] == read_bill.fields["62.01"] == "INV7"


def test_shop_code_is_written() -> None:
    """Letter for letter as others' programs write it."""
    assert emv_codes.encode(SHOP_ELEMENTS) == SHOP
    assert emv_codes.read(SHOP) == {"00": "01", **SHOP_ELEMENTS}


@pytest.mark.parametrize("place", range(6, len(SHOP)))
def test_one_wrong_character_is_noticed(place: int) -> None:
    """Wherever it is."""
    wrong = "8" if SHOP[place] != "8" else "3"

    assert refusal(SHOP[:place] + wrong + SHOP[place + 1 :])[0] == "checksum"


def signed(stated: str) -> str:
    data = f"{stated}6304".encode("utf-8", "surrogatepass")
    return f"{stated}6304{emv_codes.checksum(data)}"


@pytest.mark.parametrize(
    ("stated", "why"),
    [
        ("000201" + "5499", ("cut", "54")),
        ("000201" + "XX0", ("cut", "XX")),
        ("000201" + "26060004ab", ("cut", "00")),
        ("000201" + "5303643" + "5303840", ("doubled", "53")),
        ("000201" + "62080104INV7" + "62080104INV8", ("doubled", "62.01")),
        ("000201" + "6304ABCD", ("doubled", "63")),
        ("000201" + "5303643" + "54041,50", ("sum", "")),
        ("000201" + "5303643" + "54041e50", ("sum", "")),
        ("000201" + "5303643" + "54051.005", ("sum", "")),
        ("000201" + "5303392" + "54031.5", ("sum", "")),
        ("000201" + "54041.50", ("currency", "")),
        ("000201" + "5303999" + "54041.50", ("currency", "999")),
        ("000201" + "5303643" + "54041.50" + "550201" + "", ("fee", "")),
    ],
)
def test_shop_codes_that_are_wrong(stated: str, why: tuple[str, str]) -> None:
    """With a right checksum: the writer is wrong, and not the picture."""
    assert refusal(signed(stated)) == why


@pytest.mark.parametrize(
    ("elements", "amount"),
    [
        ({"53": "840", "54": "15"}, Money(1500, USD)),
        ({"53": "840", "54": "15."}, Money(1500, USD)),
        ({"53": "840", "54": "15.000"}, Money(1500, USD)),
        ({"53": "392", "54": "15"}, Money(15, CURRENCIES["JPY"])),
        ({"53": "414", "54": "1.125"}, Money(1125, CURRENCIES["KWD"])),
        ({"53": "643", "54": "0.00"}, None),
        ({"53": "643", "54": "***"}, None),
        ({}, None),
    ],
)
def test_amounts_of_shop_codes(elements: dict[str, str], amount: Money | None) -> None:
    """Digits as the currency has them; none where the payer says how much."""
    assert bill(emv_codes.encode({**elements, "59": "SHOP"})).amount == amount


def test_names_counted_in_bytes() -> None:
    """The specification counts characters; some writers do not, and both are met with."""
    counted = signed("000201" + "5904Кофе" + "6006МОСКВА")
    in_bytes = signed("000201" + "5908Кофе" + "6012МОСКВА")

    assert bill(counted).payee == bill(in_bytes).payee == "Кофе"
    assert refusal(signed("000201" + "5903Кофе"))[0] == "cut"
    assert refusal(signed("000201" + "5907Кофе"))[0] == "cut"
    assert refusal(signed("000201" + "5903\ud800"))[0] == "cut"


@pytest.mark.parametrize(
    ("elements", "field"),
    [({"5": "x"}, "5"), ({"26": "x"}, "26"), ({"54.01": "1"}, "54.01"), ({"59": "x" * 100}, "59")],
)
def test_elements_that_cannot_be_written(elements: dict[str, str], field: str) -> None:
    """Paths of the specification, and 1 to 99 characters."""
    with pytest.raises(PaymentCodeError) as caught:
        emv_codes.encode(elements)

    assert caught.value.values["field"] == field


def test_a_shop_code_has_its_size() -> None:
    """A longer text is none, whatever it begins with."""
    assert refusal("000201" + "5" * 2000) == ("long", "")


@given(
    st.dictionaries(
        st.from_regex(r"(26|62|80)\.[0-4][0-9]|5[2389]", fullmatch=True),
        st.text(st.characters(categories=("L", "N", "P")), min_size=1, max_size=9),
    )
)
def test_elements_that_are_written_are_read(elements: dict[str, str]) -> None:
    """Also those nobody knows."""
    text = emv_codes.encode(elements)

    assert emv_codes.read(text) == {"00": "01", **elements}


def test_currencies_have_their_numbers() -> None:
    """Every currency that the wallet may hold is known by number."""
    assert set(CURRENCIES) <= set(CURRENCY_CODES.values())
    assert all(len(number) == 3 and number.isdigit() for number in CURRENCY_CODES)
    assert (CURRENCY_CODES["643"], CURRENCY_CODES["840"]) == ("RUB", "USD")


# Links, and what is no payment


@pytest.mark.parametrize(
    "link",
    [
        f"https://t.me/purser_bot?start=bill_{INVOICE}",
        f"http://T.me/Purser_Bot/?start=bill_{INVOICE}",
        f"t.me/purser_bot?start=bill_{INVOICE}&x=1#top",
        f"https://telegram.me/purser_bot?start=bill_{INVOICE}",
        f"tg://resolve?domain=purser_bot&start=bill_{INVOICE}",
    ],
)
def test_own_links(link: str) -> None:
    """However the shop wrote it."""
    assert said(link.encode()) == InvoiceLink(INVOICE)
    assert is_code(f"  {link}")


def test_links_of_another_bot() -> None:
    """Its invoice is not in this wallet, and the sentence says so."""
    link = f"https://t.me/other_bot?start=bill_{INVOICE}"

    assert refusal(link) == ("other_bot", "other_bot")
    assert read(link, bot_username="") == InvoiceLink(INVOICE)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ("https://example.com/pay?sum=5", "url"),
        ("www.example.com", "url"),
        ("https://t.me/purser_bot?start=cheque_5", "url"),
        (f"https://t.me/purser_bot?start=bill_{INVOICE}5", "url"),
        ("tg://resolve?domain=purser_bot", "url"),
        ("+7 (916) 123-45-67", "phone"),
        ("tel:+79161234567", "phone"),
        ("smsto:+79161234567:hello", "phone"),
        ("WIFI:S:home;P:secret;;", "text"),
        ("", "text"),
        ("\0\ud800", "text"),
        ("x" * 2954, "long"),
    ],
)
def test_codes_that_ask_for_no_payment(data: str, why: str) -> None:
    """Said as what they are; an address in them is never opened."""
    assert refusal(data) == (why, "")


def test_pasted_codes_are_told_from_words() -> None:
    """The chat takes these as codes, and all else as before."""
    assert is_code(gost())
    assert is_code("ST0001 garbled")
    assert is_code(SHOP)
    assert not is_code("Stop")
    assert not is_code("https://example.com/?start=bill_")
    assert not is_code("https://t.me/somebody")


def is_answered(data: bytes | str) -> bool:
    """An answer or a refusal; any other error is a failure."""
    try:
        return bool(said(data))
    except PaymentCodeError as refused:
        return bool(refused.why)


@given(st.binary(max_size=300) | st.binary(max_size=60).map(lambda tail: b"ST00012|" + tail))
def test_any_bytes_are_an_answer_or_a_refusal(data: bytes) -> None:
    """Whatever is printed on a wall."""
    assert is_answered(data)


WORDS = (
    "ST0001 2 | Name= PersonalAcc= Sum= BIC= 000201 6304 26 00 54 https://t.me/ purser_bot"
    f" ?start=bill_ {INVOICE} = é"
).split()
PIECES = st.lists(
    st.sampled_from([*WORDS, "\0", "\ud800"]) | st.text(string.printable, max_size=5)
)


@given(PIECES.map("".join))
def test_any_text_is_an_answer_or_a_refusal(text: str) -> None:
    """Pieces of real codes in any order, typed into the chat; some with a right checksum."""
    assert is_answered(text)
    assert is_answered(signed("000201" + text))
