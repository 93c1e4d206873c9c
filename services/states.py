"""State machines: a table of (state, event) to the next state, one for each noun.

The table says what may happen; storage changes the row only if it still is in the state
that was read.
"""

from enum import StrEnum
from typing import ClassVar, TypeVar

from services.errors import RefusedError

S = TypeVar("S", bound=StrEnum)


class StateError(RefusedError):
    """Not possible in the state the thing is in.  Values: state."""

    code: ClassVar[str] = "wrong_state"


def advance(table: dict[tuple[S, str], S], state: S, event: str) -> S:
    """The state that *event* leads to.

    Raises:
        StateError: The table has no such edge.
    """
    try:
        return table[state, event]
    except KeyError:
        raise StateError(state=state.value, event=event) from None
