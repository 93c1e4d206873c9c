"""Payment codes: photographed, sent as a picture, or pasted; and what becomes of each.

A link of ours becomes the invoice, a bill of somebody in the catalogue a payment with its
fields filled in, and a bill of anybody else the truth about it.
"""

import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from bot.buttons import Button, Press
from bot.desk import Desk
from bot.formats import Markup, clean
from bot.handlers.catalogue import provider_button
from bot.handlers.invoices import invoice_screen
from bot.handlers.joining import greeting
from bot.handlers.orders import go_on
from bot.pictures import Picture, Pictures
from bot.routes import Routes
from bot.screens import Question, Screen, home_button
from bot.texts import Words
from services import payment_codes
from services.catalogue import Catalogue, Provider
from services.code_payees import filled, payees
from services.conversations import Visitor
from services.errors import InvalidRequestError, RefusedError
from services.holders import Holder
from services.invoices import Invoices
from services.payment_code_errors import PaymentCodeError
from services.payment_codes import Bill, InvoiceLink, Wanted

WHICH = "which_code"
OPTIONS_MAX = 8
"""On one screen."""

KEPT_LENGTH_MAX = 6000
"""Characters of codes that a conversation keeps while one is chosen."""

NAME_LENGTH_MAX = 28
SUGGESTED_MAX = 3
_NO_PAYMENT = ("phone", "text", "url")
_QUOTED = re.compile(r"[«\"“„]([^»\"”“]{2,})[»\"”“]")


class CodeForgottenError(RefusedError):
    """The picture of this button was long ago, or another one came after it."""

    code = "code_forgotten"


class CodeNotChosenError(InvalidRequestError):
    """What was written is not the number of one of the codes."""

    code = "code_not_chosen"


@dataclass(frozen=True, slots=True)
class Option:
    """A code, and one of those whom it may mean; None where that is nobody here."""

    text: str
    wanted: Wanted
    provider: Provider | None

    @property
    def mark(self) -> int:
        """A number that tells the code from those of other pictures."""
        return zlib.crc32(self.text.encode("utf-8", "replace"))


async def take_picture(
    holder: Holder,
    visitor: Visitor,
    words: Words,
    key: str,
    picture: Picture,
    pictures: Pictures,
    bot_username: str,
    invoices: Invoices,
    desk: Desk,
) -> Screen:
    """A picture: what the code on it asks for."""
    found = await pictures.codes(picture, person=visitor.telegram_id)
    if not found:
        return Screen(words("code-none"), ((home_button(words),),))
    options = await _options(found, bot_username, desk.catalogue)
    if len(options) > 1:
        return _which_screen(words, options)
    return await _followed(options[0], holder, words, key, invoices, desk)


async def take_text(
    visitor: Visitor,
    words: Words,
    key: str,
    typed: str,
    bot_username: str,
    invoices: Invoices,
    desk: Desk,
) -> Screen:
    """A pasted code; somebody without a wallet is told how to have one first."""
    options = await _options([typed], bot_username, desk.catalogue)
    if visitor.holder is None:
        wanted = options[0].wanted
        return greeting(words, wanted.invoice if isinstance(wanted, InvoiceLink) else None)
    if len(options) > 1:
        return _which_screen(words, options)
    return await _followed(options[0], visitor.holder, words, key, invoices, desk)


async def choose(
    holder: Holder,
    visitor: Visitor,
    words: Words,
    key: str,
    press: Press,
    bot_username: str,
    invoices: Invoices,
    desk: Desk,
) -> Screen:
    """One of several codes, or one of those whom a code may mean."""
    options = await _kept(visitor, bot_username, desk.catalogue)
    for each in options:
        provider_id = "" if each.provider is None else each.provider.id
        if (each.mark, provider_id) == (press.version, press.id):
            return await _followed(each, holder, words, key, invoices, desk)
    raise CodeForgottenError


async def choose_typed(
    holder: Holder,
    visitor: Visitor,
    words: Words,
    key: str,
    typed: str,
    bot_username: str,
    invoices: Invoices,
    desk: Desk,
) -> Screen:
    """The number of one of them, written instead of pressed."""
    options = await _kept(visitor, bot_username, desk.catalogue)
    numbered = {str(number): each for number, each in enumerate(options, 1)}
    if typed not in numbered:
        raise CodeNotChosenError
    return await _followed(numbered[typed], holder, words, key, invoices, desk)


async def ask_again(
    holder: Holder,  # noqa: ARG001  # only for holders
    visitor: Visitor,
    words: Words,
    bot_username: str,
    desk: Desk,
) -> Screen:
    """The list of them once more."""
    return _which_screen(words, await _kept(visitor, bot_username, desk.catalogue))


