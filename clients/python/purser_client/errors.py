"""What may go wrong with a call, or with what the wallet tells."""

from collections.abc import Mapping
from typing import Any


class ProblemError(Exception):
    """The wallet refuses; programs look at `code`, people at `detail`."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        """Of HTTP."""
        self.code = str(problem.get("code", f"http_{status}"))
        """Stable."""
        self.detail = str(problem.get("detail", ""))
        self.instance = str(problem.get("instance", ""))
        """The request's id: names it in the wallet's log."""
        self.values = dict(problem)
        """All that the refusal says, as what is left of a limit."""
        super().__init__(f"{self.code}: {self.detail} ({self.instance})")


class UnreachableError(Exception):
    """The wallet did not answer: what was asked for may have been done.

    Ask again with the same key: it is done once.
    """


class SignatureError(Exception):
    """The message is not the wallet's, or too old to be believed."""
