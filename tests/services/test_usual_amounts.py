"""Amounts that are offered: all of them can be paid, and the largest is the largest."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from services.catalogue import Provider
from services.commission import BorneBy, Commission, Tier
from services.money import RUB, USD, Money
from services.usual_amounts import OFFERED_MAX, is_taken, largest_amount, usual_amounts
from tests.catalogue import DRAGONS, GOOD, STEAM, TELE


def test_last_amount_is_first_and_named_once() -> None:
    assert usual_amounts(STEAM, Money(500_00, RUB)) == [
        Money(500_00, RUB),
        Money(100_00, RUB),
        Money(1_000_00, RUB),
    ]


def test_last_amount_that_is_not_taken_any_more_is_left_out() -> None:
    """The minimum was raised since."""
    assert usual_amounts(STEAM, Money(10_00, RUB))[0] == Money(100_00, RUB)


def test_provider_without_usual_amounts_gets_round_ones() -> None:
    """In its own currency, within what it takes."""
    assert [each.minor for each in usual_amounts(TELE, None)] == [
        10_00,
        50_00,
        100_00,
        500_00,
        1_000_00,
    ]
    assert usual_amounts(DRAGONS, None)[-1] == Money(500_00, USD)
    assert len(usual_amounts(TELE, Money(123_00, RUB))) == OFFERED_MAX


def test_largest_leaves_nothing_but_what_is_too_little() -> None:
    """2,000 pay 1,941.75 and 3 % of it."""
    assert largest_amount(STEAM, Money(2_000_00, RUB)) == Money(1_941_75, RUB)
    assert largest_amount(STEAM, Money(10**9, RUB)) == STEAM.maximum
    assert largest_amount(STEAM, Money(59_99, RUB)) is None
    assert largest_amount(GOOD, Money(99_99, RUB)) == Money(90_00, RUB)
    assert largest_amount(replace(GOOD, step=Money(10**8, RUB)), Money(10**9, RUB)) is None


TERMS = st.builds(
    Commission,
    millionths=st.integers(0, 200_000),
    fixed_minor=st.integers(0, 5_000),
    minimum_minor=st.integers(0, 5_000),
    maximum_minor=st.none() | st.integers(5_000, 50_000),
    tiers=st.lists(st.integers(1, 10**6), max_size=3, unique=True).map(
        lambda borders: tuple(
            Tier(border, 7_000 * (n + 1)) for n, border in enumerate(sorted(borders))
        )
    ),
    borne_by=st.sampled_from(BorneBy),
)


@given(TERMS, st.integers(1, 2_000_000), st.none() | st.integers(1, 5_000))
def test_largest_is_paid_and_a_step_more_is_not(
    terms: Commission, available: int, step: int | None
) -> None:
    """Whatever the commission: no amount that can be paid is larger."""
    provider: Provider = replace(
        STEAM, commission=terms, step=None if step is None else Money(step, RUB)
    )
    have = Money(available, RUB)

    found = largest_amount(provider, have)

    unit = step or 1
    least = -(-provider.minimum.minor // unit) * unit
    if found is None:
        assert (
            least > provider.maximum.minor
            or provider.charge(Money(least, RUB)).total.minor > available
        )
        return
    assert is_taken(provider, found)
    assert provider.charge(found).total.minor <= available
    more = Money(found.minor + unit, RUB)
    assert not is_taken(provider, more) or provider.charge(more).total.minor > available
