"""The part of the story in which providers are paid, and a catalogue to pay them from."""

from typing import Any, Protocol

from bench.person import Clock, Person
from bench.tally import Tally
from purser.services import Services
from services.account_fields import Field, Keep
from services.catalogue import Category, Connection, Discount, Provider
from services.catalogue_imports import CatalogueFile
from services.commission import Commission
from services.connections import Answer, Asked, Outcome
from services.history import Wanted
from services.money import RUB, Money
from storage.sqlite.store import SqliteStore

GAMES = 12
"""More than a page of them."""

_LOGIN = Field("login", {"en": "Login"}, keep=Keep.COMPACT)
_PHONE = Field("phone", {"en": "Phone"}, keep=Keep.PHONE)
_DECREE = Field("decree", {"en": "Decree"}, keep=Keep.DIGITS)
_DATE = Field("date", {"en": "Date"}, keep=Keep.DATE)
_NOTE = Field("note", {"en": "Note"}, is_optional=True)


class World(Protocol):
    """What this part of the story needs around it."""

    @property
    def services(self) -> Services: ...
    @property
    def store(self) -> SqliteStore: ...
    @property
    def clock(self) -> Clock: ...

    async def code(self, phone: str) -> str:
        """The digits of the newest code."""


class Crediting:
    """A billing system that credits at once."""

    async def check(self, asked: Asked) -> Answer:
        """The account exists."""
        del asked
        return Answer(Outcome.DONE, payee="Ann Lee")

    async def pay(self, asked: Asked) -> Answer:
        """Credited."""
        return Answer(Outcome.DONE, code="0", provider_txn=str(asked.txn))


def crediting(provider: Provider) -> Crediting:
    """The same behind every provider."""
    del provider
    return Crediting()


async def stock(services: Services) -> None:
    """Fill the catalogue: games, mobile operators, a fine with its discount."""
    categories = (
        Category("mobile", {"en": "Mobile"}, "📱", 901),
        Category("fines", {"en": "Fines"}, "🚓", 902),
        Category("games", {"en": "Games"}, "🎮", 903),  # the newest button is the last one
    )
    providers = (
        *(_provider(f"game{number:02}", "games", _LOGIN) for number in range(GAMES)),
        _provider("tele", "mobile", _PHONE, prefixes=("916",)),
        _provider("fine", "fines", _DECREE, _DATE, _NOTE, discount=Discount("date", ((20, 50),))),
    )
    file = CatalogueFile(categories, providers)
    await services.catalogue_imports.import_(file=file)


def _provider(name: str, category: str, *fields: Field, **terms: Any) -> Provider:
    return Provider(
        id=name,
        version=1,
        category=category,
        names={"en": name.capitalize()},
        picture="🎮",
        fields=fields,
        currency=RUB,
        minimum=Money(10_00, RUB),
        maximum=Money(10_000_00, RUB),
        connection=Connection("none"),
        commission=Commission(millionths=10_000),
        **terms,
    )


async def pays_providers(world: World, tally: Tally, person: Person) -> None:
    """Everything on the way from /pay to a receipt, and what is saved of it."""
    for part in (_pays, _pays_again, _saves, _finds, _pays_twice):
        world.clock.advance(minutes=60)
        await part(world, tally, person)


async def _presses(tally: Tally, person: Person, *actions: str) -> None:
    for action in actions:
        await tally.row(f"[{action}]", person.press(action))


async def is_credited(world: World, person: Person) -> None:
    """The provider is asked to credit what was confirmed last."""
    holder = (await world.services.visitors.find(telegram_id=person.number)).holder
    if holder is None:
        raise RuntimeError("nobody joined")
    page = await world.services.history.page(holder=holder.id, wanted=Wanted("provider_payment"))
    newest = page.operations[0]
    await world.services.provider_sending.send(payment_id=newest.id)


async def _pays(world: World, tally: Tally, person: Person) -> None:
    await _fills_in(tally, person)
    await _changes_and_pays(world, tally, person)


async def _fills_in(tally: Tally, person: Person) -> None:
    await tally.row("/pay", person.say("/pay"))
    await person.press("home")
    await _presses(tally, person, "paymenu", "paycat", "paynext", "payto")
    await tally.row("answer to order_field", person.say(f"login{person.number}"))
    await _presses(tally, person, "ordback")
    await person.say(f"login{person.number}")
    await tally.row("answer to order_amount", person.say("20"))


async def _changes_and_pays(world: World, tally: Tally, person: Person) -> None:
    await _presses(tally, person, "ppsrc", "ppback")
    await person.press("ppsrc")
    await _presses(tally, person, "ppwith", "ppok")
    world.clock.advance(minutes=2)
    await _presses(tally, person, "ppmore")
    await tally.row("answer to provider_code, wrong", person.say("12"))
    code = await world.code(person.phone)
    await tally.row("answer to provider_code", person.say(code))
    await is_credited(world, person)
    await _presses(tally, person, "pprec")


async def _pays_again(world: World, tally: Tally, person: Person) -> None:
    await _presses(tally, person, "ppagain", "ordsum", "ppno")
    for action in ("ordagain", "ordstop"):
        await person.say(f"/pay game11 login{person.number} 20")
        await _presses(tally, person, action)
    one_line = person.say("/pay game11 other 20")
    await tally.row("/pay, in one line", one_line)
    await person.press("ppok")
    await tally.row("/cancel, a payment to a provider", person.say("/cancel"))
    await person.say(f"/pay game11 login{person.number} 20")
    await person.press("pprec")
    world.clock.advance(minutes=2)


async def _saves(world: World, tally: Tally, person: Person) -> None:
    del world
    await _presses(tally, person, "favkeep")
    await tally.row("answer to favourite_name", person.say("Mine"))
    await _presses(tally, person, "favs", "fav", "favpay")
    await person.say("/pay")
    await person.press("favs")
    await person.press("fav")
    await _presses(tally, person, "favname")
    await person.say("Old")
    await _presses(tally, person, "favdrop", "favkill")


async def _finds(world: World, tally: Tally, person: Person) -> None:
    del world
    await person.say("/pay")
    await _presses(tally, person, "payfind")
    await tally.row("answer to pay_search", person.say("tele"))
    await person.press("payto")
    await _presses(tally, person, "ordmine")
    await person.press("ordback")
    await person.press("paycat")
    await tally.row("answer to pay_number", person.say(person.phone))
    await person.press("ordback")
    await person.press("paycat")
    await _presses(tally, person, "paymine")
    await person.say("/pay fine 12345")
    await person.say("2026-01-14")
    await _presses(tally, person, "ordskip")
    await person.say("100")
    await _presses(tally, person, "ordpart")
    await person.press("ppno")


async def _pays_twice(world: World, tally: Tally, person: Person) -> None:
    for _ in range(2):
        await person.say("/pay game05 twin 20")
    await person.press("ppok")
    await person.say(await world.code(person.phone))
    await is_credited(world, person)
    await person.press("ppok")  # of the first line, which is still above
    world.clock.advance(minutes=2)
    await _presses(tally, person, "ppyes")
    await person.press("ppno")
