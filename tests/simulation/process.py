"""Processes of the wallet on one database, each with its services and its worker."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextvars import Context, copy_context
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from purser.notifying import PAUSES
from purser.services import Services, create_services
from services.connections import Connections
from services.due import Handler, Worker
from services.errors import WalletError
from services.ids import new_id
from services.sources import Rules
from services.vault import Vault
from tests.simulation.clock import WallClock
from tests.simulation.faults import Faults
from tests.simulation.loop import HOME, Home
from tests.simulation.store import Disk, SimulatedStore
from tests.simulation.trace import Trace


class Feeder(Protocol):
    """What handles updates in a process."""

    def wake(self) -> None: ...
    async def run(self) -> None: ...
    async def take(self) -> int: ...


T = TypeVar("T")
Call = Callable[[Services], Awaitable[T]]

_ALWAYS = timedelta(days=36500)
LIFETIMES = {
    "sms_code": timedelta(hours=1),
    "sms_card": timedelta(minutes=10),
    "joining_failed": timedelta(hours=1),
    "notice": timedelta(days=1),
    "webhook": timedelta(days=3),
    "bill_notification": timedelta(days=1),
    "robokassa_result": timedelta(days=1),
    "robokassa_result2": timedelta(days=1),
    "charge_link": timedelta(days=1),
    "expire_offer": _ALWAYS,
    "expire_authorisation": _ALWAYS,
    "expire_invoice": _ALWAYS,
    "expire_card": _ALWAYS,
    "pay_provider": _ALWAYS,
}
"""As `purser.work` has them; a test compares."""

PROCESSES_MAX = 3
RESTART_SECONDS_MAX = 20
SKEW_MILLISECONDS_MAX = 2000
HEARD_SHARE = 0.8
"""How many of the commits a worker hears of at once; a poll finds what the rest wrote."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What every process runs on."""

    disk: Disk
    vault: Vault
    clock: WallClock
    faults: Faults
    chance: random.Random
    trace: Trace
    handlers: Callable[[Services], dict[str, Handler]]
    feeder: Callable[[Services], Feeder]
    connections: Connections
    code_from_minor: dict[str, int]


class Process:
    """One of them, until it is killed."""

    def __init__(self, number: int, cluster: "Cluster") -> None:
        machine = cluster.machine
        self.number = number
        self.home = Home()
        self._trace = machine.trace
        self._clock = machine.clock
        most = SKEW_MILLISECONDS_MAX
        self._skew = timedelta(milliseconds=machine.chance.randint(-most, most))
        store = SimulatedStore(
            disk=machine.disk,
            home=self.home,
            faults=machine.faults,
            chance=machine.chance,
            crash=lambda: cluster.kill(self),
        )
        self.services = create_services(
            store=store,
            vault=machine.vault,
            now=self.now,
            new_id=new_id,
            rules=Rules(code_from_minor=machine.code_from_minor),
            connections=machine.connections,
        )
        handlers = machine.handlers(self.services)
        self.worker = Worker(
            store=store, now=self.now, handlers=handlers, lifetimes=LIFETIMES, pauses=PAUSES
        )
        self.feeder = machine.feeder(self.services)

    def now(self) -> datetime:
        """The time, as this process's machine has it."""
        return self._clock() + self._skew

    def begin(self, call: Call[T]) -> "asyncio.Task[T]":
        """Have the process do what *call* says; it goes on though nobody waits for it."""

        async def work() -> T:
            return await call(self.services)

        context = copy_context()
        context.run(HOME.set, self.home)
        task = asyncio.get_running_loop().create_task(work(), context=context)
        task.add_done_callback(self._over)
        return task

    def _over(self, task: "asyncio.Task[T]") -> None:
        """Refusals are answers; any other exception is a mistake of the wallet's."""
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, WalletError):
            self._trace.wrong(f"a service raised {error!r}")


class Cluster:
    """The processes that live at present."""

    def __init__(self, machine: Machine, size: int) -> None:
        self.machine = machine
        self._living: list[Process] = []
        self._started = 0
        self._someone = asyncio.Event()
        self._restarts = set[asyncio.Task[None]]()
        self.kills = 0
        machine.disk.on_due_work = lambda: self._wake(lambda process: process.worker.wake())
        machine.disk.on_update = lambda: self._wake(lambda process: process.feeder.wake())
        for _ in range(size):
            self.start()

    def start(self) -> None:
        """One more process, whose worker takes up what the dead have left."""
        self._started += 1
        process = Process(self._started, self)
        process.begin(lambda _: process.worker.run())
        process.begin(lambda _: process.feeder.run())
        self._living.append(process)
        self._someone.set()
        self.machine.trace.note(f"process {process.number} starts")

    async def any(self) -> Process:
        """One that lives, whichever; waits for it if need be."""
        while not self._living:
            self._someone.clear()
            await self._someone.wait()
        return self.machine.chance.choice(self._living)

    def _wake(self, wake: Callable[[Process], None]) -> None:
        """There is something to do: most processes hear of it."""
        for process in self._living:
            if self.machine.chance.random() < HEARD_SHARE:
                wake(process)

    def kill(self, process: Process | None = None) -> None:
        """Kill *process*, or any; another is started in its place a little later."""
        if process is None:
            if not self._living:
                return
            process = self.machine.chance.choice(self._living)
        if process not in self._living:
            return
        self._bury(process)
        # In a context of its own: the one that asks may be the dead process's.
        restart = asyncio.get_running_loop().create_task(self._restart(), context=Context())
        self._restarts.add(restart)
        restart.add_done_callback(self._restarts.discard)

    def kill_all(self) -> None:
        """Kill them all, and start nothing."""
        for restart in self._restarts:
            restart.cancel()
        for process in list(self._living):
            self._bury(process)

    async def see_to_the_rest(self) -> None:
        """A process of its own does all that is due now, and ends."""
        self._started += 1
        last = Process(self._started, self)
        while await last.begin(lambda _: last.feeder.take()):
            pass
        await last.begin(lambda _: last.worker.drain())
        await last.begin(lambda services: services.reserves.release())

    def _bury(self, process: Process) -> None:
        self.kills += 1
        self.machine.trace.note(f"process {process.number} is killed")
        self._living.remove(process)
        process.home.die()

    async def _restart(self) -> None:
        await asyncio.sleep(self.machine.chance.random() * RESTART_SECONDS_MAX)
        self.start()
