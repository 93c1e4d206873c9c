"""Reading a shop's own list of orders, as its site, its till or 1C has written it.

Columns are found by the names in the heading, Russian or English; separator, charset, the
form of amounts and days are those of the file.  A line that cannot be read is kept as such,
for it may be an order that was paid.
"""

import csv
import io
import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from services.errors import InvalidRequestError

FILE_BYTES_MAX = 64 * 1024 * 1024
HEADING_LINES = 20
"""How far down the heading may be: exports like to begin with a title."""

UNREAD_LENGTH_MAX = 80
"""Of a line that could not be read, so much is shown."""

_SEPARATORS = (";", "\t", ",", "|")
_NAMES = {
    "order": (
        "order id", "order number", "order no", "order", "orderid", "номер заказа", "id заказа",
        "код заказа", "заказ", "bill id", "billid", "inv id", "invid", "invoice id", "invoice",
        "номер счета", "счет", "reference", "номер", "number", "no", "id",
    ),
    "amount": (
        "paid amount", "amount paid", "paid", "оплачено", "сумма оплаты", "сумма платежа",
        "out sum", "outsum", "order total", "сумма заказа", "total", "итого", "amount", "sum",
        "сумма", "стоимость", "price", "цена",
    ),
    "currency": ("currency", "currency code", "валюта", "код валюты"),
    "date": (
        "paid at", "date paid", "payment date", "дата оплаты", "дата платежа", "order date",
        "дата заказа", "created at", "created", "дата создания", "date", "дата",
    ),
    "status": (
        "payment status", "статус оплаты", "статус платежа", "order status", "статус заказа",
        "status", "state", "статус", "состояние",
    ),
}  # fmt: skip
"""By column, the names it may have, the more telling first."""

_CURRENCIES = {"₽": "RUB", "руб": "RUB", "р": "RUB", "rur": "RUB", "$": "USD", "€": "EUR"}
_REFUNDED = ("refund", "возв", "возмещ")
_UNPAID = (
    "unpaid", "not paid", "не оплач", "неоплач", "cancel", "отмен", "аннул", "fail", "ошибк",
    "reject", "declin", "отклон", "expire", "истек", "просроч", "new", "нов", "pending", "wait",
    "ожид", "создан", "draft", "чернов",
)  # fmt: skip
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:([.,])[0-9]{3})(?:\1[0-9]{3})*")
_AMOUNT = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,10})?")
_SPACES = re.compile(r"[\s\u00a0\u202f']")
_UNITS = re.compile(r"(?:₽|руб\.?|р\.?|[$€]|[a-z]{3})", re.IGNORECASE)
_DAYS = ("%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%Y/%m/%d", "%d-%m-%Y")


class OrderFileError(InvalidRequestError):
    """The file cannot be read as a list of orders.  Values: problem."""

    code = "order_file"


class OrderStatus(StrEnum):
    """What the shop thinks has become of an order."""

    PAID = "paid"
    UNPAID = "unpaid"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True)
class Order:
    """An order as the shop lists it."""

    line: int
    """In the file, from 1."""
    number: str
    amount: str
    """Digits and a point."""
    currency: str | None = None
    day: date | None = None
    status: OrderStatus = OrderStatus.PAID


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that is no order."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class OrderFile:
    """All of it, in its order."""

    orders: tuple[Order, ...]
    unread: tuple[Unread, ...] = ()


def read(content: bytes, zone: str) -> OrderFile:
    """What a file lists; a moment in it is of a day of *zone*.

    Raises:
        OrderFileError: It is no text, too long, or has no heading with orders and amounts.
    """
    text = _decoded(content)
    columns, rows = _columns(text)
    orders: list[Order] = []
    unread: list[Unread] = []
    for line, cells in rows:
        if not any(cell.strip() for cell in cells) or _is_total(cells):
            continue
        order = _order(line, cells, columns, ZoneInfo(zone))
        if order is None:
            shown = " ".join(" ".join(cells).split())[:UNREAD_LENGTH_MAX]
            unread.append(Unread(line, shown))
        else:
            orders.append(order)
    return OrderFile(tuple(orders), tuple(unread))


