"""Two processes on one PostgreSQL: the real services twice, and a clock for each."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from services.vault import Vault
from tests.races.stage import Stage, open_stage


@pytest.fixture
def engine() -> str:
    """Of the two engines the one whose functions run side by side."""
    return "postgres"


@pytest.fixture
async def stage(database: str, vault: Vault) -> AsyncIterator[Stage]:
    """An empty wallet, served by two processes."""
    async with AsyncExitStack() as stack:
        yield await open_stage(stack, database, vault)
