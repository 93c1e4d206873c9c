"""Permits: as many as allowed, whoever keeps count, and whatever clocks do."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bench.servers import RedisServer, redis
from services import rate_limits
from services.errors import UnavailableError
from services.rate_limits import (
    HOLD_MAX,
    DatabaseRateLimits,
    MemoryRateLimits,
    Rate,
    RateLimits,
    SparedRateLimits,
)
from storage.engines import open_store
from storage.redis.limits import RedisRateLimits
from storage.redis.line import open_redis
from tests.clock import TestClock

NOW = timedelta(0)
ONE_SECOND = timedelta(seconds=1)
THREE = Rate(3, ONE_SECOND)


@pytest.fixture(scope="module")
def redis_server() -> Iterator[RedisServer]:
    with redis() as server:
        yield server


@pytest.fixture(params=["memory", "redis", "sqlite", "postgres"])
def engine(request: pytest.FixtureRequest) -> str:
    """Who keeps count."""
    name: str = request.param
    return name


@pytest.fixture
async def limits(
    engine: str, request: pytest.FixtureRequest, clock: TestClock
) -> AsyncIterator[RateLimits]:
    if engine == "memory":
        yield MemoryRateLimits(clock)
    elif engine == "redis":
        server: RedisServer = request.getfixturevalue("redis_server")
        async with open_redis(server.url, now=clock) as line:
            await line.client.flushdb()
            yield RedisRateLimits(line=line, now=clock)
    else:
        url: str = request.getfixturevalue("database")
        async with open_store(url, serves=True, may_migrate=True) as store:
            yield DatabaseRateLimits(store=store, now=clock)


async def takes(limits: RateLimits, count: int, name: str = "a:x") -> list[timedelta]:
    return [await limits.take(name, THREE) for _ in range(count)]


async def test_burst_and_then_one_after_each_interval(
    limits: RateLimits, clock: TestClock
) -> None:
    """What is refused says how long to wait, and costs nothing."""
    assert await takes(limits, 5) == [NOW, NOW, NOW, ONE_SECOND, ONE_SECOND]

    clock.now += timedelta(milliseconds=400)
    assert await takes(limits, 1) == [timedelta(milliseconds=600)]
    clock.now += timedelta(milliseconds=600)
    assert await takes(limits, 2) == [NOW, ONE_SECOND]
    clock.advance(hours=1)
    assert await takes(limits, 4) == [NOW, NOW, NOW, ONE_SECOND]


async def test_names_do_not_share(limits: RateLimits) -> None:
    """One who asks too often takes nothing from the others."""
    await takes(limits, 4)

    assert await takes(limits, 1, "a:y") == [NOW]
    assert await takes(limits, 1, "b:x") == [NOW]


async def test_no_permit_is_given_twice(limits: RateLimits) -> None:
    """Fifty at the same moment, in as many threads and connections as there are."""
    waits = await asyncio.gather(*(limits.take("a:x", THREE) for _ in range(50)))

    assert sorted(waits)[:4] == [NOW, NOW, NOW, ONE_SECOND]


async def test_hold_permits_nothing(limits: RateLimits, clock: TestClock) -> None:
    """A shorter one does not end it; afterwards all is as before."""
    await limits.hold("a:x", timedelta(seconds=7))
    await limits.hold("a:x", timedelta(seconds=3))

    assert await takes(limits, 2) == [timedelta(seconds=7)] * 2
    assert await takes(limits, 1, "a:y") == [NOW]
    clock.advance(seconds=7)
    assert await takes(limits, 4) == [NOW, NOW, NOW, ONE_SECOND]


async def test_longer_hold_counts(limits: RateLimits) -> None:
    """Whichever of two processes was told to wait longer is right; none waits for days."""
    await limits.hold("a:x", timedelta(seconds=3))
    await limits.hold("a:x", timedelta(days=3))

    assert await takes(limits, 1) == [HOLD_MAX]


async def test_clock_that_was_set_back_locks_nobody_out(
    limits: RateLimits, clock: TestClock
) -> None:
    """A bucket that is full in an hour was written by the hour that did not happen."""
    clock.advance(hours=2)
    await takes(limits, 4)
    await limits.hold("a:held", HOLD_MAX)
    clock.advance(hours=-2)

    assert await takes(limits, 4) == [NOW, NOW, NOW, ONE_SECOND]
    assert await takes(limits, 1, "a:held") == [NOW]


async def test_all_keepers_count_alike(limits: RateLimits, clock: TestClock) -> None:
    """The rule is written in three languages; what one says, the others say."""
    model, chance = MemoryRateLimits(clock), random.Random(7)  # noqa: S311  # no secret
    rates = [Rate(1, timedelta(milliseconds=40)), THREE, Rate(1, NOW), Rate(20, ONE_SECOND)]

    for _ in range(300):
        jump = chance.choice([0, 0, 40, 700, 3000, 60_000, -20, -30_000, -4_000_000])
        clock.now += timedelta(milliseconds=chance.randint(min(jump, 0), max(jump, 0)))
        name = f"a:{chance.randint(1, 3)}"
        if chance.random() < 0.1:
            span = timedelta(seconds=chance.choice([1, 30, 5000]))
            await limits.hold(name, span)
            await model.hold(name, span)
        rate = chance.choice(rates)
        assert await limits.take(name, rate) == await model.take(name, rate)


@pytest.mark.parametrize("engine", ["memory"], indirect=True)
async def test_memory_is_bounded(
    limits: RateLimits, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many addresses come: the one that asked longest ago is forgotten first."""
    monkeypatch.setattr(rate_limits, "BUCKETS_MAX", 2)
    one = Rate(1, timedelta(seconds=10))
    await limits.take("other:a", one)
    for name in ("a", "b", "a", "c"):
        await limits.take(f"f:{name}", one)

    waits = [await limits.take(name, one) for name in ("f:a", "f:c", "other:a", "f:b")]

    assert waits == [timedelta(seconds=10)] * 3 + [NOW]


