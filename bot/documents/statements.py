"""A statement as a file: PDF for people, CSV for spreadsheets, JSON for programs."""

import asyncio
import csv
import io
import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.documents.typesetting import Typesetter
from bot.documents.writing import day, is_rtl, moment, piece, short_moment
from bot.texts import Words
from services.money import Money, plain
from services.statements import Entry, Statement, StatementTooLongError

TEMPLATE = "statement.typ"
PDF_ENTRIES_MAX = 3000
"""About a hundred pages, made in some seconds."""

TAGGED_MAX = 300
"""Entries up to which the PDF can be read aloud: more would take twice as long."""

BYTE_ORDER_MARK = "\ufeff"
"""Without it spreadsheets on Windows read UTF-8 as their own code page."""

COLUMNS = (
    "time",
    "kind",
    "subject",
    "title",
    "note",
    "in",
    "out",
    "balance",
    "currency",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would calculate.

Source: OWASP, CSV injection.
"""


async def render_pdf(typesetter: Typesetter, words: Words, statement: Statement) -> bytes:
    """The statement as pages.

    Raises:
        StatementTooLongError: It has more entries than anybody would read so.
    """
    count = len(statement.entries)
    if count > PDF_ENTRIES_MAX:
        raise StatementTooLongError(entries=count, maximum=PDF_ENTRIES_MAX)
    facts = await asyncio.to_thread(shown, words, statement)  # thousands take a fifth of a second
    return await typesetter.pdf(TEMPLATE, facts, tagged=count <= TAGGED_MAX)


def as_csv(statement: Statement) -> bytes:
    """A header and a line for each entry, between the lines of the two balances.

    Source: RFC 4180.
    """
    written = io.StringIO(newline="")
    rows = csv.writer(written, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    rows.writerow(_balance_row("opening", statement.since, statement.opening))
    for entry in statement.entries:
        rows.writerow(_row(entry))
    rows.writerow(_balance_row("closing", _closed_at(statement), statement.closing))
    return (BYTE_ORDER_MARK + written.getvalue()).encode()


def as_json(statement: Statement) -> bytes:
    """All facts, amounts in minor units."""
    facts = {
        "wallet": statement.issuer.name,
        "holder": statement.phone,
        "account": statement.account,
        "currency": statement.opening.currency.code,
        "exponent": statement.opening.currency.exponent,
        "first_day": statement.period.first.isoformat(),
        "last_day": statement.period.last.isoformat(),
        "zone": statement.issuer.zone,
        "made_at": _utc(statement.made_at),
        "opening_minor": statement.opening.minor,
        "came_minor": statement.came.minor,
        "went_minor": statement.went.minor,
        "closing_minor": statement.closing.minor,
        "entries": [
            {
                "at": _utc(each.at),
                "kind": each.kind,
                "subject": each.subject,
                "title": each.title,
                "note": each.note,
                "amount_minor": each.amount.minor,
                "balance_minor": each.balance.minor,
            }
            for each in statement.entries
        ],
    }
    return (json.dumps(facts, ensure_ascii=False, indent=1) + "\n").encode()


def shown(words: Words, statement: Statement) -> dict[str, Any]:
    """*statement* as the template takes it."""
    language, of = words.language, statement.opening.currency
    zone = ZoneInfo(statement.issuer.zone)
    return {
        "language": language,
        "rtl": is_rtl(language),
        "wallet": piece(statement.issuer.name),
        "title": piece(words.plain("statement-title")),
        "date": list(statement.made_at.astimezone(UTC).timetuple()[:6]),
        "facts": [
            _line(words, "statement-wallet", statement.phone),
            _line(words, "statement-account", of.code),
            _line(words, "statement-period", period(words, statement)),
            _line(words, "statement-made", _made(words, statement, zone)),
        ],
        "sums": [
            _line(words, "statement-opening", words.money(statement.opening)),
            _line(words, "statement-came-sum", words.money(statement.came)),
            _line(words, "statement-went-sum", words.money(statement.went)),
            _line(words, "statement-closing", words.money(statement.closing)),
        ],
        "columns": [
            piece(words.plain(f"statement-{name}"))
            for name in ("when", "what", "came", "went", "balance")
        ],
        "nothing": words.plain("statement-nothing"),
        "entries": [_entry(words, each, zone) for each in statement.entries],
    }


def period(words: Words, statement: Statement) -> str:
    """From which day to which."""
    first, last = (
        day(each, words.language) for each in (statement.period.first, statement.period.last)
    )
    return words.plain("statement-period-value", first=first, last=last)


def _entry(words: Words, entry: Entry, zone: ZoneInfo) -> dict[str, Any]:
    on, at = short_moment(entry.at, zone, words.language)
    kind = f"kind-{entry.kind.replace('_', '-')}"
    name = words.plain(kind) if words.has(kind) else entry.kind
    came = entry.amount.minor > 0
    is_named = bool(entry.title) and entry.kind != "exchange"
    return {
        "day": piece(on),
        "time": piece(at),
        "what": piece(entry.title if is_named else name),
        "note": piece(name if is_named else entry.title),
        "came": piece(words.money(entry.amount) if came else ""),
        "went": piece("" if came else words.money(-entry.amount)),
        "balance": piece(words.money(entry.balance)),
    }


def _line(words: Words, key: str, value: str) -> dict[str, Any]:
    return {"label": piece(words.plain(key)), "value": piece(value)}


def _made(words: Words, statement: Statement, zone: ZoneInfo) -> str:
    at = moment(statement.made_at, zone, words.language)
    is_over = statement.made_at >= statement.until
    return at if is_over else words.plain("statement-made-early", at=at)


def _row(entry: Entry) -> list[str]:
    minor = entry.amount.minor
    return [
        _utc(entry.at),
        entry.kind,
        entry.subject,
        harmless(entry.title),
        harmless(entry.note),
        plain(entry.amount) if minor > 0 else "",
        plain(-entry.amount) if minor < 0 else "",
        plain(entry.balance),
        entry.amount.currency.code,
    ]


def harmless(text: str) -> str:
    """*text* as a cell that no spreadsheet calculates."""
    return f"'{text}" if text.lstrip(" \u00a0").startswith(_FORMULA) else text


def _balance_row(kind: str, at: datetime, balance: Money) -> list[str]:
    return [_utc(at), kind, "", "", "", "", "", plain(balance), balance.currency.code]


def _closed_at(statement: Statement) -> datetime:
    return min(statement.until, statement.made_at)


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
