"""Paying providers against the grain: keys, leave and amounts that do not fit."""

from dataclasses import replace

import pytest

from services.catalogue import Connection, Provider
from services.commission import BorneBy, Commission
from services.errors import KeyReusedError
from services.holders import Holder
from services.levels import Level
from services.limit_rules import RuleKey, RuleName
from services.money import CURRENCIES, EUR, RUB, USD, AmountOutOfRangeError, Currency, Money
from services.provider_payments import AllowanceError, ProviderProposal
from tests.cast import Cast
from tests.catalogue import DRAGONS, LOGIN_OF_ANN, order, stock
from tests.services.test_provider_payments import balances

JPY, KWD = CURRENCIES["JPY"], CURRENCIES["KWD"]


@pytest.fixture
async def ann(cast: Cast) -> Holder:
    """Somebody with two thousand roubles, and a catalogue."""
    await cast.open_catalogue()
    holder = await cast.join()
    await cast.fund(holder, 2_000_00)
    return holder


async def allow_everything(cast: Cast, of: Currency = RUB) -> None:
    """No limit of the lowest level in one currency."""
    for name in RuleName:
        await cast.services.limits.set(key=RuleKey(Level.PHONE, of, "any", name), value=None)


async def test_leave_in_a_third_currency_allows_nothing(cast: Cast, ann: Holder) -> None:
    """Neither what leaves nor what it costs is counted in euros: numbers alone mean nothing."""
    await cast.services.rates.set(pair="USD/RUB", rate="92.50")

    with pytest.raises(AllowanceError):
        await cast.services.provider_payments.pay_unattended(
            holder=ann,
            order=order(5_00, DRAGONS),
            source="account/RUB",
            key="schedule:1",
            most=Money(1_000_00, EUR),
        )

    assert await cast.available(ann) == 2_000_00


@pytest.mark.parametrize(
    ("most", "is_paid"),
    [
        (Money(462_50, RUB), True),
        (Money(462_49, RUB), False),
        (Money(5_00, USD), True),
        (Money(4_99, USD), False),
    ],
)
async def test_leave_counts_in_its_own_currency(
    cast: Cast, ann: Holder, most: Money, *, is_paid: bool
) -> None:
    """What leaves in roubles, or what it costs in dollars, to the last unit."""
    await cast.services.rates.set(pair="USD/RUB", rate="92.50")
    try:
        await cast.services.provider_payments.pay_unattended(
            holder=ann, order=order(5_00, DRAGONS), source="account/RUB", key="s", most=most
        )
    except AllowanceError:
        assert not is_paid
    else:
        assert is_paid
    assert await cast.available(ann) == (1_537_50 if is_paid else 2_000_00)


async def test_a_key_pays_for_what_it_was_first_used_for_and_nothing_else(
    cast: Cast, ann: Holder
) -> None:
    """Whoever allowed 515 roubles to one account has allowed nothing to another."""
    payments = cast.services.provider_payments
    most = Money(600_00, RUB)
    await payments.offer(holder=ann, order=order(login="somebody_else"), key="schedule:1")

    for wanted in (order(), order(499_00, login="somebody_else")):
        with pytest.raises(KeyReusedError):
            await payments.pay_unattended(
                holder=ann, order=wanted, source="account", key="schedule:1", most=most
            )

    assert await cast.available(ann) == 2_000_00


async def test_a_key_pays_from_where_it_was_first_meant_to(cast: Cast, ann: Holder) -> None:
    """Neither another account nor another card, while the same by its other name is the same."""
    await cast.services.rates.set(pair="USD/RUB", rate="92.50")
    await cast.fund(ann, 100_00, USD)
    cards = await cast.services.cards.listed(holder=ann)
    payments = cast.services.provider_payments
    by_card, dollars, roubles = f"card/{cards[0].id}", "account", "account/RUB"
    made = {
        source: await payments.offer(
            holder=ann, order=order(5_00, DRAGONS), source=source, key=f"schedule:{source}"
        )
        for source in (by_card, dollars, roubles)
    }

    async def pay(key: str, source: str) -> ProviderProposal:
        return await payments.pay_unattended(
            holder=ann,
            order=order(5_00, DRAGONS),
            source=source,
            key=f"schedule:{key}",
            most=Money(5_00, USD),
        )

    for key, source in (
        (by_card, roubles),
        (by_card, "card/another"),
        (dollars, roubles),
        (roubles, dollars),
        (roubles, by_card),
    ):
        with pytest.raises(KeyReusedError):
            await pay(key, source)
    for key, source in ((by_card, by_card), (dollars, "account/USD"), (roubles, roubles)):
        assert (await pay(key, source)).offer.id == made[key].offer.id
    assert await cast.available(ann) == 2_000_00 - 2 * 462_50
    assert await cast.available(ann, USD) == 95_00


