"""Rates of exchange: exact texts from the operator or a bank, and nothing that is no rate."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from purser.services import Services
from services.errors import InvalidRequestError
from services.money import (
    AMOUNT_MINOR_MAX,
    EUR,
    RUB,
    USD,
    CurrencyUnknownError,
    Money,
    currency,
)
from services.rates import (
    Price,
    Quote,
    Rate,
    RateNotUnderstoodError,
    decimal_text,
    half_even,
    price_of,
    total_in,
)
from storage.book import BookTables
from storage.engines import AnyStore
from tests.clock import TestClock


async def test_newest_rate_of_each_pair_counts(services: Services, clock: TestClock) -> None:
    """Yesterday's rate in today's total would promise what is not there."""
    await services.rates.set(pair="USD/RUB", rate="92.50")
    await services.rates.set(pair="EUR/RUB", rate="101")
    clock.advance(days=1)
    await services.rates.set(pair="USD/RUB", rate="93")
    await services.rates.set(pair="USD/RUB", rate="93.10")  # at the same moment: a correction

    listed = await services.rates.listed()

    assert [(each.base.code, each.text) for each in listed] == [("EUR", "101"), ("USD", "93.10")]
    assert listed[1].at == clock()


@pytest.mark.parametrize(
    ("pair", "rate"),
    [
        ("USD/RUB", "0"),
        ("USD/RUB", "0.00"),
        ("USD/RUB", "-1"),
        ("USD/RUB", "1,5"),
        ("USD/RUB", "1e3"),
        ("USD/RUB", "NaN"),
        ("USD/RUB", ""),
        ("USD/RUB", "1" * 10),
        ("USD/RUB", "٩"),
        ("USD/USD", "1"),
        ("USDRUB", "92"),
        ("USD/XXX", "92"),
        ("/", "92"),
    ],
)
async def test_what_is_no_rate_is_refused(services: Services, pair: str, rate: str) -> None:
    """A slip of the operator must not become everybody's total."""
    with pytest.raises(InvalidRequestError):
        await services.rates.set(pair=pair, rate=rate)

    assert await services.rates.listed() == []


async def test_banks_list_is_kept_but_for_what_is_unknown_here(services: Services) -> None:
    """A bank names fifty currencies; one that the wallet lacks spoils none of the others."""
    quotes = [
        Quote("USD", "RUB", "92.5000", "a bank"),
        Quote("XDR", "RUB", "120.1", "a bank"),
        Quote("EUR", "RUB", "101.25", "a bank"),
    ]

    kept = await services.rates.keep(quotes=quotes)

    assert [each.base.code for each in kept] == ["USD", "EUR"]
    assert {each.source for each in kept} == {"a bank"}
    assert sorted(each.base.code for each in await services.rates.listed()) == ["EUR", "USD"]


async def test_list_with_one_bad_number_is_kept_not_at_all(services: Services) -> None:
    """Half of a list would mix two days."""
    quotes = [Quote("EUR", "RUB", "101", "a bank"), Quote("USD", "RUB", "n/a", "a bank")]

    with pytest.raises(RateNotUnderstoodError):
        await services.rates.keep(quotes=quotes)

    assert await services.rates.listed() == []


async def test_total_is_said_only_where_it_is_known(services: Services, store: AnyStore) -> None:
    """An empty account needs no rate; one with money does."""
    roubles, dollars, none = Money(10_00, RUB), Money(2_00, USD), Money(0, USD)

    def totals(book: BookTables) -> list[Money | None]:
        return [
            total_in(RUB, amounts, book.rates) for amounts in ([roubles, none], [roubles, dollars])
        ]

    before = await store.read(totals)
    await services.rates.set(pair="USD/RUB", rate="92.505")
    after = await store.read(totals)

    assert before == [roubles, None]
    assert after == [roubles, Money(195_01, RUB)]


async def test_unknown_currency_is_named(services: Services) -> None:
    """So that the operator sees the letter that is wrong."""
    with pytest.raises(CurrencyUnknownError) as refused:
        await services.rates.set(pair="USD/RUR", rate="92")

    assert refused.value.values == {"currency": "RUR"}


async def test_rate_has_the_date_of_its_source(services: Services, clock: TestClock) -> None:
    """Fetched on a Saturday, of Friday: by that its age counts, not by when it came."""
    friday = clock().date() - timedelta(days=1)

    [kept] = await services.rates.keep(quotes=[Quote("USD", "RUB", "92", "cbr", friday)])
    own = await services.rates.set(pair="EUR/RUB", rate="100")

    assert kept.dated == datetime(friday.year, friday.month, friday.day, 12, tzinfo=UTC)
    assert kept.at == own.at == own.dated == clock()


