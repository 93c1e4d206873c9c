"""Shops, cash terminals and the operator."""

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
from services.invoices import Invoice, Wish
from services.merchants import Merchant
from services.money import RUB, Money
from services.refunds import Refund
from services.terminals import Terminal
from services.topups import TopUp
from tests.simulation.claims import Moved
from tests.simulation.clients import Client, Town

T = TypeVar("T")

_CREATED, _REFUSED = 201, 409
_UNKNOWN_PHONE = "+79990000000"


class Shop(Client):
    """Issues invoices, takes some back, gives money back; every request has its key."""

    def __init__(self, town: Town, merchant: Merchant, phones: list[str]) -> None:
        super().__init__(town, f"shop {merchant.name}")
        self._merchant = merchant
        self._phones = phones
        self._invoices: list[str] = []

    async def trade(self, requests: int) -> None:
        """Send *requests* requests, one after the other."""
        for _ in range(requests):
            act = self.chance.choices((self.issue, self.cancel, self.refund), (9, 1, 4))[0]
            with suppress(WalletError):  # the client has noted it
                await act()
            await self.rest()

    async def issue(self) -> None:
        """Ask somebody for money, or anybody."""
        phone = self.chance.choice((*self._phones, *self._phones, None, None, _UNKNOWN_PHONE))
        minor = self.chance.randint(1_00, 90_00)
        reference = self.key() if self.chance.random() < 0.5 else None
        lifetime = self.chance.choice((None, None, timedelta(minutes=self.chance.randint(2, 30))))
        expires_at = None if lifetime is None else self.town.cluster.machine.clock() + lifetime
        wish = Wish(Money(minor, RUB), "Things", phone, reference, expires_at)
        answer = await self._once(
            "issues an invoice",
            lambda s: s.invoices.creating(merchant=self._merchant, wish=wish),
            lambda made: {"id": made.id},
        )
        if answer is None:
            return
        self._invoices.append(answer["id"])
        self.town.claims.issued(answer["id"])
        if phone is None:
            self.town.links.append(answer["id"])

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
        answer = await self._once(
            "gives back",
            lambda s: s.refunds.refunding(
                merchant=self._merchant, invoice_id=paid.id, amount=amount, reason=""
            ),
            _refund_facts,
        )
        if answer is not None:
            giver = f"{self._merchant.owner}:main:RUB"
            moved = Moved(giver, answer["account"], answer["minor"])
            self.town.claims.money("refunds", f"refund:{answer['id']}", moved)

    async def _paid(self) -> Invoice | None:
        state = self.chance.choice(("paid", "refunded_in_part"))
        page = await self.read(
            "looks for what was paid",
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


class Till(Client):
    """A cash terminal; it sends a receipt again until it hears what became of it."""

    def __init__(self, town: Town, terminal: Terminal, phones: list[str]) -> None:
        super().__init__(town, f"terminal {terminal.name}")
        self._terminal = terminal
        self._phones = phones

    async def take_cash(self, notes: int) -> None:
        """Take money in *notes* times."""
        for _ in range(notes):
            amount = Money(self.chance.randint(1, 90) * 100, RUB)
            with suppress(WalletError):  # no wallet with that number, or the terminal is full
                await self._top_up(self.chance.choice(self._phones), amount)
            await self.rest()

    async def _top_up(self, phone: str, amount: Money) -> None:
        receipt = str(self._keys + 1000)
        self.key()
        said = amount if self.chance.random() < 0.8 else Money(amount.minor + 1_00, RUB)
        await self.ask("checks", lambda s: self._check(s, receipt, phone, said))
        topup = await self.ask("takes cash", lambda s: self._pay(s, receipt, phone, amount))
        if self.chance.random() < 0.2:
            await asyncio.sleep(self.chance.random() * 300)
            topup = await self.ask("says it again", lambda s: self._pay(s, receipt, phone, amount))
        moved = Moved(
            f"{self._terminal.owner}:main:RUB", f"holder/{topup.holder}:main:RUB", amount.minor
        )
        self.town.claims.money("top-ups", f"topup:{topup.id}", moved)
        self.town.claims.state("topups", topup.id, "credited")

    async def _check(self, services: Services, receipt: str, phone: str, amount: Money) -> TopUp:
        return await services.topups.check(
            terminal=self._terminal, receipt=receipt, phone=phone, amount=amount
        )

    async def _pay(self, services: Services, receipt: str, phone: str, amount: Money) -> TopUp:
        return await services.topups.pay(
            terminal=self._terminal, receipt=receipt, phone=phone, amount=amount
        )


class Operator(Client):
    """Corrects, and tries again what was given up."""

    def __init__(self, town: Town, owners: dict[str, str], merchants: list[Merchant]) -> None:
        """*owners*: by phone, whose account it is."""
        super().__init__(town, "operator")
        self._merchants = merchants
        self._owners = owners

    async def work(self, hours: int) -> None:
        """Do something *hours* times."""
        for _ in range(hours):
            acts = (self.correct, self.retry, self.audit, self.disable)
            act = self.chance.choices(acts, (12, 12, 4, 1))[0]
            with suppress(WalletError):  # somebody else was faster
                await act()
            await self.rest()

    async def correct(self) -> None:
        """Credit somebody, and say why."""
        phone, key = self.chance.choice(list(self._owners)), self.key()
        amount = Money(self.chance.randint(1, 50_00), RUB)
        await self.ask(
            "corrects",
            lambda s: s.wallets.correct(phone=phone, amount=amount, reason="sorry", key=key),
        )
        target = f"{self._owners[phone]}:main:RUB"
        moved = Moved("system:suspense:RUB", target, amount.minor)
        self.town.claims.money("corrections", f"correction:{key}", moved)

    async def retry(self) -> None:
        """Have something done that was given up."""
        dead = await self.read("looks at what was given up", lambda s: s.dead_work.listed(limit=5))
        if dead:
            await self.ask("tries again", lambda s: s.dead_work.retry(key=dead[0].key))

    async def disable(self) -> None:
        """Have a shop take no more payments."""
        merchant = self.chance.choice(self._merchants)
        await self.ask("disables a shop", lambda s: s.merchants.disable(merchant_id=merchant.id))
        self.town.claims.state("merchants", merchant.id, "disabled")

    async def audit(self) -> None:
        """Have all the books checked while everybody goes on."""
        audit = await self.read("audits", lambda s: s.books.audit())
        for fault in audit.faults:
            self.town.trace.wrong(f"the audit finds {fault.name} {fault.row}")
