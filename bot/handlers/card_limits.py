"""A card's limits: which one, and how much."""

from bot.buttons import Button, Press
from bot.handlers.cards import changed_screen
from bot.routes import Routes
from bot.screens import Question, Screen, home_button
from bot.texts import Words
from services.card_rules import Card
from services.cards import Cards
from services.conversations import Visitor
from services.holders import Holder
from services.money import Money, parse_amount

NAMES = {"p": "payment", "d": "day", "m": "month"}
"""The last letter of a button's action names the limit."""

NO_LIMIT = ("off", "нет", "-", "0")
"""What may be typed for no limit, in any language of the wallet."""


async def show(holder: Holder, words: Words, press: Press, cards: Cards) -> Screen:
    """[Limits]: the three of them."""
    card = (await cards.open(holder=holder, card_id=press.id)).card
    lines: list[str] = [words("limits-title", last_four=card.last_four)]
    lines += [_line(words, card, name) for name in NAMES.values()]
    buttons = tuple(
        Button(words.plain(f"button-limit-{name}"), f"limit{letter}", card.id, card.version)
        for letter, name in NAMES.items()
    )
    back = Button(words.plain("button-to-card"), "card", card.id)
    return Screen("\n".join(lines), (buttons, (back, home_button(words))))


async def ask(holder: Holder, words: Words, press: Press) -> Screen:  # noqa: ARG001  # only for holders
    """One limit: how much shall it be?"""
    return _question(words, press.id, press.version, NAMES[press.action[-1]])


async def ask_again(holder: Holder, words: Words, visitor: Visitor) -> Screen:  # noqa: ARG001  # only for holders
    """The same question, after an answer that was no amount."""
    data = visitor.conversation.data
    return _question(words, data["card"], int(data["version"]), data["name"])


async def take(holder: Holder, words: Words, visitor: Visitor, typed: str, cards: Cards) -> Screen:
    """The typed amount, or the word for none."""
    data = visitor.conversation.data
    page = await cards.open(holder=holder, card_id=data["card"])
    amount = None
    if typed.casefold() not in NO_LIMIT:
        amount = parse_amount(typed, page.card.currency)
    version = int(data["version"])
    return await _set(holder, words, cards, page.card.id, version, data["name"], amount)


async def take_away(holder: Holder, words: Words, press: Press, cards: Cards) -> Screen:
    """[No limit]."""
    name = NAMES[press.action[-1]]
    return await _set(holder, words, cards, press.id, press.version, name, None)


async def _set(
    holder: Holder,
    words: Words,
    cards: Cards,
    card_id: str,
    version: int,
    name: str,
    amount: Money | None,
) -> Screen:
    card = await cards.limit(
        holder=holder, card_id=card_id, version=version, name=name, amount=amount
    )
    return changed_screen(words, card, "card-limit-set").under(_line(words, card, name))


def _question(words: Words, card_id: str, version: int, name: str) -> Screen:
    letter = name[0]
    buttons = (
        Button(words.plain("button-no-limit"), f"nolim{letter}", card_id, version),
        Button(words.plain("button-back"), "limits", card_id),
    )
    data = {"card": card_id, "version": str(version), "name": name}
    return Screen(words(f"limit-ask-{name}"), (buttons,), Question("card_limit", data))


def _line(words: Words, card: Card, name: str) -> str:
    minor = {
        "payment": card.limits.payment,
        "day": card.limits.day,
        "month": card.limits.month,
    }[name]
    if minor is None:
        return words(f"limit-{name}-none")
    return words(f"limit-{name}", limit=Money(minor, card.currency))


def add_to(routes: Routes) -> None:
    """The routes of limits."""
    routes.button("limits", show)
    for letter in NAMES:
        routes.button(f"limit{letter}", ask)
        routes.button(f"nolim{letter}", take_away)
    routes.question("card_limit", take, again=ask_again)
