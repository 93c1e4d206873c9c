"""Re-issuing and closing a card: a notice of what will happen, then a confirmation."""

from bot.buttons import Button, Press
from bot.handlers.cards import changed_screen, kind_name
from bot.routes import Routes
from bot.screens import Screen, home_button
from bot.texts import Words
from services.cards import Cards
from services.holders import Holder


async def offer_reissue(
    holder: Holder, words: Words, press: Press, key: str, cards: Cards
) -> Screen:
    """[Re-issue]: the old card will be gone at once."""
    return await _notice(holder, words, cards, press.id, "reissue", key)


async def offer_close(
    holder: Holder, words: Words, press: Press, key: str, cards: Cards
) -> Screen:
    """[Close]: for good."""
    return await _notice(holder, words, cards, press.id, "close", key)


async def reissue(holder: Holder, words: Words, press: Press, cards: Cards) -> Screen:
    """Confirmed: a new number and code, and the old card is gone."""
    card = await cards.reissue(holder=holder, offer_id=press.id)
    return changed_screen(words, card, "card-was-reissued")


async def close(holder: Holder, words: Words, press: Press, cards: Cards) -> Screen:
    """Confirmed: the card is closed."""
    card = await cards.close(holder=holder, offer_id=press.id)
    text = words("card-was-closed", last_four=card.last_four, kind=kind_name(words, card))
    rows = ((Button(words.plain("button-all-cards"), "cards"), home_button(words)),)
    return Screen(text, rows)


async def _notice(
    holder: Holder, words: Words, cards: Cards, card_id: str, kind: str, key: str
) -> Screen:
    card = (await cards.open(holder=holder, card_id=card_id)).card
    offer = await cards.offer(holder=holder, card_id=card_id, kind=kind, key=key)
    buttons = (
        Button(words.plain(f"button-{kind}-now"), f"{kind}it", offer.id, style="danger"),
        Button(words.plain("button-back"), "card", card.id),
    )
    text = words(f"card-{kind}-ask", last_four=card.last_four, until=offer.expires_at)
    return Screen(text, (buttons,))


def add_to(routes: Routes) -> None:
    """The routes of re-issuing and closing."""
    routes.button("reissue", offer_reissue)
    routes.button("close", offer_close)
    routes.button("reissueit", reissue)
    routes.button("closeit", close)
