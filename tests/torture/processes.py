"""The wallet's processes: started, killed, and started again as a supervisor would."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
CLOCK = Path(__file__).parent / "clock"
RESTART_SECONDS = 0.3
STOP_SECONDS_MAX = 30


class Process:
    """`purser run`, or a part of it; whenever it ends it is started again."""

    def __init__(
        self, name: str, words: list[str], environment: dict[str, str], folder: Path
    ) -> None:
        self.name = name
        self.log = folder / f"{name}.log"
        self.clock = folder / f"{name}.clock"
        self.ended_by_itself = 0
        self._words = words
        self._environment = environment | {"TORTURE_CLOCK": str(self.clock)}
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None
        self._supervisor: asyncio.Task[None] | None = None
        self._wrong_by = 0
        self._is_killed = self._is_stopping = False

    def start(self) -> None:
        """Have it run from now on."""
        self.jump(0)
        self._supervisor = asyncio.create_task(self._keep_up())

    def kill(self) -> bool:
        """Kill -9; False where it does not run just now."""
        if self._process is None or self._process.returncode is not None:
            return False
        self._is_killed = True
        self._process.kill()
        return True

    async def end(self) -> None:
        """For ever, whatever it is doing."""
        self._is_stopping = True
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
        if self._supervisor is not None:
            self._supervisor.cancel()
            await asyncio.gather(self._supervisor, return_exceptions=True)

    async def stop(self) -> int | None:
        """SIGTERM; its exit code, or None where it had to be killed."""
        self._is_stopping = True
        if self._process is None or self._supervisor is None:
            return 0
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(STOP_SECONDS_MAX):
                await self._supervisor
        except TimeoutError:
            self._process.kill()
            return None
        return self._process.returncode

    def last_words(self) -> str:
        """The end of its log."""
        lines = self.log.read_text("utf-8", "replace").splitlines() or [""]
        return f"{self.name}: {lines[-1][:200]}"

    def jump(self, seconds: int) -> None:
        """Move its wall clock."""
        self._wrong_by += seconds
        wrong_by = (self._wrong_by * 1_000_000).to_bytes(8, "little", signed=True)
        if not self.clock.exists():
            self.clock.write_bytes(wrong_by)
            return
        with self.clock.open("r+b") as opened:
            opened.write(wrong_by)

    async def _keep_up(self) -> None:
        while not self._is_stopping:
            self._is_killed = False
            with self.log.open("ab") as log:
                self._process = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "purser", *self._words,
                    cwd=self._folder, env=self._environment, stdout=log, stderr=log,
                )  # fmt: skip
            await self._process.wait()
            if not self._is_killed and not self._is_stopping:
                self.ended_by_itself += 1
                await asyncio.sleep(RESTART_SECONDS)


def environment_of(settings: dict[str, str]) -> dict[str, str]:
    """A process's environment with these settings of the wallet and no others."""
    inherited = {name: text for name, text in os.environ.items() if not name.startswith("PURSER_")}
    return inherited | settings | {"PYTHONPATH": f"{CLOCK}{os.pathsep}{ROOT}"}


async def command(environment: dict[str, str], folder: Path, *words: str) -> tuple[int, str, str]:
    """Exit code and output of one `purser` command."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "purser", *words,
        cwd=folder, env=environment,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, errors = await process.communicate()
    return process.returncode or 0, output.decode(), errors.decode()


async def command_json(environment: dict[str, str], folder: Path, *words: str) -> Any:
    """What the command printed as JSON, whatever its exit code.

    Raises:
        ValueError: It printed none.
    """
    code, output, errors = await command(environment, folder, *words, "--json")
    try:
        return json.loads(output)
    except ValueError:
        raise ValueError(f"purser {' '.join(words)}: exit code {code}: {errors}") from None
