"""The simulated loop: time that nobody waits for, and an order that the seed decides."""

import asyncio
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.simulation.chance import stream
from tests.simulation.loop import HOME, Home, SimulatedLoop, StuckError


@pytest.fixture
def loop() -> Iterator[SimulatedLoop]:
    with closing(SimulatedLoop(stream(1, "order"))) as made:
        yield made


def order_of(seed: int) -> list[int]:
    """In which order ten tasks come, that are ready at the same moment."""
    came: list[int] = []

    async def come(number: int) -> None:
        came.append(number)

    async def all_come() -> None:
        await asyncio.gather(*(come(number) for number in range(10)))

    with closing(SimulatedLoop(stream(seed, "order"))) as loop:
        loop.run_until_complete(all_come())
    return came


def test_time_jumps_to_the_next_timer(loop: SimulatedLoop) -> None:
    """A year passes as soon as nobody has anything else to do."""
    loop.run_until_complete(asyncio.sleep(365 * 86_400))

    assert loop.time() == 365 * 86_400


def test_timeout_strikes_at_its_time(loop: SimulatedLoop) -> None:
    """What the worker relies on to end a handler that hangs."""

    async def hang() -> None:
        async with asyncio.timeout(60):
            await asyncio.sleep(90)

    with pytest.raises(TimeoutError):
        loop.run_until_complete(hang())

    assert loop.time() == 60


def test_order_follows_from_the_seed() -> None:
    """Another seed is another order, the same one is the same."""
    orders = [order_of(seed) for seed in range(20)]

    assert orders == [order_of(seed) for seed in range(20)]
    assert len({tuple(order) for order in orders}) > 10


def test_waiting_for_nobody_is_noticed(loop: SimulatedLoop) -> None:
    """A wake-up that was forgotten ends the run, and does not hang it."""
    with pytest.raises(StuckError):
        loop.run_until_complete(loop.create_future())


def test_there_are_no_threads(loop: SimulatedLoop) -> None:
    """Their order could not be repeated."""

    async def elsewhere() -> None:
        await asyncio.to_thread(print)

    with pytest.raises(RuntimeError):
        loop.run_until_complete(elsewhere())


def test_dead_process_takes_its_tasks_with_it(loop: SimulatedLoop) -> None:
    """Also those that its tasks have begun, and those that they begin while they end."""
    home, ended = Home(), list[str]()

    async def wait(name: str) -> None:
        try:
            await asyncio.sleep(10)
        finally:
            ended.append(name)

    async def parent() -> None:
        child = asyncio.create_task(wait("child"))
        await wait("parent")
        await child

    async def outside() -> BaseException | None:
        HOME.set(home)
        task = asyncio.create_task(parent())
        HOME.set(None)
        await asyncio.sleep(5)
        home.die()
        [result] = await asyncio.gather(task, return_exceptions=True)
        return result

    result = loop.run_until_complete(outside())

    assert isinstance(result, asyncio.CancelledError)
    assert sorted(ended) == ["child", "parent"]
    assert loop.time() == 5
