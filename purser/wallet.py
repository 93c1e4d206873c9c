"""An opened wallet: store, vault and services, for the server and for single commands."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from purser.master_key import master_key
from purser.services import Services, create_services
from purser.settings import Settings, SettingsError
from services.clock import Clock, system_clock
from services.ids import new_id
from services.vault import Vault
from storage.sqlite.book import SqliteBook
from storage.sqlite.migrate import check_schema
from storage.sqlite.store import SqliteStore, open_store


@dataclass(frozen=True, slots=True)
class Wallet:
    """What the settings name, opened."""

    settings: Settings
    store: SqliteStore
    vault: Vault
    services: Services
    now: Clock

    async def check_database(self) -> None:
        """Whether the database can be written; raises where it cannot."""
        await self.store.write(lambda book: book.ledger.head())

    async def check_schema(self) -> None:
        """Whether the schema is still this version's; raises where it is not."""
        await self.store.read(lambda book: check_schema(book.connection))


@asynccontextmanager
async def open_wallet(
    settings: Settings,
    *,
    serves: bool = False,
    may_migrate: bool = False,
    may_make: bool = False,
    now: Clock = system_clock,
) -> AsyncIterator[Wallet]:
    """Open the wallet; only the process that *serves* it checkpoints its file.

    A database that does not exist is made when *may_make* is true.

    Raises:
        SettingsError: The master key is missing or another, or there is no database.
        SchemaError: The database is of another version, and *may_migrate* is false.
    """
    is_new = not settings.database_path.exists()
    if is_new and not may_make:
        raise SettingsError(f"{settings.database_path}: there is no such database")
    vault = Vault(master_key(settings, may_make=is_new and may_make))
    async with open_store(
        settings.database_path,
        checkpoints=serves,
        may_migrate=may_migrate or (is_new and may_make),
    ) as store:
        await _first_data_key(store, vault, now)
        services = create_services(
            store=store,
            vault=vault,
            now=now,
            new_id=new_id,
            code_from_minor=settings.code_from,
        )
        yield Wallet(settings, store, vault, services, now)


async def rotate_data_key(wallet: Wallet) -> str:
    """Seal with a new data key from now on; returns its id."""
    at = wallet.now()
    key = wallet.vault.new_data_key(new_id(at), at)
    await wallet.store.write(lambda book: book.data_keys.add(key))
    return key.id


async def _first_data_key(store: SqliteStore, vault: Vault, now: Clock) -> None:
    newest = await store.read(lambda book: book.data_keys.newest())
    if newest is not None:
        if not vault.holds(newest):
            raise SettingsError("the master key is not the one this database was made with")
        return
    at = now()
    key = vault.new_data_key(new_id(at), at)

    def work(book: SqliteBook) -> None:
        if book.data_keys.newest() is None:
            book.data_keys.add(key)

    await store.write(work)
