"""Filling in a payment to a provider: field by field, the amount, and on to the offer.

What was answered so far is the draft that the conversation keeps.  Whoever knows some of
it beforehand (one line, a payment code, a saved account, a past payment) calls `go_on`.
"""

from collections.abc import Mapping
from dataclasses import replace

from bot.buttons import Button, Press
from bot.desk import Desk
from bot.formats import escaped
from bot.handlers.order_screens import (
    AMOUNT,
    CHOICES_MAX,
    DISCOUNTED,
    FIELD,
    amount_screen,
    field_screen,
    no_source_screen,
    share_screen,
    warning_screen,
)
from bot.handlers.provider_screens import proposal_screen
from bot.routes import Routes
from bot.screens import Question, Screen, home_button
from bot.texts import Words
from services.account_fields import Keep
from services.catalogue import Provider
from services.conversations import Visitor
from services.drafts import Draft, DraftLostError
from services.holders import Holder
from services.money import Money, parse_amount
from services.provider_payments import TermsChangedError
from services.usual_amounts import is_taken


async def go_on(
    holder: Holder,
    words: Words,
    key: str,
    provider: Provider,
    fields: Mapping[str, str],
    amount: Money | None,
    desk: Desk,
) -> Screen:
    """What is asked next of a payment of which some is known, or its offer.

    *fields* as somebody has typed them, by name.  What is no value of its field is asked
    for, and why is said.
    """
    draft, refusal = Draft.begun(provider, fields, amount)
    screen = await _next(holder, words, key, provider, draft, desk)
    return screen if refusal is None else screen.under(escaped(words.error(refusal)))


async def take_field(
    holder: Holder, visitor: Visitor, words: Words, typed: str, key: str, desk: Desk
) -> Screen:
    """The answer to the field that was asked."""
    return await _answer(holder, visitor, words, key, desk, typed)


async def skip(
    holder: Holder, visitor: Visitor, words: Words, press: Press, key: str, desk: Desk
) -> Screen:
    """[Skip] of a field that may be left empty."""
    return await _answer(holder, visitor, words, key, desk, "", press)


async def mine(
    holder: Holder, visitor: Visitor, words: Words, press: Press, key: str, desk: Desk
) -> Screen:
    """[My number]."""
    return await _answer(holder, visitor, words, key, desk, holder.phone, press)


async def ask_field(
    holder: Holder, visitor: Visitor, words: Words, key: str, desk: Desk
) -> Screen:
    """The question again, after an answer that was none; from the start under new terms."""
    provider, draft = await _draft(desk, visitor)
    if provider.version != draft.version:
        return await go_on(holder, words, key, provider, {}, None, desk)
    return await _next(holder, words, key, provider, draft, desk)


async def back(
    holder: Holder, visitor: Visitor, words: Words, press: Press, key: str, desk: Desk
) -> Screen:
    """[Back]: the question before, and what was answered before that stays."""
    provider, draft = await _resumed(desk, visitor, press)
    kept = draft.first(press.version, provider)
    return await _next(holder, words, key, provider, kept, desk)


async def take_amount(
    holder: Holder, visitor: Visitor, words: Words, typed: str, key: str, desk: Desk
) -> Screen:
    """The typed amount."""
    provider, draft = await _resumed(desk, visitor)
    amount = parse_amount(typed, provider.currency)
    provider.amount_checked(amount)
    return await _with_amount(holder, words, key, provider, draft, amount, desk)


async def choose_amount(
    holder: Holder, visitor: Visitor, words: Words, press: Press, key: str, desk: Desk
) -> Screen:
    """One of the amounts that were offered."""
    provider, draft = await _resumed(desk, visitor, press)
    mark, place = divmod(press.version, CHOICES_MAX)
    if mark != draft.mark():
        raise DraftLostError
    amount = Money(draft.sums[place], provider.currency)
    return await _with_amount(holder, words, key, provider, draft, amount, desk)


async def ask_amount(
    holder: Holder, visitor: Visitor, words: Words, key: str, desk: Desk
) -> Screen:
    """How much, once more; from the start under new terms."""
    provider, draft = await _draft(desk, visitor)
    if provider.version != draft.version:
        return await go_on(holder, words, key, provider, {}, None, desk)
    whole = draft.first(len(provider.fields), provider)
    return await _next(holder, words, key, provider, whole, desk)


async def choose_share(
    holder: Holder, visitor: Visitor, words: Words, press: Press, key: str, desk: Desk
) -> Screen:
    """The bill with its discount, or in full."""
    provider, draft = await _resumed(desk, visitor, press)
    mark, place = divmod(press.version, CHOICES_MAX)
    if draft.minor is None or mark != draft.mark(draft.minor):
        raise DraftLostError
    amount = Money(draft.minor, provider.currency)
    if place == DISCOUNTED:
        amount = provider.discounted(amount, draft.fields, desk.today())
    return await _unless_twin(holder, words, key, provider, draft, amount, desk)


async def pay_again(
    holder: Holder, visitor: Visitor, words: Words, press: Press, key: str, desk: Desk
) -> Screen:
    """[Yes, pay again], on the warning of that very payment."""
    provider, draft = await _resumed(desk, visitor)
    if visitor.conversation.data.get("twin") != press.id or draft.minor is None:
        raise DraftLostError
    amount = Money(draft.minor, provider.currency)
    return await _offer(holder, words, key, provider, draft, amount, desk)


