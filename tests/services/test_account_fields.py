"""Account fields: what people type in their way becomes the one form that is kept."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.account_fields import AccountFieldError, Field, Keep, national_number
from services.check_digits import CHECKS
from tests.catalogue import LIGHT, PHONE

LABELS = {"en": "Number", "ru": "Номер"}


def kept(keep: Keep, typed: str, **more: str) -> str:
    return Field("number", LABELS, keep=keep, **more).read(typed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("keep", "typed", "value"),
    [
        (Keep.TEXT, "  Ann   Smith ", "Ann Smith"),
        (Keep.COMPACT, " ann smith ", "annsmith"),
        (Keep.DIGITS, "1234 5678-90", "1234567890"),
        (Keep.DIGITS, "(12)34.56/7", "1234567"),
        (Keep.DIGITS, "١٢٣٤٥", "12345"),
        (Keep.DIGITS, "१२३४५", "12345"),
        (Keep.DIGITS, "૧૨૩૪૫", "12345"),
        (Keep.DIGITS, "12345", "12345"),
        (Keep.UPPER, "ab-12 cd", "AB12CD"),
        (Keep.LATIN, "а123вс 77", "A123BC77"),
        (Keep.CYRILLIC, "a123bc 77", "А123ВС77"),
        (Keep.PHONE, "+7 (916) 123-45-67", "9161234567"),
        (Keep.PHONE, "8 916 123 45 67", "9161234567"),
        (Keep.PHONE, "79161234567", "9161234567"),
        (Keep.PHONE, "916 123-45-67", "9161234567"),
        (Keep.METER, "00 123,450", "123.45"),
        (Keep.METER, "7", "7"),
        (Keep.METER, "000", "0"),
        (Keep.METER, "12.", "12"),
        (Keep.DATE, "24.11.2026", "2026-11-24"),
        (Keep.DATE, "1/2/2026", "2026-02-01"),
        (Keep.DATE, "2026-11-24", "2026-11-24"),
        (Keep.DATE, "२४.११.२०२६", "2026-11-24"),
    ],
)
def test_what_is_kept_of_what_was_typed(keep: Keep, typed: str, value: str) -> None:
    assert kept(keep, typed) == value


@pytest.mark.parametrize(
    ("keep", "typed"),
    [
        (Keep.DIGITS, "12a4"),
        (Keep.DIGITS, "½"),
        (Keep.PHONE, "123"),
        (Keep.PHONE, "+19161234567"),
        (Keep.METER, "-5"),
        (Keep.METER, "1.2345"),
        (Keep.METER, "1234567890"),
        (Keep.METER, "1.2.3"),
        (Keep.DATE, "31.02.2026"),
        (Keep.DATE, "tomorrow"),
        (Keep.DATE, "24.11.26"),
        (Keep.TEXT, ""),
        (Keep.TEXT, "   "),
        (Keep.TEXT, "x" * 65),
        (Keep.TEXT, "a\u202eb"),
        (Keep.TEXT, "a\u200bb"),
    ],
)
def test_what_is_no_value_is_refused(keep: Keep, typed: str) -> None:
    with pytest.raises(AccountFieldError) as refused:
        kept(keep, typed)

    assert refused.value.values == {"name": "number", "field": LABELS, "hint": {}}


def test_pattern_holds_for_the_whole_kept_form() -> None:
    """Spaces that people put in are no matter to it, and a part is not enough."""
    field = Field("account", LABELS, keep=Keep.DIGITS, pattern="4[0-9]{3}")

    assert field.read("41 23") == "4123"
    for typed in ("41234", "5123", "412"):
        with pytest.raises(AccountFieldError):
            field.read(typed)


def test_lengths_are_of_the_kept_form() -> None:
    field = Field("account", LABELS, keep=Keep.DIGITS, minimum_length=4, maximum_length=5)

    assert [field.read(typed) for typed in ("1 2 3 4", "12345")] == ["1234", "12345"]
    for typed in ("1 2 3", "123456"):
        with pytest.raises(AccountFieldError):
            field.read(typed)


def test_optional_field_may_be_empty_and_is_read_otherwise() -> None:
    field = Field("night", LABELS, keep=Keep.METER, is_optional=True)

    assert field.read("  ") == ""
    assert field.read("5,0") == "5"
    with pytest.raises(AccountFieldError):
        field.read("five")


def test_mask_shows_what_fits_it() -> None:
    assert PHONE.shown("9161234567") == "+7 916 123-45-67"
    assert PHONE.shown("916") == "916"
    assert Field("login", LABELS).shown("ann") == "ann"


def test_label_and_hint_in_the_persons_language() -> None:
    field = Field("account", LABELS, {"ru": "Из квитанции"})

    assert (field.label("ru"), field.label("tr")) == ("Номер", "Number")
    assert (field.hint("ru"), field.hint("en")) == ("Из квитанции", "Из квитанции")
    assert Field("x", {"ru": "Счёт"}).hint("en") == ""


def test_provider_reads_all_its_fields_and_drops_others() -> None:
    read = LIGHT.read_fields({"account": "12345 67890", "day": "100,5", "other": "x"})

    assert read == {"account": "1234567890", "day": "100.5", "night": ""}


@pytest.mark.parametrize(
    ("check", "good"),
    [
        ("luhn", "4111111111111111"),
        ("luhn", "490154203237518"),
        ("inn", "7707083893"),
        ("inn", "500100732259"),
        ("snils", "11223344595"),
        ("snils", "08765430200"),
        ("snils", "00100199800"),
        ("mod97", "GB82WEST12345698765432"),
        ("mod97", "DE89370400440532013000"),
        ("uin", "18810123456789012345"),
        ("uin", "1234567890123456789012346"),
    ],
)
def test_check_digits(check: str, good: str) -> None:
    assert CHECKS[check](good)
    assert Field("number", LABELS, check=check).read(good) == good


@pytest.mark.parametrize("length", [20, 25])
@given(data=st.data())
def test_every_bill_of_the_state_has_one_right_last_digit(
    length: int, data: st.DataObject
) -> None:
    start = data.draw(st.text("0123456789", min_size=length - 1, max_size=length - 1))

    assert sum(CHECKS["uin"](start + last) for last in "0123456789") == 1


@pytest.mark.parametrize("check", ["luhn", "inn", "snils", "mod97"])
@given(data=st.data())
def test_one_wrong_digit_is_found(check: str, data: st.DataObject) -> None:
    """That is what check digits are for; `uin` and `inn` miss a few, where 10 counts as 0."""
    good = {"luhn": "4111111111111111", "inn": "7707083893", "snils": "11223344595"}
    number = good.get(check, "DE89370400440532013000")
    place = data.draw(st.integers(4, len(number) - 1))
    digit = data.draw(st.sampled_from([each for each in "0123456789" if each != number[place]]))

    assert not CHECKS[check](number[:place] + digit + number[place + 1 :])


@pytest.mark.parametrize("check", CHECKS)
@given(st.text(max_size=30))
def test_any_text_passes_a_check_or_does_not(check: str, text: str) -> None:
    CHECKS[check](text)


@pytest.mark.parametrize("keep", Keep)
@given(st.text(max_size=40))
@example("\u0421\u0327")  # a Cyrillic letter that a Latin accent can join
@example("a\u00a8")
def test_what_is_kept_is_read_as_itself_again(keep: Keep, text: str) -> None:
    """A saved account is the same account when it is used."""
    field = Field("number", LABELS, keep=keep)
    try:
        value = field.read(text)
    except AccountFieldError:
        return

    assert field.read(value) == value


@given(st.text(max_size=300))
def test_any_text_is_a_phone_number_or_none(text: str) -> None:
    number = national_number(text)

    assert number is None or (len(number) == 10 and number.isdigit())
