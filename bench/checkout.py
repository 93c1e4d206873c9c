"""A shop's customer pays on the wallet's page: each page and form once."""

import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from bench.tally import Tally
from gateway.checkout.forms import Cookie, new_browser
from gateway.pay_urls import Links, uuid_of
from services.card_details import security_code
from services.checkout_life import Opening, Way
from services.due import Work
from services.invoices import Invoice, Wish
from services.money import RUB, Money

if TYPE_CHECKING:
    from bench.calls import Caller, Client
    from bench.commands import World
    from bench.person import Person

AMOUNT = Money(1000, RUB)
LINKS = Links("purser_bot", "https://wallet.example")


async def pays_on_the_page(
    world: "World", tally: Tally, client: "Client", person: "Person", caller: "Caller"
) -> None:
    """By number and by card; a second code, and a test order."""
    customer = Customer(world, tally, client)
    first, second, test = [
        await world.services.invoices.create(
            merchant=caller.shop.merchant, wish=Wish(AMOUNT, "Tea", is_test=is_test)
        )
        for is_test in (False, False, True)
    ]
    await customer.looks(first, "GET /form/", "/form/")
    await customer.looks(first, "GET /form", "/form")
    await customer.looks(first, "GET /form/state", "/form/state")
    typed = {"phone": person.phone, "way": "code"}
    begun = await customer.sends(first, "start", **typed)
    await customer.looks(first, "GET /form/checkout", "/form/checkout", id=begun)
    await customer.sends(first, "terminal")
    world.clock.advance(minutes=1)
    await customer.sends(first, "again", id=begun)
    await customer.sends(first, "code", id=begun, code=await world.code(person.phone))
    await customer.sends(second, "card", **await _card(world, person))
    await customer.sends(test, "test", pays="1")
    for name in ("style.css", "live.js"):
        await tally.row(f"GET /form/{name}", client.call("GET", f"/form/{name}"))


async def is_asked_by_a_page(world: "World", tally: Tally, person: "Person") -> None:
    """Somebody types the person's number on a shop's page, and the chat asks."""
    services, at = world.services, world.clock()
    shop = await services.merchants.add(name="Lamps", currency=RUB)
    invoice = await services.invoices.create(merchant=shop.merchant, wish=Wish(AMOUNT, "Lamp"))
    begun = await services.checkouts.by_phone(
        opening=Opening(invoice.id, new_browser()), phone=person.phone, way=Way.CHAT
    )
    told = {"notice": "checkout", "holder": begun.holder, "subject": f"checkout/{begun.id}"}
    await world.edge.handlers["notice"](Work("asked", "notice", "chat", told, at, at))
    await tally.row("[notme]", person.press("notme"))


class Customer:
    """A browser with its secret."""

    def __init__(self, world: "World", tally: Tally, client: "Client") -> None:
        self._tally = tally
        self._client = client
        self._checkouts = world.services.checkouts
        self._browser = new_browser()
        self._headers = {"cookie": f"{Cookie.of(LINKS).name}={self._browser}"}

    async def looks(self, invoice: Invoice, row: str, path: str, **more: str) -> None:
        """Open a page of that invoice."""
        query = urlencode({"invoice_uid": uuid_of(invoice.id), **more})
        await self._tally.row(row, self._client.call("GET", path, query=query, **self._headers))

    async def sends(self, invoice: Invoice, action: str, **typed: str) -> str:
        """Send a form; the id of the payment that is under way after it."""
        token = self._checkouts.form_token(browser=self._browser, invoice_id=invoice.id)
        fields = {"invoice_uid": uuid_of(invoice.id), "token": token, **typed}
        path, body = f"/form/{action}", urlencode(fields).encode()
        call = self._client.call("POST", path, body, **self._headers)
        await self._tally.row(f"POST {path}", call)
        found = re.search(r"[?&]id=([0-9a-f]{32})", self._client.answer.location)
        return found[1] if found else ""


async def _card(world: "World", person: "Person") -> dict[str, str]:
    """The person's own card, as its owner types it."""
    holder = (await world.services.visitors.find(telegram_id=person.number)).holder
    if holder is None:
        raise RuntimeError("nobody joined")
    card = (await world.services.cards.listed(holder=holder))[0]
    number = (await world.services.card_details.sms(card_id=card.id)).number
    code = security_code(world.vault, number, card.expires, card.code_counter)
    expires = f"{card.expires[2:]}{card.expires[:2]}"
    return {"number": number, "expires": expires, "csc": code}
