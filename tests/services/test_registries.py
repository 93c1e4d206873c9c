"""Daily registries: exactly what was captured on a day of the provider's, once, as it was sent."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from services.catalogue import Connection, Provider, ProviderNotFoundError
from services.money import RUB, USD, Money
from services.provider_life import ProviderPaymentState
from services.registries import (
    DAYS_BACK,
    MARGIN,
    Form,
    Registries,
    RegistryDayError,
    RegistryFormError,
    RegistryNotFoundError,
)
from tests.cast import Cast
from tests.catalogue import STEAM, order, stock
from tests.clock import TestClock
from tests.services.payments_to_providers import TXN, add, payment

YESTERDAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)
"""In Moscow, at which the 24th begins."""


def steam(**settings: Any) -> Provider:
    """The game, with a service of its own and *settings* of its connection."""
    return replace(STEAM, service="4711", connection=Connection("osmp", settings))


@pytest.fixture
async def registries(cast: Cast) -> Registries:
    await stock(cast.services, steam())
    return cast.services.registries


async def test_file_as_the_protocol_describes_it(cast: Cast, registries: Registries) -> None:
    """Name, TABs, a point in sums, Moscow's time, the total in the last line."""
    await cast.store.write(
        lambda book: add(
            book,
            payment(1, NOON, minor=1_00),
            payment(2, NOON + timedelta(hours=1), minor=1250_05, account="bob"),
        )
    )

    made = await registries.make()

    assert [(each.name, each.day, each.number) for each in made] == [
        ("QIWI_4711_202611231.csv", YESTERDAY, 1)
    ]
    assert made[0].content == (
        f"{TXN + 1}\t23.11.2026\t12:00:00\tann_2026\t1.00\r\n"
        f"{TXN + 2}\t23.11.2026\t13:00:00\tbob\t1250.05\r\n"
        "Total:\t2\t1251.05\r\n"
    )
    assert (made[0].payments, made[0].total) == (2, Money(1251_05, RUB))
    assert made[0].digest == sha256(made[0].content.encode()).hexdigest()


async def test_day_is_the_providers_and_only_what_is_done_counts(
    cast: Cast, registries: Registries
) -> None:
    """A microsecond decides; what failed or is on its way is not settled."""
    moments = (MIDNIGHT - timedelta(days=1), MIDNIGHT - timedelta(microseconds=1))
    outside = (moments[0] - timedelta(microseconds=1), MIDNIGHT)
    others = [state for state in ProviderPaymentState if state is not ProviderPaymentState.DONE]
    await cast.store.write(
        lambda book: add(
            book,
            *(payment(number, at) for number, at in enumerate((*moments, *outside))),
            *(payment(10 + number, NOON, state=each) for number, each in enumerate(others)),
        )
    )

    found = await registries.of(provider_id="steam", day=YESTERDAY)

    lines = found[0].content.splitlines()
    assert [line.split("\t")[0] for line in lines] == [str(TXN), str(TXN + 1), "Total:"]


async def test_made_once_and_kept_as_sent(
    cast: Cast, registries: Registries, clock: TestClock
) -> None:
    """What went out is what is looked at later, whatever the terms say by then."""
    await cast.store.write(lambda book: add(book, payment(1, NOON)))
    first = await registries.make()
    await stock(cast.services, steam(registry={"prefix": "PURSER"}))

    again = await registries.make()
    kept = await registries.of(provider_id="steam")

    assert again == []
    assert kept == first
    assert kept[0].made_at == clock()


async def test_days_are_made_up_for(cast: Cast, registries: Registries, clock: TestClock) -> None:
    """A wallet that was off for some nights owes every one of them."""
    days = [NOON - timedelta(days=back) for back in range(DAYS_BACK + 1)]
    await cast.store.write(
        lambda book: add(book, *(payment(number, at) for number, at in enumerate(days)))
    )

    made = await registries.make()

    assert [each.day for each in made] == [
        YESTERDAY - timedelta(days=back) for back in range(DAYS_BACK - 1, -1, -1)
    ]
    oldest = YESTERDAY - timedelta(days=DAYS_BACK)
    assert (await registries.of(provider_id="steam", day=oldest))[0].payments == 1


async def test_day_is_over_a_little_after_midnight(
    cast: Cast, registries: Registries, clock: TestClock
) -> None:
    """A payment of its last second must be in the books before its registry is made."""
    await cast.store.write(lambda book: add(book, payment(1, NOON)))
    clock.now = MIDNIGHT + MARGIN - timedelta(microseconds=1)
    early = await registries.make()
    with pytest.raises(RegistryDayError):
        await registries.of(provider_id="steam", day=YESTERDAY)
    clock.now = MIDNIGHT + MARGIN

    made = await registries.make()

    assert (early, len(made)) == ([], 1)


async def test_zone_and_form_are_the_providers(cast: Cast, clock: TestClock) -> None:
    """What the protocol leaves open is agreed on with each."""
    terms = steam(
        zone="Asia/Vladivostok",
        registry={"prefix": "PURSER", "date": "%Y-%m-%d", "time": "%H%M%S"},
    )
    await stock(cast.services, terms)
    evening = datetime(2026, 11, 22, 20, 30, tzinfo=UTC)
    await cast.store.write(lambda book: add(book, payment(1, evening)))

    made = await cast.services.registries.make()

    assert made[0].name == "PURSER_4711_202611231.csv"
    assert made[0].content.startswith(f"{TXN + 1}\t2026-11-23\t063000\t")


async def test_each_currency_has_its_own(cast: Cast, registries: Registries) -> None:
    """A provider that changed its currency at noon is owed in both."""
    dollars = replace(payment(2, NOON), amount=Money(7_00, USD), total=Money(7_00, USD))
    await cast.store.write(lambda book: add(book, payment(1, NOON), dollars))

    made = await registries.make()

    assert [(each.name, str(each.total)) for each in made] == [
        ("QIWI_4711_202611231.csv", "500.00 RUB"),
        ("QIWI_4711_202611232.csv", "7.00 USD"),
    ]


async def test_what_there_is_none_of(registries: Registries) -> None:
    """No payments, no such provider, a day to come."""
    with pytest.raises(RegistryNotFoundError):
        await registries.of(provider_id="steam")
    with pytest.raises(ProviderNotFoundError):
        await registries.of(provider_id="nobody")
    with pytest.raises(RegistryDayError):
        await registries.of(provider_id="steam", day=date(2026, 11, 24))


async def test_real_payment_is_in_it(cast: Cast, registries: Registries, clock: TestClock) -> None:
    """With the number that the provider was sent, and the amount that it credited."""
    ann = await cast.join()
    await cast.fund(ann, 1_000_00)
    await cast.pay_provider(ann, order())
    await cast.deliver()
    clock.advance(days=1)

    made = await registries.make()

    asked = cast.billing.asked[0]
    assert made[0].content.split("\t")[0] == str(asked.txn)
    assert made[0].total == asked.amount


@pytest.mark.parametrize(
    "settings",
    [
        {"registry": {"prefix": "../../etc"}},
        {"registry": {"prefix": ""}},
        {"registry": {"date": "%d\t%m"}},
        {"registry": {"time": "%s"}},
        {"registry": {"date": "%d%"}},
        {"registry": {"colour": "red"}},
        {"zone": "../Moscow"},
    ],
)
def test_form_that_would_spoil_the_file_is_refused(settings: dict[str, Any]) -> None:
    """A TAB in a date would shift every cell, a path in a name would leave the folder."""
    with pytest.raises(RegistryFormError):
        Form.of(settings)
