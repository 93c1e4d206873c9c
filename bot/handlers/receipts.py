"""/receipt: a PDF of any finished operation, by choosing it or by its number."""

from bot.buttons import Button, Press
from bot.documents.documents import Documents
from bot.documents.receipts import kind_name
from bot.formats import clean
from bot.handlers.history import kind_name as operation_kind
from bot.handlers.invoices import NAME_LENGTH_MAX
from bot.routes import Routes
from bot.screens import Attachment, Screen, home_button
from bot.texts import Words
from services.history import Operation
from services.holders import Holder
from services.receipt_facts import Receipt
from services.receipts import Receipts


async def show(
    holder: Holder, words: Words, argument: str, receipts: Receipts, documents: Documents
) -> Screen:
    """`/receipt`: the newest ones to choose from; `/receipt NUMBER`: that one."""
    if not argument:
        return await choose(holder, words, receipts)
    return await _document(words, await receipts.named(holder=holder, number=argument), documents)


async def choose(holder: Holder, words: Words, receipts: Receipts) -> Screen:
    """[Other receipts]: the newest finished operations."""
    found = await receipts.last(holder=holder)
    rows = tuple((Button(_label(words, each), "doc", each.id),) for each in found)
    last = (Button(words.plain("button-history"), "hist"), home_button(words))
    return Screen(words("receipt-choose" if found else "receipt-none"), (*rows, last))


async def send(
    holder: Holder, words: Words, press: Press, receipts: Receipts, documents: Documents
) -> Screen:
    """[PDF receipt]: the document, in a message of its own."""
    receipt = await receipts.issue(holder=holder, operation_id=press.id)
    return await _document(words, receipt, documents)


async def _document(words: Words, receipt: Receipt, documents: Documents) -> Screen:
    file = await documents.receipt(words, receipt)
    title = receipt.name(words.language) or kind_name(words, receipt)
    caption = words("receipt-caption", title=title, amount=receipt.amount)
    others = Button(words.plain("button-receipts"), "receipts")
    return Screen(
        caption,
        ((others, home_button(words)),),
        attachment=Attachment(file.name, file.content),
    )


def _label(words: Words, operation: Operation) -> str:
    title = clean(operation.title)[:NAME_LENGTH_MAX] or operation_kind(words, operation)
    return words.plain(
        "history-button", amount=operation.amount, title=title, state=operation.state
    )


def add_to(routes: Routes) -> None:
    """The routes of receipts."""
    routes.command("receipt", show)
    routes.button("receipts", choose)
    routes.button("doc", send)
