"""Personal data: each field finds the mistakes that people make in typing it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.personal_data import (
    FIELDS,
    FOREIGN,
    RUSSIAN,
    PersonalData,
    PersonalDataError,
    read_field,
    shown_number,
)

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
IN_RUSSIA, ABROAD = {"document": RUSSIAN}, {"document": FOREIGN}
JANE = {
    "surname": "Doe",
    "given_name": "Jane",
    "patronymic": "",
    "birth_date": "1990-02-28",
    "document": RUSSIAN,
    "number": "4510123456",
    "address": "1 Test street, Testville",
}


@pytest.mark.parametrize(
    ("field", "typed", "known", "kept"),
    [
        ("surname", "  Римский-Корсаков ", {}, "Римский-Корсаков"),
        ("surname", "O'Hara", {}, "O'Hara"),
        ("surname", "де  ла   Крус", {}, "де ла Крус"),
        ("given_name", "अनिता", {}, "अनिता"),
        ("given_name", "محمد", {}, "محمد"),
        ("patronymic", "", {}, ""),
        ("birth_date", "28.02.1990", {}, "1990-02-28"),
        ("birth_date", "1990-02-28", {}, "1990-02-28"),
        ("birth_date", "29/2/2000", {}, "2000-02-29"),
        ("birth_date", "24.11.2012", {}, "2012-11-24"),
        ("document", RUSSIAN, {}, RUSSIAN),
        ("number", "45 10 №123456", IN_RUSSIA, "4510123456"),
        ("number", "4599 123456", IN_RUSSIA, "4599123456"),
        ("number", "45 26 000001", IN_RUSSIA, "4526000001"),
        ("number", "72 1234567", ABROAD, "721234567"),
        ("number", "ab1234567", ABROAD, "AB1234567"),
        ("address", " Москва,  Тверская 1 ", {}, "Москва, Тверская 1"),
    ],
)
def test_it_is_kept_in_its_normal_form(
    field: str, typed: str, known: dict[str, str], kept: str
) -> None:
    assert read_field(field, typed, known, NOW) == kept


@pytest.mark.parametrize(
    ("field", "typed", "known", "problem"),
    [
        ("surname", "", {}, "letters"),
        ("surname", "Doe1", {}, "letters"),
        ("surname", "-Doe", {}, "letters"),
        ("surname", "..", {}, "letters"),
        ("surname", "D" * 61, {}, "long"),
        ("given_name", "Jane\u202eenaJ", {}, "letters"),
        ("birth_date", "yesterday", {}, "form"),
        ("birth_date", "02.28.1990", {}, "calendar"),
        ("birth_date", "29.02.1990", {}, "calendar"),
        ("birth_date", "25.11.2012", {}, "age"),
        ("birth_date", "01.01.2030", {}, "age"),
        ("birth_date", "01.01.1900", {}, "age"),
        ("document", "library card", {}, "unknown"),
        ("number", "451012345", IN_RUSSIA, "digits"),
        ("number", "45 10 000000", IN_RUSSIA, "digits"),
        ("number", "0010123456", IN_RUSSIA, "region"),
        ("number", "6210123456", IN_RUSSIA, "region"),
        ("number", "4527123456", IN_RUSSIA, "form_year"),
        ("number", "4596123456", IN_RUSSIA, "form_year"),
        ("number", "٤٥١٠١٢٣٤٥٦", IN_RUSSIA, "digits"),
        ("number", "12345", ABROAD, "foreign"),
        ("number", "PASSPORT", ABROAD, "foreign"),
        ("number", "AB12345678", ABROAD, "foreign"),
        ("address", "Moscow", {}, "length"),
        ("address", "x" * 201, {}, "length"),
        ("address", "1234567890", {}, "letters"),
        ("shoe_size", "42", {}, "unknown"),
    ],
)
def test_what_cannot_be_is_told_why(
    field: str, typed: str, known: dict[str, str], problem: str
) -> None:
    with pytest.raises(PersonalDataError) as refusal:
        read_field(field, typed, known, NOW)

    assert refusal.value.values["field"] == field
    assert refusal.value.values["problem"] == problem


@given(field=st.sampled_from(FIELDS), typed=st.text(max_size=40))
def test_any_text_is_kept_or_refused_and_kept_again_alike(field: str, typed: str) -> None:
    for known in (IN_RUSSIA, ABROAD):
        try:
            kept = read_field(field, typed, known, NOW)
        except PersonalDataError:
            continue

        assert read_field(field, kept, known, NOW) == kept


def test_the_first_field_not_said_is_asked_next() -> None:
    """An empty patronymic was said; a missing one was not."""
    assert PersonalData({}).missing == "surname"
    assert PersonalData({"surname": "Doe", "given_name": "Jane"}).missing == "patronymic"
    assert PersonalData(JANE).missing is None


def test_masked_it_shows_little() -> None:
    masked = PersonalData(JANE).masked()

    assert masked == {
        "surname": "D•••",
        "given_name": "J•••",
        "patronymic": "",
        "birth_date": "••.••.1990",
        "document": RUSSIAN,
        "number": "•••• 56",
        "address": "1 T•••",
    }
    assert PersonalData(JANE).name == "Doe Jane"


def test_a_number_is_shown_as_it_is_printed() -> None:
    assert shown_number(RUSSIAN, "4510123456") == "4510 123456"
    assert shown_number(FOREIGN, "AB1234567") == "AB1234567"
