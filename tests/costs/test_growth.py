"""Nothing is kept of an operation that is over: the short version of `bench.soak`."""

from pathlib import Path

from bench.commands import open_world
from bench.soak import MIX, Town, sample

PEOPLE = 4
ROUND = 50 * len(MIX)
KEPT_MOST = ROUND
"""A leak keeps a thing of every operation: 700 in two rounds.  Some hundred come and go."""


async def test_operations_leave_nothing_in_memory(tmp_path: Path) -> None:
    """A wallet runs for months; a kilobyte a payment would be its end."""
    seen = []
    async with open_world(tmp_path) as world:
        await world.store._writer.run(lambda raw: raw.execute("PRAGMA synchronous = OFF"))
        town = await Town.open(world, PEOPLE)
        for number in range(1, 5 * ROUND + 1):
            await town.act(number)
            if number % ROUND == 0:
                seen.append(sample(number))

    _warm_up, before, _, *after = seen
    for counted in ("objects", "blocks"):
        kept = min(getattr(each, counted) for each in after) - getattr(before, counted)
        assert kept < KEPT_MOST, (counted, seen)
