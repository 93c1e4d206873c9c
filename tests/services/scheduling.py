"""Schedules of a test: made with their code, and lived through day by day."""

from datetime import UTC, date, datetime, timedelta

from purser.services import Services
from services.calendars import Every, Rule
from services.catalogue import Provider
from services.catalogue_imports import CatalogueFile
from services.due import Work
from services.holders import Holder
from services.money import RUB, Money
from services.offers import OfferState
from services.provider_life import Order
from services.provider_payments import ProviderProposal
from services.schedule_life import (
    Mode,
    Occurrence,
    Schedule,
    Wish,
)
from services.schedule_pages import SchedulePage
from services.schedules import Taken
from tests.cast import Cast
from tests.catalogue import CATEGORIES, PROVIDERS, order

MOSCOW = "Europe/Moscow"


COST = 515_00
"""500 roubles to the game, and its commission."""


def rule(day: int = 25, every: Every = Every.MONTH, starts: date = date(2026, 11, 25)) -> Rule:
    return Rule(every, day, starts, MOSCOW)


def auto(
    repeats: Rule | None = None, most: int = 600_00, month: int = 600_00, minor: int = 500_00
) -> Wish:
    wanted = order(minor)
    return Wish(
        wanted.provider,
        wanted.fields,
        wanted.amount,
        "account",
        repeats or rule(),
        Mode.AUTO,
        most=Money(most, RUB),
        most_month=Money(month, RUB),
    )


def remind(repeats: Rule | None = None, before: int = 0, amount: Money | None = None) -> Wish:
    wanted = order()
    return Wish(
        wanted.provider, wanted.fields, amount, "account", repeats or rule(), before=before
    )


async def with_money(cast: Cast) -> Holder:
    """Somebody with 2,000 roubles, and a catalogue to pay from."""
    await cast.open_catalogue()
    holder = await cast.join()
    await cast.fund(holder, 2_000_00)
    return holder


async def make(cast: Cast, holder: Holder, wish: Wish, key: str = "make") -> Schedule:
    """Offer, confirm, and the code where one is asked."""
    offers = cast.services.schedule_offers
    made = await offers.offer(holder=holder, wish=wish, key=key)
    made = await offers.confirm(holder=holder, offer_id=made.offer.id)
    if made.offer.state is OfferState.CONFIRMED:
        made = await offers.prove(holder=holder, offer_id=made.offer.id, typed=await cast.code())
    assert made.page is not None
    return made.page.schedule


async def until(cast: Cast, day: str, *, step: timedelta = timedelta(hours=6)) -> None:
    """Live to ten in the evening of *day* in Moscow, working all the time."""
    end = datetime.fromisoformat(f"{day}T19:00:00").replace(tzinfo=UTC)
    while cast.clock.now < end:
        cast.clock.now = min(end, cast.clock.now + step)
        await cast.deliver()


async def leap(cast: Cast, day: str) -> None:
    """Stand still until ten in the evening of *day*, and only then work."""
    cast.clock.now = datetime.fromisoformat(f"{day}T19:00:00").replace(tzinfo=UTC)
    await cast.deliver()


async def page(cast: Cast, holder: Holder, schedule: Schedule) -> SchedulePage:
    return await cast.services.schedules.open(holder=holder, schedule_id=schedule.id)


async def occurrences(cast: Cast, schedule: Schedule) -> dict[str, Occurrence]:
    """By their periods, oldest first."""
    found = await cast.store.read(
        lambda book: book.schedules.occurrences(schedule.holder, schedule.id, limit=99)
    )
    return {each.period: each for each in reversed(found)}


def told(cast: Cast, kind: str = "schedule") -> list[str]:
    """What notices of *kind* were about."""
    return [
        each.payload["subject"]
        for each in cast.sent
        if each.kind == "notice" and each.payload["notice"] == kind
    ]


def credited(cast: Cast) -> list[int]:
    """The amounts that the provider has credited, each transaction number once."""
    return [each.amount.minor for each in cast.billing.credited.values()]


class Killed(BaseException):
    """The process is gone."""


class Dying:
    """Pays, and dies before anybody is told: once."""

    def __init__(self, services: Services, *, before: bool = False) -> None:
        self._services = services
        self._before = before
        self.keys: list[str] = []

    async def pay_unattended(
        self, *, holder: Holder, order: Order, source: str, key: str, most: Money
    ) -> ProviderProposal:
        self.keys.append(key)
        if len(self.keys) == 1 and self._before:
            raise Killed
        paid = await self._services.provider_payments.pay_unattended(
            holder=holder, order=order, source=source, key=key, most=most
        )
        if len(self.keys) == 1:
            raise Killed
        return paid


async def change_terms(cast: Cast, *changed: Provider) -> None:
    terms = {each.id: each for each in (*PROVIDERS, *changed)}
    await cast.services.catalogue_imports.import_(
        file=CatalogueFile(CATEGORIES, tuple(terms.values()))
    )


async def claimed(cast: Cast) -> list[Work]:
    """What is due of schedules, as a worker would have it in hand."""
    at = cast.clock()
    found = await cast.store.write(
        lambda book: book.due.claim(now=at, until=at + timedelta(minutes=2), limit=99, lane_max=99)
    )
    return [each for each in found if each.kind == "schedule"]


async def take_and_pay(
    cast: Cast, holder: Holder, occurrence_id: str, amount: Money | None = None
) -> Taken:
    """[Pay] on a reminder, to the end."""
    taken = await cast.services.schedules.take(
        holder=holder, occurrence_id=occurrence_id, amount=amount
    )
    await cast.pay_provider(holder, taken.order, taken.source, taken.key)
    await cast.deliver()
    return taken


def scheduled(planned: Occurrence, turn: int | None = None) -> Work:
    payload = {
        "holder": planned.holder,
        "schedule": planned.schedule,
        "occurrence": planned.id,
        "turn": planned.turn if turn is None else turn,
    }
    return Work("k", "schedule", "l", payload, planned.at, planned.at)
