"""What a start costs: until the first update is answered, beside importing aiogram alone.

A real `purser run` on an empty database, with a Bot API in this process that has one
`/start` waiting for it: the clock stops when its answer arrives.
"""

import asyncio
import os
import re
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

ROOT = Path(__file__).parents[1]
TOKEN = "42:TEST"  # noqa: S105  # of nobody
ROUNDS = 3
WAIT_SECONDS = 180
UPDATES_MAX = 100
AIOGRAM = "import aiogram"
RUNS = {
    "`purser run`, first answer": "true",
    "the same, `PURSER_LAZY_MODELS=false`": "false",
}
_IMPORT = """
import re
{imports}
print(re.search(r"VmRSS:\\s+(\\d+)", open("/proc/self/status").read())[1])
"""
_TICKS = os.sysconf("SC_CLK_TCK")

Cost = tuple[int, int, int]
"""Nanoseconds of wall and of CPU, kilobytes resident."""


class BotApi:
    """Answers everything; has some updates, and says when each was answered."""

    def __init__(self, people: Sequence[int]) -> None:
        first = time.monotonic_ns() // 1000  # not those of the process before
        self._updates = [_update(number, each) for number, each in enumerate(people, first)]
        self._unanswered = len(self._updates)
        self.is_answered = asyncio.Event()
        self.is_over = asyncio.Event()

    async def take(self, request: web.Request) -> web.Response:
        """Any method."""
        method = request.match_info["method"]
        if method == "getUpdates":
            if not self._updates:
                await self.is_over.wait()
            given, self._updates = self._updates[:UPDATES_MAX], self._updates[UPDATES_MAX:]
            return _ok(given)
        if method == "sendMessage":
            self._unanswered -= 1
            if not self._unanswered:
                self.is_answered.set()
            return _ok({"message_id": 2, "date": 1, "chat": {"id": 7, "type": "private"}})
        if method == "getMe":
            return _ok({"id": 42, "is_bot": True, "first_name": "P", "username": "p_bot"})
        return _ok(True)  # noqa: FBT003  # what Telegram says


@asynccontextmanager
async def bot_api(people: Sequence[int]) -> AsyncIterator[tuple[BotApi, str]]:
    """A Bot API on this machine, where those *people* have written, and its address."""
    api = BotApi(people)
    application = web.Application()
    application.router.add_route("*", "/{bot}/{method}", api.take)
    runner = web.AppRunner(application, shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield api, f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        api.is_over.set()
        await runner.cleanup()


async def measure(rounds: int = ROUNDS) -> dict[str, Cost]:
    """By program: the best of some rounds, interleaved."""
    found: dict[str, list[Cost]] = {}
    for _ in range(rounds):
        for name, imports in (("python alone", ""), (AIOGRAM, AIOGRAM)):
            found.setdefault(name, []).append(await imported(imports))
        for name, is_lazy in RUNS.items():
            with tempfile.TemporaryDirectory(prefix="purser-bench-") as made:
                cost = await answered(Path(made), [7], PURSER_LAZY_MODELS=is_lazy)
            found.setdefault(name, []).append(cost)
    return {name: min(costs) for name, costs in found.items()}


async def imported(imports: str) -> Cost:
    """A process that imports that and ends."""
    began, before = time.perf_counter_ns(), os.times()
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _IMPORT.format(imports=imports), stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await child.communicate()
    wall, after = time.perf_counter_ns() - began, os.times()
    spent = after.children_user + after.children_system
    spent -= before.children_user + before.children_system
    return wall, round(spent * 10**9), int(printed)


async def answered(folder: Path, people: Sequence[int], **environment: str) -> Cost:
    """A wallet on `w.db` in *folder*, until all of the *people* have their answers."""
    async with bot_api(people) as (api, address):
        began = time.perf_counter_ns()
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "purser", "run"),
            env=_environment(folder, address) | environment,
            cwd=folder,
            stderr=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
        )
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await api.is_answered.wait()
            return time.perf_counter_ns() - began, *footprint(child.pid)
        finally:
            child.kill()
            await child.wait()


def footprint(pid: int) -> tuple[int, int]:
    """Nanoseconds of CPU that a process has spent, and its kilobytes resident."""
    stat = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    resident = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text("utf-8"))
    kilobytes = 0 if resident is None else int(resident[1])
    return (int(stat[11]) + int(stat[12])) * 10**9 // _TICKS, kilobytes


def _environment(folder: Path, address: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PURSER_")}
    return kept | {
        "PYTHONPATH": str(ROOT),
        "PURSER_BOT_API_URL": address,
        "PURSER_BOT_TOKEN": TOKEN,
        "PURSER_DATABASE_URL": f"sqlite:///{folder}/w.db",
        "PURSER_HTTP_PORT": "0",
        "PURSER_RATES_URL": "operator:",
        "PURSER_SENDS_PER_SECOND": "1000",
    }


def _update(number: int, person_id: int) -> dict[str, Any]:
    person = {"id": person_id, "is_bot": False, "first_name": "Ann", "language_code": "en"}
    chat = {"id": person_id, "type": "private", "first_name": "Ann"}
    message = {"message_id": 1, "date": 1, "chat": chat, "from": person, "text": "/start"}
    return {"update_id": number, "message": message}


def _ok(result: Any) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def table(found: dict[str, Cost]) -> str:
    """The programs as Markdown, beside `import aiogram`."""
    base = found[AIOGRAM]
    lines = [
        "| start | wall | CPU | CPU beside aiogram | resident |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {name} | {wall // 10**6} ms | {spent // 10**6} ms | {100 * spent // base[1]} % "
        f"| {kilobytes // 1024} MB |"
        for name, (wall, spent, kilobytes) in found.items()
    ]
    return "\n".join(lines)