async def _followed(
    option: Option,
    holder: Holder,
    words: Words,
    key: str,
    invoices: Invoices,
    desk: Desk,
) -> Screen:
    """What the chosen code leads to."""
    wanted, provider = option.wanted, option.provider
    if isinstance(wanted, InvoiceLink):
        return invoice_screen(words, await invoices.view(holder=holder, invoice_id=wanted.invoice))
    if provider is None:
        name = _search_words(wanted.payee)
        found = await desk.catalogue.search(name, words.language, SUGGESTED_MAX)
        return _stranger_screen(words, wanted, found)
    payable = await desk.payable(provider.id)
    is_same = wanted.amount is None or wanted.amount.currency == payable.currency
    amount, fields = wanted.amount if is_same else None, filled(payable, wanted)
    screen = await go_on(holder, words, key, payable, fields, amount, desk)
    return screen.under("\n".join(_said(words, wanted)))


async def _options(
    codes: Iterable[bytes | str], bot_username: str, catalogue: Catalogue
) -> list[Option]:
    """Everything that *codes* may mean; those that ask for no payment are passed over.

    Raises:
        PaymentCodeError: None of them does.
    """
    options: list[Option] = []
    refusals: list[PaymentCodeError] = []
    room = KEPT_LENGTH_MAX
    for code in codes:
        try:
            text = payment_codes.text_of(code) if isinstance(code, bytes) else code
            wanted = payment_codes.read(text, bot_username=bot_username)
        except PaymentCodeError as refusal:
            refusals.append(refusal)
            continue
        room -= len(text)
        if room >= 0 or not options:
            options += await _meant(text, wanted, catalogue)
    if not options:
        raise min(refusals, key=lambda each: each.why in _NO_PAYMENT)
    return options[:OPTIONS_MAX]


async def _meant(text: str, wanted: Wanted, catalogue: Catalogue) -> list[Option]:
    if isinstance(wanted, InvoiceLink):
        return [Option(text, wanted, None)]
    contents = await catalogue.contents()
    found = payees(wanted, contents.open_providers())
    return [Option(text, wanted, each) for each in found] or [Option(text, wanted, None)]


async def _kept(visitor: Visitor, bot_username: str, catalogue: Catalogue) -> list[Option]:
    """What the question was about."""
    if visitor.conversation.expects != WHICH:
        raise CodeForgottenError
    data = visitor.conversation.data
    return await _options((data[each] for each in sorted(data)), bot_username, catalogue)


def _which_screen(words: Words, options: list[Option]) -> Screen:
    texts = dict.fromkeys(each.text for each in options)
    lines = [words("code-which")]
    lines += [_line(words, number, each) for number, each in enumerate(options, 1)]
    rows = [
        (
            Button(
                f"{number}. {_name(words, each)[:NAME_LENGTH_MAX]}",
                "code",
                "" if each.provider is None else each.provider.id,
                each.mark,
            ),
        )
        for number, each in enumerate(options, 1)
    ]
    question = Question(WHICH, {str(number): each for number, each in enumerate(texts)})
    return Screen("\n".join(lines), (*rows, (home_button(words),)), question)


def _line(words: Words, number: int, option: Option) -> Markup:
    name, wanted = _name(words, option), option.wanted
    if isinstance(wanted, InvoiceLink) or wanted.amount is None:
        return words("code-line-open", number=number, payee=name)
    return words("code-line", number=number, payee=name, amount=wanted.amount)


def _name(words: Words, option: Option) -> str:
    if option.provider is not None:
        return clean(option.provider.name(words.language))
    if isinstance(option.wanted, InvoiceLink):
        return words.plain("code-own-invoice")
    return clean(option.wanted.payee) or words.plain("nothing-said")


def _stranger_screen(words: Words, bill: Bill, suggested: list[Provider]) -> Screen:
    """A bill for somebody whom this wallet cannot pay: for whom, and how much."""
    lines = [*_said(words, bill), "", words("code-stranger")]
    if suggested:
        lines.append(words("code-suggested"))
    rows = [(provider_button(words, each),) for each in suggested]
    return Screen("\n".join(lines), (*rows, (home_button(words),)))


def _said(words: Words, bill: Bill) -> list[Markup]:
    """What the code says, as its own words and not as ours."""
    lines = [words("code-payee", payee=bill.payee or words.plain("nothing-said"))]
    if bill.bank:
        lines.append(words(f"code-bank-{bill.standard}", bank=bill.bank))
    if bill.purpose:
        lines.append(words("code-purpose", purpose=bill.purpose))
    if bill.amount is not None:
        lines.append(words("code-amount", amount=bill.amount))
    return lines


def _search_words(payee: str) -> str:
    """The name proper: what stands in quotation marks, without the form of the company."""
    quoted = _QUOTED.search(payee)
    return quoted[1] if quoted else payee


def add_to(routes: Routes) -> None:
    """The routes of payment codes."""
    routes.other("picture", take_picture)
    routes.other("code", take_text)
    routes.button("code", choose)
    routes.question(WHICH, choose_typed, again=ask_again)
