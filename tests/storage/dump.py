"""`python -m tests.storage.dump`: a filled database of this version, for later upgrades."""

import asyncio
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from purser.services import create_services
from services.connections import Answer, Outcome
from services.ids import new_id
from services.money import USD
from services.vault import Vault
from storage.sqlite.migrate import migrations
from storage.sqlite.store import open_store
from tests.cast import PHONE, Cast
from tests.catalogue import STEAM, Billing, order
from tests.clock import TestClock
from tests.conftest import MASTER
from tests.storage.test_audit import story


async def fill(path: Path) -> None:
    """Something of everything, as the audit's tests tell it."""
    vault, clock = Vault(MASTER), TestClock()
    async with open_store(path) as store:
        key = vault.new_data_key(new_id(clock()), clock())
        await store.write(lambda book: book.data_keys.add(key))
        billing = Billing()
        services = create_services(
            store=store, vault=vault, now=clock, new_id=new_id, connections=billing.connections
        )
        cast = Cast(services, store, clock, billing)
        await story(cast)
        await paying(cast)


async def paying(cast: Cast) -> None:
    """A game that is paid, one on its way, an exchange, a favourite, a receipt."""
    ann = await cast.services.wallets.find(phone=PHONE)
    await cast.deliver()
    await cast.open_catalogue()
    await cast.services.rates.set(pair="USD/RUB", rate="92.50")
    paid = await cast.pay_provider(ann, order(50_00), key="game")
    await cast.deliver()
    cast.billing.pays.append(Answer(Outcome.UNKNOWN, "timeout"))
    await cast.pay_provider(ann, order(60_00, login="another"), key="silent")
    await cast.deliver()
    shop = (await cast.services.merchants.listed())[0]
    await cast.pay(ann, await cast.invoice(shop, 1_00, of=USD), "account/RUB")
    await cast.services.favourites.save(holder=ann, provider_id=STEAM.id, fields=paid.fields)
    await cast.services.receipts.issue(holder=ann, operation_id=paid.id)


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
