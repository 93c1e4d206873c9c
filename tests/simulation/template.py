"""The wallet as each run finds it: shops, terminals and people who have joined already.

It is made once, by the services themselves on a machine without faults, and copied.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from purser.services import Services, create_services
from services.catalogue_imports import CatalogueFile
from services.holders import Holder
from services.ids import new_id
from services.merchant_terms import TermsChange
from services.merchants import Merchant
from services.money import RUB, Money
from services.terminals import Terminal
from services.vault import Vault
from storage.sqlite.book import SqliteBook
from storage.sqlite.connection import prepare
from storage.sqlite.engine import sqlite3
from storage.sqlite.migrate import migrate
from tests.catalogue import CATEGORIES, PROVIDERS
from tests.simulation.chance import seeded, stream
from tests.simulation.clock import START, WallClock
from tests.simulation.faults import Faults
from tests.simulation.loop import Home, SimulatedLoop
from tests.simulation.receivers import Keys
from tests.simulation.store import Disk, SimulatedStore

MASTER = bytes(range(32))
PHONES = {
    "Ann": "+79161230001",
    "Bob": "+79161230002",
    "Cid": "+79161230003",
    "Dot": "+79161230004",
}
"""Everybody; the last has not joined yet."""

FUNDS_MINOR = {"Ann": 2000_00, "Bob": 2000_00, "Cid": 60_00}
"""Two who can pay and one who often cannot."""

BONDS_MINOR = {"Lobby": 100_000_00, "Kiosk": 120_00}
"""The second terminal is full soon."""

TERMS = {
    "Books": TermsChange(payee={"name": "Books", "account": "40702810900000000002"}),
    "Bikes": TermsChange(
        millionths=25_000,
        reserve_days=1,
        payee={"name": "Bikes", "account": "40702810900000000001"},
    ),
}
"""One shop has its money at once; the other bears a fee and waits a day for it."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Who is there from the beginning."""

    merchants: list[Merchant]
    terminals: list[Terminal]
    holders: dict[str, Holder]
    keys: dict[str, Keys]
    """What each shop checks signatures with, by its host."""


@dataclass(frozen=True, slots=True)
class Template:
    """A database to copy."""

    connection: sqlite3.Connection
    cast: Cast
    vault: Vault
    done: frozenset[str]
    """Keys of the work that was waiting and is done."""

    @contextmanager
    def copy(self) -> Iterator[SqliteBook]:
        """A book of its own on the same rows."""
        connection = sqlite3.connect(":memory:", isolation_level=None, cached_statements=512)
        try:
            self.connection.backup(connection)
            prepare(connection)
            yield SqliteBook(connection)
        finally:
            connection.close()


@cache
def template() -> Template:
    """The same in every process that asks."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    prepare(connection)
    migrate(connection)
    book, vault = SqliteBook(connection), Vault(MASTER)
    with seeded(0):
        key = vault.new_data_key(new_id(START), START)
        book.data_keys.add(key)
        loop = SimulatedLoop(stream(0, "order"))
        try:
            cast = loop.run_until_complete(_people(loop, book, vault))
        finally:
            loop.close()
    connection.execute("UPDATE due_work SET state = 'done' WHERE kind NOT LIKE 'expire_%'")
    done = connection.execute("SELECT key FROM due_work WHERE state = 'done'")
    return Template(connection, cast, vault, frozenset(row[0] for row in done))


async def _people(loop: SimulatedLoop, book: SqliteBook, vault: Vault) -> Cast:
    faults = Faults(stream(0, "faults"))
    faults.is_quiet = True
    store = SimulatedStore(
        disk=Disk(book), home=Home(), faults=faults, chance=stream(0, "pauses"), crash=loop.stop
    )
    services = create_services(store=store, vault=vault, now=WallClock(loop), new_id=new_id)
    keys: dict[str, Keys] = {}
    for name in TERMS:
        keys |= await _shop(services, name)
    merchants = [each.merchant for each in keys.values()]
    terminals = [
        (await services.terminals.add(name=name, bond_minor=bond)).terminal
        for name, bond in BONDS_MINOR.items()
    ]
    await services.catalogue_imports.import_(file=CatalogueFile(CATEGORIES, PROVIDERS))
    holders = {
        name: await _joined(services, book, vault, number, PHONES[name], funds)
        for number, (name, funds) in enumerate(FUNDS_MINOR.items())
    }
    return Cast(merchants, terminals, holders, keys)


async def _shop(services: Services, name: str) -> dict[str, Keys]:
    """A shop that speaks our own API, the bill API and Robokassa's interface."""
    host = f"{name.lower()}.example"
    made = await services.merchants.add(
        name=name, currency=RUB, webhook_url=f"https://{host}/hook"
    )
    merchant = made.merchant
    bills = await services.key_pairs.create(
        merchant_id=merchant.id, name="Bills", notify_url=f"https://{host}/bills"
    )
    orders = await services.robokassa_shops.add(
        merchant_id=merchant.id, login=name, result_url=f"https://{host}/result"
    )
    await services.merchant_agreements.state(merchant_id=merchant.id, change=TERMS[name])
    keys = Keys(merchant, made.webhook_secret, bills.secret_key, orders.passwords.second)
    return {host: keys}


async def _joined(
    services: Services, book: SqliteBook, vault: Vault, telegram_id: int, phone: str, funds: int
) -> Holder:
    joining = await services.joinery.begin(
        telegram_id=telegram_id, contact_user_id=telegram_id, phone=phone, language="en"
    )
    code = book.codes.find(joining.code_id)
    if code is None:
        raise RuntimeError("no code was sent")
    joined = await services.joinery.prove(telegram_id=telegram_id, typed=code.digits(vault))
    await services.wallets.correct(phone=phone, amount=Money(funds, RUB), reason="begin")
    return joined.holder
