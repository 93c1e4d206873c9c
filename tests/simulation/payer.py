"""A person with a telephone who pays: offer, confirm, code; often late, wrongly or twice."""

import asyncio
from contextlib import suppress
from datetime import datetime
from typing import Any

from purser.services import Services
from services import codes
from services.card_rules import Card
from services.codes import CodeWrongError
from services.errors import WalletError
from services.holders import Holder
from services.invoices import InvoicePaidError
from services.offers import Offer
from services.payments import Proposal
from services.provider_life import ProviderPaymentState
from services.provider_payments import ProviderProposal
from tests.catalogue import order
from tests.simulation.clients import Client, Town

SMS_SECONDS = 40
"""How long somebody looks at the telephone."""

NO_BILLS_SECONDS = 20
"""How long somebody waits to whom nobody has sent a bill."""

TRIES = 3
GUESSES = 7
"""More than a code has tries."""

AnyProposal = Proposal | ProviderProposal
WRONG = "wrong"
FRESH_LINKS = 4


class Payer(Client):
    """Somebody with a wallet; None as holder is one who has not joined yet."""

    def __init__(
        self, town: Town, name: str, telegram_id: int, phone: str, holder: Holder | None = None
    ) -> None:
        super().__init__(town, name)
        self.telegram_id = telegram_id
        self.phone = phone
        self.holder = holder

    @property
    def me(self) -> Holder:
        """The wallet's owner."""
        if self.holder is None:
            raise RuntimeError(f"{self.name} has no wallet")
        return self.holder

    async def only_pay(self, times: int) -> None:
        """What one does on a second device at the same time."""
        for _ in range(times):
            with suppress(WalletError):  # the client has noted it
                await self.pay()
            await self.rest()

    async def pay(self) -> None:
        """Pay an invoice, if there is one; go on where it was left."""
        invoice_id = await self._some_invoice()
        if invoice_id is None:
            return
        left = await self.read(
            "returns to an invoice",
            lambda s: s.payments.begun(holder=self.me, invoice_id=invoice_id),
        )
        if left is not None and _is_through(left):
            self._receive(left)
            return
        if left is not None:
            await self._prove(left, 0)
            return
        await self._see_through(await self._offered(invoice_id))

    async def pay_provider(self) -> None:
        """Pay for a game, by an account or a card."""
        source, key = await self._source(), self.key()
        wanted = order(self.chance.randint(50, 90) * 100, login=self.name[:3])
        shown = await self.ask(
            "wants to pay a provider",
            lambda s: s.provider_payments.offer(
                holder=self.me, order=wanted, source=source, key=key
            ),
        )
        await self._see_through(shown)

    async def _see_through(self, shown: AnyProposal) -> None:
        """From the offer to the receipt, or not."""
        await self.dawdle(shown.offer.expires_at)
        if self.chance.random() < 0.1:
            await self._withdraw(shown.offer)
            return
        seen = self.sms_seen()
        held = await self._confirm(shown.offer, "confirms")
        if not _is_through(held):
            await self._prove(held, seen)

    async def some_card(self) -> Card | None:
        """One of the cards, if there is any."""
        cards = await self.read("looks at cards", lambda s: s.cards.listed(holder=self.me))
        return self.chance.choice(cards) if cards else None

    def sms_seen(self) -> int:
        """How many messages there are; a code that is asked for now comes after them."""
        return len(self.town.outside.sms[self.phone])

    async def code(self, seen: int) -> str:
        """The code that came after *seen* messages; nonsense where none came, or by mistake."""
        inbox = self.town.outside.sms[self.phone]
        for _ in range(SMS_SECONDS):
            found = [each.code for each in inbox[seen:] if each.code is not None]
            if found:
                return WRONG if self.chance.random() < 0.08 else found[-1]
            await asyncio.sleep(1)
        return WRONG

    async def _offered(self, invoice_id: str) -> Proposal:
        source, key = await self._source(), self.key()
        try:
            return await self.ask(
                "wants to pay",
                lambda s: s.payments.offer(
                    holder=self.me, invoice_id=invoice_id, source=source, key=key
                ),
            )
        except InvoicePaidError:
            self.town.links = [each for each in self.town.links if each != invoice_id]
            raise

    async def _confirm(self, offer: Offer, what: str) -> AnyProposal:
        held: AnyProposal = await self.ask(
            what, lambda s: _of(s, offer).confirm(holder=self.me, offer_id=offer.id)
        )
        if _is_through(held):
            self._receive(held)
        return held

    def _receive(self, paid: AnyProposal) -> None:
        """Look at a receipt: nobody pays by code who never typed one that had been sent."""
        if isinstance(paid, ProviderProposal):
            self.town.claims.sent(paid)
        elif paid.is_paid:
            self.town.claims.paid(paid)
        else:
            self.town.claims.authorised(paid)
        if paid.offer.code_id is not None and paid.offer.id not in self.town.typed:
            self.town.trace.wrong(f"{self.name} paid {paid.offer.id} by no code")

    async def _prove(self, held: AnyProposal, seen: int) -> None:
        """Type the code, unless one forgets about it or does not want to pay any more."""
        until = self.town.cluster.machine.clock() + codes.LIFETIME
        for _ in range(TRIES):
            drawn = self.chance.random()
            if drawn < 0.08:
                return
            if drawn < 0.16:
                await self._withdraw(held.offer)
                return
            if drawn < 0.19:
                await self._guess(held.offer)
            if await self._type_code(held.offer, seen, until):
                return
            if self.chance.random() < 0.7:
                seen = self.sms_seen()
                await self._resend(held.offer)

    async def _type_code(self, offer: Offer, seen: int, until: datetime) -> bool:
        typed, key = await self.code(seen), self.key()
        await self.dawdle(until)

        try:
            paid = await self._typed("types the code", offer, typed, key)
        except CodeWrongError:
            return False
        self._receive(paid)
        return True

    async def _typed(self, what: str, offer: Offer, typed: str, key: str) -> AnyProposal:
        if typed != WRONG:
            self.town.typed.add(offer.id)
        try:
            return await self.ask(
                what,
                lambda s: _of(s, offer).prove(
                    holder=self.me, offer_id=offer.id, typed=typed, key=key
                ),
            )
        except CodeWrongError:
            self.town.claims.wrong_code(self.phone, key)
            raise

    async def _guess(self, offer: Offer) -> None:
        """Somebody else has the phone and tries codes, all at once."""
        answers = await asyncio.gather(
            *(self._typed("guesses a code", offer, WRONG, self.key()) for _ in range(GUESSES)),
            return_exceptions=True,
        )
        for answer in answers:
            if isinstance(answer, AnyProposal):  # another device has paid it meanwhile
                self._receive(answer)
            elif not isinstance(answer, WalletError):
                raise answer

    async def _resend(self, offer: Offer) -> None:
        key = self.key()
        await self.ask(
            "wants another code",
            lambda s: _of(s, offer).resend(holder=self.me, offer_id=offer.id, key=key),
        )

    async def _withdraw(self, offer: Offer) -> None:
        """Change one's mind; sometimes a tap on Confirm is on its way all the same."""
        if self.chance.random() < 0.7:
            await self._cancel(offer)
            return
        answers = await asyncio.gather(
            self._cancel(offer), self._confirm(offer, "confirms too"), return_exceptions=True
        )
        for answer in answers:
            if isinstance(answer, BaseException) and not isinstance(answer, WalletError):
                raise answer

    async def _cancel(self, offer: Offer) -> None:
        await self.ask(
            "cancels", lambda s: _of(s, offer).withdraw(holder=self.me, offer_id=offer.id)
        )
        self.town.claims.state("offers", offer.id, "withdrawn")

    async def _some_invoice(self) -> str | None:
        if self.town.links and self.chance.random() < 0.4:
            return self.chance.choice(self.town.links[-FRESH_LINKS:])
        page = await self.read("looks for invoices", lambda s: s.invoices.waiting(holder=self.me))
        if page.invoices:
            return self.chance.choice(page.invoices).id
        await asyncio.sleep(NO_BILLS_SECONDS)
        return None

    async def _source(self) -> str:
        if self.chance.random() < 0.5:
            return "account"
        card = await self.some_card()
        return "account" if card is None else f"card/{card.id}"


def _of(services: Services, offer: Offer) -> Any:
    """The service that the offer is of."""
    return services.payments if offer.kind == "payment" else services.provider_payments


def _is_through(shown: AnyProposal) -> bool:
    """Whether it has left the payer's hands."""
    if isinstance(shown, Proposal):
        return shown.is_paid or shown.is_authorised
    payment = shown.payment
    return payment is not None and payment.state is not ProviderPaymentState.HELD
