"""An event loop without a machine: its time is a number, its order is drawn from a seed.

Nothing real is in it: no sockets, no threads, no clock.  Whatever is ready runs in an order
that the seed decides, and when nothing is ready the time jumps to the next timer.  So a run
is a function of its seed.  Source: Python's own loop, `asyncio.base_events`, whose ready
queue and timers are used by their private names here and nowhere else.
"""

import asyncio
import heapq
import random
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar
from typing import Any

HOME: ContextVar["Home | None"] = ContextVar("HOME", default=None)
"""The process in which code runs; None is the world outside."""

STEPS_MAX = 400_000
"""A run that takes longer turns in a circle."""

_PRUNE = 64


class StuckError(Exception):
    """Everybody waits and nobody will come, or they go round for ever."""


class NumberedTask(asyncio.Task[Any]):
    """A task whose place in a set does not depend on where it lies in memory."""

    def __init__(self, number: int, coro: Coroutine[Any, Any, Any], **options: Any) -> None:
        self.number = number
        super().__init__(coro, **options)

    def __hash__(self) -> int:
        return self.number

    def __eq__(self, other: object) -> bool:
        return self is other


class Home:
    """The tasks of one process, which die together."""

    def __init__(self) -> None:
        self.is_alive = True
        self._tasks: list[NumberedTask] = []

    def adopt(self, task: NumberedTask) -> None:
        """*task* began in this process."""
        if len(self._tasks) > _PRUNE:
            self._tasks = self.living()
        self._tasks.append(task)

    def living(self) -> list[NumberedTask]:
        """What still runs, oldest first."""
        return [task for task in self._tasks if not task.done()]

    def die(self) -> None:
        """Every task ends where it waits.

        Their `finally` clauses run, which a killed process's would not: so whoever lends
        such a task anything (storage, the network) must look at `is_alive` first.
        """
        self.is_alive = False
        for task in self.living():
            task.cancel()


class SimulatedLoop(asyncio.BaseEventLoop):
    """Runs what is ready in an order drawn from *chance*."""

    _ready: deque[asyncio.Handle]
    _scheduled: list[asyncio.TimerHandle]

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self._chance = chance
        self._seconds = 0.0
        self._tasks_made = 0
        self.steps = 0
        self.disturb_at: int | None = None
        """The step before which *disturb* is called."""
        self.disturb: Callable[[], None] = lambda: None
        self.complaints: list[str] = []
        """What the loop would have logged: exceptions that nobody has heard of."""
        self.set_task_factory(self._make_task)  # type: ignore[arg-type]  # it makes Tasks

    def time(self) -> float:
        """Simulated seconds since the beginning."""
        return self._seconds

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        self.complaints.append(f"{context.get('message')}: {context.get('exception')!r}")

    def run_in_executor(self, *_: Any, **__: Any) -> Any:  # type: ignore[override]
        """There are no threads: their order is the machine's."""
        raise RuntimeError("a thread was asked for in a simulation")

    def _run_once(self) -> None:
        self.steps += 1
        if self.steps > STEPS_MAX:
            raise StuckError("it never ends")
        if self.steps == self.disturb_at:
            self.disturb()
        if not self._ready:
            self._wait()
        self._gather_due()
        place = self._chance.randrange(len(self._ready))
        handle = self._ready[place]
        del self._ready[place]
        if not handle.cancelled():
            handle._run()

    def _wait(self) -> None:
        """Nothing can be done now: it becomes later."""
        while self._scheduled and self._scheduled[0].cancelled():
            heapq.heappop(self._scheduled)._scheduled = False  # type: ignore[attr-defined]
        if not self._scheduled:
            raise StuckError("everybody waits and nobody will come")
        self._seconds = max(self._seconds, self._scheduled[0].when())

    def _gather_due(self) -> None:
        while self._scheduled and self._scheduled[0].when() <= self._seconds:
            timer = heapq.heappop(self._scheduled)
            timer._scheduled = False  # type: ignore[attr-defined]
            self._ready.append(timer)

    def _write_to_self(self) -> None:
        """Nobody sleeps who would have to be woken."""

    def _make_task(
        self,
        loop: asyncio.AbstractEventLoop,
        coro: Coroutine[Any, Any, Any],
        *,
        context: Context | None = None,
        **options: Any,
    ) -> NumberedTask:
        self._tasks_made += 1
        task = NumberedTask(self._tasks_made, coro, loop=loop, context=context, **options)
        home = HOME.get() if context is None else context.get(HOME)
        if home is not None:
            home.adopt(task)
            if not home.is_alive:
                task.cancel()
        return task
