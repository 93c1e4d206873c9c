"""An opened wallet: store, vault and services, for the server and for single commands."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from purser.master_key import master_key
from purser.notifying import probing
from purser.reaching import reaching_providers
from purser.services import Services, create_services
from purser.settings import Settings, SettingsError
from services.clock import Clock, steady_clock, system_clock
from services.conversations import Keeper
from services.exchange_terms import ExchangeTerms
from services.ids import new_id
from services.limits import LimitTerms
from services.rate_limits import (
    DatabaseRateLimits,
    MemoryRateLimits,
    RateLimits,
    SparedRateLimits,
)
from services.sources import Rules
from services.vault import Vault
from storage.book import BookTables
from storage.engines import AnyStore, open_store


@dataclass(frozen=True, slots=True)
class Wallet:
    """What the settings name, opened."""

    settings: Settings
    store: AnyStore
    vault: Vault
    services: Services
    now: Clock
    rate_limits: RateLimits

    async def check_schema(self) -> None:
        """Whether the schema is still this version's; raises where it is not."""
        await self.store.check_schema()


@asynccontextmanager
async def open_wallet(
    settings: Settings,
    *,
    serves: bool = False,
    may_migrate: bool = False,
    may_make: bool = False,
    now: Clock | None = None,
) -> AsyncIterator[Wallet]:
    """Open the wallet; only a process that *serves* it checkpoints a file, or listens.

    A file that does not exist is made when *may_make* is true; a database on a server is
    made by `purser migrate`.

    Raises:
        SettingsError: The master key is missing or another, or there is no database.
        SchemaError: The database is of another version, and *may_migrate* is false.
        DatabaseAwayError: No server answers there.
    """
    is_new = not settings.has_postgres and not settings.database_path.exists()
    if is_new and not may_make:
        raise SettingsError(f"{settings.database_path}: there is no such database")
    vault = Vault(master_key(settings, may_make=is_new and may_make))
    async with (
        open_store(
            settings.database_url,
            serves=serves,
            may_migrate=may_migrate or (is_new and may_make),
        ) as store,
        open_limits(settings, store, now := now or await _clock_of(store)) as (
            rate_limits,
            keeper,
        ),
        reaching_providers() as connections,
        probing(settings, now) as probe,
    ):
        await _first_data_key(store, vault, now)
        services = create_services(
            store=store,
            vault=vault,
            now=now,
            new_id=new_id,
            connections=connections,
            probe=probe,
            rules=rules_of(settings),
            currencies=settings.wallet_currencies,
            keeper=keeper,
            wallet_name=settings.wallet_name,
            retention=timedelta(days=settings.identification_retention),
        )
        probe.services = services
        yield Wallet(settings, store, vault, services, now, rate_limits)


def rules_of(settings: Settings) -> Rules:
    """What the settings say of everything that is paid."""
    return Rules(
        exchange=ExchangeTerms(
            max_age=timedelta(hours=settings.rates_max_age),
            lifetime=timedelta(minutes=settings.exchange_minutes),
        ),
        limits=LimitTerms(zone=ZoneInfo(settings.time_zone)),
        code_from_minor=settings.code_from,
    )


@asynccontextmanager
async def open_limits(
    settings: Settings, store: AnyStore, now: Clock
) -> AsyncIterator[tuple[RateLimits, Keeper | None]]:
    """Where rate limits are counted and conversations kept, if not in the database.

    One process on a file counts by itself; several share Redis, or the database.
    """
    own = MemoryRateLimits(now)
    if settings.redis_url is not None:
        from storage.redis.conversations import RedisConversations  # noqa: PLC0415
        from storage.redis.limits import RedisRateLimits  # noqa: PLC0415
        from storage.redis.line import open_redis  # noqa: PLC0415

        async with open_redis(settings.redis_url.get_secret_value(), now=now) as line:
            redis = RedisRateLimits(line=line, now=now)
            yield SparedRateLimits(shared=redis, own=own), RedisConversations(line)
    elif settings.has_postgres:
        database = DatabaseRateLimits(store=store, now=now)
        yield SparedRateLimits(shared=database, own=own), None
    else:
        yield own, None


async def rotate_data_key(wallet: Wallet) -> str:
    """Seal with a new data key from now on; returns its id."""
    at = wallet.now()
    key = wallet.vault.new_data_key(new_id(at), at)
    await wallet.store.write(lambda book: book.data_keys.add(key))
    return key.id


async def _clock_of(store: AnyStore) -> Clock:
    """All processes on a server go by its clock, whatever their machines' say."""
    ahead = await store.time() - system_clock()
    return steady_clock(lambda: system_clock() + ahead)


async def _first_data_key(store: AnyStore, vault: Vault, now: Clock) -> None:
    newest = await store.read(lambda book: book.data_keys.newest())
    if newest is not None:
        if not vault.holds(newest):
            raise SettingsError("the master key is not the one this database was made with")
        return
    at = now()
    key = vault.new_data_key(new_id(at), at)

    def work(book: BookTables) -> None:
        if book.data_keys.newest() is None:
            book.data_keys.add(key)

    await store.write(work)
