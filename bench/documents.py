"""The story of somebody who wants it on paper, for `bench/commands.py`."""

from typing import TYPE_CHECKING

from bench.person import Person
from bench.tally import Tally
from services.history import Wanted

if TYPE_CHECKING:
    from bench.calls import Client
    from bench.commands import World


async def has_it_on_paper(world: "World", tally: Tally, person: Person) -> None:
    """Receipts, a statement in one format, and the picture of the month."""
    del world
    await person.say("/receipt")
    await _presses(tally, person, "doc")
    await tally.row("[doc], again", person.press("doc"))
    await _presses(tally, person, "receipts")
    await person.say("/history")
    await _presses(tally, person, "statement", "stmonth", "stfile")
    await person.press("statement")
    await _presses(tally, person, "stdates")
    await tally.row("answer to statement_period", person.say("01.01.2026 - 15.01.2026"))
    await person.say("/history")
    await _presses(tally, person, "spending")


async def is_asked_for_a_code(
    world: "World", tally: Tally, client: "Client", person: Person
) -> None:
    """The public page of a receipt, and its form."""
    holder = (await world.services.visitors.find(telegram_id=person.number)).holder
    if holder is None:
        raise RuntimeError("nobody joined")
    history, receipts = world.services.history, world.services.receipts
    page = await history.page(holder=holder.id, wanted=Wanted("correction"))
    receipt = await receipts.issue(holder=holder, operation_id=page.operations[0].id)
    found = client.call("GET", f"/receipt/{receipt.code}")
    await tally.row("GET /receipt/{id}", found)
    await tally.row("GET /receipt", client.call("GET", "/receipt"))


async def _presses(tally: Tally, person: Person, *actions: str) -> None:
    for action in actions:
        await tally.row(f"[{action}]", person.press(action))
