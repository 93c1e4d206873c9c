"""The part of the story in which payments are put on a schedule, and reminded of."""

from datetime import timedelta
from typing import TYPE_CHECKING

from bench.paying import is_credited
from bench.person import Person
from bench.tally import Tally
from services.due import Work

if TYPE_CHECKING:
    from bench.commands import World


async def schedules_payments(world: "World", tally: Tally, person: Person) -> None:
    """A reminder with all its buttons, leave to pay by itself, and a discount."""
    for part in (_pays, _is_reminded, _lets_pay, _sees_a_discount):
        world.clock.advance(minutes=60)
        await part(world, tally, person)


async def _presses(tally: Tally, person: Person, *actions: str) -> None:
    for action in actions:
        await tally.row(f"[{action}]", person.press(action))


async def _pays(world: "World", tally: Tally, person: Person) -> None:
    del tally
    await person.say("/pay game03 regular 20")
    await person.press("ppok")
    await person.say(await world.code(person.phone))
    await is_credited(world, person)
    await person.press("pprec")


async def _is_reminded(world: "World", tally: Tally, person: Person) -> None:
    """The newest buttons are the last ones: once, asked each time, a week before."""
    await _presses(tally, person, "schnew", "schset")
    tomorrow = world.clock() + timedelta(days=1)
    await tally.row("answer to schedule", person.say(f"{tomorrow:%d.%m.%Y}"))
    for action in ("schset", "schset"):
        await person.press(action)
    await _presses(tally, person, "schno")
    await person.press("pprec")
    for action in ("schnew", "schset"):
        await person.press(action)
    await person.say(f"{tomorrow:%d.%m.%Y}")
    for action in ("schset", "schset"):
        await person.press(action)
    await _presses(tally, person, "schyes")
    due = await _falls_due(world, person)
    await _tells(world, person, due)
    await _presses(tally, person, "schlat")
    await _tells(world, person, due)
    await _presses(tally, person, "schskp")
    await _tells(world, person, due)
    await _presses(tally, person, "schpay")
    await tally.row("answer to schedule_pay", person.say("20"))
    await person.press("ppno")
    await person.say("/pay game03 regular 20")
    await person.press("pprec")


async def _lets_pay(world: "World", tally: Tally, person: Person) -> None:
    for action in ("schnew", "schset"):
        await person.press(action)
    next_week = world.clock() + timedelta(days=7)
    await person.say(f"{next_week:%d.%m.%Y}")
    await person.say("20")
    for action in ("schset", "schset", "schset"):
        await person.press(action)
    await tally.row("[schyes], a code", person.press("schyes"))
    world.clock.advance(minutes=2)
    await _presses(tally, person, "schmor")
    await tally.row("answer to schedule_code", person.say(await world.code(person.phone)))
    await _presses(tally, person, "scheds", "sched", "schpau", "schres", "schchg")
    await tally.row("[schchg], one thing", person.press("schchg"))
    await _presses(tally, person, "schmod")
    await person.press("sched")
    await _presses(tally, person, "schend", "schfin")


async def _sees_a_discount(world: "World", tally: Tally, person: Person) -> None:
    await person.say("/pay fine 12345")
    await person.say(f"{world.clock():%d.%m.%Y}")
    await person.press("ordskip")
    await person.say("100")
    await person.press("ordpart")
    await _presses(tally, person, "schdis")


async def _falls_due(world: "World", person: Person) -> str:
    """What a worker does of the schedule that was made last; returns what fell due."""
    holder = (await world.services.visitors.find(telegram_id=person.number)).holder
    if holder is None:
        raise RuntimeError("nobody joined")
    page = (await world.services.schedules.listed(holder=holder))[-1]
    if page.next is None:
        raise RuntimeError("nothing is due")
    payload = {
        "holder": holder.id,
        "schedule": page.schedule.id,
        "occurrence": page.next.id,
        "turn": page.next.turn,
    }
    at = world.clock()
    await world.services.due_schedules.act(work=Work("", "schedule", "", payload, at, at))
    return page.next.id


async def _tells(world: "World", person: Person, occurrence: str) -> None:
    """The bot says so."""
    holder = (await world.services.visitors.find(telegram_id=person.number)).holder
    if holder is None:
        raise RuntimeError("nobody joined")
    subject, at = f"occurrence/{occurrence}", world.clock()
    payload = {"holder": holder.id, "notice": "schedule", "subject": subject}
    await world.edge.handlers["notice"](Work("", "notice", "", payload, at, at))
