"""What happened in a run, as text: its digest tells two runs apart, its end explains a fault."""

import asyncio
import sys
from collections import deque
from hashlib import sha256

TAIL = 60
"""Lines that are kept of a run that nobody watches."""


class Trace:
    """Takes notes, and hears of what must not be."""

    def __init__(self, loop: asyncio.AbstractEventLoop, *, is_printed: bool = False) -> None:
        self._loop = loop
        self._is_printed = is_printed
        self._digest = sha256()
        self.tail = deque[str](maxlen=TAIL)
        self.violations: list[str] = []
        self.was_violated = asyncio.Event()

    def note(self, text: str) -> None:
        """One more thing that happened."""
        line = f"{self._loop.time():11.3f} {text}"
        self._digest.update(line.encode())
        self.tail.append(line)
        if self._is_printed:
            sys.stdout.write(f"{line}\n")

    def wrong(self, text: str) -> None:
        """A promise was broken: the run ends."""
        self.note(f"VIOLATION {text}")
        self.violations.append(text)
        self.was_violated.set()

    @property
    def digest(self) -> str:
        """The same for the same run."""
        return self._digest.hexdigest()
