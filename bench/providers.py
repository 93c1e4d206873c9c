"""What paying a provider costs: beside paying an invoice, and to find it among a thousand."""

import random
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from bench.commands import World, open_world
from bench.paying import GAMES
from services.account_fields import Field
from services.catalogue import Category, Connection, Contents, Provider
from services.holders import Holder
from services.invoices import Wish
from services.merchants import Merchant
from services.money import RUB, Money
from services.provider_payments import Order

PAYMENTS, ROUNDS = 25, 5
"""Of each kind in a round; an hour passes before each, and all are within a month's limits."""

PROVIDERS, SEARCHES = 1_000, 200
PHONE = "+79161234567"
PRICE = Money(20_00, RUB)
_SYLLABLES = [
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "ha",
    "ke",
    "li",
    "mo",
    "nu",
    "pa",
    "re",
    "si",
    "to",
    "va",
    "we",
    "zi",
    "ko",
    "lan",
    "mer",
    "tis",
    "nor",
    "dal",
    "vik",
]

Payment = Callable[["Till", int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Till:
    """A wallet, somebody with money in it, and a shop."""

    world: World
    holder: Holder
    merchant: Merchant

    async def typed(self) -> str:
        """The code that was sent."""
        return await self.world.code(PHONE)


async def measure() -> dict[str, int]:
    """By kind: nanoseconds of CPU for one, in its best round."""
    spent: dict[str, list[int]] = {}
    with tempfile.TemporaryDirectory(prefix="purser-bench-") as made:
        async with open_world(Path(made)) as world:
            till = await _open(world)
            for number in range(ROUNDS):
                for name, pay in KINDS.items():
                    began = time.process_time_ns()
                    for payment in range(PAYMENTS):
                        await pay(till, number * PAYMENTS + payment)
                    spent.setdefault(name, []).append((time.process_time_ns() - began) // PAYMENTS)
    return {name: min(rounds) for name, rounds in spent.items()}


async def _open(world: World) -> Till:
    services = world.services
    merchant = (await services.merchants.add(name="Shop", currency=RUB)).merchant
    holder = await services.wallets.open(phone=PHONE)
    await services.wallets.correct(phone=PHONE, amount=Money(10**8, RUB), reason="bench")
    return Till(world, holder, merchant)


async def _invoice(till: Till, number: int) -> None:
    services, holder = till.world.services, till.holder
    till.world.clock.advance(minutes=60)
    wish = Wish(PRICE, "Book", phone=PHONE)
    invoice = await services.invoices.create(merchant=till.merchant, wish=wish)
    made = await services.payments.offer(
        holder=holder, invoice_id=invoice.id, key=f"invoice {number}"
    )
    await services.payments.confirm(holder=holder, offer_id=made.offer.id)
    await services.payments.prove(holder=holder, offer_id=made.offer.id, typed=await till.typed())


async def _provider(till: Till, number: int) -> None:
    services, holder = till.world.services, till.holder
    till.world.clock.advance(minutes=60)
    order = Order(f"game{number % GAMES:02}", {"login": f"ann{number}"}, PRICE)
    payments = services.provider_payments
    made = await payments.offer(holder=holder, order=order, key=f"provider {number}")
    await payments.confirm(holder=holder, offer_id=made.offer.id)
    sent = await payments.prove(holder=holder, offer_id=made.offer.id, typed=await till.typed())
    if sent.payment is None:
        raise RuntimeError("nothing was sent")
    await services.provider_sending.send(payment_id=sent.payment.id)


KINDS: dict[str, Payment] = {
    "an invoice: made, offered, confirmed, code": _invoice,
    "a provider: asked, offered, confirmed, code, credited": _provider,
}


def find() -> dict[str, float]:
    """Milliseconds: the index of `PROVIDERS` names made, and searches among them."""
    names = _names(PROVIDERS)
    contents = Contents(1, [Category("all", {"en": "All"}, "", 1)], _providers(names))
    began = time.perf_counter_ns()
    contents.search("warm", "en", 10)
    took = {f"the index of {PROVIDERS:,}": (time.perf_counter_ns() - began) / 10**6}
    chance = random.Random(7)  # noqa: S311
    asked = chance.sample(names, SEARCHES)
    for kind, typed in (
        ("the name as it is", asked),
        ("its beginning", [each[:4] for each in asked]),
        ("a letter wrong", [each[:3] + "q" + each[4:] for each in asked]),
        ("nothing like it", ["xyzzy plugh"] * SEARCHES),
    ):
        took[kind] = median(_timed(contents, text) for text in typed)
    return took


def _timed(contents: Contents, text: str) -> float:
    began = time.perf_counter_ns()
    contents.search(text, "en", 10)
    return (time.perf_counter_ns() - began) / 10**6


def _names(count: int) -> list[str]:
    """So many names of two words, no two alike."""
    chance = random.Random(count)  # noqa: S311
    names: dict[str, None] = {}
    while len(names) < count:
        words = ("".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))) for _ in range(2))
        names[" ".join(words).title()] = None
    return list(names)


def _providers(names: list[str]) -> list[Provider]:
    field = Field("account", {"en": "Account"})
    most = Money(10_000_00, RUB)
    first = Provider(
        "p", 1, "all", {}, "", (field,), RUB, Money(1_00, RUB), most, Connection("none")
    )
    return [
        replace(first, id=f"p{number}", names={"en": name, "ru": name.swapcase()})
        for number, name in enumerate(names)
    ]


def table(paid: dict[str, int], found: dict[str, float]) -> str:
    """Both as Markdown, payments beside the first kind."""
    base = next(iter(paid.values()))
    lines = ["| paying | µs of CPU | beside an invoice |", "| --- | --- | --- |"]
    lines += [
        f"| {name} | {spent // 1000} | {100 * spent // base} % |" for name, spent in paid.items()
    ]
    lines += ["", f"| finding one of {PROVIDERS:,} providers | ms |", "| --- | --- |"]
    lines += [f"| {name} | {took:.2f} |" for name, took in found.items()]
    return "\n".join(lines)
