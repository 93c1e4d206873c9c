"""Which function answers what: plain dictionaries, looked up in one step.

A handler is a function that parses, makes one service call and returns a `Screen`.  It is
called with exactly the arguments it names; what it names is read once, when it is added.
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.screens import Screen
from services.holders import NotJoinedError

Handler = Callable[..., Awaitable[Screen]]

HOLDER = "holder"


@dataclass(frozen=True, slots=True)
class Route:
    """A handler and the arguments it names."""

    handler: Handler
    names: tuple[str, ...]

    async def call(self, values: Mapping[str, Any]) -> Screen:
        """Run the handler with the *values* it names.

        Raises:
            NotJoinedError: It is for holders, and the visitor has no wallet.
            and whatever the handler's service raises.
        """
        if HOLDER in self.names and values[HOLDER] is None:
            raise NotJoinedError
        return await self.handler(**{name: values[name] for name in self.names})


@dataclass(frozen=True, slots=True)
class QuestionRoute:
    """What takes an answer, and what asks again when it was refused."""

    answer: Route
    again: Route


class Routes:
    """The table of the chat."""

    def __init__(self) -> None:
        self.commands: dict[str, Route] = {}
        self.buttons: dict[str, Route] = {}
        self.questions: dict[str, QuestionRoute] = {}
        self.others: dict[str, Route] = {}
        """`contact`, `picture`, `code` (a pasted payment code), `unknown` (not understood) and
        `stranger` (no wallet yet)."""

    def command(self, name: str, handler: Handler) -> None:
        """`/name` is answered by *handler*."""
        _add(self.commands, name, handler)

    def button(self, action: str, handler: Handler) -> None:
        """A press of a button with *action* is answered by *handler*."""
        _add(self.buttons, action, handler)

    def question(self, name: str, handler: Handler, *, again: Handler) -> None:
        """A plain message that answers the question *name*; *again* asks it once more."""
        if name in self.questions:
            raise ValueError(f"{name} is asked twice")
        self.questions[name] = QuestionRoute(_route(handler), _route(again))

    def other(self, name: str, handler: Handler) -> None:
        """What is neither command, button nor answer."""
        _add(self.others, name, handler)

    def check(self, provided: frozenset[str]) -> None:
        """See that every handler is given what it names.

        Raises:
            TypeError: One names what nobody provides.
        """
        missing = [
            f"{route.handler.__module__}.{getattr(route.handler, '__name__', '?')}({name})"
            for route in self._all()
            for name in route.names
            if name not in provided
        ]
        if missing:
            raise TypeError(f"nobody provides {', '.join(missing)}")

    def _all(self) -> list[Route]:
        asked = [each for pair in self.questions.values() for each in (pair.answer, pair.again)]
        return [
            *self.commands.values(),
            *self.buttons.values(),
            *self.others.values(),
            *asked,
        ]


def _add(table: dict[str, Route], name: str, handler: Handler) -> None:
    if name in table:
        raise ValueError(f"{name} has two handlers")
    table[name] = _route(handler)


def _route(handler: Handler) -> Route:
    return Route(handler, tuple(inspect.signature(handler).parameters))
