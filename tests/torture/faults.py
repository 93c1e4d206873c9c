"""What is done to the wallet and its world, one function for each kind of fault."""

import asyncio
import contextlib
import subprocess
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random

from bench.servers import PostgresServer, RedisServer
from tests.torture.backups import Backups
from tests.torture.engines import Engine
from tests.torture.outside import Outside
from tests.torture.plan import Step
from tests.torture.weather import MODES

JUMPS = (30, 180, 20 * 60, 3 * 3600, -30, -180, -20 * 60, -3 * 3600)
SMALL_JUMPS = (30, 180, -30, -180)
ALONE_SHARE = 0.3
"""Of jumps, that only one process's machine makes."""

REFILL_SECONDS = 0.1
STARTS_MAX = 20
CHUNK_BYTES = 1024 * 1024


class Faults:
    """Carries a plan out."""

    def __init__(self, engine: Engine, outside: Outside, backups: Backups) -> None:
        self._engine = engine
        self._outside = outside
        self._backups = backups
        self._counts = outside.records.faults
        self._kinds: dict[str, Callable[[Step], Awaitable[None]]] = {
            "clock jump": self._jump,
            "disk full": self._fill_disk,
            "backup": self._back_up,
            **{f"{place} storm": self._storm for place in MODES},
            **{f"kill -9 {name}": self._kill for name in engine.parts},
            **{f"{name} gone": self._stop_server for name in engine.servers},
        }
        self._busy = {kind: asyncio.Lock() for kind in self._kinds}

    async def run(self, plan: list[Step]) -> None:
        """Every step at its time; returns when the last is over."""
        began = time.monotonic()
        async with asyncio.TaskGroup() as tasks:
            for step in plan:
                await asyncio.sleep(max(0, began + step.at - time.monotonic()))
                tasks.create_task(self._do(step))

    async def _do(self, step: Step) -> None:
        async with self._busy[step.kind]:  # the same thing does not break twice at once
            await self._kinds[step.kind](step)

    async def _kill(self, step: Step) -> None:
        name = step.kind.removeprefix("kill -9 ")
        process = next(each for each in self._engine.processes if each.name == name)
        match step.draw % 3:
            case 1:  # when it hurts most: what was just said must be on disk
                await self._outside.records.next_acknowledgement(step.seconds)
            case 2:  # or when a provider has credited, and the wallet has not heard of it
                await self._outside.billing.next_call(step.seconds)
        self._counts[step.kind] += process.kill()

    async def _stop_server(self, step: Step) -> None:
        server = self._engine.servers[step.kind.removesuffix(" gone")]
        if step.draw % 3:
            await self._outside.records.next_acknowledgement(step.seconds)
        self._counts[step.kind] += 1
        await self._without(server, step.seconds)

    async def _without(self, server: PostgresServer | RedisServer, seconds: float) -> None:
        async with self._backups.checking:  # a copy is checked in peace
            await asyncio.to_thread(server.kill)
            await self._outside.weather.hold(seconds)
            for _ in range(STARTS_MAX):
                if await asyncio.to_thread(_starts, server):
                    return
        raise RuntimeError("a server does not start any more")

    async def _storm(self, step: Step) -> None:
        place, random = step.kind.removesuffix(" storm"), _random(step)
        modes = random.sample(MODES[place], random.randint(1, len(MODES[place])))
        await self._outside.weather.storm(place, tuple(modes), step.seconds)

    async def _jump(self, step: Step) -> None:
        random, processes = _random(step), self._engine.processes
        is_alone = random.random() < ALONE_SHARE
        seconds = random.choice(SMALL_JUMPS if is_alone else JUMPS)
        for process in [random.choice(processes)] if is_alone else processes:
            process.jump(seconds)
        self._counts[f"clock {'forwards' if seconds > 0 else 'backwards'}"] += 1

    async def _back_up(self, _: Step) -> None:
        await self._backups.make()

    async def _fill_disk(self, step: Step) -> None:
        if self._engine.small_disk is None:
            return
        self._counts[step.kind] += 1
        ballast = self._engine.small_disk / "ballast"
        try:
            end = time.monotonic() + step.seconds
            while time.monotonic() < end:
                await asyncio.to_thread(_fill, ballast)
                await asyncio.sleep(REFILL_SECONDS)
        finally:
            ballast.unlink(missing_ok=True)


def _random(step: Step) -> Random:
    return Random(step.draw)  # noqa: S311  # the plan's seed decides


def _starts(server: PostgresServer | RedisServer) -> bool:
    """Whether it does: its port may be taken for a moment by who tries to reach it."""
    try:
        server.start()
    except (subprocess.CalledProcessError, TimeoutError):
        return False
    return True


def _fill(ballast: Path) -> None:
    """Leave not one byte."""
    with ballast.open("ab", buffering=0) as opened:
        for size in (CHUNK_BYTES, 4096):
            with contextlib.suppress(OSError):
                while opened.write(bytes(size)) == size:
                    pass
