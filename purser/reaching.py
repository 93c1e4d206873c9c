"""Reaching providers: nothing of it is imported or opened before somebody is to be paid."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.catalogue import Provider
from services.connections import Connection, Connections


class _Reaching:
    """`services.connections.Connections`, made when the first provider is reached."""

    def __init__(self) -> None:
        self._connections: Connections | None = None
        self._close = _nothing

    def __call__(self, provider: Provider) -> Connection:
        if self._connections is None:
            from gateway.providers import create_connections  # noqa: PLC0415

            made = create_connections()
            self._connections, self._close = made, made.close
        return self._connections(provider)

    async def close(self) -> None:
        await self._close()


@asynccontextmanager
async def reaching_providers() -> AsyncIterator[Connections]:
    """Connections that are closed after the block, if there ever were any."""
    reaching = _Reaching()
    try:
        yield reaching
    finally:
        await reaching.close()


async def _nothing() -> None:
    """There is nothing to close yet."""
