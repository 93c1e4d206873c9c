"""One wallet through one storm: set up, loaded, tortured, left to settle, and checked."""

import asyncio
import json
import shutil
import time
from collections import Counter
from contextlib import AsyncExitStack, suppress
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any

import aiohttp

from purser.wallet import Wallet, open_wallet
from services.levels import Level
from services.limit_rules import ANY, RuleKey, RuleName
from services.money import RUB, Money
from services.phones import parse_phone
from tests.torture.backups import Backups
from tests.torture.checks import Checks
from tests.torture.crowd import Crowd
from tests.torture.engines import ENGINES, Engine
from tests.torture.faults import Faults
from tests.torture.outside import Outside
from tests.torture.payees import catalogue
from tests.torture.payers import Payer
from tests.torture.plan import Step, make_plan
from tests.torture.processes import command
from tests.torture.readers import long_reader
from tests.torture.records import Records
from tests.torture.report import Report
from tests.torture.shops import Shop
from tests.torture.terminals import Terminal

LIMITS_LIFTED = (RuleName.DAY, RuleName.MONTH, RuleName.DAY_COUNT, RuleName.MONTH_COUNT)
"""Or a long storm would end at them, with nothing to see."""

SHOPS, TERMINALS = 3, 2
CREDIT_MINOR = 3000_00
READY_SECONDS_MAX = 120
FINISH_SECONDS_MAX = 180
WARM_SECONDS_MAX = 20
SETTLE_SECONDS_MAX = 150
SHORT_SECONDS_MAX, SHORT_KILLS = 20, 2
"""In a longer storm every process dies, and twice as often as other things happen."""

QUIET_SECONDS, MOVED_SECONDS, RESTART_SECONDS = 4, 10, 30
"""How long to wait for what is due now, what was moved to now, and workers that start late."""

JUMPS_TO_LATE_WORK = (7 * 3600, 25 * 3600)
"""The longest pause between two tries is six hours; after a day a provider is asked no more."""

_IN_HAND = "SELECT count(*) FROM inbox WHERE state = 'due'"
_EARLIER = (
    "UPDATE offers SET expires_at = expires_at - :by WHERE state IN ('open', 'confirmed')",
    """
    UPDATE due_work SET due_at = due_at - :by, leased_until = leased_until - :by
    WHERE state = 'due'
    """,
    "UPDATE provider_payments SET sent_at = sent_at - :by WHERE state = 'sent'",
    "UPDATE breakers SET until = until - :by",
)
_LASTING = {"webhook", "notice", "sms_code", "sms_card", "expire_offer", "pay_provider"}
"""Kinds of waiting work of which nothing may be left."""


async def torture(
    engine: str, *, seed: int, seconds: float, people: int, logs: Path | None = None
) -> Report:
    """Run one storm on the *engine*; its processes' logs are left in *logs*, if anywhere."""
    outside = Outside(Random(seed), Records())  # noqa: S311  # a seed is what it is for
    with ENGINES[engine](outside.address) as chosen:
        storm = Storm(chosen, outside, people)
        try:
            return await storm.run(seed, seconds)
        finally:
            storm.leave_logs(logs)


