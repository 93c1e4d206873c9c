"""The real services on the real storage, with a clock that tests move by hand."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from purser.services import Services, create_services
from services.ids import new_id
from services.vault import Vault
from storage.sqlite.store import SqliteStore, open_store
from tests.cast import Cast
from tests.clock import TestClock

__all__ = ["MASTER", "TestClock"]

MASTER = bytes(range(32))


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
def vault() -> Vault:
    return Vault(MASTER)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "wallet.db"


@pytest.fixture
async def store(path: Path, vault: Vault, clock: TestClock) -> AsyncIterator[SqliteStore]:
    """An empty wallet of the newest schema, with a data key."""
    async with open_store(path) as opened:
        key = vault.new_data_key(new_id(clock()), clock())
        await opened.write(lambda book: book.data_keys.add(key))
        yield opened


@pytest.fixture
def services(store: SqliteStore, vault: Vault, clock: TestClock) -> Services:
    return create_services(store=store, vault=vault, now=clock, new_id=new_id)


@pytest.fixture
def cast(services: Services, store: SqliteStore, clock: TestClock) -> Cast:
    return Cast(services, store, clock)
