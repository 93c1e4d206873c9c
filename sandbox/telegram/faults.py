"""Failures that were ordered for the next calls of the bot."""

from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.telegram.errors import ApiError

ANY_METHOD = "*"
_DESCRIPTIONS = {
    400: "Bad Request: ordered by the sandbox",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request",
    413: "Request Entity Too Large",
    429: "Too Many Requests: retry after {retry_after}",
    500: "Internal Server Error",
    502: "Bad Gateway",
}
_TOO_MANY_REQUESTS = 429


@dataclass(slots=True, kw_only=True)
class Fault:
    """The next *count* calls of *method* fail.

    With *is_after* the call does its work first and only the answer is a failure, which
    is what a lost answer looks like.
    """

    method: str
    count: int
    code: int
    description: str
    retry_after_seconds: int
    is_after: bool


class Faults:
    """What is ordered and not used up."""

    def __init__(self) -> None:
        self._ordered: list[Fault] = []

    def order(
        self,
        *,
        method: str = ANY_METHOD,
        count: int = 1,
        code: int = 500,
        description: str | None = None,
        retry_after_seconds: int = 1,
        is_after: bool = False,
    ) -> Fault:
        """Let the next *count* calls of *method* fail with *code*."""
        words = description or _DESCRIPTIONS.get(code, f"Error {code}")
        fault = Fault(
            method=method,
            count=count,
            code=code,
            description=words.replace("{retry_after}", str(retry_after_seconds)),
            retry_after_seconds=retry_after_seconds,
            is_after=is_after,
        )
        self._ordered.append(fault)
        return fault

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._ordered)

    def clear(self) -> None:
        """Nothing fails on purpose any more."""
        self._ordered.clear()

    def raise_ordered(self, method: str, *, is_after: bool) -> None:
        """Fail as ordered, once for each failure ordered.

        Raises:
            ApiError: A failure was ordered for this call.
        """
        for fault in self._ordered:
            if fault.is_after == is_after and fault.method.lower() in {method, ANY_METHOD}:
                self._use(fault)
                wait = {"retry_after": fault.retry_after_seconds}
                is_flood = fault.code == _TOO_MANY_REQUESTS
                raise ApiError(
                    fault.code, fault.description, parameters=wait if is_flood else None
                )

    def _use(self, fault: Fault) -> None:
        fault.count -= 1
        if fault.count <= 0:
            self._ordered.remove(fault)
