"""How cost grows with the wallets: the same few things on a small and on large databases.

All sizes are open at once and the rounds are interleaved, so the machine's moods fall on
all of them alike.  Each round takes other people than the one before.  On SQLite CPU is
counted, which is all there is to it and the same on a busy machine; on PostgreSQL, whose
work is in other processes, time.
"""

import asyncio
import random
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench import filling
from bench.servers import PostgresServer
from bench.write_path import bench_services
from purser.services import Services
from services.history import Wanted
from services.holders import Holder
from services.invoices import InvoiceState
from services.merchants import Merchant
from storage.engines import SQLITE, open_store
from storage.moving import move

QUICK = (1_000, 10_000)
FULL = (1_000, 100_000, 1_000_000)
ROUNDS, PEOPLE, SAMPLE = 5, 40, 1_000
"""Of each kind of work and size; and from how many different people they are."""

Work = Callable[["Town", list[Holder]], Awaitable[None]]


@dataclass(slots=True)
class Town:
    """A database of some size, open."""

    holders: int
    services: Services
    merchant: Merchant
    people: list[Holder]
    """Some of them, from everywhere."""
    offers: dict[str, str] = field(default_factory=dict)
    """By holder: an open offer of theirs."""
    spent_us: dict[str, list[int]] = field(default_factory=dict)

    def payers(self) -> list[Holder]:
        """People who have not paid yet; half are kept for that."""
        taken, self.people[:PEOPLE] = self.people[:PEOPLE], []
        return taken

    def readers(self) -> list[Holder]:
        """Any of the other half."""
        return random.sample(self.people[-SAMPLE // 2 :], PEOPLE)


async def measure(
    sizes: tuple[int, ...] = QUICK, server: PostgresServer | None = None
) -> list[Town]:
    """The towns with what each kind of work took, in microseconds; on *server* if given."""
    with tempfile.TemporaryDirectory(prefix="purser-bench-") as made:
        urls, template = await _build(Path(made), sizes, server)
        clock = time.process_time_ns if server is None else time.perf_counter_ns
        async with AsyncExitStack() as stack:
            towns = [
                await stack.enter_async_context(_open(url, template, size))
                for size, url in zip(sizes, urls, strict=True)
            ]
            for number in range(ROUNDS + 1):
                for name, work in WORK.items():
                    for town in towns:
                        await _time(town, name, work, clock, is_kept=number > 0)
    return towns


async def _build(
    folder: Path, sizes: tuple[int, ...], server: PostgresServer | None
) -> tuple[list[str], filling.Template]:
    """A database of each size, one grown from the other; their addresses."""
    growing, urls = folder / "growing.db", []
    template = await filling.begin(growing)
    for size in sizes:
        filling.grow(growing, template, size)
        path = folder / f"{size}.db"
        shutil.copy(growing, path)
        urls.append(f"{SQLITE}{path}")
        if server is not None:
            urls[-1] = server.create(f"growth_{size}")
            move(path, urls[-1])
            path.unlink()
    growing.unlink()
    return urls, template


@asynccontextmanager
async def _open(url: str, template: filling.Template, size: int) -> AsyncIterator[Town]:
    async with open_store(url, serves=True, may_migrate=True) as store:
        services = bench_services(store)
        chosen = random.Random(size).sample(range(1, size + 1), SAMPLE)  # noqa: S311
        phones = [filling.phone_of(number) for number in chosen]
        people = await store.read(lambda book: [book.holders.of_phone(each) for each in phones])
        merchant = await store.read(lambda book: book.merchants.find(template.merchant))
        if merchant is None:
            raise RuntimeError("the shop is gone")
        yield Town(size, services, merchant, [each for each in people if each is not None])


async def _time(
    town: Town, name: str, work: Work, clock: Callable[[], int], *, is_kept: bool
) -> None:
    if name.startswith("payment"):
        people = town.payers()
        await _offer(town, people)
    else:
        people = town.readers()
    began = clock()
    await work(town, people)
    spent = (clock() - began) // 1000 // PEOPLE
    if is_kept:  # the first round opens pages and prepares statements
        town.spent_us.setdefault(name, []).append(spent)


async def _offer(town: Town, people: list[Holder]) -> None:
    for holder in people:
        waiting = await town.services.invoices.waiting(holder=holder)
        made = await town.services.payments.offer(
            holder=holder, invoice_id=waiting.invoices[0].id, key=f"growth {holder.id}"
        )
        town.offers[holder.id] = made.offer.id


async def _balance(town: Town, people: list[Holder]) -> None:
    for holder in people:
        await town.services.wallets.show(holder=holder)


async def _history(town: Town, people: list[Holder]) -> None:
    for holder in people:
        await town.services.history.page(holder=holder.id, wanted=Wanted())


async def _unpaid(town: Town, people: list[Holder]) -> None:
    for holder in people:
        await town.services.invoices.waiting(holder=holder)


async def _shop_page(town: Town, people: list[Holder]) -> None:
    for _ in people:
        await town.services.invoices.page(merchant=town.merchant, limit=20)


async def _shop_rare(town: Town, people: list[Holder]) -> None:
    """Invoices in a state that few are in: no page of others may be read for them."""
    for _ in people:
        await town.services.invoices.page(
            merchant=town.merchant, state=InvoiceState.REJECTED, limit=20
        )


async def _pay(town: Town, people: list[Holder]) -> None:
    for holder in people:
        await town.services.payments.confirm(holder=holder, offer_id=town.offers[holder.id])


async def _pay_together(town: Town, people: list[Holder]) -> None:
    await asyncio.gather(
        *(
            town.services.payments.confirm(holder=holder, offer_id=town.offers[holder.id])
            for holder in people
        )
    )


WORK: dict[str, Work] = {
    "balance": _balance,
    "a page of history": _history,
    "unpaid invoices of a person": _unpaid,
    "a shop's page of invoices": _shop_page,
    "a shop's page of rejected ones (there are none)": _shop_rare,
    "payment (hold and capture), alone": _pay,
    f"payment, {PEOPLE} waiting": _pay_together,
}


def table(towns: list[Town]) -> str:
    """Medians in microseconds, and the largest beside the smallest."""
    small, large = towns[0], towns[-1]
    sizes = [f"{town.holders:,} wallets" for town in towns]
    lines = [
        f"| µs | {' | '.join(sizes)} | largest beside smallest |",
        f"| --- |{' --- |' * (len(towns) + 1)}",
    ]
    for name in WORK:
        took = [round(median(town.spent_us[name])) for town in towns]
        ratio = 100 * round(median(large.spent_us[name])) // round(median(small.spent_us[name]))
        lines.append(f"| {name} | {' | '.join(map(str, took))} | {ratio} % |")
    return "\n".join(lines)
