"""Merchant codes of EMVCo: every element kept, every digit checked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services import emv_codes
from services.currency_numbers import CURRENCY_CODES
from services.money import CURRENCIES, RUB, USD, Money
from services.payment_code_errors import PaymentCodeError
from tests.codes import SHOP, bill, refusal, signed

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
        max_size=7,  # so that one template holds them
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