def _decoded(content: bytes) -> str:
    if len(content) > FILE_BYTES_MAX:
        raise OrderFileError(problem="it is too long")
    is_wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    for charset in ("utf-16",) if is_wide else ("utf-8-sig", "windows-1251"):
        try:
            text = content.decode(charset)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise OrderFileError(problem="it is no text")


Rows = list[tuple[int, list[str]]]


def _columns(text: str) -> tuple[dict[str, int], Rows]:
    """Where each column is, and the rows below the heading, read with its separator."""
    best: dict[str, int] = {}
    below: Rows = []
    for separator in _SEPARATORS:
        rows = _rows(text, separator)
        for place, (_, cells) in enumerate(rows[:HEADING_LINES]):
            found = _named(cells)
            if {"order", "amount"} <= found.keys() and len(found) > len(best):
                best, below = found, rows[place + 1 :]
    if not best:
        raise OrderFileError(problem="no line names a column of orders and one of amounts")
    return best, below


def _rows(text: str, separator: str) -> Rows:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows: Rows = []
    begins = 1
    try:
        for cells in reader:
            rows.append((begins, cells))
            begins = reader.line_num + 1
    except csv.Error:  # a quote that is never closed: one cell as long as the file
        return []
    return rows


def _named(cells: list[str]) -> dict[str, int]:
    """The places of the columns that *cells* name, each cell for one column."""
    names = [_plain(cell) for cell in cells]
    found: dict[str, int] = {}
    for column, known in _NAMES.items():
        places = (names.index(name) for name in known if name in names)
        place = next((each for each in places if each not in found.values()), None)
        if place is not None:
            found[column] = place
    return found


def _plain(name: str) -> str:
    """A heading without case, signs, and the unit behind it."""
    words = re.sub(r"[^\w$€₽]+|_", " ", name.casefold().replace("ё", "е").replace("№", "номер "))
    return re.sub(r" (?:руб|р|rub|rur|usd|eur|kzt|₽|[$€])$", "", words.strip())


def _is_total(cells: list[str]) -> bool:
    first = next((cell for cell in cells if cell.strip()), "")
    return _plain(first) in {"total", "итого", "всего"}


def _order(line: int, cells: list[str], columns: dict[str, int], zone: ZoneInfo) -> Order | None:
    def cell(column: str) -> str:
        place = columns.get(column, len(cells))
        return cells[place].strip() if place < len(cells) else ""

    number, amount = cell("order").lstrip("'#№ "), amount_of(cell("amount"))
    code = _currency(cell("currency"))
    if not number or amount is None or (cell("currency") and code is None):
        return None
    return Order(line, number, amount, code, _day(cell("date"), zone), _status(cell("status")))


def amount_of(text: str) -> str | None:
    """An amount as digits and a point, whatever separates thousands; None where it is none."""
    bare = _SPACES.sub("", text)
    bare = _UNITS.sub("", bare)
    if "," in bare and "." in bare:
        thousands = "." if bare.rfind(",") > bare.rfind(".") else ","
        bare = bare.replace(thousands, "")
    elif _THOUSANDS.fullmatch(bare):
        bare = bare.replace(",", "").replace(".", "")
    bare = bare.replace(",", ".")
    return bare if _AMOUNT.fullmatch(bare) else None


def _currency(text: str) -> str | None:
    name = text.casefold().rstrip(".")
    if not name:
        return None
    code = _CURRENCIES.get(name, name.upper())
    return code if re.fullmatch("[A-Z]{3}", code) else None


def _day(text: str, zone: ZoneInfo) -> date | None:
    """The day in *text*; None where there is none that can be read."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return _written_day(text)
    return moment.date() if moment.tzinfo is None else moment.astimezone(zone).date()


def _written_day(text: str) -> date | None:
    first = re.split(r"[\sT,]", text, maxsplit=1)[0]
    for form in _DAYS:
        try:
            return datetime.strptime(first, form).date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
    return None


def _status(text: str) -> OrderStatus:
    """What a status means; one that says nothing of the kind is of a paid order."""
    said = text.casefold().replace("ё", "е")
    if any(word in said for word in _REFUNDED):
        return OrderStatus.REFUNDED
    if any(word in said for word in _UNPAID):
        return OrderStatus.UNPAID
    return OrderStatus.PAID
