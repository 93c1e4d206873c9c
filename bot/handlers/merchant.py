"""/merchant: what a shop has and what its day has brought, for its own people.

They need no wallet: who they are is the numeric id of their Telegram account.  Their right
is asked for again at each press, so what was shown to somebody who was removed does nothing.
"""

from bot.buttons import Button, Press
from bot.formats import clean
from bot.handlers.invoices import NAME_LENGTH_MAX
from bot.routes import Routes
from bot.screens import Screen, home_button
from bot.texts import Words
from services.conversations import Visitor
from services.merchant_money import CurrencyBalance, DayFigures, MerchantMoney
from services.merchant_people import Employment, MerchantPeople, Right
from services.merchants import MerchantState

SHOPS_MAX = 30
"""Buttons of one message that a phone still shows well."""


async def begin(
    visitor: Visitor,
    words: Words,
    merchant_people: MerchantPeople,
    merchant_money: MerchantMoney,
) -> Screen:
    """`/merchant`: the shop, or the choice of one."""
    found = await merchant_people.of_person(telegram_id=visitor.telegram_id)
    if not found:
        text = words("merchant-none", id=str(visitor.telegram_id))
        return Screen(text, (home_of(words, visitor),))
    if len(found) == 1:
        return await _page(words, visitor, found[0], merchant_money, several=False)
    rows = [
        (Button(clean(each.merchant.name)[:NAME_LENGTH_MAX], "mshop", each.merchant.id),)
        for each in found[:SHOPS_MAX]
    ]
    return Screen(words("merchant-choose"), (*rows, home_of(words, visitor)))


async def view(
    visitor: Visitor,
    words: Words,
    press: Press,
    merchant_people: MerchantPeople,
    merchant_money: MerchantMoney,
) -> Screen:
    """One shop."""
    employed = await merchant_people.look(
        merchant_id=press.id, telegram_id=visitor.telegram_id, right=Right.SEE
    )
    return await _page(words, visitor, employed, merchant_money, several=True)


async def _page(
    words: Words, visitor: Visitor, employed: Employment, money: MerchantMoney, *, several: bool
) -> Screen:
    shop = employed.merchant
    balance = await money.show(merchant_id=shop.id)
    day = await money.today(merchant_id=shop.id)
    lines: list[str] = [words("merchant-title", name=shop.name, role=employed.role.value)]
    if shop.state is MerchantState.DISABLED:
        lines.append(words("merchant-disabled"))
    held = "\n".join(_balance(words, each) for each in balance.balances)
    lines.append(f"{words('merchant-balance')}\n{held}")
    today = [_figures(words, each) for each in day.figures] or [words("merchant-today-nothing")]
    lines.append("\n".join([words("merchant-today"), *today]))
    mine = [Button(words.plain("button-merchant-invoices"), "minvs", shop.id)]
    if employed.may(Right.TRADE):
        mine.append(Button(words.plain("button-merchant-new-invoice"), "mnew", shop.id))
    told = [Button(words.plain("button-merchant-deliveries"), "mnotes", shop.id)]
    if employed.may(Right.KEYS):
        told.append(Button(words.plain("button-merchant-keys"), "mkeys", shop.id))
    last = home_of(words, visitor)
    if several:
        last = (Button(words.plain("button-merchant-others"), "mshops"), *last)
    return Screen("\n\n".join(lines), (tuple(mine), tuple(told), last))


def shop_button(words: Words, merchant_id: str) -> Button:
    """Back to the shop."""
    return Button(words.plain("button-merchant-shop"), "mshop", merchant_id)


def home_of(words: Words, visitor: Visitor) -> tuple[Button, ...]:
    """The way home, for those who have a wallet."""
    return (home_button(words),) if visitor.holder else ()


def _balance(words: Words, balance: CurrencyBalance) -> str:
    line: str = words("merchant-available", amount=balance.available)
    if balance.reserved.minor:
        line += "\n" + words("merchant-reserved", amount=balance.reserved)
    if balance.in_payout.minor:
        line += "\n" + words("merchant-in-payout", amount=balance.in_payout)
    return line


def _figures(words: Words, figures: DayFigures) -> str:
    lines = [words("merchant-day-paid", count=figures.payments, amount=figures.paid)]
    if figures.fees.minor:
        lines.append(words("merchant-day-fees", amount=figures.fees))
    if figures.refunds:
        lines.append(
            words("merchant-day-refunded", count=figures.refunds, amount=figures.refunded)
        )
    return "\n".join(lines)


def add_to(routes: Routes) -> None:
    """The routes of a shop's first screen."""
    routes.command("merchant", begin)
    routes.button("mshops", begin)
    routes.button("mshop", view)
