"""`python -m tests.storage.dump`: a filled database of this version, for later upgrades."""

import asyncio
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from purser.services import create_services
from services.ids import new_id
from services.vault import Vault
from storage.sqlite.migrate import migrations
from storage.sqlite.store import open_store
from tests.cast import Cast
from tests.clock import TestClock
from tests.conftest import MASTER
from tests.storage.test_audit import story


async def fill(path: Path) -> None:
    """Something of everything, as the audit's tests tell it."""
    vault, clock = Vault(MASTER), TestClock()
    async with open_store(path) as store:
        key = vault.new_data_key(new_id(clock()), clock())
        await store.write(lambda book: book.data_keys.add(key))
        services = create_services(store=store, vault=vault, now=clock, new_id=new_id)
        await story(Cast(services, store, clock))


def main() -> None:
    """Write the dump beside the tests that read it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "w.db"
        asyncio.run(fill(path))
        with closing(sqlite3.connect(path)) as raw:
            dump = "\n".join(_tables_first(list(raw.iterdump())))
    target = Path(__file__).parent / "databases" / f"{migrations()[-1].version:04d}.sql"
    target.write_text(f"{dump}\n", "utf-8")


def _tables_first(lines: list[str]) -> list[str]:
    """Triggers and indexes after the rows, which would meet them otherwise."""
    late = ("CREATE TRIGGER", "CREATE INDEX", "CREATE UNIQUE INDEX")
    body = [line for line in lines if not line.startswith(late) and line != "COMMIT;"]
    return [*body, *(line for line in lines if line.startswith(late)), "COMMIT;"]


if __name__ == "__main__":
    main()
