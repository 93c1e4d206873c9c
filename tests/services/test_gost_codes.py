"""Codes of GOST R 56042: what is read of a bill, and what is refused rather than guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services import gost_codes
from services.money import RUB, Money
from services.payment_code_errors import PaymentCodeError
from services.payment_codes import Bill
from tests.codes import LIGHT, bill, gost, refusal


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
