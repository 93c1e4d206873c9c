"""Backups under load: made, restored, verified, and asked for all that was acknowledged before."""

import asyncio
from collections import Counter

from bench.servers import PostgresServer
from purser.settings import Settings
from purser.wallet import open_wallet
from tests.torture.engines import Engine
from tests.torture.processes import command, command_json, environment_of
from tests.torture.records import Records

PAGE = 500
ATTEMPTS_MAX = 4
_NUMBERS = "SELECT id, txn FROM provider_payments"


class Backups:
    """Each in a place of its own."""

    def __init__(self, engine: Engine, records: Records) -> None:
        self._engine = engine
        self._records = records
        self.checking = asyncio.Lock()
        """Held while a copy is put back and looked at."""
        self._made = 0

    async def make(self) -> None:
        """Make one, put it back elsewhere, and check it; tried again where all is down."""
        for _ in range(ATTEMPTS_MAX):
            self._made += 1
            name = f"copy{self._made}"
            before = self._records.acknowledged()
            path = self._engine.folder / name
            code, _, _ = await command(
                self._engine.environment, self._engine.folder, "backup", str(path)
            )
            if code == 0:
                async with self.checking:
                    await self._check(name, before)
                return
            self._records.faults["backup: refused"] += 1

    async def _check(self, name: str, before: list[str]) -> None:
        settings = self._engine.settings | {"PURSER_DATABASE_URL": await self._place(name)}
        environment, folder = environment_of(settings), self._engine.folder
        code, _, errors = await command(environment, folder, "restore", str(folder / name))
        if code:
            self._records.violation(f"a backup could not be restored: {errors}")
            return
        audit = await command_json(environment, folder, "verify")
        if audit["faults"]:
            self._records.violation(f"a restored backup has faults: {audit['faults'][:3]}")
        posted = await posted_keys(self._engine.load_settings(**settings))
        missing = [key for key in before if key not in posted]
        if missing:
            self._records.violation(f"a backup lacks what was acknowledged before: {missing[:3]}")
        self._records.faults["backup: made, restored, verified"] += 1

    async def _place(self, name: str) -> str:
        server = self._engine.servers.get("postgresql")
        if isinstance(server, PostgresServer):
            return await asyncio.to_thread(server.create, name)
        return f"sqlite:///{self._engine.folder / name}-restored.db"


async def posted_keys(settings: Settings) -> Counter[str]:
    """How often each operation is in the books, providers' by the number that screens show."""
    keys: Counter[str] = Counter()
    before: int | None = None
    async with open_wallet(settings) as wallet:
        await wallet.store.seal()  # what was posted a moment ago may have no place yet
        rows = await wallet.store.read(
            lambda book: book.connection.execute(_NUMBERS, {}).fetchall()
        )
        shown = {f"provider_payment:{row[0]}": f"provider_payment:{row[1]}" for row in rows}
        while True:
            page = await wallet.services.books.overview(before=before, limit=PAGE)
            if not page.transactions:
                return keys
            found = [each.transaction.key for each in page.transactions]
            keys.update(shown.get(key, key) for key in found)
            before = page.transactions[-1].position
