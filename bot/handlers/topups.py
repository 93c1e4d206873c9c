"""/topup: how to bring money in, and where the cash of a receipt is."""

from bot.buttons import Button
from bot.formats import Markup
from bot.routes import Routes
from bot.screens import Question, Screen, home_button
from bot.texts import Words
from services.holders import Holder
from services.topups import TopUp, TopUps


async def show(holder: Holder, words: Words, topups: TopUps) -> Screen:
    """`/topup`: what to enter at a terminal, the newest receipts, and the question."""
    return _screen(words, holder, await topups.where(holder=holder), is_asked=False)


async def find(holder: Holder, words: Words, typed: str, topups: TopUps) -> Screen:
    """The typed receipt number: announced, received or credited."""
    return _screen(words, holder, await topups.where(holder=holder, receipt=typed), is_asked=True)


def _screen(words: Words, holder: Holder, found: list[TopUp], *, is_asked: bool) -> Screen:
    number = Markup(f"<code>{holder.phone}</code>")
    lines: list[str] = [words("topup-found") if is_asked else words("topup-how", phone=number)]
    lines += [_line(words, each) for each in found]
    lines.append(words("topup-ask"))
    buttons = (Button(words.plain("button-history"), "hist"), home_button(words))
    return Screen("\n\n".join(lines), (buttons,), Question("receipt"))


def _line(words: Words, topup: TopUp) -> str:
    last = topup.credited_at or topup.received_at or topup.announced_at
    return words(
        "topup-line",
        receipt=topup.receipt,
        amount=topup.amount,
        terminal=topup.terminal_name,
        state=words(f"topup-state-{topup.state.value}"),
        at=last,
    )


def add_to(routes: Routes) -> None:
    """The routes of top-ups."""
    routes.command("topup", show)
    routes.button("topup", show)
    routes.question("receipt", find, again=show)
