"""Giving money back from the chat of a shop's people: how much, the exact amount, done.

What is about to be given back is kept with the conversation, under the number of the update
that asked for it: pressed or delivered twice, it is given back once.
"""

from bot.buttons import Button, Press
from bot.handlers.merchant import shop_button
from bot.routes import Routes
from bot.screens import Question, Screen
from bot.texts import Words
from services.conversations import Visitor
from services.invoices import Invoice, Invoices
from services.merchant_people import MerchantPeople, Right
from services.merchants import Merchant
from services.money import Money, parse_amount
from services.offers import OfferExpiredError
from services.refunds import Refunds, RefundTooLargeError

AMOUNT, CONFIRM = "merchant_refund_amount", "merchant_refund"


async def ask(
    visitor: Visitor,
    words: Words,
    press: Press,
    merchant_people: MerchantPeople,
    invoices: Invoices,
) -> Screen:
    """[Give back]: all, or how much?"""
    return _amount(words, await _opened(visitor, press.id, merchant_people, invoices))


async def ask_again(
    visitor: Visitor, words: Words, merchant_people: MerchantPeople, invoices: Invoices
) -> Screen:
    """The same question, after an amount that cannot be."""
    invoice_id = visitor.conversation.data["invoice"]
    return _amount(words, await _opened(visitor, invoice_id, merchant_people, invoices))


async def take_all(
    visitor: Visitor,
    words: Words,
    press: Press,
    key: str,
    merchant_people: MerchantPeople,
    invoices: Invoices,
) -> Screen:
    """[All of it]: what is left, as it is now."""
    invoice = await _opened(visitor, press.id, merchant_people, invoices)
    return _confirm(words, invoice, invoice.refundable, key)


async def take_part(
    visitor: Visitor,
    words: Words,
    typed: str,
    key: str,
    merchant_people: MerchantPeople,
    invoices: Invoices,
) -> Screen:
    """The typed amount."""
    invoice_id = visitor.conversation.data["invoice"]
    invoice = await _opened(visitor, invoice_id, merchant_people, invoices)
    amount = parse_amount(typed, invoice.amount.currency)
    return _confirm(words, invoice, amount, key)


async def confirm_again(
    visitor: Visitor, words: Words, merchant_people: MerchantPeople, invoices: Invoices
) -> Screen:
    """Something was typed where a button is to be pressed: the same once more."""
    data = visitor.conversation.data
    invoice = await _opened(visitor, data["invoice"], merchant_people, invoices)
    return _confirm(words, invoice, _asked(invoice, data), data["key"])


async def give_back(
    visitor: Visitor,
    words: Words,
    press: Press,
    merchant_people: MerchantPeople,
    invoices: Invoices,
    refunds: Refunds,
) -> Screen:
    """[Give back]: exactly what the screen said."""
    data = visitor.conversation.data
    if visitor.conversation.expects != CONFIRM or data["invoice"] != press.id:
        raise OfferExpiredError
    invoice, shop = await invoices.open_page(invoice_id=press.id)
    amount = _asked(invoice, data)
    await _act(visitor, shop, f"refund {amount} of invoice {invoice.id}", merchant_people)
    made = await refunds.refund(
        merchant=shop,
        invoice_id=invoice.id,
        amount=amount,
        reference=f"chat-{data['key'].partition(':')[2]}",
    )
    back = Button(words.plain("button-merchant-invoice"), "minv", invoice.id)
    text = words("merchant-refunded", amount=made.amount)
    return Screen(text, ((back, shop_button(words, shop.id)),), ends_question=True)


async def _opened(
    visitor: Visitor, invoice_id: str, people: MerchantPeople, invoices: Invoices
) -> Invoice:
    invoice, shop = await invoices.open_page(invoice_id=invoice_id)
    await people.look(merchant_id=shop.id, telegram_id=visitor.telegram_id, right=Right.TRADE)
    return invoice


async def _act(visitor: Visitor, shop: Merchant, what: str, people: MerchantPeople) -> None:
    await people.act(
        merchant_id=shop.id, telegram_id=visitor.telegram_id, right=Right.TRADE, what=what
    )


def _asked(invoice: Invoice, data: dict[str, str]) -> Money:
    return Money(int(data["minor"]), invoice.amount.currency)


def _amount(words: Words, invoice: Invoice) -> Screen:
    left = invoice.refundable
    if not left.minor:
        raise RefundTooLargeError(left=left)
    everything = Button(
        words.plain("button-merchant-refund-all", amount=left), "mrefall", invoice.id
    )
    back = Button(words.plain("button-merchant-invoice"), "minv", invoice.id)
    text = words("merchant-ask-refund", amount=invoice.amount, left=left)
    return Screen(text, ((everything,), (back,)), Question(AMOUNT, {"invoice": invoice.id}))


def _confirm(words: Words, invoice: Invoice, amount: Money, key: str) -> Screen:
    if not 0 < amount.minor <= invoice.refundable.minor:
        raise RefundTooLargeError(left=invoice.refundable)
    text = words(
        "merchant-confirm-refund",
        amount=amount,
        paid=invoice.amount,
        name=invoice.reference or invoice.description or invoice.id,
        after=invoice.refundable - amount,
    )
    rows = (
        (Button(words.plain("button-merchant-refund-ok"), "mrefok", invoice.id, style="danger"),),
        (Button(words.plain("button-merchant-invoice"), "minv", invoice.id),),
    )
    data = {"invoice": invoice.id, "minor": str(amount.minor), "key": key}
    return Screen(text, rows, Question(CONFIRM, data))


def add_to(routes: Routes) -> None:
    """The routes of a shop's refunds."""
    routes.button("mref", ask)
    routes.button("mrefall", take_all)
    routes.button("mrefok", give_back)
    routes.question(AMOUNT, take_part, again=ask_again)
    routes.question(CONFIRM, confirm_again, again=confirm_again)
