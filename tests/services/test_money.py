"""Amounts: any text is one or a refusal, and nothing is rounded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.errors import InvalidRequestError
from services.money import (
    AMOUNT_MINOR_MAX,
    CURRENCIES,
    RUB,
    USD,
    Currency,
    CurrencyUnknownError,
    Money,
    currency,
    parse_amount,
    plain,
    positive,
)

JPY, KWD = currency("JPY"), currency("KWD")
CURRENCY = st.sampled_from(sorted(CURRENCIES.values(), key=lambda each: each.code))


@given(text=st.text(), of=CURRENCY)
def test_any_text_is_an_amount_or_a_refusal(text: str, of: Currency) -> None:
    """Whatever is typed, pasted or sent: never a crash, never half an amount."""
    try:
        amount = parse_amount(text, of)
    except InvalidRequestError:
        return
    assert 0 < amount.minor <= AMOUNT_MINOR_MAX


@given(minor=st.integers(1, AMOUNT_MINOR_MAX), of=CURRENCY)
def test_what_is_written_is_read_back(minor: int, of: Currency) -> None:
    """Machines write amounts with a point; not a minor unit is lost either way."""
    amount = Money(minor, of)

    assert parse_amount(plain(amount), of) == amount
    assert parse_amount(plain(amount).replace(".", ","), of) == amount


@pytest.mark.parametrize(
    ("text", "of", "minor"),
    [
        ("12", RUB, 12_00),
        ("12.5", RUB, 12_50),
        ("12,50", RUB, 12_50),
        ("1 250,00", RUB, 1250_00),
        ("1\u00a0250", RUB, 1250_00),
        ("12.500", RUB, 12_50),
        ("5", JPY, 5),
        ("0.001", KWD, 1),
    ],
)
def test_people_write_amounts_like_this(text: str, of: Currency, minor: int) -> None:
    """Each currency with its own number of digits."""
    assert parse_amount(text, of) == Money(minor, of)


REFUSED = (
    *("-1", "+1", "0", "0.00", "1e3", "1E3", "0x1F", "NaN", "inf", "1_000", ".5", "5."),
    *("1.2.3", "1,234,567", "١٢", "１２", "½", "1.001", "9999999999999999", "--", "1;2"),
    *("10000000000000.01", "", " ", "1\n2"),
)


@pytest.mark.parametrize("text", REFUSED)
def test_everything_else_is_refused(text: str) -> None:
    """Tricks that other parsers let through."""
    with pytest.raises(InvalidRequestError):
        parse_amount(text, RUB)


def test_currencies_do_not_mix() -> None:
    """A programming mistake here would make money of nothing."""
    with pytest.raises(TypeError):
        Money(1, RUB) + Money(1, USD)
    with pytest.raises(CurrencyUnknownError):
        currency("XXX")
    for minor in (0, -1, AMOUNT_MINOR_MAX + 1):
        with pytest.raises(InvalidRequestError):
            positive(minor, RUB)


def test_minor_units_are_those_of_the_standard() -> None:
    """Ten times too much or too little is what a wrong number of digits means."""
    digits = {code: each.exponent for code, each in CURRENCIES.items()}

    named = {code: digits[code] for code in ("JPY", "RUB", "EUR", "IQD", "KWD", "MGA", "CLF")}

    assert named == {"JPY": 0, "RUB": 2, "EUR": 2, "IQD": 3, "KWD": 3, "MGA": 2, "CLF": 4}
    assert set(digits.values()) == {0, 2, 3, 4}
    assert all(len(code) == 3 and code.isupper() for code in digits)
    assert len(digits) == 164
