"""The cost of each chat command and of each call of the gateway, from one story.

A person joins, pays, looks and changes everything; a shop and a terminal call.  Statements,
commits and calls of the Bot API are the same each time, and `tests/costs` holds them.
"""

import tempfile
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from aiogram import Bot
from fastapi import FastAPI

from bench import codes
from bench.calls import Caller, call_everything, gateway
from bench.checkout import is_asked_by_a_page
from bench.documents import has_it_on_paper
from bench.limits import raises_limits
from bench.paying import crediting, pays_providers, stock
from bench.person import TOKEN, Clock, Person, Telegram
from bench.scheduling import schedules_payments
from bench.shopkeeping import answers_at_once, keeps_a_shop
from bench.tally import Cost, Tally, watch
from bot.dispatcher import create_dispatcher
from bot.edge import BotEdge, create_bot_edge
from bot.texts import Texts
from purser.services import Services, create_services
from services.codes import CodeState
from services.ids import new_id
from services.invoices import Wish
from services.money import RUB, Money
from services.vault import Vault
from storage.sqlite.store import SqliteStore, open_store

ROUNDS = 5
"""People who live the story; the quickest of each step counts."""

UNPAID, CREDITS, REFUNDS = 12, 9, 7
"""More than a page of each."""


@dataclass(frozen=True, slots=True)
class World:
    """A wallet, and Telegram around it."""

    store: SqliteStore
    services: Services
    vault: Vault
    clock: Clock
    telegram: Telegram
    texts: Texts
    bot: Bot
    edge: BotEdge
    gateway: FastAPI

    def person(self, number: int) -> Person:
        """Somebody who has not joined."""
        dispatcher = create_dispatcher(
            services=self.services,
            vault=self.vault,
            texts=self.texts,
            now=self.clock,
            operators=frozenset({number}),
            username="purser_bot",
            app_url="https://wallet.example",
        )
        return Person(number, self.telegram, dispatcher, self.bot)

    async def code(self, phone: str) -> str:
        """The digits of the newest code, as the SMS says them."""
        since = self.clock() - timedelta(hours=1)
        sent = await self.store.read(lambda book: book.codes.since(phone, since))
        good = [each for each in sent if each.state is CodeState.SENT]
        return max(good, key=lambda each: each.sent_at).digits(self.vault)


@asynccontextmanager
async def open_world(folder: Path) -> AsyncIterator[World]:
    """An empty wallet in *folder*."""
    vault, clock, telegram = Vault(bytes(32)), Clock(), Telegram()
    async with open_store(folder / "w.db") as store:
        key = vault.new_data_key(new_id(clock()), clock())
        await store.write(lambda book: book.data_keys.add(key))
        services = create_services(
            store=store,
            vault=vault,
            now=clock,
            new_id=new_id,
            connections=crediting,
            probe=answers_at_once,
        )
        await stock(services)
        bot, texts = Bot(TOKEN, session=telegram), Texts()
        edge = create_bot_edge(bot=bot, services=services, vault=vault, texts=texts, now=clock)
        app = gateway(services, texts, clock, edge.receive_webhook)
        await edge.feeder.start()
        yield World(store, services, vault, clock, telegram, texts, bot, edge, app)
        await edge.feeder.close()


async def measure(rounds: int = ROUNDS) -> dict[str, Cost]:
    """By step: its cost, the CPU of its quickest round, and the memory of one more."""
    with tempfile.TemporaryDirectory(prefix="purser-bench-") as made:
        async with open_world(Path(made)) as world:
            lives = [await live(world, number) for number in range(1, rounds + 2)]
            tracemalloc.start()
            try:
                traced = await live(world, rounds + 2)
            finally:
                tracemalloc.stop()
    return {
        name: replace(
            cost,
            cpu_ns=min(life[name].cpu_ns for life in lives),
            peak_bytes=traced[name].peak_bytes,
        )
        for name, cost in lives[-1].items()
    }


