"""Commission: exact, never negative, never less for more, and nothing is lost between two."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.commission import WHOLE_MILLIONTHS, BorneBy, Commission, Tier
from services.money import AMOUNT_MINOR_MAX, CURRENCIES, RUB, Currency, Money
from tests.catalogue import STEAM

amounts = st.integers(1, AMOUNT_MINOR_MAX)
rates = st.integers(0, WHOLE_MILLIONTHS)


@st.composite
def commissions(draw: st.DrawFn) -> Commission:
    borders = sorted(draw(st.sets(amounts, max_size=4)))
    minimum = draw(st.integers(0, 10**6))
    return Commission(
        millionths=draw(rates),
        fixed_minor=draw(st.integers(0, 10**6)),
        minimum_minor=minimum,
        maximum_minor=draw(st.none() | st.integers(minimum, 10**12)),
        tiers=tuple(Tier(border, draw(rates)) for border in borders),
        borne_by=draw(st.sampled_from(BorneBy)),
    )


def of(commission: Commission, minor: int, currency: Currency = RUB) -> int:
    return commission.of(Money(minor, currency)).minor


@pytest.mark.parametrize(
    ("commission", "minor", "taken"),
    [
        (Commission(), 100_00, 0),
        (Commission(millionths=30_000), 500_00, 15_00),
        (Commission(millionths=25_000), 99_99, 2_50),
        (Commission(fixed_minor=10_00), 500_00, 10_00),
        (Commission(millionths=10_000, fixed_minor=5_00), 1000_00, 15_00),
        (Commission(millionths=30_000, minimum_minor=10_00), 100_00, 10_00),
        (Commission(millionths=30_000, maximum_minor=100_00), 50_000_00, 100_00),
        (Commission(millionths=1), 49_99, 0),
    ],
)
def test_what_is_taken(commission: Commission, minor: int, taken: int) -> None:
    assert of(commission, minor) == taken


@pytest.mark.parametrize(
    ("minor", "taken"), [(50, 0), (51, 1), (149, 1), (150, 2), (250, 2), (350, 4)]
)
def test_half_of_the_smallest_unit_goes_to_the_even_one(minor: int, taken: int) -> None:
    """So that over many payments nobody gains by rounding."""
    assert of(Commission(millionths=10_000), minor) == taken


def test_tier_takes_its_rate_of_what_is_above_its_border() -> None:
    """3 % of the first 1,000 roubles, 1 % of what is above, nothing above 10,000."""
    commission = Commission(millionths=30_000, tiers=(Tier(1_000_00, 10_000), Tier(10_000_00, 0)))

    assert of(commission, 1_000_00) == 30_00
    assert of(commission, 1_100_00) == 31_00
    assert of(commission, 10_000_00) == of(commission, 500_000_00) == 120_00


@pytest.mark.parametrize(("currency", "minor", "taken"), [("JPY", 1_050, 32), ("KWD", 1_500, 45)])
def test_currencies_with_other_minor_units(currency: str, minor: int, taken: int) -> None:
    assert of(Commission(millionths=30_000), minor, CURRENCIES[currency]) == taken


@given(commissions(), amounts, amounts)
def test_who_pays_more_never_pays_less_commission(
    commission: Commission, one: int, other: int
) -> None:
    """Else splitting a payment, or adding a rouble, would be a trick."""
    small, large = sorted((one, other))

    assert 0 <= of(commission, small) <= of(commission, large)


@given(commissions(), amounts)
def test_one_unit_more_costs_at_most_one_unit_more(commission: Commission, minor: int) -> None:
    """No tier, minimum or maximum makes the commission leap."""
    assert of(commission, minor + 1) - of(commission, minor) <= 1


@given(st.builds(Commission, millionths=rates), amounts, amounts)
def test_splitting_an_amount_changes_the_commission_by_one_unit_at_most(
    commission: Commission, one: int, other: int
) -> None:
    """A plain percentage adds up but for the rounding."""
    parts = of(commission, one) + of(commission, other)

    assert abs(parts - of(commission, one + other)) <= 1


@given(commissions(), amounts)
def test_charge_gives_every_unit_to_somebody(commission: Commission, minor: int) -> None:
    """What leaves the payer is what the provider is owed and what the wallet keeps."""
    amount = Money(minor, RUB)

    charge = replace(STEAM, commission=commission).charge(amount)

    assert charge.total == charge.to_provider + charge.commission
    assert amount in (charge.total, charge.to_provider)
    assert (charge.total == amount) or charge.borne_by is BorneBy.PAYER


@given(commissions(), amounts, amounts)
def test_what_is_no_obstacle_for_the_least_amount_is_none_for_more(
    commission: Commission, one: int, other: int
) -> None:
    """So it is enough to look at the least amount when a catalogue is read."""
    least, more = sorted((one, other))
    if commission.obstacle(Money(least, RUB)) is None:
        charge = commission.of(Money(more, RUB)).minor

        assert charge <= more
        assert charge < more or commission.borne_by is BorneBy.PAYER


@pytest.mark.parametrize(
    ("commission", "says"),
    [
        (Commission(millionths=WHOLE_MILLIONTHS + 1), "from 0 to 100"),
        (Commission(millionths=-1), "from 0 to 100"),
        (Commission(fixed_minor=-1), "never negative"),
        (Commission(maximum_minor=-1), "never negative"),
        (Commission(minimum_minor=2, maximum_minor=1), "below its minimum"),
        (Commission(tiers=(Tier(0, 5),)), "begin above 0"),
        (Commission(tiers=(Tier(9, 5), Tier(8, 5))), "in the order"),
        (Commission(fixed_minor=101), "leaves nothing"),
        (Commission(fixed_minor=100, borne_by=BorneBy.PROVIDER), "leaves nothing"),
    ],
)
def test_numbers_that_cannot_be_used_are_named(commission: Commission, says: str) -> None:
    assert says in (commission.obstacle(Money(1_00, RUB)) or "")


def test_numbers_that_can_be_used() -> None:
    assert Commission(millionths=30_000, fixed_minor=100).obstacle(Money(10_00, RUB)) is None
