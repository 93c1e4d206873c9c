"""Starlette's routes, that say which of them a request went to.

FastAPI notes only its own; the log and the metrics need the template of every one, since
a path may hold a name.
"""

from starlette import routing
from starlette.routing import Match
from starlette.types import Scope


class Route(routing.Route):
    """A route that is noted in the scope of its requests."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, child_scope = super().matches(scope)
        return match, {**child_scope, "route": self}


class Mount(routing.Mount):
    """A mount that is noted in the scope of its requests."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, child_scope = super().matches(scope)
        return match, {**child_scope, "route": self}