async def live(world: World, number: int) -> dict[str, Cost]:
    """The whole story of one person, and of the shop that they buy from."""
    tally = await watch(world.store, lambda: world.telegram.calls)
    person = world.person(number)
    await _joins(world, tally, person)
    caller = await _is_given(world, person)
    for part in (
        _looks_around,
        _pays,
        _reads_history,
        _keeps_cards,
        _exchanges,
        pays_providers,
        schedules_payments,
        raises_limits,
        has_it_on_paper,
        keeps_a_shop,
        is_asked_by_a_page,
        _sets_and_locks,
    ):
        await part(world, tally, person)
    await call_everything(world, tally, person, caller)
    return tally.rows


async def _joins(world: World, tally: Tally, person: Person) -> None:
    await tally.row("/start, a stranger", person.say("/start"))
    await tally.row("contact shared", person.share_contact())
    world.clock.advance(minutes=2)
    await _presses(tally, person, "joinmore", "joinnew")
    world.clock.advance(minutes=2)
    await person.share_contact()
    await tally.row("answer to join_code, wrong", person.say("12"))
    code = await world.code(person.phone)
    await tally.row("answer to join_code", person.say(code))


async def _is_given(world: World, person: Person) -> Caller:
    """Money, invoices, cash and refunds: more than a page of each."""
    services = world.services
    for _ in range(CREDITS):
        await services.wallets.correct(
            phone=person.phone, amount=Money(100_000, RUB), reason="bench"
        )
    shop = await services.merchants.add(name=f"Shop {person.number}", currency=RUB)
    for number in range(UNPAID):
        wish = Wish(Money(10_000, RUB), f"Book {number}", phone=person.phone)
        await services.invoices.create(merchant=shop.merchant, wish=wish)
    terminal = await services.terminals.add(name="Lobby", bond_minor=10**8)
    for receipt in range(3):
        await services.topups.pay(
            terminal=terminal.terminal,
            receipt=f"{person.number}{receipt}",
            phone=person.phone,
            amount=Money(10_000, RUB),
        )
    world.clock.advance(minutes=2)
    paid = await _pay_one(world, person)
    for number in range(REFUNDS):
        await services.refunds.refund(
            merchant=shop.merchant, invoice_id=paid, amount=Money(1, RUB), reason=f"r{number}"
        )
    return Caller(shop, terminal, paid)


async def _pay_one(world: World, person: Person) -> str:
    """Pays the newest invoice past the chat; its id."""
    payments = world.services.payments
    holder = (await world.services.visitors.find(telegram_id=person.number)).holder
    if holder is None:
        raise RuntimeError("nobody joined")
    invoice = (await world.services.invoices.waiting(holder=holder)).invoices[0]
    made = await payments.offer(holder=holder, invoice_id=invoice.id, key=f"bench {person.number}")
    await payments.confirm(holder=holder, offer_id=made.offer.id)
    typed = await world.code(person.phone)
    await payments.prove(holder=holder, offer_id=made.offer.id, typed=typed)
    return invoice.id


async def _says(tally: Tally, person: Person, *texts: str) -> None:
    for text in texts:
        await tally.row(text, person.say(text))


async def _presses(tally: Tally, person: Person, *actions: str) -> None:
    for action in actions:
        await tally.row(f"[{action}]", person.press(action))


async def _looks_around(world: World, tally: Tally, person: Person) -> None:
    await _says(tally, person, "/start", "/balance", "/help", "/cancel", "/operator")
    await _says(tally, person, "/send", "/support")
    await tally.row("not understood", person.say("What?"))
    await _presses(tally, person, "home", "help")
    await _says(tally, person, "/topup")
    await person.press("home")
    await _presses(tally, person, "topup")
    await tally.row("answer to receipt", person.say(f"{person.number}0"))
    await _says(tally, person, "/refunds")
    await person.say("/start")
    await _presses(tally, person, "refunds", "refsold")


