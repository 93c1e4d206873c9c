"""Waiting in a thread, in whole milliseconds."""

import random
import select


def pause(milliseconds: int) -> None:
    """Have the thread rest for so long."""
    select.poll().poll(milliseconds)


def jittered(most: int) -> int:
    """Some part of *most* milliseconds, so that those who collided do not meet again."""
    return random.randrange(most) + 1  # noqa: S311  # spreads load, no secret
