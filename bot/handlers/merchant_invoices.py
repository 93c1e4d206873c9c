"""A shop's invoices in the chat of its people: the list, one of them, a new one."""

import re
from uuid import UUID

from bot.buttons import Button, Press
from bot.formats import Markup, clean, escaped
from bot.handlers.invoices import NAME_LENGTH_MAX
from bot.handlers.merchant import shop_button
from bot.routes import Routes
from bot.screens import Question, Screen
from bot.texts import Words
from services.conversations import Visitor
from services.invoices import Invoice, InvoicePage, Invoices, InvoiceState, Wish
from services.merchant_people import Employment, MerchantPeople, Right
from services.merchants import Merchant
from services.money import CURRENCIES, AmountNotUnderstoodError, Money, parse_amount
from services.phones import masked

PAGE_SIZE = 8
"""Buttons of a list that a phone shows without scrolling."""

_WISH = re.compile(r"([0-9][0-9 \u00a0]*(?:[.,][0-9]+)?)\s*([A-Za-z]{3}\b)?\s*(.*)", re.DOTALL)
"""An amount, perhaps a currency, and what for."""

_REFUNDABLE = (InvoiceState.PAID, InvoiceState.REFUNDED_IN_PART)


async def listed(
    visitor: Visitor,
    words: Words,
    press: Press,
    merchant_people: MerchantPeople,
    invoices: Invoices,
) -> Screen:
    """[Invoices]: the newest ones."""
    employed = await merchant_people.look(
        merchant_id=press.id, telegram_id=visitor.telegram_id, right=Right.SEE
    )
    page = await invoices.page(merchant=employed.merchant, limit=PAGE_SIZE)
    return _list_screen(words, employed.merchant, page, is_first=True)


async def older(
    visitor: Visitor,
    words: Words,
    press: Press,
    merchant_people: MerchantPeople,
    invoices: Invoices,
) -> Screen:
    """[Older]: those below the one that the button names."""
    last, employed = await _opened(visitor, press.id, Right.SEE, merchant_people, invoices)
    page = await invoices.page(merchant=employed.merchant, before=last.id, limit=PAGE_SIZE)
    return _list_screen(words, employed.merchant, page, is_first=False)


async def view(
    visitor: Visitor,
    words: Words,
    press: Press,
    merchant_people: MerchantPeople,
    invoices: Invoices,
    bot_username: str,
    app_url: str,
) -> Screen:
    """One invoice."""
    invoice, employed = await _opened(visitor, press.id, Right.SEE, merchant_people, invoices)
    return invoice_page(words, invoice, employed, bot_username, app_url)


async def ask(
    visitor: Visitor, words: Words, press: Press, merchant_people: MerchantPeople
) -> Screen:
    """[New invoice]: how much, and what for?"""
    employed = await merchant_people.look(
        merchant_id=press.id, telegram_id=visitor.telegram_id, right=Right.TRADE
    )
    return _question(words, employed.merchant)


async def ask_again(visitor: Visitor, words: Words, merchant_people: MerchantPeople) -> Screen:
    """The same question, after something that is no invoice."""
    employed = await merchant_people.look(
        merchant_id=visitor.conversation.data["merchant"],
        telegram_id=visitor.telegram_id,
        right=Right.TRADE,
    )
    return _question(words, employed.merchant)


async def issue(
    visitor: Visitor,
    words: Words,
    typed: str,
    key: str,
    merchant_people: MerchantPeople,
    invoices: Invoices,
    bot_username: str,
    app_url: str,
) -> Screen:
    """The typed amount and purpose: an open invoice, with the links to pay it by."""
    employed = await merchant_people.act(
        merchant_id=visitor.conversation.data["merchant"],
        telegram_id=visitor.telegram_id,
        right=Right.TRADE,
        what="issue an invoice",
    )
    amount, description = _wished(typed, employed.merchant)
    # The update's own number, so that it issues one invoice however often it is delivered.
    wish = Wish(amount, description, reference=f"chat-{key.partition(':')[2]}")
    made = await invoices.create(merchant=employed.merchant, wish=wish)
    shown = invoice_page(words, made, employed, bot_username, app_url)
    return Screen(shown.text, shown.rows, ends_question=True)


