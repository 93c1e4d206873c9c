"""A long run: mixed load at a fixed rate, and what of the process has grown at its end.

`python -m bench.soak --minutes 60 --rate 20`.  `tests/costs/test_growth.py` is the short
version, which counts objects instead of looking at the clock.
"""

import argparse
import asyncio
import contextlib
import functools
import gc
import logging
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import structlog

from bench.commands import World, open_world
from bench.person import Person
from bench.start import footprint
from bot.edge import create_notices
from purser.services import Services
from services.due import Handler, Work, Worker
from services.invoices import Wish
from services.levels import Level
from services.limit_rules import ANY, RuleKey, RuleName
from services.merchants import Merchant
from services.money import RUB, Money
from services.terminals import Terminal

MINUTES, RATE, PEOPLE = 60, 20, 100
WARM_UP = 10
"""The first 1/10 of a run: caches fill, and the allocator takes what it needs."""

STEPS_OF_SAMPLES = 20
HOUSEKEEPING_EVERY = 1_000
"""Operations; an hour's worth at a low rate."""

Act = Callable[["Town", Person], Awaitable[None]]


@dataclass(slots=True)
class Town:
    """A wallet, the people who use it, and what they pay for."""

    world: World
    people: list[Person]
    merchant: Merchant
    terminal: Terminal
    worker: Worker
    _numbers: "count[int]"

    @classmethod
    async def open(cls, world: World, people: int) -> "Town":
        """Let *people* join."""
        services = world.services
        await _lift_limits(services)
        merchant = (await services.merchants.add(name="Shop", currency=RUB)).merchant
        terminal = (await services.terminals.add(name="Lobby", bond_minor=10**12)).terminal
        crowd = [world.person(number) for number in range(1, people + 1)]
        for person in crowd:
            await person.say("/start")
            await person.share_contact()
            await person.say(await world.code(person.phone))
            await services.wallets.correct(
                phone=person.phone, amount=Money(10**9, RUB), reason="soak"
            )
        town = cls(world, crowd, merchant, terminal, _worker(world), count(1))
        await town.worker.drain()
        return town

    async def act(self, number: int) -> None:
        """One operation of the mix, and the work that it leaves behind."""
        person = self.people[number % len(self.people)]
        await MIX[number % len(MIX)](self, person)
        await self.worker.drain()
        if number % HOUSEKEEPING_EVERY == 0:
            await self.world.services.housekeeping.forget_done()

    def next(self) -> int:
        """A number that was not used yet."""
        return next(self._numbers)


async def _lift_limits(services: Services) -> None:
    """For people who pay for months in a few minutes."""
    for name in RuleName:
        key = RuleKey(Level.PHONE, RUB, ANY, name)
        await services.limits.set(key=key, value=None)


def _worker(world: World) -> Worker:
    services = world.services
    notices = create_notices(
        bot=world.bot, services=services, vault=world.vault, texts=world.texts
    )

    async def offer(work: Work) -> None:
        await services.offer_expiry.expire(offer_id=work.payload["offer"])

    async def invoice(work: Work) -> None:
        await services.invoices.expire(invoice_id=work.payload["invoice"])

    async def sms(work: Work) -> None:
        await services.short_messages.open(work=work)

    handlers: dict[str, Handler] = notices.handlers() | {
        "sms_code": sms,
        "sms_card": sms,
        "expire_offer": offer,
        "expire_invoice": invoice,
    }
    return Worker(store=world.store, now=world.clock, handlers=handlers, lifetimes={})


async def _balance(_: Town, person: Person) -> None:
    await person.say("/balance")


async def _home(_: Town, person: Person) -> None:
    await person.say("/start")
    await person.press("settings")


async def _history(_: Town, person: Person) -> None:
    await person.say("/history")
    await person.press("op")


async def _wrong(_: Town, person: Person) -> None:
    await person.say("what is this?")


async def _cash(town: Town, person: Person) -> None:
    await town.world.services.topups.pay(
        terminal=town.terminal,
        receipt=str(town.next()),
        phone=person.phone,
        amount=Money(10_000, RUB),
    )


async def _pay(town: Town, person: Person) -> None:
    world = town.world
    world.clock.advance(minutes=10)
    wish = Wish(Money(10_000, RUB), f"Book {town.next()}", phone=person.phone)
    await world.services.invoices.create(merchant=town.merchant, wish=wish)
    await person.say("/invoices")
    for action in ("bill", "pay", "confirm"):
        await person.press(action)
    await person.say(await world.code(person.phone))


MIX: tuple[Act, ...] = (_balance, _pay, _home, _balance, _history, _cash, _wrong)


@dataclass(frozen=True, slots=True)
class Sample:
    """What the process holds after so many operations."""

    operations: int
    resident_kb: int
    objects: int
    blocks: int
    """Of memory that Python gave out: what is no object of the collector counts too."""


def sample(operations: int) -> Sample:
    """Look, with everything gone that may go."""
    for each in gc.get_objects():
        if isinstance(each, functools._lru_cache_wrapper):
            each.cache_clear()  # bounded, and filling for longer than a short run takes
    gc.collect()
    resident_kb = footprint(os.getpid())[1]
    return Sample(operations, resident_kb, len(gc.get_objects()), sys.getallocatedblocks())


async def soak(*, minutes: int, rate: int, people: int = PEOPLE) -> list[Sample]:
    """*rate* operations a second for *minutes*; samples from the warm-up on."""
    total = minutes * 60 * rate
    samples = []
    with tempfile.TemporaryDirectory(prefix="purser-soak-") as made:
        async with open_world(Path(made)) as world:
            town = await Town.open(world, people)
            began = time.monotonic()
            for number in range(1, total + 1):
                await town.act(number)
                if number % (total // STEPS_OF_SAMPLES) == 0:
                    samples.append(sample(number))
                ahead = began + number / rate - time.monotonic()
                await asyncio.sleep(max(ahead, 0))
    return samples[STEPS_OF_SAMPLES // WARM_UP - 1 :]


def table(samples: list[Sample]) -> str:
    """The first, middle and last as Markdown, with what was added."""
    first, last = samples[0], samples[-1]
    shown = (first, samples[len(samples) // 2], last)
    lines = ["| operations | resident | objects |", "| --- | --- | --- |"]
    lines += [f"| {s.operations:,} | {s.resident_kb // 1024} MB | {s.objects:,} |" for s in shown]
    between = max(last.operations - first.operations, 1)
    lines.append(
        f"| added by 1,000 | {1000 * (last.resident_kb - first.resident_kb) // between} KB "
        f"| {1000 * (last.objects - first.objects) // between} |"
    )
    return "\n".join(lines)


def main() -> None:
    """Run it and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=int, default=MINUTES)
    parser.add_argument("--rate", type=int, default=RATE)
    chosen = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with contextlib.suppress(KeyboardInterrupt):
        print(table(asyncio.run(soak(minutes=chosen.minutes, rate=chosen.rate))))


if __name__ == "__main__":
    main()
