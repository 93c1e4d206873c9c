"""Cash terminals and the operator."""

import asyncio
from contextlib import suppress

from purser.services import Services
from services.errors import WalletError
from services.merchants import Merchant
from services.money import RUB, Money
from services.terminals import Terminal
from services.topups import TopUp
from tests.simulation.claims import Moved
from tests.simulation.clients import Client, Town


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
                if self.town.links and self.chance.random() < 0.4:
                    await self._pay_invoice(self.chance.choice(self.town.links))
                else:
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

    async def _pay_invoice(self, invoice_id: str) -> None:
        """Somebody types the number of an invoice, and puts in banknotes."""
        number = await self.ask(
            "gives a number", lambda s: s.cash_payments.number(invoice_id=invoice_id)
        )
        receipt = str(self._keys + 1000)
        self.key()
        invoice = await self.ask(
            "checks a number",
            lambda s: s.cash_payments.check(
                terminal=self._terminal, receipt=receipt, number=number
            ),
        )
        if invoice.id != invoice_id:
            self.town.trace.wrong(f"{number} is the number of two invoices")
        paid = await self.ask(
            "takes cash for an invoice",
            lambda s: s.cash_payments.pay(
                terminal=self._terminal, receipt=receipt, number=number, amount=invoice.amount
            ),
        )
        self.town.claims.paid_in_cash(paid)

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
            acts = (self.correct, self.retry, self.audit, self.disable, self.pay_out, self.release)
            weights = zip(acts, (12, 12, 4, 1, 12, 6), strict=True)
            drawn = [self.town.fashions.weight(each.__name__, usual) for each, usual in weights]
            act = self.chance.choices(acts, drawn)[0]
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

    async def pay_out(self) -> None:
        """Prepare a batch, and say what the bank did with some of those that there are."""
        await self.read("prepares payouts", lambda s: s.payouts.prepare())
        payouts = await self.read("looks at payouts", lambda s: s.payouts.listed())
        for payout in payouts:
            self.town.claims.paid_out(payout)
        if not payouts:
            return
        one = self.chance.choice(payouts)
        if self.chance.random() < 0.4:
            back = await self.ask(
                "has a payout back",
                lambda s: s.payouts.returned(payout_id=one.id, reason="no such account"),
            )
            self.town.claims.paid_out(back)
            return
        for paid in await self.ask("pays out", lambda s: s.payouts.paid(batch=one.batch)):
            self.town.claims.paid_out(paid)

    async def release(self) -> None:
        """Give shops what was reserved long enough."""
        await self.read("releases reserves", lambda s: s.reserves.release())

    async def audit(self) -> None:
        """Have all the books checked while everybody goes on."""
        audit = await self.read("audits", lambda s: s.books.audit())
        for fault in audit.faults:
            self.town.trace.wrong(f"the audit finds {fault.name} {fault.row}")