async def _pays(world: World, tally: Tally, person: Person) -> None:
    world.clock.advance(minutes=60)
    await _says(tally, person, "/invoices")
    await person.say("/start")
    await _presses(tally, person, "bills", "billsold", "bill", "pay", "sources", "paywith")
    await _presses(tally, person, "confirm")
    world.clock.advance(minutes=2)
    await _presses(tally, person, "codemore")
    await tally.row("answer to payment_code, wrong", person.say("12"))
    code = await world.code(person.phone)
    await tally.row("answer to payment_code", person.say(code))
    await person.say("/invoices")
    for action in ("bill", "pay"):
        await person.press(action)
    await _presses(tally, person, "cancel")
    await person.say("/invoices")
    world.clock.advance(minutes=2)
    for action in ("bill", "pay", "confirm"):
        await person.press(action)
    await tally.row("/cancel, a payment", person.say("/cancel"))
    await person.say("/invoices")
    await person.press("bill")
    await _presses(tally, person, "refuse")
    await codes.read_codes(world.services, tally, person)


async def _exchanges(world: World, tally: Tally, person: Person) -> None:
    world.clock.advance(minutes=60)
    await world.services.rates.set(pair="USD/RUB", rate="92.50")
    await _says(tally, person, "/exchange")
    await person.press("home")
    await _presses(tally, person, "exchange", "exfrom", "exmuch")
    await person.press("exmuch")  # the other way round, twice
    await tally.row("answer to exchange_amount", person.say("925"))
    await _presses(tally, person, "exok")
    world.clock.advance(minutes=2)
    await _presses(tally, person, "exmore")
    await tally.row("answer to exchange_code", person.say(await world.code(person.phone)))
    await person.say("/history")
    await person.press("find")
    await person.say("USD")
    await person.press("op")
    await _presses(tally, person, "exreceipt")
    await tally.row("/exchange, in one line", person.say("/exchange 925 rub usd"))
    await _presses(tally, person, "exno")
    world.clock.advance(minutes=2)
    await person.say("/exchange rub 1 usd")
    await person.press("exok")
    await tally.row("/cancel, an exchange", person.say("/cancel"))


async def _reads_history(world: World, tally: Tally, person: Person) -> None:
    await _says(tally, person, "/history", "/receipt")
    await _presses(tally, person, "hist older", "hist", "find")
    await tally.row("answer to history_search", person.say("book"))
    await _presses(tally, person, "op", "receipt")


async def _keeps_cards(world: World, tally: Tally, person: Person) -> None:
    await _says(tally, person, "/cards", "/limits")
    await person.say("/start")
    await _presses(tally, person, "cards", "card", "limits", "limitp")
    await tally.row("answer to card_limit", person.say("100"))
    for letter in "pdm":
        await person.press("card")
        await person.press("limits")
        if letter == "p":
            await person.press("limitp")
        else:
            await _presses(tally, person, f"limit{letter}")
        await _presses(tally, person, f"nolim{letter}")
    await person.press("card")
    await _presses(tally, person, "freeze")
    await person.press("card")
    await _presses(tally, person, "thaw")
    await person.press("card")
    await _presses(tally, person, "details", "send")
    await person.say("/cards")
    await _presses(tally, person, "addcard", "addmany")
    await person.say("/cards")
    await person.press("addcard")
    await _presses(tally, person, "addonce")
    await person.press("card")
    await _presses(tally, person, "reissue", "reissueit")
    await person.press("card")
    await _presses(tally, person, "close", "closeit")


async def _sets_and_locks(world: World, tally: Tally, person: Person) -> None:
    world.clock.advance(minutes=60)
    await _says(tally, person, "/settings")
    await person.say("/start")
    await _presses(tally, person, "settings", "notices", "speak")
    await _says(tally, person, "/lock")
    await _presses(tally, person, "unlock")
    code = await world.code(person.phone)
    await tally.row("answer to unlock_code", person.say(code))
    await person.say("/start")
    await _presses(tally, person, "lock")
    world.clock.advance(minutes=2)
    await person.press("unlock")
    await person.say(await world.code(person.phone))
    await tally.row("blocks the bot", person.block("kicked"))
    await tally.row("lets it in again", person.block("member"))


def table(found: dict[str, Cost]) -> str:
    """The steps as Markdown."""
    lines = [
        "| step | statements | commits | Bot API calls | µs of CPU | KB at most |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {name} | {cost.statements} | {cost.commits} | {cost.calls} "
        f"| {cost.cpu_ns // 1000} | {cost.peak_bytes // 1024} |"
        for name, cost in found.items()
    ]
    return "\n".join(lines)
