"""Shops in the operators' chat: the list, one of them, a new key pair for it."""

from bot.buttons import Button, Press
from bot.formats import clean
from bot.handlers.invoices import NAME_LENGTH_MAX
from bot.handlers.merchant import home_of
from bot.handlers.merchant_keys import fresh_screen, good, pair_text
from bot.routes import Routes
from bot.screens import Question, Screen
from bot.texts import Words
from services.conversations import Visitor
from services.key_pairs import KeyPairs
from services.merchant_people import MerchantPeople
from services.merchants import Merchant, Merchants

PAGE_SIZE = 20


async def listed(
    visitor: Visitor, words: Words, press: Press, operators: frozenset[int], merchants: Merchants
) -> Screen:
    """[Shops]: by name, those below the one that the button names."""
    if visitor.telegram_id not in operators:
        return _nothing(words, visitor)
    found = await merchants.listed()
    ids = [each.id for each in found]
    start = ids.index(press.id) + 1 if press.id in ids else 0
    shown = found[start : start + PAGE_SIZE]
    rows = [(_line(words, each),) for each in shown]
    turning = []
    if start:
        turning.append(Button(words.plain("button-first-page"), "opshops"))
    if start + PAGE_SIZE < len(found):
        turning.append(Button(words.plain("button-next-page"), "opshops", shown[-1].id))
    text = words("op-shops-title" if found else "op-shops-none")
    return Screen(text, (*rows, tuple(turning), home_of(words, visitor)))


async def view(
    visitor: Visitor,
    words: Words,
    press: Press,
    operators: frozenset[int],
    merchants: Merchants,
    merchant_people: MerchantPeople,
    key_pairs: KeyPairs,
) -> Screen:
    """One shop: its people and its keys."""
    if visitor.telegram_id not in operators:
        return _nothing(words, visitor)
    shop = await merchants.get(merchant_id=press.id)
    people = await merchant_people.listed(merchant_id=shop.id)
    pairs = good(await key_pairs.listed(merchant_id=shop.id))
    blocks = [
        words(
            "op-shop", name=shop.name, id=shop.id, currency=shop.currency, state=shop.state.value
        ),
        "\n".join(
            [words("op-shop-people", count=len(people))]
            + [
                words("op-shop-person", id=str(each.telegram_id), role=each.role.value)
                for each in people
            ]
        ),
        *(pair_text(words, each) for each in pairs),
    ]
    rows = (
        (Button(words.plain("button-key-new"), "opkeynew", shop.id),),
        (Button(words.plain("button-op-shops"), "opshops"), *home_of(words, visitor)),
    )
    return Screen("\n\n".join(blocks), rows)


async def ask_name(
    visitor: Visitor, words: Words, press: Press, operators: frozenset[int]
) -> Screen:
    """[New pair]: what shall it be called?"""
    if visitor.telegram_id not in operators:
        return _nothing(words, visitor)
    return _question(words, press.id)


async def ask_name_again(visitor: Visitor, words: Words) -> Screen:
    """The question, after a name that cannot be."""
    return _question(words, visitor.conversation.data["merchant"])


async def make(
    visitor: Visitor,
    words: Words,
    typed: str,
    operators: frozenset[int],
    key_pairs: KeyPairs,
) -> Screen:
    """The typed name: a new pair, its secret shown once, to be given to the shop."""
    if visitor.telegram_id not in operators:
        return _nothing(words, visitor)
    merchant_id = visitor.conversation.data["merchant"]
    fresh = await key_pairs.create(merchant_id=merchant_id, name=typed)
    return fresh_screen(words, fresh, _shop(words, merchant_id))


def _question(words: Words, merchant_id: str) -> Screen:
    asked = Question("operator_key", {"merchant": merchant_id})
    return Screen(words("key-ask-name"), ((_shop(words, merchant_id),),), asked)


def _line(words: Words, shop: Merchant) -> Button:
    name = clean(shop.name)[:NAME_LENGTH_MAX]
    text = words.plain("op-shop-line", name=name, state=shop.state.value)
    return Button(text, "opshop", shop.id)


def _shop(words: Words, merchant_id: str) -> Button:
    return Button(words.plain("button-merchant-shop"), "opshop", merchant_id)


def _nothing(words: Words, visitor: Visitor) -> Screen:
    """Who is no operator any more learns nothing."""
    return Screen(words("not-understood"), (home_of(words, visitor),), ends_question=True)


def add_to(routes: Routes) -> None:
    """The routes of the operators' shops."""
    routes.button("opshops", listed)
    routes.button("opshop", view)
    routes.button("opkeynew", ask_name)
    routes.question("operator_key", make, again=ask_name_again)
