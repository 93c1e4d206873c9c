"""Invoices: the list, one of them, and refusing it.  Paying is in `payments`."""

from bot.buttons import Button, Press
from bot.formats import Markup, clean
from bot.routes import Routes
from bot.screens import Screen, home_button
from bot.texts import Words
from services.holders import Holder
from services.invoices import Capture, Invoice, Invoices, InvoiceState
from services.payments import CAPTURE_TIME

NAME_LENGTH_MAX = 28
"""Of a shop's name on a button: more does not fit on a phone."""


async def listed(holder: Holder, words: Words, invoices: Invoices) -> Screen:
    """`/invoices`: what waits to be paid, newest first."""
    return await _page(holder, words, invoices, None)


async def older(holder: Holder, words: Words, press: Press, invoices: Invoices) -> Screen:
    """[Older]: the next page, from below the last one shown."""
    return await _page(holder, words, invoices, press.id)


async def view(holder: Holder, words: Words, press: Press, invoices: Invoices) -> Screen:
    """One invoice."""
    return invoice_screen(words, await invoices.view(holder=holder, invoice_id=press.id))


async def refuse(holder: Holder, words: Words, press: Press, invoices: Invoices) -> Screen:
    """[Refuse]: the shop is told that it will not be paid."""
    return invoice_screen(words, await invoices.refuse(holder=holder, invoice_id=press.id))


def invoice_screen(words: Words, invoice: Invoice) -> Screen:
    """An invoice with its state, and what may be done about it."""
    state = words(f"invoice-state-{invoice.state.value.replace('_', '-')}")
    lines = [
        words("invoice-title", payee=invoice.merchant_name),
        words("invoice-amount", amount=invoice.amount),
    ]
    if invoice.description:
        lines.append(words("invoice-description", description=invoice.description))
    lines.append(words("invoice-issued", at=invoice.created_at))
    lines += consent_lines(words, invoice)
    if invoice.state is InvoiceState.WAITING:
        lines.append(words("invoice-until", until=invoice.expires_at))
    else:
        lines.append(words("invoice-state", state=state))
    if invoice.refunded_minor:
        lines.append(words("invoice-refunded", amount=invoice.refunded))
    rows = (
        _choices(words, invoice),
        (Button(words.plain("button-all-invoices"), "bills"), home_button(words)),
    )
    return Screen("\n".join(lines), rows)


def consent_lines(words: Words, invoice: Invoice) -> list[Markup]:
    """What paying it agrees to besides: to be charged again, to wait for the shop."""
    if invoice.state is not InvoiceState.WAITING:
        return []
    lines: list[Markup] = []
    if invoice.is_recurring:
        lines.append(words("invoice-recurring", payee=invoice.merchant_name))
    if invoice.capture is Capture.LATER:
        lines.append(words("invoice-held", days=CAPTURE_TIME.days))
    if invoice.is_test:
        lines.append(words("invoice-test"))
    return lines


def _choices(words: Words, invoice: Invoice) -> tuple[Button, ...]:
    if invoice.state is not InvoiceState.WAITING or invoice.is_test:
        return ()
    pay = Button(words.plain("button-pay"), "pay", invoice.id, style="success")
    if invoice.phone is None:  # open to all: nobody refuses it for the others
        return (pay,)
    return (pay, Button(words.plain("button-refuse"), "refuse", invoice.id))


async def _page(holder: Holder, words: Words, invoices: Invoices, before: str | None) -> Screen:
    page = await invoices.waiting(holder=holder, before=before)
    lines: list[str] = [words("invoices-title" if page.invoices or before else "invoices-none")]
    lines += [
        words(
            "invoices-line",
            payee=each.merchant_name,
            amount=each.amount,
            description=each.description or words.plain("nothing-said"),
        )
        for each in page.invoices
    ]
    rows = [(_line(words, each),) for each in page.invoices]
    turning = []
    if before:
        turning.append(Button(words.plain("button-newest"), "bills"))
    if page.next:
        turning.append(Button(words.plain("button-older"), "billsold", page.next))
    return Screen("\n".join(lines), (*rows, tuple(turning), (home_button(words),)))


def _line(words: Words, invoice: Invoice) -> Button:
    name = clean(invoice.description or invoice.merchant_name)[:NAME_LENGTH_MAX]
    text = words.plain("invoice-line", name=name, amount=invoice.amount)
    return Button(text, "bill", invoice.id)


def add_to(routes: Routes) -> None:
    """The routes of invoices."""
    routes.command("invoices", listed)
    routes.button("bills", listed)
    routes.button("billsold", older)
    routes.button("bill", view)
    routes.button("refuse", refuse)
