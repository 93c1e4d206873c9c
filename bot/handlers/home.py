"""The home screen, /balance, /help, /cancel, and what was not understood."""

from bot.buttons import Button, Rows
from bot.routes import Routes
from bot.screens import Screen, home_button
from bot.texts import Words
from services.conversations import Visitor
from services.exchanges import Exchanges
from services.holders import Holder, HolderState, Wallet, Wallets
from services.invoices import Invoices
from services.ledger import Balance
from services.payments import Payments
from services.provider_payments import ProviderPayments
from services.schedule_offers import ScheduleOffers

LATER = ("send", "support")
"""Commands that people may know and this version cannot do; they say so."""


async def show(holder: Holder, words: Words, wallets: Wallets, invoices: Invoices) -> Screen:
    """[Home]."""
    return await home_screen(words, holder, wallets, invoices)


async def balance(holder: Holder, words: Words, wallets: Wallets) -> Screen:
    """`/balance`: one read, whatever there is."""
    wallet = await wallets.show(holder=holder)
    buttons = (
        Button(words.plain("button-history"), "hist"),
        Button(words.plain("button-topup"), "topup"),
        home_button(words),
    )
    return Screen(f"{words('balance-title')}\n{balance_lines(words, wallet)}", (buttons,))


async def show_help(words: Words) -> Screen:
    """`/help`: what the wallet can do."""
    return Screen(words("help"), ((home_button(words),),))


async def later(words: Words) -> Screen:
    """A command for something that this version does not do."""
    return Screen(words("not-yet"), ((home_button(words),),))


async def cancel(
    visitor: Visitor,
    words: Words,
    payments: Payments,
    provider_payments: ProviderPayments,
    exchanges: Exchanges,
    schedule_offers: ScheduleOffers,
) -> Screen:
    """`/cancel`: whatever was asked is asked no more, and reserved money is free."""
    asked = visitor.conversation
    rows = ((home_button(words),),) if visitor.holder else ()
    if not asked.expects:
        return Screen(words("cancel-nothing"), rows)
    if asked.expects == "payment_code" and visitor.holder is not None:
        await payments.withdraw(holder=visitor.holder, offer_id=asked.data["offer"])
        return Screen(words("payment-cancelled"), rows, ends_question=True)
    if asked.expects == "provider_code" and visitor.holder is not None:
        await provider_payments.withdraw(holder=visitor.holder, offer_id=asked.data["offer"])
        return Screen(words("payment-cancelled"), rows, ends_question=True)
    if asked.expects == "exchange_code" and visitor.holder is not None:
        await exchanges.withdraw(holder=visitor.holder, offer_id=asked.data["offer"])
        return Screen(words("exchange-cancelled"), rows, ends_question=True)
    if asked.expects == "schedule_code" and visitor.holder is not None:
        await schedule_offers.withdraw(holder=visitor.holder, offer_id=asked.data["offer"])
        return Screen(words("schedule-cancelled"), rows, ends_question=True)
    return Screen(words("cancel-done"), rows, ends_question=True)


async def unknown(holder: Holder, words: Words) -> Screen:  # noqa: ARG001  # only for holders
    """Anything that was not understood."""
    buttons = (Button(words.plain("button-help"), "help"), home_button(words))
    return Screen(words("not-understood"), (buttons,))


async def home_screen(
    words: Words, holder: Holder, wallets: Wallets, invoices: Invoices
) -> Screen:
    """Balances, what waits to be paid, what needs attention, and a way to everything."""
    wallet = await wallets.show(holder=holder)
    unpaid = await invoices.count_waiting(holder=holder)
    lines = [words("home-title"), balance_lines(words, wallet)]
    if holder.state is HolderState.LOCKED:
        lines.append(words("home-locked"))
    if unpaid:
        lines.append(words("home-unpaid", count=unpaid))
    if not holder.notices:
        lines.append(words("home-quiet"))
    return Screen("\n\n".join(lines), _menu(words, holder, unpaid))


def balance_lines(words: Words, wallet: Wallet) -> str:
    """One line for each currency, and the total where it adds something."""
    lines = [balance_line(words, each) for each in wallet.balances]
    filled = [each for each in wallet.balances if each.posted.minor]
    if wallet.total is not None and len(filled) > 1:
        lines.append(words("balance-total", total=wallet.total))
    return "\n".join(lines)


def balance_line(words: Words, balance: Balance) -> str:
    """What is there; what is reserved is named only where there is any."""
    available, posted, held = balance.available, balance.posted, balance.held
    if not held.minor:
        return words("balance-line", available=available)
    return words("balance-line-held", posted=posted, held=held, available=available)


def _menu(words: Words, holder: Holder, unpaid: int) -> Rows:
    is_locked = holder.state is HolderState.LOCKED
    return (
        (Button(words.plain("button-unlock-wallet"), "lock", style="primary"),)
        if is_locked
        else (),
        (Button(words.plain("button-pay-home"), "paymenu", style="primary"),),
        (Button(words.plain("button-invoices", count=unpaid), "bills"),),
        (
            Button(words.plain("button-cards"), "cards"),
            Button(words.plain("button-topup"), "topup"),
        ),
        (
            Button(words.plain("button-exchange"), "exchange"),
            Button(words.plain("button-my-limits"), "mylimits"),
        ),
        (
            Button(words.plain("button-history"), "hist"),
            Button(words.plain("button-refunds"), "refunds"),
        ),
        (
            Button(words.plain("button-settings"), "settings"),
            Button(words.plain("button-help"), "help"),
        ),
        () if is_locked else (Button(words.plain("button-lock"), "lock", style="danger"),),
    )


def add_to(routes: Routes) -> None:
    """The routes of the home screen."""
    routes.button("home", show)
    routes.command("balance", balance)
    routes.command("help", show_help)
    routes.button("help", show_help)
    routes.command("cancel", cancel)
    for name in LATER:
        routes.command(name, later)
    routes.other("unknown", unknown)