class Storm:
    """What is done to one engine, in its order."""

    def __init__(self, engine: Engine, outside: Outside, people: int) -> None:
        self._engine = engine
        self._outside = outside
        self._records = outside.records
        self._began, self._laps = time.monotonic(), dict[str, float]()
        self._people = [
            Payer(outside, outside.add_person(number)) for number in range(1, people + 1)
        ]

    async def run(self, seed: int, seconds: float) -> Report:
        """All of it; the report says what was seen."""
        engine = self._engine
        self._outside.bot_api.gateway = engine.gateway
        self._outside.billing.is_mute_at_times = seconds > SHORT_SECONDS_MAX
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._outside.serving())
            http = await stack.enter_async_context(aiohttp.ClientSession())
            crowd = await self._set_up(http)
            await stack.enter_async_context(engine.running())
            await self._ready(http)
            self._lap("start")
            stack.enter_context(long_reader(engine, self._records))
            await self._storm(crowd, seed, seconds)
            await self._ready(http)
            self._lap("finish what was begun")
            checks = Checks(engine, self._outside, crowd)
            await self._settle()
            self._lap("settle")
            await checks.reconcile()
            await self._settle()
            self._lap("reconcile")
            await checks.while_it_runs()
            await self._stop()
            found = await checks.in_the_books()
            self._lap("check")
        joined = f"{len(crowd.joined)} of {len(crowd.people)} people joined"
        notes = [joined, self._times(), *engine.notes, *self._records.notes]
        notes += [*self._restarts(), *self._logged()]
        api = self._outside.bot_api
        updates = len(api.polled.given | api.posted.taken)
        seconds = sum(self._laps.values())
        return Report(engine.name, seed, seconds, self._records, found, updates, notes)

    async def _set_up(self, http: aiohttp.ClientSession) -> Crowd:
        """Shops, terminals and people with money, as the operator makes them."""
        gateway, shops, terminals = self._engine.gateway, list[Shop](), list[Terminal]()
        settings = self._engine.load_settings()
        async with open_wallet(settings, may_make=True, may_migrate=True) as wallet:
            services = wallet.services
            for number in range(SHOPS):
                made = await services.merchants.add(
                    name=f"Shop {number}",
                    currency=RUB,
                    webhook_url=f"{self._outside.address}/shops/{number}",
                )
                self._outside.receivers.secrets[number] = made.webhook_secret
                shops.append(Shop(self._outside, http, number, gateway, made.secret_key))
            for number in range(TERMINALS):
                login = await services.terminals.add(
                    name=f"Terminal {number}", currency=RUB, bond_minor=10**9
                )
                known = (login.terminal.login, login.password)
                terminals.append(Terminal(self._outside, http, gateway, *known))
            for somebody in self._people:
                phone = parse_phone(somebody.person.phone)
                await services.wallets.open(phone=phone, language="en")
                money = Money(CREDIT_MINOR, RUB)
                await services.wallets.correct(phone=phone, amount=money, reason="a start")
                self._records.credits[phone] = CREDIT_MINOR
            for name in LIMITS_LIFTED:
                key = RuleKey(Level.PHONE, RUB, ANY, name)
                await services.limits.set(key=key, value=None)
        await self._import_catalogue()
        return Crowd(self._outside, self._people, shops, terminals)

    async def _import_catalogue(self) -> None:
        """As the operator does it.

        Raises:
            RuntimeError: The command refuses it.
        """
        file = self._engine.folder / "catalogue.toml"
        file.write_text(catalogue(self._outside.address), "utf-8")
        words = ("provider", "import", str(file))
        code, _, errors = await command(self._engine.environment, self._engine.folder, *words)
        if code:
            raise RuntimeError(f"the catalogue was refused: {errors}")

    async def _storm(self, crowd: Crowd, seed: int, seconds: float) -> None:
        faults = Faults(self._engine, self._outside, Backups(self._engine, self._records))
        working = asyncio.create_task(crowd.work())
        await crowd.at_work(WARM_SECONDS_MAX)
        self._lap("warm up")
        ending = asyncio.create_task(asyncio.sleep(seconds))
        await faults.run(self._plan(seed, seconds))
        await ending
        self._lap("storm")
        self._outside.weather.calm()
        crowd.is_home_time = True
        try:
            async with asyncio.timeout(FINISH_SECONDS_MAX):
                await working
        except TimeoutError:
            self._records.violation("shops or terminals get no answer though all is calm")

    def _plan(self, seed: int, seconds: float) -> list[Step]:
        kills = self._engine.kills
        if seconds > SHORT_SECONDS_MAX:
            return make_plan(seed, seconds, [*self._engine.kinds, *kills, *kills])
        some = Random(seed).sample(kills, min(SHORT_KILLS, len(kills)))  # noqa: S311  # a seed is what it is for
        return make_plan(seed, seconds, [*self._engine.kinds, *some])

    async def _settle(self) -> None:
        """Wait until nothing is left to do; what waits for a later hour is let begin."""
        async with open_wallet(self._engine.load_settings()) as wallet:
            await self._drain(wallet)

    async def _drain(self, wallet: Wallet) -> None:
        deadline = time.monotonic() + SETTLE_SECONDS_MAX
        quiet_at = time.monotonic() + QUIET_SECONDS
        jumps = cycle(JUMPS_TO_LATE_WORK)
        while left := await self._left(wallet):
            now = time.monotonic()
            if now > deadline:
                self._records.violation(f"left undone: {left}")
                return
            if now > quiet_at and not self._outside.undelivered:
                is_moved = wallet.settings.has_postgres
                quiet_at = now + (MOVED_SECONDS if is_moved else RESTART_SECONDS)
                await self._go_to_a_later_hour(wallet, next(jumps))
            await asyncio.sleep(0.5)

    async def _go_to_a_later_hour(self, wallet: Wallet, seconds: int) -> None:
        """A process does not believe such a leap, but the next one that starts does.

        Those on PostgreSQL believe the server, whose clock cannot be moved here: there, what
        waits for a later hour is moved to an earlier one.
        """
        if wallet.settings.has_postgres:
            await wallet.store.write(lambda book: _make_earlier(book, seconds))
            return
        for process in self._engine.processes:
            process.jump(seconds)
            process.kill()

    async def _left(self, wallet: Wallet) -> dict[str, int]:
        """Waiting work by kind, and updates that must still come or be handled."""
        counts = await wallet.services.housekeeping.counts()
        rows = await wallet.store.read(
            lambda book: book.connection.execute(_IN_HAND, {}).fetchall()
        )
        in_hand: int = rows[0][0]
        left = {kind: counts[f"{kind}:due"] for kind in _LASTING if counts.get(f"{kind}:due")}
        if in_hand or self._outside.undelivered:
            left["updates"] = in_hand + self._outside.undelivered
        return left

    async def _ready(self, http: aiohttp.ClientSession) -> None:
        """Until the gateway says that it can keep what it is told.

        Raises:
            RuntimeError: It never does.
        """
        end = time.monotonic() + READY_SECONDS_MAX
        while time.monotonic() < end:
            with suppress(aiohttp.ClientError, ConnectionError):
                async with http.get(f"{self._engine.gateway}/readyz") as answer:
                    if answer.status == 200:
                        return
            await asyncio.sleep(0.1)
        last = [process.last_words() for process in self._engine.processes]
        raise RuntimeError(f"the wallet does not get ready: {last}")

    async def _stop(self) -> None:
        for process in self._engine.processes:
            code = await process.stop()
            if code != 0:
                self._records.violation(f"{process.name} was told to stop and ended with {code}")

    def leave_logs(self, logs: Path | None) -> None:
        """Copy them, where they are wanted, and the chats."""
        if logs is not None:
            logs.mkdir(parents=True, exist_ok=True)
            chats = "\n\n".join(somebody.transcript() for somebody in self._people)
            (logs / f"{self._engine.name}-chats.txt").write_text(chats, "utf-8")
            for process in self._engine.processes:
                shutil.copy(process.log, logs / f"{self._engine.name}-{process.log.name}")

    def _lap(self, name: str) -> None:
        """Note how long it took since the last one."""
        self._laps[name] = time.monotonic() - self._began - sum(self._laps.values())

    def _times(self) -> str:
        return ", ".join(f"{name} {seconds:.0f} s" for name, seconds in self._laps.items())

    def _logged(self) -> list[str]:
        """What the processes called errors: for whoever wants to know how they took it."""
        lines = [
            line
            for process in self._engine.processes
            for line in process.log.read_text("utf-8", "replace").splitlines()
        ]
        counted = Counter(_error(line) for line in lines)
        return [f"logged: {event}: {count}" for event, count in counted.items() if event]

    def _restarts(self) -> list[str]:
        return [
            f"{process.name} ended by itself {process.ended_by_itself} times and was started again"
            for process in self._engine.processes
            if process.ended_by_itself
        ]


def _make_earlier(book: Any, seconds: int) -> None:
    for statement in _EARLIER:
        book.connection.execute(statement, {"by": seconds * 1_000_000})


def _error(line: str) -> str:
    """The event of a logged error and its exception; empty for any other line."""
    try:
        said = json.loads(line)
    except ValueError:
        return "" if line.startswith((" ", "purser: ")) else line[:80]
    if said.get("level") not in ("error", "critical"):
        return ""
    exception = str(said.get("exception", "")).strip().rpartition("\n")[2]
    return f"{said['event']} {said.get('error', '')} {exception[:80]}".strip()
