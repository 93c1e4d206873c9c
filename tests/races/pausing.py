"""Makes a function of the book stand still in its middle, and another run meanwhile.

Two functions are raced at every place where the first can lose: after each of its calls
of the book.  What both tell and leave behind must be what one after the other would.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple, TypeVar, cast

from services.errors import WalletError
from storage.postgres.book import PostgresBook
from storage.postgres.store import PostgresStore

T = TypeVar("T")

PATIENCE_SECONDS = 20
"""After that a test that went wrong lets go of what it has stopped."""

Act = Callable[[], Awaitable[Any]]


class Pause:
    """Stops the function that makes call number *at*, until it may go on."""

    def __init__(self, at: int) -> None:
        self._at = at
        self._calls = 0
        self._loop = asyncio.get_running_loop()
        self._may_go_on = threading.Event()
        self.reached = asyncio.Event()
        self.where = ""

    def passed(self, book: PostgresBook, call: str) -> None:
        """In the function's thread: *call* was just made."""
        self._calls += 1
        if self._calls != self._at:
            return
        book.connection.execute("SELECT 1").fetchone()  # all that was sent has been done
        self.where = call
        self._loop.call_soon_threadsafe(self.reached.set)
        self._may_go_on.wait(PATIENCE_SECONDS)

    def go_on(self) -> None:
        """Let it finish."""
        self._may_go_on.set()


class _Table:
    """A noun of the book whose calls are counted."""

    def __init__(self, book: PostgresBook, noun: str, pause: Pause) -> None:
        self._book, self._noun, self._pause = book, noun, pause
        self._table = getattr(book, noun)

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._table, name)

        def call(*values: Any, **named: Any) -> Any:
            result = method(*values, **named)
            self._pause.passed(self._book, f"{self._noun}.{name}")
            return result

        return call


class _Book:
    """A book whose calls are counted."""

    def __init__(self, book: PostgresBook, pause: Pause) -> None:
        self._book, self._pause = book, pause

    def __getattr__(self, noun: str) -> _Table:
        return _Table(self._book, noun, self._pause)


class PausingStore:
    """A store whose functions stop where `pause` says, if it says so."""

    def __init__(self, store: PostgresStore) -> None:
        self._store = store
        self.pause: Pause | None = None

    async def write(self, work: Callable[[PostgresBook], T]) -> T:
        pause = self.pause
        if pause is None:
            return await self._store.write(work)
        return await self._store.write(lambda book: work(cast(PostgresBook, _Book(book, pause))))

    async def read(self, view: Callable[[PostgresBook], T]) -> T:
        return await self._store.read(view)

    async def glance(self, view: Callable[[PostgresBook], T]) -> T:
        return await self._store.glance(view)

    async def seal(self) -> int:
        """As the store's."""
        return await self._store.seal()

    def commit_counts(self) -> dict[str, int]:
        """As the store's."""
        return self._store.commit_counts()


class Raced(NamedTuple):
    """How a race went."""

    where: str
    """After which call the first stood still; empty where it had ended before."""
    first: object
    second: object


async def race(
    store: PausingStore, first: Act, second: Act, *, at: int, waits: Callable[[], bool]
) -> Raced:
    """Stop *first*, which writes to *store*, after call *at*; run *second*; let both end.

    *waits* tells whether the second waits for a lock of the first: then it can do no more.
    """
    pause = store.pause = Pause(at)
    running = asyncio.create_task(outcome(first))
    reached = asyncio.create_task(pause.reached.wait())
    try:
        await asyncio.wait((running, reached), return_when=asyncio.FIRST_COMPLETED)
        other = asyncio.create_task(outcome(second))
        while not other.done() and not await asyncio.to_thread(waits):
            pass
    finally:
        pause.go_on()
        reached.cancel()
        store.pause = None
    return Raced(pause.where, await running, await other)


async def outcome(act: Act) -> object:
    """What *act* tells: its result, or the name of the refusal."""
    try:
        return await act()
    except WalletError as exc:
        return exc.code
