"""/lock: stops the wallet and its cards at once; a code lets them pay again."""

from bot.buttons import Button, Press
from bot.routes import Routes
from bot.screens import Question, Screen, home_button
from bot.texts import Words
from services.conversations import Visitor
from services.holders import Holder, HolderState, Wallets
from services.phones import masked


async def lock(holder: Holder, words: Words, update_id: int, wallets: Wallets) -> Screen:
    """`/lock`: at once, without a question."""
    await wallets.lock(holder=holder)
    unlock = Button(words.plain("button-unlock"), "unlock", version=update_id, style="primary")
    return Screen(words("lock-done"), ((unlock, home_button(words)),))


async def ask(
    holder: Holder, words: Words, press: Press, update_id: int, wallets: Wallets
) -> Screen:
    """[Unlock] or [Send again]: the code goes out, once for each button."""
    key = f"unlock:{holder.id}:{press.version}"
    offer = await wallets.ask_unlock(holder=holder, key=key)
    return _question(words, holder, offer.id, update_id)


async def ask_again(holder: Holder, words: Words, visitor: Visitor, update_id: int) -> Screen:
    """The same question, after a wrong code."""
    return _question(words, holder, visitor.conversation.data["offer"], update_id)


async def unlock(
    holder: Holder, words: Words, visitor: Visitor, typed: str, key: str, wallets: Wallets
) -> Screen:
    """The typed code."""
    offer_id = visitor.conversation.data["offer"]
    unlocked = await wallets.unlock(holder=holder, offer_id=offer_id, typed=typed, key=key)
    text = "unlock-done" if unlocked.state is HolderState.ACTIVE else "home-locked"
    return Screen(words(text), ((home_button(words),),))


def _question(words: Words, holder: Holder, offer_id: str, update_id: int) -> Screen:
    again = Button(words.plain("button-send-again"), "unlock", version=update_id)
    text = words("unlock-code", phone=masked(holder.phone))
    return Screen(
        text, ((again, home_button(words)),), Question("unlock_code", {"offer": offer_id})
    )


def add_to(routes: Routes) -> None:
    """The routes of the lock."""
    routes.command("lock", lock)
    routes.button("lock", lock)
    routes.button("unlock", ask)
    routes.question("unlock_code", unlock, again=ask_again)
