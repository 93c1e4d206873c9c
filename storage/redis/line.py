"""The line to Redis: short patience, and no storm of attempts while it is away."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from services.clock import Clock
from services.errors import UnavailableError

logger = structlog.get_logger(__name__)
T = TypeVar("T")

CONNECTIONS_MAX = 32
"""A command takes a fraction of a millisecond: callers queue for a connection, not for long."""

REST = timedelta(seconds=1)
"""How long Redis is left alone after it did not answer."""

_PATIENCE = "socket_timeout=0.5&socket_connect_timeout=0.5"
"""In seconds; what stands in the address before them counts more."""


class RedisLine:
    """Runs commands, or says at once that Redis is away."""

    def __init__(self, client: Redis, now: Clock) -> None:
        self._client = client
        self._now = now
        self._failed_at: datetime | None = None

    @property
    def client(self) -> Redis:
        """To name commands with; they are run by `run`."""
        return self._client

    async def run(self, command: Callable[[Redis], Awaitable[T]]) -> T:
        """What *command* gives.

        Raises:
            UnavailableError: Redis does not answer, or did not just now.
        """
        if self._rests():
            raise UnavailableError
        try:
            result = await command(self._client)
        except (RedisError, OSError) as exc:
            if self._failed_at is None:
                logger.warning("Redis does not answer", error=type(exc).__name__)
            self._failed_at = self._now()
            raise UnavailableError from exc
        if self._failed_at is not None:
            logger.info("Redis answers again")
            self._failed_at = None
        return result

    def _rests(self) -> bool:
        if self._failed_at is None:
            return False
        return timedelta(0) <= self._now() - self._failed_at < REST


@asynccontextmanager
async def open_redis(url: str, *, now: Clock) -> AsyncIterator[RedisLine]:
    """A line to *url*, which need not answer yet.

    Raises:
        ValueError: It is no address of a Redis.
    """
    pool = BlockingConnectionPool.from_url(
        f"{url}{'&' if '?' in url else '?'}{_PATIENCE}",
        max_connections=CONNECTIONS_MAX,
        timeout=1,
        retry=Retry(NoBackoff(), 0),
        decode_responses=True,
    )
    client = Redis.from_pool(pool)
    try:
        yield RedisLine(client, now)
    finally:
        await client.aclose()
