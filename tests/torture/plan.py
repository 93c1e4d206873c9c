"""Which faults come, in which order: the same for the same seed.

When exactly they hit what is in hand is the machine's business.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

GAP_SECONDS = 3.0
LASTING_SECONDS = (2.0, 6.0)
EARLIEST = 0.05
LATEST = 0.9
"""Of the storm, so that every fault begins under load."""


@dataclass(frozen=True, slots=True)
class Step:
    """One fault."""

    at: float
    """Seconds from the start of the storm."""
    kind: str
    seconds: float
    """How long it lasts, where it lasts."""
    draw: int
    """Chooses among the details."""


def make_plan(seed: int, seconds: float, kinds: Sequence[str]) -> list[Step]:
    """Every kind once in random order, and again as long as there is time."""
    random = Random(seed)  # noqa: S311  # a seed is what it is for
    count = max(len(kinds), int(seconds / GAP_SECONDS))
    order: list[str] = []
    while len(order) < count:
        order += random.sample(kinds, len(kinds))
    gap = seconds * (LATEST - EARLIEST) / count
    return [
        Step(
            at=seconds * EARLIEST + gap * (number + random.random()),
            kind=kind,
            seconds=random.uniform(*LASTING_SECONDS),
            draw=random.getrandbits(32),
        )
        for number, kind in enumerate(order[:count])
    ]
