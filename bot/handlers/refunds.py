"""/refunds: what came back, when, in which currency, and what the accounts hold now."""

from bot.buttons import Button, Press
from bot.formats import clean
from bot.handlers.home import balance_line
from bot.handlers.invoices import NAME_LENGTH_MAX
from bot.routes import Routes
from bot.screens import Screen, home_button
from bot.texts import Words
from services.holders import Holder
from services.refunds import Refund, Refunds


async def check(holder: Holder, words: Words, refunds: Refunds) -> Screen:
    """`/refunds`: the newest ones."""
    return await _page(holder, words, refunds, None)


async def older(holder: Holder, words: Words, press: Press, refunds: Refunds) -> Screen:
    """[Older]."""
    return await _page(holder, words, refunds, press.id)


async def _page(holder: Holder, words: Words, refunds: Refunds, before: str | None) -> Screen:
    found = await refunds.check(holder=holder, before=before)
    lines: list[str] = [words("refunds-title" if found.refunds else "refunds-none")]
    lines += [_line(words, each) for each in found.refunds]
    balances = "\n".join(balance_line(words, each) for each in found.balances)
    lines.append(f"{words('refunds-balances')}\n{balances}")
    rows = [(_button(words, each),) for each in found.refunds]
    turning = []
    if before:
        turning.append(Button(words.plain("button-newest"), "refunds"))
    if found.next:
        turning.append(Button(words.plain("button-older"), "refsold", found.next))
    return Screen("\n\n".join(lines), (*rows, tuple(turning), (home_button(words),)))


def _line(words: Words, refund: Refund) -> str:
    line = words(
        "refund-line",
        amount=refund.amount,
        payee=refund.merchant_name,
        at=refund.created_at,
        currency=refund.amount.currency,
    )
    if not refund.reason:
        return line
    return f"{line}\n{words('refund-reason', reason=refund.reason)}"


def _button(words: Words, refund: Refund) -> Button:
    name = clean(refund.merchant_name)[:NAME_LENGTH_MAX]
    text = words.plain("refund-button", amount=refund.amount, payee=name)
    return Button(text, "op", refund.id)


def add_to(routes: Routes) -> None:
    """The routes of refunds."""
    routes.command("refunds", check)
    routes.button("refunds", check)
    routes.button("refsold", older)
