"""Joining: the greeting, the shared contact, the code, and the way back to an invoice."""

import re

from aiogram.types import Contact

from bot.buttons import Button
from bot.formats import escaped
from bot.handlers.home import home_screen
from bot.handlers.invoices import invoice_screen
from bot.routes import Routes
from bot.screens import Keyboard, Question, Screen
from bot.texts import Texts, Words
from services.conversations import Visitor
from services.holders import Holder, Wallets, nearest_language
from services.invoices import InvoiceNotFoundError, Invoices
from services.joining import Joinery
from services.phones import masked

INVOICE_LINK = re.compile(r"bill_([0-9a-f]{32})")
OTHER_LINKS = ("cheque_",)
"""Links of things that this wallet does not have yet."""


async def start(
    visitor: Visitor, words: Words, argument: str, wallets: Wallets, invoices: Invoices
) -> Screen:
    """`/start`, also from a link: the home screen, or joining first."""
    link = INVOICE_LINK.fullmatch(argument)
    came_for = link[1] if link else None
    if visitor.holder is None:
        return greeting(words, came_for)
    if came_for is not None:
        invoice = await invoices.view(holder=visitor.holder, invoice_id=came_for)
        return invoice_screen(words, invoice)
    screen = await home_screen(words, visitor.holder, wallets, invoices)
    if argument.startswith(("bill_", *OTHER_LINKS)):
        return screen.under(words("link-not-understood"))
    return screen


async def greet(visitor: Visitor, words: Words) -> Screen:
    """Somebody without a wallet: how to have one."""
    return greeting(words, visitor.conversation.data.get("came_for"))


async def take_contact(
    visitor: Visitor,
    words: Words,
    contact: Contact,
    language_code: str | None,
    key: str,
    joinery: Joinery,
) -> Screen:
    """A shared contact: send the code to it."""
    came_for = visitor.conversation.data.get("came_for")
    joining = await joinery.begin(
        telegram_id=visitor.telegram_id,
        contact_user_id=contact.user_id,
        phone=contact.phone_number,
        language=visitor.conversation.language or nearest_language(language_code),
        came_for=came_for,
        key=key,
    )
    return code_screen(words, masked(joining.phone), came_for, preface=words("join-contact-taken"))


async def send_again(visitor: Visitor, words: Words, key: str, joinery: Joinery) -> Screen:
    """[Send again]: another code to the same number."""
    joining = await joinery.resend(telegram_id=visitor.telegram_id, key=key)
    return code_screen(words, masked(joining.phone), joining.came_for)


async def ask_again(visitor: Visitor, words: Words) -> Screen:
    """The question for the code, after a wrong one."""
    data = visitor.conversation.data
    return code_screen(words, data.get("phone", ""), data.get("came_for"))


async def prove(
    visitor: Visitor,
    words: Words,
    typed: str,
    key: str,
    joinery: Joinery,
    wallets: Wallets,
    invoices: Invoices,
    texts: Texts,
) -> Screen:
    """The typed code: the wallet is open, and what was wanted goes on."""
    joined = await joinery.prove(telegram_id=visitor.telegram_id, typed=typed, key=key)
    words = texts.words_for(joined.holder.language)
    came_for = joined.came_for or visitor.conversation.data.get("came_for")
    screen = await _destination(words, joined.holder, came_for, wallets, invoices)
    return screen.under(words("join-welcome"))


async def change_number(visitor: Visitor, words: Words) -> Screen:
    """[Other number]: share another contact."""
    return greeting(words, visitor.conversation.data.get("came_for"))


def greeting(words: Words, came_for: str | None) -> Screen:
    """What the wallet is, with the button that shares the number."""
    text = words("join-greeting")
    if came_for is None:
        return Screen(text, keyboard=Keyboard.CONTACT)
    return Screen(
        f"{words('join-for-invoice')}\n\n{text}",
        keyboard=Keyboard.CONTACT,
        question=Question("contact", {"came_for": came_for}),
    )


def code_screen(words: Words, phone: str, came_for: str | None, *, preface: str = "") -> Screen:
    """The question for the code that was sent to *phone*, which is masked already."""
    data = {"phone": phone} | ({"came_for": came_for} if came_for else {})
    buttons = (
        Button(words.plain("button-send-again"), "joinmore"),
        Button(words.plain("button-other-number"), "joinnew"),
    )
    return Screen(
        words("join-code", phone=phone), (buttons,), Question("join_code", data), preface=preface
    )


async def _destination(
    words: Words, holder: Holder, came_for: str | None, wallets: Wallets, invoices: Invoices
) -> Screen:
    screen = await home_screen(words, holder, wallets, invoices)
    if came_for is None:
        return screen
    try:
        return invoice_screen(words, await invoices.view(holder=holder, invoice_id=came_for))
    except InvoiceNotFoundError as exc:  # the wallet is open all the same
        return screen.under(escaped(words.error(exc)))


def add_to(routes: Routes) -> None:
    """The routes of joining."""
    routes.command("start", start)
    routes.other("stranger", greet)
    routes.other("contact", take_contact)
    routes.button("joinmore", send_again)
    routes.button("joinnew", change_number)
    routes.question("contact", greet, again=greet)
    routes.question("join_code", prove, again=ask_again)
