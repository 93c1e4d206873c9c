"""One run: everybody lives for a while, things go wrong, and at last all must be right."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from storage.sqlite.book import SqliteBook
from tests.simulation import checks
from tests.simulation.billing import Billing
from tests.simulation.business import Operator, Till
from tests.simulation.chance import seeded, stream
from tests.simulation.claims import Claims
from tests.simulation.clients import Fashions, Town
from tests.simulation.clock import START, WallClock
from tests.simulation.faults import Faults
from tests.simulation.loop import NumberedTask, SimulatedLoop, StuckError
from tests.simulation.outside import Outside
from tests.simulation.person import Person
from tests.simulation.process import PROCESSES_MAX, Cluster, Machine
from tests.simulation.receivers import Receivers
from tests.simulation.shop import Shop
from tests.simulation.store import Disk
from tests.simulation.template import PHONES, Cast, Template, template
from tests.simulation.trace import Trace
from tests.simulation.updates import Feeder, Telegram
from tests.simulation.watch import Watch

WISHES = 9
"""What each person and shop wants, one thing after the other."""

STEPS_BETWEEN = 1800
"""At most so many between two blows to the machine."""

CHECK_SHARE = 0.3
"""After how many of the commits the money is counted."""

JUMPS_MINUTES = (1, 6, 20, 600, 60 * 26)
AFTERWARDS = (*[timedelta(hours=7)] * 14, timedelta(days=60), timedelta(days=1500))
"""Enough for every retry to be tried or given up, for invoices to expire, and for cards."""


@dataclass
class Report:
    """What one seed came to."""

    seed: int
    steps: int = 0
    seconds: float = 0
    asked: int = 0
    writes: int = 0
    reads: int = 0
    kills: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    acknowledged: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)
    tail: list[str] = field(default_factory=list)
    digest: str = ""


def simulate(seed: int, *, is_printed: bool = False) -> Report:
    """Run the world of that *seed* from its beginning to its end."""
    base = template()
    with base.copy() as book, seeded(seed):
        loop = SimulatedLoop(stream(seed, "order"))
        try:
            trace = Trace(loop, is_printed=is_printed)
            world = World(seed, base, book, loop, trace)
            try:
                loop.run_until_complete(world.run())
            except StuckError as exc:
                trace.wrong(str(exc))
            loop.run_until_complete(_finish_all())
            return world.report()
        finally:
            loop.close()


class World:
    """Everything that there is in one run."""

    def __init__(
        self, seed: int, base: Template, book: SqliteBook, loop: SimulatedLoop, trace: Trace
    ) -> None:
        self._seed = seed
        self._base = base
        self._book = book
        self._loop = loop
        self._trace = trace
        self._chance = stream(seed, "world")
        self._faults = Faults(stream(seed, "faults"))
        self._clock = WallClock(loop, START + timedelta(days=1))
        self._disk = Disk(book)
        self._disk.on_commit = self._after_commit
        self._watch = Watch(book)
        self._disk.on_function = self._after_function
        self._receivers = Receivers(
            book=book, shops=base.cast.keys, faults=self._faults, trace=trace
        )
        self._outside = Outside(
            faults=self._faults, trace=trace, clock=self._clock, receivers=self._receivers
        )
        self._outside.over |= base.done
        self._billing = Billing(faults=self._faults, trace=trace)
        self._town: Town | None = None

    async def run(self) -> None:
        """Live, until something is wrong or everything is over."""
        story = asyncio.get_running_loop().create_task(self._story())
        alarm = asyncio.get_running_loop().create_task(self._trace.was_violated.wait())
        await asyncio.wait({story, alarm}, return_when=asyncio.FIRST_COMPLETED)
        error = story.exception() if story.done() else None
        if error is not None:
            self._trace.wrong(f"the story broke off: {error!r}")

    def report(self) -> Report:
        """What it came to."""
        if not self._trace.violations:  # else tasks were ended in the middle of anything
            for complaint in self._loop.complaints:
                self._trace.wrong(complaint)
        town = self._town
        return Report(
            seed=self._seed,
            steps=self._loop.steps,
            seconds=self._loop.time(),
            asked=0 if town is None else town.asked,
            writes=self._disk.writes,
            reads=self._disk.reads,
            kills=0 if town is None else town.cluster.kills,
            faults=self._faults.struck,
            acknowledged=Counter() if town is None else town.claims.counted,
            refused=Counter() if town is None else town.refused,
            violations=self._trace.violations,
            tail=list(self._trace.tail),
            digest=self._trace.digest,
        )

    async def _story(self) -> None:
        town = self._found()
        self._loop.disturb = lambda: self._disturb(town.cluster)
        self._expect_disturbance()
        cast = self._base.cast
        telegram = Telegram(town, [each.phone for each in cast.holders.values()])
        await asyncio.gather(*_lives(town, cast), telegram.send(WISHES // 2))
        await self._calm(town.cluster)
        for wrong in (
            *telegram.broken(self._book),
            *town.claims.broken(),
            *checks.at_the_end(self._book, self._outside.over),
            *self._receivers.broken(),
            *checks.by_no_code(self._book, town.typed),
            *self._billing.broken(self._book),
        ):
            self._trace.wrong(wrong)

    def _found(self) -> Town:
        claims = Claims(self._book, self._trace)
        owners = {each.phone: each.owner for each in self._base.cast.holders.values()}
        machine = Machine(
            disk=self._disk,
            vault=self._base.vault,
            clock=self._clock,
            faults=self._faults,
            chance=stream(self._seed, "machine"),
            trace=self._trace,
            handlers=self._outside.handlers,
            feeder=lambda services: Feeder(services, claims, owners),
            connections=self._billing.connections,
            code_from_minor={"RUB": self._chance.choice((0, 0, 20_00))},
        )
        self._town = Town(
            cluster=Cluster(machine, self._chance.randint(1, PROCESSES_MAX)),
            outside=self._outside,
            claims=claims,
            faults=self._faults,
            trace=self._trace,
            chance=stream(self._seed, "town"),
            fashions=Fashions(stream(self._seed, "fashions")),
            vault=self._base.vault,
            book=self._book,
        )
        return self._town

    def _after_function(self) -> None:
        for wrong in self._watch.look():
            self._trace.wrong(wrong)

    def _after_commit(self) -> None:
        if self._chance.random() < CHECK_SHARE:
            for wrong in checks.always(self._book):
                self._trace.wrong(wrong)

    def _expect_disturbance(self) -> None:
        left = self._chance.randint(1, STEPS_BETWEEN)
        self._loop.disturb_at = self._loop.steps + left

    def _disturb(self, cluster: Cluster) -> None:
        """Between two steps, wherever everybody just is."""
        self._expect_disturbance()
        if self._faults.is_quiet:
            return
        kind = self._chance.choice(("process killed", "clock set forward", "clock set back"))
        self._faults.struck[kind] += 1
        minutes = self._chance.choice(JUMPS_MINUTES)
        if kind == "process killed":
            cluster.kill()
            return
        sign = 1 if kind == "clock set forward" else -1
        self._clock.jump(timedelta(minutes=sign * minutes))
        self._trace.note(f"{kind} by {minutes} minutes")

    async def _calm(self, cluster: Cluster) -> None:
        """Nothing goes wrong any more: one process is left to do all that was left to do."""
        await asyncio.sleep(300)  # whoever was given up on may still come to an end
        self._faults.is_quiet = True
        cluster.kill_all()
        self._clock.catch_up()
        for later in AFTERWARDS:
            self._clock.jump(later)
            await cluster.see_to_the_rest()


def _lives(town: Town, cast: Cast) -> list[asyncio.Future[None]]:
    phones = list(PHONES.values())
    people = [
        Person(town, name, number, phone, cast.holders.get(name))
        for number, (name, phone) in enumerate(PHONES.items())
    ]
    ann, *_ = people
    tablet = Person(town, "Ann's tablet", ann.telegram_id, ann.phone, ann.holder)
    owners = {each.phone: each.owner for each in cast.holders.values()}
    lives = [
        *(person.live(WISHES) for person in people),
        tablet.only_pay(WISHES // 2),
        *(Shop(town, each, phones).trade(WISHES + 8) for each in cast.merchants),
        *(Till(town, each, phones).take_cash(WISHES // 2) for each in cast.terminals),
        Operator(town, owners, cast.merchants).work(WISHES // 2),
    ]
    return [asyncio.ensure_future(life) for life in lives]


async def _finish_all() -> None:
    """End whatever still runs, so that the loop can be closed."""
    this = asyncio.current_task()
    rest = [task for task in asyncio.all_tasks() if task is not this]
    rest.sort(key=lambda task: task.number if isinstance(task, NumberedTask) else 0)
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
