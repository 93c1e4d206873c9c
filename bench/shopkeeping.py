"""The story of somebody who keeps a shop in the chat, for `bench/commands.py`."""

from typing import TYPE_CHECKING

from bench.person import Person
from bench.tally import Tally
from services.deliveries import Delivery, Outcome
from services.due import Work
from services.invoices import Invoice, Wish
from services.merchant_people import Role
from services.merchants import Merchant
from services.money import RUB, Money
from services.notifications import lane

if TYPE_CHECKING:
    from bench.commands import World

ISSUED = 8
"""With the one that is paid, more than a page."""


async def answers_at_once(merchant: Merchant) -> list[Delivery]:
    """A shop that takes every test: `services.deliveries.Probe`."""
    return [
        Delivery(
            id="1",
            merchant=merchant.id,
            work=f"test:{merchant.id}",
            kind="webhook",
            about=f"merchant/{merchant.id}",
            url="https://shop.example/hook",
            attempt=1,
            status=200,
            outcome=Outcome.DELIVERED,
            detail="",
            answer="ok",
            millis=1,
            at=merchant.created_at,
        )
    ]


async def keeps_a_shop(world: "World", tally: Tally, person: Person) -> None:
    """Its invoices, refunds, keys and notifications; and the links of a payer of its."""
    shop = await _opened(world, person)
    await _sells(tally, person)
    await _has_keys(tally, person)
    await _is_told(world, tally, person, shop)
    await person.say("/operator")
    await _presses(tally, person, "opshops", "opshop", "opkeynew")
    await tally.row("answer to operator_key", person.say("For the shop"))
    await _says(tally, person, "/links")
    await _presses(tally, person, "link", "linkask", "linkend", "links")


async def _opened(world: "World", person: Person) -> Merchant:
    """One of two shops of theirs, with an invoice that they have paid themselves."""
    services = world.services
    made = []
    for name in ("Tea", "Books"):
        added = await services.merchants.add(name=f"{name} {person.number}", currency=RUB)
        await services.merchant_people.add(
            merchant_id=added.merchant.id, telegram_id=person.number, role=Role.OWNER
        )
        made.append(added.merchant)
    shop = made[0]  # the last of the two by name
    wish = Wish(Money(10_000, RUB), "A month", content={"recurring": True})
    await _is_paid(world, person, await services.invoices.create(merchant=shop, wish=wish))
    for number in range(ISSUED):
        await services.invoices.create(
            merchant=shop, wish=Wish(Money(10_000, RUB), f"Tea {number}")
        )
    return shop


async def _is_paid(world: "World", person: Person, invoice: Invoice) -> None:
    payments = world.services.payments
    holder = (await world.services.visitors.find(telegram_id=person.number)).holder
    if holder is None:
        raise RuntimeError("nobody joined")
    world.clock.advance(minutes=2)
    made = await payments.offer(holder=holder, invoice_id=invoice.id, key=f"tea {person.number}")
    await payments.confirm(holder=holder, offer_id=made.offer.id)
    typed = await world.code(person.phone)
    await payments.prove(holder=holder, offer_id=made.offer.id, typed=typed)


async def _sells(tally: Tally, person: Person) -> None:
    await _says(tally, person, "/merchant")
    await _presses(tally, person, "mshop", "mshops")
    await person.press("mshop")
    await _presses(tally, person, "minvs", "minvso", "minv", "mref")
    await tally.row("answer to merchant_refund_amount", person.say("1"))
    await tally.row("answer to merchant_refund", person.say("yes"))
    await _presses(tally, person, "mrefok")
    await person.press("minv")
    await person.press("mref")
    await _presses(tally, person, "mrefall")
    await person.press("minv")
    await person.press("mshop")
    await _presses(tally, person, "mnew")
    await tally.row("answer to merchant_invoice", person.say("1500 Green tea"))


async def _has_keys(tally: Tally, person: Person) -> None:
    await person.press("mshop")
    await _presses(tally, person, "mkeys", "mkeynew")
    await tally.row("answer to merchant_key", person.say("Plugin"))
    await _presses(tally, person, "keyhide")
    await person.press("mkeys")
    await _presses(tally, person, "mkey", "mkeyask", "mkeyoff")


async def _is_told(world: "World", tally: Tally, person: Person, shop: Merchant) -> None:
    at = world.clock()
    key = f"webhook:bench:{person.number}"
    lost = Work(key, "webhook", lane(shop), {"merchant": shop.id}, at, at)
    await world.store.write(lambda book: book.due.add(lost))
    await world.store.write(lambda book: book.due.bury(key, error="no answer"))
    await person.say("/merchant")
    await person.press("mshop")
    await _presses(tally, person, "mnotes", "mresend", "mtest")


async def _says(tally: Tally, person: Person, *texts: str) -> None:
    for text in texts:
        await tally.row(text, person.say(text))


async def _presses(tally: Tally, person: Person, *actions: str) -> None:
    for action in actions:
        await tally.row(f"[{action}]", person.press(action))
