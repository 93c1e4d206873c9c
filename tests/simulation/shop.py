"""Shops of every interface: they issue, take what is held, charge again, and give back."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256
from typing import Any, TypeVar

from purser.services import Services
from services.answers import Answer, Request
from services.errors import InvalidRequestError, RefusedError, WalletError
from services.invoices import Capture, Invoice, InvoiceNotFoundError, InvoiceTimesError, Wish
from services.merchants import Merchant
from services.money import RUB, Money
from services.notifications import API
from services.refunds import Refund
from tests.simulation.claims import Moved
from tests.simulation.clients import Client, Town

T = TypeVar("T")

WAIT_SECONDS = 60
"""Between requests, at most: people need their time to pay."""

REPEATED_SHARE = 0.5
"""Of captures, that are asked for once more though they were answered."""

_CREATED, _REFUSED = 201, 409
_UNKNOWN_PHONE = "+79990000000"


class Shop(Client):
    """Issues invoices, takes some back, gives money back; every request has its key.

    Of what is held for it, it takes some, and lets some go.
    """

    def __init__(self, town: Town, merchant: Merchant, phones: list[str]) -> None:
        super().__init__(town, f"shop {merchant.name}")
        self._merchant = merchant
        self._phones = phones
        self._invoices: list[str] = []

    async def trade(self, requests: int) -> None:
        """Send *requests* requests, one after the other."""
        acts = {
            self.issue: 9,
            self.cancel: 1,
            self.refund: 4,
            self.settle: 4,
            self.charge: 4,
            self.accept_charge: 4,
        }
        fashions = self.town.fashions
        weights = [fashions.weight(f"shop {act.__name__}", usual) for act, usual in acts.items()]
        for number in range(requests):
            is_opening = number < requests // 3
            [act] = [self.issue] if is_opening else self.chance.choices(list(acts), weights)
            with suppress(WalletError):  # the client has noted it
                await act()
            await self.rest()
            if not is_opening:
                await asyncio.sleep(self.chance.random() * WAIT_SECONDS)

    async def issue(self) -> None:
        """Ask somebody for money, or anybody."""
        wish = self._wish()
        if wish.interface == API:
            answer = await self._once(
                "issues an invoice",
                lambda s: s.invoices.creating(merchant=self._merchant, wish=wish),
                lambda made: {"id": made.id},
            )
            made = None if answer is None else answer["id"]
        else:
            made = await self._issue_by_number(wish)
        if made is None:
            return
        self._invoices.append(made)
        self.town.claims.issued(made)
        if wish.phone is None:
            self.town.links.append(made)

    async def charge(self) -> None:
        """Charge a wallet again that has agreed to it."""
        parent = await self._agreed()
        if parent is None:
            return
        wish = self._again("bill")
        for again in range(self.chance.choice((1, 1, 2))):
            charged = await self.ask(
                "charges a wallet",
                lambda s: s.payment_links.charge(
                    merchant=self._merchant, parent=parent, wish=wish
                ),
            )
            if not again:
                self.town.claims.issued(charged.id)
            self.town.claims.charged(charged)

    async def accept_charge(self) -> None:
        """The same, and hear of it later."""
        parent = await self._agreed()
        if parent is None:
            return
        number, wish = parent.reference or "", self._again("robokassa")
        accepted = await self.ask(
            "has a wallet charged",
            lambda s: s.link_charges.accept(merchant=self._merchant, parent=number, wish=wish),
        )
        self.town.claims.issued(accepted.id)
        self.town.claims.accepted(accepted)

    async def cancel(self) -> None:
        """Take an invoice back."""
        if not self._invoices:
            return
        invoice_id = self.chance.choice(self._invoices)
        await self.ask(
            "takes an invoice back",
            lambda s: s.invoices.cancel(merchant=self._merchant, invoice_id=invoice_id),
        )
        self.town.claims.state("invoices", invoice_id, "rejected")

    async def refund(self) -> None:
        """Give back some of what was paid, all that is left, or more than there is."""
        paid = await self._paid()
        if paid is None:
            return
        left = paid.refundable.minor
        minor = self.chance.choice((self.chance.randint(1, left), left // 2 + 1, left + 1))
        amount = self.chance.choice((None, Money(minor, RUB), Money(minor, RUB)))
        if paid.interface != API:
            await self._refund_by_number(paid, amount)
            return
        answer = await self._once(
            "gives back",
            lambda s: s.refunds.refunding(
                merchant=self._merchant, invoice_id=paid.id, amount=amount, reason=""
            ),
            _refund_facts,
        )
        if answer is not None:
            self._gave_back(answer)

    async def settle(self) -> None:
        """Take what is held, or less of it, or let it go."""
        held = await self._some("authorised")
        if held is None:
            return
        if self.chance.random() < 0.3:
            await self.ask(
                "lets go what is held",
                lambda s: s.authorisations.release(merchant=self._merchant, invoice_id=held.id),
            )
            self.town.claims.released(held)
            return
        minor = self.chance.randint(1, held.amount.minor)
        amount = self.chance.choice((None, held.amount, Money(minor, RUB)))
        captured = await self._capture(held, amount)
        if self.chance.random() < REPEATED_SHARE:
            try:
                await self._capture(held, amount)
            except RefusedError as exc:
                self.town.trace.wrong(f"what was taken of {held.id} is refused: {exc!r}")
        if captured.amount != (amount or held.amount):
            self.town.trace.wrong(f"{captured.amount} of {held.id} was taken, not {amount}")

    async def _capture(self, held: Invoice, amount: Money | None) -> Invoice:
        captured = await self.ask(
            "takes what is held",
            lambda s: s.authorisations.capture(
                merchant=self._merchant, invoice_id=held.id, amount=amount
            ),
        )
        self.town.claims.captured(captured)
        return captured

    async def _refund_by_number(self, paid: Invoice, amount: Money | None) -> None:
        """Such a shop says it again, to be sure."""
        number = self.key()
        for _ in range(self.chance.choice((1, 1, 2))):
            made = await self.ask(
                "gives back under a number",
                lambda s: s.refunds.refund(
                    merchant=self._merchant, invoice_id=paid.id, amount=amount, reference=number
                ),
            )
            self._gave_back(_refund_facts(made))

    def _wish(self) -> Wish:
        """An invoice of any kind; one of another interface has a number."""
        phone = self.chance.choice((*self._phones, *self._phones, None, None, _UNKNOWN_PHONE))
        lifetime = self.chance.choice((None, None, timedelta(minutes=self.chance.randint(2, 30))))
        interface = self.chance.choice((API, API, "bill", "robokassa"))
        reference = {API: None, "bill": self.key()}.get(interface, str(1000 + self._keys))
        fashions = self.town.fashions
        is_recurring = self.chance.random() < fashions.weight("recurring", 0.25)
        is_held = self.chance.random() < fashions.weight("held", 0.2)
        return Wish(
            Money(self.chance.randint(1_00, 90_00), RUB),
            "Things",
            phone,
            reference,
            None if lifetime is None else self.town.cluster.machine.clock() + lifetime,
            interface,
            content={"recurring": True} if is_recurring else {},
            capture=Capture.LATER if is_held else Capture.AT_ONCE,
        )

    async def _issue_by_number(self, wish: Wish) -> str | None:
        """Such a shop repeats what it asked for, and looks whether it is there after all."""
        try:
            made = await self.ask(
                "puts a bill", lambda s: s.invoices.create(merchant=self._merchant, wish=wish)
            )
        except InvoiceTimesError:
            with suppress(InvoiceNotFoundError):
                made = await self.read(
                    "looks for its bill",
                    lambda s: s.invoices.with_reference(
                        merchant=self._merchant, reference=wish.reference or ""
                    ),
                )
                return made.id
            return None
        return made.id

    def _again(self, interface: str) -> Wish:
        self.key()
        number = f"{'' if interface == 'robokassa' else 'again-'}{1000 + self._keys}"
        amount = Money(self.chance.randint(1, 40_00), RUB)
        return Wish(amount, "Again", reference=number, interface=interface)

    async def _agreed(self) -> Invoice | None:
        """One of the paid invoices whose payers may be charged again."""
        page = await self.read(
            "looks for who has agreed",
            lambda s: s.invoices.page(merchant=self._merchant, state="paid"),
        )
        agreed = [each for each in page.invoices if each.is_recurring and each.reference]
        return self.chance.choice(agreed) if agreed else None

    def _gave_back(self, refund: dict[str, Any]) -> None:
        moved = Moved(self._merchant.owner, refund["account"], refund["minor"])
        self.town.claims.money("refunds", f"refund:{refund['id']}", moved)

    async def _paid(self) -> Invoice | None:
        return await self._some(self.chance.choice(("paid", "refunded_in_part")))

    async def _some(self, state: str) -> Invoice | None:
        page = await self.read(
            f"looks for what is {state}",
            lambda s: s.invoices.page(merchant=self._merchant, state=state),
        )
        return self.chance.choice(page.invoices) if page.invoices else None

    async def _once(
        self,
        what: str,
        prepare: Callable[[Services], Callable[..., T]],
        facts: Callable[[T], dict[str, Any]],
    ) -> dict[str, Any] | None:
        """As our API answers a request with its key; None where it was refused."""
        key = self.key()
        fingerprint = sha256(key.encode()).digest()
        asked = Request(f"merchant/{self._merchant.id}", key, fingerprint)

        async def call(services: Services) -> Answer:
            try:
                return await services.answers.once(
                    request=asked,
                    work=_or_raise_later(services, prepare),
                    answer=lambda made: Answer(_CREATED, json.dumps(facts(made))),
                )
            except RefusedError as exc:
                refusal = Answer(_REFUSED, exc.code)
                return await services.answers.refuse(request=asked, refusal=refusal)

        answer = await self.ask(what, call)
        if answer.status != _CREATED:
            self.town.refused[answer.body] += 1
            return None
        said: dict[str, Any] = json.loads(answer.body)
        return said


def _or_raise_later(
    services: Services, prepare: Callable[[Services], Callable[..., T]]
) -> Callable[..., T]:
    """What is not valid any more may still have a first answer."""
    try:
        return prepare(services)
    except InvalidRequestError as exc:
        invalid = exc

    def refuse(_: object) -> T:
        raise invalid

    return refuse


def _refund_facts(refund: Refund) -> dict[str, Any]:
    return {"id": refund.id, "minor": refund.amount.minor, "account": refund.account}