@pytest.mark.parametrize("engine", ["sqlite", "postgres"], indirect=True)
async def test_table_is_bounded(
    limits: DatabaseRateLimits, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full bucket is the same as none; what is not full yet stays."""
    monkeypatch.setattr(rate_limits, "FORGET_EVERY", 5)
    for name in ("a:1", "a:2", "a:3"):
        await limits.take(name, THREE)
    await limits.hold("a:held", HOLD_MAX)
    clock.advance(seconds=30)

    await limits.take("a:4", THREE)
    await limits.take("a:5", THREE)

    rows = await limits._store.read(
        lambda book: [
            row["name"]
            for row in book.connection.execute("SELECT name FROM rate_limits ORDER BY name")  # type: ignore[attr-defined]
        ]
    )
    assert rows == ["a:4", "a:5", "a:held"]


class Away(MemoryRateLimits):
    """Answers unless it is away."""

    def __init__(self, now: TestClock) -> None:
        super().__init__(now)
        self.is_away = False

    async def take(self, name: str, rate: Rate) -> timedelta:
        if self.is_away:
            raise UnavailableError
        return await super().take(name, rate)

    async def hold(self, name: str, span: timedelta) -> None:
        if self.is_away:
            raise UnavailableError
        await super().hold(name, span)


async def test_own_limits_while_the_shared_ones_are_away(clock: TestClock) -> None:
    """Nobody is locked out and nobody is unlimited; the shared ones count when they are back."""
    shared = Away(clock)
    limits = SparedRateLimits(shared=shared, own=MemoryRateLimits(clock))
    await takes(limits, 3)

    with capture_logs() as logs:
        shared.is_away = True
        meanwhile = await takes(limits, 4)
        shared.is_away = False
        afterwards = await takes(limits, 1)

    assert meanwhile == [NOW, NOW, NOW, ONE_SECOND]
    assert afterwards == [ONE_SECOND]
    assert [each["log_level"] for each in logs] == ["warning", "info"]


@pytest.mark.parametrize("is_away", [False, True])
async def test_hold_outlives_its_keeper(clock: TestClock, *, is_away: bool) -> None:
    """Telegram's pause does not end because Redis went away."""
    shared = Away(clock)
    limits = SparedRateLimits(shared=shared, own=MemoryRateLimits(clock))
    shared.is_away = is_away
    await limits.hold("a:x", timedelta(seconds=7))

    shared.is_away = True

    assert await takes(limits, 1) == [timedelta(seconds=7)]
