"""Moods of a pretend billing system: all that real ones were seen to do."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

ANY = "*"


class Mood(StrEnum):
    """How a request is taken."""

    GOOD = "good"
    """Credits once and says so."""
    SLOW = "slow"
    """The same, after some seconds."""
    SILENT = "silent"
    """Credits, and never answers."""
    DEAF = "deaf"
    """Credits nothing, and never answers."""
    ERROR = "error"
    """Credits, and answers HTTP 500."""
    BROKEN = "broken"
    """Credits nothing, and answers HTTP 500."""
    DOWN = "down"
    """Credits nothing, and answers HTTP 503, as a front end whose billing is away."""
    EMPTY = "empty"
    """Credits, and answers with nothing."""
    GARBAGE = "garbage"
    """Credits, and answers with a page that is no answer."""
    HTML = "html"
    """Credits, and answers well, as text/html in another charset."""
    BUSY = "busy"
    """Credits nothing: code 1, repeat."""
    UNFINISHED = "unfinished"
    """Credits nothing yet: code 90."""
    REFUSING = "refusing"
    """Credits nothing: a fatal code, 5 unless another is asked for."""
    FORGETFUL = "forgetful"
    """Credits once, and calls a repeat a duplicate: code 300."""
    OTHER_SUM = "other_sum"
    """Credits what was asked, and echoes another sum."""
    RANDOM = "random"
    """One of the others, by chance."""


CREDITS_NOTHING = frozenset(
    {Mood.DEAF, Mood.BROKEN, Mood.DOWN, Mood.BUSY, Mood.UNFINISHED, Mood.REFUSING}
)
CODE_OF_REFUSAL = 5
SECONDS_SLOW = 3
_BY_CHANCE = tuple(mood for mood in Mood if mood not in (Mood.RANDOM, Mood.SLOW))


@dataclass(slots=True)
class Order:
    """A mood that was asked for."""

    mood: Mood
    service: str = ANY
    command: str = ANY
    """`check`, `pay` or any."""
    count: int | None = None
    """For so many requests; None is until another order."""
    code: int = CODE_OF_REFUSAL
    seconds: float = SECONDS_SLOW

    def takes(self, service: str, command: str) -> bool:
        """Whether it is about such a request."""
        return self.service in (ANY, service) and self.command in (ANY, command)


class Moods:
    """What was asked for: the newest order that fits a request counts, else all is good."""

    def __init__(self) -> None:
        self._orders: list[Order] = []
        self._chance = random.Random(1)  # noqa: S311  # the same play at every start

    def __iter__(self) -> Iterator[Order]:
        return iter(self._orders)

    def order(self, order: Order) -> None:
        """From now on; a standing order replaces the one for the same requests."""
        if order.count is None:
            self._orders = [
                each
                for each in self._orders
                if (each.service, each.command) != (order.service, order.command)
            ]
        self._orders.append(order)

    def clear(self) -> None:
        """All is good again."""
        self._orders.clear()

    def next(self, service: str, command: str) -> Order:
        """How this request is taken; one that was counted is used up by it."""
        for order in reversed(self._orders):
            if order.takes(service, command):
                self._use(order)
                if order.mood is Mood.RANDOM:
                    return Order(self._chance.choice(_BY_CHANCE), service, command)
                return order
        return Order(Mood.GOOD)

    def _use(self, order: Order) -> None:
        if order.count is not None:
            order.count -= 1
            if order.count <= 0:
                self._orders.remove(order)