def invoice_page(
    words: Words, invoice: Invoice, employed: Employment, bot_username: str, app_url: str
) -> Screen:
    """An invoice as the shop's people see it: with its payer's number masked."""
    lines = [
        words("merchant-invoice", amount=invoice.amount, state=invoice.state.value),
        words("merchant-invoice-issued", at=invoice.created_at),
    ]
    if invoice.is_test:
        lines.append(words("merchant-invoice-test"))
    if invoice.reference is not None:
        lines.append(words("merchant-invoice-reference", reference=invoice.reference))
    if invoice.description:
        lines.append(words("merchant-invoice-description", description=invoice.description))
    if invoice.phone is not None:
        lines.append(words("merchant-invoice-payer", phone=masked(invoice.phone)))
    if invoice.paid_at is not None:
        lines.append(words("merchant-invoice-paid", at=invoice.paid_at))
    if invoice.refunded_minor:
        lines.append(words("merchant-invoice-refunded", amount=invoice.refunded))
    if invoice.state is InvoiceState.WAITING:
        lines.append(words("merchant-invoice-until", until=invoice.expires_at))
        lines += [_copied(each) for each in _links(invoice, bot_username, app_url)]
    back = (
        Button(words.plain("button-merchant-invoices"), "minvs", invoice.merchant),
        shop_button(words, invoice.merchant),
    )
    refund = Button(words.plain("button-merchant-refund"), "mref", invoice.id)
    may_refund = employed.may(Right.TRADE) and invoice.state in _REFUNDABLE
    rows = ((refund,) if may_refund and not invoice.is_test else (), back)
    return Screen("\n".join(lines), rows)


async def _opened(
    visitor: Visitor, invoice_id: str, right: Right, people: MerchantPeople, invoices: Invoices
) -> tuple[Invoice, Employment]:
    """The invoice, if it is one of a shop where the visitor has the *right*."""
    invoice, merchant = await invoices.open_page(invoice_id=invoice_id)
    employed = await people.look(
        merchant_id=merchant.id, telegram_id=visitor.telegram_id, right=right
    )
    return invoice, employed


def _list_screen(words: Words, shop: Merchant, page: InvoicePage, *, is_first: bool) -> Screen:
    title = "merchant-invoices" if page.invoices else "merchant-invoices-none"
    rows = [(_line(words, each),) for each in page.invoices]
    turning = []
    if not is_first:
        turning.append(Button(words.plain("button-newest"), "minvs", shop.id))
    if page.next:
        turning.append(Button(words.plain("button-older"), "minvso", page.next))
    return Screen(
        words(title, name=shop.name), (*rows, tuple(turning), (shop_button(words, shop.id),))
    )


def _line(words: Words, invoice: Invoice) -> Button:
    name = clean(invoice.reference or invoice.description)[:NAME_LENGTH_MAX]
    text = words.plain(
        "merchant-invoice-line", state=invoice.state.value, amount=invoice.amount, name=name
    )
    return Button(text, "minv", invoice.id)


def _question(words: Words, shop: Merchant) -> Screen:
    text = words("merchant-ask-invoice", currency=shop.currency)
    rows = ((shop_button(words, shop.id),),)
    return Screen(text, rows, Question("merchant_invoice", {"merchant": shop.id}))


def _wished(typed: str, shop: Merchant) -> tuple[Money, str]:
    """What was typed as an amount and what it is for.

    Raises:
        AmountNotUnderstoodError: It does not begin with an amount.
    """
    match = _WISH.fullmatch(typed.strip())
    if match is None:
        raise AmountNotUnderstoodError
    digits, code, purpose = match.groups()
    of = CURRENCIES.get((code or "").upper())
    if code is not None and of is None:  # a word of three letters, and no currency
        purpose = f"{code} {purpose}"
    amount = parse_amount(digits, of or shop.currency)
    return amount, " ".join(purpose.split())


def _links(invoice: Invoice, bot_username: str, app_url: str) -> list[str]:
    """Where it is paid: in the chat, and on the wallet's page where there is one."""
    found = [f"https://t.me/{bot_username}?start=bill_{invoice.id}"] if bot_username else []
    if app_url:
        found.append(f"{app_url}/form/?invoice_uid={UUID(invoice.id)}")
    return found


def _copied(text: str) -> Markup:
    """*text* that a tap copies."""
    return Markup(f"<code>{escaped(text)}</code>")


def add_to(routes: Routes) -> None:
    """The routes of a shop's invoices."""
    routes.button("minvs", listed)
    routes.button("minvso", older)
    routes.button("minv", view)
    routes.button("mnew", ask)
    routes.question("merchant_invoice", issue, again=ask_again)
