"""Why a service refuses: the families the edges switch on.

    WalletError
    ├── NotFoundError        no such thing, or not this owner's
    ├── InvalidRequestError  can never succeed as written
    ├── RefusedError         well formed, but the rules say no for now
    ├── ConflictError        the same key was used for something else
    └── UnavailableError     the outside or the disk did not answer; a retry may help

A concrete error lives beside the code that raises it.  It carries values (in `values`, for
the edges to show) and not sentences: the words are in the bot's Fluent files, the statuses
in `gateway/errors.py`.  Anything that is not a `WalletError` is a bug and is logged as one.
"""

from typing import ClassVar, TypeVar

T = TypeVar("T")


class WalletError(Exception):
    """Base of everything a service raises on purpose; never raised itself."""

    code: ClassVar[str]
    """Stable name of the error: part of the HTTP API and the key of its text."""

    def __init__(self, **values: object) -> None:
        super().__init__(", ".join(f"{name}={value}" for name, value in values.items()))
        self.values = values
        """What the sentence names: amounts, times, what remains.  Never a secret."""


class NotFoundError(WalletError):
    """The thing named does not exist for this owner."""

    code = "not_found"


class InvalidRequestError(WalletError):
    """The request can never succeed as written."""

    code = "invalid_request"


class RefusedError(WalletError):
    """The request is well formed, but the rules say no for now."""

    code = "refused"


class ConflictError(WalletError):
    """The same idempotency key already stands for a different request."""

    code = "conflict"


class UnavailableError(WalletError):
    """Something did not answer in time; trying again may help."""

    code = "unavailable"


class KeyReusedError(ConflictError):
    """The key stands for something else already."""

    code = "key_reused"


def raise_refusal(outcome: T | WalletError) -> T:
    """Raise what a use case returned as its refusal, or return its result.

    Some refusals must be remembered (a wrong code counts): the function of the book
    returns them, so that what it wrote stays, and its caller raises them.
    """
    if isinstance(outcome, WalletError):
        raise outcome
    return outcome
