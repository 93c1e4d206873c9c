"""The load: people who buy and pay bills, shops, terminals that take cash, until it is over."""

import asyncio
from contextlib import suppress
from itertools import count

from tests.torture.engines import CODE_FROM_MINOR
from tests.torture.outside import Outside
from tests.torture.payees import PAYEES
from tests.torture.payers import Payer
from tests.torture.records import Cash, Errand, Sale
from tests.torture.shops import Shop
from tests.torture.terminals import Terminal

ERRAND_SHARE = 0.4
"""Of payments, that are to a provider and not to a shop."""

RACED_SHARE = 0.1
TAKEN_BACK_SHARE = 0.08
REFUND_SHARE = 0.3
CODE_SHARE = 0.4
LEFT_SHARE = 0.15
IMPATIENT_SHARE = 0.5
CODES_MAX = 7
"""For one person: of ten in an hour, so that the wallet's limit does not end the work."""

CASH_MINOR_MAX = 500_00
BREATH_SECONDS_MAX = 1.0
FINISH_SECONDS = 45


class Crowd:
    """Everybody outside, at work."""

    def __init__(
        self,
        outside: Outside,
        people: list[Payer],
        shops: list[Shop],
        terminals: list[Terminal],
    ) -> None:
        self.people = people
        self.shops = shops
        self.is_home_time = False
        """Nobody begins anything new."""
        self._outside = outside
        self._random = outside.random
        self._records = outside.records
        self._terminals = terminals
        self._small, self._large = count(10_00), count(CODE_FROM_MINOR)
        self._small_errands, self._large_errands = count(20_00), count(2 * CODE_FROM_MINOR)
        self._numbers = count(1)
        self._races: dict[str, list[Sale]] = {each.person.phone: [] for each in people}
        self.joined = list[Payer]()

    async def work(self) -> None:
        """Return when it is home time and everybody has finished."""
        async with asyncio.TaskGroup() as tasks:
            for number, somebody in enumerate(self.people):
                tasks.create_task(self._live(somebody, runs_errand=number % 2 == 0))
            for number, terminal in enumerate(self._terminals):
                tasks.create_task(self._take_cash(terminal, number))

    async def at_work(self, seconds_max: float) -> None:
        """Wait, not for ever, until half of the people have joined."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds_max):
                while len(self.joined) < len(self.people) / 2:
                    changes = self._outside.changes
                    await changes.wait(changes.version, timeout_seconds=1)

    async def _live(self, somebody: Payer, *, runs_errand: bool) -> None:
        while not await somebody.join():
            if self.is_home_time:  # too many codes that never came; tomorrow it goes on
                return
        self.joined.append(somebody)
        codes = 1
        while not self.is_home_time:
            if runs_errand:
                errand = self._next_errand(somebody, may_ask_code=codes < CODES_MAX)
                codes += errand.total_minor >= CODE_FROM_MINOR
                await somebody.run(errand)
            else:
                sale = await self._next_sale(somebody, may_ask_code=codes < CODES_MAX)
                codes += sale.amount_minor >= CODE_FROM_MINOR
                if sale.invoice:
                    await self._buy(somebody, sale)
            await self._breathe()
            runs_errand = self._random.random() < ERRAND_SHARE

    def _next_errand(self, somebody: Payer, *, may_ask_code: bool) -> Errand:
        is_large = may_ask_code and self._random.random() < CODE_SHARE
        errand = Errand(
            payee=self._random.choice(PAYEES),
            account=f"acct{next(self._numbers):05d}",
            phone=somebody.person.phone,
            amount_minor=next(self._large_errands if is_large else self._small_errands),
        )
        errand.is_left = is_large and self._random.random() < LEFT_SHARE
        errand.is_patient = self._random.random() >= IMPATIENT_SHARE
        self._records.errands.append(errand)
        return errand

    async def _next_sale(self, somebody: Payer, *, may_ask_code: bool) -> Sale:
        """One that others race for too, or one's own."""
        races = self._races[somebody.person.phone]
        if races:
            return races.pop()
        is_large = may_ask_code and self._random.random() < CODE_SHARE
        is_raced = not is_large and self._random.random() < RACED_SHARE
        number = next(self._numbers)
        shop = self._random.choice(self.shops)
        sale = Sale(
            order=f"Order {number}",
            shop=shop.number,
            amount_minor=next(self._large if is_large else self._small),
            phone=None if is_raced else somebody.person.phone,
        )
        sale.is_left = is_large and self._random.random() < LEFT_SHARE
        self._records.sales.append(sale)
        await shop.issue(sale)
        if is_raced and len(self.joined) > 1:
            rival = self._random.choice([each for each in self.joined if each is not somebody])
            self._races[rival.person.phone].append(sale)
        return sale

    async def _buy(self, somebody: Payer, sale: Sale) -> None:
        shop = self.shops[sale.shop]
        if self._random.random() < TAKEN_BACK_SHARE:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(somebody.pay(sale))
                tasks.create_task(shop.take_back(sale))
        elif not await somebody.pay(sale) and self.is_home_time:
            await somebody.pay(sale, FINISH_SECONDS)
        if sale.receipts and self._random.random() < REFUND_SHARE:
            await self._give_back(shop, sale)

    async def _give_back(self, shop: Shop, sale: Sale) -> None:
        """A part, and sometimes more than what is left."""
        if sum(sale.refunds.values()) == 0:
            await shop.refund(sale, sale.amount_minor * 2 // 3)
            if self._random.random() < REFUND_SHARE:
                await shop.refund(sale, sale.amount_minor // 2)

    async def _take_cash(self, terminal: Terminal, number: int) -> None:
        for receipt in count(1):
            if self.joined:
                cash = Cash(
                    receipt=f"{number + 1}{receipt:08d}",
                    phone=self._random.choice(self.joined).person.phone,
                    amount_minor=self._random.randrange(1, CASH_MINOR_MAX // 100) * 100,
                )
                self._records.cash.append(cash)
                await terminal.take(cash)
            if self.is_home_time:
                return
            await self._breathe()

    async def _breathe(self) -> None:
        await asyncio.sleep(self._random.uniform(0, BREATH_SECONDS_MAX))