async def test_each_source_has_its_own_rate(services: Services, clock: TestClock) -> None:
    """What the operator sets is not lost when the bank publishes the next hour."""
    today = clock().date()
    await services.rates.set(pair="USD/RUB", rate="90")
    clock.advance(hours=1)

    await services.rates.keep(quotes=[Quote("USD", "RUB", "92", "cbr", today)])

    listed = await services.rates.listed()
    assert [(each.source, each.text) for each in listed] == [("cbr", "92"), ("operator", "90")]
    assert [each.text for each in await services.rates.of_wallets()] == ["90"]


async def test_older_date_takes_no_newer_ones_place(services: Services, clock: TestClock) -> None:
    """A cache on the way may answer with yesterday's list."""
    today = clock().date()
    await services.rates.keep(quotes=[Quote("USD", "RUB", "92", "cbr", today)])
    clock.advance(hours=1)

    await services.rates.keep(quotes=[Quote("USD", "RUB", "70", "cbr", today - timedelta(days=1))])

    assert [each.text for each in await services.rates.listed()] == ["92"]


async def test_what_is_said_again_is_kept_once(
    services: Services, store: AnyStore, clock: TestClock
) -> None:
    """A bank is asked every hour and changes its mind once a day."""
    for _ in range(3):
        await services.rates.keep(quotes=[Quote("USD", "RUB", "92", "cbr", date(2026, 11, 21))])
        clock.advance(hours=1)

    rows = await store.read(
        lambda book: book.connection.execute("SELECT at FROM rates").fetchall()
    )
    [listed] = await services.rates.listed()
    assert len(rows) == 1
    assert listed.at == clock() - timedelta(hours=1)


async def test_date_far_ahead_is_no_date(services: Services, clock: TestClock) -> None:
    """It would make an old rate count for years."""
    ahead = clock().date() + timedelta(days=5)

    with pytest.raises(RateNotUnderstoodError):
        await services.rates.keep(quotes=[Quote("USD", "RUB", "92", "cbr", ahead)])


async def test_total_crosses_where_it_must(services: Services, store: AnyStore) -> None:
    """A wallet of dollars and lira, with rates in euros only."""
    await services.rates.set(pair="EUR/USD", rate="1.25")
    await services.rates.set(pair="EUR/TRY", rate="50")
    amounts = [Money(10_00, USD), Money(100_00, currency("TRY"))]

    total = await store.read(lambda book: total_in(USD, amounts, book.rates))
    unknown = await store.read(lambda book: total_in(RUB, amounts, book.rates))

    assert total == Money(12_50, USD)
    assert unknown is None


@given(
    minor=st.integers(0, AMOUNT_MINOR_MAX),
    text=st.from_regex(r"\A[0-9]{0,8}[1-9]\.[0-9]{1,9}\Z"),
)
def test_total_is_exact_and_rounds_down(minor: int, text: str) -> None:
    """The total never promises a kopeck that is not there."""
    price = price_of([_rate(text)], USD, RUB)

    converted = price.floored(Money(minor, USD))

    exact = minor * Fraction(text)
    assert converted.minor <= exact < converted.minor + 1


@given(numerator=st.integers(1, 10**30), denominator=st.integers(1, 10**30))
def test_price_as_text_is_exact_or_of_ten_digits(numerator: int, denominator: int) -> None:
    """Nothing of it is lost where it ends; a billionth part of it where it does not."""
    exact = Fraction(numerator, denominator)

    text = decimal_text(numerator, denominator)

    assert abs(Fraction(text) - exact) <= exact / 10**9
    assert "e" not in text.lower()
    if len(str(exact.denominator)) == 1 and exact.denominator in (1, 2, 4, 5, 8):
        assert Fraction(text) == exact


@given(numerator=st.integers(0, 10**20), denominator=st.integers(1, 10**20))
def test_half_goes_to_the_even_one(numerator: int, denominator: int) -> None:
    """As often up as down: that is what favours nobody."""
    rounded = half_even(numerator, denominator)

    distance = abs(rounded - Fraction(numerator, denominator))
    assert distance <= Fraction(1, 2)
    assert distance < Fraction(1, 2) or rounded % 2 == 0


def test_price_is_counted_as_the_source_counts() -> None:
    """A pair that a bank names is shown as it names it, whichever way it is used."""
    assert price_of([_rate("0.5")], RUB, USD) == Price(
        USD, RUB, 5, 10, "cbr", datetime(2026, 11, 20, 12, tzinfo=UTC)
    )
    assert price_of([_rate("0.5")], RUB, USD).text == "0.5"


def test_crossed_price_is_of_the_dearer_currency() -> None:
    """`1 EUR = 1.25 USD` is read more easily than 0.8 the other way."""
    at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    euros = Rate(EUR, RUB, "100", "cbr", at, at)
    dollars = Rate(USD, RUB, "80", "operator", at, at)

    price = price_of([euros, dollars], USD, EUR)

    assert (price.unit, price.text, price.source) == (EUR, "1.25", "operator+cbr")


def _rate(text: str) -> Rate:
    at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    return Rate(USD, RUB, text, "cbr", at, at)
