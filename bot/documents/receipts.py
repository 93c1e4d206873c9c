"""A receipt in words: its lines, what the public page shows of them, and the PDF."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

from bot.documents.typesetting import Typesetter
from bot.documents.writing import is_rtl, moment, piece, sentence
from bot.texts import Words
from services.commission import BorneBy
from services.exchange import Conversion
from services.money import Money
from services.receipt_codes import grouped
from services.receipt_facts import Receipt

TEMPLATE = "receipt.typ"

_OTHER = {
    "payment": "receipt-to",
    "provider_payment": "receipt-to",
    "topup": "receipt-terminal",
    "refund": "receipt-refunded-by",
}
_WHY = {"refund": "receipt-why", "correction": "receipt-why"}


@dataclass(frozen=True, slots=True)
class Line:
    """One fact: what it is called, and what it is."""

    label: str
    value: str
    is_strong: bool = False


Group = tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class ReceiptSheet:
    """Everything that the PDF shows, in words."""

    language: str
    wallet: str
    title: str
    state: str
    amount: str
    other: str
    groups: tuple[Group, ...]
    code: str
    check: tuple[str, ...]
    date: tuple[int, ...]
    """Of the file: year to second, in UTC."""
    link: str = ""
    """Where it can be checked; empty where there is no such page."""


def sheet_of(words: Words, receipt: Receipt, page: str | None) -> ReceiptSheet:
    """What is written on *receipt*; *page* is the address at which codes can be checked."""
    link = "" if page is None else f"{page}/{receipt.code}"
    ways = [
        words.plain("receipt-check", link=page) if page else words.plain("receipt-check-nowhere"),
        words.plain("receipt-check-offline"),
    ]
    return ReceiptSheet(
        language=words.language,
        wallet=receipt.issuer.name,
        title=words.plain("receipt-title"),
        state=words.plain("receipt-state"),
        amount=words.money(receipt.amount),
        other=receipt.name(words.language) or kind_name(words, receipt),
        groups=tuple(tuple(each) for each in _groups(words, receipt) if each),
        code=grouped(receipt.code),
        check=tuple(ways),
        date=receipt.done_at.astimezone(UTC).timetuple()[:6],
        link=link,
    )


async def render(typesetter: Typesetter, sheet: ReceiptSheet) -> bytes:
    """The PDF, not signed yet; the same sheet gives the same bytes."""
    return await typesetter.pdf(TEMPLATE, shown(sheet))


def shown(sheet: ReceiptSheet) -> dict[str, Any]:
    """*sheet* as the template takes it."""
    return {
        "language": sheet.language,
        "rtl": is_rtl(sheet.language),
        "wallet": piece(sheet.wallet),
        "title": piece(sheet.title),
        "state": piece(sheet.state),
        "amount": piece(sheet.amount),
        "other": piece(sheet.other),
        "groups": [
            [
                {
                    "label": piece(line.label),
                    "value": piece(line.value),
                    "strong": line.is_strong,
                }
                for line in group
            ]
            for group in sheet.groups
        ],
        "code": piece(sheet.code),
        "check": [sentence(each) for each in sheet.check],
        "date": list(sheet.date),
        "qr": _qr(sheet.link) if sheet.link else "",
    }


def kind_name(words: Words, receipt: Receipt) -> str:
    """`Payment`, `Top-up` ..., in words."""
    return words.plain(f"kind-{receipt.kind.replace('_', '-')}")


def public_lines(words: Words, receipt: Receipt, given_back: Money | None) -> Group:
    """What somebody is told who has the code: no more than is on the paper, and less."""
    state = words.plain("receipt-page-state-done")
    if given_back is not None:
        is_all = given_back == receipt.amount
        state = words.plain(
            "receipt-page-state-back" if is_all else "receipt-page-state-part", amount=given_back
        )
    return (
        Line(words.plain("receipt-page-code"), grouped(receipt.code)),
        Line(words.plain("receipt-what"), kind_name(words, receipt)),
        *_other(words, receipt),
        *_details(words, receipt)[:1],
        Line(words.plain("receipt-amount"), words.money(receipt.amount), is_strong=True),
        Line(words.plain("receipt-done"), _moment(words, receipt)),
        Line(words.plain("receipt-page-state"), state, is_strong=True),
        Line(words.plain("receipt-phone"), receipt.phone),
    )


def _groups(words: Words, receipt: Receipt) -> Iterator[list[Line]]:
    yield [
        Line(words.plain("receipt-what"), kind_name(words, receipt)),
        *_other(words, receipt),
        *_purpose(words, receipt),
        *_details(words, receipt),
    ]
    yield _money(words, receipt)
    yield _exchange(words, receipt.conversion) if receipt.conversion else []
    yield _where_and_when(words, receipt)
    yield _numbers(words, receipt)


def _other(words: Words, receipt: Receipt) -> list[Line]:
    name = receipt.name(words.language)
    return [Line(words.plain(_OTHER[receipt.kind]), name, is_strong=True)] if name else []


def _purpose(words: Words, receipt: Receipt) -> list[Line]:
    label = _WHY.get(receipt.kind, "receipt-purpose")
    return [Line(words.plain(label), receipt.purpose)] if receipt.purpose else []


def _details(words: Words, receipt: Receipt) -> list[Line]:
    lines = [Line(each.label(words.language), each.value) for each in receipt.details]
    if receipt.payee:
        lines.insert(1, Line(words.plain("receipt-account-holder"), receipt.payee))
    return lines


def _money(words: Words, receipt: Receipt) -> list[Line]:
    if receipt.kind == "exchange":
        return []  # both sides are with the rate
    came = receipt.moved.minor > 0
    label = words.plain("receipt-credited" if came else "receipt-amount")
    lines = [Line(label, words.money(receipt.amount), is_strong=came)]
    if not came:
        lines.append(Line(words.plain("receipt-commission"), _commission(words, receipt)))
        lines.append(Line(words.plain("receipt-total"), words.money(receipt.total), True))  # noqa: FBT003
    return lines


def _commission(words: Words, receipt: Receipt) -> str:
    taken = receipt.commission
    if taken is None or not taken.minor:
        return words.plain("receipt-commission-none")
    if receipt.borne_by == BorneBy.PROVIDER.value:
        return words.plain("receipt-borne-by-provider", amount=taken)
    return words.money(taken)


def _exchange(words: Words, conversion: Conversion) -> list[Line]:
    fee = words.money(conversion.fee) if conversion.fee.minor else words.plain("receipt-fee-none")
    rate = words.plain(
        "receipt-rate-value",
        unit=conversion.unit,
        rate=words.decimal(conversion.rate),
        counter=conversion.counter,
    )
    names = [words.plain(f"exchange-source-{each}") for each in conversion.source.split("+")]
    source = words.plain(
        "receipt-rate-source-value", source=" + ".join(names), day=words.day(conversion.rate_at)
    )
    return [
        Line(words.plain("receipt-given"), words.money(conversion.gives), is_strong=True),
        Line(words.plain("receipt-got"), words.money(conversion.gets), is_strong=True),
        Line(words.plain("receipt-fee"), fee),
        Line(words.plain("receipt-rate"), rate),
        Line(words.plain("receipt-rate-source"), source),
    ]


def _where_and_when(words: Words, receipt: Receipt) -> list[Line]:
    came = receipt.moved.minor > 0
    where = words.plain("receipt-account-value", currency=receipt.moved.currency)
    if receipt.card:
        where = words.plain("receipt-card-value", last_four=receipt.card)
    lines = [
        Line(words.plain("receipt-came-to" if came else "receipt-paid-with"), where),
        Line(words.plain("receipt-phone"), receipt.phone),
    ]
    if receipt.begun_at != receipt.done_at:
        zone = ZoneInfo(receipt.issuer.zone)
        begun = moment(receipt.begun_at, zone, words.language)
        lines.append(Line(words.plain("receipt-begun"), begun))
    lines.append(Line(words.plain("receipt-done"), _moment(words, receipt)))
    return lines


def _numbers(words: Words, receipt: Receipt) -> list[Line]:
    of_terminal = receipt.kind == "topup"
    numbers = {
        "receipt-number": receipt.operation,
        "receipt-terminal-txn" if of_terminal else "receipt-txn": receipt.txn,
        "receipt-provider-txn": receipt.provider_txn,
    }
    return [Line(words.plain(key), value) for key, value in numbers.items() if value]


def _moment(words: Words, receipt: Receipt) -> str:
    return moment(receipt.done_at, ZoneInfo(receipt.issuer.zone), words.language)


def _qr(link: str) -> str:
    import segno  # noqa: PLC0415  # not before somebody asks for a receipt

    drawn = io.BytesIO()
    # Upper case is half as dense, but a path is not the same in it.
    segno.make(link, error="m", micro=False).save(drawn, kind="svg", border=2, xmldecl=False)
    return drawn.getvalue().decode()
