"""Somebody on a shop's page: a number or a card is typed there, and then a code; or in vain."""

from services.card_details import security_code
from services.checkout_life import Checkout, CheckoutState, Opening, TypedCard, Way
from services.codes import CodeWrongError
from services.errors import WalletError
from tests.simulation.payer import TRIES, WRONG, Payer
from tests.simulation.template import PHONES

STRANGERS_SHARE = 0.15
"""How often it is somebody else's number that is typed."""

CARD_SHARE = 0.25
CHAT_SHARE = 0.15


class Visitor(Payer):
    """Pays where a shop sent the browser, and ends links that paying there has made."""

    async def pay_at_the_page(self) -> None:
        """From the shop's link to the receipt, or not."""
        invoice_id = await self._some_invoice()
        if invoice_id is None:
            return
        opening = Opening(invoice_id, self.key(), agrees=self.chance.random() < 0.9)
        seen = self.sms_seen()
        checkout = await self._opened(opening)
        if checkout.way is Way.CHAT:
            if self.chance.random() < 0.3:
                await self.ask("was not it", lambda s: s.checkouts.mute(holder=self.me))
            return
        for _ in range(TRIES):
            await self.dawdle(checkout.expires_at)
            if await self._pays(checkout, opening.browser, await self.code(seen)):
                return
            if self.chance.random() < 0.5:
                seen = self.sms_seen()
                await self._send_again(checkout, opening.browser)

    async def end_link(self) -> None:
        """Let a shop charge no more."""
        links = await self.read("looks at links", lambda s: s.payment_links.listed(holder=self.me))
        if not links:
            return
        link = self.chance.choice(links)
        await self.ask(
            "ends a link", lambda s: s.payment_links.end(holder=self.me, link_id=link.id)
        )
        self.town.claims.counted["links ended"] += 1
        self.town.claims.state("links", link.id, "ended")

    async def _opened(self, opening: Opening) -> Checkout:
        """A new one each time: no key tells two of a browser's requests apart."""
        card = await self.some_card() if self.chance.random() < CARD_SHARE else None
        if card is not None:
            typed = self._typed_card(card.id)
            return await self.read(
                "types a card at the page",
                lambda s: s.checkouts.by_card(opening=opening, card=typed),
            )
        is_stranger = self.chance.random() < STRANGERS_SHARE
        phone = self.chance.choice(list(PHONES.values())) if is_stranger else self.phone
        way = Way.CHAT if self.chance.random() < CHAT_SHARE else Way.CODE
        return await self.read(
            "types a number at the page",
            lambda s: s.checkouts.by_phone(opening=opening, phone=phone, way=way),
        )

    def _typed_card(self, card_id: str) -> TypedCard:
        """All that is printed on a card; its back is sometimes misread."""
        number, expires, counter = self.town.printed_on(card_id)
        code = security_code(self.town.vault, number, expires, counter)
        return TypedCard(number, expires, "000" if self.chance.random() < 0.1 else code)

    async def _pays(self, checkout: Checkout, browser: str, typed: str) -> bool:
        if typed != WRONG:
            self.town.typed.add(checkout.id)
        try:
            paid = await self.ask(
                "types a code at the page",
                lambda s: s.checkouts.prove(checkout_id=checkout.id, browser=browser, typed=typed),
            )
        except CodeWrongError:
            return False
        if paid.state is not CheckoutState.PAID:
            self.town.trace.wrong(f"checkout {paid.id} is {paid.state} after the right code")
        self.town.claims.bought(paid)
        return True

    async def _send_again(self, checkout: Checkout, browser: str) -> None:
        try:
            await self.read(
                "wants another code at the page",
                lambda s: s.checkouts.resend(checkout_id=checkout.id, browser=browser),
            )
        except WalletError:
            await self.rest()
