"""Buckets of the gateway: what is over is told when to come back."""

from datetime import timedelta

import pytest

from gateway.app import create_app
from gateway.limits import Buckets, Limits, TooManyRequestsError
from purser.services import Services
from services.rate_limits import MemoryRateLimits, Rate
from storage.engines import AnyStore
from tests.clock import TestClock
from tests.gateway.conftest import INVOICES, client_of, gateway_settings

ONE = Rate(1, timedelta(milliseconds=2500))


async def test_wait_is_told_in_whole_seconds(clock: TestClock) -> None:
    """Rounded up: who comes back then is served."""
    buckets = Buckets(MemoryRateLimits(clock), "key", ONE)
    await buckets.take("a")

    with pytest.raises(TooManyRequestsError) as refused:
        await buckets.take("a")

    assert refused.value.retry_after == 3
    clock.advance(seconds=3)
    await buckets.take("a")


async def test_families_have_buckets_of_their_own(clock: TestClock) -> None:
    """A shop's requests are not taken from the failures of an address of the same name."""
    limits = MemoryRateLimits(clock)
    await Buckets(limits, "key", ONE).take("a")

    await Buckets(limits, "failures", ONE).take("a")

    with pytest.raises(TooManyRequestsError):
        await Buckets(limits, "key", ONE).take("a")


async def test_gateways_share_the_limits_they_are_given(
    services: Services, store: AnyStore, clock: TestClock
) -> None:
    """A guesser is not served once more by each process."""
    limits = MemoryRateLimits(clock)
    few = Limits(failures=Rate(1, timedelta(seconds=30)))
    wrong = {"Authorization": "Bearer wrong"}
    statuses = []

    for _ in range(2):
        settings = gateway_settings(services, store, clock)
        app = create_app(**settings, limits=few, rate_limits=limits)
        async with client_of(app) as client:
            statuses.append((await client.get(INVOICES, headers=wrong)).status_code)

    assert statuses == [401, 429]
