"""The catalogue: versions of terms, what is listed, and how a new one is noticed."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial

import pytest

from services.catalogue import (
    AmountAboveMaximumError,
    AmountBelowMinimumError,
    AmountCurrencyError,
    AmountStepError,
    Connection,
    Contents,
    Discount,
    Provider,
    ProviderClosedError,
    ProviderNotFoundError,
    Requisite,
    provider_open,
)
from services.catalogue_imports import CatalogueFile, CatalogueImports, Change
from services.catalogue_terms import provider_from, terms_text
from services.commission import BorneBy, Commission, Tier
from services.money import RUB, USD, Money
from services.opening_hours import Hours, Span
from storage.engines import AnyStore, open_store
from tests.cast import Cast
from tests.catalogue import (
    BELL,
    CATEGORIES,
    GAMES,
    GOOD,
    LIGHT,
    PROVIDERS,
    STEAM,
    TELE,
    TRAFFIC,
)

FILE = CatalogueFile(CATEGORIES, PROVIDERS)
WEEKDAYS = Hours("Europe/Moscow", (Span((0, 1, 2, 3, 4), 9 * 60, 18 * 60),))


@pytest.fixture
def imports(cast: Cast) -> CatalogueImports:
    return cast.services.catalogue_imports


def file_of(*providers: Provider) -> CatalogueFile:
    return CatalogueFile((GAMES,), providers)


def changes(result: Sequence[object]) -> list[tuple[str, str, int]]:
    return [(each.id, each.change.value, each.version) for each in result]  # type: ignore[attr-defined]


# What an import does


async def test_same_file_again_changes_nothing(imports: CatalogueImports) -> None:
    """So that a deployment may import it every time."""
    first = await imports.import_(file=FILE)
    again = await imports.import_(file=FILE)

    assert {each.change for each in first.providers} == {Change.ADDED}
    assert {each.change for each in again.providers} == {Change.UNCHANGED}
    assert {each.change for each in again.categories} == {Change.UNCHANGED}
    assert again.version == first.version == 1


async def test_changed_terms_are_a_new_version_and_the_old_one_stays(
    cast: Cast, imports: CatalogueImports
) -> None:
    """A payment was made under the terms that its offer stated."""
    await imports.import_(file=FILE)
    dearer = replace(STEAM, commission=Commission(millionths=50_000))

    result = await imports.import_(file=file_of(dearer))

    assert changes(result.providers) == [("steam", "changed", 2)]
    assert result.version == 2
    old, new = await cast.store.read(
        lambda book: (book.catalogue.provider("steam", 1), book.catalogue.provider("steam"))
    )
    assert (old, new) == (STEAM, replace(dearer, version=2))
    assert [each.version for each in await imports.versions(provider_id="steam")] == [2, 1]


async def test_terms_of_before_are_a_new_version_again(imports: CatalogueImports) -> None:
    """Versions tell what counted when, so they are never gone back to."""
    await imports.import_(file=file_of(STEAM))
    await imports.import_(file=file_of(replace(STEAM, picture="🕹")))

    result = await imports.import_(file=file_of(STEAM))

    assert changes(result.providers) == [("steam", "changed", 3)]


async def test_who_is_missing_in_a_file_stays_unless_asked_otherwise(
    cast: Cast, imports: CatalogueImports
) -> None:
    await imports.import_(file=FILE)
    kept = await imports.import_(file=file_of(STEAM))
    listed = await cast.services.catalogue.contents()

    closed = await imports.import_(file=file_of(STEAM), close_missing=True)

    assert len(kept.providers) == 1
    assert len(listed.open_providers()) == len(PROVIDERS)
    assert {each.change for each in closed.providers[1:]} == {Change.CLOSED}
    assert (await cast.services.catalogue.contents()).open_providers() == [STEAM]


async def test_closed_provider_is_found_by_its_payments_alone(
    cast: Cast, imports: CatalogueImports
) -> None:
    await imports.import_(file=FILE)
    result = await imports.import_(file=file_of(replace(STEAM, is_open=False)))
    catalogue = cast.services.catalogue

    assert changes(result.providers) == [("steam", "closed", 1)]
    assert await catalogue.search("steam") == []
    assert await catalogue.provider("steam") == replace(STEAM, is_open=False)
    assert "steam" not in {each.id for each in await catalogue.providers("games")}

    opened = await imports.import_(file=file_of(STEAM))

    assert changes(opened.providers) == [("steam", "opened", 1)]
    assert await catalogue.search("steam") == [STEAM]


async def test_file_does_not_open_whom_the_operator_has_closed(
    cast: Cast, imports: CatalogueImports
) -> None:
    """Closed at night for a good reason; the deployment of the morning knows nothing of it."""
    await imports.import_(file=FILE)
    closed = await imports.close(provider_id="steam", reason="double credits")
    again = await imports.close(provider_id="steam", reason="the same")

    result = await imports.import_(file=file_of(STEAM))
    opened = await imports.open(provider_id="steam")

    assert closed == again == replace(STEAM, is_open=False)
    assert changes(result.providers) == [("steam", "stays_closed", 1)]
    assert opened == STEAM
    steps = await cast.store.read(lambda book: book.steps.of("provider/steam"))
    assert [(each.event, each.state, each.reason) for each in steps] == [
        ("added", "open", "v1"),
        ("close", "closed", "double credits"),
        ("open", "open", ""),
    ]


@pytest.mark.parametrize("call", ["close", "open", "versions"])
async def test_unknown_provider_is_not_found(imports: CatalogueImports, call: str) -> None:
    with pytest.raises(ProviderNotFoundError):
        await getattr(imports, call)(provider_id="nobody")


async def test_category_with_another_name_is_changed(
    cast: Cast, imports: CatalogueImports
) -> None:
    await imports.import_(file=FILE)
    renamed = replace(GAMES, names={"en": "Play"})

    result = await imports.import_(file=CatalogueFile((renamed,), ()))

    assert changes(result.categories) == [("games", "changed", 0)]
    assert renamed in await cast.services.catalogue.categories()


async def test_two_imports_at_once_are_as_one_after_the_other(
    cast: Cast, imports: CatalogueImports
) -> None:
    files = [file_of(replace(STEAM, picture=each)) for each in "🎮🕹👾"]

    results = await asyncio.gather(*(imports.import_(file=each) for each in files))

    assert sorted(each.version for each in results) == [1, 2, 3]
    versions = await imports.versions(provider_id="steam")
    assert [each.version for each in versions] == [3, 2, 1]
    assert {each.picture for each in versions} == set("🎮🕹👾")


# How it is read


async def test_other_process_notices_a_new_catalogue(
    cast: Cast, imports: CatalogueImports, database: str
) -> None:
    """It has the old one in memory, and asks for the version only."""
    await imports.import_(file=file_of(STEAM))
    async with open_store(database, serves=False, may_migrate=False) as other:
        before = await _provider(other, "steam")
        await imports.import_(file=file_of(replace(STEAM, picture="🕹")))
        after = await _provider(other, "steam")

    assert before is not None
    assert after is not None
    assert (before.picture, after.picture) == ("🎮", "🕹")


async def test_catalogue_is_parsed_once(cast: Cast, imports: CatalogueImports) -> None:
    """However many look at it: a reading costs one small query."""
    await imports.import_(file=FILE)

    first = await cast.services.catalogue.contents()
    second = await cast.services.catalogue.contents()

    assert first is second


async def test_wallet_without_a_catalogue_has_an_empty_one(cast: Cast) -> None:
    catalogue = cast.services.catalogue

    assert await catalogue.categories() == []
    assert await catalogue.providers("games") == []
    assert await catalogue.search("steam") == []
    assert await catalogue.named("steam") is None
    assert await catalogue.of_phone("+79161234567") is None
    with pytest.raises(ProviderNotFoundError):
        await catalogue.provider("steam")


async def test_lists_are_in_the_order_of_the_file(cast: Cast, imports: CatalogueImports) -> None:
    await imports.import_(file=FILE)
    catalogue = cast.services.catalogue

    assert [each.id for each in await catalogue.categories()] == [each.id for each in CATEGORIES]
    assert [each.id for each in await catalogue.providers("mobile")] == ["tele", "bell"]


async def test_category_where_nobody_can_be_paid_is_not_shown(
    cast: Cast, imports: CatalogueImports
) -> None:
    await imports.import_(file=CatalogueFile(CATEGORIES, (STEAM,)))

    assert await cast.services.catalogue.categories() == [GAMES]


@pytest.mark.parametrize(
    ("phone", "operator"),
    [
        ("+7 916 223-45-67", TELE),
        ("8 (916) 123-45-67", BELL),
        ("9031234567", BELL),
        ("+7 999 123-45-67", None),
        ("+1 903 123 4567", None),
        ("916", None),
        ("Ann", None),
    ],
)
async def test_operator_of_a_number(
    cast: Cast, imports: CatalogueImports, phone: str, operator: Provider | None
) -> None:
    """The longest prefix wins."""
    await imports.import_(file=FILE)

    assert await cast.services.catalogue.of_phone(phone) == operator


async def test_search_and_naming(cast: Cast, imports: CatalogueImports) -> None:
    await imports.import_(file=FILE)
    catalogue = cast.services.catalogue

    assert await catalogue.search("стим", "ru", limit=1) == [STEAM]
    assert await catalogue.named("staem") == STEAM
    assert await catalogue.named("mobile") is None, "two are in that category"


async def _provider(store: AnyStore, provider_id: str) -> Provider | None:
    return await store.read(lambda book: book.catalogue.provider(provider_id))


# When and how much may be paid


async def test_provider_outside_its_hours_says_when_it_opens(
    cast: Cast, imports: CatalogueImports
) -> None:
    await imports.import_(file=file_of(replace(STEAM, hours=WEEKDAYS)))
    saturday = datetime(2026, 11, 28, 12, tzinfo=UTC)
    monday = datetime(2026, 11, 30, 6, tzinfo=UTC)  # nine in Moscow

    with pytest.raises(ProviderClosedError) as refused:
        await cast.store.read(lambda book: provider_open(book, "steam", saturday))
    opened = await cast.store.read(lambda book: provider_open(book, "steam", monday))

    assert refused.value.values == {"provider": STEAM.names, "opens_at": monday}
    assert opened.id == "steam"


async def test_unknown_and_withdrawn_providers_cannot_be_paid(
    cast: Cast, imports: CatalogueImports
) -> None:
    await imports.import_(file=file_of(replace(STEAM, is_open=False)))

    for name in ("steam", "nobody"):
        with pytest.raises(ProviderNotFoundError):
            await cast.store.read(partial(provider_open, provider_id=name, at=cast.clock()))


@pytest.mark.parametrize(
    ("amount", "error"),
    [
        (Money(9_99, RUB), AmountBelowMinimumError),
        (Money(100_000_01, RUB), AmountAboveMaximumError),
        (Money(15_00, RUB), AmountStepError),
        (Money(20_00, USD), AmountCurrencyError),
    ],
)
def test_amounts_that_a_provider_does_not_take(amount: Money, error: type[Exception]) -> None:
    with pytest.raises(error):
        GOOD.amount_checked(amount)


@pytest.mark.parametrize("minor", [10_00, 20_00, 100_000_00])
def test_amounts_that_a_provider_takes(minor: int) -> None:
    GOOD.amount_checked(Money(minor, RUB))


def test_charge_of_a_commission_that_the_payer_bears() -> None:
    charge = STEAM.charge(Money(500_00, RUB))

    assert (charge.commission.minor, charge.total.minor) == (15_00, 515_00)
    assert charge.to_provider == charge.amount


def test_charge_of_a_commission_that_the_provider_bears() -> None:
    commission = replace(STEAM.commission, borne_by=BorneBy.PROVIDER)

    charge = replace(STEAM, commission=commission).charge(Money(500_00, RUB))

    assert charge.total == charge.amount
    assert (charge.commission.minor, charge.to_provider.minor) == (15_00, 485_00)


DISCOUNT = Discount("date", ((10, 50), (30, 25)))


@pytest.mark.parametrize(
    ("on", "percent", "until"),
    [
        ("2026-11-01", 50, "2026-11-11"),
        ("2026-11-11", 50, "2026-11-11"),
        ("2026-11-12", 25, "2026-12-01"),
        ("2026-12-01", 25, "2026-12-01"),
        ("2026-12-02", 0, None),
    ],
)
def test_discount_shrinks_with_the_days(on: str, percent: int, until: str | None) -> None:
    """The day of the decree is not counted, the last day still is."""
    day, fields = date.fromisoformat(on), {"date": "2026-11-01"}
    fine = replace(TRAFFIC, discount=DISCOUNT)

    assert DISCOUNT.percent(fields, day) == percent
    assert DISCOUNT.until(fields, day) == (until and date.fromisoformat(until))
    assert fine.discounted(Money(500_00, RUB), fields, day).minor == 5_00 * (100 - percent)


@pytest.mark.parametrize("fields", [{}, {"date": ""}])
def test_no_date_is_no_discount(fields: dict[str, str]) -> None:
    assert TRAFFIC.discounted(Money(500_00, RUB), fields, date(2026, 11, 1)).minor == 500_00
    assert STEAM.discounted(Money(1_00, RUB), fields, date(2026, 11, 1)).minor == 1_00


# What is kept of terms

FULL = replace(
    LIGHT,
    step=Money(1_00, RUB),
    usual=(Money(100_00, RUB),),
    hours=WEEKDAYS,
    prefixes=("916",),
    service="90001",
    discount=DISCOUNT,
    requisites=(Requisite(inn="7707083893"), Requisite(merchant="ru.wallet.example/9")),
    commission=Commission(10_000, 5, 1, 900, (Tier(100_00, 5_000),), BorneBy.PROVIDER),
    connection=Connection("osmp", {"url": "https://pay.example/", "codes": {"5": "later"}}),
)


@pytest.mark.parametrize("provider", [*PROVIDERS, FULL], ids=lambda each: each.id)
def test_terms_come_back_as_they_were(provider: Provider) -> None:
    text = terms_text(provider)

    assert provider_from(provider.id, 1, text, is_open=True) == provider
    assert terms_text(provider_from(provider.id, 7, text, is_open=False)) == text


def test_contents_know_nobody_who_is_not_there() -> None:
    assert Contents(0, [], []).of_phone("9161234567") is None
