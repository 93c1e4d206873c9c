"""Saved accounts: the list, one of them, paying it, its name, forgetting it."""

from bot.buttons import Button, Press
from bot.desk import Desk
from bot.formats import clean
from bot.handlers.orders import go_on
from bot.handlers.provider_screens import field_lines
from bot.routes import Routes
from bot.screens import Question, Screen, home_button
from bot.texts import Words
from services.catalogue import Provider
from services.conversations import Visitor
from services.favourites import NAME_LENGTH_MAX, Favourite
from services.holders import Holder

PAGE_SIZE = 8
"""Buttons of a list that a phone shows without scrolling."""

LABEL_LENGTH_MAX = 40
"""Of a button: more does not fit on a phone."""


async def listed(holder: Holder, words: Words, press: Press, desk: Desk) -> Screen:
    """[Favourites], and its next page: those below the one that the button names."""
    found = await desk.favourites.listed(holder=holder)
    if not found:
        menu = Button(words.plain("button-pay-more"), "paymenu")
        return Screen(words("favourites-none"), ((menu, home_button(words)),))
    ids = [each.id for each in found]
    start = ids.index(press.id) + 1 if press.id in ids else 0
    shown = found[start : start + PAGE_SIZE]
    providers = (await desk.catalogue.contents()).providers
    rows = [
        (Button(label(words, providers[each.provider], each), "fav", each.id),) for each in shown
    ]
    turning = []
    if start:
        turning.append(Button(words.plain("button-first-page"), "favs"))
    if start + PAGE_SIZE < len(found):
        turning.append(Button(words.plain("button-next-page"), "favs", shown[-1].id))
    menu = Button(words.plain("button-pay-more"), "paymenu")
    return Screen(words("favourites-title"), (*rows, tuple(turning), (menu, home_button(words))))


async def view(holder: Holder, words: Words, press: Press, desk: Desk) -> Screen:
    """One of them."""
    favourite = await desk.favourites.open(holder=holder, favourite_id=press.id)
    return await _page(words, favourite, desk)


async def pay(holder: Holder, words: Words, press: Press, key: str, desk: Desk) -> Screen:
    """[Pay]: on to what is still missing."""
    favourite = await desk.favourites.use(holder=holder, favourite_id=press.id)
    provider = await desk.payable(favourite.provider)
    return await go_on(holder, words, key, provider, favourite.fields, None, desk)


async def keep(holder: Holder, words: Words, press: Press, desk: Desk) -> Screen:
    """[Save] on a receipt: the account is saved, and may be given a name."""
    order = await desk.payments.last(holder=holder, payment_id=press.id)
    favourite = await desk.favourites.save(
        holder=holder, provider_id=order.provider, fields=order.fields
    )
    return _name_screen(words, favourite).under(words("favourite-saved"))


async def ask_name(holder: Holder, words: Words, press: Press, desk: Desk) -> Screen:
    """[Rename]: what shall it be called?"""
    return _name_screen(words, await desk.favourites.open(holder=holder, favourite_id=press.id))


async def take_name(
    holder: Holder, visitor: Visitor, words: Words, typed: str, desk: Desk
) -> Screen:
    """The typed name."""
    favourite_id = visitor.conversation.data["favourite"]
    favourite = await desk.favourites.rename(holder=holder, favourite_id=favourite_id, name=typed)
    return await _page(words, favourite, desk)


async def ask_name_again(holder: Holder, visitor: Visitor, words: Words, desk: Desk) -> Screen:
    """The question, after a name that cannot be."""
    favourite_id = visitor.conversation.data["favourite"]
    return _name_screen(
        words, await desk.favourites.open(holder=holder, favourite_id=favourite_id)
    )


async def ask_delete(holder: Holder, words: Words, press: Press, desk: Desk) -> Screen:
    """[Delete]: really?"""
    favourite = await desk.favourites.open(holder=holder, favourite_id=press.id)
    provider = await desk.catalogue.provider(favourite.provider)
    buttons = (
        Button(words.plain("button-delete-it"), "favkill", favourite.id, style="danger"),
        Button(words.plain("button-back"), "fav", favourite.id),
    )
    text = words("favourite-delete", name=label(words, provider, favourite))
    return Screen(text, (buttons,))


async def delete(holder: Holder, words: Words, press: Press, desk: Desk) -> Screen:
    """[Delete it]."""
    await desk.favourites.delete(holder=holder, favourite_id=press.id)
    back = Button(words.plain("button-favourites"), "favs")
    return Screen(words("favourite-deleted"), ((back, home_button(words)),))


def label(words: Words, provider: Provider, favourite: Favourite) -> str:
    """Its own name, or the provider's, and the account."""
    name = clean(favourite.name) or provider.name(words.language)
    account = provider.fields[0].shown(favourite.account)
    return f"{provider.picture} {name} · {account}"[:LABEL_LENGTH_MAX]


async def _page(words: Words, favourite: Favourite, desk: Desk) -> Screen:
    provider = await desk.catalogue.provider(favourite.provider)
    lines: list[str] = [
        words(
            "favourite-title",
            picture=provider.picture,
            name=favourite.name or provider.name(words.language),
        )
    ]
    if favourite.name:
        lines.append(words("favourite-provider", name=provider.name(words.language)))
    lines += field_lines(words, provider, favourite.fields)
    if not provider.is_open:
        lines.append(words("favourite-closed"))
    pay_it = Button(words.plain("button-pay"), "favpay", favourite.id, style="success")
    rows = (
        (pay_it,) if provider.is_open else (),
        (
            Button(words.plain("button-rename"), "favname", favourite.id),
            Button(words.plain("button-delete"), "favdrop", favourite.id, style="danger"),
        ),
        (Button(words.plain("button-favourites"), "favs"), home_button(words)),
    )
    return Screen("\n".join(lines), rows)


def _name_screen(words: Words, favourite: Favourite) -> Screen:
    leave = Button(words.plain("button-no-name"), "fav", favourite.id)
    return Screen(
        words("favourite-ask-name", maximum=NAME_LENGTH_MAX),
        ((leave, home_button(words)),),
        Question("favourite_name", {"favourite": favourite.id}),
    )


def add_to(routes: Routes) -> None:
    """The routes of saved accounts."""
    routes.button("favs", listed)
    routes.button("fav", view)
    routes.button("favpay", pay)
    routes.button("favkeep", keep)
    routes.button("favname", ask_name)
    routes.button("favdrop", ask_delete)
    routes.button("favkill", delete)
    routes.question("favourite_name", take_name, again=ask_name_again)
