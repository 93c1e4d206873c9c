"""Cards: the list, a card's page, sending its details, freezing, adding one."""

from bot.buttons import Button, Press, Rows
from bot.routes import Routes
from bot.screens import Screen, home_button
from bot.texts import Words
from services.card_details import CardDetails, Quota
from services.card_rules import Card, CardKind, CardState
from services.cards import CardPage, Cards
from services.holders import Holder
from services.money import Money
from services.phones import masked
from services.rates import ExchangeRates, Rate

KINDS = {"addmany": CardKind.VIRTUAL, "addonce": CardKind.SINGLE_USE}


async def listed(holder: Holder, words: Words, cards: Cards) -> Screen:
    """`/cards`: the open ones."""
    found = await cards.listed(holder=holder)
    rows: Rows = tuple((Button(_line(words, each), "card", each.id),) for each in found)
    add = (Button(words.plain("button-add-card"), "addcard"), home_button(words))
    return Screen(words("cards-title" if found else "cards-none"), (*rows, add))


async def view(
    holder: Holder, words: Words, press: Press, cards: Cards, rates: ExchangeRates
) -> Screen:
    """One card's page."""
    page = await cards.open(holder=holder, card_id=press.id)
    return page_screen(words, page, await rates.of_wallets())


async def freeze(holder: Holder, words: Words, press: Press, cards: Cards) -> Screen:
    """[Freeze]: nothing is paid with it until it is unfrozen."""
    card = await cards.freeze(holder=holder, card_id=press.id, version=press.version)
    return changed_screen(words, card, "card-was-frozen")


async def unfreeze(holder: Holder, words: Words, press: Press, cards: Cards) -> Screen:
    """[Unfreeze]."""
    card = await cards.unfreeze(holder=holder, card_id=press.id, version=press.version)
    return changed_screen(words, card, "card-was-unfrozen")


async def ask_details(
    holder: Holder, words: Words, press: Press, update_id: int, cards: Cards
) -> Screen:
    """[Send details]: first, how often they may still be sent."""
    page = await cards.open(holder=holder, card_id=press.id)
    text = words(
        "card-details-ask",
        last_four=page.card.last_four,
        phone=masked(holder.phone),
        quota=_quota_line(words, page.quota),
    )
    back = Button(words.plain("button-back"), "card", page.card.id)
    if not page.quota.left:
        return Screen(text, ((back,),))
    # The button carries the update that drew it, so a second tap sends nothing more.
    send = Button(words.plain("button-send-now"), "send", page.card.id, update_id, "success")
    return Screen(text, ((send, back),))


async def send_details(
    holder: Holder, words: Words, press: Press, card_details: CardDetails
) -> Screen:
    """[Send]: the SMS goes out, and the page for the rest follows in a message."""
    key = f"details:{press.id}:{press.version}"
    await card_details.send(holder=holder, card_id=press.id, key=key)
    back = Button(words.plain("button-to-card"), "card", press.id)
    text = words("card-details-sent", phone=masked(holder.phone))
    return Screen(text, ((back, home_button(words)),))


async def ask_kind(holder: Holder, words: Words, update_id: int) -> Screen:  # noqa: ARG001  # only for holders
    """[Add a card]: which kind."""
    rows = (
        (Button(words.plain("button-card-virtual"), "addmany", version=update_id),),
        (Button(words.plain("button-card-single-use"), "addonce", version=update_id),),
        (Button(words.plain("button-back"), "cards"),),
    )
    return Screen(words("card-add"), rows)


async def add(holder: Holder, words: Words, press: Press, cards: Cards) -> Screen:
    """A kind was chosen: the card is made, once however often it is pressed."""
    key = f"{holder.id}:{press.action}:{press.version}"
    card = await cards.add(holder=holder, kind=KINDS[press.action], key=key)
    return changed_screen(words, card, "card-was-added")


def page_screen(words: Words, page: CardPage, rates: list[Rate]) -> Screen:
    """Short facts, limits beside what was spent, and what may be done."""
    card = page.card
    lines = [
        words("card-title", last_four=card.last_four, kind=kind_name(words, card)),
        words("card-expires", expires=expiry(card)),
        words("card-state", state=words(f"card-state-{card.state.value}")),
        words("card-currency", currency=card.currency),
        _spent(words, card, "payment", card.limits.payment, None),
        _spent(words, card, "day", card.limits.day, page.spent_day),
        _spent(words, card, "month", card.limits.month, page.spent_month),
        words("card-quota", left=page.quota.left, most=page.quota.most),
    ]
    lines += [
        words(
            "card-rate",
            base=each.base,
            quote=each.quote,
            rate=each.text,
            at=words.day(each.dated),
        )
        for each in rates
        if card.currency in (each.base, each.quote)
    ]
    return Screen("\n".join(lines), _choices(words, card))


def changed_screen(words: Words, card: Card, key: str) -> Screen:
    """A card right after something was done to it."""
    text = words(key, last_four=card.last_four, kind=kind_name(words, card))
    rows = (
        (Button(words.plain("button-to-card"), "card", card.id),),
        (Button(words.plain("button-all-cards"), "cards"), home_button(words)),
    )
    return Screen(text, rows)


def kind_name(words: Words, card: Card) -> str:
    """`virtual` or `for one purchase`, in words."""
    return words.plain(f"card-kind-{card.kind.value.replace('_', '-')}")


def expiry(card: Card) -> str:
    """Month and year as they stand on a card: `11/29`."""
    return f"{card.expires[2:]}/{card.expires[:2]}"


def _quota_line(words: Words, quota: Quota) -> str:
    if not quota.left:
        return words("card-quota-none", most=quota.most, until=quota.until or "")
    if quota.until is None:
        return words("card-quota-fresh", left=quota.left, most=quota.most)
    return words("card-quota-until", left=quota.left, most=quota.most, until=quota.until)


def _spent(words: Words, card: Card, name: str, limit: int | None, spent: Money | None) -> str:
    values = {
        "spent": "" if spent is None else spent,
        "limit": "" if limit is None else Money(limit, card.currency),
    }
    key = f"card-limit-{name}"
    return words(f"{key}-none" if limit is None else key, **values)


def _choices(words: Words, card: Card) -> Rows:
    if card.state is CardState.FROZEN:
        ice = Button(words.plain("button-unfreeze"), "thaw", card.id, card.version, "primary")
    else:
        ice = Button(words.plain("button-freeze"), "freeze", card.id, card.version)
    return (
        (Button(words.plain("button-send-details"), "details", card.id),),
        (ice, Button(words.plain("button-limits"), "limits", card.id)),
        (
            Button(words.plain("button-reissue"), "reissue", card.id),
            Button(words.plain("button-close-card"), "close", card.id, style="danger"),
        ),
        (Button(words.plain("button-all-cards"), "cards"), home_button(words)),
    )


def _line(words: Words, card: Card) -> str:
    return words.plain(
        "card-line",
        last_four=card.last_four,
        kind=kind_name(words, card),
        state=card.state.value,
    )


def add_to(routes: Routes) -> None:
    """The routes of cards."""
    routes.command("cards", listed)
    routes.button("cards", listed)
    routes.button("card", view)
    routes.button("freeze", freeze)
    routes.button("thaw", unfreeze)
    routes.button("details", ask_details)
    routes.button("send", send_details)
    routes.button("addcard", ask_kind)
    for action in KINDS:
        routes.button(action, add)
