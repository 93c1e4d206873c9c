"""Somebody typed the holder's number on a shop's page: paying is as for any invoice."""

from bot.buttons import Button
from bot.handlers.invoices import consent_lines
from bot.routes import Routes
from bot.screens import Screen, home_button
from bot.texts import Words
from services.checkouts import Checkouts
from services.holders import Holder
from services.invoices import Invoice, InvoiceState


def asked_screen(words: Words, invoice: Invoice) -> Screen | None:
    """The question in the chat; None where there is nothing to pay any more."""
    if invoice.state is not InvoiceState.WAITING:
        return None
    lines = [
        words(
            "notice-checkout",
            payee=invoice.merchant_name,
            amount=invoice.amount,
            description=invoice.description or words.plain("nothing-said"),
        ),
        *consent_lines(words, invoice),
    ]
    buttons = (
        Button(words.plain("button-pay"), "pay", invoice.id, style="success"),
        Button(words.plain("button-not-me"), "notme"),
    )
    return Screen("\n".join(lines), (buttons,))


async def not_me(holder: Holder, words: Words, checkouts: Checkouts) -> Screen:
    """[It was not me]: nothing is paid, and nobody asks so for a day."""
    await checkouts.mute(holder=holder)
    return Screen(words("checkout-not-me"), ((home_button(words),),))


def add_to(routes: Routes) -> None:
    """The route of being asked."""
    routes.button("notme", not_me)
