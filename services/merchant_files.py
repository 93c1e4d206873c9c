"""A merchant's closings and a batch of payouts as files for accountants and banks.

CSV as RFC 4180 has it, in UTF-8 with a byte order mark, so that spreadsheets on Windows read
it; amounts with a point; no cell that a spreadsheet would calculate.
"""

import csv
import io
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from services.closings import Closing, ControlTotal, Purse
from services.merchant_terms import PAYEE_FIELDS
from services.money import Money, plain
from services.payout_life import Payout, PayoutState

BYTE_ORDER_MARK = "\ufeff"
NEWLINE = "\r\n"
CLOSING_COLUMNS = (
    "record", "time", "kind", "count", "subject", "order", "invoice", "amount", "fee", "net",
    "balance", "reserve", "in_payout", "currency",
)  # fmt: skip
PAYOUT_COLUMNS = (
    "record", "payout", "time", "merchant", "merchant_name", *PAYEE_FIELDS, "amount", "currency",
)  # fmt: skip

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would calculate.  Source: OWASP, CSV injection."""


def closing_file(closings: Iterable[Closing]) -> bytes:
    """A day: for each currency its opening, a line for each entry, control totals, closing.

    In `opening` and `closing` the last columns are what the accounts held, in between what
    moved on them; `amount` less `fee` is `net`, which is what balance and reserve moved by.
    """
    rows: list[tuple[str, ...]] = [CLOSING_COLUMNS]
    for closing in closings:
        rows += _closing_rows(closing)
    return _written(rows)


def payout_file(payouts: Iterable[Payout]) -> bytes:
    """A batch for the bank: what has not come back, and a total of each currency."""
    listed = [each for each in payouts if each.state is not PayoutState.RETURNED]
    rows = [PAYOUT_COLUMNS, *(_payout_row(each) for each in listed)]
    blank = ("",) * (len(PAYEE_FIELDS) + 2)
    for of in sorted({each.amount.currency for each in listed}, key=lambda of: of.code):
        own = [each.amount.minor for each in listed if each.amount.currency == of]
        rows.append(("total", str(len(own)), "", *blank, plain(Money(sum(own), of)), of.code))
    return _written(rows)


def harmless(text: str) -> str:
    """*text* as a cell that no spreadsheet calculates."""
    return f"'{text}" if text.lstrip(" \u00a0").startswith(_FORMULA) else text


def _closing_rows(closing: Closing) -> list[tuple[str, ...]]:
    zone, of = ZoneInfo(closing.zone), closing.currency.code

    def text(minor: int) -> str:
        return plain(Money(minor, closing.currency))

    def held(record: str, purse: Purse) -> tuple[str, ...]:
        own = text(purse.own)
        day = closing.day.isoformat()
        return (record, day, "", "", "", "", "", "", "", own, *_texts(purse, closing), of)

    def total(each: ControlTotal) -> tuple[str, ...]:
        sums = (text(each.gross_minor), text(each.fee_minor), text(each.moved.own))
        moved = _texts(each.moved, closing)
        return ("total", "", each.kind, str(each.count), "", "", "", *sums, *moved, of)

    entries = [
        (
            "entry",
            _moment(each.at, zone),
            each.kind,
            "",
            each.subject,
            harmless(each.reference or ""),
            each.invoice or "",
            text(each.gross_minor),
            text(each.fee_minor),
            text(each.moved.own),
            *_texts(each.moved, closing),
            of,
        )
        for each in closing.entries
    ]
    totals = [total(each) for each in closing.totals]
    return [held("opening", closing.opening), *entries, *totals, held("closing", closing.closing)]


def _texts(purse: Purse, closing: Closing) -> tuple[str, str, str]:
    balance, reserve, in_payout = (
        plain(Money(minor, closing.currency))
        for minor in (purse.balance, purse.reserve, purse.in_payout)
    )
    return balance, reserve, in_payout


def _payout_row(payout: Payout) -> tuple[str, ...]:
    requisites = (harmless(payout.payee.get(name, "")) for name in PAYEE_FIELDS)
    return (
        "payout",
        payout.id,
        payout.created_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        payout.merchant,
        harmless(payout.merchant_name),
        *requisites,
        plain(payout.amount),
        payout.amount.currency.code,
    )


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat(timespec="milliseconds")


def _written(rows: Iterable[tuple[str, ...]]) -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator=NEWLINE).writerows(rows)
    return (BYTE_ORDER_MARK + written.getvalue()).encode()
