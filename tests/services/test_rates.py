"""Rates of exchange: exact texts from the operator or a bank, and nothing that is no rate."""

import pytest

from purser.services import Services
from services.errors import InvalidRequestError
from services.money import RUB, USD, CurrencyUnknownError, Money
from services.rates import Quote, RateNotUnderstoodError, total_in
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
