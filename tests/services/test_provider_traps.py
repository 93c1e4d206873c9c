"""Paying providers against the grain: whoever tries, or whatever comes between, gains nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.cards import Card
from services.catalogue import Connection, Provider, ProviderNotFoundError
from services.commission import BorneBy, Commission
from services.connections import Answer, Outcome
from services.errors import KeyReusedError, WalletError
from services.holders import Holder
from services.levels import Level
from services.limit_rules import RuleKey, RuleName
from services.money import CURRENCIES, EUR, RUB, USD, AmountOutOfRangeError, Currency, Money
from services.provider_life import Order, ProviderPaymentState
from services.provider_payments import AllowanceError, ProviderProposal
from services.provider_sending import ASKED_FOR
from tests.cast import Cast
from tests.catalogue import DRAGONS, LOGIN_OF_ANN, STEAM, order, stock
from tests.services.test_provider_payments import balances

SILENCE = Answer(Outcome.UNKNOWN, "timeout")
BUSY = Answer(Outcome.LATER, "busy", "1")
REFUSED = Answer(Outcome.REFUSED, "account_not_found", "5")
JPY, KWD = CURRENCIES["JPY"], CURRENCIES["KWD"]


@pytest.fixture
async def ann(cast: Cast) -> Holder:
    """Somebody with two thousand roubles, and a catalogue."""
    await cast.open_catalogue()
    holder = await cast.join()
    await cast.fund(holder, 2_000_00)
    return holder


async def held(
    cast: Cast, holder: Holder, wanted: Order, source: str = "account", key: str = "held"
) -> tuple[ProviderProposal, str]:
    """Confirmed, with the code that would carry it out."""
    payments = cast.services.provider_payments
    made = await payments.offer(holder=holder, order=wanted, source=source, key=key)
    shown = await payments.confirm(holder=holder, offer_id=made.offer.id)
    return shown, await cast.code()


async def allow_everything(cast: Cast, of: Currency = RUB) -> None:
    """No limit of the lowest level in one currency."""
    for name in RuleName:
        await cast.services.limits.set(key=RuleKey(Level.PHONE, of, "any", name), value=None)


async def test_provider_withdrawn_before_the_code_is_not_paid(cast: Cast, ann: Holder) -> None:
    """The operator has closed it for a reason; the money is free at once."""
    shown, code = await held(cast, ann, order())

    await cast.services.catalogue_imports.close(provider_id=STEAM.id, reason="insolvent")
    with pytest.raises(ProviderNotFoundError):
        await cast.services.provider_payments.prove(
            holder=ann, offer_id=shown.offer.id, typed=code
        )
    await cast.deliver()

    assert cast.billing.asked == []
    assert await cast.available(ann) == 2_000_00
    assert await cast.faults() == []


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


async def test_provider_that_was_never_reached_in_a_day_has_certainly_credited_nothing(
    cast: Cast, ann: Holder
) -> None:
    """Every attempt was answered with "not now": nobody has to ask the operator for it."""
    cast.billing.pays.extend([BUSY] * 1000)
    payment = await cast.pay_provider(ann, order())

    for _ in range(ASKED_FOR // timedelta(minutes=30) + 4):
        await cast.deliver()
        cast.clock.now += timedelta(minutes=30)

    shown = await cast.services.provider_payments.receipt(holder=ann, payment_id=payment.id)
    assert shown.payment is not None
    assert shown.payment.state is ProviderPaymentState.FAILED
    assert await cast.available(ann) == 2_000_00
    assert await cast.faults() == []


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


async def _frozen(cast: Cast, ann: Holder, card: Card) -> None:
    await cast.services.cards.freeze(holder=ann, card_id=card.id, version=card.version)


async def test_card_that_was_frozen_before_the_code_pays_nothing(cast: Cast, ann: Holder) -> None:
    """Also where it is exchanged on the way; account and limits are as before."""
    await cast.services.rates.set(pair="USD/RUB", rate="92.50")
    card = (await cast.services.cards.listed(holder=ann))[0]
    shown, code = await held(cast, ann, order(5_00, DRAGONS), f"card/{card.id}")

    await _frozen(cast, ann, card)
    with pytest.raises(WalletError) as refused:
        await cast.services.provider_payments.prove(
            holder=ann, offer_id=shown.offer.id, typed=code
        )

    assert refused.value.code == "card_frozen"
    assert await cast.available(ann) == 2_000_00
    assert await used(cast, ann) == (0, 0)
    assert await cast.faults() == []


async def used(cast: Cast, holder: Holder, of: Currency = RUB) -> tuple[int, int]:
    """What counts against the limits of today: amount and number of all kinds."""
    lines = (await cast.services.limits.show(holder=holder, currencies=(of,)))[of]
    day = next(each for each in lines if each.rule.key.name is RuleName.DAY)
    count = next(each for each in lines if each.rule.key.name is RuleName.DAY_COUNT)
    assert isinstance(day.used, Money)
    assert isinstance(count.used, int)
    return day.used.minor, count.used
