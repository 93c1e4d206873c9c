"""A counter of everything that happens in the sandbox, which pages and scripts wait on."""

import asyncio
from collections.abc import Collection


class Changes:
    """Tells waiters that a topic (`chat:1001`, `sms:1001`, `shop` ...) has changed.

    Versions only grow, so a reader that says the last one it saw misses nothing.
    """

    def __init__(self) -> None:
        self.version = 0
        self.is_closed = False
        self._topics: dict[str, int] = {}
        self._moved = asyncio.Event()

    def touch(self, topic: str) -> int:
        """Note a change of *topic*; the new version."""
        self.version += 1
        self._topics[topic] = self.version
        self._wake()
        return self.version

    def of(self, topic: str) -> int:
        """The version at which *topic* last changed, 0 if it never did."""
        return self._topics.get(topic, 0)

    def since(self, version: int) -> dict[str, int]:
        """The topics that changed after *version*."""
        return {topic: at for topic, at in self._topics.items() if at > version}

    async def wait(
        self, after: int, *, timeout_seconds: float, topics: Collection[str] | None = None
    ) -> bool:
        """True as soon as one of *topics* (any, by default) is newer than *after*."""
        try:
            async with asyncio.timeout(timeout_seconds):
                while not self.is_closed and not self._is_newer(after, topics):
                    await self._moved.wait()
        except TimeoutError:
            return False
        return self._is_newer(after, topics)

    def close(self) -> None:
        """Let everybody who waits go home; nobody waits afterwards."""
        self.is_closed = True
        self._wake()

    def _is_newer(self, after: int, topics: Collection[str] | None) -> bool:
        if topics is None:
            return self.version > after
        return any(self.of(topic) > after for topic in topics)

    def _wake(self) -> None:
        self._moved.set()
        self._moved = asyncio.Event()
