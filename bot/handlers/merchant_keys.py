"""A shop's key pairs in the chat: those there are, a new one, taking one back.

A secret key is shown once, in a message that can be neither forwarded nor saved and that
[Hide] empties; it has gone through Telegram by then, as the screen says.
"""

import zlib
from collections.abc import Sequence

from bot.buttons import Button, Press, Rows
from bot.formats import Markup, clean, escaped
from bot.handlers.invoices import NAME_LENGTH_MAX
from bot.handlers.merchant import shop_button
from bot.routes import Routes
from bot.screens import Question, Screen
from bot.texts import Words
from services.conversations import Visitor
from services.key_pair_life import KeyPair
from services.key_pairs import FreshPair, KeyPairNotFoundError, KeyPairs
from services.merchant_people import MerchantPeople, Right

MARK_SHIFT = 8
"""Of 32 bits: what is left takes five characters of a button."""


async def listed(
    visitor: Visitor,
    words: Words,
    press: Press,
    merchant_people: MerchantPeople,
    key_pairs: KeyPairs,
) -> Screen:
    """[Keys]: the pairs that are good."""
    await _look(visitor, press.id, merchant_people)
    found = good(await key_pairs.listed(merchant_id=press.id))
    rows = [(_line(words, each, "mkey"),) for each in found]
    new = Button(words.plain("button-key-new"), "mkeynew", press.id)
    last = (shop_button(words, press.id),)
    return Screen(words("keys-title" if found else "keys-none"), (*rows, (new,), last))


async def view(
    visitor: Visitor,
    words: Words,
    press: Press,
    merchant_people: MerchantPeople,
    key_pairs: KeyPairs,
) -> Screen:
    """One of them."""
    await _look(visitor, press.id, merchant_people)
    pair = marked(await key_pairs.listed(merchant_id=press.id), press.version)
    take_back = Button(
        words.plain("button-key-revoke"), "mkeyask", press.id, mark(pair.id), "danger"
    )
    return Screen(pair_text(words, pair), ((take_back,), (_back(words, press.id),)))


async def ask_revoke(
    visitor: Visitor,
    words: Words,
    press: Press,
    merchant_people: MerchantPeople,
    key_pairs: KeyPairs,
) -> Screen:
    """[Take it back]: what that means."""
    await _look(visitor, press.id, merchant_people)
    pair = marked(await key_pairs.listed(merchant_id=press.id), press.version)
    rows = (
        (
            Button(
                words.plain("button-key-revoke-now"), "mkeyoff", press.id, press.version, "danger"
            ),
        ),
        (_back(words, press.id),),
    )
    return Screen(words("key-ask-revoke", name=pair.name), rows)


async def revoke(
    visitor: Visitor,
    words: Words,
    press: Press,
    merchant_people: MerchantPeople,
    key_pairs: KeyPairs,
) -> Screen:
    """[Take it back] for good."""
    await _act(visitor, press.id, "take a key pair back", merchant_people)
    pair = marked(await key_pairs.listed(merchant_id=press.id), press.version)
    await key_pairs.revoke(merchant_id=press.id, pair_id=pair.id)
    return Screen(words("key-revoked", name=pair.name), ((_back(words, press.id),),))


async def ask_name(
    visitor: Visitor, words: Words, press: Press, merchant_people: MerchantPeople
) -> Screen:
    """[New pair]: what shall it be called?"""
    await _look(visitor, press.id, merchant_people)
    return _question(words, press.id)


async def ask_name_again(
    visitor: Visitor, words: Words, merchant_people: MerchantPeople
) -> Screen:
    """The question, after a name that cannot be."""
    merchant_id = visitor.conversation.data["merchant"]
    await _look(visitor, merchant_id, merchant_people)
    return _question(words, merchant_id)


async def make(
    visitor: Visitor,
    words: Words,
    typed: str,
    merchant_people: MerchantPeople,
    key_pairs: KeyPairs,
) -> Screen:
    """The typed name: a new pair, its secret shown once."""
    merchant_id = visitor.conversation.data["merchant"]
    await _act(visitor, merchant_id, "make a key pair", merchant_people)
    fresh = await key_pairs.create(merchant_id=merchant_id, name=typed)
    return fresh_screen(words, fresh, _back(words, merchant_id))


async def hide(words: Words) -> Screen:
    """[Hide]: the message with the secret is emptied; for anybody, since it only takes away."""
    return Screen(words("key-hidden"))


def fresh_screen(words: Words, fresh: FreshPair, back: Button) -> Screen:
    """A new pair with its secret key, in a message of its own."""
    text = words(
        "key-fresh",
        name=fresh.pair.name,
        public=_copied(fresh.pair.public_key),
        secret=_copied(fresh.secret_key),
    )
    rows = ((Button(words.plain("button-key-hide"), "keyhide", style="primary"),), (back,))
    return Screen(text, rows, is_protected=True, ends_question=True)


def pair_text(words: Words, pair: KeyPair) -> str:
    """A pair without its secret key."""
    text = words("key-page", name=pair.name, at=pair.created_at, public=_copied(pair.public_key))
    if pair.notify_url is None:
        return text
    return f"{text}\n{words('key-notifies', url=pair.notify_url)}"


def good(pairs: Sequence[KeyPair]) -> list[KeyPair]:
    """Those that were not taken back."""
    return [each for each in pairs if not each.is_revoked]


def mark(name: str) -> int:
    """What a button, which has no room for it, carries of a name."""
    return zlib.crc32(name.encode()) >> MARK_SHIFT


def marked(pairs: Sequence[KeyPair], wanted: int) -> KeyPair:
    """The one good pair with that mark.

    Raises:
        KeyPairNotFoundError: It was taken back, or two have it.
    """
    found = [each for each in good(pairs) if mark(each.id) == wanted]
    if len(found) != 1:
        raise KeyPairNotFoundError
    return found[0]


def _line(words: Words, pair: KeyPair, action: str) -> Button:
    name = clean(pair.name)[:NAME_LENGTH_MAX]
    text = words.plain("key-line", name=name, at=words.day(pair.created_at))
    return Button(text, action, pair.merchant, mark(pair.id))


def _question(words: Words, merchant_id: str) -> Screen:
    rows: Rows = ((_back(words, merchant_id),),)
    asked = Question("merchant_key", {"merchant": merchant_id})
    return Screen(words("key-ask-name"), rows, asked)


def _back(words: Words, merchant_id: str) -> Button:
    return Button(words.plain("button-merchant-keys"), "mkeys", merchant_id)


async def _look(visitor: Visitor, merchant_id: str, people: MerchantPeople) -> None:
    await people.look(merchant_id=merchant_id, telegram_id=visitor.telegram_id, right=Right.KEYS)


async def _act(visitor: Visitor, merchant_id: str, what: str, people: MerchantPeople) -> None:
    await people.act(
        merchant_id=merchant_id, telegram_id=visitor.telegram_id, right=Right.KEYS, what=what
    )


def _copied(text: str) -> Markup:
    """*text* that a tap copies."""
    return Markup(f"<code>{escaped(text)}</code>")


def add_to(routes: Routes) -> None:
    """The routes of a shop's key pairs."""
    routes.button("mkeys", listed)
    routes.button("mkey", view)
    routes.button("mkeyask", ask_revoke)
    routes.button("mkeyoff", revoke)
    routes.button("mkeynew", ask_name)
    routes.button("keyhide", hide)
    routes.question("merchant_key", make, again=ask_name_again)
