"""Starlette's routes, that say which of them a request went to.

FastAPI notes only its own; the log and the metrics need the template of every one, since
a path may hold a name.
"""

from collections.abc import Callable
from typing import Any

from starlette import routing
from starlette.routing import Match
from starlette.types import Scope


class Route(routing.Route):
    """A route that is noted in the scope of its requests."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **more: Any) -> None:
        super().__init__(path, endpoint, **more)
        self.begins = path.partition("{")[0]
        """What its addresses begin with: quicker to compare than a pattern, of which each
        request meets dozens that are not its own."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if not scope.get("root_path") and not scope.get("path", "").startswith(self.begins):
            return Match.NONE, {}
        match, child_scope = super().matches(scope)
        return match, {**child_scope, "route": self}


class Mount(routing.Mount):
    """A mount that is noted in the scope of its requests."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, child_scope = super().matches(scope)
        return match, {**child_scope, "route": self}
