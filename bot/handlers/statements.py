"""Statements of a period, and the picture of a month: both begin in the history.

A period travels in its button as two dates and a currency: `20261101-20261130-RUB`.
"""

from datetime import date

from bot.buttons import Button, Press
from bot.documents.documents import Documents, Format
from bot.documents.writing import day, month
from bot.routes import Routes
from bot.screens import Attachment, Question, Screen, home_button
from bot.texts import Words
from services.holders import Holder, Wallets
from services.money import currency
from services.spending import SpendingReports
from services.statements import Period, Statements

FORMATS = tuple(Format)
MONTHS_BACK_MAX = 120


async def choose(holder: Holder, words: Words) -> Screen:  # noqa: ARG001  # only for holders
    """[Statement]: for which time?"""
    rows = (
        (
            Button(words.plain("button-this-month"), "stmonth"),
            Button(words.plain("button-last-month"), "stmonth", version=1),
        ),
        (Button(words.plain("button-other-dates"), "stdates"),),
        (Button(words.plain("button-back"), "hist"), home_button(words)),
    )
    return Screen(words("statement-choose"), rows)


async def of_month(
    holder: Holder, words: Words, press: Press, statements: Statements, wallets: Wallets
) -> Screen:
    """[This month], [Last month]: which account, and as what?"""
    period = statements.last_month() if press.version else statements.this_month()
    return await _formats(holder, words, period, wallets)


async def ask(holder: Holder, words: Words) -> Screen:  # noqa: ARG001  # only for holders
    """[Other dates]: from when to when?"""
    back = Button(words.plain("button-back"), "statement")
    return Screen(words("statement-ask"), ((back,),), Question("statement_period"))


async def dates(
    holder: Holder, words: Words, typed: str, statements: Statements, wallets: Wallets
) -> Screen:
    """The typed dates: which account, and as what?"""
    screen = await _formats(holder, words, statements.parse(typed), wallets)
    return Screen(screen.text, screen.rows, ends_question=True)


async def send(
    holder: Holder, words: Words, press: Press, statements: Statements, documents: Documents
) -> Screen:
    """[RUB · PDF]: the statement, in a message of its own."""
    period, code = _unpack(press.id)
    made = await statements.of_period(holder=holder, currency=currency(code), period=period)
    file = await documents.statement(words, made, FORMATS[press.version])
    caption = words(
        "statement-caption",
        currency=code,
        first=day(period.first, words.language),
        last=day(period.last, words.language),
        closing=made.closing,
    )
    back = Button(words.plain("button-statement"), "statement")
    rows = ((back, home_button(words)),)
    return Screen(caption, rows, attachment=Attachment(file.name, file.content))


async def picture(
    holder: Holder, words: Words, press: Press, spending: SpendingReports, documents: Documents
) -> Screen:
    """[Picture of the month]: what the money went for, so many months back."""
    back = min(press.version, MONTHS_BACK_MAX)
    found = await spending.of_month(holder=holder, back=back)
    file = await documents.spending(words, found)
    caption = words(
        "spending-caption",
        month=month(found.month, words.language),
        total=found.total,
        count=found.count,
    )
    turning = [Button(words.plain("button-month-before"), "spending", version=back + 1)]
    if back:
        turning.append(Button(words.plain("button-month-after"), "spending", version=back - 1))
    last = (Button(words.plain("button-history"), "hist"), home_button(words))
    return Screen(
        caption,
        (tuple(turning), last),
        attachment=Attachment(file.name, file.content, is_picture=True),
    )


async def _formats(holder: Holder, words: Words, period: Period, wallets: Wallets) -> Screen:
    wallet = await wallets.show(holder=holder)
    text = words(
        "statement-format",
        first=day(period.first, words.language),
        last=day(period.last, words.language),
    )
    codes = [each.posted.currency.code for each in wallet.balances]
    rows = tuple(
        tuple(
            Button(
                words.plain("statement-format-button", currency=code, format=form.value.upper()),
                "stfile",
                _pack(period, code),
                place,
            )
            for place, form in enumerate(FORMATS)
        )
        for code in codes
    )
    last = (Button(words.plain("button-back"), "statement"), home_button(words))
    return Screen(text, (*rows, last))


def _pack(period: Period, code: str) -> str:
    first, last = (each.isoformat().replace("-", "") for each in (period.first, period.last))
    return f"{first}-{last}-{code}"


def _unpack(text: str) -> tuple[Period, str]:
    """What a button of ours says; it was signed, so it is no other."""
    first, last, code = text.split("-")
    return Period(date.fromisoformat(first), date.fromisoformat(last)), code


def add_to(routes: Routes) -> None:
    """The routes of statements and of the picture."""
    routes.button("statement", choose)
    routes.button("stmonth", of_month)
    routes.button("stdates", ask)
    routes.button("stfile", send)
    routes.button("spending", picture)
    routes.question("statement_period", dates, again=ask)
