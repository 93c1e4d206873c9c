"""First answers of an interface, replayed when a request is repeated with its key."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from services.clock import Clock
from services.errors import KeyReusedError
from services.store import Store

T = TypeVar("T")

KEY_LENGTH_MAX = 255


@dataclass(frozen=True, slots=True)
class Answer:
    """What an interface answered: a status and a body, to the byte."""

    status: int
    body: str


@dataclass(frozen=True, slots=True)
class Request:
    """A request that may be repeated."""

    scope: str
    """Whose key it is and for what, so that nobody meets another's."""
    key: str
    fingerprint: bytes
    """Digest of the request's content: the same key with another is a conflict."""


class Answers(Protocol):
    """What storage keeps of answers."""

    def find(self, scope: str, key: str) -> tuple[bytes, Answer] | None:
        """The fingerprint and the answer of the first request with that key, or None."""

    def add(self, request: Request, answer: Answer, at: datetime) -> None:
        """Keep the first answer."""


class Book(Protocol):
    """The part of the book that answers need."""

    @property
    def answers(self) -> Answers: ...


class FirstAnswers:
    """Runs a use case once for each key, in the transaction that keeps its answer."""

    def __init__(self, *, store: Store[Book], now: Clock) -> None:
        self._store = store
        self._now = now

    async def once(
        self, *, request: Request, work: Callable[..., T], answer: Callable[[T], Answer]
    ) -> Answer:
        """Run *work* and keep its answer, or return the answer of the first time.

        *work* is a function of the book, such as `Invoices.creating` makes.

        Raises:
            KeyReusedError: The key stands for a request with other content.
            and whatever *work* raises; then nothing is kept.
        """
        at = self._now()

        def work_once(book: Book) -> Answer:
            first = _first(book, request)
            if first is not None:
                return first
            given = answer(work(book))
            book.answers.add(request, given, at)
            return given

        return await self._store.write(work_once)

    async def refuse(self, *, request: Request, refusal: Answer) -> Answer:
        """Keep a refusal by the rules, so that a repeat cannot change its answer."""
        at = self._now()

        def work(book: Book) -> Answer:
            first = _first(book, request)
            if first is None:
                book.answers.add(request, refusal, at)
            return first or refusal

        return await self._store.write(work)


def _first(book: Book, request: Request) -> Answer | None:
    kept = book.answers.find(request.scope, request.key)
    if kept is None:
        return None
    fingerprint, answer = kept
    if fingerprint != request.fingerprint:
        raise KeyReusedError(key=request.key)
    return answer