def _priced(of: Currency, commission: Commission, name: str = "shop") -> Provider:
    whole = 10**of.exponent
    return replace(
        DRAGONS,
        id=name,
        names={"en": name.title()},
        currency=of,
        minimum=Money(1, of),
        maximum=Money(100_000 * whole, of),
        connection=Connection("osmp", {"url": "sandbox:/test", "login": "wallet"}),
        commission=commission,
    )


CASES = [
    # currency, commission, amount, rate, expected: given, provider, fees
    (USD, Commission(), 5_00, "92.50", 462_50, 5_00, 0),
    (USD, Commission(millionths=25_000), 5_00, "92.50", 473_60, 5_00, 12),
    (USD, Commission(25_000, borne_by=BorneBy.PROVIDER), 5_00, "92.50", 462_50, 4_88, 12),
    (USD, Commission(fixed_minor=4_00), 5_00, "92.50", 832_50, 5_00, 4_00),
    (USD, Commission(minimum_minor=5_00), 5_00, "92.50", 925_00, 5_00, 5_00),
    (JPY, Commission(millionths=10_000), 150, "0.62", 94_24, 150, 2),
    (JPY, Commission(millionths=10_000, borne_by=BorneBy.PROVIDER), 150, "0.62", 93_00, 148, 2),
    (KWD, Commission(millionths=10_000), 1_250, "300", 378_60, 1_250, 12),
]


@pytest.mark.parametrize(("of", "commission", "minor", "rate", "given", "provider", "fee"), CASES)
async def test_exchanged_and_with_commission_every_unit_has_its_place(
    cast: Cast,
    ann: Holder,
    of: Currency,
    commission: Commission,
    minor: int,
    rate: str,
    given: int,
    provider: int,
    fee: int,
) -> None:
    """What leaves in roubles, what the provider is owed and what the wallet takes."""
    shop = _priced(of, commission)
    await stock(cast.services, shop)
    await cast.services.rates.set(pair=f"{of.code}/RUB", rate=rate)
    await allow_everything(cast)

    payment = await cast.pay_provider(ann, order(minor, shop, **LOGIN_OF_ANN), "account/RUB")
    await cast.deliver()

    found = await balances(cast, "provider/shop", "system")
    assert payment.given == Money(given, RUB)
    assert await cast.available(ann) == 2_000_00 - given
    assert found[f"provider/shop:main:{of.code}"] == provider
    assert found.get(f"system:fees:{of.code}", 0) == fee
    assert found[f"system:position:{of.code}"] == -provider - fee
    assert found["system:position:RUB"] == given
    assert await cast.faults() == []


async def test_largest_amounts_are_counted_to_the_last_unit(cast: Cast, ann: Holder) -> None:
    """No amount is above ten to the fifteenth, also not with its commission."""
    huge = replace(_priced(RUB, Commission(millionths=30_000)), maximum=Money(10**15, RUB))
    await stock(cast.services, huge)
    await allow_everything(cast)
    for _ in range(2):
        await cast.fund(ann, 10**15)

    with pytest.raises(AmountOutOfRangeError):
        await cast.pay_provider(ann, order(10**15, huge, **LOGIN_OF_ANN), key="too much")
    payment = await cast.pay_provider(ann, order(97 * 10**13, huge, **LOGIN_OF_ANN))
    await cast.deliver()

    assert payment.total == Money(9991 * 10**11, RUB)
    assert await cast.available(ann) == 10_009 * 10**11 + 2_000_00
    assert await cast.faults() == []
