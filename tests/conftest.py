"""The real services on the real storage, with a clock that tests move by hand."""

from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bench.servers import PostgresServer, postgres
from purser.services import Services, create_services
from services.ids import new_id
from services.vault import Vault
from storage.engines import AnyStore, open_store
from storage.postgres.connection import connect
from storage.postgres.migrate import migrate
from storage.sqlite.connection import prepare
from storage.sqlite.engine import sqlite3
from storage.sqlite.migrate import migrate as migrate_sqlite
from tests.books import empty
from tests.cast import Cast
from tests.catalogue import Billing
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
def engine() -> str:
    """What the store is on; folders whose tests are a contract of both override it."""
    return "sqlite"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL of this run's own, with a migrated database."""
    with postgres(durable=False) as server:
        with closing(connect(server.url)) as raw:
            migrate(raw)
        yield server


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A SQLite file of the newest schema with nothing in it: a copy is made sooner than one."""
    path = tmp_path_factory.mktemp("empty") / "empty.db"
    with closing(sqlite3.connect(str(path), isolation_level=None)) as connection:
        prepare(connection)
        migrate_sqlite(connection)
    return path.read_bytes()


@pytest.fixture
def database(request: pytest.FixtureRequest, engine: str, path: Path, empty_file: bytes) -> str:
    """The address of an empty database of *engine*."""
    if engine == "sqlite":
        path.write_bytes(empty_file)
        return f"sqlite:///{path}"
    server: PostgresServer = request.getfixturevalue("postgres_server")
    empty(server.url)
    return server.url


@pytest.fixture
async def store(database: str, vault: Vault, clock: TestClock) -> AsyncIterator[AnyStore]:
    """An empty wallet of the newest schema, with a data key."""
    async with open_store(database, serves=True, may_migrate=True) as opened:
        key = vault.new_data_key(new_id(clock()), clock())
        await opened.write(lambda book: book.data_keys.add(key))
        yield opened


@pytest.fixture
def billing() -> Billing:
    """The billing system of every provider."""
    return Billing()


@pytest.fixture
def services(store: AnyStore, vault: Vault, clock: TestClock, billing: Billing) -> Services:
    return create_services(
        store=store, vault=vault, now=clock, new_id=new_id, connections=billing.connections
    )


@pytest.fixture
def cast(services: Services, store: AnyStore, clock: TestClock, billing: Billing) -> Cast:
    return Cast(services, store, clock, billing)
