"""A person with a wallet: what one does with it beside paying."""

from collections.abc import Awaitable, Callable
from contextlib import suppress

from services.card_rules import Card, CardKind, CardNotFoundError
from services.codes import CodeWrongError
from services.errors import RefusedError, WalletError
from services.joining import Joined
from services.money import RUB, Money
from services.offers import Offer
from tests.simulation.payer import TRIES
from tests.simulation.visitor import Visitor


class Person(Visitor):
    """Wants something of the wallet, and then something else."""

    async def live(self, wishes: int) -> None:
        """Want *wishes* things, one after the other."""
        acts: list[tuple[int, Callable[[], Awaitable[None]]]] = [
            (11, self.pay),
            (6, self.pay_provider),
            (5, self.pay_at_the_page),
            (2, self.end_link),
            (2, self.refuse),
            (2, self.look),
            (3, self.change_card),
            (1, self.add_card),
            (1, self.end_card),
            (1, self.lock_and_unlock),
        ]
        weights = [self.town.fashions.weight(act.__name__, usual) for usual, act in acts]
        for _ in range(wishes):
            await self.rest()
            [(_, act)] = self.chance.choices(acts, weights)
            with suppress(WalletError):  # the client has noted it; life goes on
                await (self.join() if self.holder is None else act())

    async def join(self) -> None:
        """Share the number, read the code, type it."""
        key, seen = self.key(), self.sms_seen()
        await self.ask(
            "begins to join",
            lambda s: s.joinery.begin(
                telegram_id=self.telegram_id,
                contact_user_id=self.telegram_id,
                phone=self.phone,
                language="en",
                key=key,
            ),
        )
        for _ in range(TRIES):
            joined = await self._proved(await self.code(seen), self.key())
            if joined is None:
                continue
            self.holder = joined.holder
            self.town.claims.state("holders", joined.holder.id, "active", "locked")
            self.town.claims.counted["joined"] += 1
            self.town.claims.carded()  # the first comes with the wallet
            return

    async def refuse(self) -> None:
        """Not wish to pay an invoice."""
        page = await self.read("looks for invoices", lambda s: s.invoices.waiting(holder=self.me))
        if page.invoices:
            invoice = self.chance.choice(page.invoices)
            await self.ask(
                "refuses", lambda s: s.invoices.refuse(holder=self.me, invoice_id=invoice.id)
            )
            self.town.claims.state("invoices", invoice.id, "rejected")

    async def look(self) -> None:
        """Look at what there is."""
        wallet = await self.read("looks", lambda s: s.wallets.show(holder=self.me))
        if any(each.available.minor < 0 for each in wallet.balances):
            self.town.trace.wrong(f"{self.name} sees {wallet.balances}")

    async def change_card(self) -> None:
        """Freeze a card, let it pay again, or limit it."""
        card = await self.some_card()
        if card is None:
            return
        if self.chance.random() < 0.5:
            await self._limit(card)
            return
        await self.ask(
            "freezes or unfreezes a card",
            lambda s: (s.cards.freeze if card.state == "active" else s.cards.unfreeze)(
                holder=self.me, card_id=card.id, version=card.version
            ),
        )

    async def add_card(self) -> None:
        """One more card."""
        key, kind = self.key(), self.chance.choice((CardKind.VIRTUAL, CardKind.SINGLE_USE))
        # Not found: made by a try that was not answered, and closed from elsewhere meanwhile.
        with suppress(CardNotFoundError):
            await self.ask(
                "wants a card", lambda s: s.cards.add(holder=self.me, kind=kind, key=key)
            )
        self.town.claims.carded()

    async def end_card(self) -> None:
        """Have a card closed, or replaced."""
        card = await self.some_card()
        if card is None:
            return
        key, kind = self.key(), self.chance.choice(("close", "reissue"))
        offer = await self.ask(
            f"thinks: {kind} a card",
            lambda s: s.cards.offer(holder=self.me, card_id=card.id, kind=kind, key=key),
        )
        await self.ask(
            f"does it: {kind} a card",
            lambda s: (s.cards.close if kind == "close" else s.cards.reissue)(
                holder=self.me, offer_id=offer.id
            ),
        )
        self.town.claims.state("cards", card.id, "closed" if kind == "close" else "reissued")
        if kind == "reissue":
            self.town.claims.carded()

    async def lock_and_unlock(self) -> None:
        """Lock the wallet, try to pay all the same, and open it by a code."""
        await self.ask("locks the wallet", lambda s: s.wallets.lock(holder=self.me))
        await self.only_pay(1)
        for _ in range(TRIES):
            try:
                await self._unlock()
            except RefusedError:
                await self.rest()
            else:
                return

    async def _proved(self, typed: str, key: str) -> Joined | None:
        try:
            return await self.ask(
                "proves the number",
                lambda s: s.joinery.prove(telegram_id=self.telegram_id, typed=typed, key=key),
            )
        except CodeWrongError:
            self.town.claims.wrong_code(self.phone, key)
            return None

    async def _unlock(self) -> None:
        key, seen = self.key(), self.sms_seen()
        offer = await self.ask(
            "wants to unlock", lambda s: s.wallets.ask_unlock(holder=self.me, key=key)
        )
        await self._type_unlocking(offer, await self.code(seen), self.key())

    async def _type_unlocking(self, offer: Offer, typed: str, key: str) -> None:
        try:
            await self.ask(
                "unlocks the wallet",
                lambda s: s.wallets.unlock(
                    holder=self.me, offer_id=offer.id, typed=typed, key=key
                ),
            )
        except CodeWrongError:
            self.town.claims.wrong_code(self.phone, key)
            raise

    async def _limit(self, card: Card) -> None:
        name = self.chance.choice(("payment", "day", "month"))
        amount = self.chance.choice((None, Money(self.chance.randint(1, 100) * 100, RUB)))
        await self.ask(
            "limits a card",
            lambda s: s.cards.limit(
                holder=self.me, card_id=card.id, version=card.version, name=name, amount=amount
            ),
        )
