"""Bringing a database to this version, and making the master key of a new one."""

import asyncio
from contextlib import closing

from purser.master_key import key_file, master_key
from purser.settings import Settings


async def migrate_database(settings: Settings) -> list[str]:
    """Run what is missing; returns the names of the migrations that ran.

    Raises:
        SettingsError: The master key of a wallet that exists is missing.
        SchemaError: The database is newer than this program, or no wallet.
        DatabaseAwayError: No server answers there.
    """
    if settings.has_postgres:
        return await asyncio.to_thread(_migrate_postgres, settings)
    from storage.sqlite.connection import connect  # noqa: PLC0415  # only of the engine in use
    from storage.sqlite.migrate import migrate  # noqa: PLC0415

    master_key(settings, may_make=not settings.database_path.exists())
    connection = await connect(settings.database_path)
    try:
        return await connection.run(migrate)
    finally:
        await connection.close()


def _migrate_postgres(settings: Settings) -> list[str]:
    from storage.postgres.connection import connect  # noqa: PLC0415  # only of the engine in use
    from storage.postgres.migrate import is_new, migrate  # noqa: PLC0415

    with closing(connect(settings.database_url)) as raw:
        may_make = is_new(raw) and not key_file(settings).exists()
        master_key(settings, may_make=may_make)
        return migrate(raw)