async def repeat(holder: Holder, words: Words, press: Press, key: str, desk: Desk) -> Screen:
    """[Again] of a past payment: what is new with each is asked, the rest is as it was."""
    past = await desk.payments.last(holder=holder, payment_id=press.id)
    provider = await desk.payable(past.provider)
    lasting = {
        each.name: past.fields[each.name]
        for each in provider.fields
        if each.name in past.fields and each.keep not in (Keep.METER, Keep.DATE)
    }
    return await go_on(holder, words, key, provider, lasting, None, desk)


async def stop(holder: Holder, words: Words) -> Screen:  # noqa: ARG001  # only for holders
    """[Cancel] before there was an offer."""
    menu = Button(words.plain("button-pay-more"), "paymenu")
    return Screen(words("order-stopped"), ((menu, home_button(words)),), ends_question=True)


async def _draft(desk: Desk, visitor: Visitor) -> tuple[Provider, Draft]:
    draft = Draft.of(visitor.conversation.data)
    return await desk.payable(draft.provider), draft


async def _resumed(
    desk: Desk, visitor: Visitor, press: Press | None = None
) -> tuple[Provider, Draft]:
    """What is being filled in; a *press* is of a button about that provider.

    Raises:
        DraftLostError: Nothing is, or the button is of something else.
        ProviderNotFoundError, ProviderClosedError, TermsChangedError: It cannot be paid so
            any more.
    """
    provider, draft = await _draft(desk, visitor)
    if press is not None and press.id != draft.provider:
        raise DraftLostError
    if provider.version != draft.version:
        raise TermsChangedError
    return provider, draft


async def _answer(
    holder: Holder,
    visitor: Visitor,
    words: Words,
    key: str,
    desk: Desk,
    typed: str,
    press: Press | None = None,
) -> Screen:
    """Take an answer; a *press* answers the field that its button names and no other."""
    provider, draft = await _resumed(desk, visitor, press)
    asked = draft.missing(provider) if press is None else provider.fields[press.version]
    if asked is None:
        raise DraftLostError
    answered = draft.answered(asked, typed)
    return await _next(holder, words, key, provider, answered, desk)


async def _next(
    holder: Holder, words: Words, key: str, provider: Provider, draft: Draft, desk: Desk
) -> Screen:
    asked = draft.missing(provider)
    if asked is not None:
        return await field_screen(holder, words, provider, draft, asked, desk)
    if draft.minor is None:
        return await amount_screen(holder, words, provider, draft, desk)
    amount = Money(draft.minor, provider.currency)
    if not is_taken(provider, amount):
        return await amount_screen(holder, words, provider, draft, desk)
    return await _with_amount(holder, words, key, provider, draft, amount, desk)


async def _with_amount(
    holder: Holder,
    words: Words,
    key: str,
    provider: Provider,
    draft: Draft,
    amount: Money,
    desk: Desk,
) -> Screen:
    """Which part of it, where the bill has a discount; else on to the offer."""
    less = provider.discounted(amount, draft.fields, desk.today())
    if less == amount or not is_taken(provider, less):
        return await _unless_twin(holder, words, key, provider, draft, amount, desk)
    return share_screen(words, provider, draft, amount, less, desk.today())


async def _unless_twin(
    holder: Holder,
    words: Words,
    key: str,
    provider: Provider,
    draft: Draft,
    amount: Money,
    desk: Desk,
) -> Screen:
    """The offer, unless the same was paid not long ago: then whether it is meant."""
    twin = await desk.payments.like(holder=holder, order=draft.order(amount))
    if twin is None:
        return await _offer(holder, words, key, provider, draft, amount, desk)
    return warning_screen(words, provider, draft, amount, twin, desk)


async def _offer(
    holder: Holder,
    words: Words,
    key: str,
    provider: Provider,
    draft: Draft,
    amount: Money,
    desk: Desk,
) -> Screen:
    """The offer from the best source; where none can pay, why.

    What is typed while it is shown is another amount.
    """
    order = draft.order(amount)
    provider, charge, found = await desk.payments.sources(holder=holder, order=order)
    usable = [each.name for each in found if each.obstacle is None]
    if usable:
        proposal = await desk.payments.offer(holder=holder, order=order, source=usable[0], key=key)
        screen = proposal_screen(words, holder, proposal)
        return replace(screen, question=screen.question or Question(AMOUNT, draft.data))
    return no_source_screen(words, holder, provider, draft, charge, found)


def add_to(routes: Routes) -> None:
    """The routes of filling in a payment."""
    routes.question(FIELD, take_field, again=ask_field)
    routes.question(AMOUNT, take_amount, again=ask_amount)
    routes.button("ordback", back)
    routes.button("ordskip", skip)
    routes.button("ordmine", mine)
    routes.button("ordsum", choose_amount)
    routes.button("ordpart", choose_share)
    routes.button("ordagain", pay_again)
    routes.button("ordstop", stop)
    routes.button("ppagain", repeat)
