"""The story of somebody whose limits are raised, for `bench/commands.py`."""

from typing import TYPE_CHECKING

from bench.person import Person
from bench.tally import Tally

if TYPE_CHECKING:
    from bench.calls import Client
    from bench.commands import World

ANSWERS = ("Ann", "28.02.1990", "AB1234567", "1 Test street, Testville")


async def raises_limits(world: "World", tally: Tally, person: Person) -> None:
    """An address, personal data that are declined, corrected, approved, and deleted."""
    del world
    await person.say("/start")
    for action in ("mylimits", "email"):
        await _presses(tally, person, action)
    await tally.row("answer to email", person.say(f"p{person.number}@example.com"))
    await person.say("/limits")
    await _presses(tally, person, "ident")
    await tally.row("answer to identification", person.say("Doe"))
    await person.say(ANSWERS[0])
    await _presses(tally, person, "identset")
    await person.say(ANSWERS[1])
    await person.press("identset")
    for answer in ANSWERS[2:]:
        await person.say(answer)
    await _presses(tally, person, "identfix", "identgo", "identall", "identsend")
    await person.say("/operator")
    await _presses(tally, person, "opidents", "opident", "opno")
    await tally.row("answer to decline_reason", person.say("blurred"))
    await person.say("/limits")
    for action in ("ident", "identsend"):
        await person.press(action)
    await person.say("/operator")
    for action in ("opidents", "opident"):
        await person.press(action)
    await _presses(tally, person, "opyes")
    await person.say("/limits")
    await _presses(tally, person, "forget", "forgetyes")


async def opens_the_link(world: "World", tally: Tally, client: "Client", person: Person) -> None:
    """The page of a mailed link, and its button."""
    holder = (await world.services.visitors.find(telegram_id=person.number)).holder
    if holder is None:
        raise RuntimeError("nobody joined")
    typed, key = f"page{person.number}@example.com", f"page {person.number}"
    await world.services.emails.ask(holder=holder, typed=typed, key=key)
    email = await world.store.read(lambda book: book.emails.with_key(key))
    letter = None if email is None else await world.services.emails.letter(email_id=email.id)
    if letter is None:
        raise RuntimeError("no mail is due")
    path, page = f"/identification/email/{letter.token}", "/identification/email/{id}"
    await tally.row(f"GET {page}", client.call("GET", path))
    await tally.row(f"POST {page}", client.call("POST", path))
    style = "/identification/page.css"
    await tally.row(f"GET {style}", client.call("GET", style))


async def _presses(tally: Tally, person: Person, *actions: str) -> None:
    for action in actions:
        await tally.row(f"[{action}]", person.press(action))
