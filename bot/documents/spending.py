"""The picture of a month's spending."""

from datetime import UTC, datetime
from typing import Any

from bot.documents.typesetting import Typesetter
from bot.documents.writing import compact, is_rtl, month, piece
from bot.texts import Words
from services.account_fields import in_language
from services.money import Money
from services.spending import Part, Spending

TEMPLATE = "spending.typ"
TICKS_MAX = 4
WHOLE = 1000
"""Lengths are in thousandths of the longest."""

_LABELLED = 7
"""Every so manieth day has its number under it."""


async def render(typesetter: Typesetter, words: Words, spending: Spending, wallet: str) -> bytes:
    """The picture, a PNG."""
    return await typesetter.png(TEMPLATE, shown(words, spending, wallet))


def shown(words: Words, spending: Spending, wallet: str) -> dict[str, Any]:
    """*spending* as the template takes it."""
    name = month(spending.month, words.language)
    longest = max(each.amount.minor for each in spending.parts)
    step, top = scale(max(each.minor for each in spending.days))
    first = datetime(spending.month.year, spending.month.month, 1, tzinfo=UTC)
    return {
        "language": words.language,
        "rtl": is_rtl(words.language),
        "wallet": piece(wallet),
        "date": list(first.timetuple()[:6]),
        "title": piece(words.plain("spending-title", month=name)),
        "total": piece(words.money(spending.total)),
        "others": [
            piece(words.plain("spending-other-currency", amount=each)) for each in spending.others
        ],
        "parts": [
            {
                "name": piece(part_name(words, each)),
                "amount": piece(words.money(each.amount)),
                "share": piece(share(each.amount, spending.total)),
                "length": each.amount.minor * WHOLE // longest,
            }
            for each in spending.parts
        ],
        "days_title": piece(words.plain("spending-days")),
        "days": [
            {
                "label": piece(str(number + 1) if number % _LABELLED == 0 else ""),
                "height": each.minor * WHOLE // top,
                "today": spending.today == number + 1,
            }
            for number, each in enumerate(spending.days)
        ],
        "ticks": [
            {
                "label": piece(_units(words, Money(minor, spending.total.currency))),
                "height": minor * WHOLE // top,
            }
            for minor in range(0, top + 1, step)
        ],
    }


def part_name(words: Words, part: Part) -> str:
    """A category as the catalogue calls it, or our own word."""
    return in_language(part.names, words.language) or words.plain(f"spending-{part.name}")


def share(part: Money, whole: Money) -> str:
    """How much of the whole, in percent; what is there is never shown as nothing."""
    percent = (part.minor * 200 + whole.minor) // (whole.minor * 2)
    return f"{percent}%" if percent else "<1%"


def scale(largest: int) -> tuple[int, int]:
    """The distance of the lines and the top one, in minor units: one, two or five tens."""
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if step * TICKS_MAX >= largest:
                return step, step * -(-largest // step)
        power *= 10


def _units(words: Words, amount: Money) -> str:
    """Whole units, shortened; smaller ones as money."""
    whole, rest = divmod(amount.minor, 10**amount.currency.exponent)
    return words.money(amount) if rest else compact(whole, words.language)
