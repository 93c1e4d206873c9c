"""Paying a provider: confirming the offer, changing what it is paid with, the code.

What a person has typed before there was an offer is in `orders`, how it looks in
`provider_screens`.
"""

from bot.buttons import Button, Press
from bot.handlers.payments import source_mark, source_name
from bot.handlers.provider_screens import proposal_screen, source_lines, twin_screen
from bot.routes import Routes
from bot.screens import Screen, home_button
from bot.texts import Words
from services.clock import Clock
from services.conversations import Visitor
from services.holders import Holder
from services.offers import OfferState
from services.provider_payments import ProviderPayments
from services.sources import SourceUnknownError

_UNCHOSEN = (OfferState.CONFIRMED, OfferState.USED)
"""Offers whose source cannot be changed any more."""


async def confirm(
    holder: Holder, words: Words, press: Press, now: Clock, provider_payments: ProviderPayments
) -> Screen:
    """[Confirm]: the money is reserved and the code is on its way, or the provider is asked.

    Where the same was paid after this offer was shown, that is said first.
    """
    shown = await provider_payments.offered(holder=holder, offer_id=press.id)
    if shown.offer.state is OfferState.OPEN:
        twin = await provider_payments.like(holder=holder, order=shown.order)
        if twin is not None and (twin.sent_at or twin.created_at) >= shown.offer.created_at:
            return twin_screen(words, shown, twin, now())
    return await confirm_again(holder, words, press, provider_payments)


async def confirm_again(
    holder: Holder, words: Words, press: Press, provider_payments: ProviderPayments
) -> Screen:
    """[Yes, pay again] on an offer whose like was paid meanwhile."""
    proposal = await provider_payments.confirm(holder=holder, offer_id=press.id)
    return proposal_screen(words, holder, proposal)


async def send_again(
    holder: Holder, words: Words, press: Press, key: str, provider_payments: ProviderPayments
) -> Screen:
    """[Send again]: another code; the one before is void."""
    proposal = await provider_payments.resend(holder=holder, offer_id=press.id, key=key)
    return proposal_screen(words, holder, proposal)


async def cancel(
    holder: Holder, words: Words, press: Press, provider_payments: ProviderPayments
) -> Screen:
    """[Cancel]: what was reserved is free again."""
    proposal = await provider_payments.withdraw(holder=holder, offer_id=press.id)
    return proposal_screen(words, holder, proposal)


async def prove(
    holder: Holder,
    visitor: Visitor,
    words: Words,
    typed: str,
    key: str,
    provider_payments: ProviderPayments,
) -> Screen:
    """The typed code: the provider is asked to credit the account."""
    offer_id = visitor.conversation.data["offer"]
    proposal = await provider_payments.prove(
        holder=holder, offer_id=offer_id, typed=typed, key=key
    )
    return proposal_screen(words, holder, proposal)


async def ask_code(
    holder: Holder, visitor: Visitor, words: Words, provider_payments: ProviderPayments
) -> Screen:
    """The question for the code, after a wrong one; what became of the offer if it ended."""
    offer_id = visitor.conversation.data["offer"]
    proposal = await provider_payments.confirm(holder=holder, offer_id=offer_id)
    return proposal_screen(words, holder, proposal)


async def change(
    holder: Holder, words: Words, press: Press, provider_payments: ProviderPayments
) -> Screen:
    """[Change source]: everything the wallet has to pay with, and what it costs from there."""
    shown = await provider_payments.offered(holder=holder, offer_id=press.id)
    if shown.offer.state in _UNCHOSEN:
        return proposal_screen(words, holder, shown)
    provider, charge, found = await provider_payments.sources(holder=holder, order=shown.order)
    name = provider.name(words.language)
    lines = [
        words("order-choose-source", name=name, total=charge.total),
        *source_lines(words, found),
    ]
    rows = [
        (
            Button(
                words.plain("button-pay-with", source=source_name(words, each)),
                "ppwith",
                press.id,
                source_mark(each),
            ),
        )
        for each in found
        if each.obstacle is None
    ]
    if not rows:
        rows.append((Button(words.plain("button-topup"), "topup"),))
    back = Button(words.plain("button-back"), "ppback", press.id)
    return Screen("\n".join(lines), (*rows, (back, home_button(words))))


async def choose(
    holder: Holder, words: Words, press: Press, key: str, provider_payments: ProviderPayments
) -> Screen:
    """One of the sources: an offer that names it takes the place of the one before."""
    before = await provider_payments.offered(holder=holder, offer_id=press.id)
    if before.offer.state in _UNCHOSEN:
        return proposal_screen(words, holder, before)
    _, _, found = await provider_payments.sources(holder=holder, order=before.order)
    chosen = [each.name for each in found if source_mark(each) == press.version]
    if not chosen:
        raise SourceUnknownError
    proposal = await provider_payments.offer(
        holder=holder, order=before.order, source=chosen[0], key=key
    )
    if before.offer.state is OfferState.OPEN:  # or both could be confirmed
        await provider_payments.withdraw(holder=holder, offer_id=press.id)
    return proposal_screen(words, holder, proposal)


async def back(
    holder: Holder, words: Words, press: Press, provider_payments: ProviderPayments
) -> Screen:
    """[Back] to an offer, as it is now."""
    shown = await provider_payments.offered(holder=holder, offer_id=press.id)
    return proposal_screen(words, holder, shown)


async def receipt(
    holder: Holder, words: Words, press: Press, provider_payments: ProviderPayments
) -> Screen:
    """A payment as it is now: [Refresh], and [Receipt] in the history."""
    proposal = await provider_payments.receipt(holder=holder, payment_id=press.id)
    return proposal_screen(words, holder, proposal)


def add_to(routes: Routes) -> None:
    """The routes of paying a provider."""
    routes.button("ppok", confirm)
    routes.button("ppyes", confirm_again)
    routes.button("ppmore", send_again)
    routes.button("ppno", cancel)
    routes.button("ppsrc", change)
    routes.button("ppwith", choose)
    routes.button("ppback", back)
    routes.button("pprec", receipt)
    routes.question("provider_code", prove, again=ask_code)
