"""Amounts that are offered to a person who is about to say how much."""

from services.catalogue import Provider
from services.errors import InvalidRequestError
from services.money import Money

OFFERED_MAX = 5
"""As many as two rows of buttons hold, with the largest possible one."""

_UNITS = (10, 50, 100, 500, 1000)
"""Of the currency, where the provider names no usual amounts: like banknotes."""


def usual_amounts(provider: Provider, last: Money | None) -> list[Money]:
    """What was paid there last, then what people pay there often, if the provider takes it."""
    named = provider.usual or tuple(
        Money(units * 10**provider.currency.exponent, provider.currency) for units in _UNITS
    )
    offered: list[Money] = []
    for each in (*((last,) if last else ()), *named):
        if each not in offered and is_taken(provider, each):
            offered.append(each)
    return offered[:OFFERED_MAX]


def is_taken(provider: Provider, amount: Money) -> bool:
    """Whether the provider takes that amount."""
    try:
        provider.amount_checked(amount)
    except InvalidRequestError:
        return False
    return True


def largest_amount(provider: Provider, available: Money) -> Money | None:
    """The largest amount that *available* pays, commission and all; None where none does.

    What an amount costs never falls as it grows, so the border is found by halving.
    """
    step = 1 if provider.step is None else provider.step.minor
    low, high = -(-provider.minimum.minor // step), provider.maximum.minor // step
    if low > high or not _is_paid(provider, low * step, available):
        return None
    while low < high:
        middle = (low + high + 1) // 2
        if _is_paid(provider, middle * step, available):
            low = middle
        else:
            high = middle - 1
    return Money(low * step, provider.currency)


def _is_paid(provider: Provider, minor: int, available: Money) -> bool:
    return provider.charge(Money(minor, provider.currency)).total.minor <= available.minor
