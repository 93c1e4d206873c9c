"""The sealer's loop: transactions get their place in the chain a moment after they happened."""

import asyncio

import structlog

from services.errors import UnavailableError
from storage.engines import AnyStore

logger = structlog.get_logger(__name__)

EVERY_SECONDS = 1
"""How long the end of the chain may lag behind the journal."""


async def sealing(store: AnyStore) -> None:
    """Seal until cancelled; of several processes one at a time does it."""
    while True:
        try:
            await store.seal()
        except UnavailableError as exc:
            logger.warning("nothing sealed", error=exc.code)
        await asyncio.sleep(EVERY_SECONDS)
