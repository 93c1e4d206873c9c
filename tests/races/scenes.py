"""What a race is: two acts, each in its own process, and what they leave behind."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from tests.races.pausing import Act
from tests.races.stage import Process, Stage


class Race(NamedTuple):
    """The first acts in the stage's first process, the second in its second."""

    first: Act
    second: Act
    left: Callable[[], object]
    """What can be seen when both have ended, without ids."""


Scene = Callable[[Stage], Awaitable[Race]]


def both(stage: Stage, act: Callable[[Process], Act], left: Callable[[], object]) -> Race:
    """The same *act* in either process."""
    return Race(act(stage.first), act(stage.second), left)


_ALIKE = set[Scene]()


def alike(scene: Scene) -> Scene:
    """Both acts of *scene* are the same: which of them stands still makes no difference."""
    _ALIKE.add(scene)
    return scene


def is_alike(scene: Scene) -> bool:
    """Whether *scene* was said to be so."""
    return scene in _ALIKE
