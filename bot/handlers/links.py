"""/links: which shops may charge the wallet without asking, and ending that."""

from bot.buttons import Button, Press
from bot.formats import clean
from bot.handlers.invoices import NAME_LENGTH_MAX
from bot.routes import Routes
from bot.screens import Screen, home_button
from bot.texts import Words
from services.cards import Cards
from services.holders import Holder
from services.payment_links import Charged, Link, LinkState, PaymentLinks
from services.sources import CARD

SHOWN_MAX = 30
"""Buttons of one message that a phone still shows well."""


async def listed(holder: Holder, words: Words, payment_links: PaymentLinks) -> Screen:
    """`/links`: all that can be charged, newest first."""
    found = await payment_links.listed(holder=holder)
    rows = [(_button(words, each),) for each in found[:SHOWN_MAX]]
    text = words("links-title" if found else "links-none")
    return Screen(text, (*rows, (home_button(words),)))


async def view(
    holder: Holder, words: Words, press: Press, payment_links: PaymentLinks, cards: Cards
) -> Screen:
    """One of them."""
    link = await payment_links.view(holder=holder, link_id=press.id)
    return await _page(words, holder, link, cards)


async def ask(holder: Holder, words: Words, press: Press, payment_links: PaymentLinks) -> Screen:
    """[End]: what that means."""
    link = await payment_links.view(holder=holder, link_id=press.id)
    rows = (
        (Button(words.plain("button-link-end-now"), "linkend", link.id, style="danger"),),
        (Button(words.plain("button-link-keep"), "link", link.id),),
    )
    return Screen(words("link-ask-end", payee=link.merchant_name), rows)


async def end(
    holder: Holder, words: Words, press: Press, payment_links: PaymentLinks, cards: Cards
) -> Screen:
    """[End it]: the shop charges no more."""
    link = await payment_links.end(holder=holder, link_id=press.id)
    return await _page(words, holder, link, cards)


def charge_screen(words: Words, charged: Charged) -> Screen:
    """What a holder is told of a charge, with the way to end it."""
    link, invoice = charged.link, charged.invoice
    text = words(
        "notice-charge",
        payee=link.merchant_name,
        amount=invoice.amount,
        description=invoice.description or words.plain("link-nothing-said"),
    )
    buttons = [Button(words.plain("button-link-open"), "link", link.id)]
    if invoice.payment is not None:
        buttons.insert(0, Button(words.plain("button-link-receipt"), "receipt", invoice.payment))
    return Screen(text, (tuple(buttons), (home_button(words),)))


async def _page(words: Words, holder: Holder, link: Link, cards: Cards) -> Screen:
    used = words.plain("link-never") if link.used_at is None else link.used_at
    text = words(
        "link-page",
        payee=link.merchant_name,
        since=link.created_at,
        used=used,
        source=await _source(words, holder, link, cards),
    )
    back = (Button(words.plain("button-links"), "links"), home_button(words))
    if link.state is LinkState.ENDED:
        ended = words("link-ended", at=link.ended_at)
        return Screen(f"{text}\n\n{ended}", (back,))
    stop = Button(words.plain("button-link-end"), "linkask", link.id, style="danger")
    return Screen(f"{text}\n\n{words('link-means')}", ((stop,), back))


async def _source(words: Words, holder: Holder, link: Link, cards: Cards) -> str:
    sort, _, rest = link.source.partition("/")
    if sort != CARD:
        return words.plain("link-source-account", currency=rest)
    for card in await cards.listed(holder=holder):
        if card.id == rest:
            return words.plain("link-source-card", last_four=card.last_four)
    return words.plain("link-source-gone")


def _button(words: Words, link: Link) -> Button:
    name = clean(link.merchant_name)[:NAME_LENGTH_MAX]
    since = words.day(link.created_at)
    return Button(words.plain("link-line", payee=name, since=since), "link", link.id)


def add_to(routes: Routes) -> None:
    """The routes of links."""
    routes.command("links", listed)
    routes.button("links", listed)
    routes.button("link", view)
    routes.button("linkask", ask)
    routes.button("linkend", end)
